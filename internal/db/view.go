package db

import (
	"context"
	"database/sql"
	"errors"
)

// View is a [Conn] that sees one state of the database, the one at its first statement. It
// costs nothing until then. It is for one goroutine.
type View struct {
	ctx    context.Context // of the whole view
	pool   Conn
	begin  func(context.Context) (Conn, func() error, error)
	search func(context.Context, *View) (state string, err error)

	conn  Conn // nil until the first statement
	end   func() error
	ended bool  // the last statement was asked
	err   error // why the view did not begin, or was asked too much
}

// run runs fn and ends the view.
func (v *View) run(fn func(*View) error) (err error) {
	defer func() {
		if v.end != nil {
			err = errors.Join(err, ignoreDone(v.end()))
		}
	}()
	err = fn(v)
	if v.err != nil { // of which fn may have seen another form
		err = v.err
	}
	return err
}

// ignoreDone drops the news that a transaction has ended already: with the context.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// Begun reports whether something was asked.
func (v *View) Begun() bool { return v.conn != nil }

// Searching prepares the view for statements that want a plan of their own for what they
// look for. The text that it returns names the state that the view sees, or is "" where it
// is not known: equal states have the same rows.
func (v *View) Searching(ctx context.Context) (state string, err error) { return v.search(ctx, v) }

// Last returns a Conn for the last statement of the view, one query. If it is also the
// first, one statement sees one state without a transaction.
func (v *View) Last() Conn { return lastConn{v} }

var errAfterLast = errors.New("a view was asked for more after its last statement")

// take returns what runs the statements of the view, and takes the snapshot the first time.
func (v *View) take() (Conn, error) {
	if v.ended && v.err == nil {
		v.err = errAfterLast
	}
	if v.conn == nil && v.err == nil {
		v.conn, v.end, v.err = v.begin(v.ctx)
	}
	return v.conn, v.err
}

// takeLast is take for the last statement.
func (v *View) takeLast() (Conn, error) {
	if v.conn == nil && !v.ended {
		v.ended = true
		return v.pool, nil
	}
	conn, err := v.take()
	v.ended = true
	return conn, err
}

// ExecContext is [Conn]'s.
func (v *View) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	conn, err := v.take()
	if err != nil {
		return nil, err
	}
	return conn.ExecContext(ctx, query, args...)
}

// PrepareContext is [Conn]'s.
func (v *View) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	conn, err := v.take()
	if err != nil {
		return nil, err
	}
	return conn.PrepareContext(ctx, query)
}

// QueryContext is [Conn]'s.
func (v *View) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	conn, err := v.take()
	if err != nil {
		return nil, err
	}
	return conn.QueryContext(ctx, query, args...)
}

// QueryRowContext is [Conn]'s.
func (v *View) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	conn, err := v.take()
	if err != nil {
		return v.noRow(ctx, query)
	}
	return conn.QueryRowContext(ctx, query, args...)
}

// noRow returns a row that has an error, as only a statement that fails can make one. The
// view ends with the error that counts.
func (v *View) noRow(ctx context.Context, query string) *sql.Row {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	return v.pool.QueryRowContext(ended, query)
}

// lastConn is a View for its last statement.
type lastConn struct{ *View }

// QueryContext is [Conn]'s.
func (l lastConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	conn, err := l.takeLast()
	if err != nil {
		return nil, err
	}
	return conn.QueryContext(Last(ctx), query, args...)
}

// QueryRowContext is [Conn]'s.
func (l lastConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	conn, err := l.takeLast()
	if err != nil {
		return l.noRow(ctx, query)
	}
	return conn.QueryRowContext(Last(ctx), query, args...)
}
