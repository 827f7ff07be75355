package dataset

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A Database is an address of a database that its holder may change, and how to drop it.
type Database struct {
	URL  string // as `lectern --database` takes it
	Drop func() error
}

// Blank makes a database with nothing in it.
func (w *Workshop) Blank(ctx context.Context, kind string) (Database, error) {
	if kind == Postgres {
		return w.createDatabase(ctx, "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
	}
	folder, err := os.MkdirTemp(w.Folder, "blank")
	if err != nil {
		return Database{}, err
	}
	return sqliteIn(folder), nil
}

// Copy makes a database with the same rows as one that no program has open.
func (w *Workshop) Copy(ctx context.Context, kind string, original Database) (Database, error) {
	if kind == Postgres {
		name := original.URL[strings.LastIndex(original.URL, "/")+1:]
		name, _, _ = strings.Cut(name, "?")
		return w.createDatabase(ctx, "TEMPLATE "+name+" STRATEGY file_copy")
	}
	folder, err := os.MkdirTemp(w.Folder, "copy")
	if err != nil {
		return Database{}, err
	}
	d := sqliteIn(folder)
	// The last program to close the original has left everything in the one file.
	if err := copyFile(sqlitePath(d), sqlitePath(original)); err != nil {
		return Database{}, errors.Join(err, d.Drop())
	}
	return d, nil
}

// Settle does what PostgreSQL does by itself about rows that a migration has rewritten, but
// not within the minute in which a comparison begins. SQLite has nothing of the kind.
func (w *Workshop) Settle(ctx context.Context, kind string, d Database) (err error) {
	if kind != Postgres {
		return nil
	}
	conn, err := pgx.Connect(ctx, d.URL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, "VACUUM (ANALYZE)")
	return err
}

func sqliteIn(folder string) Database {
	return Database{
		URL:  "sqlite:" + filepath.Join(folder, "lectern.db"),
		Drop: func() error { return os.RemoveAll(folder) },
	}
}

func sqlitePath(d Database) string { return strings.TrimPrefix(d.URL, "sqlite:") }

// createDatabase makes a database on the server, with the rest of the statement given.
func (w *Workshop) createDatabase(ctx context.Context, how string) (d Database, err error) {
	if w.Postgres == "" {
		return d, errNoPostgres
	}
	server, err := pgx.Connect(ctx, w.Postgres)
	if err != nil {
		return d, err
	}
	defer func() { err = errors.Join(err, server.Close(ctx)) }()
	name := "lectern_bench_copy_" + strings.ToLower(rand.Text())
	if _, err := server.Exec(ctx, "CREATE DATABASE "+name+" "+how); err != nil {
		return d, fmt.Errorf("create database %s: %w", name, err)
	}
	return Database{
		URL: w.databaseURL(name),
		// What was made is dropped however the benchmark ends.
		Drop: func() error { return w.dropDatabase(context.WithoutCancel(ctx), name) },
	}, nil
}
