package seal

import (
	"context"
	"sync"
	"time"
)

// spacing is the shortest time from the beginning of a read of the keys to that of the next.
// So much longer at most somebody waits whose mark names a key that the process does not
// know, and no oftener than that strangers who make up such marks have the keys read.
const spacing = 100 * time.Millisecond

// reads lets all requests that wait for the keys share one read. A request that arrives
// during a read waits for the next one, because its key may be newer than what that reads.
type reads struct {
	mu    sync.Mutex
	now   *read     // the one that is being done
	next  *read     // the one that begins next; nil: nobody waits for it
	busy  bool      // whether a goroutine does the reads
	begun time.Time // when the last one began
}

// read is one read of the keys.
type read struct {
	done chan struct{} // closed when it has ended
	err  error         // of an ended one
}

// wait waits until the read has ended, or no longer than ctx lasts.
func (r *read) wait(ctx context.Context) error {
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readAgain waits for a read of the keys that begins after it was called.
func (s *Signer) readAgain(ctx context.Context) error {
	s.reads.mu.Lock()
	r := s.nextRead()
	s.reads.mu.Unlock()
	return r.wait(ctx)
}

// nextRead returns the read that begins next, and sees to it that it does. Its caller holds
// the lock of the reads.
func (s *Signer) nextRead() *read {
	if s.reads.next == nil {
		s.reads.next = &read{done: make(chan struct{})}
	}
	if !s.reads.busy {
		s.reads.busy = true
		go s.readWhileAsked()
	}
	return s.reads.next
}

// readWhileAsked does one read after the other, until nobody waits for another.
func (s *Signer) readWhileAsked() {
	for {
		<-time.After(s.untilNext())
		r := s.begin()
		if r == nil {
			return
		}
		r.err = s.reread()
		s.reads.mu.Lock()
		s.reads.now = nil
		s.reads.mu.Unlock()
		close(r.done)
	}
}

// untilNext is how long the next read has to wait, if there is one.
func (s *Signer) untilNext() time.Duration {
	s.reads.mu.Lock()
	defer s.reads.mu.Unlock()
	if s.reads.next == nil || s.reads.begun.IsZero() {
		return 0
	}
	return spacing - time.Since(s.reads.begun)
}

// begin makes the next read the one that is being done. It returns nil, and the goroutine
// ends, if nobody waits for one.
func (s *Signer) begin() *read {
	s.reads.mu.Lock()
	defer s.reads.mu.Unlock()
	if s.reads.next == nil {
		s.reads.busy = false
		return nil
	}
	s.reads.now, s.reads.next = s.reads.next, nil
	s.reads.begun = time.Now()
	return s.reads.now
}
