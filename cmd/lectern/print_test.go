package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io/fs"
	"strings"
	"testing"
	"unicode"

	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
)

// hostile has each kind of character that a terminal obeys.
const hostile = "A\x1b]0;owned\x07\r\n\tlectern: done\x7f\u009b2J\u0085\u2028\u2029\u202eB\u2066\u2069\u200f\u061c\x00\xff"

// isHarmless fails the test if a terminal would obey anything in a text but the ends of so
// many lines.
func isHarmless(t *testing.T, text string, lines int) {
	t.Helper()
	if n := strings.Count(text, "\n"); n != lines {
		t.Errorf("%d lines are printed, want %d: %q", n, lines, text)
	}
	for _, r := range strings.ReplaceAll(text, "\n", "") {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			t.Errorf("%U is printed: %q", r, text)
		}
	}
}

func TestHarmless(t *testing.T) {
	t.Parallel()
	isHarmless(t, harmless(hostile), 0)
	for text, want := range map[string]string{
		"Ada Byron": "Ada Byron", "Zoë 한국 שלום 👩\u200d💻 می\u200cخواهم": "Zoë 한국 שלום 👩\u200d💻 می\u200cخواهم", "": "",
		"a\x1b[2Jb": `a\x1b[2Jb`, "a\nb\tc": `a\nb\tc`, "\u202ea": `\u202ea`, "\u009b": `\u009b`, "\x7f": `\x7f`, "\xff": "\ufffd",
	} {
		if got := harmless(text); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
	}
}

// What strangers called themselves and theirs does nothing to a terminal, whichever command
// prints it; and JSON has it exactly.
func TestPrint_NamesAreHarmless(t *testing.T) {
	name := strings.ReplaceAll(strings.ReplaceAll(hostile, "\x00", ""), "\xff", "")
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		isHarmless(t, lectern(t, "user", "create", db, "--name="+name, "--email=a@school.test", "--role=Admin").ok(t).stdout, 1)
		var listed struct{ Users []user }
		asJSON := lectern(t, "user", "list", db, "--json").ok(t)
		isHarmless(t, asJSON.stdout, 1)
		asJSON.json(t, &listed)
		if listed.Users[0].FullName != name {
			t.Errorf("JSON has %q, want %q", listed.Users[0].FullName, name)
		}
		lectern(t, "token", "create", db, "--user=1", "--name="+name).ok(t)
		lectern(t, "caption-service", "create", db, name).ok(t)
		for lines, commands := range map[int][][]string{
			2: {{"user", "list"}, {"token", "list"}, {"caption-service", "list"}},
			1: {
				{"token", "list", "--json"},
				{"caption-service", "list", "--json"},
				{"user", "edit", "1", "--display-name=" + name, "--json"},
				{"caption-service", "revoke", name},
			},
		} {
			for _, command := range commands {
				isHarmless(t, lectern(t, append(command, db)...).ok(t).stdout, lines)
			}
		}
		for _, command := range [][]string{
			{"user", "create", db, "--name=B", "--role=" + name},
			{"user", "deactivate", db, "--user=" + name},
			{"user", "deactivate", db, "--user=" + name + "@x"},
			{"token", "list", db, "--user=" + name + "@x"},
			{"user", "list", db, "--" + name},
			{name},
		} {
			failed := lectern(t, command...)
			if failed.code == exitDone {
				t.Errorf("%q is done", command)
			}
			isHarmless(t, failed.stderr, 1)
		}
		fixture := writeFile(t, "library.json", fmt.Sprintf(`{"users": [{"key": "a", "full_name": " "}, {"key": "b", "full_name": "B", "email": %s}]}`, quoted(t, name)))
		isHarmless(t, lectern(t, "load", db, fixture).stderr, 1)
	})
}

func quoted(t *testing.T, text string) string {
	t.Helper()
	written, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(written)
}

