package content

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A client that waits for the end of another request has no limit meanwhile, and one again
// when its turn has come.
func TestTusLock_WaitsWithoutLimits(t *testing.T) {
	t.Parallel()
	w := &deadlines{unlimited: make(chan struct{})}
	request := &tusRequest{method: http.MethodHead, idle: newIdle(w, time.Minute)}
	ctx := context.WithValue(t.Context(), tusRequestKey{}, request)
	first := context.WithValue(t.Context(), tusRequestKey{}, &tusRequest{idle: newIdle(&deadlines{}, time.Minute)})
	locker := newTusLocker()
	holder, err := locker.NewLock("a")
	if err == nil {
		err = holder.Lock(first, func() {
			go func() {
				<-w.unlimited
				_ = holder.Unlock()
			}()
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := locker.NewLock("a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := waiting.Lock(ctx, func() {}); err != nil {
		t.Errorf("it waits within its limits: %v", err)
	}
	if w.read.IsZero() || w.write.IsZero() {
		t.Error("it has no limits any more")
	}
}

// deadlines is an answer that only knows its limits.
type deadlines struct {
	httptest.ResponseRecorder
	read, write time.Time
	unlimited   chan struct{} // closed when a read may take for ever; may be nil
}

// SetReadDeadline is an http.ResponseController's.
func (d *deadlines) SetReadDeadline(at time.Time) error {
	d.read = at
	if at.IsZero() && d.unlimited != nil {
		close(d.unlimited)
	}
	return nil
}

// SetWriteDeadline is an http.ResponseController's.
func (d *deadlines) SetWriteDeadline(at time.Time) error { d.write = at; return nil }

// Who is stopped just before they read does not wait for what will not come, and can still
// be answered.
func TestIdle_StaysStopped(t *testing.T) {
	t.Parallel()
	w := &deadlines{}
	idle := newIdle(w, time.Minute)
	now := time.Unix(1_800_000_000, 0)
	idle.clock = func() time.Time { return now }
	idle.moved()
	if w.read != now.Add(time.Minute) || w.write != now.Add(2*time.Minute) {
		t.Fatalf("it may read until %s and write until %s", w.read, w.write)
	}
	idle.stop()
	idle.moved()
	if w.read.After(now) || w.write != now.Add(2*time.Minute) {
		t.Errorf("stopped, it may read until %s and write until %s", w.read, w.write)
	}
}
