package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Jobs are river's, in tables of its own beside the library's, so that a job comes with
// the change that asks for it or not at all.

// The queues: work of minutes never waits behind work of hours, nor behind a slow server
// elsewhere.
const (
	fetchQueue = "fetch"
	shortQueue = "short"
	longQueue  = "long"
)

// queues is where the tasks wait.
var queues = map[library.Task]string{
	library.TaskFetch: fetchQueue, library.TaskLookUp: fetchQueue,
	library.TaskPrepare: shortQueue, library.TaskTranscode: longQueue,
}

// jobAttempts is how often a job is tried. With river's pauses, which grow with the
// fourth power, the last try is some two hours after the first.
const jobAttempts = 8

// jobArgs is a job as river keeps it, once for a task of a media item.
type jobArgs struct {
	Task  library.Task    `json:"task" river:"unique"`
	Media library.MediaID `json:"media_id" river:"unique"`
}

// Kind is [river.JobArgs]'s. What a job does its task says.
func (jobArgs) Kind() string { return "media" }

// jobClient is river's client, which here always goes through database/sql.
type jobClient = river.Client[*sql.Tx]

func (t *tx) Enqueue(ctx context.Context, j library.Job) error {
	args, options := jobArgs{Task: j.Task, Media: j.Media}, &river.InsertOpts{
		MaxAttempts: jobAttempts,
		Queue:       queues[j.Task],
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled, // river wants this one too
		}},
	}
	inserted, err := t.jobs.InsertTx(ctx, t.raw, args, options)
	if err == nil && inserted.UniqueSkippedAsDuplicate && inserted.Job.State == rivertype.JobStateRunning {
		// That one began before this was asked for: it may have said already how it ended, as
		// when a media item is tried again the moment it has failed. What it does is not wanted any
		// more, and whichever begins later has the media.
		options.UniqueOpts = river.UniqueOpts{}
		inserted, err = t.jobs.InsertTx(ctx, t.raw, args, options)
	}
	if err != nil {
		return fmt.Errorf("adding a job: %w", err)
	}
	return t.q.SetProcessingJob(ctx, dbq.SetProcessingJobParams{MediaID: int64(j.Media), JobID: &inserted.Job.ID})
}

func (t *tx) CancelJobs(ctx context.Context, media []library.MediaID) error {
	ids, err := t.q.JobsOf(ctx, int64s(media))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := t.jobs.JobCancelTx(ctx, t.raw, *id); err != nil && !errors.Is(err, rivertype.ErrNotFound) {
			return fmt.Errorf("cancelling job %d: %w", *id, err)
		}
	}
	return nil
}

// JobRow is a job as an operator sees it.
type JobRow struct {
	library.Job
	ID          int64
	State       string // as river calls it: available, running, retryable, completed, …
	Attempt     int
	MaxAttempts int
	ScheduledAt time.Time // when it may next be tried
	LastError   string    // of the last attempt that failed
}

func toJobRow(r *rivertype.JobRow) (JobRow, error) {
	var args jobArgs
	if err := json.Unmarshal(r.EncodedArgs, &args); err != nil {
		return JobRow{}, fmt.Errorf("job %d: %w", r.ID, err)
	}
	job := JobRow{
		Job: library.Job{Task: args.Task, Media: args.Media},
		ID:  r.ID, State: string(r.State), Attempt: r.Attempt, MaxAttempts: r.MaxAttempts, ScheduledAt: r.ScheduledAt,
	}
	if len(r.Errors) > 0 {
		job.LastError = r.Errors[len(r.Errors)-1].Error
	}
	return job, nil
}

// Jobs returns the jobs that wait, run or failed for good, or all that are remembered,
// the newest first, so many at most.
func (s *Store) Jobs(ctx context.Context, all bool, limit int) ([]JobRow, error) {
	params := river.NewJobListParams().First(limit).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	if !all {
		params = params.States(rivertype.JobStateAvailable, rivertype.JobStateRunning, rivertype.JobStateRetryable,
			rivertype.JobStateScheduled, rivertype.JobStatePending, rivertype.JobStateDiscarded)
	}
	found, err := s.jobs.JobList(ctx, params)
	if err != nil {
		return nil, err
	}
	jobs := make([]JobRow, len(found.Jobs))
	for i, r := range found.Jobs {
		if jobs[i], err = toJobRow(r); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// Job returns one job, or KindNotFound.
func (s *Store) Job(ctx context.Context, id int64) (JobRow, error) {
	found, err := s.jobs.JobGet(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return JobRow{}, library.NotFound("job", id)
	}
	if err != nil {
		return JobRow{}, err
	}
	return toJobRow(found)
}

// HurryJob has a job that waits for its next try, or is over, tried now.
func (s *Store) HurryJob(ctx context.Context, id int64) error {
	_, err := s.jobs.JobRetry(ctx, id)
	return err
}

// IsForgotten says whether a job is over although its media item still waits for it.
func (s *Store) IsForgotten(ctx context.Context, id int64) (bool, error) {
	forgotten, err := s.forgottenJobs(ctx)
	_, is := forgotten[id]
	return is, err
}

// JobCounts returns how many jobs there are in each state, also where there are none.
func (s *Store) JobCounts(ctx context.Context) (map[string]int64, error) {
	counts := make(map[string]int64)
	for _, state := range rivertype.JobStates() {
		counts[string(state)] = 0
	}
	rows, err := s.db.reads().QueryContext(ctx, "SELECT CAST(state AS TEXT), count(*) FROM river_job GROUP BY state")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err tells of what went wrong
	for rows.Next() {
		var state string
		var n int64
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		counts[state] = n
	}
	return counts, rows.Err()
}
