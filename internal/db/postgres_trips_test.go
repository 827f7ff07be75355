package db

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/lectern-media/lectern/internal/testkit"
)

const (
	insertGroup = "INSERT INTO groups (name) VALUES ($1)"
	pgFailedTx  = "25P02" // a statement comes after one that failed on the server
)

// unencodable is of a type that no driver can send.
type unencodable struct{ _ chan int }

// failures are ways in which a statement of a transaction fails. PostgreSQL's driver has all
// that are sent together prepared, and encodes them, before the first is run: most of these
// take others with them.
var failures = []struct {
	name string
	fail func(context.Context, Conn)
	code string // PostgreSQL's, of what the change ends with
}{
	{"first statement", func(ctx context.Context, c Conn) {
		_, _ = c.ExecContext(ctx, "INSERT INTO nowhere (name) VALUES ($1)", "lost")
	}, "42P01"},
	{"first query", func(ctx context.Context, c Conn) {
		var n int
		_ = c.QueryRowContext(ctx, "SELECT count(*) FROM nowhere").Scan(&n)
	}, "42P01"},
	{"first statement's argument", func(ctx context.Context, c Conn) {
		_, _ = c.ExecContext(ctx, insertGroup, unencodable{})
	}, ""},
	{"later statement", func(ctx context.Context, c Conn) {
		_, _ = c.ExecContext(ctx, insertGroup, "lost")
		_, _ = c.ExecContext(ctx, "INSERT INTO nowhere (name) VALUES ($1)", "lost too")
	}, pgFailedTx},
	{"statement that waits", func(ctx context.Context, c Conn) {
		_, _ = c.ExecContext(ctx, insertGroup, "lost")
		_, _ = c.ExecContext(Later(ctx), "INSERT INTO nowhere (name) VALUES ($1)", "lost too")
		_, _ = groupsIn(ctx, c)
	}, "42P01"},
	{"argument of a statement that waits", func(ctx context.Context, c Conn) {
		_, _ = c.ExecContext(ctx, insertGroup, "lost")
		_, _ = c.ExecContext(Later(ctx), insertGroup, unencodable{})
		_, _ = groupsIn(ctx, c)
	}, ""},
	{"first statement, which waits", func(ctx context.Context, c Conn) {
		_, _ = c.ExecContext(Later(ctx), insertGroup, unencodable{})
		_, _ = groupsIn(ctx, c)
	}, ""},
}

// wantNoGroups checks that nothing was committed.
func wantNoGroups(t *testing.T, d DB) {
	t.Helper()
	if n, err := groupsIn(t.Context(), d.Reads()); n != 0 || err != nil {
		t.Errorf("%d groups are there, %v, want none", n, err)
	}
}

func TestChange_StaysOneTransactionWhenAStatementFails(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		d := open(t, url)
		ctx := t.Context()
		given := errors.New("given up")
		for _, f := range failures {
			err := d.Change(ctx, func(c Conn) error {
				f.fail(ctx, c)
				_, _ = c.ExecContext(ctx, insertGroup, "after")
				_, _ = c.ExecContext(Later(ctx), insertGroup, "at last")
				return given
			})
			if !errors.Is(err, given) {
				t.Errorf("%s: the change ends with %v", f.name, err)
			}
			wantNoGroups(t, d)
		}
		add(t, d, "the connection serves the next change")
	})
}

func TestPostgres_CommitsNothingAfterAFailure(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	counted, _, trips := testkit.PostgresByTrips(t)
	d := open(t, counted)
	ctx := t.Context()
	for _, f := range failures {
		err := d.Change(ctx, func(c Conn) error {
			f.fail(ctx, c)
			trips.Take()
			if _, err := c.ExecContext(ctx, insertGroup, "after"); err == nil {
				t.Errorf("%s: the next statement succeeds", f.name)
			}
			if _, err := groupsIn(ctx, c); err == nil {
				t.Errorf("%s: the next query succeeds", f.name)
			}
			_, _ = c.ExecContext(Later(ctx), insertGroup, "at last")
			return nil
		})
		onServer := f.code == pgFailedTx
		if err == nil || pgCode(err) != f.code || !onServer && !errors.Is(err, pgx.ErrTxCommitRollback) {
			t.Errorf("%s: the change ends with %v", f.name, err)
		}
		for _, trip := range trips.Take() {
			if !onServer && strings.Contains(trip.String(), "INSERT") {
				t.Errorf("%s: %s reaches the server", f.name, trip)
			}
		}
		wantNoGroups(t, d)
	}
}

func TestPostgres_ViewEndsWithAFailure(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	d := open(t, testkit.PostgresURL(t))
	ctx := t.Context()
	for _, f := range failures {
		err := d.View(ctx, func(v *View) error {
			f.fail(ctx, v)
			if _, err := v.ExecContext(ctx, insertGroup, "by a view"); err == nil {
				t.Errorf("%s: a view changes something", f.name)
			}
			_, err := groupsIn(ctx, v)
			_, errLast := groupsIn(ctx, v.Last())
			if err == nil || errLast == nil {
				t.Errorf("%s: the view goes on without its state: %v, %v", f.name, err, errLast)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: the view ends with %v", f.name, err)
		}
		wantNoGroups(t, d)
	}
}

// A failure that another try may avoid is still known as one when the function of the change
// did not return it.
func TestPostgres_TriesAgainForTheCause(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	d := open(t, testkit.PostgresURL(t))
	ctx := t.Context()
	tries := 0
	err := d.Change(ctx, func(c Conn) error {
		if tries++; tries == 1 {
			_, _ = c.ExecContext(Later(ctx), "DO $$BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = '40001'; END$$")
			_, _ = groupsIn(ctx, c)
		}
		_, _ = c.ExecContext(ctx, insertGroup, "kept")
		return nil
	})
	if n, errCount := groupsIn(ctx, d.Reads()); tries != 2 || n != 1 || err != nil || errCount != nil {
		t.Errorf("after %d tries there are %d groups, %v, %v; want 2 and 1", tries, n, err, errCount)
	}
}

func TestPostgres_CommitsNothingOnALostConnection(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	d := open(t, testkit.PostgresURL(t))
	ctx := t.Context()
	err := d.Change(ctx, func(c Conn) error {
		_, _ = c.ExecContext(ctx, "SELECT pg_terminate_backend(pg_backend_pid())")
		_, _ = c.ExecContext(ctx, insertGroup, "after")
		return nil
	})
	if !errors.Is(err, pgx.ErrTxCommitRollback) || !errors.Is(err, pgconn.ErrConnClosed) {
		t.Errorf("the change ends with %v", err)
	}
	wantNoGroups(t, d)
}

func TestPostgres_PreparesNothingInATransaction(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	d := open(t, testkit.PostgresURL(t))
	ctx := t.Context()
	err := d.Change(ctx, func(c Conn) error {
		for _, when := range []string{"at first", "after a statement"} {
			prepared, err := c.PrepareContext(ctx, insertGroup)
			if !errors.Is(err, errPrepareInTx) {
				t.Errorf("preparing a statement %s: %v", when, err)
			}
			if prepared != nil {
				t.Errorf("preparing a statement %s returned one", when)
				defer prepared.Close()
			}
			if _, err := c.ExecContext(ctx, insertGroup, when); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := d.Reads().PrepareContext(ctx, "SELECT count(*) FROM groups")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = prepared.Close() }()
	var n int
	if err := prepared.QueryRowContext(ctx).Scan(&n); n != 2 || err != nil {
		t.Errorf("a prepared statement counts %d groups, %v, want 2", n, err)
	}
}
