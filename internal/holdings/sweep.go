package holdings

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
)

// StrayLife is how old an object that no row names must be before it is deleted as a stray.
// It is longer than any writer takes to write the objects of a media item and get them their
// rows: the slowest sends bytes for as long as the address of an upload is valid and a little
// longer, and still has most of a day to make one object of them.
const StrayLife = 72 * time.Hour

// Rows is what a sweep asks of the library that owns the storage.
type Rows interface {
	Owner
	// Release deletes the rows of what is no longer needed: uploads that were never completed,
	// and the files of what was deleted long ago. Their objects are then unreferenced. With
	// dryRun it changes nothing and only returns them.
	Release(ctx context.Context, dryRun bool) (Released, error)
	// IsNamed reports whether a row names an object.
	IsNamed(ctx context.Context, key string) (bool, error)
	// IsRun reports whether the library has recorded the start of a run.
	IsRun(ctx context.Context, run uuid.UUID) (bool, error)
	// RunsSince returns the time since which the start of every run has been recorded.
	RunsSince(ctx context.Context) (time.Time, error)
	// FilesAfter returns some files in the order of their rows, from behind one on.
	FilesAfter(ctx context.Context, row, limit int64) ([]File, error)
	// FilesOf returns the files of a media item, also of one in the recycle bin.
	FilesOf(ctx context.Context, media int64) ([]File, error)
	// LoseFiles records that the objects of a media item under the keys for which isGone
	// returns true are missing. The library has them made again where it can.
	LoseFiles(ctx context.Context, media int64, isGone func(key string) bool) error
}

// File is a row that names an object.
type File struct {
	Row   int64 // where it is in the order of rows; 0 from FilesOf
	Media int64 // id of the media item
	Kind  string
	Key   string
}

// Released is the media items whose rows a sweep deleted.
type Released struct {
	Uploads []int64 // ids of those that were never completed
	Bin     []int64 // ids of those that were deleted long enough ago, which have no files now
}

// Sweeper deletes what is not needed any more: uploads that were never completed, what has
// been in the recycle bin for long enough, and objects that no row names. It also finds rows
// whose object is missing. It does so only while the storage is there and the library's (see
// [Check]) and the node's clock agrees with others.
type Sweeper struct {
	Rows  Rows
	Blobs blob.Store
	Clock func() time.Time // the library's
	// Clocks are what Clock is compared with before anything is swept.
	Clocks []ClockReference
	// TellOffset receives by how much Clock is ahead of each of Clocks, unless it is nil.
	TellOffset func(reference string, offset time.Duration)
	// Unknown makes a sweep delete also the objects of runs that the database has no record
	// of, once they are as old as strays ([StrayLife]). They may be newer than the database,
	// if that was restored from a backup, so only an operator decides this. Without it they
	// are only reported, at any age: an operator who has restored a database needs to see
	// them at once.
	Unknown bool
}

// Swept is what a sweep found. Unless it was a dry run, all of it but Lost and Unknown was
// deleted, and Unknown too if the sweeper was told so.
type Swept struct {
	Released
	Strays       []blob.Info // objects that no row names, of runs that are over
	StrayBytes   int64       // of them together
	Unknown      []blob.Info // objects that no row names, of runs that the database has not started
	UnknownBytes int64       // of them together
	Lost         []File      // rows whose object is missing
	Interrupted  int         // writes that were interrupted
	Objects      int         // looked at
}

// Sweep looks for all of it. With dryRun it changes nothing.
func (s *Sweeper) Sweep(ctx context.Context, dryRun bool) (Swept, error) {
	var found Swept
	err := s.check(ctx)
	if err == nil {
		err = s.checkClocks(ctx)
	}
	if err != nil {
		return found, err
	}
	if found.Released, err = s.Rows.Release(ctx, dryRun); err != nil {
		return found, err
	}
	before := s.Clock().Add(-StrayLife)
	// First the lost files: what the library gives up with them are strays.
	if err := s.lost(ctx, dryRun, &found); err != nil {
		return found, err
	}
	if err := s.strays(ctx, before, dryRun, &found); err != nil {
		return found, err
	}
	if err := s.check(ctx); err != nil {
		return found, err
	}
	found.Interrupted, err = s.Blobs.SweepInterrupted(ctx, Prefix, before, dryRun)
	return found, err
}

