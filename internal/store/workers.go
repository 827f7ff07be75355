package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"github.com/lectern-media/lectern/internal/library"
)

// jobTimeout ends a job that hangs. No work on a media takes so long, and what it wrote
// is not swept before.
const jobTimeout = 24 * time.Hour

// rescueInterval is how often a node looks for jobs of nodes that have died.
const rescueInterval = 2 * time.Second

// deadLooks is how many times in a row a node must look dead. A database that restarts
// ends all locks: those that live take theirs again at their next look, and are to keep
// the work of hours.
const deadLooks = 3

// fetchCooldown is the shortest time between two looks for jobs.
const fetchCooldown = 50 * time.Millisecond

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
	// Do works on a job until it is done or ctx ends. An error has it tried again.
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
	Last bool // it is not tried again
}

// Workers works on jobs until Stop.
type Workers struct {
	client *jobClient
	node   nodeLock
	close  func()
	stop   context.CancelFunc
	rescue sync.WaitGroup
}

// worker is what river calls.
type worker struct {
	river.WorkerDefaults[jobArgs]
	do   func(ctx context.Context, run JobRun) error
	stop context.Context //nolint:containedctx // it ends with the Workers, not with a job
}

// Work is [river.Worker]'s. A job that the node's stopping cuts off has not failed.
func (w *worker) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	err := w.do(ctx, JobRun{
		Job: library.Job{Task: job.Args.Task, Media: job.Args.Media},
		ID:  job.ID, Last: job.Attempt >= job.MaxAttempts,
	})
	if err != nil && w.stop.Err() != nil {
		return river.JobSnooze(0)
	}
	return err
}

// Work begins to work on jobs. Several nodes may: each job is one node's, until that node
// has done it or died.
func (s *Store) Work(ctx context.Context, o WorkerOptions) (*Workers, error) {
	node := uuid.New()
	lock, err := s.db.lockNode(ctx, node)
	if err != nil {
		return nil, err
	}
	stopped, stop := context.WithCancel(context.WithoutCancel(ctx))
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{do: o.Do, stop: stopped})
	jobs, err := s.db.jobSource(ctx)
	if err != nil {
		stop()
		return nil, errors.Join(err, lock.unlock())
	}
	client, err := river.NewClient(jobs.driver, &river.Config{
		ID:                   node.String(),
		Logger:               slog.New(calm{o.Logger.Handler()}),
		FetchCooldown:        fetchCooldown,
		FetchPollInterval:    jobs.interval,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: jobTimeout + time.Hour,
		Workers:              workers,
		Queues:               o.queues(),
	})
	w := &Workers{client: client, node: lock, close: jobs.end, stop: stop}
	if err == nil {
		err = s.rescueJobs(ctx, map[string]int{}, 1)
	}
	if err == nil {
		err = client.Start(stopped)
	}
	if err != nil {
		stop()
		jobs.end()
		return nil, errors.Join(err, lock.unlock())
	}
	w.rescue.Go(func() { s.keepRescuing(stopped, lock, o.Logger) })
	return w, nil
}

// Stop ends the work: what runs is cut off, and begun again by whoever works next.
func (w *Workers) Stop(ctx context.Context) error {
	w.stop()
	err := w.client.StopAndCancel(ctx)
	w.rescue.Wait()
	w.close()
	return errors.Join(err, w.node.unlock())
}

func (s *Store) keepRescuing(ctx context.Context, node nodeLock, log *slog.Logger) {
	tick := time.NewTicker(rescueInterval)
	defer tick.Stop()
	missed := map[string]int{}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			// Without its lock a node is dead to all, also to itself.
			err := node.keep(ctx)
			if err == nil {
				err = s.rescueJobs(ctx, missed, deadLooks)
			}
			if err != nil && ctx.Err() == nil {
				log.Warn("looking for jobs of nodes that have died", "error", err)
			}
		}
	}
}

// rescueJobs gives free the jobs of nodes that have died: those that were missed so many
// times in a row, this time included. River itself would wait until no job can still be
// running, which is a day. A node that lives holds a lock, which ends with its process
// whatever ends that.
func (s *Store) rescueJobs(ctx context.Context, missed map[string]int, looks int) error {
	running, err := s.db.runningJobs(ctx)
	if err != nil {
		return err
	}
	looked := make(map[string]bool)
	for _, job := range running {
		if !looked[job.node] {
			looked[job.node] = true
			lives, err := s.db.nodeLives(ctx, job.node)
			if err != nil {
				return err
			}
			missed[job.node]++
			if lives {
				missed[job.node] = 0
			}
		}
		if missed[job.node] < looks && !job.silent {
			continue
		}
		if err := s.db.freeJob(ctx, job); err != nil {
			return err
		}
	}
	maps.DeleteFunc(missed, func(node string, _ int) bool { return !looked[node] })
	return nil
}

// runningJob is a job that a node works on.
type runningJob struct {
	id, attempt int64
	node        string
	// silent says that the job began, and how far its media is was last told, longer ago
	// than any run is silent that is one: its node does not know that it has it, because
	// the database's answer to its fetching was lost.
	silent bool
}

// In seconds, how long a run that tells every second how far it is may be silent, and how
// long one whose media plays: it tells nothing while it makes the pictures of a scrub bar.
const (
	silence        = 300
	pictureSilence = 2 * 3600
)

// nodeLock says that a node lives.
type nodeLock interface {
	// keep makes sure that the lock is held, and takes it again where it was lost.
	keep(ctx context.Context) error
	unlock() error
}
