package library

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// How long unused files are kept (the library's rules, sections 3 and 4).
const (
	emptyUploadLife   = 48 * time.Hour      // of an upload whose bytes never came
	arrivedUploadLife = 30 * 24 * time.Hour // of one whose completion never came
	binLife           = 30 * 24 * time.Hour // of the bytes of a deleted media
)

// SweepReader is what sweeping needs of storage.
type SweepReader interface {
	// UploadsToSweep returns some media that still wait for their upload: those made
	// before the first time whose bytes never came, and all made before the second.
	UploadsToSweep(ctx context.Context, emptyBefore, arrivedBefore time.Time, limit int64) ([]MediaID, error)
	// BinToEmpty returns some media that were deleted before a time and have files.
	BinToEmpty(ctx context.Context, before time.Time, limit int64) ([]MediaID, error)
	// FilesAfter returns the files after one in the order of their rows, with their row
	// and media.
	FilesAfter(ctx context.Context, after int64, limit int64) ([]FileRow, error)
	// IsNamed says whether a file has a key.
	IsNamed(ctx context.Context, key string) (bool, error)
	// IsRun reports whether a run was started, as [RunWriter] has recorded.
	IsRun(ctx context.Context, run uuid.UUID) (bool, error)
	// RunsSince returns the time since which every run has been recorded.
	RunsSince(ctx context.Context) (time.Time, error)
}

// RunWriter records runs in a transaction.
type RunWriter interface {
	// AddRun records that a run starts.
	AddRun(ctx context.Context, run uuid.UUID, at time.Time) error
}

// FileRow is a file as its row has it.
type FileRow struct {
	MediaFile
	Row   int64
	Media MediaID
}

// sweepBatch is how many media one change of sweeping takes.
const sweepBatch = 100

// Sweepings is what sweeping found, and unless it only looked, ended.
type Sweepings struct {
	Uploads []MediaID // never completed
	Bin     []MediaID // deleted long enough ago: their files are no more
}

// Sweep ends uploads that were never completed and forgets the files of what was deleted
// long ago; the objects are then nobody's. Where it is only to look, it changes nothing.
func (l *Library) Sweep(ctx context.Context, onlyLook bool) (Sweepings, error) {
	var s Sweepings
	now := l.now()
	for {
		var uploads, bin []MediaID
		err := l.View(ctx, Operator(), func(v *Snapshot) (err error) {
			uploads, err = v.in.UploadsToSweep(ctx, now.Add(-emptyUploadLife), now.Add(-arrivedUploadLife), sweepBatch)
			if err != nil {
				return err
			}
			bin, err = v.in.Last().BinToEmpty(ctx, now.Add(-binLife), sweepBatch)
			return err
		})
		if err != nil {
			return s, err
		}
		if onlyLook || len(uploads)+len(bin) == 0 {
			s.Uploads, s.Bin = append(s.Uploads, uploads...), append(s.Bin, bin...)
			return s, nil
		}
		var ended []MediaID
		if err := l.Change(ctx, Operator(), func(c *Change) (err error) {
			ended, err = c.sweep(ctx, uploads, bin)
			return err
		}); err != nil {
			return s, err
		}
		s.Uploads, s.Bin = append(s.Uploads, ended...), append(s.Bin, bin...)
	}
}

// sweep ends what was found, unless it has changed since, and says which uploads it ended.
func (c *Change) sweep(ctx context.Context, uploads, bin []MediaID) (ended []MediaID, err error) {
	for _, id := range uploads {
		m, err := c.tx.LockMedia(ctx, id)
		if KindOf(err) == KindNotFound || err == nil && m.State != StateWaiting {
			continue
		}
		if err != nil {
			return nil, err
		}
		files, err := c.tx.Files(ctx, id)
		if err != nil {
			return nil, err
		}
		if len(files) > 0 && !m.CreatedAt.Before(c.now.Add(-arrivedUploadLife)) {
			continue // the bytes have come at the last moment
		}
		if err := c.tx.SetMediaDeleted(ctx, []MediaID{id}, c.now); err != nil {
			return nil, err
		}
		if err := c.record(ctx, "media", "delete", idText(id), m.facts(), nil); err != nil {
			return nil, err
		}
		ended = append(ended, id)
	}
	return ended, c.tx.ForgetFiles(ctx, bin)
}

