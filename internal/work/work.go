package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/fetch"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/transcode"
)

// Options are what a [Worker] works with.
type Options struct {
	Library *library.Library
	Blobs   blob.Store
	Fetch   *fetch.Client
	// Tools are ffmpeg and ffprobe; who only brings what is imported needs none.
	Tools transcode.Tools
	// Room says whether there is room for so many bytes more. It may be nil.
	Room library.Room
	// Folder is where work in progress lies; best on the disk that the blobs are on.
	Folder string
	Logger *slog.Logger
	// Metrics takes the collectors of the work, once.
	Metrics prometheus.Registerer
}

// Worker does jobs. It is safe for concurrent use.
type Worker struct {
	Options
	scratch *scratch
	seconds *prometheus.HistogramVec
}

// New makes a worker, and removes what workers before it left in the folder.
func New(o Options) (*Worker, error) {
	scratch, err := openScratch(o.Folder)
	if err != nil {
		return nil, fmt.Errorf("the folder for work in progress: %w", err)
	}
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "lectern_work_duration_seconds",
		Help:    "Duration of a job, by task and outcome.",
		Buckets: prometheus.ExponentialBuckets(.1, 4, 9),
	}, []string{"task", "outcome"})
	o.Metrics.MustRegister(seconds)
	return &Worker{Options: o, scratch: scratch, seconds: seconds}, nil
}

// Close removes what is left of work in progress.
func (w *Worker) Close() error { return w.scratch.close() }

// Do does a job until it is done or ctx ends. An error has the job tried again; the last
// attempt tells the owner of the media item what is wrong instead, unless it cannot or is
// interrupted.
func (w *Worker) Do(ctx context.Context, job library.Job, last bool) error {
	if err := w.hasRoom(job.Task, 0); err != nil {
		return err
	}
	began := time.Now()
	held, err := w.Library.BeginWorkThatFits(ctx, job, func(held library.Work) error {
		return w.hasRoom(job.Task, w.needs(held))
	})
	if isOver(err) {
		return nil
	}
	if err != nil {
		return err
	}
	log := w.Logger.With("task", job.Task, "media", job.Media, "run", runOf(held).ID)
	outcome, err := w.settle(ctx, held, job.Task, w.perform(ctx, held, job.Task), last, log)
	w.seconds.WithLabelValues(string(job.Task), outcome).Observe(time.Since(began).Seconds())
	return err
}

// NoRoomError is the error of a job that waits until there is room for what it makes. It says
// nothing about the job.
type NoRoomError struct{ Err error }

// Error says what there is no room on.
func (e *NoRoomError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *NoRoomError) Unwrap() error { return e.Err }

// hasRoom returns a [NoRoomError] unless there is room for so many bytes that a task makes. To
// look up a title takes none to speak of.
func (w *Worker) hasRoom(task library.Task, size int64) error {
	if w.Room == nil || task == library.TaskLookUp {
		return nil
	}
	if err := w.Room(size); err != nil {
		return &NoRoomError{err}
	}
	return nil
}

// needs is how many bytes work on a recording takes at most, to speak of: what plays is about as
// large as the original, which a store that is not of this machine has copied here before. Of an
// import only the answer to its request says that.
func (w *Worker) needs(held library.Work) int64 {
	fetched, made := held.Original.Size, held.Original.Size
	if held.ToPicture.Key != "" {
		fetched, made = held.ToPicture.Size, 0
	}
	if _, here := w.Blobs.(*blob.Disk); here {
		fetched = 0
	}
	return fetched + made
}

// isOver says that a job is done, or nobody's any more.
func isOver(err error) bool {
	kind := library.KindOf(err)
	return err != nil && (kind == library.KindNotFound || kind == library.KindConflict)
}

