package jobs

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	"github.com/lectern-media/lectern/internal/db"
)

// inPostgres keeps jobs in PostgreSQL.
type inPostgres struct {
	*db.Postgres
	log *slog.Logger
}

func (p inPostgres) riverDriver() riverdriver.Driver[*sql.Tx] {
	return riverdatabasesql.New(p.Writer())
}

// watchCommits is [backend]'s. The table's trigger tells of each change of a job.
func (p inPostgres) watchCommits(ctx context.Context, changed func()) {
	p.Listen(ctx, p.log, channel, changed)
}

// sessionLease is an advisory lock of a connection that is kept for it. The server ends it
// with the connection: when the node dies, but also when the server itself restarts.
type sessionLease struct {
	pool *sql.DB
	key  int64
	conn *sql.Conn // nil while there is none

	table int64 // the number of the table of jobs when it was last looked at; 0 before
}

// renewLimit is how long a connection may be silent before another one is made, and how long
// one waits for the lock. It is as long as the server needs to notice that a machine is gone:
// a server that is merely slow must not end the lease.
const renewLimit = 30 * time.Second

// nodeKey is the number that stands for a node among the server's advisory locks.
func nodeKey(node uuid.UUID) int64 {
	return int64(binary.BigEndian.Uint64(node[:8]))
}

func (p inPostgres) takeLease(ctx context.Context, node uuid.UUID) (lease, error) {
	l := &sessionLease{pool: p.Writer(), key: nodeKey(node)}
	return l, l.take(ctx)
}

// take takes the lock on a connection of its own. A machine that fails says no goodbye:
// the server is to notice within half a minute that nobody is there (its manual,
// tcp_keepalives_idle), instead of the two hours that are usual.
func (l *sessionLease) take(ctx context.Context) error {
	conn, err := l.pool.Conn(ctx)
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `SELECT set_config('tcp_keepalives_idle', '10', FALSE),
		set_config('tcp_keepalives_interval', '5', FALSE), set_config('tcp_keepalives_count', '4', FALSE)`)
	if err == nil {
		_, err = conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", l.key)
	}
	if err != nil {
		return errors.Join(err, discard(conn))
	}
	l.conn = conn
	return nil
}

// discard closes a connection instead of giving it back with its settings and locks.
func discard(conn *sql.Conn) error {
	err := conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) {
		return nil
	}
	return err
}

// renew is [lease]'s.
func (l *sessionLease) renew(ctx context.Context) (replaced bool, err error) {
	if l.conn != nil {
		replaced, err := l.check(ctx)
		if err == nil || ctx.Err() != nil {
			return replaced, err
		}
		_ = discard(l.conn) // it is broken already
		l.conn = nil
	}
	ctx, cancel := context.WithTimeout(ctx, renewLimit)
	defer cancel()
	return false, l.take(ctx)
}

// check asks on the lease's connection which table the jobs are in. A dump that is restored
// makes the table again, and its trigger only after the rows: nobody is told of them.
func (l *sessionLease) check(ctx context.Context) (replaced bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, renewLimit)
	defer cancel()
	var table int64
	err = l.conn.QueryRowContext(ctx, "SELECT coalesce(to_regclass('river_job')::oid::bigint, 0)").Scan(&table)
	if err != nil {
		return false, err
	}
	replaced, l.table = table != l.table, table
	return replaced, nil
}

func (l *sessionLease) end() error {
	if l.conn == nil {
		return nil
	}
	return discard(l.conn)
}

// isLeased asks whether somebody holds the node's lock. A name that no node could have is of none.
func (p inPostgres) isLeased(ctx context.Context, node string) (bool, error) {
	id, err := uuid.Parse(node)
	if err != nil {
		return false, nil //nolint:nilerr // no living node has such a name
	}
	key := uint64(nodeKey(id))
	var lives bool
	err = p.Writer().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND classid::bigint = $1 AND objid::bigint = $2 AND objsubid = 1)`,
		int64(key>>32), int64(key&0xffffffff)).Scan(&lives)
	return lives, err
}

// looksToDie is [backend]'s. A server that restarts ends all locks: those that live take
// theirs again at their next look, and are to keep the work of hours.
func (p inPostgres) looksToDie() int { return 3 }

func (p inPostgres) running(ctx context.Context) ([]running, error) {
	return readRunning(ctx, p.Reads(), `SELECT id, kind, args, attempt, attempted_at, attempted_by[array_upper(attempted_by, 1)]
		FROM river_job WHERE state = 'running'`)
}

func (p inPostgres) release(ctx context.Context, attempt running) error {
	_, err := p.Writer().ExecContext(ctx, `UPDATE river_job
		SET state = 'available', attempt = greatest(attempt - 1, 0), scheduled_at = now()
		WHERE id = $1 AND state = 'running' AND attempt = $2`, attempt.job, attempt.number)
	return err
}

func (p inPostgres) waiting(ctx context.Context, w wanted) (waiting, error) {
	return readWaiting(ctx, p.Reads(), w, func(least string) string {
		return "extract(epoch FROM " + least + " - now())::double precision"
	})
}

// turnWords is [backend]'s.
func (inPostgres) turnWords() turnWords {
	return turnWords{
		now: "now()", millis: "CAST(extract(epoch FROM now()) * 1000 AS BIGINT)", greatest: "greatest", lock: " FOR UPDATE SKIP LOCKED",
		attemptedBy: "array_append(attempted_by[greatest(coalesce(array_length(attempted_by, 1), 0) - 98, 1):], $3::text)",
	}
}

// cleanNotifications has nothing to do: the server keeps none.
func (inPostgres) cleanNotifications(context.Context) error { return nil }
