// Package db connects to the database of a library, which is SQLite or PostgreSQL: pools of
// connections, transactions and snapshots, the differences between the two dialects, the runner
// of migrations, and the protection of SQLite's files. It uses no table except the one that
// counts migrations.
//
// Statements are written for PostgreSQL and rewritten for SQLite where the two differ
// (dialect.go).
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"
)

// Options say which database is opened, and how.
type Options struct {
	// URL is sqlite:PATH, for one file, or postgres://… for a PostgreSQL 15 or later.
	URL string
	// Logger gets what an operator should know; nil for none.
	Logger *slog.Logger
	// Migrations make the schema.
	Migrations Migrations
	// Schema says what may be done to the schema.
	Schema Schema
	// Connections is how many connections to PostgreSQL the process makes at most, that which
	// listens included; 0 for [DefaultConnections]. SQLite has none.
	Connections int
	// ReadOnly opens a database that nothing is changed in, whose schema must be Current.
	ReadOnly bool
}

// Migrations are what a schema is made by, in the order of their versions.
type Migrations struct {
	// Files has a folder "migrations" with those of both databases as NNNNN_name.sql, in
	// PostgreSQL's words, and folders in it, postgres and sqlite, with those of one.
	Files fs.FS
	// Steps are those that no SQL can say.
	Steps []Step
}

// Step is a migration in Go. A database whose function is nil has none of this version, or
// has it as a file.
type Step struct {
	Version int64
	SQLite  func(context.Context, *sql.Tx) error
	// Postgres runs outside a transaction, since PostgreSQL uses no value of a type before the
	// statement that adds it to the type is committed.
	Postgres func(context.Context, *sql.DB) error
}

// Conn runs statements in PostgreSQL's words: on a pool, where each sees the latest state of
// the database, or in a transaction.
type Conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// DB is an open database, a [*SQLite] or a [*Postgres]. It is safe for concurrent use, also
// by several processes.
type DB interface {
	// Reads answers single statements, each on the latest state.
	Reads() Conn
	// View runs fn on one state of the database, again when the database asks for it.
	View(ctx context.Context, fn func(*View) error) error
	// State returns the state that the database is in, or 0 where that costs more than
	// it saves.
	State(ctx context.Context) State
	// Change runs fn in one transaction, again when the database asks for it.
	Change(ctx context.Context, fn func(Conn) error) error
	// IsDuplicate reports whether err is the rejection of a second row under a unique key.
	IsDuplicate(err error) bool
	// Ping checks that the database answers, and that its files are those that were opened.
	Ping(ctx context.Context) error
	// Analyze has the database count what it holds: plans made without such statistics
	// are bad. It is worth calling after much has come at once.
	Analyze(ctx context.Context) error
	// WarnOfRisks logs what about the database endangers what is in it.
	WarnOfRisks(ctx context.Context, log *slog.Logger) error
	// Migration is what opening did to the schema.
	Migration() Migration
	// Replaced is closed when the files of the database are no longer those that were opened;
	// Ping says why. It is nil where that cannot be noticed.
	Replaced() <-chan struct{}
	// Now is the time of the database's clock. SQLite has that of the machine.
	Now(ctx context.Context) (time.Time, error)
	// Writer is the pool of the changes, in the database's own words.
	Writer() *sql.DB
	Close() error
	// Discard is Close, and removes a database that was created with the policy Create. An
	// empty schema in PostgreSQL stays.
	Discard(ctx context.Context) error
}

// Open opens a database, and creates it or brings its schema up to date where the options
// allow it, which is safe when several processes start at once. A database of a newer
// program is rejected.
func Open(ctx context.Context, o Options) (DB, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.ReadOnly {
		o.Schema = Current
	}
	var opened DB
	var err error
	scheme, rest, _ := strings.Cut(o.URL, ":")
	switch scheme {
	case "sqlite":
		opened, err = openSQLite(ctx, strings.TrimPrefix(rest, "//"), o)
	case "postgres", "postgresql":
		opened, err = openPostgres(ctx, o)
	default:
		return nil, errors.New("the database must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")
	}
	if err != nil {
		return nil, fmt.Errorf("opening the %s database: %w", scheme, err)
	}
	return opened, nil
}

// RawTx returns the transaction behind what [DB.Change] passes to its function, for
// statements in the database's own words; nil for a pool.
func RawTx(conn Conn) *sql.Tx {
	switch c := conn.(type) {
	case *sqliteTx:
		return c.tx
	case postgresTx:
		return c.tx
	}
	return nil
}
