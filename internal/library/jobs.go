package library

import "context"

// Task is one piece of work on a media item, done in the background.
type Task string

// The tasks.
const (
	TaskFetch     Task = "fetch"     // bring the bytes of an import
	TaskLookUp    Task = "look_up"   // ask where an external media item plays what it is called
	TaskPrepare   Task = "prepare"   // find out what the bytes are, and transcode it unless that takes long
	TaskTranscode Task = "transcode" // transcode it, however long it takes
)

// makesPlay says whether what the task leaves is a media item that plays.
func (t Task) makesPlay() bool { return t == TaskPrepare || t == TaskTranscode }

// Job is a task to be done for a media item.
type Job struct {
	Task  Task
	Media MediaID
	// Owner is the owner of the media item when the task is asked for. Owners take turns. It
	// is 0 when the task is done.
	Owner UserID
}

// JobWriter is what asking for work needs of a transaction.
type JobWriter interface {
	// Enqueue asks for a task, once for a media item: one that waits already is enough.
	// Nobody sees the job before the transaction is committed.
	Enqueue(ctx context.Context, j Job) error
	// CancelJobs ends the jobs that these media wait for. One that runs ends when it next
	// reports its progress.
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
	j.Owner = m.Owner.ID
	return c.tx.Enqueue(ctx, j)
}

// CancelWork ends the work on a media item, which has then failed; an external media item
// keeps playing, with or without a title. Only the operator may call it.
func (c *Change) CancelWork(ctx context.Context, id MediaID) error {
	if !may(c.actor, Operate, given{}) {
		return Forbidden("only the server may change the state of a media item")
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
		return &Error{Kind: KindConflict, Field: "media_id", Message: "there is nothing to cancel for media item " + idText(id)}
	}
	if err := c.tx.CancelJobs(ctx, []MediaID{id}); err != nil {
		return err
	}
	p.Message = new("An administrator cancelled the processing of this recording. It can be retried.")
	if err := c.happens(ctx, m, EventCancel, p); err != nil {
		return err
	}
	return c.record(ctx, "media", "cancel", idText(id),
		facts{"transcoding_status": m.Status()}, facts{"transcoding_status": ended.Status()})
}
