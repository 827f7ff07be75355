package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/lectern-media/lectern/internal/testkit"
)

// Two changes lock the same two rows, each in another order, and wait for each other: the
// server rejects one of them, which is run again.
func TestChange_ThatDeadlocksIsRunAgain(t *testing.T) {
	t.Parallel()
	d := open(t, testkit.PostgresURL(t))
	add(t, d, "a")
	add(t, d, "b")
	var runs atomic.Int64
	var locked, done sync.WaitGroup
	locked.Add(2)
	change := func(first, second string) error {
		met := false
		return d.Change(t.Context(), func(c Conn) error {
			runs.Add(1)
			// That the server finds a deadlock after this time is not what is tested.
			if _, err := c.ExecContext(t.Context(), "SET LOCAL deadlock_timeout = '10ms'"); err != nil {
				return err
			}
			for i, name := range []string{first, second} {
				result, err := c.ExecContext(t.Context(), "UPDATE groups SET name = name || '.' WHERE name LIKE $1", name+"%")
				if err != nil {
					return err
				}
				if n, err := result.RowsAffected(); err != nil || n != 1 { // and it is executed by now
					return fmt.Errorf("%d rows: %w", n, err)
				}
				if i == 0 && !met {
					met = true
					locked.Done()
					locked.Wait()
				}
			}
			return nil
		})
	}
	errs := make([]error, 2)
	done.Go(func() { errs[0] = change("a", "b") })
	done.Go(func() { errs[1] = change("b", "a") })
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var changed int
	if err := d.Reads().QueryRowContext(t.Context(), "SELECT count(*) FROM groups WHERE name IN ('a..', 'b..')").Scan(&changed); err != nil || changed != 2 {
		t.Errorf("%d rows were changed twice, %v; want both", changed, err)
	}
	if runs.Load() < 3 {
		t.Errorf("two changes that deadlock ran %d times", runs.Load())
	}
}

// conflict is what the server says of a transaction that it rejects for another's sake.
var conflict error = &pgconn.PgError{Code: pgDeadlockDetected}

// A change that is rejected each time is run again and again, with pauses that grow and are
// random, until the time for it is over.
func TestRetries_EndAtTheirLimit(t *testing.T) {
	t.Parallel()
	var paused []time.Duration
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			r := newRetries(retryFor)
			runs := 1
			for r.again(t.Context(), fmt.Errorf("sharing: %w", conflict)) {
				runs++
			}
			took := time.Since(began)
			if took > retryFor || took < retryFor-retryMost || runs < 10 || runs > 200 {
				t.Errorf("%d runs take %v", runs, took)
			}
			paused = append(paused, took)
		})
	}
	if paused[0] == paused[1] {
		t.Errorf("the pauses are not random: %v", paused)
	}
}

func TestRetries_OnlyOfConflicts(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for name, at := range map[string]struct {
		ctx  context.Context
		err  error
		want bool
	}{
		"a deadlock":                        {t.Context(), conflict, true},
		"a serialization failure":           {t.Context(), &pgconn.PgError{Code: pgSerializationFailure}, true},
		"a duplicate":                       {t.Context(), &pgconn.PgError{Code: pgUniqueViolation}, false},
		"nothing":                           {t.Context(), nil, false},
		"a duplicate that nobody waits for": {ended, &pgconn.PgError{Code: pgUniqueViolation}, false},
	} {
		if got := newRetries(time.Hour).again(at.ctx, at.err); got != at.want {
			t.Errorf("%s is run again: %t", name, got)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		r := newRetries(time.Hour)
		r.pause = time.Minute
		if r.again(ctx, conflict) || time.Since(r.began) != 0 {
			t.Errorf("what nobody waits for is run again, or takes %v", time.Since(r.began))
		}
	})
}
