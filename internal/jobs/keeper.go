package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

const (
	// glanceInterval is the shortest time between two looks at what waits. While there is a
	// job to fetch it is also the longest.
	glanceInterval = time.Second
	// quietest is the longest time between two looks. No commit tells of a clock that is set
	// ahead, of a machine that was suspended, or of what a proxy keeps from a listener.
	quietest = time.Minute
	// cleanInterval is how often jobs are deleted that have been over for long.
	cleanInterval = time.Hour
	// cleanAtOnce is how many are scheduled or deleted in one statement.
	cleanAtOnce = 1000
)

// For how long jobs are remembered that are over.
const (
	rememberDone   = 24 * time.Hour
	rememberFailed = 7 * 24 * time.Hour
)

// keeper has a node notice what is to be done: jobs that other processes have added, jobs
// whose time has come, attempts that nobody makes any more, cancelled ones, and jobs that
// have been over for long. Each node that works has one; that two do the same does no harm.
//
// It reads the table only after something was committed, when a job is due, while a job runs
// somewhere, and once a minute.
type keeper struct {
	backend   backend
	river     *dispatcher
	exec      riverdriver.Executor
	rescuer   *Rescuer
	wanted    wanted
	log       *slog.Logger
	quietest  time.Duration
	committed chan struct{} // has a value when something was committed since the last look
	leased    atomic.Bool   // whether the lease was held when it was last looked at
	told      map[attemptKey]bool
}

// wanted is which jobs a node takes.
type wanted struct {
	queues []Queue
	kinds  []string
}

func newKeeper(j *Jobs, o WorkerOptions, d *dispatcher, r *Rescuer) *keeper {
	k := &keeper{
		backend: j.backend, river: d, exec: j.client.Driver().GetExecutor(), rescuer: r, log: o.Logger, quietest: j.quietest,
		committed: make(chan struct{}, 1), told: make(map[attemptKey]bool),
	}
	k.leased.Store(true)
	k.wanted.queues = d.queues
	for _, kind := range o.Kinds {
		k.wanted.kinds = append(k.wanted.kinds, kind.Name)
	}
	return k
}

// somethingCommitted has the keeper look soon.
func (k *keeper) somethingCommitted() {
	select {
	case k.committed <- struct{}{}:
	default:
	}
}

// keepLease renews the lease of the node until ctx ends. It waits where the database does,
// and nothing else waits for it.
func (k *keeper) keepLease(ctx context.Context, held lease) {
	tick := time.NewTicker(LookInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		replaced, err := held.renew(ctx)
		k.leased.Store(err == nil)
		k.report(ctx, "renewing the lease of the node", err)
		if replaced {
			k.somethingCommitted()
		}
	}
}

// keep looks until ctx ends.
func (k *keeper) keep(ctx context.Context) {
	tick, clean, glance := time.NewTicker(LookInterval), time.NewTicker(cleanInterval), time.NewTimer(0)
	always := time.NewTicker(k.quietest)
	defer func() { tick.Stop(); clean.Stop(); glance.Stop(); always.Stop() }()
	last := time.Now()
	k.report(ctx, "deleting jobs that are over", k.clean(ctx))
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-k.committed:
			k.rescuer.changed()
			glance.Reset(max(0, glanceInterval-time.Since(last)))
		case <-always.C:
			k.somethingCommitted() // for all that is known
		case <-glance.C:
			var next time.Duration
			last = time.Now()
			if next, err = k.glance(ctx); err != nil {
				next = glanceInterval
			}
			if next > 0 {
				glance.Reset(next)
			}
		case <-tick.C:
			// Without its lease a node is dead to all, also to itself.
			if k.leased.Load() {
				err = k.rescuer.lookIfChanged(ctx)
			}
		case <-clean.C:
			err = k.clean(ctx)
		}
		k.report(ctx, "looking after jobs", err)
	}
}

func (k *keeper) report(ctx context.Context, doing string, err error) {
	if err != nil && ctx.Err() == nil {
		k.log.Warn(doing, "error", err)
	}
}

// glance looks once at what waits, and returns in what time it is worth looking again
// although nothing is committed; 0 for no such time.
func (k *keeper) glance(ctx context.Context) (next time.Duration, err error) {
	heard, err := k.cancel(ctx)
	if err != nil {
		return 0, err
	}
	if !heard {
		next = glanceInterval
	}
	w, err := k.backend.waiting(ctx, k.wanted)
	if err != nil {
		return 0, err
	}
	soonest := func(in time.Duration) {
		if in = max(in, glanceInterval); next == 0 || in < next {
			next = in
		}
	}
	if w.later != nil {
		if *w.later <= 0 {
			if err := k.schedule(ctx); err != nil {
				return 0, err
			}
		}
		soonest(*w.later)
	}
	for queue, in := range w.available {
		if in <= 0 {
			k.river.jobIn(queue)
		}
		soonest(in) // where no worker is free, or the fetch fails, it is rung again
	}
	return next, nil
}

// waiting is what waits to be done.
type waiting struct {
	available map[Queue]time.Duration // in what time the first job of a queue may be fetched
	later     *time.Duration          // in what time the first one becomes available that is to be tried later
}

// schedule makes those jobs available whose time has come.
func (k *keeper) schedule(ctx context.Context) (err error) {
	tx, err := k.exec.Begin(ctx)
	if err != nil {
		return err
	}
	made, err := tx.JobSchedule(ctx, &riverdriver.JobScheduleParams{Max: cleanAtOnce})
	if err != nil {
		return errors.Join(err, tx.Rollback(context.WithoutCancel(ctx)))
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	for _, one := range made {
		k.river.jobIn(Queue(one.Job.Queue))
	}
	return nil
}

// cancel ends the attempts of this node at jobs that were cancelled by another process. It
// reports whether the bell took all rings; the others are rung again at the next look.
func (k *keeper) cancel(ctx context.Context) (heard bool, err error) {
	making := k.rescuer.making.all()
	for attempt := range k.told {
		if !making[attempt] {
			delete(k.told, attempt)
		}
	}
	ids := make([]int64, 0, len(making))
	for attempt := range making {
		if !k.told[attempt] {
			ids = append(ids, attempt.job)
		}
	}
	if len(ids) == 0 {
		return true, nil
	}
	cancelled, err := k.exec.JobGetCancelRequested(ctx, &riverdriver.JobGetCancelRequestedParams{ID: ids})
	if err != nil {
		return false, err
	}
	heard = true
	for _, id := range cancelled {
		taken := true
		for _, queue := range k.wanted.queues { // only the one that the job is in minds
			taken = k.river.cancelled(id, queue) && taken
		}
		for attempt := range making {
			if attempt.job == id && taken {
				k.told[attempt] = true
			}
		}
		heard = heard && taken
	}
	return heard, nil
}

// clean deletes jobs that have been over for long.
func (k *keeper) clean(ctx context.Context) error {
	now := time.Now()
	for {
		deleted, err := k.exec.JobDeleteBefore(ctx, &riverdriver.JobDeleteBeforeParams{
			CancelledDoDelete: true, CancelledFinalizedAtHorizon: now.Add(-rememberDone),
			CompletedDoDelete: true, CompletedFinalizedAtHorizon: now.Add(-rememberDone),
			DiscardedDoDelete: true, DiscardedFinalizedAtHorizon: now.Add(-rememberFailed),
			Max: cleanAtOnce,
		})
		if err != nil {
			return err
		}
		if deleted < cleanAtOnce {
			return k.backend.cleanNotifications(ctx)
		}
	}
}
