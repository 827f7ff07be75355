// Package store keeps a library on SQLite or PostgreSQL, behind the interfaces that
// package library declares. One set of queries serves both: sqlc generates package
// dbq from queries/*.sql in PostgreSQL's words, and what SQLite says otherwise is
// rewritten per statement (sqlite.go).
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
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Options say where the library is kept.
type Options struct {
	// URL is sqlite:PATH, for one file, or postgres://… for a PostgreSQL 15 or later.
	URL string
	// Logger gets what an operator should know; nil for none.
	Logger *slog.Logger
	// Schema says what may be done to the schema.
	Schema Schema
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
	db       database
	lists    *lists
	jobs     *jobClient
	foldings library.Foldings
	atOnce   int64 // rows that are folded in one transaction
	log      *slog.Logger
	uses     tokenUses
}

// database is what SQLite and PostgreSQL do differently.
type database interface {
	// reads answers single statements, each on the latest state.
	reads() dbq.DBTX
	// snapshot runs fn on one state of the database.
	snapshot(ctx context.Context, fn func(dbq.DBTX) error) error
	// searching is snapshot for statements that want a plan of their own for what they
	// look for. The text names the state that fn sees, or is "" where it is not known:
	// whoever sees the same sees the same library.
	searching(ctx context.Context, fn func(conn dbq.DBTX, state string) error) error
	// holdingTitle adds to the conditions that a title holds a folded term of three
	// characters or more, by an index, and returns what a query then reads media m from.
	holdingTitle(c *conditions, term string) (from string)
	// state returns the state that the database is in, or 0 where that costs more than
	// it saves.
	state(ctx context.Context) state
	// change runs fn in one transaction, again when the database asks for it.
	change(ctx context.Context, fn func(dbq.DBTX) error) error
	// isDuplicate says whether err is the refusal of a second row under a unique key.
	isDuplicate(err error) bool
	// lockTags prevents tags from being merged until the transaction ends or, with alone,
	// other transactions from adding any: a tag that was just found must not be merged away
	// before it is used.
	lockTags(ctx context.Context, tx *sql.Tx, alone bool) error
	// jobSource is where river has jobs from here.
	jobSource(ctx context.Context) (jobSource, error)
	// insertDriver is how river adds jobs here, in transactions of changes.
	insertDriver() riverdriver.Driver[*sql.Tx]
	// lockNode says, until it is unlocked or the process ends, that a node lives.
	lockNode(ctx context.Context, node uuid.UUID) (nodeLock, error)
	nodeLives(ctx context.Context, node string) (bool, error)
	// deadLooks is in how many looks in a row a node must look dead to be dead.
	deadLooks() int
	runningJobs(ctx context.Context) ([]runningJob, error)
	// freeJob has a job that ran at this attempt worked on again, which counts as none.
	freeJob(ctx context.Context, job runningJob) error
	ping(ctx context.Context) error
	analyze(ctx context.Context) error
	// warnOfRisks logs what about the database endangers what is in it.
	warnOfRisks(ctx context.Context, log *slog.Logger) error
	// schema is what opening did to the schema.
	schema() Migration
	// replaced is closed when the library's files are no longer those that were opened;
	// ping says why. It is nil where that cannot be noticed.
	replaced() <-chan struct{}
	// now is the time of the database's clock.
	now(ctx context.Context) (time.Time, error)
	close() error
	// discard is close, and removes a library that was created with the policy Create.
	discard(ctx context.Context) error
}

// Open opens a library, and creates it or brings its schema up to date where the options
// allow it, which is safe when several nodes start at once. A database of a newer Lectern
// is rejected.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.ReadOnly {
		o.Schema = Current
	}
	var db database
	var err error
	scheme, rest, _ := strings.Cut(o.URL, ":")
	switch scheme {
	case "sqlite":
		db, err = openSQLite(ctx, strings.TrimPrefix(rest, "//"), o)
	case "postgres", "postgresql":
		db, err = openPostgres(ctx, o)
	default:
		return nil, errors.New("the database must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")
	}
	if err != nil {
		return nil, fmt.Errorf("opening the %s database: %w", scheme, err)
	}
	s := &Store{db: db, lists: newLists(), foldings: library.CurrentFoldings(), log: o.Logger, atOnce: cmp.Or(o.foldAtOnce, foldAtOnce)}
	if o.foldings != nil {
		s.foldings = *o.foldings
	}
	if s.jobs, err = river.NewClient(db.insertDriver(), &river.Config{Logger: o.Logger}); err != nil {
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
	return s.db.close()
}

// Discard closes the library, and removes it if opening created it in a file by the
// policy [Create]. An empty schema in PostgreSQL stays.
func (s *Store) Discard(ctx context.Context) error { return s.db.discard(ctx) }

// WarnOfRisks logs what an operator should change about the database: a folder that
// others can open, or settings by which acknowledged changes can be lost.
func (s *Store) WarnOfRisks(ctx context.Context, log *slog.Logger) error {
	return s.db.warnOfRisks(ctx, log)
}

// Migration is what opening the library did to its schema.
func (s *Store) Migration() Migration { return s.db.schema() }

// Replaced is closed when somebody has replaced or removed the files of a library that is
// in use. Nothing can be changed in it then, and [Store.Ping] says why.
func (s *Store) Replaced() <-chan struct{} { return s.db.replaced() }

// Now is the time by the database's clock, which all nodes share. SQLite has that of the
// machine.
func (s *Store) Now(ctx context.Context) (time.Time, error) { return s.db.now(ctx) }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.db.ping(ctx) }

// Analyze has the database count what it holds: plans made without such statistics
// are bad. It is worth calling after much has come at once.
func (s *Store) Analyze(ctx context.Context) error { return s.db.analyze(ctx) }

// Change runs fn in one transaction, as [library.Store] promises.
func (s *Store) Change(ctx context.Context, fn func(library.Tx) error) error {
	return s.change(ctx, func(t *tx) error { return fn(t) })
}

// change is Change for the store's own changes.
func (s *Store) change(ctx context.Context, fn func(*tx) error) error {
	return s.db.change(ctx, func(conn dbq.DBTX) error {
		return fn(&tx{
			q: dbq.New(conn), step: drawStep(), raw: rawTx(conn), jobs: s.jobs, isDuplicate: s.db.isDuplicate, db: s.db,
			foldings: s.foldings, foldAtOnce: s.atOnce,
		})
	})
}

// tx is one transaction, the [library.Tx].
type tx struct {
	q           *dbq.Queries
	step        int64   // for the versions of all rows that it makes or changes
	raw         *sql.Tx // for river, which has statements of its own
	jobs        *jobClient
	isDuplicate func(error) bool
	db          database
	foldings    library.Foldings
	foldAtOnce  int64
}

// rawTx returns the transaction behind what a change is given.
func rawTx(conn dbq.DBTX) *sql.Tx {
	switch c := conn.(type) {
	case *sqliteTx:
		return c.tx
	case postgresConn:
		t, _ := c.DBTX.(*sql.Tx) // nil for a pool, on which nothing is changed
		return t
	}
	return nil
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
