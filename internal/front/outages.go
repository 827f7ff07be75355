package front

import (
	"sync"
	"time"
)

// outageInterval is the shortest time between two lines of the log about requests that failed
// because of an outage. All of them fail for the same cause, and a full disk is often the one
// that the log is on.
const outageInterval = time.Second

// outageLog limits the lines about requests that failed because of an outage.
type outageLog struct {
	mu      sync.Mutex
	last    time.Time // when a line was written
	leftOut int       // how many were not, since then
}

// take reports whether a line may be written at a time, and how many were left out before it.
func (l *outageLog) take(now time.Time) (leftOut int, may bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() && now.Sub(l.last) < outageInterval {
		l.leftOut++
		return 0, false
	}
	leftOut, l.leftOut, l.last = l.leftOut, 0, now
	return leftOut, true
}
