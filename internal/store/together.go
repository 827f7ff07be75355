package store

import (
	"context"
	"sync"
	"time"
)

// together answers questions by key, all those in one statement that were asked while the
// statement before it ran. No answer is older than its question, which waits for a statement
// that begins after it. So a question that comes alone is asked at once, and of many that come
// at once the database sees few.
type together[K comparable, V any] struct {
	// read returns what is known of the keys. What is not in the result is the zero V.
	read func(context.Context, []K) (map[K]V, error)

	mu    sync.Mutex
	asked *batch[K, V] // of the next statement; nil where nothing was asked since the last began
	busy  bool         // a statement runs
}

// batch is what one statement answers.
type batch[K comparable, V any] struct {
	keys    []K
	done    chan struct{} // closed when the rest is set
	answers map[K]V
	err     error
}

// togetherTimeout bounds each statement. One that several wait for does not end with the request
// of one of them, and behind one that came alone there may be others: without a bound, a
// connection that died in silence would keep all of them waiting as long as that request may take.
const togetherTimeout = 5 * time.Second

// ask returns the answer for a key.
func (t *together[K, V]) ask(ctx context.Context, key K) (V, error) {
	t.mu.Lock()
	if !t.busy { // nobody else is in this batch
		t.busy = true
		t.mu.Unlock()
		defer t.proceed(ctx)
		alone, cancel := context.WithTimeout(ctx, togetherTimeout)
		defer cancel()
		answers, err := t.read(alone, []K{key})
		return answers[key], err
	}
	if t.asked == nil {
		t.asked = &batch[K, V]{done: make(chan struct{})}
	}
	b := t.asked
	b.keys = append(b.keys, key)
	t.mu.Unlock()
	select {
	case <-b.done:
		return b.answers[key], b.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// proceed begins the statement for what was asked while the last one ran.
func (t *together[K, V]) proceed(ctx context.Context) {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.asked
	t.asked = nil
	t.busy = b != nil
	if b != nil {
		go t.answer(context.WithoutCancel(ctx), b)
	}
}

func (t *together[K, V]) answer(ctx context.Context, b *batch[K, V]) {
	defer t.proceed(ctx)
	defer close(b.done)
	ctx, cancel := context.WithTimeout(ctx, togetherTimeout)
	defer cancel()
	b.answers, b.err = t.read(ctx, b.keys)
}
