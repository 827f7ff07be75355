package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// SQLite is a database in one file. SQLite has one writer at a time, so changes
// queue for one connection of our own instead of failing on each other's locks; reads
// have a pool and, by the write-ahead log, never wait for the writer.
type SQLite struct {
	path        string
	file        *sharedFile
	read, write *sqliteConn
	watch       *watcher
	guard       *fileGuard // nil for a library that is only read
	migration   Migration
	created     bool     // whether opening created the file
	creating    *os.File // the lock on a library that this process created, until it is closed
	closing     sync.Once
	closed      error // what closing ended with
}

func openSQLite(ctx context.Context, path string, o Options) (db *SQLite, err error) {
	if path == "" {
		return nil, errors.New("the path of the file is missing")
	}
	if path, err = realPath(path, o.Schema != Current); err != nil {
		return nil, err
	}
	lock, err := lockLibrary(ctx, path)
	if err != nil {
		return nil, err
	}
	s := &SQLite{path: path}
	if err := s.open(ctx, o); err != nil {
		err = errors.Join(orFull(err, path, freeIn), s.Close())
		if s.created {
			err = errors.Join(err, removeFiles(s.path))
		}
		return nil, errors.Join(err, lock.Close())
	}
	if o.Schema == Create && s.migration.From == 0 {
		s.creating = lock // for the one that creates it may give it up
		return s, nil
	}
	return s, lock.Close()
}

// realPath is where a database is: SQLite has its log beside the file that a symbolic link
// leads to. The folder of a database that is to be created is made.
func realPath(path string, create bool) (string, error) {
	path, err := filepath.Abs(path) // the process may change its folder
	if err != nil {
		return "", err
	}
	found, err := filepath.EvalSymlinks(path)
	if !create || !errors.Is(err, fs.ErrNotExist) {
		return found, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(folder, filepath.Base(path)), err
}

// open opens a library whose lock is held.
func (s *SQLite) open(ctx context.Context, o Options) (err error) {
	if o.Schema != Current {
		if err := checkLogAlone(s.path); err != nil {
			return err
		}
		if s.created, err = createDatabaseFile(s.path); err != nil {
			return err
		}
	}
	protectFiles(s.path, o.Logger)
	if s.file, err = openShared(s.path); err != nil {
		return err
	}
	if !s.created {
		if err := errors.Join(checkJournal(s.path, s.file), checkLog(s.path, s.file)); err != nil {
			return err
		}
	}
	log, err := os.Stat(s.path + logSuffix)
	fresh := err != nil || log.Size() == 0
	var guard atomic.Pointer[fileGuard]
	if s.write, err = openSQLitePool(s.path, 1, writing(o.ReadOnly), func() error {
		if g := guard.Load(); g != nil {
			return g.check()
		}
		return nil
	}); err != nil {
		return err
	}
	migrator, err := sqliteMigrator(s.write.db, s.path, o.Migrations, o.Logger)
	if err != nil {
		return err
	}
	if s.migration, err = migrator.migrate(ctx, o.Schema); err != nil {
		return err
	}
	if !o.ReadOnly {
		if s.guard, err = openGuard(ctx, s.path, s.file, s.write.db, fresh); err != nil {
			return err
		}
		guard.Store(s.guard)
		if err := s.dropSamples(ctx); err != nil {
			return err
		}
	}
	if s.read, err = openSQLitePool(s.path, 2*runtime.NumCPU(), reading(), nil); err != nil {
		return err
	}
	s.watch, err = openWatcher(s.path)
	return err
}

// reading is what connections are opened with that change nothing.
func reading(more ...string) url.Values {
	return url.Values{"_pragma": append([]string{"query_only(1)"}, more...)}
}

// writing is what the one connection for changes is opened with. Each commit is on the
// disk when it returns (FULL); with NORMAL a power cut would take the last ones back.
func writing(readOnly bool) url.Values {
	if readOnly {
		return reading()
	}
	return url.Values{"_txlock": {"immediate"}, "_pragma": {"synchronous(FULL)"}}
}

// openSQLitePool opens a pool of connections. mayCommit, where not nil, can stop each
// commit of their own.
func openSQLitePool(path string, connections int, more url.Values, mayCommit func() error) (*sqliteConn, error) {
	params := url.Values{"_pragma": {
		// First, so that it holds for the others. Another process may load a large fixture,
		// which is one change; one that waits gives up with its context.
		"busy_timeout(60000)",
		"journal_mode(WAL)", "foreign_keys(1)", "cache_size(-2000)",
	}}
	for key, values := range more {
		params[key] = append(params[key], values...)
	}
	dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: params.Encode()}).String()
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	if mayCommit != nil {
		connector = guardedConnector{connector, mayCommit}
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return &sqliteConn{db: db, statements: map[string]*statement{}}, nil
}

