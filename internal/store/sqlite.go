package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/lectern-media/lectern/internal/store/dbq"
)

// sqliteDB keeps a library in one file. SQLite has one writer at a time, so changes
// queue for one connection of our own instead of failing on each other's locks; reads
// have a pool and, by the write-ahead log, never wait for the writer.
type sqliteDB struct {
	path        string
	read, write *sqliteConn
	watch       *watcher
	trigrams    trigramCounts
}

func openSQLite(ctx context.Context, path string, _ *slog.Logger) (*sqliteDB, error) {
	if path == "" {
		return nil, errors.New("the path of the file is missing")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	write, err := openSQLitePool(path, 1, url.Values{"_txlock": {"immediate"}})
	if err != nil {
		return nil, err
	}
	if err := migrateSQLite(ctx, path, write.db); err != nil {
		return nil, errors.Join(err, write.db.Close())
	}
	read, err := openSQLitePool(path, 2*runtime.NumCPU(), url.Values{"_pragma": {"query_only(1)"}})
	if err != nil {
		return nil, errors.Join(err, write.db.Close())
	}
	watch, err := openWatcher(path)
	if err != nil {
		return nil, errors.Join(err, write.db.Close(), read.db.Close())
	}
	return &sqliteDB{path: path, read: read, write: write, watch: watch}, nil
}

func openSQLitePool(path string, connections int, more url.Values) (*sqliteConn, error) {
	params := url.Values{"_pragma": {
		// First, so that it holds for the others. Another process may load a large fixture,
		// which is one change; whoever waits gives up with their context.
		"busy_timeout(60000)",
		"journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", "cache_size(-2000)",
	}}
	for key, values := range more {
		params[key] = append(params[key], values...)
	}
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: params.Encode()}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &sqliteConn{db: db, statements: map[string]*statement{}}, nil
}

func (s *sqliteDB) reads() dbq.DBTX { return s.read }

func (s *sqliteDB) snapshot(ctx context.Context, fn func(dbq.DBTX) error) error {
	return s.read.inTx(ctx, fn)
}

// searching asks for the state before the snapshot is taken, which may see a later one:
// then nobody will ever see the state that was asked for again.
func (s *sqliteDB) searching(ctx context.Context, fn func(conn dbq.DBTX, state string) error) error {
	text := ""
	if now := s.state(ctx); now != 0 {
		text = strconv.FormatInt(int64(now), 10)
	}
	return s.snapshot(ctx, func(conn dbq.DBTX) error {
		if err := s.trigrams.keepUp(ctx, dbq.New(conn)); err != nil {
			return err
		}
		return fn(conn, text)
	})
}

func (s *sqliteDB) change(ctx context.Context, fn func(dbq.DBTX) error) error {
	return s.write.inTx(ctx, fn)
}

func (s *sqliteDB) state(ctx context.Context) state { return s.watch.state(ctx) }

func (s *sqliteDB) isDuplicate(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// lockTags has nothing to do: a transaction that changes anything is the only one.
func (s *sqliteDB) lockTags(context.Context, *sql.Tx, bool) error { return nil }

func (s *sqliteDB) ping(ctx context.Context) error { return s.read.db.PingContext(ctx) }

func (s *sqliteDB) analyze(ctx context.Context) error {
	_, err := s.write.db.ExecContext(ctx, "ANALYZE")
	return err
}

func (s *sqliteDB) close() error {
	return errors.Join(s.watch.close(), s.read.db.Close(), s.write.db.Close())
}

// sqliteConn is a pool that answers PostgreSQL's statements: each is rewritten and
// prepared once.
type sqliteConn struct {
	db *sql.DB

	mu         sync.RWMutex
	statements map[string]*statement // by the text in PostgreSQL's words
}

// statement is one statement in SQLite's words.
type statement struct {
	text     string
	prepared atomic.Pointer[sql.Stmt] // nil until the pool was free to prepare it
}

// statement returns the statement for a text in PostgreSQL's words.
func (c *sqliteConn) statement(query string) *statement {
	c.mu.RLock()
	st := c.statements[query]
	c.mu.RUnlock()
	if st != nil {
		return st
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if st = c.statements[query]; st == nil {
		st = &statement{text: toSQLite(query)}
		c.statements[query] = st
	}
	return st
}

// prepare returns the statement prepared on the pool. It must not be called while a
// transaction holds the pool's only connection, or it waits for itself.
func (c *sqliteConn) prepare(ctx context.Context, st *statement) (*sql.Stmt, error) {
	if prepared := st.prepared.Load(); prepared != nil {
		return prepared, nil
	}
	prepared, err := c.db.PrepareContext(ctx, st.text)
	if err != nil {
		return nil, err
	}
	if !st.prepared.CompareAndSwap(nil, prepared) {
		return st.prepared.Load(), prepared.Close()
	}
	return prepared, nil
}

// ExecContext is [dbq.DBTX]'s.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	prepared, err := c.prepare(ctx, c.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.ExecContext(ctx, toSQLiteArgs(args)...)
}

// QueryContext is [dbq.DBTX]'s.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	prepared, err := c.prepare(ctx, c.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.QueryContext(ctx, toSQLiteArgs(args)...)
}

