package seal

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// slow is a source that reads the keys when it begins, and ends when it is let.
type slow struct {
	keys  atomic.Pointer[[]Key]
	let   chan struct{}
	begun atomic.Int64
}

func newSlow(t *testing.T) (*slow, *Signer) {
	t.Helper()
	source := &slow{let: make(chan struct{}, 1)}
	source.keys.Store(&[]Key{NewKey(time.Now())})
	source.let <- struct{}{}
	s, err := New(t.Context(), func(context.Context) ([]Key, error) {
		source.begun.Add(1)
		keys := *source.keys.Load()
		<-source.let
		return keys, nil
	}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return source, s
}

// check checks a mark of a key beside the test.
func check(ctx context.Context, s *Signer, k Key) <-chan error {
	in, answer := time.Now().Add(time.Hour), make(chan error, 1)
	go func() { answer <- s.Check(ctx, tickets, "ada", in, "", mark(k, tickets, "ada", in, "")) }()
	return answer
}

// However many marks name keys that nobody knows, the keys are read once for those that came
// before the read began, and once for all that came after.
func TestCheck_ReadsTheKeysOnceForAllWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source, s := newSlow(t)
		first := check(t.Context(), s, NewKey(time.Now()))
		synctest.Wait() // until its read has begun
		fresh := NewKey(time.Now())
		keys := append([]Key{fresh}, *source.keys.Load()...)
		source.keys.Store(&keys) // which the first read does not see
		var forged []<-chan error
		for range 100 {
			forged = append(forged, check(t.Context(), s, NewKey(time.Now())))
		}
		genuine := check(t.Context(), s, fresh)
		impatient, leave := context.WithCancel(t.Context())
		left := check(impatient, s, NewKey(time.Now()))
		synctest.Wait()
		leave()
		if err := <-left; !errors.Is(err, context.Canceled) {
			t.Errorf("a request that is over gives %v", err)
		}
		if known := check(t.Context(), s, keys[1]); <-known != nil {
			t.Error("a key that is known waits for the read")
		}
		source.let <- struct{}{}
		if err := <-first; !errors.Is(err, ErrNotGenuine) {
			t.Errorf("a forged mark gives %v", err)
		}
		source.let <- struct{}{}
		if err := <-genuine; err != nil {
			t.Errorf("the mark of another node's fresh key gives %v", err)
		}
		for _, answer := range forged {
			if err := <-answer; !errors.Is(err, ErrNotGenuine) {
				t.Errorf("a forged mark gives %v", err)
			}
		}
		if n := source.begun.Load(); n != 1+2 {
			t.Errorf("the keys are read %d times after the first", n-1)
		}
	})
}

// Made-up marks have the keys read ten times a second at most, and those of the version
// before, by keys that there are none of, never.
func TestCheck_ReadsTheKeysNoOftenerThanItsSpacing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source, s := newSlow(t)
		close(source.let)
		for range 10 {
			if err := s.CheckOld(t.Context(), "addresses", []byte("x"), []byte("y")); !errors.Is(err, ErrNotGenuine) {
				t.Errorf("without old keys an old mark gives %v", err)
			}
		}
		if n := source.begun.Load(); n != 1 {
			t.Errorf("for old marks the keys are read %d times", n-1)
		}
		begun := time.Now()
		for range 11 {
			if err := <-check(t.Context(), s, NewKey(begun)); !errors.Is(err, ErrNotGenuine) {
				t.Errorf("a forged mark gives %v", err)
			}
		}
		if took := time.Since(begun); took != 10*spacing {
			t.Errorf("11 forged marks take %s", took)
		}
	})
}
