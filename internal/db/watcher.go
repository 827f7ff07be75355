package db

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// State names one state of the database: while it is the same, nobody has committed
// anything. The zero state is not known, and the same as no other.
type State int64

// watcher tells the states of a SQLite database apart, at a tenth of what the smallest
// look-up costs: SQLite counts for each connection the commits of all others, and the
// watcher has a connection that makes none.
type watcher struct {
	db *sql.DB

	mu          sync.Mutex
	conn        *sql.Conn // nil before the first use and after a failure
	version     *sql.Stmt
	connections State // how many there have been, for each has a count of its own
}

func openWatcher(path string) (*watcher, error) {
	pool, err := openSQLitePool(path, 1, reading("cache_size(-100)"), nil)
	if err != nil {
		return nil, err
	}
	return &watcher{db: pool.db}, nil
}

// state returns the state as it is now, or 0 when it cannot be had.
func (w *watcher) state(ctx context.Context) State {
	w.mu.Lock()
	defer w.mu.Unlock()
	// A request that is cancelled must not end the connection of all.
	ctx = context.WithoutCancel(ctx)
	if w.conn == nil {
		conn, err := w.db.Conn(ctx)
		if err != nil {
			return 0
		}
		w.conn = conn
		w.connections++
		if w.version, err = conn.PrepareContext(ctx, "PRAGMA data_version"); err != nil {
			w.drop()
			return 0
		}
	}
	var version uint32
	if err := w.version.QueryRowContext(ctx).Scan(&version); err != nil {
		w.drop()
		return 0
	}
	return w.connections<<32 | State(version)
}

// drop gives up the connection. A new one counts again, so it must not be mistaken for
// this one.
func (w *watcher) drop() {
	_ = w.conn.Close() // it has failed already
	w.conn = nil
}

func (w *watcher) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if w.conn != nil {
		err = errors.Join(w.version.Close(), w.conn.Close())
		w.conn = nil
	}
	return errors.Join(err, w.db.Close())
}
