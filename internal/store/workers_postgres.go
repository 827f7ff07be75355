package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	"github.com/lectern-media/lectern/internal/db"
)

// postgresJobs keeps jobs in PostgreSQL.
type postgresJobs struct{ *db.Postgres }

// jobSource works over the pool of the changes, and listens for new jobs on a connection
// of its own: what the server tells is picked up at once.
func (p postgresJobs) jobSource(ctx context.Context) (jobSource, error) {
	config, err := pgxpool.ParseConfig(p.URL())
	if err != nil {
		return jobSource{}, err
	}
	config.MinConns, config.MaxConns = 0, 1
	listening, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return jobSource{}, err
	}
	return jobSource{
		driver: riverdatabasesql.NewWithPgxListener(p.Writer(), listening), interval: time.Second, end: listening.Close,
	}, nil
}

func (p postgresJobs) insertDriver() riverdriver.Driver[*sql.Tx] {
	return riverdatabasesql.New(p.Writer())
}

// sessionLock is an advisory lock of a connection that is kept for it. The server ends it
// with the connection: when the node dies, but also when the server itself restarts.
type sessionLock struct {
	pool *sql.DB
	key  int64
	conn *sql.Conn // nil while there is none
}

// nodeKey is the number that stands for a node among the server's advisory locks.
func nodeKey(node uuid.UUID) int64 {
	return int64(binary.BigEndian.Uint64(node[:8]))
}

func (p postgresJobs) lockNode(ctx context.Context, node uuid.UUID) (nodeLock, error) {
	l := &sessionLock{pool: p.Writer(), key: nodeKey(node)}
	return l, l.lock(ctx)
}

// lock takes the lock on a connection of its own. A machine that fails says no goodbye:
// the server is to notice within half a minute that nobody is there (its manual,
// tcp_keepalives_idle), instead of the two hours that are usual.
func (l *sessionLock) lock(ctx context.Context) error {
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

// keep is [nodeLock]'s.
func (l *sessionLock) keep(ctx context.Context) error {
	if l.conn != nil {
		if _, err := l.conn.ExecContext(ctx, "SELECT 1"); err == nil || ctx.Err() != nil {
			return err
		}
		_ = discard(l.conn) // it is broken already
		l.conn = nil
	}
	return l.lock(ctx)
}

func (l *sessionLock) unlock() error {
	if l.conn == nil {
		return nil
	}
	return discard(l.conn)
}

// nodeLives asks whether somebody holds the node's lock. What is no node of ours is dead.
func (p postgresJobs) nodeLives(ctx context.Context, node string) (bool, error) {
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

// deadLooks is [jobBackend]'s. A server that restarts ends all locks: those that live take
// theirs again at their next look, and are to keep the work of hours.
func (p postgresJobs) deadLooks() int { return 3 }

func (p postgresJobs) runningJobs(ctx context.Context) ([]runningJob, error) {
	return readRunningJobs(ctx, p.Writer(), `SELECT j.id, j.attempt, j.attempted_at, j.attempted_by[array_upper(j.attempted_by, 1)],
		concat_ws(' ', j.attempt, j.attempted_at, p.updated_at, p.run, p.percent), coalesce(m.state IN ('finished', 'external'), FALSE)
		FROM river_job j LEFT JOIN media_processing p ON p.media_id = (j.args->>'media_id')::bigint
		LEFT JOIN media m ON m.id = p.media_id
		WHERE j.state = 'running'`)
}

func (p postgresJobs) freeJob(ctx context.Context, job runningJob) error {
	_, err := p.Writer().ExecContext(ctx, `UPDATE river_job
		SET state = 'available', attempt = greatest(attempt - 1, 0), scheduled_at = now()
		WHERE id = $1 AND state = 'running' AND attempt = $2`, job.id, job.number)
	return err
}
