// Package jobs keeps jobs of any kind in the database of a library, in the transactions that
// request them, and has them done by the nodes that work. It knows no row but a job's: what a
// kind of job is about is the business of the package that adds it.
//
// A job is a row: its kind, the arguments of the kind, and perhaps a key under which a second
// one is not added. An attempt is one node's doing of a job; a job that failed gets another.
// A lease says that a node lives. It is a lock that the system or the database ends with the
// node, and while it is held, so are the attempts of the node.
//
// River keeps the rows and runs the attempts. Its own polling is switched off: a node looks
// for jobs when something was committed, or when a job is due (keeper.go).
package jobs

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/lectern-media/lectern/internal/db"
)

// ErrNotFound says that there is no job with an id.
var ErrNotFound = errors.New("there is no such job")

// Queue is where a job waits. Work of minutes never waits behind work of hours, nor behind a
// slow server elsewhere.
type Queue string

// The queues.
const (
	Fetch Queue = "fetch" // mostly waits for other servers
	Short Queue = "short" // keeps a processor busy for minutes at most
	Long  Queue = "long"  // keeps a processor busy for however long it takes
)

// Job is a job to be added.
type Job struct {
	Kind string
	// Args is a JSON object, which only the kind understands.
	Args json.RawMessage
	// Key is what the job is about. A second job of its kind with the same key is not added
	// while the first one waits; "" is the same as no other.
	Key   string
	Queue Queue
	// Owner is on whose behalf the job is done. Owners take turns in each queue; jobs without
	// one have turns as if they had the same owner.
	Owner string
}

// maxAttempts is how often a job is tried. With river's pauses, which grow with the fourth
// power, the last attempt is some two hours after the first.
const maxAttempts = 8

// Row is a job as it is in the database.
type Row struct {
	ID          int64
	Kind        string
	Args        json.RawMessage
	State       string // as river calls it: available, running, retryable, completed, …
	Attempt     int    // the number of the last one
	MaxAttempts int
	ScheduledAt time.Time // when the next attempt may be made
	LastError   string    // of the last attempt that failed
}

// Jobs are the jobs in a database. It is safe for concurrent use.
type Jobs struct {
	db      db.DB
	backend backend
	client  *client
	// quietest is the longest time between two looks at what is to be done.
	quietest time.Duration
	// restAfter is for how long nothing is to be done before river is stopped.
	restAfter time.Duration

	mu      sync.Mutex
	working map[*Workers]bool // those of this process
}

// client is river's client, which here always goes through database/sql.
type client = river.Client[*sql.Tx]

// New returns the jobs in a database that has their tables.
func New(in db.DB, log *slog.Logger) (*Jobs, error) {
	j := &Jobs{db: in, backend: backendOf(in, log), quietest: quietest, restAfter: restAfter, working: make(map[*Workers]bool)}
	var err error
	j.client, err = river.NewClient(newDriver(j.backend, nil, nil), &river.Config{Logger: log, Hooks: []rivertype.Hook{&keyHook{}}})
	return j, err
}

// args are the arguments of a job, as river passes them on.
type args struct {
	kind, key string
	json      json.RawMessage
}

// Kind is [river.JobArgs]'s.
func (a args) Kind() string { return a.kind }

// MarshalJSON is [json.Marshaler]'s.
func (a args) MarshalJSON() ([]byte, error) { return a.json, nil }

// UnmarshalJSON is [json.Unmarshaler]'s.
func (a *args) UnmarshalJSON(text []byte) error {
	a.json = append(json.RawMessage(nil), text...)
	return nil
}

// keyHook has a job compared with others by its key, instead of by its arguments.
type keyHook struct{ river.HookDefaults }

// InsertBegin is [rivertype.HookInsertBegin]'s. The hash is the one that river computes from
// arguments: a job whose key is its arguments is the same as one that an older program added.
func (*keyHook) InsertBegin(_ context.Context, params *rivertype.JobInsertParams) error {
	if a, is := params.Args.(args); is && params.UniqueKey != nil {
		sum := sha256.Sum256([]byte("&kind=" + a.kind + "&args=" + a.key))
		params.UniqueKey = sum[:]
	}
	return nil
}

// Tx is the jobs as one transaction changes them.
type Tx struct {
	jobs      *Jobs
	raw       *sql.Tx
	added     map[Queue]bool
	cancelled []*rivertype.JobRow
}

// In returns the jobs for a transaction of their database.
func (j *Jobs) In(tx *sql.Tx) *Tx { return &Tx{jobs: j, raw: tx, added: make(map[Queue]bool)} }

