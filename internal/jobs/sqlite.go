package jobs

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/uuid"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"golang.org/x/sys/unix"

	"github.com/lectern-media/lectern/internal/db"
)

// inSQLite keeps jobs in SQLite.
type inSQLite struct{ *db.SQLite }

func (s inSQLite) riverDriver() riverdriver.Driver[*sql.Tx] { return riversqlite.New(s.Writer()) }

func (s inSQLite) watchCommits(ctx context.Context, changed func()) { s.WatchCommits(ctx, changed) }

// fileLease is a lock on a file beside the database. The system ends it with the process.
type fileLease struct{ file *os.File }

func (s inSQLite) nodePath(node string) string { return s.Path() + ".node-" + node }

func (s inSQLite) takeLease(ctx context.Context, node uuid.UUID) (lease, error) {
	s.removeDeadNodes(ctx)
	file, err := os.OpenFile(s.nodePath(node.String()), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return fileLease{file}, nil
}

// renew is [lease]'s. The lock of an open file is never lost, and a database that is restored
// counts as a commit.
func (fileLease) renew(context.Context) (replaced bool, err error) { return false, nil }

func (l fileLease) end() error {
	return errors.Join(os.Remove(l.file.Name()), l.file.Close())
}

// removeDeadNodes removes the files of nodes that could not do it themselves.
func (s inSQLite) removeDeadNodes(ctx context.Context) {
	files, _ := os.ReadDir(filepath.Dir(s.Path())) // not a glob: there may be a bracket in the path
	for _, file := range files {
		node, isLock := strings.CutPrefix(file.Name(), filepath.Base(s.nodePath("")))
		if !isLock {
			continue
		}
		if leased, err := s.isLeased(ctx, node); err == nil && !leased {
			_ = os.Remove(s.nodePath(node)) // another node may have done it
		}
	}
}

func (s inSQLite) isLeased(_ context.Context, node string) (bool, error) {
	file, err := os.OpenFile(s.nodePath(node), os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }() // which ends the lock
	err = unix.Flock(int(file.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}

// looksToDie is [backend]'s. The lock of an open file is never lost.
func (s inSQLite) looksToDie() int { return 1 }

func (s inSQLite) running(ctx context.Context) ([]running, error) {
	return readRunning(ctx, s.Reads(), `SELECT id, kind, CAST(json(args) AS BLOB), attempt, attempted_at, json_extract(attempted_by, '$[#-1]')
		FROM river_job WHERE state = 'running'`)
}

func (s inSQLite) release(ctx context.Context, attempt running) error {
	// River compares times as text in this form.
	_, err := s.Writer().ExecContext(ctx, `UPDATE river_job
		SET state = 'available', attempt = max(attempt - 1, 0), scheduled_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
		WHERE id = ? AND state = 'running' AND attempt = ?`, attempt.job, attempt.number)
	return err
}

func (s inSQLite) waiting(ctx context.Context, w wanted) (waiting, error) {
	return readWaiting(ctx, s.Reads(), w, func(least string) string {
		return "(julianday(" + least + ") - julianday('now')) * 86400"
	})
}

// turnWords is [backend]'s. River compares times as text in this form.
func (inSQLite) turnWords() turnWords {
	return turnWords{
		now: "strftime('%Y-%m-%d %H:%M:%f', 'now')", millis: "CAST(unixepoch('subsec') * 1000 AS INTEGER)", greatest: "max",
		attemptedBy: `jsonb_insert(CASE WHEN json_array_length(coalesce(attempted_by, '[]')) >= 100
			THEN jsonb_remove(attempted_by, '$[0]') ELSE coalesce(attempted_by, '[]') END, '$[#]', $3)`,
	}
}

// cleanNotifications is [backend]'s. River writes one for each job that is cancelled while it
// runs, for older programs, which read them at once.
func (s inSQLite) cleanNotifications(ctx context.Context) error {
	_, err := s.Writer().ExecContext(ctx, "DELETE FROM river_notification WHERE created_at < datetime('now', '-5 minutes')")
	return err
}
