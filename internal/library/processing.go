package library

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Stage is the progress of a media item from its arrival to playing: [TranscodingStatus], in
// smaller steps. It follows from the [State].
type Stage string

// The stages.
const (
	StageWaiting     Stage = "waiting"     // for its upload
	StageQueued      Stage = "queued"      // for a worker
	StageFetching    Stage = "fetching"    // from the address of an import
	StageProbing     Stage = "probing"     // finding out what the bytes are
	StageTranscoding Stage = "transcoding" // creating renditions
	StageFinished    Stage = "finished"
	StageFailed      Stage = "failed"
)

// Processing is the work on a media item.
type Processing struct {
	Percent   int64      // of the [Stage]
	Message   *string    // why it failed, for the person who uploaded it
	URL       *string    // where an import comes from, or where an external media item plays
	Run       *uuid.UUID // who works on it now; nobody else's results are taken
	UpdatedAt time.Time
}

// ProcessingReader is what showing the work needs of storage.
type ProcessingReader interface {
	// Processing returns the work on a media item; the zero Processing where there was none.
	Processing(ctx context.Context, id MediaID) (Processing, error)
}

// ProcessingWriter is what the work needs of a transaction.
type ProcessingWriter interface {
	// SetProcessing stores the work on a media item.
	SetProcessing(ctx context.Context, id MediaID, p Processing) error
}

// MediaProcessing returns the progress of a media item to those who reach it. Why it failed
// is for those who may have it tried again, as is where it comes from.
func (l *Library) MediaProcessing(ctx context.Context, actor Actor, id MediaID) (m Media, p Processing, err error) {
	err = l.View(ctx, actor, func(v *Snapshot) error {
		seen, err := v.seeMedia(ctx, id, ReadMedia)
		if err != nil {
			return err
		}
		if p, err = v.in.Last().Processing(ctx, id); err != nil {
			return err
		}
		if !may(actor, ReadFailure, seen.Access.given()) {
			p.Message, p.URL = nil, nil
		}
		m, p = seen.Media, p.of(seen.Media)
		return nil
	})
	return m, p, err
}

// WatchProcessing returns a channel that gets a value soon after each change that this
// process makes to the work on a media item, until stop is called. Changes by other nodes
// are not reported.
func (l *Library) WatchProcessing(id MediaID) (changed <-chan struct{}, stop func()) {
	return l.waiting.watch(id)
}

// setProcessing stores the work on a media item, and notifies those who watch it.
func (c *Change) setProcessing(ctx context.Context, id MediaID, p Processing) error {
	c.worked = append(c.worked, id)
	return c.tx.SetProcessing(ctx, id, p)
}

// of fills in what follows from the media item's state where nothing was worked on: an
// item of a fixture is as it was created.
func (p Processing) of(m Media) Processing {
	if p.UpdatedAt.IsZero() {
		p.UpdatedAt, p.Percent = m.CreatedAt, m.State.percent()
	}
	return p
}

// RetryProcessing has a media item that failed processed again, from its bytes or, where
// they never came, from their address.
func (c *Change) RetryProcessing(ctx context.Context, id MediaID) error {
	m, err := c.liveMedia(ctx, id, RetryProcessing)
	if err != nil {
		return err
	}
	if !m.State.can(EventRetry) {
		return &Error{Kind: KindConflict, Field: "media_id", Message: "media " + idText(id) + " has not failed"}
	}
	files, err := c.tx.Files(ctx, id)
	if err != nil {
		return err
	}
	job := Job{Task: TaskPrepare, Media: id}
	if _, there := files.Of(FileOriginal); !there {
		p, err := c.tx.Processing(ctx, id)
		if err != nil {
			return err
		}
		if p.URL == nil {
			return Invalid("media_id", "%d has no file to process", id)
		}
		job.Task = TaskFetch
	}
	if err := c.queue(ctx, m, EventRetry, job); err != nil {
		return err
	}
	return c.record(ctx, "media", "retry", idText(id),
		facts{"transcoding_status": m.Status()}, facts{"transcoding_status": Queued})
}

// Work is a media item that a worker processes.
type Work struct {
	Media    Media
	Run      uuid.UUID // which writes the results; none where only pictures are left to do
	Original MediaFile // where the bytes have come
	URL      string    // where they have not
	// ToPicture is the file to make the pictures of the scrub bar of, where only those are
	// left to do: the media item plays, by the playlist with the key Plays, and the pictures
	// belong to the run that wrote that.
	ToPicture MediaFile
	Plays     string
}