// IsNamed says whether a file has a key in the blob store.
func (l *Library) IsNamed(ctx context.Context, key string) (bool, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (bool, error) {
		return v.in.Last().IsNamed(ctx, key)
	})
}

// BeginRun records a new run, under which the bytes of a media item are then written to the
// storage. A sweep deletes only what recorded runs have written, so
// the record is committed before the first object.
func (l *Library) BeginRun(ctx context.Context) (uuid.UUID, error) {
	run := uuid.New()
	err := l.Change(ctx, Operator(), func(c *Change) error { return c.tx.AddRun(ctx, run, c.now) })
	return run, err
}

// IsRun reports whether the database has recorded the start of a run.
func (l *Library) IsRun(ctx context.Context, run uuid.UUID) (bool, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (bool, error) {
		return v.in.Last().IsRun(ctx, run)
	})
}

// RunsSince returns the time since which every run has been recorded: objects that are
// older belong to this library even if their run has no record.
func (l *Library) RunsSince(ctx context.Context) (time.Time, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (time.Time, error) { return v.in.Last().RunsSince(ctx) })
}

// FilesAfter returns some files in the order of their rows, from behind one on.
func (l *Library) FilesAfter(ctx context.Context, after, limit int64) ([]FileRow, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) ([]FileRow, error) {
		return v.in.Last().FilesAfter(ctx, after, limit)
	})
}

// HasFiles reports whether any row names an object.
func (l *Library) HasFiles(ctx context.Context) (bool, error) {
	files, err := l.FilesAfter(ctx, 0, 1)
	return len(files) > 0, err
}

// AllFiles returns the files of a media item, also of one in the recycle bin.
func (l *Library) AllFiles(ctx context.Context, id MediaID) (MediaFiles, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (MediaFiles, error) {
		return filesOf(ctx, v.in.Last(), id)
	})
}

// LostFiles records that a media item has lost objects of its files. Lost renditions are
// created from the original again. If the original is lost too, a media item that plays
// keeps playing without the lost files, and one that does not play fails with a reason.
func (l *Library) LostFiles(ctx context.Context, id MediaID, isGone func(key string) bool) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, err := c.tx.LockMedia(ctx, id)
		if KindOf(err) == KindNotFound {
			return nil // in the recycle bin, where its rows go in time
		}
		if err != nil {
			return err
		}
		if !m.State.can(EventRenditionsLost) {
			return nil
		}
		files, err := c.tx.Files(ctx, m.ID)
		if err != nil {
			return err
		}
		return c.lostFiles(ctx, m, files, isGone)
	})
}

func (c *Change) lostFiles(ctx context.Context, m Media, files MediaFiles, isGone func(key string) bool) error {
	original, there := files.Of(FileOriginal)
	remakes, lost := there && !isGone(original.Key), false
	_, plays := files.Of(FileHLSMaster)
	for _, f := range files {
		if isGone(f.Key) {
			lost, plays = true, plays && !f.Kind.plays()
		}
	}
	switch {
	case !lost:
		return nil
	case remakes:
		if err := c.tx.SetRenditions(ctx, m.ID, nil); err != nil {
			return err
		}
		return c.queue(ctx, m, EventRenditionsLost, Job{Task: TaskPrepare, Media: m.ID})
	case !plays && m.State.can(EventEverythingLost):
		p, err := c.tx.Processing(ctx, m.ID)
		if err != nil {
			return err
		}
		p.Message = new("The file of this recording is lost. Restore it from a backup, or upload it again.")
		return c.happens(ctx, m, EventEverythingLost, p)
	}
	return nil
}
