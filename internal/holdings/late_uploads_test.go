package holdings_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// lateStore has something happen when it was asked which uploads to end.
type lateStore struct {
	library.Store
	then func()
}

// View is [library.Store]'s.
func (s *lateStore) View(ctx context.Context, fn func(library.Reader) error) error {
	return s.Store.View(ctx, func(in library.Reader) error { return fn(lateReader{in, s}) })
}

type lateReader struct {
	library.Reader
	of *lateStore
}

// UploadsToSweep is [library.Reader]'s.
func (r lateReader) UploadsToSweep(ctx context.Context, empty, arrived time.Time, limit int64) ([]library.MediaID, error) {
	ids, err := r.Reader.UploadsToSweep(ctx, empty, arrived, limit)
	if then := r.of.then; len(ids) > 0 && then != nil {
		r.of.then = nil
		then()
	}
	return ids, err
}

// Bytes that come while an upload is about to be ended keep it, until they are too old too.
func TestSweep_KeepsWhatArrivesMeanwhile(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		w := newSweepWorld(t, url, t.TempDir(), 1)
		ctx := t.Context()
		late, empty := w.started(ctx), w.started(ctx)
		arrives := func() {
			key := w.key(ctx, late, "original")
			w.blobs.put(ctx, t, key)
			if _, err := w.library.Uploaded(ctx, w.embedOf(ctx, late), library.Arrived{Media: late, Key: key, MIMEType: "video/mp4", Size: 7, Checksum: "00"}); err != nil {
				t.Error(err)
			}
		}
		sweep := func() []library.MediaID {
			t.Helper()
			found, err := library.New(&lateStore{w.store, arrives}, w.clock.now).Sweep(ctx, false)
			if err != nil {
				t.Fatal(err)
			}
			return found.Uploads
		}
		w.clock.at = w.clock.at.Add(49 * time.Hour)
		if ended := sweep(); !slices.Equal(ended, []library.MediaID{empty}) {
			t.Errorf("ended are %v, want %d", ended, empty)
		}
		if m, err := library.New(w.store, nil).Media(ctx, library.Operator(), late); err != nil || m.Status() != library.WaitingForUpload {
			t.Errorf("the upload is %s, %v", m.Status(), err)
		}
		w.clock.at = w.clock.at.Add(30 * 24 * time.Hour)
		if ended := sweep(); !slices.Equal(ended, []library.MediaID{late}) {
			t.Errorf("ended are %v, want %d", ended, late)
		}
	})
}