// errNothingToDo is for a job whose work was done, or taken back, before it began.
var errNothingToDo = &Error{Kind: KindConflict, Field: "media_id", Message: "this media item needs no processing"}

// taskEvents is what happens when a task begins.
var taskEvents = map[Task]Event{
	TaskFetch: EventBeginFetch, TaskLookUp: EventBeginLookUp, TaskPrepare: EventBeginPrepare, TaskTranscode: EventBeginTranscode,
}

// BeginWork gives a media item to the worker of a job. It is KindConflict when there is
// nothing left to do, and KindNotFound when the media item is gone: both end the job. A
// worker that had the media item before has lost it.
func (l *Library) BeginWork(ctx context.Context, j Job) (Work, error) {
	return l.BeginWorkThatFits(ctx, j, func(Work) error { return nil })
}

// BeginWorkThatFits is [Library.BeginWork] for work about which a function says that there is room
// for it. Its error is returned, and nothing has begun.
func (l *Library) BeginWorkThatFits(ctx context.Context, j Job, fits func(Work) error) (w Work, err error) {
	err = l.Change(ctx, Operator(), func(c *Change) error {
		m, err := c.tx.LockMedia(ctx, j.Media)
		if err != nil {
			return err
		}
		files, err := c.tx.Files(ctx, j.Media)
		if err != nil {
			return err
		}
		p, err := c.tx.Processing(ctx, j.Media)
		if err != nil {
			return err
		}
		original, there := files.Of(FileOriginal)
		if smallest, lacks := files.toPicture(); lacks && m.State == StateFinished && j.Task.makesPlay() {
			w = Work{Media: m, Original: original, ToPicture: smallest, Plays: files.master()}
			return fits(w)
		}
		begins := taskEvents[j.Task]
		if !m.State.can(begins) || there != j.Task.makesPlay() {
			return errNothingToDo
		}
		w = Work{Media: m, Run: uuid.New(), Original: original}
		if p.URL != nil {
			w.URL = *p.URL
		}
		if err := fits(w); err != nil {
			return err
		}
		p.Run = &w.Run
		if err := c.tx.AddRun(ctx, w.Run, c.now); err != nil {
			return err
		}
		return c.happens(ctx, m, begins, p)
	})
	return w, err
}

// Progress records the progress of a run in percent. It is KindConflict when the media item
// is gone or another run has it: then the run's results are not wanted any more.
func (l *Library) Progress(ctx context.Context, w Work, percent int64) error {
	has, err := l.store.SetProgress(ctx, w.Media.ID, w.Run, min(max(percent, 0), 100), l.now())
	if err == nil && !has {
		err = errNothingToDo
	}
	if err == nil {
		l.waiting.wake(w.Media.ID)
	}
	return err
}

// ending locks the media of a run whose results are to be kept.
func (c *Change) ending(ctx context.Context, w Work) (Media, Processing, error) {
	m, err := c.tx.LockMedia(ctx, w.Media.ID)
	if err != nil {
		return Media{}, Processing{}, err
	}
	p, err := c.tx.Processing(ctx, m.ID)
	if err == nil && (p.Run == nil || *p.Run != w.Run) {
		err = errNothingToDo
	}
	return m, p, err
}

// Fetched takes note of the bytes that a run has brought, and asks for the next task.
func (l *Library) Fetched(ctx context.Context, w Work, a Arrived) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, _, err := c.ending(ctx, w)
		if err != nil {
			return err
		}
		if err := c.setOriginal(ctx, m, a); err != nil {
			return err
		}
		return c.queue(ctx, m, EventFetched, Job{Task: TaskPrepare, Media: m.ID})
	})
}

// Probed records how long a media item is, and the type, the picture's size and the bit rate
// of its original as the run has found them. The run continues to transcode it, or requests
// that as a task of its own if it takes long.
func (l *Library) Probed(ctx context.Context, w Work, duration float64, long bool) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, p, err := c.ending(ctx, w)
		if err != nil {
			return err
		}
		if err := c.tx.SetMediaFacts(ctx, m.ID, wholeMilliseconds(duration), m.Size); err != nil {
			return err
		}
		if err := c.setOriginalFacts(ctx, w); err != nil {
			return err
		}
		if long {
			return c.queue(ctx, m, EventProbedLong, Job{Task: TaskTranscode, Media: m.ID})
		}
		return c.happens(ctx, m, EventProbed, p)
	})
}

