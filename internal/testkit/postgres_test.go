package testkit

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestPostgresURL_GivesEachCallAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	one, other := connect(t, PostgresURL(t)), connect(t, PostgresURL(t))

	for _, conn := range []*pgx.Conn{one, other} {
		if _, err := conn.Exec(t.Context(), "CREATE TABLE media (id BIGINT PRIMARY KEY)"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPostgresURL_SortsAndSearchesTextAsProductionShould(t *testing.T) {
	t.Parallel()
	conn := connect(t, PostgresURL(t))
	if _, err := conn.Exec(t.Context(), "CREATE EXTENSION pg_trgm"); err != nil {
		t.Fatal(err)
	}
	var trigrams int
	if err := conn.QueryRow(t.Context(), "SELECT cardinality(show_trgm('оптика'))").Scan(&trigrams); err != nil {
		t.Fatal(err)
	}
	if trigrams == 0 {
		t.Error("pg_trgm sees no letters in a Cyrillic word: the locale is wrong")
	}
}

func TestPostgresURL_DropsTheDatabaseWithTheTest(t *testing.T) {
	t.Parallel()
	var address string
	t.Run("connected to the end", func(t *testing.T) {
		address = PostgresURL(t)
		connect(t, address)
	})

	conn, err := pgx.Connect(t.Context(), address)
	if err == nil {
		_ = conn.Close(t.Context())
		t.Fatalf("%s is still there", address)
	}
	if !strings.Contains(err.Error(), "3D000") {
		t.Errorf("connecting to a dropped database: %v, want error 3D000 (no such database)", err)
	}
}

func TestPostgresURL_UsesTheServerItIsGiven(t *testing.T) {
	given, err := url.Parse(PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	query := given.Query()
	query.Set("application_name", "given")
	given.RawQuery = query.Encode()
	t.Setenv("LECTERN_TEST_POSTGRES", given.String())

	conn := connect(t, PostgresURL(t))
	var name, application string
	row := conn.QueryRow(t.Context(), "SELECT current_database(), current_setting('application_name')")
	if err := row.Scan(&name, &application); err != nil {
		t.Fatal(err)
	}
	if application != "given" {
		t.Errorf("application_name is %q: the given URL's settings were lost", application)
	}
	if "/"+name == given.Path {
		t.Errorf("the test got %s, the given database itself", name)
	}
}

// Killing is the one end that none of our code sees, so it stands for all of
// them: a panic, a timeout of go test, an interrupt.
func TestPostgresURL_ServerEndsWithAKilledTestProcess(t *testing.T) {
	t.Parallel()
	if os.Getenv("LECTERN_TESTKIT_VICTIM") != "" { // we are the child started below
		fmt.Println("victim at", PostgresURL(t))
		_, _ = io.Copy(io.Discard, os.Stdin) // which never ends, so we wait to be killed
		return
	}

	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "LECTERN_TESTKIT_VICTIM=1", "LECTERN_TEST_POSTGRES=")
	if _, err := child.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(output)
	line, err := said.ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "victim at ")
	if err != nil || !ok {
		rest, _ := io.ReadAll(said)
		t.Fatalf("the child gave no address (%v):\n%s%s", err, line, rest)
	}
	conn := connect(t, address)

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // "signal: killed", as it should be

	// The connection breaks when the server ends. The folder goes a moment
	// later, and nothing tells us but the folder.
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := conn.WaitForNotification(ctx); ctx.Err() != nil {
		t.Fatalf("the server outlives its test process: %v", err)
	}
	folder := conn.Config().Host
	for tick := time.Tick(10 * time.Millisecond); ; {
		if _, err := os.Stat(folder); os.IsNotExist(err) {
			return
		}
		select {
		case <-tick:
		case <-ctx.Done():
			t.Fatalf("%s is still there", folder)
		}
	}
}

// Not parallel: a program that another goroutine's fork still holds open for
// writing cannot be run ("text file busy").
func TestNewestPostgres(t *testing.T) {
	installed := func(t *testing.T, version string) string {
		t.Helper()
		folder := t.TempDir()
		program := "#!/bin/sh\necho '" + version + "'\n"
		if err := os.WriteFile(filepath.Join(folder, "postgres"), []byte(program), 0o700); err != nil {
			t.Fatal(err)
		}
		return folder
	}
	old := installed(t, "postgres (PostgreSQL) 9.6.24")
	debian := installed(t, "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)")
	beta := installed(t, "postgres (PostgreSQL) 19beta2")
	other := installed(t, "pgbouncer 1.18.0")
	empty := t.TempDir()

	for name, c := range map[string]struct {
		folders []string
		want    string
	}{
		"the newest of several":           {[]string{debian, beta, old}, beta},
		"past folders without a server":   {[]string{empty, other, debian}, debian},
		"one that is too old":             {[]string{old}, ""},
		"nothing installed":               {nil, ""},
		"only folders without a server":   {[]string{empty, other}, ""},
		"a folder that is not even there": {[]string{filepath.Join(empty, "gone")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := newestPostgres(c.folders)
			if got != c.want {
				t.Errorf("newestPostgres = %q, want %q", got, c.want)
			}
			if missing := c.want == ""; missing != (err != nil) {
				t.Errorf("error %v, want one only when there is no PostgreSQL to use", err)
			}
			if err != nil && !strings.Contains(err.Error(), "script/setup") {
				t.Errorf("error %q does not say what to run", err)
			}
		})
	}
}

func connect(tb testing.TB, address string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}