// guardedConnector opens connections whose commits can be stopped, no matter who makes them.
type guardedConnector struct {
	driver.Connector
	mayCommit func() error
}

// Connect is [driver.Connector]'s.
func (c guardedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	hooks, ok := conn.(sqlite.HookRegisterer)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver has no commit hooks"), conn.Close())
	}
	hooks.RegisterCommitHook(func() int32 {
		if c.mayCommit() != nil {
			return 1 // the transaction is rolled back
		}
		return 0
	})
	return conn, nil
}

// Path is where the file of the database is, without symbolic links.
func (s *SQLite) Path() string { return s.path }

// Writer is [DB]'s. It has one connection, since SQLite has one writer at a time.
func (s *SQLite) Writer() *sql.DB { return s.write.db }

// Reads is [DB]'s.
func (s *SQLite) Reads() Conn { return s.read }

// View is [DB]'s.
func (s *SQLite) View(ctx context.Context, fn func(*View) error) error {
	return orFull((&View{ctx: ctx, pool: s.read, begin: s.read.beginView, search: s.search}).run(fn), s.path, freeIn)
}

// search asks for the state before the snapshot is taken, which may see a later one:
// then nobody will ever see the state that was asked for again.
func (s *SQLite) search(ctx context.Context, v *View) (state string, err error) {
	if v.Begun() {
		return "", nil
	}
	if now := s.State(ctx); now != 0 {
		state = strconv.FormatInt(int64(now), 10)
	}
	return state, nil
}

// State is [DB]'s.
func (s *SQLite) State(ctx context.Context) State { return s.watch.state(ctx) }

// IsDuplicate is [DB]'s.
func (s *SQLite) IsDuplicate(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// Migration is [DB]'s.
func (s *SQLite) Migration() Migration { return s.migration }

// Replaced is [DB]'s.
func (s *SQLite) Replaced() <-chan struct{} {
	if s.guard == nil {
		return nil
	}
	return s.guard.lost
}

// Now is the machine's time: all nodes of a library in a file are on one machine.
func (s *SQLite) Now(context.Context) (time.Time, error) { return time.Now(), nil }

// Ping is [DB]'s.
func (s *SQLite) Ping(ctx context.Context) error {
	if s.guard != nil {
		if err := s.guard.check(); err != nil {
			return err
		}
	}
	return s.read.db.PingContext(ctx)
}

// Analyze is [DB]'s. It keeps no samples.
func (s *SQLite) Analyze(ctx context.Context) error {
	tx, err := s.write.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err = tx.ExecContext(ctx, "ANALYZE; DELETE FROM sqlite_stat4; ANALYZE sqlite_schema"); err != nil {
		return err
	}
	return tx.Commit()
}

// dropSamples deletes the samples of columns that ANALYZE has left, which an operator may have
// run, or an older program. While there are some, SQLite plans a statement again whenever it is
// given other values (its documentation of sqlite3_prepare_v2, SQLITE_ENABLE_STAT4), which cost
// as much as running the largest ones. The sums that it plans by, in sqlite_stat1, stay.
func (s *SQLite) dropSamples(ctx context.Context) error {
	var has bool
	err := s.write.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat4')").Scan(&has)
	if err == nil && has {
		err = s.write.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_stat4)").Scan(&has)
	}
	if err != nil || !has {
		return err
	}
	_, err = s.write.db.ExecContext(ctx, "DELETE FROM sqlite_stat4; ANALYZE sqlite_schema")
	return err
}

