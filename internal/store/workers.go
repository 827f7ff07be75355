package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
)

// jobTimeout ends a job that hangs. No work on a media item takes so long, and what it wrote
// is not swept before.
const jobTimeout = 24 * time.Hour

// fetchCooldown is the shortest time between two looks for jobs.
const fetchCooldown = 50 * time.Millisecond

// jobBackend is what SQLite and PostgreSQL do differently for jobs.
type jobBackend interface {
	// jobSource is where river has jobs from here.
	jobSource(ctx context.Context) (jobSource, error)
	// insertDriver is how river adds jobs here, in transactions of changes.
	insertDriver() riverdriver.Driver[*sql.Tx]
	// lockNode says, until it is unlocked or the process ends, that a node lives.
	lockNode(ctx context.Context, node uuid.UUID) (nodeLock, error)
	nodeLives(ctx context.Context, node string) (bool, error)
	// deadLooks is in how many looks in a row a node must look dead to be dead.
	deadLooks() int
	runningJobs(ctx context.Context) ([]runningJob, error)
	// freeJob has a job that ran at this attempt processed again, which counts as none.
	freeJob(ctx context.Context, job runningJob) error
}

// backendOf is how jobs are kept in a database.
func backendOf(opened db.DB) jobBackend {
	switch d := opened.(type) {
	case *db.SQLite:
		return sqliteJobs{d}
	case *db.Postgres:
		return postgresJobs{d}
	}
	return nil
}

// jobSource is where river has jobs from.
type jobSource struct {
	driver   riverdriver.Driver[*sql.Tx]
	interval time.Duration // how often new jobs are looked for
	end      func()
}

// fetchesPerWorker is how many jobs that mostly wait for others' servers there may be for
// one that keeps a processor busy.
const fetchesPerWorker = 4

// WorkerOptions say who works on jobs.
type WorkerOptions struct {
	// Workers is how many jobs are worked on at once of those that are short, and again of
	// those that are long. Four times as many bring bytes from elsewhere, which costs this
	// node little.
	Workers int
	// OnlyFetch leaves all but the latter to other nodes.
	OnlyFetch bool
	// Do works on a job until it is done or ctx ends. An error has it tried again, for as
	// often as it takes where the last attempt ends so.
	Do func(ctx context.Context, run JobRun) error
	// Logger gets what an operator should know.
	Logger *slog.Logger
}

// queues is where jobs are taken from, and how many at once.
func (o WorkerOptions) queues() map[string]river.QueueConfig {
	queues := map[string]river.QueueConfig{fetchQueue: {MaxWorkers: fetchesPerWorker * o.Workers}}
	if !o.OnlyFetch {
		queues[shortQueue], queues[longQueue] = river.QueueConfig{MaxWorkers: o.Workers}, river.QueueConfig{MaxWorkers: o.Workers}
	}
	return queues
}

// JobRun is one attempt at a job.
type JobRun struct {
	library.Job
	ID   int64
	Last bool // nothing but an error has it tried again
}

// Workers works on jobs until Stop.
type Workers struct {
	client *jobClient
	node   nodeLock
	close  func()
	stop   context.CancelFunc
	busy   *atWork
	rescue sync.WaitGroup
}

// worker is what river calls.
type worker struct {
	river.WorkerDefaults[jobArgs]
	do   func(ctx context.Context, run JobRun) error
	log  *slog.Logger
	busy *atWork
	stop context.Context //nolint:containedctx // it ends with the Workers, not with a job
}

// lastPause is how long a job waits whose last attempt could not say how it ended.
const lastPause = time.Minute

// Work is [river.Worker]'s. A job that the node's stopping cuts off has not failed. One
// whose last attempt ends with an error has not told its media, which would wait for ever:
// that attempt does not count.
func (w *worker) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	run := JobRun{
		Job: library.Job{Task: job.Args.Task, Media: job.Args.Media},
		ID:  job.ID, Last: job.Attempt >= job.MaxAttempts,
	}
	attempt := attemptKey{id: job.ID, number: int64(job.Attempt)}
	if job.AttemptedAt != nil {
		attempt.at = job.AttemptedAt.UnixMilli()
	}
	w.busy.begin(attempt)
	defer w.busy.end(attempt)
	err := w.attempt(ctx, run)
	switch {
	case err == nil:
		return nil
	case w.stop.Err() != nil:
		return river.JobSnooze(0)
	case run.Last:
		w.log.Warn("the last attempt at a job has no end; it is made again", "job", run.ID, "task", run.Task, "media", run.Media, "error", err)
		return river.JobSnooze(lastPause)
	}
	return err
}

// attempt makes an attempt at a job. A panic fails it as an error would: river would
// discard the job.
func (w *worker) attempt(ctx context.Context, run JobRun) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			w.log.Error("a job panics", "job", run.ID, "cause", cause, "stack", string(debug.Stack()))
			err = fmt.Errorf("it panics: %v", cause)
		}
	}()
	return w.do(ctx, run)
}

// Work begins to work on jobs. Several nodes may: each job is one node's, until that node
// has done it or died.
func (s *Store) Work(ctx context.Context, o WorkerOptions) (*Workers, error) {
	node := uuid.New()
	lock, err := s.backend.lockNode(ctx, node)
	if err != nil {
		return nil, err
	}
	stopped, stop := context.WithCancel(context.WithoutCancel(ctx))
	workers, busy := river.NewWorkers(), &atWork{attempts: make(map[attemptKey]bool)}
	river.AddWorker(workers, &worker{do: o.Do, log: o.Logger, busy: busy, stop: stopped})
	jobs, err := s.backend.jobSource(ctx)
	if err != nil {
		stop()
		return nil, errors.Join(err, lock.unlock())
	}
	client, err := river.NewClient(jobs.driver, &river.Config{
		ID:                node.String(),
		Logger:            slog.New(calm{o.Logger.Handler()}),
		FetchCooldown:     fetchCooldown,
		FetchPollInterval: jobs.interval,
		JobTimeout:        jobTimeout,
		// Jobs of nodes that have died are found by looks, see [rescuer]. River would ask this
		// node's clock, which may be set ahead, and begin work twice that still runs.
		RescueStuckJobsAfter: 100 * 365 * 24 * time.Hour,
		Workers:              workers,
		Queues:               o.queues(),
	})
	w := &Workers{client: client, node: lock, close: jobs.end, stop: stop, busy: busy}
	rescuer := newRescuer(s, node.String(), busy)
	if err == nil {
		err = rescuer.look(ctx)
	}
	if err == nil {
		err = client.Start(stopped)
	}
	if err != nil {
		stop()
		jobs.end()
		return nil, errors.Join(err, lock.unlock())
	}
	w.rescue.Go(func() { rescuer.keepLooking(stopped, lock, o.Logger) })
	return w, nil
}

// Stop ends the work: what runs is interrupted, and started again by the next worker.
func (w *Workers) Stop(ctx context.Context) error {
	w.stop()
	err := w.client.StopAndCancel(ctx)
	w.rescue.Wait()
	w.close()
	return errors.Join(err, w.node.unlock())
}

// nodeLock says that a node lives.
type nodeLock interface {
	// keep makes sure that the lock is held, and takes it again where it was lost.
	keep(ctx context.Context) error
	unlock() error
}
