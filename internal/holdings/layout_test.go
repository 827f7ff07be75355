package holdings_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keyLiteral finds text that a key is built or recognized with. An address of the API has a
// slash before it, and the name of this module a dash.
var keyLiteral = regexp.MustCompile(`(^|[^-/\w])media/($|[^\s{u])`)

// takesApart are the functions that take a path apart. path.Ext is not among them: it reads
// a file's type, and nothing of where the file is.
var takesApart = map[string][]string{
	"strings": {"Split", "SplitN", "SplitAfter", "SplitAfterN", "SplitSeq", "Cut", "CutPrefix", "CutSuffix", "TrimPrefix", "TrimSuffix", "LastIndex", "LastIndexByte"},
	"path":    {"Base", "Dir", "Split", "Match"},
}

// keyHandling lists where a file builds or parses keys of objects, with the reason.
func keyHandling(files *token.FileSet, file *ast.File) (found []string) {
	report := func(at ast.Node, why string, arguments ...any) {
		found = append(found, fmt.Sprintf("%s: %s", files.Position(at.Pos()), fmt.Sprintf(why, arguments...)))
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && keyLiteral.MatchString(text) {
				report(n, "%s spells out a key: holdings.Run.Key builds it", n.Value)
			}
		case *ast.CallExpr:
			called, is := n.Fun.(*ast.SelectorExpr)
			if !is || len(n.Args) == 0 {
				break
			}
			of, _ := called.X.(*ast.Ident)
			if of != nil && slices.Contains(takesApart[of.Name], called.Sel.Name) && isKey(n.Args[0]) {
				report(n, "%s.%s takes a key apart: holdings.ParseKey does", of.Name, called.Sel.Name)
			}
		}
		return true
	})
	return found
}

// isKey reports whether an expression is called a key.
func isKey(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name == "key"
	case *ast.SelectorExpr:
		return e.Sel.Name == "Key" || e.Sel.Name == "key"
	}
	return false
}

// Keys are built and parsed in this package only: with the layout in two places, one of them
// is forgotten when it changes.
func TestKeys_AreBuiltAndParsedOnlyHere(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	elsewhere := []string{"blob", "holdings", "testkit"} // blob takes any key, and testkit is for tests
	read := 0
	for _, part := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains(elsewhere, entry.Name()):
				return filepath.SkipDir
			case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_gen.go"):
				return nil
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			read++
			for _, what := range keyHandling(files, file) {
				t.Error(what)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if read < 100 {
		t.Errorf("only %d files were read", read)
	}
}

// The rule above would look the same if it found nothing.
func TestKeyHandling_FindsWhatItIsFor(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]int{
		`fmt.Sprintf("media/%d/%s/", id, run)`:     1,
		`"media/" + strconv.Itoa(id)`:              1,
		`strings.HasPrefix(o.Key, "media/")`:       1,
		`strings.SplitN(f.Key, "/", 4)`:            1,
		`strings.Split(key, "/")`:                  1,
		`path.Base(master.key)`:                    1,
		`fmt.Sprintf("/media/%d/permissions", id)`: 0,
		`"github.com/lectern-media/lectern"`:       0,
		`"GET /media/search"`:                      0,
		`path.Ext(f.Key)`:                          0,
		`strings.Split(address, "/")`:              0,
	} {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, "example.go", "package example\n\nvar x = "+expression, 0)
		if err != nil {
			t.Fatal(err)
		}
		if found := keyHandling(files, file); len(found) != want {
			t.Errorf("in %s it finds %q, want %d", expression, found, want)
		}
	}
}
