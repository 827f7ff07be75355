package content

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
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
	locker := newTusLocker(&Handler{})
	holder, err := locker.NewLock("a")
	if err == nil {
		err = holder.Lock(first, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-w.unlimited
		_ = holder.Unlock()
	}()
	waiting, err := locker.NewLock("a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := waiting.Lock(ctx, nil); err != nil {
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

// slowBody is a body whose pieces come after a while, on a clock of its own.
type slowBody struct {
	limits *deadlines
	now    time.Time
	after  time.Duration
	bytes  int
	left   int // pieces
}

// Read is [io.Reader]'s.
func (b *slowBody) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, io.EOF
	}
	if b.now.Add(b.after).After(b.limits.read) {
		b.now = b.limits.read
		return 0, os.ErrDeadlineExceeded
	}
	b.left--
	b.now = b.now.Add(b.after)
	return min(b.bytes, len(p)), nil
}

// A client is left that is slower than 4 kB a second for two minutes, or silent for one. In
// how long the store takes it has no part.
func TestIdle_LeavesAClientThatIsTooSlow(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_800_000_000, 0)
	for name, c := range map[string]struct {
		after time.Duration
		bytes int
		store time.Duration
		want  error
		at    time.Duration // after the start
	}{
		"fast enough":              {time.Second, 4000, 0, nil, time.Hour},
		"a byte a second":          {time.Second, 1, 0, errSlow, 2 * time.Minute},
		"a byte in almost minutes": {59 * time.Second, 1, 0, errSlow, 2 * time.Minute},
		"silent":                   {2 * time.Minute, 1 << 20, 0, os.ErrDeadlineExceeded, time.Minute},
		"a slow store":             {time.Second, 4000, time.Hour, nil, 3601 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits := &deadlines{}
			body := &slowBody{limits, start, c.after, c.bytes, int(time.Hour / c.after)}
			idle := newIdle(limits, time.Minute)
			idle.clock = func() time.Time { return body.now }
			patient := newPatientReader(body, idle)
			var err error
			for piece := make([]byte, 1<<20); err == nil; body.now = body.now.Add(c.store) {
				if _, err = patient.Read(piece); err == nil && (!limits.read.IsZero() || !limits.write.IsZero()) {
					t.Fatal("there are limits while the store has its turn")
				}
			}
			if errors.Is(err, io.EOF) {
				err = nil
			}
			took := body.now.Sub(start) - c.store
			if !errors.Is(err, c.want) || errors.Is(err, errSlow) != errors.Is(c.want, errSlow) || (took-c.at).Abs() > time.Minute/4 && c.store == 0 {
				t.Errorf("it ends after %v with %v, want %v with %v", took, err, c.at, c.want)
			}
		})
	}
}
