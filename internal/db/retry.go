package db

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// PostgreSQL ends a transaction for another's sake: of two that wait for each other, or that
// would not have been possible one after the other, it rejects one, which is then run again.

const (
	// retryFor is for how long a change is run again. A client waits for it. PostgreSQL needs a
	// second to notice a deadlock (deadlock_timeout), so this is time for several.
	retryFor = 10 * time.Second
	// retryPause is the longest pause before the second run. It doubles with each run, up to
	// retryMost.
	retryPause = 4 * time.Millisecond
	retryMost  = 500 * time.Millisecond
)

// retries are the runs of one change.
type retries struct {
	clock func() time.Time
	limit time.Duration
	began time.Time
	pause time.Duration // the longest before the next run
}

func newRetries(limit time.Duration) *retries {
	r := &retries{clock: time.Now, limit: limit, pause: retryPause}
	r.began = r.clock()
	return r
}

// again reports whether a change that ended with err is to be run again, and waits before it.
// The pause is random, so that those who were in each other's way do not meet again. Once the
// limit has passed, the error is the database's, which [FaultOf] knows.
func (r *retries) again(ctx context.Context, err error) bool {
	if !isRetry(err) {
		return false
	}
	pause := time.Duration(rand.Int64N(int64(r.pause))) //nolint:gosec // nobody gains by guessing it
	if r.clock().Sub(r.began)+pause > r.limit {
		return false
	}
	r.pause = min(2*r.pause, retryMost)
	select {
	case <-ctx.Done():
	case <-time.After(pause):
	}
	return ctx.Err() == nil
}

// IsConflict reports whether an error is the rejection of a transaction for another's sake.
func IsConflict(err error) bool { return isConflict(pgCode(err)) }

func isConflict(code string) bool {
	return code == pgSerializationFailure || code == pgDeadlockDetected
}

// isRetry says whether the database ended the transaction for another's sake, or because of
// a plan that is not right any more.
func isRetry(err error) bool { return IsConflict(err) || isStalePlan(err) }

// isStalePlan reports whether a prepared statement returns another type than when it was
// prepared, as after a dump was restored under this program: that makes types again. Each
// connection has statements of its own, and the driver prepares one that failed again.
func isStalePlan(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == pgFeatureNotSupported && e.Routine == "RevalidateCachedQuery" // messages may be translated
}
