package db

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Suffixes of the files that SQLite keeps beside a database.
const (
	logSuffix     = "-wal"
	sharedSuffix  = "-shm"
	journalSuffix = "-journal"
)

// guardInterval is how often a guard looks at the files of a database that is not
// written to.
const guardInterval = time.Second

// fileGuard notices when the files of an open database are replaced: then SQLite would
// go on to write to files that have no name any more, or to a copy that its log does not
// belong to. It also marks each log, by which the next start recognizes it (sqlite_log.go).
type fileGuard struct {
	path     string
	file     *sharedFile // the database
	log      *os.File
	logID    fileID
	anchor   *sql.Conn // keeps SQLite from removing the log while no other connection is open
	pool     *sql.DB   // of the anchor
	write    *sql.DB
	replaced atomic.Pointer[ReplacedError]
	lost     chan struct{} // closed once replaced is set

	mu     sync.Mutex
	header sqliteHeader // of the database, when it was last known to be right
	marked logSalts     // the log that is known to have a mark

	stop    context.CancelFunc
	stopped chan struct{}
}

// ReplacedError says that the files of a database that is in use were replaced or removed.
type ReplacedError struct{ sentence string }

// Error explains to the operator what happened.
func (e *ReplacedError) Error() string { return e.sentence }

// openGuard begins to guard a database that has been opened. fresh says that it had no
// log then, so that nobody else is using it.
func openGuard(ctx context.Context, path string, file *sharedFile, write *sql.DB, fresh bool) (*fileGuard, error) {
	g := &fileGuard{path: path, file: file, write: write, lost: make(chan struct{}), stopped: make(chan struct{})}
	anchor, err := openSQLitePool(path, 1, reading("cache_size(-100)"), nil)
	if err != nil {
		return nil, err
	}
	g.pool = anchor.db
	if err := g.open(ctx, fresh); err != nil {
		return nil, errors.Join(err, g.closeFiles())
	}
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	g.stop = stop
	go g.watch(watching)
	return g, nil
}

func (g *fileGuard) open(ctx context.Context, fresh bool) (err error) {
	if g.anchor, err = g.pool.Conn(ctx); err != nil {
		return err
	}
	var tables int // any look at the database creates the log
	if err := g.anchor.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if g.log, err = os.Open(g.path + logSuffix); err != nil {
		return err
	}
	info, err := g.log.Stat()
	if err != nil {
		return err
	}
	g.logID = idOf(info)
	if g.header, _, err = readHeader(g.file); err != nil {
		return err
	}
	if fresh {
		if err := g.renew(ctx); err != nil {
			return err
		}
	}
	g.markSoon(ctx)
	return nil
}

// markSoon tries to mark the log. What fails is tried again after the next change, and
// every second: another process may be loading a large fixture, which is one change.
func (g *fileGuard) markSoon(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTimeout)
	defer cancel()
	_ = g.mark(ctx)
}

// renew makes the database file differ from all copies that were made before it was
// opened: a log that begins on it must not be replayed on one of those.
func (g *fileGuard) renew(ctx context.Context) error {
	var unique [4]byte
	_, _ = rand.Read(unique[:]) // which never fails
	setID := fmt.Sprintf("PRAGMA application_id = %d", int32(binary.BigEndian.Uint32(unique[:])))
	if _, err := g.write.ExecContext(ctx, setID); err != nil {
		return err
	}
	var busy, logged, written int
	return g.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &logged, &written)
}

// check returns an error once the files of the database are others than those that were
// opened. It costs a few microseconds.
func (g *fileGuard) check() error {
	if e := g.replaced.Load(); e != nil {
		return e
	}
	for _, part := range []struct {
		path string
		id   fileID
	}{{g.path, g.file.id}, {g.path + logSuffix, g.logID}} {
		info, err := os.Stat(part.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err != nil || idOf(info) != part.id {
			return g.lose(part.path + " was replaced or removed while the library was in use")
		}
	}
	header, _, err := readHeader(g.file)
	if err != nil {
		return err
	}
	g.mu.Lock()
	same := header == g.header
	g.mu.Unlock()
	if same {
		return nil
	}
	// A checkpoint has changed it, or somebody has copied another database over it.
	if err := checkLog(g.path, g.file); err != nil {
		if _, foreign := errors.AsType[*foreignLogError](err); foreign {
			return g.lose(g.path + " was overwritten while the library was in use")
		}
		return err
	}
	g.mu.Lock()
	g.header = header
	g.mu.Unlock()
	return nil
}

// lose notes that the files are others, once and for all.
func (g *fileGuard) lose(what string) error {
	e := &ReplacedError{what + ": nothing more is written, and what was changed since then is not in " + g.path +
		"; stop every Lectern that uses it, and start again"}
	if g.replaced.CompareAndSwap(nil, e) {
		close(g.lost)
	}
	return g.replaced.Load()
}

// markTimeout bounds how long a change waits for the mark of a new log, which another
// process may hold up.
const markTimeout = time.Second

// markTries is how often marking is tried: a mark that begins a new log itself carries
// the name of the one before.
const markTries = 3

// mark marks the log if it has no mark of its own.
func (g *fileGuard) mark(ctx context.Context) error {
	for range markTries {
		salts, found, err := readSalts(g.log)
		if err != nil {
			return err
		}
		g.mu.Lock()
		marked := found && salts == g.marked
		g.mu.Unlock()
		if marked {
			return nil
		}
		if err := g.check(); err != nil {
			return err
		}
		if err := g.writeMark(ctx); err != nil {
			return fmt.Errorf("marking the write-ahead log: %w", err)
		}
	}
	return nil // others begin logs all the time; the next change tries again
}

// writeMark marks the log that is there while the transaction holds the write lock.
func (g *fileGuard) writeMark(ctx context.Context) error {
	tx, err := g.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	salts, found, err := readSalts(g.log)
	if err != nil {
		return err
	}
	var id int32
	if err := tx.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if found && uint32(id) == salts.id() { // SQLite shows the 32 bits as a signed number
		g.setMarked(salts)
		return nil
	}
	header, _, err := readHeader(g.file)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d",
		int32(salts.id()), int32(header.fingerprint())))
	if err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if now, _, err := readSalts(g.log); err == nil && found && now == salts { // the mark began no new log
		g.setMarked(salts)
	}
	return nil
}

func (g *fileGuard) setMarked(salts logSalts) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.marked = salts
}

// watch looks after the files until the guard is closed.
func (g *fileGuard) watch(ctx context.Context) {
	defer close(g.stopped)
	tick := time.NewTicker(guardInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = g.check() // which tells by lost
			g.markSoon(ctx)
		case <-ctx.Done():
			return
		}
	}
}

func (g *fileGuard) close() error {
	g.stop()
	<-g.stopped
	return g.closeFiles()
}

func (g *fileGuard) closeFiles() error {
	var errs []error
	if g.anchor != nil {
		errs = append(errs, g.anchor.Close())
	}
	if g.log != nil {
		errs = append(errs, g.log.Close())
	}
	return errors.Join(append(errs, g.pool.Close())...)
}

// Change runs fn in one transaction. It fails if the files of the database were replaced
// before the change was complete.
func (s *SQLite) Change(ctx context.Context, fn func(Conn) error) error {
	err := orFull(s.write.inTx(ctx, fn), s.path, freeIn)
	if s.guard == nil { // nothing can be changed
		return err
	}
	if lost, ok := errors.AsType[*ReplacedError](s.guard.check()); ok {
		return lost
	}
	if err == nil {
		s.guard.markSoon(ctx) // the change is complete, whatever becomes of the mark
	}
	return err
}
