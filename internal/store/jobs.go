package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/internal/jobs"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Work on media items is one kind of jobs. A job is added in the transaction that asks for
// it, so that both are there or neither.

// mediaKind is the kind of jobs that work on a media item. What a job does its task says.
const mediaKind = "media"

// queues is where the tasks wait.
var queues = map[library.Task]jobs.Queue{
	library.TaskFetch: jobs.Fetch, library.TaskLookUp: jobs.Fetch,
	library.TaskPrepare: jobs.Short, library.TaskTranscode: jobs.Long,
}

// mediaArgs are the arguments of a job that works on a media item. They are also its key,
// so their order must stay as it is: programs of different age compare them.
type mediaArgs struct {
	Media library.MediaID `json:"media_id"`
	Task  library.Task    `json:"task"`
}

func toLibraryJob(args json.RawMessage) (library.Job, error) {
	var a mediaArgs
	err := json.Unmarshal(args, &a)
	return library.Job{Task: a.Task, Media: a.Media}, err
}

func (t *tx) Enqueue(ctx context.Context, j library.Job) error {
	args, err := json.Marshal(mediaArgs{Media: j.Media, Task: j.Task})
	if err != nil {
		return err
	}
	id, err := t.jobs.Enqueue(ctx, jobs.Job{
		Kind: mediaKind, Args: args, Key: string(args), Queue: queues[j.Task], Owner: strconv.FormatInt(int64(j.Owner), 10),
	})
	if err != nil {
		return err
	}
	return t.q.SetProcessingJob(ctx, dbq.SetProcessingJobParams{MediaID: int64(j.Media), JobID: &id})
}

func (t *tx) CancelJobs(ctx context.Context, media []library.MediaID) error {
	ids, err := t.q.JobsOf(ctx, int64s(media))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.jobs.Cancel(ctx, *id); err != nil {
			return err
		}
	}
	return nil
}

// WorkerOptions say who works on media items.
type WorkerOptions struct {
	// Workers is how many jobs are done at once of those that are short, and again of those
	// that are long. Four times as many bring bytes from elsewhere, which costs this node
	// little.
	Workers int
	// OnlyFetch leaves all but the latter to other nodes.
	OnlyFetch bool
	// Do makes an attempt, until it is done or ctx ends. After an error the job is tried again,
	// also after the last attempt.
	Do func(ctx context.Context, a Attempt) error
	// More are the other kinds of jobs that this node does.
	More []jobs.Kind
	// Logger gets what an operator should know.
	Logger *slog.Logger
}

// LaterError is the error of an attempt that could not begin: the job is done later.
type LaterError = jobs.LaterError

// Attempt is one attempt at a job on a media item.
type Attempt struct {
	library.Job
	ID   int64 // of the job
	Last bool  // the last attempt, unless it ends with an error
}

// Work begins to work on media items, and to do other jobs. Several nodes may.
func (s *Store) Work(ctx context.Context, o WorkerOptions) (*jobs.Workers, error) {
	return s.jobs.Work(ctx, jobs.WorkerOptions{
		Workers: o.Workers, OnlyFetch: o.OnlyFetch, Kinds: append(s.kinds(o.Do), o.More...), Logger: o.Logger,
	})
}

// kinds is the kind of the jobs that work on media items.
func (s *Store) kinds(do func(context.Context, Attempt) error) []jobs.Kind {
	return []jobs.Kind{{
		Name: mediaKind,
		Do: func(ctx context.Context, a jobs.Attempt) error {
			job, err := toLibraryJob(a.Args)
			if err != nil {
				return err
			}
			return do(ctx, Attempt{Job: job, ID: a.ID, Last: a.Last})
		},
		Signs: s.signs, Awaited: s.awaited,
	}}
}

// For how long an attempt may be silent.
const (
	// silentPatience is for one that tells every second how far it is.
	silentPatience = 5 * time.Minute
	// picturingPatience is for one whose media item plays: it tells nothing while it makes the
	// pictures of a scrub bar.
	picturingPatience = 2 * time.Hour
)

