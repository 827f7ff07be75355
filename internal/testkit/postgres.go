package testkit

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// oldestPostgres is the first major version that Lectern supports.
const oldestPostgres = 15

// dropTimeout bounds the cleanup of one database. Dropping takes milliseconds;
// a server that hangs should fail the test instead of hanging it too.
const dropTimeout = 30 * time.Second

// PostgresURL returns the URL of a fresh, empty PostgreSQL database, which is
// dropped when the test ends, even if somebody is still connected.
//
// The server behind it is started on first use, shared by the tests of this
// process and gone when the process is. LECTERN_TEST_POSTGRES, when set, names
// a server to use instead: a URL whose role may create databases.
//
// A test gets a database, not a schema of a shared one, because extensions,
// advisory locks (migrations take one) and LISTEN channels belong to a
// database: in one database, parallel tests would wait for each other's
// migrations and lose pg_trgm with the schema that happened to hold it. That
// costs 20 ms a test where a schema would cost 10.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	NeedsMore(tb, "PostgreSQL")
	// template0, as nobody can be connected to it and so block the copy, and
	// as it alone lets us choose the locale on a server that we did not start.
	return postgresURL(tb, "template0")
}

// postgresURL returns the URL of a copy of a database.
func postgresURL(tb testing.TB, template string) string {
	tb.Helper()
	server, err := PostgresServer()
	if err != nil {
		tb.Fatal(err)
	}
	address, err := url.Parse(server)
	if err != nil {
		tb.Fatalf("LECTERN_TEST_POSTGRES: %v", err)
	}
	name := newDatabaseName()
	if err := execute(tb.Context(), server, createDatabase(name, template)); err != nil {
		tb.Fatalf("create a database for the test: %v", err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropTimeout)
		defer cancel()
		if err := execute(ctx, server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("drop the test's database: %v", err)
		}
	})

	address.Path = "/" + name
	return address.String()
}

func newDatabaseName() string { return "lectern_test_" + strings.ToLower(rand.Text()) }

// createDatabase is a statement. Copying files takes half the time of the default, which logs
// each page.
func createDatabase(name, template string) string {
	return "CREATE DATABASE " + name + " TEMPLATE " + template + " ENCODING 'UTF8' LOCALE 'C.UTF-8' STRATEGY file_copy"
}

// execute runs one statement on a connection of its own. A pool kept for the
// next test would look like a leak to tests that count what is left open.
func execute(ctx context.Context, server, statement string) (err error) {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, statement)
	return err
}

// PostgresServer returns the URL of the server that holds the tests' databases. It is
// for what needs a server and is no test, as the benchmark; a test asks PostgresURL.
func PostgresServer() (string, error) {
	if given := os.Getenv("LECTERN_TEST_POSTGRES"); given != "" {
		return given, nil
	}
	own, err := ownCluster()
	if err != nil {
		return "", err
	}
	return own.url, nil
}

// ownCluster starts this process's cluster once; every later call returns the
// same one, or the same error.
var ownCluster = sync.OnceValues(startCluster)

// A cluster is a PostgreSQL server with a folder of its own.
type cluster struct {
	url string

	// alive is the pipe that postgres.sh waits on. Holding it here keeps the
	// garbage collector from closing it, which would stop the server.
	alive io.Closer
}

//go:embed postgres.sh
var postgresScript string

func startCluster() (*cluster, error) {
	bin, err := newestPostgres(postgresFolders())
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(clusterParent(), "lectern-postgres-")
	if err != nil {
		return nil, err
	}
	arguments, err := asPostgres(dir, "-c", postgresScript, "sh", bin, dir)
	if err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}

	// A session of its own, so that an interrupt typed at the terminal ends
	// the tests and leaves the script to tidy up after them. A bare
	// environment, so that a developer's PGDATA or PGPORT changes nothing.
	script := exec.CommandContext(context.Background(), "sh", arguments...)
	script.Dir = dir
	script.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	script.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	alive, err := script.StdinPipe()
	if err != nil {
		return nil, err
	}
	answer, err := script.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := script.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL from %s: %w", bin, err)
	}

	said, err := io.ReadAll(answer)
	if err != nil || string(said) != "ready\n" {
		failure := fmt.Errorf("PostgreSQL from %s did not start:\n%s", bin, said)
		return nil, errors.Join(failure, err, alive.Close(), script.Wait())
	}
	address := url.URL{
		Scheme:   "postgres",
		User:     url.User("postgres"),
		Path:     "/postgres",
		RawQuery: url.Values{"host": {dir}, "port": {"5432"}}.Encode(),
	}
	return &cluster{url: address.String(), alive: alive}, nil
}

// postgresFolders lists the folders where PostgreSQL's programs may be: those
// of Debian's packages, which are not on the PATH, and the PATH's own.
func postgresFolders() []string {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if program, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, filepath.Dir(program))
	}
	return folders
}

// versionLine is what `postgres --version` prints, a Debian build or a beta
// included: "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
var versionLine = regexp.MustCompile(`^postgres \(PostgreSQL\) (\d+)`)

// newestPostgres picks the folder with the newest PostgreSQL that Lectern
// supports.
func newestPostgres(folders []string) (string, error) {
	newest, found := 0, ""
	for _, folder := range folders {
		line, err := exec.CommandContext(context.Background(), filepath.Join(folder, "postgres"), "--version").Output()
		if err != nil {
			continue // a client-only installation, or leftovers of a removed one
		}
		version := versionLine.FindSubmatch(line)
		if version == nil {
			continue
		}
		if major, err := strconv.Atoi(string(version[1])); err == nil && major > newest {
			newest, found = major, folder
		}
	}
	if newest < oldestPostgres {
		return "", fmt.Errorf("this test needs PostgreSQL %d or newer: run script/setup, "+
			"or set LECTERN_TEST_POSTGRES to the URL of a server", oldestPostgres)
	}
	return found, nil
}

// memoryFolder is a file system in memory that every Linux has.
const memoryFolder = "/dev/shm"

// memoryWanted is the room that a cluster gets in memory, or else it lives on
// disk: a container may have 64 MB there, and a test that fills it would fail
// for a reason nobody looks for.
const memoryWanted = 2 << 30

// clusterParent returns the folder to put the cluster's own into. Creating a
// database is creating 300 files, 15 ms in memory and up to 300 ms on the disk
// of a virtual machine.
func clusterParent() string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memoryFolder, &fs); err == nil && fs.Bavail*uint64(fs.Bsize) >= memoryWanted {
		return memoryFolder
	}
	return os.TempDir()
}

// asPostgres adds to the arguments of a script what runs a program as the account that owns
// the script's folder: PostgreSQL's own where this process is root's.
func asPostgres(dir string, arguments ...string) ([]string, error) {
	if os.Geteuid() != 0 {
		return arguments, nil
	}
	return append(arguments, "setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"), giveToPostgres(dir)
}

// giveToPostgres makes the account that Debian's package creates the owner of
// the cluster's folder: PostgreSQL refuses to run as root.
func giveToPostgres(dir string) error {
	account, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("PostgreSQL does not run as root, and its own account is missing: run script/setup (%w)", err)
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		return err
	}
	return os.Chown(dir, uid, gid)
}