// Enqueue adds a job, unless one with its key waits already, and returns the id of the one or
// the other. Nobody sees the job before the transaction is committed.
func (t *Tx) Enqueue(ctx context.Context, j Job) (id int64, err error) {
	options := &river.InsertOpts{MaxAttempts: maxAttempts, Queue: string(j.Queue)}
	if j.Owner != "" {
		metadata, err := json.Marshal(map[string]string{"owner": j.Owner})
		if err != nil {
			return 0, err
		}
		options.Metadata = metadata
	}
	if j.Key != "" {
		options.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled, // river wants this one too
		}}
	}
	a := args{kind: j.Kind, key: j.Key, json: j.Args}
	inserted, err := t.jobs.client.InsertTx(ctx, t.raw, a, options)
	if err == nil && inserted.UniqueSkippedAsDuplicate && inserted.Job.State == rivertype.JobStateRunning {
		// That one began before this was asked for: it may have said already how it ended, as
		// when a media item is tried again the moment it has failed. What it does is not wanted
		// any more, and whichever begins later is the one that counts.
		options.UniqueOpts = river.UniqueOpts{}
		inserted, err = t.jobs.client.InsertTx(ctx, t.raw, a, options)
	}
	if err != nil {
		return 0, fmt.Errorf("enqueueing a job: %w", err)
	}
	t.added[j.Queue] = true
	return inserted.Job.ID, nil
}

// Cancel cancels a job, if it is there and not over. An attempt that is being made ends soon.
func (t *Tx) Cancel(ctx context.Context, id int64) error {
	row, err := t.jobs.client.JobCancelTx(ctx, t.raw, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cancelling job %d: %w", id, err)
	}
	t.cancelled = append(t.cancelled, row)
	return nil
}

// Committed tells the workers of this process what the transaction did. Call it once the
// transaction is committed; workers of other processes notice by themselves.
func (t *Tx) Committed() {
	if len(t.added) == 0 && len(t.cancelled) == 0 {
		return
	}
	t.jobs.eachWorkers(func(w *Workers) {
		for queue := range t.added {
			w.river.jobIn(queue)
		}
		for _, row := range t.cancelled {
			w.river.cancelled(row.ID, Queue(row.Queue))
		}
	})
}

// eachWorkers calls fn with what works in this process.
func (j *Jobs) eachWorkers(fn func(*Workers)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for w := range j.working {
		fn(w)
	}
}

func toRow(r *rivertype.JobRow) Row {
	row := Row{
		ID: r.ID, Kind: r.Kind, Args: r.EncodedArgs, State: string(r.State),
		Attempt: r.Attempt, MaxAttempts: r.MaxAttempts, ScheduledAt: r.ScheduledAt,
	}
	if len(r.Errors) > 0 {
		row.LastError = r.Errors[len(r.Errors)-1].Error
	}
	return row
}

// List returns the jobs that wait, run or failed for good, or all that are remembered, the
// newest first, so many at most.
func (j *Jobs) List(ctx context.Context, all bool, limit int) ([]Row, error) {
	params := river.NewJobListParams().First(limit).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	if !all {
		params = params.States(rivertype.JobStateAvailable, rivertype.JobStateRunning, rivertype.JobStateRetryable,
			rivertype.JobStateScheduled, rivertype.JobStatePending, rivertype.JobStateDiscarded)
	}
	found, err := j.client.JobList(ctx, params)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(found.Jobs))
	for i, r := range found.Jobs {
		rows[i] = toRow(r)
	}
	return rows, nil
}

// Get returns one job, or [ErrNotFound].
func (j *Jobs) Get(ctx context.Context, id int64) (Row, error) {
	found, err := j.client.JobGet(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return Row{}, ErrNotFound
	}
	if err != nil {
		return Row{}, err
	}
	return toRow(found), nil
}

// Retry makes a job that waits for its next attempt, or is over, available now.
func (j *Jobs) Retry(ctx context.Context, id int64) error {
	row, err := j.client.JobRetry(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return ErrNotFound
	}
	if err == nil {
		j.eachWorkers(func(w *Workers) { w.river.jobIn(Queue(row.Queue)) })
	}
	return err
}

// Counts returns how many jobs there are in each state, also where there are none.
func (j *Jobs) Counts(ctx context.Context) (counts map[string]int64, err error) {
	counts = make(map[string]int64)
	for _, state := range rivertype.JobStates() {
		counts[string(state)] = 0
	}
	rows, err := j.db.Reads().QueryContext(ctx, "SELECT CAST(state AS TEXT), count(*) FROM river_job GROUP BY state")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
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
