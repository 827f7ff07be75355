package holdings_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A clock that is set ahead makes everything look old. Whatever it is compared with, and in
// whichever direction it is wrong, nothing is deleted by it.
func TestSweep_ChangesNothingByAWrongClock(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		w := newSweepWorld(t, url, t.TempDir(), 1)
		ctx := t.Context()
		w.playing(ctx)
		w.change(ctx, func(c *library.Change) error { // whose bytes have not come
			m, err := c.StartUpload(ctx, library.NewUpload{Owner: w.owner.ID})
			w.media = append(w.media, m.ID)
			return err
		})
		w.blobs.put(ctx, t, w.key(ctx, 1, "original"))
		right, before, objects := w.clock.at, w.kept(ctx), w.there(ctx)
		offsets := make(map[string]time.Duration)
		w.sweeper.TellOffset = func(reference string, offset time.Duration) { offsets[reference] = offset }
		compareWith := func(name string) {
			w.sweeper.Clocks = []holdings.ClockReference{
				{Name: "a right one", Read: func(context.Context) (time.Time, error) { return w.clock.at, nil }},
				{Name: name, Read: func(context.Context) (time.Time, error) { return right, nil }},
			}
		}
		for _, ahead := range []time.Duration{3 * 24 * time.Hour, 31 * 24 * time.Hour, 6 * time.Minute, -6 * time.Minute, -31 * 24 * time.Hour} {
			name := fmt.Sprintf("one that differs by %s", ahead)
			compareWith(name)
			w.clock.at = right.Add(ahead)
			for _, dryRun := range []bool{true, false} {
				_, err := w.sweeper.Sweep(ctx, dryRun)
				wrong, is := errors.AsType[*holdings.ClockError](err)
				if !is || wrong.Offset != ahead || !strings.Contains(err.Error(), "the clock of "+name) {
					t.Errorf("with a clock that is %s ahead, sweeping says %v", ahead, err)
				}
			}
			if now := w.kept(ctx); now != before || len(w.there(ctx)) != len(objects) {
				t.Errorf("with a clock that is %s ahead, what is kept was %s and is %s", ahead, before, now)
			}
			if offsets[name] != ahead {
				t.Errorf("the offset is told as %v, want %v", offsets, ahead)
			}
		}

		// With a clock that is wrong by less it sweeps.
		w.clock.at = w.clock.at.Add(31 * 24 * time.Hour)
		right = w.clock.at.Add(-4 * time.Minute)
		compareWith("one that differs by four minutes")
		if _, err := w.sweeper.Sweep(ctx, false); err != nil {
			t.Error(err)
		}
	})
}

// A clock that cannot be read is no reason to trust one's own.
func TestSweep_ChangesNothingWithoutAClockToCompare(t *testing.T) {
	t.Parallel()
	w := newSweepWorld(t, testkit.SQLiteURL(t), t.TempDir(), 1)
	w.sweeper.Clocks = []holdings.ClockReference{{Name: "the database", Read: func(context.Context) (time.Time, error) {
		return time.Time{}, errBroken
	}}}
	if _, err := w.sweeper.Sweep(t.Context(), false); !errors.Is(err, errBroken) {
		t.Errorf("sweeping says %v", err)
	}
}

// The storage says when it has written an object, and keeps nothing of the question.
func TestStorageClock_IsThatOfTheStorage(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		blobs, err := blob.Open(address)
		if err != nil {
			t.Fatal(err)
		}
		before := time.Now()
		is, err := holdings.StorageClock(blobs).Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// S3 tells whole seconds.
		if is.Before(before.Add(-time.Second)) || is.After(time.Now().Add(time.Second)) {
			t.Errorf("the storage's clock shows %v, and it is %v", is, before)
		}
		if err := blobs.List(t.Context(), "", func(o blob.Info) error {
			t.Errorf("%s is left", o.Key)
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

// A machine's clock that is set while a server runs is told from the time that passes.
func TestSteadyClock_DoesNotFollowTheMachines(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	clock := func() time.Time { return at }
	steady := holdings.SteadyClock(clock)
	at = at.Add(72 * time.Hour)
	is, err := steady.Read(t.Context())
	if err != nil || at.Sub(is) < 71*time.Hour {
		t.Errorf("it shows %v, %v", is, err)
	}
}
