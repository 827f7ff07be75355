package db

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// poolerTimeout bounds the check of what lies between this process and the server.
const poolerTimeout = 15 * time.Second

// poolerRounds is how often two connections are compared. A pooler gives the connection that was
// used last, unless another client takes it in between.
const poolerRounds = 5

var errPoolMode = errors.New("a pooler such as PgBouncer gives the connections to the server to others after each transaction " +
	"(pool_mode = transaction or statement), but Lectern keeps locks and listens (LISTEN) on its connections for longer; " +
	"set pool_mode = session for this database, or connect to PostgreSQL itself")

// checkPooler rejects a pooler that does not keep a connection to the server for each connection
// to it. It is asked before anything is set on a connection, since that would reach others.
func checkPooler(ctx context.Context, config *pgx.ConnConfig) (err error) {
	ctx, cancel := context.WithTimeout(ctx, poolerTimeout)
	defer cancel()
	first, err := pgx.ConnectConfig(ctx, config.Copy())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, first.Close(context.WithoutCancel(ctx))) }()
	process, err := processOf(ctx, first)
	if err != nil || process == first.PgConn().PID() { // the process that answered the start: there is no pooler
		return err
	}
	second, err := pgx.ConnectConfig(ctx, config.Copy())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.Close(context.WithoutCancel(ctx))) }()
	for range poolerRounds {
		one, err := processOf(ctx, first)
		if err != nil {
			return err
		}
		other, err := processOf(ctx, second)
		if errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("a pooler such as PgBouncer gave no second connection to the server within %s; "+
				"its default_pool_size must be at least as large as --database-connections: %w", poolerTimeout, err)
		}
		if err != nil {
			return err
		}
		if one == other || one != process {
			return errPoolMode
		}
	}
	return nil
}

// processOf returns which process of the server answers a connection. It asks by the simple
// protocol, because a pooler may not know prepared statements.
func processOf(ctx context.Context, conn *pgx.Conn) (uint32, error) {
	results, err := conn.PgConn().Exec(ctx, "SELECT pg_backend_pid()").ReadAll()
	if err != nil {
		return 0, err
	}
	if len(results) != 1 || len(results[0].Rows) != 1 || len(results[0].Rows[0]) != 1 {
		return 0, errors.New("the server does not say which process answers")
	}
	process, err := strconv.ParseUint(string(results[0].Rows[0][0]), 10, 32)
	return uint32(process), err
}
