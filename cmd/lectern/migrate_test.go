package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/lectern-media/lectern/internal/testkit"
)

// oldLibrary is a library of schema version 11, with one person, as the program of that
// time left it.
func oldLibrary(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	from, err := os.Open("testdata/library-11.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	unpacked, err := gzip.NewReader(from)
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "lectern.db"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return data
}

// execute runs a statement on a library.
func execute(t *testing.T, url, statement string) {
	t.Helper()
	if _, err := testkit.Tables(t, url).ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// commandsOnALibrary is every command but serve and migrate that opens a library.
var commandsOnALibrary = []string{
	"user list", "user create --name Tom", "user edit 1 --name Tom", "user deactivate 1", "user reactivate 1", "user delete 1",
	"token create --user 1", "token list", "token revoke abc", "token revoke --user 1", "signing-key rotate",
	"course list", "course create 7", "course enroll 7 1 --role student", "course unenroll 7 1",
	"subaccount list", "subaccount create --name Physics", "subaccount assign 1 --admin 1", "subaccount unassign 1 --admin 1",
	"caption-service list", "caption-service create x", "caption-service revoke x",
	"jobs list", "jobs retry 1", "jobs cancel 1",
	"storage check", "storage sweep", "storage claim",
	"load -", "seed",
}

func TestCommandsOnALibrary_AreAll(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.NoDefaultHelp(), defaults())
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Leaves(false) {
		name := strings.TrimPrefix(command.FullPath(), parser.Model.Name+" ")
		opens := slices.ContainsFunc(command.Flags, func(f *kong.Flag) bool { return f.Name == "data" })
		named := slices.ContainsFunc(commandsOnALibrary, func(c string) bool { return c == name || strings.HasPrefix(c, name+" ") })
		if opens && !named && !slices.Contains([]string{"serve", "migrate", "config"}, name) {
			t.Errorf("commandsOnALibrary lacks %q", name)
		}
	}
}

// No command but serve and migrate changes the schema, or works with another one.
func TestCommands_RejectAnotherSchema(t *testing.T) {
	old, newer := oldLibrary(t), t.TempDir()
	lectern(t, "user", "create", "--data", newer, "--name=Ada").ok(t)
	execute(t, "sqlite:"+filepath.Join(newer, "lectern.db"), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")
	for _, command := range commandsOnALibrary {
		if command == "load -" {
			command = "load " + fixtureFile(t, `{"format": 1}`)
		}
		for data, want := range map[string]string{
			old:   "its schema is version 11, and this Lectern needs version ",
			newer: "its schema is version 999, and this Lectern knows up to ",
		} {
			before := fileText(t, filepath.Join(data, "lectern.db"))
			got := lectern(t, append(strings.Fields(command), "--data", data)...)
			if got.code != exitFailed || !strings.Contains(got.stderr, want) {
				t.Errorf("%s: exit code %d: %s\nwant %d and %q", command, got.code, got.stderr, exitFailed, want)
			}
			if data == old && !strings.Contains(got.stderr, "run lectern migrate") {
				t.Errorf("%s does not say what to do: %s", command, got.stderr)
			}
			if fileText(t, filepath.Join(data, "lectern.db")) != before {
				t.Errorf("%s changed the library", command)
			}
		}
	}
	for _, command := range []string{"migrate", "serve --listen=127.0.0.1:0"} {
		got := lectern(t, append(strings.Fields(command), "--data", newer)...)
		if got.code != exitFailed || !strings.Contains(got.stderr, "run the newer Lectern that made it") {
			t.Errorf("%s on a newer library: exit code %d: %s", command, got.code, got.stderr)
		}
	}
}

// PostgreSQL, too; and there an empty database is no library.
func TestCommands_RejectAnotherSchemaOfPostgres(t *testing.T) {
	url := testkit.PostgresURL(t)
	got := lectern(t, "user", "list", "--database="+url)
	if got.code != exitFailed || !strings.Contains(got.stderr, "there is no library in it yet") {
		t.Errorf("an empty database: exit code %d: %s", got.code, got.stderr)
	}
	lectern(t, "user", "create", "--database="+url, "--name=Ada").ok(t)
	lectern(t, "user", "list", "--database="+url).ok(t)
	execute(t, url, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, TRUE)")
	for _, command := range []string{"user list", "user create --name=Tom", "migrate"} {
		got := lectern(t, append(strings.Fields(command), "--database="+url)...)
		if got.code != exitFailed || !strings.Contains(got.stderr, "its schema is version 999") {
			t.Errorf("%s: exit code %d: %s", command, got.code, got.stderr)
		}
	}
}

func TestMigrate_CopiesTheLibraryBefore(t *testing.T) {
	for _, how := range []string{"migrate", "serve"} {
		data := oldLibrary(t)
		if how == "migrate" {
			said := lectern(t, "migrate", "--data", data).ok(t)
			if !strings.Contains(said.stdout, "from schema version 11 to ") ||
				!strings.Contains(said.stdout, "A copy from before the migration is in "+data) {
				t.Errorf("it says %q", said.stdout)
			}
		} else {
			server := background(t, "serve", "--data="+data, "--listen=127.0.0.1:0", "--json")
			server.line()
			server.end()
			if log := server.stderr.String(); !strings.Contains(log, "copy="+data) || !strings.Contains(log, "from=11") {
				t.Errorf("it logs %s", log)
			}
		}
		copies, err := filepath.Glob(filepath.Join(data, "lectern.db.schema-11-*"))
		if err != nil || len(copies) != 1 {
			t.Fatalf("%s: copies %v, %v", how, copies, err)
		}
		if info, err := os.Stat(copies[0]); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: the copy has mode %v, %v", how, info.Mode(), err)
		}
		// The copy is a library by itself, from which one can begin again.
		again := t.TempDir()
		if err := os.Rename(copies[0], filepath.Join(again, "lectern.db")); err != nil {
			t.Fatal(err)
		}
		lectern(t, "migrate", "--data", again).ok(t)
		for _, folder := range []string{data, again} {
			if said := lectern(t, "user", "list", "--data", folder).ok(t); !strings.Contains(said.stdout, "ada@school.test") {
				t.Errorf("%s: it lists %s", how, said.stdout)
			}
		}
		if said := lectern(t, "migrate", "--data", data).ok(t); !strings.Contains(said.stdout, "already") {
			t.Errorf("a second migration says %q", said.stdout)
		}
	}
	nowhere := t.TempDir()
	lectern(t, "migrate", "--data", nowhere).is(t, exitFailed, "lectern: there is no library at "+nowhere+"/lectern.db")
}

// A command that is rejected leaves the folder as it was.
func TestCommands_LeaveNoEmptyLibraryBehind(t *testing.T) {
	for command, code := range map[string]int{
		"user create --name= --role=Admin":                                                                    exitRefused,
		"user create --name=Ada --role=Nobody":                                                                exitRefused,
		"user create --name=Ada --email=no-mail":                                                              exitRefused,
		"load " + fixtureFile(t, `{"media": [{"key": "a", "owner": "nobody", "title": "A"}]}`):                exitRefused,
		"load " + fixtureFile(t, `{"users": `):                                                                exitRefused,
		"load --tokens --expires-in=1ms " + fixtureFile(t, `{"users": [{"key": "ada", "full_name": "Ada"}]}`): exitRefused,
		"load /nowhere.json":    exitFailed,
		"seed --users=-1":       exitFailed,
		"user list":             exitFailed,
		"token create --user=1": exitFailed,
	} {
		data := t.TempDir()
		got := lectern(t, append(strings.Fields(command), "--data", data)...)
		if got.code != code {
			t.Errorf("%s: exit code %d, want %d: %s", command, got.code, code, got.stderr)
		}
		if left, err := os.ReadDir(data); err != nil || len(left) > 0 {
			t.Errorf("%s left %v, %v", command, left, err)
		}
	}
	// A library that was there stays.
	data := t.TempDir()
	lectern(t, "user", "create", "--data", data, "--name=Ada").ok(t)
	if got := lectern(t, "user", "create", "--data", data, "--name= "); got.code != exitRefused {
		t.Errorf("exit code %d: %s", got.code, got.stderr)
	}
	lectern(t, "user", "list", "--data", data).ok(t)
}

func fixtureFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fixture.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", text)
}
