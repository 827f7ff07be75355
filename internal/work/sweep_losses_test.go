package work_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// arrived makes a media whose bytes have come and which waits to be worked on.
func (w *sweepWorld) arrived(ctx context.Context) library.MediaID {
	w.t.Helper()
	id := w.started(ctx)
	key := w.key(ctx, id, "original")
	w.blobs.put(ctx, w.t, key)
	if _, err := w.library.Uploaded(ctx, w.embedOf(ctx, id), library.Arrived{Media: id, Key: key, MIMEType: "video/mp4", Size: 7, Checksum: "00"}); err != nil {
		w.t.Fatal(err)
	}
	w.change(ctx, func(c *library.Change) error {
		_, err := c.CompleteUpload(ctx, id, library.Completion{Title: "Lenses"})
		return err
	})
	return id
}

// started makes a media that waits for its upload.
func (w *sweepWorld) started(ctx context.Context) (id library.MediaID) {
	w.t.Helper()
	w.change(ctx, func(c *library.Change) error {
		m, err := c.StartUpload(ctx, library.NewUpload{Owner: w.owner.ID})
		id = m.ID
		return err
	})
	w.media = append(w.media, id)
	return id
}

// playing makes a media that plays, whose original is a download too.
func (w *sweepWorld) playing(ctx context.Context) library.MediaID {
	w.t.Helper()
	id := w.arrived(ctx)
	held, err := w.library.BeginWork(ctx, library.Job{Task: library.TaskPrepare, Media: id})
	if err == nil {
		err = w.library.Probed(ctx, held, 3, false)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	files := []library.MediaFile{
		{Kind: library.FileMP4, Definition: "720p", Key: held.Original.Key, CreatedAt: w.clock.at},
		{Kind: library.FileHLSMaster, Key: w.key(ctx, id, "master.m3u8"), CreatedAt: w.clock.at},
		{Kind: library.FileHLSMedia, Key: w.key(ctx, id, "720p.mp4"), CreatedAt: w.clock.at},
		{Kind: library.FileThumbnail, Key: w.key(ctx, id, "thumbnail.jpg"), CreatedAt: w.clock.at},
	}
	for _, f := range files[1:] {
		w.blobs.put(ctx, w.t, f.Key)
	}
	if err := w.library.FinishWork(ctx, held, 3, files); err != nil {
		w.t.Fatal(err)
	}
	return id
}

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
			for _, onlyLook := range []bool{true, false, true, false} {
				found, err := w.sweeper.Sweep(ctx, onlyLook)
				if err != nil || len(found.Lost) != lost {
					t.Errorf("lost are %v, %v; want %d", found.Lost, err, lost)
				}
			}
			if m, err := w.store.Media(ctx, id); err != nil || m.Status() != status {
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
	if m, err := w.store.Media(ctx, id); err != nil || m.Status() != library.Queued || len(w.rows(ctx)) != 1 {
		t.Errorf("the media is %s, %v, with %v", m.Status(), err, w.rows(ctx))
	}
}

// lateStore has something happen when it was asked which uploads to end.
type lateStore struct {
	library.Store
	then func()
}

// UploadsToSweep is [library.Store]'s.
func (s *lateStore) UploadsToSweep(ctx context.Context, empty, arrived time.Time, limit int64) ([]library.MediaID, error) {
	ids, err := s.Store.UploadsToSweep(ctx, empty, arrived, limit)
	if then := s.then; len(ids) > 0 && then != nil {
		s.then = nil
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
		if m, err := w.store.Media(ctx, late); err != nil || m.Status() != library.WaitingForUpload {
			t.Errorf("the upload is %s, %v", m.Status(), err)
		}
		w.clock.at = w.clock.at.Add(30 * 24 * time.Hour)
		if ended := sweep(); !slices.Equal(ended, []library.MediaID{late}) {
			t.Errorf("ended are %v, want %d", ended, late)
		}
	})
}
