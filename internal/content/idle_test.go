package content

import (
	"net/http/httptest"
	"testing"
	"time"
)

// deadlines is an answer that only knows its limits.
type deadlines struct {
	httptest.ResponseRecorder
	read, write time.Time
}

// SetReadDeadline is an http.ResponseController's.
func (d *deadlines) SetReadDeadline(at time.Time) error { d.read = at; return nil }

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