// Close may be called again: the file must be released once only.
func (s *SQLite) Close() error {
	s.closing.Do(func() { s.closed = s.closeOnce() })
	return s.closed
}

func (s *SQLite) closeOnce() error {
	if s.creating != nil {
		defer func() { _ = s.creating.Close() }() // which ends the lock
	}
	if s.guard != nil && s.guard.replaced.Load() != nil {
		// The last connection that closes would write the log into a database that it does
		// not belong to. What is open ends with the process.
		return nil
	}
	var errs []error
	if s.guard != nil {
		errs = append(errs, s.guard.close())
	}
	if s.watch != nil {
		errs = append(errs, s.watch.close())
	}
	for _, pool := range []*sqliteConn{s.read, s.write} {
		if pool != nil {
			errs = append(errs, pool.db.Close())
		}
	}
	if s.file != nil {
		errs = append(errs, s.file.release())
	}
	return errors.Join(errs...)
}

// Discard closes a library that this process created, and removes it.
func (s *SQLite) Discard(context.Context) error {
	if s.creating == nil {
		return s.Close()
	}
	lock := s.creating
	s.creating = nil
	return errors.Join(s.Close(), removeFiles(s.path), lock.Close())
}

// removeFiles removes a library that was just created, whose lock is held.
func removeFiles(path string) error {
	var errs []error
	for _, suffix := range []string{logSuffix, sharedSuffix, journalSuffix, "", lockSuffix} {
		if err := os.Remove(path + suffix); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
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

// ExecContext is [Conn]'s.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	prepared, err := c.prepare(ctx, c.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.ExecContext(ctx, toSQLiteArgs(args)...)
}

// QueryContext is [Conn]'s.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	prepared, err := c.prepare(ctx, c.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.QueryContext(ctx, toSQLiteArgs(args)...)
}

// QueryRowContext is [Conn]'s.
func (c *sqliteConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st := c.statement(query)
	prepared, err := c.prepare(ctx, st)
	if err != nil { // a Row that carries the error can only be had by running the text
		return c.db.QueryRowContext(ctx, st.text, toSQLiteArgs(args)...)
	}
	return prepared.QueryRowContext(ctx, toSQLiteArgs(args)...)
}

// PrepareContext is [Conn]'s.
func (c *sqliteConn) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return c.db.PrepareContext(ctx, toSQLite(query))
}

// inTx runs fn in one transaction.
func (c *sqliteConn) inTx(ctx context.Context, fn func(Conn) error) error {
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
	conn.prepareForPool(ctx)
	return err
}

// beginView begins a transaction that only reads.
func (c *sqliteConn) beginView(ctx context.Context) (Conn, func() error, error) {
	t, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	conn := &sqliteTx{conn: c, tx: t, prepared: map[*statement]*sql.Stmt{}}
	return conn, func() error {
		err := t.Rollback()
		conn.prepareForPool(ctx)
		return err
	}, nil
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

// prepareForPool prepares for the pool, whose connection is free again, what the transaction
// prepared for itself. What fails is tried again by the next; what was done stands.
func (t *sqliteTx) prepareForPool(ctx context.Context) {
	for _, st := range t.unprepared {
		_, _ = t.conn.prepare(ctx, st)
	}
}

// ExecContext is [Conn]'s.
func (t *sqliteTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	prepared, err := t.prepare(ctx, t.conn.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.ExecContext(ctx, toSQLiteArgs(args)...)
}

// QueryContext is [Conn]'s.
func (t *sqliteTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	prepared, err := t.prepare(ctx, t.conn.statement(query))
	if err != nil {
		return nil, err
	}
	return prepared.QueryContext(ctx, toSQLiteArgs(args)...)
}

// QueryRowContext is [Conn]'s.
func (t *sqliteTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st := t.conn.statement(query)
	prepared, err := t.prepare(ctx, st)
	if err != nil { // a Row that carries the error can only be had by running the text
		return t.tx.QueryRowContext(ctx, st.text, toSQLiteArgs(args)...)
	}
	return prepared.QueryRowContext(ctx, toSQLiteArgs(args)...)
}

// PrepareContext is [Conn]'s.
func (t *sqliteTx) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return t.tx.PrepareContext(ctx, toSQLite(query))
}