// check makes sure that what was found was found in the library's storage: a disk may have
// gone while it was looked at.
func (s *Sweeper) check(ctx context.Context) error { return Check(ctx, s.Rows, s.Blobs) }

// atOnce is how many rows are read in one statement, and how many objects are deleted after
// one check that the storage is still the library's.
const atOnce = 500

// strays deletes old objects that no row names. One that is so old when it is looked at gets
// no row any more: see [StrayLife].
func (s *Sweeper) strays(ctx context.Context, before time.Time, dryRun bool, found *Swept) error {
	since, err := s.Rows.RunsSince(ctx)
	if err != nil {
		return err
	}
	var doomed []string // keys
	deleteDoomed := func() error {
		if dryRun || len(doomed) == 0 {
			return nil
		}
		if err := s.check(ctx); err != nil {
			return err
		}
		for _, key := range doomed {
			if err := s.Blobs.Delete(ctx, key); err != nil {
				return err
			}
		}
		doomed = doomed[:0]
		return nil
	}
	err = s.Blobs.List(ctx, Prefix, func(o blob.Info) error {
		found.Objects++
		old := o.ModTime.Before(before)
		if !old && s.Unknown {
			return nil
		}
		named, err := s.Rows.IsNamed(ctx, o.Key)
		if err != nil || named {
			return err
		}
		known, err := s.isKnown(ctx, o, since)
		if err != nil {
			return err
		}
		switch {
		case !known: // of any age: each run is recorded before its first object is written
			found.Unknown, found.UnknownBytes = append(found.Unknown, o), found.UnknownBytes+o.Size
		case old:
			found.Strays, found.StrayBytes = append(found.Strays, o), found.StrayBytes+o.Size
		}
		if old && (known || s.Unknown) {
			doomed = append(doomed, o.Key)
		}
		if len(doomed) < atOnce {
			return nil
		}
		return deleteDoomed()
	})
	if err != nil {
		return err
	}
	return deleteDoomed()
}

// isKnown reports whether an object that no row names was written by a run that the database
// remembers, or before runs were recorded. One that it does not remember may belong to a
// later state of the database: one that was restored from a backup is older than its files.
func (s *Sweeper) isKnown(ctx context.Context, o blob.Info, since time.Time) (bool, error) {
	if o.ModTime.Before(since) {
		return true, nil
	}
	key, ok := ParseKey(o.Key)
	if !ok {
		return false, nil // no run has written it
	}
	return s.Rows.IsRun(ctx, key.Run.ID)
}

// lost finds rows whose object is missing, and tells the library.
func (s *Sweeper) lost(ctx context.Context, dryRun bool, found *Swept) error {
	for after := int64(0); ; {
		files, err := s.Rows.FilesAfter(ctx, after, atOnce)
		if err != nil || len(files) == 0 {
			return err
		}
		gone := map[int64]map[string]bool{} // keys by media item
		for _, f := range files {
			after = f.Row
			is, err := s.isGone(ctx, f.Key)
			if err != nil {
				return err
			}
			if is {
				found.Lost = append(found.Lost, f)
				gone[f.Media] = nil
			}
		}
		if dryRun || len(gone) == 0 {
			continue
		}
		if err := s.lose(ctx, gone); err != nil {
			return err
		}
	}
}

// lose tells the library which media items have lost files, each with all that it has lost:
// the rest of its rows may be in another batch.
func (s *Sweeper) lose(ctx context.Context, gone map[int64]map[string]bool) error {
	for media := range gone {
		files, err := s.Rows.FilesOf(ctx, media)
		if err != nil {
			return err
		}
		gone[media] = make(map[string]bool)
		for _, f := range files {
			if gone[media][f.Key], err = s.isGone(ctx, f.Key); err != nil {
				return err
			}
		}
	}
	if err := s.check(ctx); err != nil {
		return err
	}
	for media, keys := range gone {
		if err := s.Rows.LoseFiles(ctx, media, func(key string) bool { return keys[key] }); err != nil {
			return err
		}
	}
	return nil
}

// isGone reports whether there is no object under a key.
func (s *Sweeper) isGone(ctx context.Context, key string) (bool, error) {
	_, err := s.Blobs.Stat(ctx, key)
	if errors.Is(err, blob.ErrNotFound) {
		return true, nil
	}
	return false, err
}