// QueryRowContext is [dbq.DBTX]'s.
func (c *sqliteConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st := c.statement(query)
	prepared, err := c.prepare(ctx, st)
	if err != nil { // a Row that carries the error can only be had by running the text
		return c.db.QueryRowContext(ctx, st.text, toSQLiteArgs(args)...)
	}
	return prepared.QueryRowContext(ctx, toSQLiteArgs(args)...)
}

// PrepareContext is [dbq.DBTX]'s.
func (c *sqliteConn) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return c.db.PrepareContext(ctx, toSQLite(query))
}

// inTx runs fn in one transaction.
func (c *sqliteConn) inTx(ctx context.Context, fn func(dbq.DBTX) error) error {
	t, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	conn := &sqliteTx{conn: c, tx: t, prepared: map[*statement]*sql.Stmt{}}
	err = fn(conn)
	if err == nil {
		err = t.Commit()
	}
	_ = t.Rollback() // after a commit it does nothing
	for _, st := range conn.unprepared {
		_, _ = c.prepare(ctx, st) // what fails is tried again by the next; the change stands
	}
	return err
}

// sqliteTx is a transaction. A statement that the pool has not prepared is prepared for
// the transaction alone, which may run it a hundred thousand times (a fixture is one
// transaction), and for the pool once the connection is free.
type sqliteTx struct {
	conn       *sqliteConn
	tx         *sql.Tx
	prepared   map[*statement]*sql.Stmt
	unprepared []*statement
}

// prepare returns the statement for use in this transaction, which ends it too.
func (t *sqliteTx) prepare(ctx context.Context, st *statement) (*sql.Stmt, error) {
	if prepared := t.prepared[st]; prepared != nil {
		return prepared, nil
	}
	var prepared *sql.Stmt
	if pooled := st.prepared.Load(); pooled != nil {
		prepared = t.tx.StmtContext(ctx, pooled)
	} else {
		var err error
		if prepared, err = t.tx.PrepareContext(ctx, st.text); err != nil {
			return nil, err
		}
		t.unprepared = append(t.unprepared, st)
	}
	t.prepared[st] = prepared
	return prepared, nil
}

// ExecContext is [dbq.DBTX]'s.
func (t *sqliteTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	prepared, err := t.prepare(ctx, t.conn.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.ExecContext(ctx, toSQLiteArgs(args)...)
}

// QueryContext is [dbq.DBTX]'s.
func (t *sqliteTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	prepared, err := t.prepare(ctx, t.conn.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.QueryContext(ctx, toSQLiteArgs(args)...)
}

// QueryRowContext is [dbq.DBTX]'s.
func (t *sqliteTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st := t.conn.statement(query)
	prepared, err := t.prepare(ctx, st)
	if err != nil { // a Row that carries the error can only be had by running the text
		return t.tx.QueryRowContext(ctx, st.text, toSQLiteArgs(args)...)
	}
	return prepared.QueryRowContext(ctx, toSQLiteArgs(args)...)
}

// PrepareContext is [dbq.DBTX]'s.
func (t *sqliteTx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return t.tx.PrepareContext(ctx, toSQLite(query))
}