// perform does a task in a folder of its own, and tells how far it is.
func (w *Worker) perform(ctx context.Context, held library.Work, task library.Task) (err error) {
	defer func() { // as an error, for the media item is told of those in the end
		if cause := recover(); cause != nil {
			w.Logger.Error("work panics", "task", task, "media", held.Media.ID, "cause", cause, "stack", string(debug.Stack()))
			err = fmt.Errorf("it panics: %v", cause)
		}
	}()
	folder, err := w.scratch.folder(runOf(held).ID.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	ctx, percent, done := w.tell(ctx, held)
	defer done()
	do := map[library.Task]func(context.Context, library.Work, string, *atomic.Int64) error{
		library.TaskFetch: w.fetch, library.TaskLookUp: w.lookUp, library.TaskPrepare: w.prepare, library.TaskTranscode: w.transcode,
	}[task]
	if held.ToPicture.Key != "" {
		do = w.addPictures
	}
	err = do(ctx, held, folder, percent)
	if cause := context.Cause(ctx); err != nil && isOver(cause) {
		return cause
	}
	return err
}

// tellInterval is how often a run says how far it is, and finds out whether its results
// are still wanted.
const tellInterval = time.Second

// told is the percentage of a run whose results are handed over: there is nothing more to
// say of it, and soon its media is no run's any more.
const told = -1

// tell passes on how far a run is until done. It ends ctx when the results are not wanted
// any more.
func (w *Worker) tell(ctx context.Context, held library.Work) (context.Context, *atomic.Int64, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	percent, ended := new(atomic.Int64), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(tellInterval)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if percent.Load() == told {
					continue
				}
				// A database that is away for a moment ends no work of an hour.
				if err := w.Library.Progress(ctx, held, percent.Load()); isOver(err) && percent.Load() != told {
					cancel(err)
				}
			}
		}
	}()
	return ctx, percent, func() { cancel(nil); <-ended }
}

// tellPatience bounds telling how a job ended whose own time is over.
const tellPatience = time.Minute

// settle decides what becomes of a job by how its work ended.
func (w *Worker) settle(
	ctx context.Context, held library.Work, task library.Task, err error, last bool, log *slog.Logger,
) (outcome string, _ error) {
	switch {
	case err == nil:
		return "done", nil
	case isOver(err):
		return "not wanted", nil
	case ctx.Err() != nil && (!last || !errors.Is(ctx.Err(), context.DeadlineExceeded)):
		return "interrupted", err
	}
	if full := w.hasRoom(task, 0); full != nil {
		return "no room", errors.Join(full, err) // whatever failed may have failed for this
	}
	if library.KindOf(err) == library.KindNoSpace { // for this file there is none
		log.Warn("the job waits for room", "error", err)
		return "no room", &NoRoomError{err}
	}
	if errors.Is(err, blob.ErrNotFound) {
		// A storage that is away has no file at all: nothing is lost then.
		if away := w.check(ctx); away != nil {
			err = away
		}
	}
	sentence, final := reason(err)
	if !final && !last {
		log.Warn("the job will be retried", "error", err)
		return "failed for now", err
	}
	if missing, ok := errors.AsType[*transcode.MissingOutputError](err); ok {
		log.Error("server fault, not tried again: an output of ffmpeg is missing", "error", missing)
	} else {
		log.Warn("work has failed", "error", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tellPatience)
	defer cancel()
	if task == library.TaskLookUp { // what plays elsewhere plays, whatever it is called
		err = w.Library.LookedUp(ctx, held, "", 0, nil)
	} else {
		err = w.Library.FailWork(ctx, held, sentence)
	}
	if err != nil && !isOver(err) {
		return "failed for now", err
	}
	return "failed", nil
}

// reason is what a person is told of a failure, and whether trying again is in vain.
func reason(err error) (sentence string, final bool) {
	if refusal, ok := errors.AsType[*transcode.Refusal](err); ok {
		return refusal.Sentence, true
	}
	if _, ok := errors.AsType[*transcode.MissingOutputError](err); ok {
		return "The recording is intact, but an output file of its encoding is missing on the server. " +
			"Ask the administrators; the server's log names the file.", true
	}
	if failure, ok := errors.AsType[*fetch.Error](err); ok {
		return failure.Sentence, !failure.Temporary
	}
	if errors.Is(err, blob.ErrNotFound) {
		return "The file of this recording is lost. Restore it from a backup, or upload it again.", true
	}
	return "The server could not prepare this recording. Try again later, or ask the administrators: the server's log has details.", false
}

// runOf is the run that the results of a job belong to: a new one, or for pictures the one
// that made what plays.
func runOf(held library.Work) holdings.Run {
	if plays, ok := holdings.ParseKey(held.Plays); ok {
		return plays.Run
	}
	return holdings.Run{Media: int64(held.Media.ID), ID: held.Run}
}

// check makes sure that the storage is there and the library's.
func (w *Worker) check(ctx context.Context) error { return holdings.Check(ctx, w.Library, w.Blobs) }
