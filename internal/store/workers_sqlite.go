package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"golang.org/x/sys/unix"

	"github.com/lectern-media/lectern/internal/db"
)

// sqliteJobs keeps jobs in SQLite.
type sqliteJobs struct{ *db.SQLite }

// jobSource looks for new jobs often, since SQLite tells nobody of them.
func (s sqliteJobs) jobSource(context.Context) (jobSource, error) {
	return jobSource{
		driver:   quietDriver{riversqlite.New(s.Writer()), newLookouts(s.State, time.Now)},
		interval: fetchCooldown, end: func() {},
	}, nil
}

func (s sqliteJobs) insertDriver() riverdriver.Driver[*sql.Tx] { return riversqlite.New(s.Writer()) }

// fileLock is a lock on a file beside the database. The system ends it with the process.
type fileLock struct{ file *os.File }

func (s sqliteJobs) nodePath(node string) string { return s.Path() + ".node-" + node }

func (s sqliteJobs) lockNode(ctx context.Context, node uuid.UUID) (nodeLock, error) {
	s.removeDeadNodes(ctx)
	file, err := os.OpenFile(s.nodePath(node.String()), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return fileLock{file}, nil
}

// keep is [nodeLock]'s. The lock of an open file is never lost.
func (fileLock) keep(context.Context) error { return nil }

func (l fileLock) unlock() error {
	return errors.Join(os.Remove(l.file.Name()), l.file.Close())
}

// removeDeadNodes removes the files of nodes that could not do it themselves.
func (s sqliteJobs) removeDeadNodes(ctx context.Context) {
	files, _ := os.ReadDir(filepath.Dir(s.Path())) // not a glob: there may be a bracket in the path
	for _, file := range files {
		node, isLock := strings.CutPrefix(file.Name(), filepath.Base(s.nodePath("")))
		if !isLock {
			continue
		}
		if lives, err := s.nodeLives(ctx, node); err == nil && !lives {
			_ = os.Remove(s.nodePath(node)) // another node may have done it
		}
	}
}

func (s sqliteJobs) nodeLives(_ context.Context, node string) (bool, error) {
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

// deadLooks is [jobBackend]'s. The lock of an open file is never lost.
func (s sqliteJobs) deadLooks() int { return 1 }

func (s sqliteJobs) runningJobs(ctx context.Context) ([]runningJob, error) {
	return readRunningJobs(ctx, s.Reads(), `SELECT j.id, j.attempt, j.attempted_at, json_extract(j.attempted_by, '$[#-1]'),
		concat_ws(' ', j.attempt, j.attempted_at, p.updated_at, p.run, p.percent), coalesce(m.state IN ('finished', 'external'), FALSE)
		FROM river_job j LEFT JOIN media_processing p ON p.media_id = json_extract(j.args, '$.media_id')
		LEFT JOIN media m ON m.id = p.media_id
		WHERE j.state = 'running'`)
}

func (s sqliteJobs) freeJob(ctx context.Context, job runningJob) error {
	// River compares times as text in this form.
	_, err := s.Writer().ExecContext(ctx, `UPDATE river_job
		SET state = 'available', attempt = max(attempt - 1, 0), scheduled_at = strftime('%Y-%m-%d %H:%M:%f', 'now')
		WHERE id = ? AND state = 'running' AND attempt = ?`, job.id, job.number)
	return err
}

func readRunningJobs(ctx context.Context, conn db.Conn, query string) (jobs []runningJob, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err tells of what went wrong
	for rows.Next() {
		var job runningJob
		var at sql.NullTime
		if err := rows.Scan(&job.id, &job.number, &at, &job.node, &job.told, &job.finished); err != nil {
			return nil, err
		}
		if at.Valid {
			job.at = at.Time.UnixMilli()
		}
		jobs = append(jobs, job)
	}
	return jobs, rows.Err()
}
