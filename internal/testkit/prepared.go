package testkit

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Prepared makes databases that begin as copies of one, which is prepared once in a process: a
// copy takes a tenth of the time that all migrations take. Use it as a package variable.
type Prepared struct {
	// Prepare brings an empty database to the state that all copies begin in, and leaves no
	// connection open.
	Prepare func(ctx context.Context, database string) error

	sqlite, postgres once
}

// once is what was prepared, or why it could not be.
type once struct {
	sync.Once
	original string
	err      error
}

// OnEachDatabase is [OnEachDatabase] with prepared databases.
func (p *Prepared) OnEachDatabase(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	onEachDatabase(t, p.SQLiteURL, p.PostgresURL, test)
}

// SQLiteURL returns the URL of a prepared SQLite file, in a folder that is removed when the
// test ends.
func (p *Prepared) SQLiteURL(tb testing.TB) string {
	tb.Helper()
	p.sqlite.Do(func() { p.sqlite.original, p.sqlite.err = p.prepareSQLite() })
	if p.sqlite.err != nil {
		tb.Fatal(p.sqlite.err)
	}
	database := SQLiteURL(tb)
	content := []byte(p.sqlite.original)
	if err := os.WriteFile(strings.TrimPrefix(database, "sqlite:"), content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return database
}

// prepareSQLite returns the content of a prepared file.
func (p *Prepared) prepareSQLite() (content string, err error) {
	dir, err := os.MkdirTemp("", "lectern-prepared-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "library.db")
	if err := p.Prepare(context.Background(), "sqlite:"+path); err != nil {
		return "", err
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		return "", errors.New("the prepared SQLite file still has a log, so a copy of it is not whole")
	}
	file, err := os.ReadFile(path)
	return string(file), err
}

// PostgresURL returns the URL of a prepared PostgreSQL database, which is dropped when the
// test ends.
func (p *Prepared) PostgresURL(tb testing.TB) string {
	tb.Helper()
	NeedsMore(tb, "PostgreSQL")
	p.postgres.Do(func() { p.postgres.original, p.postgres.err = p.preparePostgres() })
	if p.postgres.err != nil {
		tb.Fatal(p.postgres.err)
	}
	return postgresURL(tb, p.postgres.original)
}

// preparePostgres returns the name of a prepared database.
func (p *Prepared) preparePostgres() (string, error) {
	server, err := PostgresServer()
	if err != nil {
		return "", err
	}
	address, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	ctx := context.Background()
	name := newDatabaseName()
	if err := execute(ctx, server, createDatabase(name, "template0")); err != nil {
		return "", err
	}
	address.Path = "/" + name
	return name, p.Prepare(ctx, address.String())
}

// Close drops the original on a server that outlives the process. TestMain calls it.
func (p *Prepared) Close() error {
	if p.postgres.original == "" {
		return nil
	}
	server, err := PostgresServer()
	if err != nil {
		return err
	}
	return execute(context.Background(), server, "DROP DATABASE "+p.postgres.original+" WITH (FORCE)")
}
