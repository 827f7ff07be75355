package work_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/work"
)

// state is what a sweep may change.
func (w *sweepWorld) state(ctx context.Context) string {
	w.t.Helper()
	return w.kept(ctx) + strings.Join(slices.Sorted(maps.Keys(w.there(ctx))), " ")
}

// kept is what of it is in the database.
func (w *sweepWorld) kept(ctx context.Context) string {
	w.t.Helper()
	var text strings.Builder
	for _, id := range w.media {
		m, err := w.store.Media(ctx, id)
		text.WriteString(string(m.Status()) + " ")
		if err != nil {
			text.WriteString(err.Error() + " ")
		}
	}
	for _, f := range w.rows(ctx) {
		text.WriteString(f.Key + " ")
	}
	return text.String()
}

// elsewhere is an empty storage beside another: an empty folder, a prefix that was never
// used, or a bucket that is not there.
func elsewhere(t *testing.T, storage string) map[string]blob.Store {
	t.Helper()
	addresses := map[string]string{"an empty folder": t.TempDir()}
	if strings.HasPrefix(storage, "s3://") {
		_, parameters, _ := strings.Cut(storage, "?")
		addresses = map[string]string{
			"another prefix": storage + "&prefix=other", "no bucket": "s3://there-is-no-such-bucket?" + parameters,
		}
	}
	stores := make(map[string]blob.Store)
	for name, address := range addresses {
		store, err := blob.Open(address)
		if err != nil {
			t.Fatal(err)
		}
		stores[name] = store
	}
	return stores
}

// refused wants that an error is about the storage, and says so.
func refused(t *testing.T, what string, err error, says string) {
	t.Helper()
	refusal, is := errors.AsType[*work.StorageError](err)
	if !is || !strings.Contains(refusal.Sentence, says) {
		t.Errorf("%s: %v, want it to be refused with %q", what, err, says)
	}
}

// While the storage is away nothing is lost, and when it is back all is as it was.
func TestSweep_ChangesNothingWhileTheStorageIsAway(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		w := newSweepWorld(t, testkit.SQLiteURL(t), address, 1)
		ctx := t.Context()
		w.playing(ctx)
		w.started(ctx)
		w.clock.at = w.clock.at.Add(72 * time.Hour)
		before := w.state(ctx)
		for name, away := range elsewhere(t, address) {
			w.sweeper.Blobs = away
			for _, onlyLook := range []bool{true, false} {
				_, err := w.sweeper.Sweep(ctx, onlyLook)
				refused(t, name, err, "has no lectern.json: a disk may not be mounted")
			}
			refused(t, name, work.CheckStorage(ctx, w.library, away), "has no lectern.json:")
		}
		w.sweeper.Blobs = w.blobs
		if after := w.state(ctx); after != before {
			t.Errorf("there is\n%s\nwhere was\n%s", after, before)
		}
		if found, err := w.sweeper.Sweep(ctx, false); err != nil || len(found.Lost)+len(found.Strays) > 0 || len(found.Uploads) != 1 {
			t.Errorf("with the storage a sweep finds %+v, %v", found, err)
		}
	})
}

// goingStore goes away when so much was asked of it.
type goingStore struct {
	blob.Store
	left atomic.Int64
}

// Stat is [blob.Store]'s.
func (s *goingStore) Stat(ctx context.Context, key string) (blob.Info, error) {
	if s.left.Add(-1) < 0 {
		return blob.Info{}, blob.ErrNotFound
	}
	return s.Store.Stat(ctx, key)
}

// Open is [blob.Store]'s.
func (s *goingStore) Open(ctx context.Context, key string) (*blob.Object, error) {
	if s.left.Load() <= 0 {
		return nil, blob.ErrNotFound
	}
	return s.Store.Open(ctx, key)
}

// List is [blob.Store]'s.
func (s *goingStore) List(ctx context.Context, prefix string, each func(blob.Info) error) error {
	return s.Store.List(ctx, prefix, func(o blob.Info) error {
		s.left.Add(-1)
		return each(o)
	})
}

