package jobs

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

// rests waits until river is stopped.
func (w *Workers) rests(t *testing.T) {
	t.Helper()
	deadline := time.After(time.Minute)
	for tick := time.Tick(20 * time.Millisecond); ; {
		w.river.mu.Lock()
		resting := w.river.current == nil && len(w.river.resting) == 0
		w.river.mu.Unlock()
		if resting {
			return
		}
		select {
		case <-tick:
		case <-deadline:
			t.Fatal("river does not rest")
		}
	}
}

// River is stopped while there is nothing to do, and started by the next job, no matter which node adds it.
func TestDispatcher_RestsUntilThereIsAJob(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n, other := openNode(t, url), openNode(t, url)
		n.restAfter = 200 * time.Millisecond
		kind, made := greeter(succeed)
		workers := n.work(kind)
		for _, adds := range []*node{n, other, n, other} {
			workers.rests(t)
			id := adds.add(greet("Ada"))
			within(t, made)
			n.await(id, "completed")
		}
		workers.rests(t)
	})
}

// An attempt that takes longer than the pause is neither interrupted nor made twice.
func TestDispatcher_DoesNotRestDuringAnAttempt(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		n.restAfter = 500 * time.Millisecond
		end := make(chan struct{})
		kind, made := greeter(func() error { <-end; return nil })
		workers := n.work(kind)
		id := n.add(greet("Ada"))
		within(t, made)
		<-time.After(4 * n.restAfter)
		workers.river.mu.Lock()
		if workers.river.current == nil {
			t.Error("river rests while an attempt is made")
		}
		workers.river.mu.Unlock()
		close(end)
		if row := n.await(id, "completed"); row.Attempt != 1 {
			t.Errorf("attempt %d is the one that ends, want 1", row.Attempt)
		}
		workers.rests(t)
	})
}

// However the rests fall, each job is done, and once.
func TestDispatcher_LosesNoJob(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n, other := openNode(t, url), openNode(t, url)
		n.restAfter = 5 * time.Millisecond
		const jobs = 20
		kind, made := greeter(succeed)
		n.work(kind)
		ids := make(map[int64]bool)
		for i := range jobs {
			adds := []*node{n, other}[rand.IntN(2)]
			ids[adds.add(greet(fmt.Sprint("Ada ", i)))] = true
			if rand.IntN(2) == 0 {
				<-time.After(time.Duration(rand.Int64N(int64(4 * n.restAfter))))
			}
		}
		for range jobs {
			within(t, made)
		}
		for id := range ids {
			n.await(id, "completed")
		}
		select {
		case a := <-made:
			t.Errorf("job %d is done twice", a.ID)
		default:
		}
	})
}
