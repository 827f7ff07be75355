package content

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
)

// The newest is the next, once the one that it ends has ended.
func TestWriters_TheNewestIsNext(t *testing.T) {
	t.Parallel()
	all, embed := newWriters(), uuid.New()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	type entered struct {
		leave func()
		err   error
	}
	enter := func(ctx context.Context) (*idle, chan entered) {
		w := &deadlines{unlimited: make(chan struct{})}
		i, result := newIdle(w, time.Minute), make(chan entered, 1)
		go func() {
			leave, err := all.enter(ctx, embed, i)
			result <- entered{leave, err}
		}()
		select {
		case <-w.unlimited: // it waits
		case <-ctx.Done():
		}
		return i, result
	}
	first := newIdle(&deadlines{}, time.Minute)
	leave, err := all.enter(ctx, embed, first)
	if err != nil || first.isStopped() {
		t.Fatalf("the first: %v, stopped: %v", err, first.isStopped())
	}
	other, err := all.enter(ctx, uuid.New(), newIdle(&deadlines{}, time.Minute))
	if err != nil || first.isStopped() {
		t.Fatalf("of another media item: %v", err)
	}
	other()
	_, second := enter(ctx)
	if !first.isStopped() {
		t.Error("the first goes on")
	}
	thirdIdle, third := enter(ctx)
	if is := <-second; !errors.Is(is.err, errOvertaken) {
		t.Errorf("the second: %v", is.err)
	}
	impatient, stop := context.WithCancel(ctx)
	select {
	case is := <-third:
		t.Fatalf("the third does not wait for the first: %v", is.err)
	default:
	}
	leave()
	is := <-third
	if is.err != nil || thirdIdle.isStopped() {
		t.Fatalf("the third: %v", is.err)
	}
	_, fourth := enter(impatient)
	stop()
	if is := <-fourth; !errors.Is(is.err, errStillStored) {
		t.Errorf("one that waits for too long: %v", is.err)
	}
	is.leave()
	if len(all.of) != 0 {
		t.Error("what has ended is remembered")
	}
}