// setOriginalFacts notes of the original what a run found: its type, which is not the one that
// somebody sent with it, and its numbers.
func (c *Change) setOriginalFacts(ctx context.Context, w Work) error {
	files, err := c.tx.Files(ctx, w.Media.ID)
	if err != nil {
		return err
	}
	original, there := files.Of(FileOriginal)
	found := original
	found.MIMEType, found.Bitrate = w.Original.MIMEType, w.Original.Bitrate
	found.Width, found.Height = w.Original.Width, w.Original.Height
	if !there || found == original {
		return nil
	}
	return c.tx.SetOriginal(ctx, w.Media.ID, found)
}

// FinishWork takes what a run has made, and how many seconds that plays: the media item
// plays from here on.
func (l *Library) FinishWork(ctx context.Context, w Work, duration float64, files []MediaFile) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, p, err := c.ending(ctx, w)
		if err != nil {
			return err
		}
		if err := c.tx.SetRenditions(ctx, m.ID, files); err != nil {
			return err
		}
		if err := c.tx.SetMediaFacts(ctx, m.ID, wholeMilliseconds(duration), m.Size); err != nil {
			return err
		}
		return c.happens(ctx, m, EventFinish, p)
	})
}

// GiveFiles gives a finished media the files that work would have left it, the original
// among them, and how many seconds they play. Only the operator may call it, who puts them
// into the blob store.
func (c *Change) GiveFiles(ctx context.Context, id MediaID, duration float64, files MediaFiles) error {
	if !may(c.actor, Operate, given{}) {
		return Forbidden("only the server may store the files of a media item")
	}
	m, err := c.tx.LockMedia(ctx, id)
	if err != nil {
		return err
	}
	original, there := files.Of(FileOriginal)
	if m.State != StateFinished || !there {
		return Invalid("media_id", "%d is not finished, or there is no original for it", id)
	}
	var renditions []MediaFile
	for _, f := range files {
		f.CreatedAt = c.now
		if f.Kind != FileOriginal {
			renditions = append(renditions, f)
		}
	}
	original.CreatedAt = c.now
	if err := c.tx.SetOriginal(ctx, id, original); err != nil {
		return err
	}
	if err := c.tx.SetRenditions(ctx, id, renditions); err != nil {
		return err
	}
	return c.tx.SetMediaFacts(ctx, id, wholeMilliseconds(duration), original.Size)
}

// AddPictures adds the pictures of the scrub bar to the renditions whose master playlist has
// the key plays, unless they are there. It is KindConflict when the media item has others now.
func (l *Library) AddPictures(ctx context.Context, id MediaID, plays string, pictures []MediaFile) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, err := c.tx.LockMedia(ctx, id)
		if err != nil {
			return err
		}
		files, err := c.tx.Files(ctx, m.ID)
		if err != nil {
			return err
		}
		if m.State != StateFinished || files.master() != plays {
			return errNothingToDo
		}
		if _, lacks := files.toPicture(); !lacks {
			return nil
		}
		return c.tx.AddFiles(ctx, m.ID, pictures)
	})
}

// FailWork ends the work on a media item with the reason, for the person who uploaded it.
// The original stays.
func (l *Library) FailWork(ctx context.Context, w Work, reason string) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, p, err := c.ending(ctx, w)
		if err != nil {
			return err
		}
		p.Message = &reason
		return c.happens(ctx, m, EventFail, p)
	})
}

// LookedUp takes note of what an external media item is called and looks like. A title
// that a person gave stays.
func (l *Library) LookedUp(ctx context.Context, w Work, title string, duration float64, files []MediaFile) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, p, err := c.ending(ctx, w)
		if err != nil {
			return err
		}
		if m.Title == w.URL && CheckText("title", title) == nil {
			if err := c.tx.SetMediaText(ctx, m.ID, title, m.Description); err != nil {
				return err
			}
		}
		if err := c.tx.SetMediaFacts(ctx, m.ID, wholeMilliseconds(duration), m.Size); err != nil {
			return err
		}
		if err := c.tx.SetRenditions(ctx, m.ID, files); err != nil {
			return err
		}
		return c.happens(ctx, m, EventLookedUp, p)
	})
}
