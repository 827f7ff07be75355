package work

import (
	"context"
	"errors"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
)

// Sweeper ends what nobody needs: uploads that were never completed, what has been in the
// recycle bin for long enough, objects that no row names, and rows whose object is gone.
// It does so only while the storage is there and the library's: see [CheckStorage].
type Sweeper struct {
	Library *library.Library
	Blobs   blob.Store
	Clock   library.Clock
}

// Swept is what was found, and ended unless it was only looked for.
type Swept struct {
	library.Sweepings
	Strays      []blob.Info       // objects that no row names, old enough to be nobody's
	StrayBytes  int64             // of them together
	Lost        []library.FileRow // rows whose object is gone
	Interrupted int               // writes that broke off
	Objects     int               // looked at
}

// Sweep looks for all of it. Where it is only to look, it changes nothing.
func (s *Sweeper) Sweep(ctx context.Context, onlyLook bool) (Swept, error) {
	var found Swept
	err := s.check(ctx)
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
	ended := 0
	end := func() error {
		if onlyLook || ended == len(found.Strays) {
			return nil
		}
		if err := s.check(ctx); err != nil {
			return err
		}
		for ; ended < len(found.Strays); ended++ {
			if err := s.Blobs.Delete(ctx, found.Strays[ended].Key); err != nil {
				return err
			}
		}
		return nil
	}
	err := s.Blobs.List(ctx, mediaPrefix, func(o blob.Info) error {
		found.Objects++
		if !o.ModTime.Before(before) {
			return nil
		}
		named, err := s.Library.IsNamed(ctx, o.Key)
		if err != nil || named {
			return err
		}
		found.Strays = append(found.Strays, o)
		found.StrayBytes += o.Size
		if len(found.Strays)-ended < atOnce {
			return nil
		}
		return end()
	})
	if err != nil {
		return err
	}
	return end()
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
