package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
)

// jobDriver works over the pool of the changes, and listens for new jobs on a connection
// of its own: what the server tells is picked up at once.
func (p *postgres) jobDriver(ctx context.Context) (riverdriver.Driver[*sql.Tx], func(), error) {
	config, err := pgxpool.ParseConfig(p.url)
	if err != nil {
		return nil, nil, err
	}
	config.MinConns, config.MaxConns = 0, 1
	listening, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	return riverdatabasesql.NewWithPgxListener(p.write, listening), listening.Close, nil
}

func (p *postgres) insertDriver() riverdriver.Driver[*sql.Tx] { return riverdatabasesql.New(p.write) }

// sessionLock is an advisory lock of a connection that is kept for it. The server ends it
// with the connection.
type sessionLock struct{ conn *sql.Conn }

// nodeKey is the number that stands for a node among the server's advisory locks.
func nodeKey(node uuid.UUID) int64 {
	return int64(binary.BigEndian.Uint64(node[:8]))
}

func (p *postgres) lockNode(ctx context.Context, node uuid.UUID) (nodeLock, error) {
	conn, err := p.write.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", nodeKey(node)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return sessionLock{conn}, nil
}

func (l sessionLock) unlock() error {
	_, err := l.conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock_all()")
	return errors.Join(err, l.conn.Close())
}

// nodeLives asks whether somebody holds the node's lock. What is no node of ours is dead.
func (p *postgres) nodeLives(ctx context.Context, node string) (bool, error) {
	id, err := uuid.Parse(node)
	if err != nil {
		return false, nil //nolint:nilerr // no living node has such a name
	}
	key := uint64(nodeKey(id))
	var lives bool
	err = p.write.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND classid::bigint = $1 AND objid::bigint = $2 AND objsubid = 1)`,
		int64(key>>32), int64(key&0xffffffff)).Scan(&lives)
	return lives, err
}

func (p *postgres) runningJobs(ctx context.Context) ([]runningJob, error) {
	return readRunningJobs(ctx, p.write, `SELECT id, attempt, attempted_by[array_upper(attempted_by, 1)]
		FROM river_job WHERE state = 'running'`)
}

func (p *postgres) freeJob(ctx context.Context, job runningJob) error {
	_, err := p.write.ExecContext(ctx, `UPDATE river_job
		SET state = 'available', attempt = greatest(attempt - 1, 0), scheduled_at = now()
		WHERE id = $1 AND state = 'running' AND attempt = $2`, job.id, job.attempt)
	return err
}
