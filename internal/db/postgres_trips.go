package db

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// Round trips to PostgreSQL. A statement that nobody waits for travels together with the
// next one whose answer is wanted: the BEGIN of a transaction with its first statement, what
// is to be done [Later] with the next statement or the COMMIT, and the COMMIT of a snapshot
// with its [Last] statement. The server does them in their order, one after the other.

// Later marks a statement of a transaction whose result is not used: it may be sent with
// the next statement or with the commit, where its failure then shows. Other statements of
// the same transaction see what it did.
func Later(ctx context.Context) context.Context { return context.WithValue(ctx, laterKey, true) }

// Last marks a query of a snapshot as the last one: the snapshot ends with it.
func Last(ctx context.Context) context.Context { return context.WithValue(ctx, lastKey, true) }

// together marks a statement as one that may be sent with others: it is one statement, and
// its columns are of the types that [toDriverValue] knows. That is not so of what others run
// in a transaction.
func together(ctx context.Context) context.Context { return context.WithValue(ctx, togetherKey, true) }

type markKey int

const (
	laterKey markKey = iota
	lastKey
	togetherKey
)

func isMarked(ctx context.Context, key markKey) bool { return ctx.Value(key) != nil }

// tripsConnector makes connections that save round trips.
type tripsConnector struct{ driver.Connector }

// Connect is [driver.Connector]'s.
func (c tripsConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	plain, ok := conn.(*stdlib.Conn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("the connection is a %T", conn), conn.Close())
	}
	return &tripsConn{Conn: plain}, nil
}

// tripsConn is a connection that sends some statements later.
type tripsConn struct {
	*stdlib.Conn
	waiting []statementToSend // in their order; the first may be a BEGIN
	begun   bool              // a transaction is open, though its BEGIN may still wait
	ended   bool              // the last statement of the snapshot was sent
	failed  error             // why the transaction can only be rolled back, if it is known here
}

type statementToSend struct {
	query string
	args  []any
}

// BeginTx is [driver.ConnBeginTx]'s. Nothing is sent yet.
func (c *tripsConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	if c.Conn.Conn().IsClosed() {
		return nil, driver.ErrBadConn
	}
	begin := "begin"
	switch level := sql.IsolationLevel(o.Isolation); level {
	case sql.LevelDefault:
	case sql.LevelRepeatableRead:
		begin += " isolation level repeatable read"
	default:
		return nil, fmt.Errorf("transactions of the level %s are not used here", level)
	}
	if o.ReadOnly {
		begin += " read only"
	}
	c.leaveTx()
	c.waiting, c.begun = []statementToSend{{query: begin}}, true
	return &tripsTx{conn: c, ctx: ctx}, nil
}

// ExecContext is [driver.ExecerContext]'s.
func (c *tripsConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.cannotGoOn(); err != nil {
		return nil, err
	}
	if (len(c.waiting) > 0 || c.inTx()) && isMarked(ctx, laterKey) {
		c.waiting = append(c.waiting, statementToSend{query, values(args)})
		return driver.ResultNoRows, nil
	}
	if len(c.waiting) == 0 || !isMarked(ctx, togetherKey) {
		if err := c.sendWaiting(ctx); err != nil {
			return nil, err
		}
		return c.Conn.ExecContext(ctx, query, args)
	}
	results, err := c.send(ctx, statementToSend{query, values(args)})
	if err != nil {
		return nil, err
	}
	tag, err := results.Exec()
	return driver.RowsAffected(tag.RowsAffected()), errors.Join(err, results.Close())
}

// QueryContext is [driver.QueryerContext]'s.
func (c *tripsConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.cannotGoOn(); err != nil {
		return nil, err
	}
	last := (len(c.waiting) > 0 || c.inTx()) && isMarked(ctx, lastKey)
	switch {
	case len(c.waiting) == 0 && !last:
		return c.Conn.QueryContext(ctx, query, args)
	case !isMarked(ctx, togetherKey):
		if err := c.sendWaiting(ctx); err != nil {
			return nil, err
		}
		return c.Conn.QueryContext(ctx, query, args)
	}
	statements := []statementToSend{{query, values(args)}}
	if last {
		statements = append(statements, statementToSend{query: "commit"})
		c.ended = true
	}
	results, err := c.send(ctx, statements...)
	if err != nil {
		return nil, err
	}
	return newTripsRows(results)
}

// PrepareContext is [driver.ConnPrepareContext]'s. It is not for transactions: what is run
// by such a statement would overtake those that wait.
func (c *tripsConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.begun {
		return nil, errPrepareInTx
	}
	return c.Conn.PrepareContext(ctx, query)
}

// ResetSession is [driver.SessionResetter]'s.
func (c *tripsConn) ResetSession(ctx context.Context) error {
	c.leaveTx()
	return c.Conn.ResetSession(ctx)
}

var (
	errEnded       = errors.New("a statement came after the last one of its snapshot")
	errPrepareInTx = errors.New("statements are not prepared in a transaction of PostgreSQL: run them with their text")
)

// leaveTx forgets the transaction.
func (c *tripsConn) leaveTx() { c.waiting, c.begun, c.ended, c.failed = nil, false, false, nil }

