package work

import (
	"context"
	"errors"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
)

// mediaPrefix begins the keys of all that Lectern keeps. What is beside it is not its own.
const mediaPrefix = "media/"

// Sweeper ends what nobody needs: uploads that were never completed, what has been in the
// recycle bin for long enough, objects that no row names, and rows whose object is gone.
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
	var err error
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
	found.Interrupted, err = s.Blobs.SweepInterrupted(ctx, mediaPrefix, before, onlyLook)
	return found, err
}

// strays ends old objects that no row names. One that is so old when it is looked at gets
// no row any more: see [library.StrayLife].
func (s *Sweeper) strays(ctx context.Context, before time.Time, onlyLook bool, found *Swept) error {
	return s.Blobs.List(ctx, mediaPrefix, func(o blob.Info) error {
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
		if onlyLook {
			return nil
		}
		return s.Blobs.Delete(ctx, o.Key)
	})
}

// filesAtOnce is how many rows are read in one statement.
const filesAtOnce = 500

func (s *Sweeper) lost(ctx context.Context, onlyLook bool, found *Swept) error {
	for after := int64(0); ; {
		files, err := s.Library.FilesAfter(ctx, after, filesAtOnce)
		if err != nil || len(files) == 0 {
			return err
		}
		for _, f := range files {
			after = f.Row
			_, err := s.Blobs.Stat(ctx, f.Key)
			if !errors.Is(err, blob.ErrNotFound) {
				if err != nil {
					return err
				}
				continue
			}
			found.Lost = append(found.Lost, f)
			if onlyLook {
				continue
			}
			if err := s.Library.LostFile(ctx, f); err != nil {
				return err
			}
		}
	}
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
