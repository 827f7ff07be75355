package holdings_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/work"
)

// Another library, or the same one created again, takes nothing of what is there.
func TestStorage_OfAnotherLibraryIsRefused(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		w := newSweepWorld(t, testkit.SQLiteURL(t), address, 1)
		ctx := t.Context()
		w.playing(ctx)
		w.clock.at = w.clock.at.Add(72 * time.Hour)
		before := w.state(ctx)
		other := newSweepWorld(t, testkit.SQLiteURL(t), t.TempDir(), 1)
		refused(t, "opening", holdings.Open(ctx, other.library, w.blobs), "belongs to another library")
		refused(t, "claiming", holdings.Claim(ctx, other.library, w.blobs), "belongs to another library")
		_, err := (&holdings.Sweeper{Rows: work.Rows(other.library), Blobs: w.blobs, Clock: w.clock.now}).Sweep(ctx, false)
		refused(t, "sweeping", err, "belongs to another library")
		if after := w.state(ctx); after != before {
			t.Errorf("there is\n%s\nwhere was\n%s", after, before)
		}
		// What is no mark is no mark of this library either.
		w.blobs.put(ctx, t, holdings.MarkKey)
		refused(t, "opening", holdings.Open(ctx, w.library, w.blobs), "belongs to another library")
	})
}

// A storage without a mark is taken only where both are new, or when its operator says so.
func TestStorage_WithoutAMark(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		w := newSweepWorld(t, testkit.SQLiteURL(t), address, 1)
		ctx := t.Context()
		if err := holdings.Check(ctx, w.library, w.blobs); err != nil {
			t.Fatal(err)
		}
		w.blobs.put(ctx, t, "backups/library.sql") // is nothing to Lectern
		lose := func() {
			t.Helper()
			if err := w.blobs.Delete(ctx, holdings.MarkKey); err != nil {
				t.Fatal(err)
			}
		}
		lose()
		if err := holdings.Open(ctx, w.library, w.blobs); err != nil {
			t.Errorf("a new library's new storage: %v", err)
		}
		lose()
		some := w.key(ctx, 1, "original")
		w.blobs.put(ctx, t, some)
		refused(t, "files of nobody", holdings.Open(ctx, w.library, w.blobs), "has no lectern.json, but files of some library: a disk")
		if err := w.blobs.Delete(ctx, some); err != nil {
			t.Fatal(err)
		}
		w.playing(ctx)
		refused(t, "a library with files", holdings.Open(ctx, w.library, w.blobs), "has no lectern.json, but the library has files: a disk")
		for range 2 {
			if err := holdings.Claim(ctx, w.library, w.blobs); err != nil {
				t.Error(err)
			}
		}
		if err := holdings.Open(ctx, w.library, w.blobs); err != nil {
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
		if err := w.blobs.Delete(ctx, holdings.MarkKey); err != nil {
			t.Fatal(err)
		}
		const nodes = 8
		ended := make(chan error, nodes)
		for range nodes {
			go func() { ended <- holdings.Open(ctx, w.library, w.blobs) }()
		}
		for range nodes {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		if err := holdings.Check(ctx, w.library, w.blobs); err != nil {
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
	if err := w.blobs.Delete(ctx, holdings.MarkKey); err != nil {
		t.Fatal(err)
	}
	beaten := &beatenStore{Store: w.blobs, begin: func() {
		if err := holdings.Open(ctx, w.library, w.blobs); err != nil {
			t.Error(err)
		}
		w.arrived(ctx)
	}}
	if err := holdings.Open(ctx, w.library, beaten); err != nil {
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
		foreign := []string{"backups/library.sql", "medial", "mediathek/1/film.mp4", holdings.MarkKey}
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
