package jobs

import (
	"maps"
	"sync"
)

// attemptKey names one attempt at a job. A database that went back gives the number of a
// job again, to another job, which a node may get while it still works on the lost one; and
// an attempt that does not count gives its number to the next. The times differ.
type attemptKey struct {
	job, number int64
	at          int64 // when the attempt began, in Unix milliseconds, as the database keeps it
}

// attempts are those that a node makes. It is safe for concurrent use.
type attempts struct {
	mu     sync.Mutex
	making map[attemptKey]bool
}

func newAttempts() *attempts { return &attempts{making: make(map[attemptKey]bool)} }

func (a *attempts) begin(attempt attemptKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.making[attempt] = true
}

func (a *attempts) end(attempt attemptKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.making, attempt)
}

func (a *attempts) has(attempt attemptKey) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.making[attempt]
}

// any reports whether an attempt is being made.
func (a *attempts) any() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.making) > 0
}

// all returns the attempts that are being made now.
func (a *attempts) all() map[attemptKey]bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return maps.Clone(a.making)
}
