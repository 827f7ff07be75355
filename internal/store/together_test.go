package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// While a statement runs, questions are collected, and the next statement answers all of them.
func TestTogether_AsksOnceForMany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var reads [][]int
		goOn := make(chan struct{})
		all := &together[int, string]{read: func(_ context.Context, keys []int) (map[int]string, error) {
			reads = append(reads, keys)
			<-goOn
			return map[int]string{1: "one", 2: "two"}, nil
		}}
		ask := func(ctx context.Context, key int, want string, wantErr error) {
			if got, err := all.ask(ctx, key); got != want || !errors.Is(err, wantErr) {
				t.Errorf("%d is %q (%v), want %q (%v)", key, got, err, want, wantErr)
			}
		}
		gone, leave := context.WithCancel(t.Context())
		go ask(t.Context(), 1, "one", nil)
		synctest.Wait()
		for range 20 {
			go ask(t.Context(), 1, "one", nil)
			go ask(t.Context(), 2, "two", nil)
			go ask(t.Context(), 3, "", nil)
			go ask(gone, 2, "", context.Canceled)
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		close(goOn)
		synctest.Wait()
		if len(reads) != 2 || len(reads[0]) != 1 || len(reads[1]) != 80 {
			t.Errorf("read %d times: %v", len(reads), reads)
		}
		ask(t.Context(), 2, "two", nil)
		if len(reads) != 3 {
			t.Errorf("read %d times, want again for a question that comes later", len(reads))
		}
	})
}

// One who leaves takes nobody's answer along, and a failure is told to all who asked.
func TestTogether_Fails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("the database is away")
		all := &together[int, string]{read: func(ctx context.Context, _ []int) (map[int]string, error) {
			<-ctx.Done() // a database that does not answer
			return nil, errors.Join(failure, ctx.Err())
		}}
		first, leave := context.WithCancel(t.Context())
		var failed atomic.Int32
		ask := func(ctx context.Context) {
			if _, err := all.ask(ctx, 1); errors.Is(err, failure) {
				failed.Add(1)
			}
		}
		go ask(first)
		synctest.Wait()
		for range 10 {
			go ask(t.Context())
		}
		synctest.Wait()
		leave()
		synctest.Wait()
		if failed.Load() != 1 {
			t.Errorf("%d failed, want only the one who left", failed.Load())
		}
		ctx, cancel := context.WithTimeout(t.Context(), togetherTimeout)
		defer cancel()
		<-ctx.Done()
		synctest.Wait()
		if failed.Load() != 11 {
			t.Errorf("%d failed, want all 11", failed.Load())
		}
	})
}

// A statement that is never answered, as on a connection that died in silence, ends by itself
// though nobody leaves, and those who asked meanwhile are answered by the next one.
func TestTogether_OneThatNeverEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		all := &together[int, string]{read: func(ctx context.Context, _ []int) (map[int]string, error) {
			if reads++; reads > 1 {
				return map[int]string{1: "one"}, nil
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		ask := func(want string, wantErr error) {
			if got, err := all.ask(t.Context(), 1); got != want || !errors.Is(err, wantErr) {
				t.Errorf("the answer is %q (%v), want %q (%v)", got, err, want, wantErr)
			}
		}
		var asking sync.WaitGroup
		asking.Go(func() { ask("", context.DeadlineExceeded) })
		synctest.Wait()
		for range 10 {
			asking.Go(func() { ask("one", nil) })
		}
		asking.Wait()
		if reads != 2 {
			t.Errorf("read %d times, want 2", reads)
		}
	})
}

// No answer is older than its question, no matter who else asks.
func TestTogether_AnswersAreNotOlderThanQuestions(t *testing.T) {
	t.Parallel()
	var state atomic.Int64
	all := &together[int, int64]{read: func(_ context.Context, keys []int) (map[int]int64, error) {
		is := state.Load()
		answers := make(map[int]int64, len(keys))
		for _, key := range keys {
			answers[key] = is + int64(key)
		}
		return answers, nil
	}}
	var asking sync.WaitGroup
	for key := range 16 {
		asking.Go(func() {
			for range 200 {
				asked := state.Add(1)
				if got, err := all.ask(t.Context(), key); err != nil || got-int64(key) < asked {
					t.Error(fmt.Errorf("asked in state %d of %d, told of state %d (%w)", asked, key, got-int64(key), err))
				}
			}
		})
	}
	asking.Wait()
}
