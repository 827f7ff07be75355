package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

func TestOutage_ReplacedDatabase(t *testing.T) {
	t.Parallel()
	if got := store.Outage(fmt.Errorf("sharing: %w", &store.ReplacedError{})); got != library.KindUnavailable {
		t.Errorf("it is %s", got)
	}
}

// A server that does not let anybody into the database, as while it is dropped and created
// again, gives codes that mean other things elsewhere.
func TestOutage_DatabaseThatTakesNoConnections(t *testing.T) {
	t.Parallel()
	address, err := url.Parse(testkit.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(u *url.URL){
		"missing":           func(u *url.URL) { u.Path += "_missing" },
		"takes nobody":      func(u *url.URL) { u.Path = "/template0" },
		"an unknown person": func(u *url.URL) { u.User = url.User("nobody_at_all") },
	} {
		other := *address
		change(&other)
		opened, err := store.Open(t.Context(), store.Options{URL: other.String()})
		if err == nil {
			t.Errorf("%s: is opened", name)
			_ = opened.Close()
		}
		if got := store.Outage(err); got != library.KindUnavailable {
			t.Errorf("%s: %v is %s", name, err, got)
		}
	}
}

func TestOutage_PostgreSQL(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]library.Kind{
		"53100": library.KindNoSpace, "53200": library.KindUnavailable, "53300": library.KindUnavailable,
		"57P01": library.KindUnavailable, "57P02": library.KindUnavailable, "57P03": library.KindUnavailable,
		"08006": library.KindUnavailable, "58030": library.KindUnavailable, "25006": library.KindUnavailable,
		"57014": library.KindInternal, "23505": library.KindInternal, "42P01": library.KindInternal,
		"40001": library.KindUnavailable, "40P01": library.KindUnavailable,
	} {
		if got := store.Outage(fmt.Errorf("reading: %w", &pgconn.PgError{Code: code})); got != want {
			t.Errorf("%s is %s, want %s", code, got, want)
		}
	}
	byLine, _, line := testkit.PostgresByLine(t)
	kept, err := store.Open(t.Context(), store.Options{URL: byLine})
	if err != nil {
		t.Fatal(err)
	}
	line.Cut()
	if err := kept.Ping(t.Context()); store.Outage(err) != library.KindUnavailable {
		t.Errorf("a line that was cut: %v", err)
	}
	if err := kept.Close(); err != nil {
		t.Log(err) // its connections are gone
	}
}

func TestOutage_SQLite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "some.db")
	open := func(path, query string) *sql.DB {
		db, err := sql.Open("sqlite", "file:"+path+"?"+query)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
	fails := func(db *sql.DB, statement string) error {
		_, err := db.ExecContext(t.Context(), statement)
		return err
	}
	db := open(path, "_pragma=max_page_count(4)")
	if err := fails(db, "CREATE TABLE t (x TEXT UNIQUE); INSERT INTO t VALUES ('a')"); err != nil {
		t.Fatal(err)
	}
	cause := map[string]error{
		"full":          fails(db, "INSERT INTO t VALUES (hex(randomblob(100000)))"),
		"read only":     fails(open(path, "mode=ro"), "INSERT INTO t VALUES ('b')"),
		"no folder":     fails(open(path+"/no/such.db", ""), "SELECT * FROM t"),
		"duplicate":     fails(db, "INSERT INTO t VALUES ('a')"),
		"no such table": fails(db, "SELECT * FROM nothing"),
	}
	if err := fails(db, "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	cause["locked"] = fails(open(path, "_pragma=busy_timeout(0)"), "INSERT INTO t VALUES ('c')")
	for name, want := range map[string]library.Kind{
		"full": library.KindNoSpace, "read only": library.KindUnavailable, "no folder": library.KindUnavailable,
		"locked": library.KindUnavailable, "duplicate": library.KindInternal, "no such table": library.KindInternal,
	} {
		if got := store.Outage(fmt.Errorf("changing: %w", cause[name])); cause[name] == nil || got != want {
			t.Errorf("%s: %v is %s, want %s", name, cause[name], got, want)
		}
	}
}

func TestOutage_Connections(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]library.Kind{
		io.ErrUnexpectedEOF: library.KindUnavailable, net.ErrClosed: library.KindUnavailable, sql.ErrConnDone: library.KindUnavailable,
		pgconn.ErrConnClosed: library.KindUnavailable, context.DeadlineExceeded: library.KindUnavailable,
		&net.OpError{Op: "read", Err: syscall.ECONNRESET}: library.KindUnavailable,
		&fs.PathError{Op: "write", Err: syscall.ENOSPC}:   library.KindInternal, // of the storage, which blob knows
		context.Canceled: library.KindInternal, sql.ErrNoRows: library.KindInternal, errors.New("a fault"): library.KindInternal,
		&library.Error{Kind: library.KindInvalid}: library.KindInternal,
	} {
		if got := store.Outage(fmt.Errorf("reading: %w", err)); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
}
