package store

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

const (
	// usesTogether is for how long uses of tokens are collected before they are written in
	// one transaction.
	usesTogether = time.Minute
	// usesTimeout bounds that transaction.
	usesTimeout = 5 * time.Second
)

// tokenUses are the uses of tokens that are not written yet. A request adds to them in
// memory; a timer writes them, in one transaction a minute at most, however many requests
// there are. It is safe for concurrent use.
type tokenUses struct {
	mu     sync.Mutex
	last   map[library.TokenID]time.Time
	timer  *time.Timer // that writes them; nil while there are none
	closed bool

	writing sync.Mutex // held while uses are written
}

// TokenUsed is [library.TokenReader]'s.
func (s *Store) TokenUsed(id library.TokenID, at time.Time) { s.uses.add(id, at, s.writeUses) }

func (u *tokenUses) add(id library.TokenID, at time.Time, write func()) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return
	}
	if u.last == nil {
		u.last = make(map[library.TokenID]time.Time)
	}
	if at.After(u.last[id]) {
		u.last[id] = at
	}
	if u.timer == nil {
		u.timer = time.AfterFunc(usesTogether, write)
	}
}

// take returns the uses that are not written yet, and forgets them.
func (u *tokenUses) take() map[library.TokenID]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	uses := u.last
	u.last = nil
	if u.timer != nil {
		u.timer.Stop()
		u.timer = nil
	}
	return uses
}

// close writes what is left, and waits for what is being written.
func (u *tokenUses) close(write func()) {
	u.mu.Lock()
	u.closed = true
	u.mu.Unlock()
	write()
}

// writeUses writes the uses of tokens that are not written yet. If that fails they are
// lost, and the next use of each token is written instead.
func (s *Store) writeUses() {
	s.uses.writing.Lock()
	defer s.uses.writing.Unlock()
	uses := s.uses.take()
	if len(uses) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), usesTimeout)
	defer cancel()
	err := s.change(ctx, func(t *tx) error {
		for _, id := range slices.Sorted(maps.Keys(uses)) { // in one order, as other nodes do
			err := t.q.SetTokenUsed(ctx, dbq.SetTokenUsedParams{ID: int64(id), UsedAt: uses[id].Unix()})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.log.Warn("the last use of tokens could not be written", "tokens", len(uses), "error", err)
	}
}
