package operator

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/work"
)

// Job is a job as the operator sees it.
type Job struct {
	ID          int64     `json:"id"`
	Task        string    `json:"task"`     // fetch, look_up, prepare, or transcode for what takes long; else the kind of the job
	MediaID     int64     `json:"media_id"` // 0: the job is not about a media item
	State       string    `json:"state"`    // available, running, retryable, scheduled, completed, cancelled or discarded
	Attempt     int       `json:"attempt"`
	MaxAttempts int       `json:"max_attempts"`
	ScheduledAt time.Time `json:"scheduled_at"` // when it may be tried next
	Error       string    `json:"error"`        // of the last attempt that failed; empty: none
}

func toJob(r store.JobRow) Job {
	return Job{
		ID: r.ID, Task: cmp.Or(string(r.Task), r.Kind), MediaID: int64(r.Media), State: r.State,
		Attempt: r.Attempt, MaxAttempts: r.MaxAttempts, ScheduledAt: r.ScheduledAt.UTC().Truncate(time.Second), Error: r.LastError,
	}
}

// maxJobs is how many jobs are listed at most.
const maxJobs = 1000

// Jobs returns the newest jobs that are not done, or with all those of the last day, too.
func (c *Console) Jobs(ctx context.Context, all bool) ([]Job, error) {
	rows, err := c.store.Jobs(ctx, all, maxJobs)
	jobs := make([]Job, len(rows))
	for i, r := range rows {
		jobs[i] = toJob(r)
	}
	return jobs, err
}

// RetryJob has a job tried now: one that waits for its next try, one that is over and did
// not tell its media, or the work on a media item that failed for good.
func (c *Console) RetryJob(ctx context.Context, id int64) (Job, error) {
	return c.withJob(ctx, id, func(job store.JobRow) error {
		forgotten, err := c.store.IsForgotten(ctx, id)
		if err != nil {
			return err
		}
		if forgotten || job.State == "retryable" || job.State == "scheduled" || job.Media == 0 {
			return c.store.RetryJob(ctx, id)
		}
		return c.change(ctx, func(change *library.Change) error { return change.RetryProcessing(ctx, job.Media) })
	})
}

// withJob changes something about a job, and returns the job as it then is.
func (c *Console) withJob(ctx context.Context, id int64, do func(store.JobRow) error) (Job, error) {
	job, err := c.store.Job(ctx, id)
	if err != nil {
		return Job{}, err
	}
	if err := do(job); err != nil {
		return Job{}, err
	}
	job, err = c.store.Job(ctx, id)
	return toJob(job), err
}

// CancelJob cancels a job. The work on the media item that it is about has then failed and
// can be retried. An external media item keeps playing.
func (c *Console) CancelJob(ctx context.Context, id int64) (Job, error) {
	return c.withJob(ctx, id, func(job store.JobRow) error {
		if job.Media == 0 {
			return c.store.CancelJob(ctx, id)
		}
		return c.change(ctx, func(change *library.Change) error { return change.CancelWork(ctx, job.Media) })
	})
}

// Swept is what sweeping finds.
type Swept struct {
	Uploads    []int64 `json:"uploads"`     // media whose upload was never completed
	Bin        []int64 `json:"bin"`         // media deleted so long ago that their files go
	Strays     []Stray `json:"strays"`      // unused objects
	StrayBytes int64   `json:"stray_bytes"` // of them together
	// Unknown are objects that this database has no record of.
	Unknown      []Stray    `json:"unknown"`
	UnknownBytes int64      `json:"unknown_bytes"` // of them together
	Lost         []LostFile `json:"lost"`          // files whose object is gone
	Interrupted  int        `json:"interrupted"`   // interrupted writes
	Objects      int        `json:"objects"`       // that are in the storage
}

// Stray is an unused object.
type Stray struct {
	Key       string    `json:"key"`
	Size      int64     `json:"size"` // bytes
	WrittenAt time.Time `json:"written_at"`
}

// LostFile is a file whose object is gone.
type LostFile struct {
	MediaID int64  `json:"media_id"`
	Kind    string `json:"kind"`
	Key     string `json:"key"`
}

// Sweeping says what a sweep may do.
type Sweeping struct {
	OnlyLook bool // delete nothing
	Unknown  bool // delete also objects that are unknown to the database
}

// Sweep deletes what is not needed any more in the library's storage, or only says what it
// would delete.
func (c *Console) Sweep(ctx context.Context, how Sweeping) (Swept, error) {
	blobs, err := holdings.OpenAt(ctx, c.options.Place.Storage, c.library, holdings.Open)
	if err != nil {
		return Swept{}, err
	}
	clock := c.options.Clock
	if clock == nil {
		clock = time.Now
	}
	sweeper := holdings.Sweeper{
		Rows: work.Rows(c.library), Blobs: blobs, Clock: clock, Clocks: holdings.Clocks(c.store.Now, blobs), Unknown: how.Unknown,
	}
	found, err := sweeper.Sweep(ctx, how.OnlyLook)
	if err != nil {
		return Swept{}, fmt.Errorf("sweeping: %w", err)
	}
	swept := Swept{
		Uploads: found.Uploads, Bin: found.Bin,
		Strays: toStrays(found.Strays), StrayBytes: found.StrayBytes,
		Unknown: toStrays(found.Unknown), UnknownBytes: found.UnknownBytes,
		Lost: make([]LostFile, len(found.Lost)), Interrupted: found.Interrupted, Objects: found.Objects,
	}
	for i, f := range found.Lost {
		swept.Lost[i] = LostFile{MediaID: f.Media, Kind: f.Kind, Key: f.Key}
	}
	return swept, nil
}

func toStrays(objects []blob.Info) []Stray {
	strays := make([]Stray, len(objects))
	for i, o := range objects {
		strays[i] = Stray{Key: o.Key, Size: o.Size, WrittenAt: o.ModTime.UTC().Truncate(time.Second)}
	}
	return strays
}

// ClaimStorage makes the storage the library's, unless it is
// another's, and returns what it is called.
func (c *Console) ClaimStorage(ctx context.Context) (string, error) {
	blobs, err := holdings.OpenAt(ctx, c.options.Place.Storage, c.library, holdings.Claim)
	return fmt.Sprint(blobs), err
}
