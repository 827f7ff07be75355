package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// attemptTimeout ends an attempt that hangs. No work takes so long, and what it wrote is not
// swept before.
const attemptTimeout = 24 * time.Hour

// fetchCooldown is the shortest time between two fetches from a queue.
const fetchCooldown = 50 * time.Millisecond

// fetchesPerWorker is how many jobs that mostly wait for others' servers there may be for
// one that keeps a processor busy.
const fetchesPerWorker = 4

// WorkerOptions say who does jobs.
type WorkerOptions struct {
	// Workers is how many jobs are done at once of those that are short, and again of those
	// that are long. Four times as many wait for other servers, which costs this node little.
	Workers int
	// OnlyFetch leaves all but the latter to other nodes.
	OnlyFetch bool
	// Kinds are those that this node does. Jobs of others are left to other nodes.
	Kinds []Kind
	// Logger gets what an operator should know.
	Logger *slog.Logger
}

// queues returns where jobs are taken from, and how many at once.
func (o WorkerOptions) queues() map[string]river.QueueConfig {
	queues := map[string]river.QueueConfig{string(Fetch): {MaxWorkers: fetchesPerWorker * o.Workers}}
	if !o.OnlyFetch {
		queues[string(Short)], queues[string(Long)] = river.QueueConfig{MaxWorkers: o.Workers}, river.QueueConfig{MaxWorkers: o.Workers}
	}
	return queues
}

// mostOfOwner returns how many attempts at jobs of one owner are made at once, for each queue
// where there is a limit. Fetches wait for other servers, some for hours, and cost this node
// little: one place is kept free for the next owner.
func (o WorkerOptions) mostOfOwner() map[Queue]int {
	return map[Queue]int{Fetch: max(1, fetchesPerWorker*o.Workers-1)}
}

// Kind is how jobs of one kind are done.
type Kind struct {
	Name string
	// Do makes an attempt, until it is done or ctx ends. After an error the job is tried again,
	// also after the last attempt. [LaterError] is no such error.
	Do func(ctx context.Context, a Attempt) error
	// Signs returns the signs of life of attempts that are being made, by the ids of their
	// jobs. Nil for a kind that gives none.
	Signs func(ctx context.Context, running []Row) (map[int64]Sign, error)
	// Awaited returns the jobs that something waits for, each with a text that changes with
	// what is known of that. One of them that is over is tried again. Nil for a kind that
	// nothing waits for.
	Awaited func(ctx context.Context) (map[int64]string, error)
}

// Sign is a sign of life of an attempt.
type Sign struct {
	Text     string        // changes as long as the attempt makes progress
	Patience time.Duration // how long the text may stay the same before the job is tried again
}

// LaterError is the error of an attempt that could not begin, which is not the job's fault. The
// job is done later, and the attempt does not count.
type LaterError struct {
	In  time.Duration
	Err error // the reason
}

// Error says when, and why.
func (l *LaterError) Error() string { return fmt.Sprintf("put off by %s: %v", l.In, l.Err) }

// Unwrap returns the reason.
func (l *LaterError) Unwrap() error { return l.Err }

// Attempt is one doing of a job.
type Attempt struct {
	ID   int64 // of the job
	Kind string
	Args json.RawMessage
	Last bool // the last attempt, unless it ends with an error
}

// Workers do jobs until Stop.
type Workers struct {
	jobs   *Jobs
	river  *dispatcher
	lease  lease
	keeper *keeper
	stop   context.CancelFunc
	ended  sync.WaitGroup
}

// worker is what river calls.
type worker struct {
	river.WorkerDefaults[args]
	kind   Kind
	log    *slog.Logger
	making *attempts
	turns  *turns
	stop   context.Context //nolint:containedctx // it ends with the Workers, not with a job
}

// lastPause is how long a job waits whose last attempt could not say how it ended.
const lastPause = time.Minute

// Work is [river.Worker]'s. An attempt that the node's stopping cuts off has not failed. One
// that is the last and ends with an error has told nobody, and who waits would wait for ever:
// it does not count.
func (w *worker) Work(ctx context.Context, job *river.Job[args]) error {
	a := Attempt{ID: job.ID, Kind: job.Kind, Args: job.Args.json, Last: job.Attempt >= job.MaxAttempts}
	key := attemptKey{job: job.ID, number: int64(job.Attempt)}
	if job.AttemptedAt != nil {
		key.at = job.AttemptedAt.UnixMilli()
	}
	w.making.begin(key)
	defer w.making.end(key)
	err := w.attempt(ctx, a)
	if w.stop.Err() == nil {
		if failed := w.turns.end(ctx, job.ID); failed != nil {
			w.log.Debug("recording the end of an attempt", "job", job.ID, "error", failed)
		}
	}
	later, putOff := errors.AsType[*LaterError](err)
	switch {
	case err == nil:
		return nil
	case putOff && w.stop.Err() == nil:
		return river.JobSnooze(later.In)
	case w.stop.Err() != nil:
		return river.JobSnooze(0)
	case a.Last:
		w.log.Warn("the last attempt at a job could not record how it ended; it is made again",
			"job", a.ID, "kind", a.Kind, "args", string(a.Args), "error", err)
		return river.JobSnooze(lastPause)
	}
	return err
}