func TestExit_JoinedErrorsHaveALineEach(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	w := &world{ctx: t.Context(), stderr: &stderr, stdout: &stderr}
	w.exit(errors.Join(errors.New("one\nlectern: forged"), errors.Join(&settings.Error{Err: errors.Join(errors.New("two"), errors.New("three"))})))
	want := "lectern: one\\nlectern: forged\nlectern: two\nlectern: three\n"
	if stderr.String() != want {
		t.Errorf("said %q, want %q", stderr.String(), want)
	}
}

// No command writes text to the terminal but through print.go. JSON encoders may.
func TestPrint_IsTheOnlyFileThatWritesText(t *testing.T) {
	t.Parallel()
	notTests := func(file fs.FileInfo) bool { return !strings.HasSuffix(file.Name(), "_test.go") }
	packages, err := parser.ParseDir(gotoken.NewFileSet(), ".", notTests, 0) //nolint:staticcheck // one package, no build tags
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for name, file := range packages["main"].Files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			function, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			var text strings.Builder
			for _, part := range append([]ast.Expr{function.X}, call.Args...) {
				if s, ok := part.(*ast.SelectorExpr); ok {
					text.WriteString(s.Sel.Name + " ")
				}
			}
			writes := strings.HasPrefix(function.Sel.Name, "Fprint") || function.Sel.Name == "Write" || function.Sel.Name == "WriteString"
			if writes && (strings.Contains(text.String(), "stdout") || strings.Contains(text.String(), "stderr")) {
				found++
				if name != "print.go" && name != "demo.go" { // which prints its tables by print.go first
					t.Errorf("%s writes by %s what a stranger may have written", name, function.Sel.Name)
				}
			}
			return true
		})
	}
	if found == 0 {
		t.Error("nothing is printed anywhere: this tries nothing")
	}
}

// Two people with one address are marked in both forms of the list.
func TestUserList_MarksDuplicateEmails(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		for _, email := range []string{"x@school.test", "eve@school.test", "tom@school.test"} {
			lectern(t, "user", "create", db, "--name="+strings.ToUpper(email[:1]), "--email="+email).ok(t)
		}
		// As it was before addresses were compared without characters that nobody sees.
		execute(t, url, "UPDATE users SET email = 'e\u00adve@school.test', email_folded = 'e\u00adve@school.test', email_rule = 0 WHERE id = 1")
		// What only reads changes nothing, and so folds no row; what may change the library does.
		if started := lectern(t, "user", "edit", "3", db, "--name=Tom").ok(t); !strings.Contains(started.stderr, "user_id=2 older_user_id=1") {
			t.Errorf("the start says %q", started.stderr)
		}
		listed := lectern(t, "user", "list", db).ok(t)
		if !strings.Contains(listed.stdout, "active, same e-mail as user 1\n") || strings.Count(listed.stdout, "same e-mail") != 1 {
			t.Errorf("listed\n%s", listed.stdout)
		}
		var list struct {
			Users []struct {
				ID          int64
				Email       string
				DuplicateOf int64 `json:"email_duplicate_of"`
			}
		}
		if err := json.Unmarshal([]byte(lectern(t, "user", "list", db, "--json").ok(t).stdout), &list); err != nil {
			t.Fatal(err)
		}
		for i, want := range []int64{0, 1, 0} {
			if list.Users[i].DuplicateOf != want {
				t.Errorf("user %d is listed with the e-mail of %d, want %d", i+1, list.Users[i].DuplicateOf, want)
			}
		}
		if said := lectern(t, "user", "deactivate", db, "eve@school.test").ok(t).stdout; said != "Deactivated user 1 (X).\n" {
			t.Errorf("by the address is found: %s", said)
		}
		if said := lectern(t, "user", "deactivate", db, "2").ok(t).stdout; said != "Deactivated user 2 (E).\n" {
			t.Errorf("by id is found: %s", said)
		}
	})
}
