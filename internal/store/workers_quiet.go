package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// quietDriver is river's driver for SQLite, which looks for jobs only where somebody has
// changed the database since there were none: a look takes a millisecond, and asking the
// watcher a hundredth of that. Ten looks a second for each queue would else keep a machine
// busy that has nothing to do.
type quietDriver struct {
	riverdriver.Driver[*sql.Tx]
	lookouts *lookouts
}

// GetExecutor is [riverdriver.Driver]'s.
func (d quietDriver) GetExecutor() riverdriver.Executor {
	return quietExecutor{d.Driver.GetExecutor(), d.lookouts}
}

type quietExecutor struct {
	riverdriver.Executor
	lookouts *lookouts
}

// JobGetAvailable is [riverdriver.Executor]'s.
func (e quietExecutor) JobGetAvailable(
	ctx context.Context, params *riverdriver.JobGetAvailableParams,
) (*riverdriver.JobGetAvailableResult, error) {
	began, now := e.lookouts.clock(), e.lookouts.state(ctx) // before the look, which may see more
	if e.lookouts.nothing(params.Queue, now, began) {
		return &riverdriver.JobGetAvailableResult{}, nil
	}
	got, err := e.Executor.JobGetAvailable(ctx, params)
	if err == nil && len(got.Jobs) == 0 {
		e.lookouts.saw(params.Queue, lookout{now, began})
	}
	return got, err
}

// lookouts remembers where there were no jobs.
type lookouts struct {
	state func(context.Context) state
	clock func() time.Time

	mu sync.Mutex
	in map[string]lookout // by queue
}

// lookout is a look that found nothing.
type lookout struct {
	in state
	at time.Time
}

// longestLookout is how long one counts at most: a job may be there before its time has
// come, by as much as clocks are rounded.
const longestLookout = time.Second

func newLookouts(now func(context.Context) state, clock func() time.Time) *lookouts {
	return &lookouts{state: now, clock: clock, in: make(map[string]lookout)}
}

// nothing says whether there is still nothing in a queue.
func (l *lookouts) nothing(queue string, now state, at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.in[queue]
	return now != 0 && last.in == now && at.Sub(last.at) < longestLookout
}

func (l *lookouts) saw(queue string, is lookout) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.in[queue] = is
}
