package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/fetch"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/transcode"
	"github.com/lectern-media/lectern/internal/work"
)

// startWork begins to sweep and to work on jobs, unless this node only serves. Without
// ffmpeg it brings what is imported, which then waits as uploads do.
func (a *App) startWork(ctx context.Context) error {
	a.metrics.MustRegister(jobsCollector{a.store, a.log}, &figures{store: a.store, room: a.given.room, streams: &a.streams, log: a.log})
	if a.given.workers == 0 {
		return nil
	}
	a.startSweeping(ctx)
	tools, err := transcode.Find(ctx)
	a.works = err == nil
	if errors.Is(err, transcode.ErrMissing) {
		a.log.Warn("recordings are queued until this server is started with ffmpeg", "error", err)
	} else if err != nil {
		return err
	}
	fetcher, err := fetch.New(a.given.fetch)
	if err != nil {
		return err
	}
	worker, err := work.New(work.Options{
		Library: a.library, Blobs: a.blobs, Fetch: fetcher, Tools: tools, Folder: a.given.folder, Room: a.given.room.check,
		Logger: a.log, Metrics: a.metrics,
	})
	if err != nil {
		return err
	}
	a.cleanups.add("worker", func(context.Context) error { return worker.Close() })
	jobs, err := a.store.Work(ctx, store.WorkerOptions{
		Workers: a.given.workers, OnlyFetch: !a.works, Logger: a.log,
		Do: func(ctx context.Context, attempt store.Attempt) error {
			err := worker.Do(ctx, attempt.Job, attempt.Last)
			if _, full := errors.AsType[*work.NoRoomError](err); full {
				return &store.LaterError{In: a.given.pause, Err: err}
			}
			return err
		},
	})
	if err != nil {
		return err
	}
	a.cleanups.add("jobs", jobs.Stop)
	return nil
}

const (
	// sweepInterval is how often what nobody needs is swept. What is swept is days old.
	sweepInterval = 6 * time.Hour
	// sweepDelay keeps the first sweep out of the way of a start.
	sweepDelay = 10 * time.Minute
)

// newSweeper makes what sweeps at intervals, with a metric of how far this node's clock is
// from others.
func (a *App) newSweeper() *holdings.Sweeper {
	offsets := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "lectern_clock_offset_seconds",
		Help: "By how much this node's clock is ahead of another, as read before the last sweep. A node that is off by more than 300 does not sweep.",
	}, []string{"reference"})
	a.metrics.MustRegister(offsets)
	return &holdings.Sweeper{
		Rows: work.Rows(a.library), Blobs: a.blobs, Clock: a.clock,
		Clocks: append(holdings.Clocks(a.store.Now, a.blobs), holdings.SteadyClock(a.clock)),
		TellOffset: func(reference string, offset time.Duration) {
			offsets.WithLabelValues(reference).Set(offset.Seconds())
		},
	}
}

func (a *App) startSweeping(ctx context.Context) {
	a.sweeper, a.sweeps = a.newSweeper(), newSweepMetrics(a.metrics)
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var sweeping sync.WaitGroup
	sweeping.Go(func() {
		timer := time.NewTimer(sweepDelay)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
				a.sweep(ctx)
				timer.Reset(sweepInterval)
			}
		}
	})
	a.cleanups.add("sweeper", func(context.Context) error {
		stop()
		sweeping.Wait()
		return nil
	})
}

func (a *App) sweep(ctx context.Context) {
	swept, err := a.sweeper.Sweep(ctx, false)
	if wrong, ok := errors.AsType[*holdings.ClockError](err); ok {
		a.log.Warn("not swept", "error", wrong)
		return
	}
	if err != nil {
		if ctx.Err() == nil {
			a.log.Error("sweeping", "error", err)
		}
		return
	}
	a.sweeps.swept(a.clock(), swept)
	a.log.Info("swept", "uploads", len(swept.Uploads), "bin", len(swept.Bin), "strays", len(swept.Strays),
		"bytes", swept.StrayBytes, "interrupted", swept.Interrupted)
	if len(swept.Unknown) > 0 {
		a.log.Warn("files are unknown to this database: lectern storage check lists them",
			"files", len(swept.Unknown), "bytes", swept.UnknownBytes)
	}
	if len(swept.Lost) > 0 {
		a.log.Warn("files are lost: lectern storage check lists them", "files", len(swept.Lost))
	}
}

// jobsCollector counts the jobs in each state when it is asked.
type jobsCollector struct {
	store *store.Store
	log   *slog.Logger
}

// jobsGauge describes what jobsCollector collects.
func jobsGauge() *prometheus.Desc {
	return prometheus.NewDesc("lectern_jobs", "Jobs by state; the finished ones of the last day or so.", []string{"state"}, nil)
}

// Describe is [prometheus.Collector]'s.
func (jobsCollector) Describe(to chan<- *prometheus.Desc) { to <- jobsGauge() }

// countPatience bounds how long counting may keep the metrics waiting.
const countPatience = 5 * time.Second

// Collect is [prometheus.Collector]'s. Where the database does not answer there is no number
// of jobs; what is reported of the rest is needed then more than ever.
func (c jobsCollector) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), countPatience)
	defer cancel()
	counts, err := c.store.JobCounts(ctx)
	if err != nil {
		c.log.Warn("cannot read the jobs for the metrics", "error", err)
		return
	}
	for state, n := range counts {
		to <- prometheus.MustNewConstMetric(jobsGauge(), prometheus.GaugeValue, float64(n), state)
	}
}