// A disk that goes while it is swept is not empty, whenever that is.
func TestSweep_ChangesNothingWhenTheStorageGoes(t *testing.T) {
	t.Parallel()
	w := newSweepWorld(t, testkit.SQLiteURL(t), t.TempDir(), 1)
	ctx := t.Context()
	w.playing(ctx)
	w.playing(ctx)
	w.blobs.put(ctx, t, w.key(ctx, 1, "stray"))
	w.clock.at = w.clock.at.Add(72 * time.Hour)
	before := w.kept(ctx)
	for looks := int64(1); ; looks++ {
		going := &goingStore{Store: w.blobs}
		going.left.Store(looks)
		w.sweeper.Blobs = going
		_, err := w.sweeper.Sweep(ctx, false)
		if err == nil {
			if looks < 10 {
				t.Errorf("a sweep looks at %d things", looks)
			}
			break
		}
		refused(t, "a storage that goes", err, "has no lectern.json")
		if after := w.kept(ctx); after != before {
			t.Fatalf("after %d looks there is\n%s\nwhere was\n%s", looks, after, before)
		}
	}
}

// Another library, or the same one made anew, takes nothing of what is there.
func TestStorage_OfAnotherLibraryIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		w := newSweepWorld(t, testkit.SQLiteURL(t), address, 1)
		ctx := t.Context()
		w.playing(ctx)
		w.clock.at = w.clock.at.Add(72 * time.Hour)
		before := w.state(ctx)
		other := newSweepWorld(t, testkit.SQLiteURL(t), t.TempDir(), 1)
		refused(t, "opening", work.OpenStorage(ctx, other.library, w.blobs), "belongs to another library")
		refused(t, "claiming", work.ClaimStorage(ctx, other.library, w.blobs), "belongs to another library")
		_, err := (&work.Sweeper{Library: other.library, Blobs: w.blobs, Clock: w.clock.now}).Sweep(ctx, false)
		refused(t, "sweeping", err, "belongs to another library")
		if after := w.state(ctx); after != before {
			t.Errorf("there is\n%s\nwhere was\n%s", after, before)
		}
		// What is no mark is no mark of this library either.
		w.blobs.put(ctx, t, work.MarkKey)
		refused(t, "opening", work.OpenStorage(ctx, w.library, w.blobs), "belongs to another library")
	})
}

// A storage without a mark is taken only where both are new, or when its operator says so.
func TestStorage_WithoutAMark(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		w := newSweepWorld(t, testkit.SQLiteURL(t), address, 1)
		ctx := t.Context()
		if err := work.CheckStorage(ctx, w.library, w.blobs); err != nil {
			t.Fatal(err)
		}
		w.blobs.put(ctx, t, "backups/library.sql") // is nothing to Lectern
		lose := func() {
			t.Helper()
			if err := w.blobs.Delete(ctx, work.MarkKey); err != nil {
				t.Fatal(err)
			}
		}
		lose()
		if err := work.OpenStorage(ctx, w.library, w.blobs); err != nil {
			t.Errorf("a new library's new storage: %v", err)
		}
		lose()
		some := w.key(ctx, 1, "original")
		w.blobs.put(ctx, t, some)
		refused(t, "files of nobody", work.OpenStorage(ctx, w.library, w.blobs), "has no lectern.json, but files of some library: a disk")
		if err := w.blobs.Delete(ctx, some); err != nil {
			t.Fatal(err)
		}
		w.playing(ctx)
		refused(t, "a library with files", work.OpenStorage(ctx, w.library, w.blobs), "has no lectern.json, but the library has files: a disk")
		for range 2 {
			if err := work.ClaimStorage(ctx, w.library, w.blobs); err != nil {
				t.Error(err)
			}
		}
		if err := work.OpenStorage(ctx, w.library, w.blobs); err != nil {
			t.Error(err)
		}
	})
}

