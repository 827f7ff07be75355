package holdings_test

import (
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// What plays goes on playing without its original, and is told of each time.
func TestSweep_LostOriginal(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		w := newSweepWorld(t, url, t.TempDir(), 1)
		ctx := t.Context()
		id := w.playing(ctx)
		lose := func(kind library.FileKind) {
			t.Helper()
			for _, f := range w.rows(ctx) {
				if f.Kind == kind {
					if err := w.blobs.Delete(ctx, f.Key); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		sweeps := func(lost int, status library.TranscodingStatus) {
			t.Helper()
			for _, dryRun := range []bool{true, false, true, false} {
				found, err := w.sweeper.Sweep(ctx, dryRun)
				if err != nil || len(found.Lost) != lost {
					t.Errorf("lost are %v, %v; want %d", found.Lost, err, lost)
				}
			}
			if m, err := library.New(w.store, nil).Media(ctx, library.Operator(), id); err != nil || m.Status() != status {
				t.Errorf("the media is %s, %v; want it %s", m.Status(), err, status)
			}
		}
		sweeps(0, library.Finished)
		lose(library.FileOriginal)
		sweeps(2, library.Finished) // the original, and the download that it is
		lose(library.FileThumbnail)
		sweeps(3, library.Finished) // nothing could make it again
		lose(library.FileHLSMedia)
		sweeps(4, library.Failed)
		if _, p, err := w.library.MediaProcessing(ctx, library.Operator(), id); err != nil || p.Message == nil || !strings.Contains(*p.Message, "is lost") {
			t.Errorf("it says %+v, %v", p, err)
		}
	})
}

// What can be made again is.
func TestSweep_LostRendition(t *testing.T) {
	t.Parallel()
	w := newSweepWorld(t, testkit.SQLiteURL(t), t.TempDir(), 1)
	ctx := t.Context()
	id := w.playing(ctx)
	for _, f := range w.rows(ctx) {
		if f.Kind == library.FileThumbnail {
			if err := w.blobs.Delete(ctx, f.Key); err != nil {
				t.Fatal(err)
			}
		}
	}
	if found, err := w.sweeper.Sweep(ctx, false); err != nil || len(found.Lost) != 1 {
		t.Errorf("lost are %v, %v", found.Lost, err)
	}
	if m, err := library.New(w.store, nil).Media(ctx, library.Operator(), id); err != nil || m.Status() != library.Queued || len(w.rows(ctx)) != 1 {
		t.Errorf("the media is %s, %v, with %v", m.Status(), err, w.rows(ctx))
	}
}