// attempt makes an attempt at a job. A panic fails it as an error would: river would
// discard the job.
func (w *worker) attempt(ctx context.Context, a Attempt) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			w.log.Error("an attempt at a job panics", "job", a.ID, "kind", a.Kind, "cause", cause, "stack", string(debug.Stack()))
			err = fmt.Errorf("it panics: %v", cause)
		}
	}()
	return w.kind.Do(ctx, a)
}

// riverConfig is river's part in the work. It fetches jobs when the bell rings, runs the
// attempts and stores how they ended. What a leader among its clients would do at intervals
// the keeper of each node does.
func riverConfig(o WorkerOptions, node uuid.UUID, workers *river.Workers) *river.Config {
	return &river.Config{
		ID:                     node.String(),
		Logger:                 slog.New(calm{o.Logger.Handler()}),
		FetchCooldown:          fetchCooldown,
		FetchPollInterval:      attemptTimeout, // hardly ever
		FetchOnlyKnownKinds:    true,
		JobTimeout:             attemptTimeout,
		LeaderElectionDisabled: true,
		RescueStuckJobsAfter:   attemptTimeout, // by a leader, of which there is none
		Workers:                workers,
		Queues:                 o.queues(),
	}
}

// Work begins to do jobs. Several nodes may: each job is one node's, until that node
// has done it or died.
func (j *Jobs) Work(ctx context.Context, o WorkerOptions) (*Workers, error) {
	node := uuid.New()
	held, err := j.backend.takeLease(ctx, node)
	if err != nil {
		return nil, err
	}
	stopped, stop := context.WithCancel(context.WithoutCancel(ctx))
	making, workers := newAttempts(), river.NewWorkers()
	t := &turns{
		db: j.db, river: j.backend.riverDriver(), words: j.backend.turnWords(), node: node.String(), most: o.mostOfOwner(), log: o.Logger,
	}
	for _, kind := range o.Kinds {
		river.AddWorkerArgs(workers, args{kind: kind.Name}, &worker{kind: kind, log: o.Logger, making: making, turns: t, stop: stopped})
	}
	d := &dispatcher{
		newClient: func(rung *bell) (*client, error) {
			return river.NewClient(newDriver(j.backend, rung, t), riverConfig(o, node, workers))
		},
		making: making, log: o.Logger, restAfter: j.restAfter,
		wake: make(chan struct{}, 1), resting: make(map[*shift]bool),
	}
	w := &Workers{jobs: j, river: d, lease: held, stop: stop}
	for queue := range o.queues() {
		d.queues = append(d.queues, Queue(queue))
	}
	w.keeper = newKeeper(j, o, d, j.NewRescuer(o.Kinds, node.String()))
	w.keeper.rescuer.making = making
	err = w.keeper.rescuer.Look(ctx)
	if err == nil {
		err = d.begin(stopped)
	}
	if err != nil {
		stop()
		return nil, errors.Join(err, held.end())
	}
	j.mu.Lock()
	j.working[w] = true
	j.mu.Unlock()
	w.ended.Go(func() { d.run(stopped) })
	w.ended.Go(func() { j.backend.watchCommits(stopped, w.keeper.somethingCommitted) })
	w.ended.Go(func() { w.keeper.keepLease(stopped, held) })
	w.ended.Go(func() { w.keeper.keep(stopped) })
	return w, nil
}

// NewRescuer returns a rescuer for the node of these workers, which knows what they do.
func (w *Workers) NewRescuer() *Rescuer {
	r := w.jobs.NewRescuer(w.keeper.rescuer.kinds, w.keeper.rescuer.node)
	r.making = w.keeper.rescuer.making
	return r
}

// Stop stops the workers: running attempts are interrupted, and started again by the next
// worker.
func (w *Workers) Stop(ctx context.Context) error {
	w.stop()
	w.jobs.mu.Lock()
	delete(w.jobs.working, w)
	w.jobs.mu.Unlock()
	w.ended.Wait()
	return errors.Join(w.river.stop(ctx), w.lease.end())
}