// signs are how far the attempts have come.
func (s *Store) signs(ctx context.Context, running []jobs.Row) (map[int64]jobs.Sign, error) {
	signs, media := make(map[int64]jobs.Sign), make([]int64, 0, len(running))
	of := make(map[int64]int64) // by job
	for _, row := range running {
		job, err := toLibraryJob(row.Args)
		if err != nil {
			return nil, fmt.Errorf("job %d: %w", row.ID, err)
		}
		of[row.ID], media = int64(job.Media), append(media, int64(job.Media))
	}
	rows, err := s.query().SignsOfWork(ctx, media)
	if err != nil {
		return nil, err
	}
	found := make(map[int64]jobs.Sign)
	for _, r := range rows {
		sign := jobs.Sign{Text: strconv.FormatInt(r.UpdatedAt, 10) + " " + r.Run + " " + strconv.FormatInt(r.Percent, 10), Patience: silentPatience}
		if state := library.State(r.State); state == library.StateFinished || state == library.StateExternal {
			sign.Patience = picturingPatience
		}
		found[r.MediaID] = sign
	}
	for job, id := range of {
		sign, is := found[id]
		if !is {
			sign.Patience = silentPatience
		}
		signs[job] = sign
	}
	return signs, nil
}

// awaited returns the jobs that media items wait for.
func (s *Store) awaited(ctx context.Context) (map[int64]string, error) {
	rows, err := s.query().AwaitedJobs(ctx)
	if err != nil {
		return nil, err
	}
	awaited := make(map[int64]string)
	for _, r := range rows {
		awaited[*r.JobID] = strconv.FormatInt(r.UpdatedAt, 10)
	}
	return awaited, nil
}

// JobRow is a job as an operator sees it.
type JobRow struct {
	jobs.Row
	// Job is what the job does, where it works on a media item; its Media is 0 otherwise.
	library.Job
}

func toJobRow(r jobs.Row) (row JobRow, err error) {
	row.Row = r
	if r.Kind == mediaKind {
		if row.Job, err = toLibraryJob(r.Args); err != nil {
			err = fmt.Errorf("job %d: %w", r.ID, err)
		}
	}
	return row, err
}

// Jobs returns the jobs that wait, run or failed for good, or all that are remembered,
// the newest first, so many at most.
func (s *Store) Jobs(ctx context.Context, all bool, limit int) ([]JobRow, error) {
	found, err := s.jobs.List(ctx, all, limit)
	if err != nil {
		return nil, err
	}
	rows := make([]JobRow, len(found))
	for i, r := range found {
		if rows[i], err = toJobRow(r); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// Job returns one job, or KindNotFound.
func (s *Store) Job(ctx context.Context, id int64) (JobRow, error) {
	found, err := s.jobs.Get(ctx, id)
	if errors.Is(err, jobs.ErrNotFound) {
		return JobRow{}, library.NotFound("job", id)
	}
	if err != nil {
		return JobRow{}, err
	}
	return toJobRow(found)
}

// RetryJob has a job that waits for its next attempt, or is over, tried now.
func (s *Store) RetryJob(ctx context.Context, id int64) error { return s.jobs.Retry(ctx, id) }

// CancelJob cancels a job that is not about a media item. For one that is, end the work on
// its media item instead.
func (s *Store) CancelJob(ctx context.Context, id int64) error {
	return s.change(ctx, func(t *tx) error { return t.jobs.Cancel(ctx, id) })
}

// IsForgotten says whether a job is over and its media item waits for it nevertheless.
func (s *Store) IsForgotten(ctx context.Context, id int64) (bool, error) {
	forgotten, err := s.jobs.Forgotten(ctx, s.kinds(nil))
	_, is := forgotten[id]
	return is, err
}

// JobCounts returns how many jobs there are in each state, also where there are none.
func (s *Store) JobCounts(ctx context.Context) (map[string]int64, error) { return s.jobs.Counts(ctx) }
