package library

import (
	"context"
	"time"
)

// How long what nobody needs is kept (the library's rules, sections 3 and 4).
const (
	emptyUploadLife   = 48 * time.Hour      // of an upload whose bytes never came
	arrivedUploadLife = 30 * 24 * time.Hour // of one whose completion never came
	binLife           = 30 * 24 * time.Hour // of the bytes of a deleted media
	// StrayLife is how old an object that no row names must be before it is nobody's. It
	// is longer than anybody takes to write a media's objects before they have their rows:
	// the longest take bytes for as long as an upload's address is good and somewhat
	// longer, and have the rest, which is most of a day, to make one object of them.
	StrayLife = 72 * time.Hour
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
		uploads, err := l.store.UploadsToSweep(ctx, now.Add(-emptyUploadLife), now.Add(-arrivedUploadLife), sweepBatch)
		if err != nil {
			return s, err
		}
		bin, err := l.store.BinToEmpty(ctx, now.Add(-binLife), sweepBatch)
		if err != nil {
			return s, err
		}
		s.Uploads, s.Bin = append(s.Uploads, uploads...), append(s.Bin, bin...)
		if onlyLook || len(uploads)+len(bin) == 0 {
			return s, nil
		}
		if err := l.Change(ctx, Operator(), func(c *Change) error { return c.sweep(ctx, uploads, bin) }); err != nil {
			return s, err
		}
	}
}

// sweep ends what was found, unless it has changed since.
func (c *Change) sweep(ctx context.Context, uploads, bin []MediaID) error {
	for _, id := range uploads {
		m, err := c.tx.LockMedia(ctx, id)
		if KindOf(err) == KindNotFound || err == nil && m.Status != WaitingForUpload {
			continue
		}
		if err != nil {
			return err
		}
		if err := c.tx.SetMediaDeleted(ctx, []MediaID{id}, c.now); err != nil {
			return err
		}
		if err := c.record(ctx, "media", "delete", idText(id), m.facts(), nil); err != nil {
			return err
		}
	}
	return c.tx.ForgetFiles(ctx, bin)
}

// IsNamed says whether a file has a key in the blob store.
func (l *Library) IsNamed(ctx context.Context, key string) (bool, error) {
	return l.store.IsNamed(ctx, key)
}

// FilesAfter returns some files in the order of their rows, from behind one on.
func (l *Library) FilesAfter(ctx context.Context, after, limit int64) ([]FileRow, error) {
	return l.store.FilesAfter(ctx, after, limit)
}

// LostFile takes note that the object of a file is gone. A media that lost its original
// has failed and says so; one that lost what was made of it is worked on again.
func (l *Library) LostFile(ctx context.Context, f FileRow) error {
	return l.Change(ctx, Operator(), func(c *Change) error {
		m, err := c.tx.LockMedia(ctx, f.Media)
		if KindOf(err) == KindNotFound {
			return nil // in the recycle bin, where its rows go in time
		}
		if err != nil {
			return err
		}
		files, err := c.tx.Files(ctx, m.ID)
		if err != nil {
			return err
		}
		return c.lostFile(ctx, m, f, files)
	})
}

func (c *Change) lostFile(ctx context.Context, m Media, f FileRow, files MediaFiles) error {
	current := false
	for _, known := range files {
		current = current || known.Key == f.Key
	}
	if !current || m.Status != Finished && m.Status != Failed {
		return nil
	}
	if f.Kind == FileOriginal {
		if m.Status == Failed {
			return nil
		}
		p, err := c.tx.Processing(ctx, m.ID)
		if err != nil {
			return err
		}
		reason := "The file of this recording is lost. Restore it from a backup, or upload it again."
		return c.end(ctx, m, p, Failed, &reason)
	}
	if err := c.tx.SetRenditions(ctx, m.ID, nil); err != nil {
		return err
	}
	return c.queue(ctx, m.ID, Queued, Job{Task: TaskPrepare, Media: m.ID})
}
