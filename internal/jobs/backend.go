package jobs

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river/riverdriver"

	"github.com/lectern-media/lectern/internal/db"
)

// backend is what SQLite and PostgreSQL do differently for jobs.
type backend interface {
	// riverDriver is how river reaches the database.
	riverDriver() riverdriver.Driver[*sql.Tx]
	// takeLease takes the lease of a node, which lasts until it is ended or the process ends.
	takeLease(ctx context.Context, node uuid.UUID) (lease, error)
	// isLeased reports whether a node has a lease.
	isLeased(ctx context.Context, node string) (bool, error)
	// looksToDie is in how many looks in a row a node must be without a lease to be dead.
	looksToDie() int
	// watchCommits calls changed after each commit that may concern jobs, until ctx ends.
	watchCommits(ctx context.Context, changed func())
	// running returns the attempts that are being made.
	running(ctx context.Context) ([]running, error)
	// release has a job that runs at an attempt made available, as if the attempt had not been.
	release(ctx context.Context, attempt running) error
	// waiting looks at the jobs that wait.
	waiting(ctx context.Context, w wanted) (waiting, error)
	// turnWords returns how turns are spoken of.
	turnWords() turnWords
	// cleanNotifications deletes river's notifications where the database keeps them.
	cleanNotifications(ctx context.Context) error
}

// lease says that a node lives.
type lease interface {
	// renew makes sure that the lease is held, and takes it again where it was lost. It
	// reports whether the table of jobs may be another one than at the last renewal, as after
	// a dump was restored, of which no commit tells.
	renew(ctx context.Context) (replaced bool, err error)
	end() error
}

// backendOf returns how jobs are kept in a database.
func backendOf(in db.DB, log *slog.Logger) backend {
	switch d := in.(type) {
	case *db.SQLite:
		return inSQLite{d}
	case *db.Postgres:
		return inPostgres{d, log}
	}
	return nil
}

// running is an attempt that is being made.
type running struct {
	attemptKey
	Row
	node string // that makes it
}

func readRunning(ctx context.Context, conn db.Conn, query string) (found []running, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r running
		var at sql.NullTime
		var node sql.NullString
		var arguments []byte
		if err := rows.Scan(&r.job, &r.Kind, &arguments, &r.number, &at, &node); err != nil {
			return nil, err
		}
		if at.Valid {
			r.at = at.Time.UnixMilli()
		}
		r.ID, r.Attempt, r.Args, r.node = r.job, int(r.number), arguments, node.String
		found = append(found, r)
	}
	return found, rows.Err()
}

// readWaiting asks for each queue, and under "" for what is to be tried later, in how many
// seconds the first job is due. seconds is that of a column of times.
func readWaiting(ctx context.Context, conn db.Conn, w wanted, seconds func(least string) string) (waiting, error) {
	var query strings.Builder
	query.WriteString("SELECT '', " + seconds("min(scheduled_at)") + " FROM river_job WHERE state IN ('retryable', 'scheduled')")
	kinds := "'" + strings.Join(w.kinds, "', '") + "'" // river allows letters, digits and the like
	for _, queue := range w.queues {
		// All jobs have this priority; with it the first one is had from river's index.
		query.WriteString(" UNION ALL SELECT '" + string(queue) + "', " + seconds("min(scheduled_at)") +
			" FROM river_job WHERE state = 'available' AND queue = '" + string(queue) + "' AND priority = 1 AND kind IN (" + kinds + ")")
	}
	return readDue(ctx, conn, query.String())
}

func readDue(ctx context.Context, conn db.Conn, query string) (w waiting, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	w.available = make(map[Queue]time.Duration)
	for rows.Next() {
		var queue Queue
		var seconds sql.NullFloat64
		if err := rows.Scan(&queue, &seconds); err != nil {
			return w, err
		}
		if !seconds.Valid {
			continue
		}
		in := time.Duration(seconds.Float64 * float64(time.Second))
		if queue == "" {
			w.later = &in
		} else {
			w.available[queue] = in
		}
	}
	return w, rows.Err()
}

// readOver returns which of some jobs are over, each with the number of its last attempt.
func readOver(ctx context.Context, conn db.Conn, ids []int64) (over map[int64]int64, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT id, attempt FROM river_job
		WHERE id = ANY($1::bigint[]) AND state IN ('completed', 'cancelled', 'discarded')`, db.Int64s(ids))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	over = make(map[int64]int64)
	for rows.Next() {
		var id, attempt int64
		if err := rows.Scan(&id, &attempt); err != nil {
			return nil, err
		}
		over[id] = attempt
	}
	return over, rows.Err()
}
