package holdings_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

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
		for name, elsewhere := range testkit.AbsentStorages(t, address) {
			away, err := blob.Open(elsewhere)
			if err != nil {
				t.Fatal(err)
			}
			w.sweeper.Blobs = away
			for _, dryRun := range []bool{true, false} {
				_, err := w.sweeper.Sweep(ctx, dryRun)
				refused(t, name, err, "has no lectern.json: a disk may not be mounted")
			}
			refused(t, name, holdings.Check(ctx, w.library, away), "has no lectern.json:")
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

// An object that cannot be asked for is not taken for lost.
func TestSweep_TrustsNoStoreThatFails(t *testing.T) {
	t.Parallel()
	w := newSweepWorld(t, testkit.SQLiteURL(t), t.TempDir(), 1)
	ctx := t.Context()
	w.change(ctx, func(c *library.Change) error {
		m, err := c.StartUpload(ctx, library.NewUpload{Owner: w.owner.ID})
		w.media = append(w.media, m.ID)
		return err
	})
	w.upload(ctx)
	w.nameOne(ctx)
	w.sweeper.Blobs = failingStore{w.blobs}
	if _, err := w.sweeper.Sweep(ctx, false); !errors.Is(err, errBroken) {
		t.Errorf("sweeping says %v", err)
	}
	if len(w.rows(ctx)) != 1 {
		t.Error("a row is gone")
	}
}

type failingStore struct{ blob.Store }

var errBroken = errors.New("the store is away")

// Stat is [blob.Store]'s.
func (failingStore) Stat(context.Context, string) (blob.Info, error) { return blob.Info{}, errBroken }