// cannotGoOn returns why the transaction takes no more statements, or nil.
func (c *tripsConn) cannotGoOn() error {
	if err := c.brokenTx(); err != nil {
		return fmt.Errorf("the transaction has failed: %w", err)
	}
	if c.ended {
		return errEnded
	}
	return nil
}

// brokenTx returns why the transaction that the statements belong to is gone though the
// server may not know it, or nil. The server itself rejects statements after one that failed
// in it, but it cannot when the BEGIN did not reach it: it would commit each on its own.
func (c *tripsConn) brokenTx() error {
	if c.failed == nil && c.begun && len(c.waiting) == 0 && !c.ended && c.Conn.Conn().IsClosed() {
		return pgconn.ErrConnClosed
	}
	return c.failed
}

// inTx reports whether the server has a transaction open, which may have failed.
func (c *tripsConn) inTx() bool { return c.Conn.Conn().PgConn().TxStatus() != 'I' }

// send sends what waits and these statements in one round trip, and returns the results of
// these. All are prepared before the first is run, so what waits may never be run because of
// another's fault. The transaction has then failed.
func (c *tripsConn) send(ctx context.Context, statements ...statementToSend) (pgx.BatchResults, error) {
	before := c.waiting
	c.waiting = nil
	var batch pgx.Batch
	for _, s := range before {
		batch.Queue(s.query, s.args...)
	}
	for _, s := range statements {
		batch.Queue(s.query, s.args...)
	}
	results := c.Conn.Conn().SendBatch(ctx, &batch)
	for range before {
		if _, err := results.Exec(); err != nil {
			_ = results.Close() // it is the same error
			c.failed = err
			return nil, err
		}
	}
	return results, nil
}

func (c *tripsConn) sendWaiting(ctx context.Context) error {
	if len(c.waiting) == 0 {
		return nil
	}
	results, err := c.send(ctx)
	if err != nil {
		return err
	}
	return results.Close()
}

func values(args []driver.NamedValue) []any {
	plain := make([]any, len(args))
	for i, arg := range args {
		plain[i] = arg.Value
	}
	return plain
}

// tripsTx is a transaction on a tripsConn.
type tripsTx struct {
	conn *tripsConn
	ctx  context.Context // of BeginTx: a commit takes none
}

// Commit is [driver.Tx]'s.
func (t *tripsTx) Commit() error {
	c := t.conn
	if err := c.brokenTx(); err != nil {
		return errors.Join(fmt.Errorf("%w: %w", pgx.ErrTxCommitRollback, err), t.Rollback())
	}
	if !c.inTx() && len(c.waiting) <= 1 { // nothing was sent, or it has ended
		c.leaveTx()
		return nil
	}
	results, err := c.send(t.ctx, statementToSend{query: "commit"})
	if err == nil {
		tag, execErr := results.Exec()
		err = errors.Join(execErr, results.Close())
		if err == nil && tag.String() == "ROLLBACK" {
			err = pgx.ErrTxCommitRollback
		}
	}
	if err != nil {
		return errors.Join(err, t.Rollback())
	}
	c.leaveTx()
	return nil
}

// Rollback is [driver.Tx]'s.
func (t *tripsTx) Rollback() error {
	c := t.conn
	c.leaveTx()
	if !c.inTx() || c.Conn.Conn().IsClosed() {
		return nil
	}
	if _, err := c.Conn.Conn().Exec(t.ctx, "rollback"); err != nil {
		// What state the connection is in is not known: it must not be used again.
		return errors.Join(err, c.Close())
	}
	return nil
}

// tripsRows are the rows of one statement among several that were sent together.
type tripsRows struct {
	results pgx.BatchResults
	rows    pgx.Rows
	columns []string
	more    bool // there is a row that was read and not yet handed over
}

func newTripsRows(results pgx.BatchResults) (*tripsRows, error) {
	rows, err := results.Query()
	if err != nil {
		return nil, errors.Join(err, results.Close())
	}
	r := &tripsRows{results: results, rows: rows, more: rows.Next()} // errors come with the first row
	if err := rows.Err(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	for _, field := range rows.FieldDescriptions() {
		r.columns = append(r.columns, field.Name)
	}
	return r, nil
}

// Columns is [driver.Rows]'s.
func (r *tripsRows) Columns() []string { return r.columns }

// Close is [driver.Rows]'s.
func (r *tripsRows) Close() error {
	r.rows.Close()
	return r.results.Close()
}

// Next is [driver.Rows]'s.
func (r *tripsRows) Next(dest []driver.Value) error {
	if !r.more && !r.rows.Next() {
		return cmp.Or(r.rows.Err(), io.EOF)
	}
	r.more = false
	values, err := r.rows.Values()
	if err != nil {
		return err
	}
	for i, value := range values {
		if dest[i], err = toDriverValue(value); err != nil {
			return fmt.Errorf("column %s: %w", r.columns[i], err)
		}
	}
	return nil
}

// toDriverValue turns what pgx reads into one of the types that database/sql takes.
func toDriverValue(value any) (driver.Value, error) {
	switch v := value.(type) {
	case nil, int64, float64, bool, string, []byte, time.Time:
		return v, nil
	case int32:
		return int64(v), nil
	case int16:
		return int64(v), nil
	case float32:
		return float64(v), nil
	case driver.Valuer: // a numeric
		return v.Value()
	}
	return nil, fmt.Errorf("a value of the type %T", value)
}
