// Package store keeps a library on SQLite or PostgreSQL, behind the interfaces that
// package library declares. One set of queries serves both: sqlc generates package
// dbq from queries/*.sql in PostgreSQL's words, and package db rewrites what SQLite says
// otherwise.
//
// Who reaches which media is answered from lists that are cached under versions
// (reach.go); nothing else that is derived is kept anywhere.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/jobs"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Schema says what opening a library may do to its schema.
type Schema = db.Schema

// The policies for the schema.
const (
	Migrate = db.Migrate
	Create  = db.Create
	Current = db.Current
)

// MinConnections is how many connections to PostgreSQL a process needs.
const MinConnections = db.MinConnections

// DefaultConnections is how many connections to PostgreSQL a process has by
// default.
func DefaultConnections() int { return db.DefaultConnections() }

// Migration is what opening a library did to its schema.
type Migration = db.Migration

// Options say where the library is kept.
type Options struct {
	// URL is sqlite:PATH, for one file, or postgres://… for a PostgreSQL 15 or later.
	URL string
	// Logger gets what an operator should know; nil for none.
	Logger *slog.Logger
	// Schema says what may be done to the schema.
	Schema Schema
	// Connections is how many connections to PostgreSQL the process makes at most; 0 for
	// [DefaultConnections].
	Connections int
	// ReadOnly opens a library that nothing is changed in, whose schema must be Current.
	ReadOnly bool

	// For tests of other rules.
	foldings   *library.Foldings // nil: the program's
	foldAtOnce int64             // rows; 0: as many as usual
	unfolded   bool              // leaves rows of lower rules as they are
}

// Store keeps a library. It is safe for concurrent use, also by several processes on
// one database.
type Store struct {
	db       *database
	lists    *lists
	jobs     *jobs.Jobs
	foldings library.Foldings
	atOnce   int64 // rows that are folded in one transaction
	log      *slog.Logger
	uses     tokenUses

	standings *together[library.MediaID, library.Standing]
}

// Open opens a library, and creates it or brings its schema up to date where the options
// allow it, which is safe when several nodes start at once. A database of a newer Lectern
// is rejected.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	opened, err := db.Open(ctx, db.Options{
		URL: o.URL, Logger: o.Logger, Connections: o.Connections, Migrations: migrations(), Schema: o.Schema, ReadOnly: o.ReadOnly,
	})
	if err != nil {
		return nil, err
	}
	s := &Store{
		db: newDatabase(opened), lists: newLists(), foldings: library.CurrentFoldings(), log: o.Logger,
		atOnce: cmp.Or(o.foldAtOnce, foldAtOnce),
	}
	s.standings = &together[library.MediaID, library.Standing]{read: s.readStandings}
	if o.foldings != nil {
		s.foldings = *o.foldings
	}
	if s.jobs, err = jobs.New(opened, o.Logger); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if o.ReadOnly || o.unfolded {
		return s, nil
	}
	if err := errors.Join(s.fold(ctx), s.warnOfDuplicates(ctx)); err != nil {
		return nil, errors.Join(fmt.Errorf("folding names and titles: %w", err), s.Close())
	}
	return s, nil
}

// Close writes what is waiting to be written and ends all connections.
func (s *Store) Close() error {
	s.uses.close(s.writeUses)
	return s.db.Close()
}

// Discard closes the library, and removes it if opening created it in a file by the
// policy [Create]. An empty schema in PostgreSQL stays.
func (s *Store) Discard(ctx context.Context) error { return s.db.Discard(ctx) }

// WarnOfRisks logs what an operator should change about the database: a folder that
// others can open, or settings by which acknowledged changes can be lost.
func (s *Store) WarnOfRisks(ctx context.Context, log *slog.Logger) error {
	return s.db.WarnOfRisks(ctx, log)
}

// Migration is what opening the library did to its schema.
func (s *Store) Migration() Migration { return s.db.Migration() }

// Replaced is closed when somebody has replaced or removed the files of a library that is
// in use. Nothing can be changed in it then, and [Store.Ping] says why.
func (s *Store) Replaced() <-chan struct{} { return s.db.Replaced() }

// Now is the time by the database's clock, which all nodes share. SQLite has that of the
// machine.
func (s *Store) Now(ctx context.Context) (time.Time, error) { return s.db.Now(ctx) }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.Ping(ctx) }

// Analyze has the database count what it holds: plans made without such statistics
// are bad. It is worth calling after much has come at once.
func (s *Store) Analyze(ctx context.Context) error { return s.db.Analyze(ctx) }

// Change runs fn in one transaction, as [library.Store] promises.
func (s *Store) Change(ctx context.Context, fn func(library.Tx) error) error {
	return s.change(ctx, func(t *tx) error { return fn(t) })
}

// change is Change for the store's own changes.
func (s *Store) change(ctx context.Context, fn func(*tx) error) error {
	var t *tx // of the last try
	err := s.db.change(ctx, func(conn dbq.DBTX) error {
		raw := db.RawTx(conn)
		q := dbq.New(conn)
		t = &tx{
			reader: reader{q: q, end: q, conn: conn, s: s}, later: dbq.New(laterConn{conn}),
			step: drawStep(), raw: raw, jobs: s.jobs.In(raw), isDuplicate: s.db.IsDuplicate, db: s.db,
			foldings: s.foldings, foldAtOnce: s.atOnce,
		}
		return fn(t)
	})
	switch {
	case err == nil:
		t.jobs.Committed()
	case db.IsConflict(err):
		return &library.Error{Kind: library.KindUnavailable, Message: conflictMessage, Err: err}
	}
	return err
}

// conflictMessage is said of a change that the database has rejected again and again.
const conflictMessage = "others are changing the same things at the moment; nothing was changed, try again in a few seconds"

// tx is one transaction, the [library.Tx].
type tx struct {
	reader
	later       *dbq.Queries // for what is executed without waiting for it
	step        int64        // for the versions of all rows that it makes or changes
	raw         *sql.Tx      // for statements in the database's own words
	jobs        *jobs.Tx
	isDuplicate func(error) bool
	db          *database
	foldings    library.Foldings
	foldAtOnce  int64
}

// laterConn executes statements [db.Later].
type laterConn struct{ dbq.DBTX }

// ExecContext is [dbq.DBTX]'s.
func (c laterConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return c.DBTX.ExecContext(db.Later(ctx), query, args...)
}

var (
	_ library.Store = (*Store)(nil)
	_ library.Tx    = (*tx)(nil)
)

// query returns the queries for single statements.
func (s *Store) query() *dbq.Queries { return dbq.New(s.db.reads()) }

// orNotFound turns the absence of a row into KindNotFound.
func orNotFound[ID ~int64](err error, noun string, id ID) error {
	if errors.Is(err, sql.ErrNoRows) {
		return library.NotFound(noun, id)
	}
	return err
}

// int64s gives ids to a statement.
func int64s[ID ~int64](ids []ID) []int64 {
	plain := make([]int64, len(ids))
	for i, id := range ids {
		plain[i] = int64(id)
	}
	return plain
}

// texts gives words to a statement.
func texts[Text ~string](words []Text) []string {
	plain := make([]string, len(words))
	for i, word := range words {
		plain[i] = string(word)
	}
	return plain
}
