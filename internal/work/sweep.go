package work

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
)

// Sweeper deletes what is not needed any more: uploads that were never completed, what has
// been in the recycle bin for long enough, and objects that no row names. It also finds rows
// whose object is gone. It does so only while the storage is there and the library's (see
// [CheckStorage]) and the node's clock agrees with others.
type Sweeper struct {
	Library *library.Library
	Blobs   blob.Store
	Clock   library.Clock
	// Clocks are what Clock is compared with before anything is swept.
	Clocks []ClockReference
	// TellOffset is told by how much Clock is ahead of each of Clocks, unless it is nil.
	TellOffset func(reference string, offset time.Duration)
	// Unknown has objects deleted that no row names and that the database has never heard
	// of, if they are as old as strays ([library.StrayLife]). They may be newer than the
	// database, if that was put back from a backup, so only an operator decides this. Without
	// it they are found at any age: whoever has put a database back wants to know at once.
	Unknown bool
}

// Swept is what was found. Unless the sweeper only looked, all of it but Lost and Unknown
// was deleted, and Unknown too if the sweeper was told so.
type Swept struct {
	library.Sweepings
	Strays       []blob.Info       // objects that no row names, of runs that are over
	StrayBytes   int64             // of them together
	Unknown      []blob.Info       // objects that no row names, of runs that the database has not started
	UnknownBytes int64             // of them together
	Lost         []library.FileRow // rows whose object is gone
	Interrupted  int               // writes that broke off
	Objects      int               // looked at
}

// Sweep looks for all of it. Where it is only to look, it changes nothing.
func (s *Sweeper) Sweep(ctx context.Context, onlyLook bool) (Swept, error) {
	var found Swept
	err := s.check(ctx)
	if err == nil {
		err = s.checkClocks(ctx)
	}
	if err != nil {
		return found, err
	}
	if found.Sweepings, err = s.Library.Sweep(ctx, onlyLook); err != nil {
		return found, err
	}
	before := s.Clock().Add(-library.StrayLife)
	// What a lost file leaves behind is nobody's then.
	if err := s.lost(ctx, onlyLook, &found); err != nil {
		return found, err
	}
	if err := s.strays(ctx, before, onlyLook, &found); err != nil {
		return found, err
	}
	if err := s.check(ctx); err != nil {
		return found, err
	}
	found.Interrupted, err = s.Blobs.SweepInterrupted(ctx, mediaPrefix, before, onlyLook)
	return found, err
}

// check makes sure that what was found was found in the library's storage: a disk may have
// gone while it was looked at.
func (s *Sweeper) check(ctx context.Context) error { return CheckStorage(ctx, s.Library, s.Blobs) }

// atOnce is how many rows are read in one statement, and how many objects are ended after
// one look whether the storage is still the library's.
const atOnce = 500

// strays ends old objects that no row names. One that is so old when it is looked at gets
// no row any more: see [library.StrayLife].
func (s *Sweeper) strays(ctx context.Context, before time.Time, onlyLook bool, found *Swept) error {
	since, err := s.Library.RunsSince(ctx)
	if err != nil {
		return err
	}
	var doomed []string // keys
	end := func() error {
		if onlyLook || len(doomed) == 0 {
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
	err = s.Blobs.List(ctx, mediaPrefix, func(o blob.Info) error {
		found.Objects++
		old := o.ModTime.Before(before)
		if !old && s.Unknown {
			return nil
		}
		named, err := s.Library.IsNamed(ctx, o.Key)
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
		return end()
	})
	if err != nil {
		return err
	}
	return end()
}

// isKnown reports whether an object that no row names was written by a run that the database
// remembers, or before runs were recorded. One that it does not remember may belong to a
// later state of the database: one that was put back from a backup is older than its files.
func (s *Sweeper) isKnown(ctx context.Context, o blob.Info, since time.Time) (bool, error) {
	if o.ModTime.Before(since) {
		return true, nil
	}
	// media/<id>/<run>/…
	parts := strings.SplitN(o.Key, "/", 4)
	if len(parts) < 4 {
		return false, nil
	}
	run, err := uuid.Parse(parts[2])
	if err != nil || run.String() != parts[2] {
		return false, nil //nolint:nilerr // no run has this name
	}
	return s.Library.IsRun(ctx, run)
}

// lost finds rows whose object is gone, and has the library go on without it.
func (s *Sweeper) lost(ctx context.Context, onlyLook bool, found *Swept) error {
	for after := int64(0); ; {
		files, err := s.Library.FilesAfter(ctx, after, atOnce)
		if err != nil || len(files) == 0 {
			return err
		}
		gone := map[library.MediaID]map[string]bool{} // keys by media
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
		if onlyLook || len(gone) == 0 {
			continue
		}
		if err := s.endure(ctx, gone); err != nil {
			return err
		}
	}
}

// endure tells the library of media that have lost files, with all that each of them has
// lost: the rest of its rows may be in another batch.
func (s *Sweeper) endure(ctx context.Context, gone map[library.MediaID]map[string]bool) error {
	for media := range gone {
		files, err := s.Library.AllFiles(ctx, media)
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
		if err := s.Library.LostFiles(ctx, media, func(key string) bool { return keys[key] }); err != nil {
			return err
		}
	}
	return nil
}

// isGone says whether there is no object under a key.
func (s *Sweeper) isGone(ctx context.Context, key string) (bool, error) {
	_, err := s.Blobs.Stat(ctx, key)
	if errors.Is(err, blob.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// removeBelow deletes all objects whose key begins with a prefix.
func (w *Worker) removeBelow(ctx context.Context, prefix string) error {
	var keys []string
	err := w.Blobs.List(ctx, prefix, func(o blob.Info) error {
		keys = append(keys, o.Key)
		return nil
	})
	if err == nil {
		w.discard(ctx, keys...)
	}
	return err
}