// Nodes that start together on new storage all have it.
func TestStorage_OfNodesThatStartTogether(t *testing.T) {
	t.Parallel()
	onEachPlace(t, func(t *testing.T, url, storage string) {
		t.Helper()
		w := newSweepWorld(t, url, storage, 1)
		ctx := t.Context()
		if err := w.blobs.Delete(ctx, work.MarkKey); err != nil {
			t.Fatal(err)
		}
		const nodes = 8
		ended := make(chan error, nodes)
		for range nodes {
			go func() { ended <- work.OpenStorage(ctx, w.library, w.blobs) }()
		}
		for range nodes {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := work.CheckStorage(ctx, w.library, w.blobs); err != nil {
			t.Error(err)
		}
	})
}

// beatenStore has another node begin at the moment when this one has found no mark.
type beatenStore struct {
	blob.Store
	begin func()
	once  atomic.Bool
}

// Open is [blob.Store]'s.
func (s *beatenStore) Open(ctx context.Context, key string) (*blob.Object, error) {
	object, err := s.Store.Open(ctx, key)
	if s.once.CompareAndSwap(false, true) {
		s.begin()
	}
	return object, err
}

func TestStorage_OfANodeThatWasFaster(t *testing.T) {
	t.Parallel()
	w := newSweepWorld(t, testkit.SQLiteURL(t), t.TempDir(), 1)
	ctx := t.Context()
	if err := w.blobs.Delete(ctx, work.MarkKey); err != nil {
		t.Fatal(err)
	}
	beaten := &beatenStore{Store: w.blobs, begin: func() {
		if err := work.OpenStorage(ctx, w.library, w.blobs); err != nil {
			t.Error(err)
		}
		w.arrived(ctx)
	}}
	if err := work.OpenStorage(ctx, w.library, beaten); err != nil {
		t.Error(err)
	}
}

// What others keep in the folder or bucket, old or new, is theirs.
func TestSweep_LeavesWhatIsNotLecterns(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		w := newSweepWorld(t, testkit.SQLiteURL(t), address, 1)
		ctx := t.Context()
		w.playing(ctx)
		stray := w.key(ctx, 7, "original")
		w.blobs.put(ctx, t, stray)
		foreign := []string{"backups/library.sql", "medial", "mediathek/1/film.mp4", work.MarkKey}
		for _, key := range foreign[:3] {
			w.blobs.put(ctx, t, key)
		}
		w.clock.at = w.clock.at.Add(1000 * time.Hour)
		found, err := w.sweeper.Sweep(ctx, false)
		if err != nil || len(found.Strays) != 1 || found.Strays[0].Key != stray {
			t.Errorf("swept are %+v, %v", found.Strays, err)
		}
		for _, key := range foreign {
			if _, err := w.blobs.Stat(ctx, key); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
	})
}

// The bytes of a recording are lost only where the storage is there.
func TestWorker_TakesNothingForLostWhileTheStorageIsAway(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		w := newSweepWorld(t, testkit.SQLiteURL(t), address, 1)
		ctx := t.Context()
		id := w.arrived(ctx)
		prepare := func(blobs blob.Store, last bool) error {
			t.Helper()
			worker, err := work.New(work.Options{
				Library: w.library, Blobs: blobs, Folder: t.TempDir(),
				Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = worker.Close() }()
			return worker.Do(ctx, library.Job{Task: library.TaskPrepare, Media: id}, last)
		}
		says := func(status library.TranscodingStatus, sentence string) {
			t.Helper()
			m, p, err := w.library.MediaProcessing(ctx, library.Operator(), id)
			message := ""
			if p.Message != nil {
				message = *p.Message
			}
			if err != nil || m.Status() != status || !strings.HasPrefix(message, sentence) {
				t.Errorf("the media is %s and says %q, %v; want %s and %q", m.Status(), message, err, status, sentence)
			}
		}
		for name, away := range elsewhere(t, address) {
			refused(t, name, prepare(away, false), "has no lectern.json")
			says(library.Queued, "")
		}
		for _, away := range elsewhere(t, address) { // and if it stays away, that is no reason to upload again
			if err := prepare(away, true); err != nil {
				t.Error(err)
			}
			says(library.Failed, "The server could not prepare this recording.")
		}
		w.change(ctx, func(c *library.Change) error { return c.RetryProcessing(ctx, id) })
		if err := w.blobs.Delete(ctx, w.rows(ctx)[0].Key); err != nil {
			t.Fatal(err)
		}
		if err := prepare(w.blobs, false); err != nil {
			t.Error(err)
		}
		says(library.Failed, "The file of this recording is lost.")
	})
}
