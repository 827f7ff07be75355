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

// queue moves a media item to a station of its life at which a job is waited for.
func (c *Change) queue(ctx context.Context, id MediaID, status TranscodingStatus, j Job) error {
	p, err := c.tx.Processing(ctx, id)
	if err != nil {
		return err
	}
	p.Stage, p.Percent, p.Message, p.Run, p.UpdatedAt = StageQueued, 0, nil, nil, c.now
	if err := c.setProcessing(ctx, id, p); err != nil {
		return err
	}
	if err := c.tx.SetMediaStatus(ctx, id, status); err != nil {
		return err
	}
	return c.tx.Enqueue(ctx, j)
}

// CancelWork ends the work on a media item, which has then failed; an external media item
// keeps playing, whatever it is called. Only the operator may call it.
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
	looksUp := m.Status == External && (p.Stage == StageQueued || p.Stage == StageFetching)
	if m.Status != Queued && m.Status != Transcoding && !looksUp {
		return &Error{Kind: KindConflict, Field: "media_id", Message: "there is nothing to cancel for media item " + idText(id)}
	}
	if err := c.tx.CancelJobs(ctx, []MediaID{id}); err != nil {
		return err
	}
	status, reason := Failed, new("An administrator cancelled the processing of this recording. It can be retried.")
	if looksUp {
		status, reason = External, nil
	}
	if err := c.end(ctx, m, p, status, reason); err != nil {
		return err
	}
	return c.record(ctx, "media", "cancel", idText(id),
		facts{"transcoding_status": m.Status}, facts{"transcoding_status": status})
}
