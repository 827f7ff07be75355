package library

import "context"

// Task is one piece of work on a media, done behind the requests.
type Task string

// The tasks.
const (
	TaskFetch     Task = "fetch"     // bring the bytes of an import
	TaskLookUp    Task = "look_up"   // ask where an external media plays what it is called
	TaskPrepare   Task = "prepare"   // find out what the bytes are, and make what plays unless that takes long
	TaskTranscode Task = "transcode" // make what plays, for however long it takes
)

// makesPlay says whether what the task leaves is a media that plays.
func (t Task) makesPlay() bool { return t == TaskPrepare || t == TaskTranscode }

// Job is a task to be done for a media.
type Job struct {
	Task  Task
	Media MediaID
}

// JobWriter is what asking for work needs of a transaction.
type JobWriter interface {
	// Enqueue asks for a task, once for a media: one that waits already is enough.
	// Nobody sees the job before the transaction is committed.
	Enqueue(ctx context.Context, j Job) error
	// CancelJobs ends the jobs that these media wait for. One that runs ends when it next
	// tells how far it is.
	CancelJobs(ctx context.Context, ids []MediaID) error
}

// queue has an event happen to a media item after which it waits for a job.
func (c *Change) queue(ctx context.Context, m Media, e Event, j Job) error {
	p, err := c.tx.Processing(ctx, m.ID)
	if err != nil {
		return err
	}
	if err := c.happens(ctx, m, e, p); err != nil {
		return err
	}
	return c.tx.Enqueue(ctx, j)
}

// CancelWork ends the work on a media, which has then failed; an external media plays all
// the same, whatever it is called. It is the operator's.
func (c *Change) CancelWork(ctx context.Context, id MediaID) error {
	if !may(c.actor, Operate, given{}) {
		return Forbidden("a media's life is the library's own")
	}
	m, err := c.tx.LockMedia(ctx, id)
	if err != nil {
		return err
	}
	p, err := c.tx.Processing(ctx, id)
	if err != nil {
		return err
	}
	ended, can := m.State.after(EventCancel)
	if !can {
		return &Error{Kind: KindConflict, Field: "media_id", Message: "nothing is being done for media " + idText(id)}
	}
	if err := c.tx.CancelJobs(ctx, []MediaID{id}); err != nil {
		return err
	}
	p.Message = new("An administrator has ended the work on this recording. It can be tried again.")
	if err := c.happens(ctx, m, EventCancel, p); err != nil {
		return err
	}
	return c.record(ctx, "media", "cancel", idText(id),
		facts{"transcoding_status": m.Status()}, facts{"transcoding_status": ended.Status()})
}
