package studioapi

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// openStreams counts the streams of events that each person has open on this node.
type openStreams struct {
	most int           // of one person; 0 for no limit
	all  *atomic.Int64 // of all persons; may be nil

	mu   sync.Mutex
	open map[library.UserID]int
}

func newOpenStreams(most int, all *atomic.Int64) *openStreams {
	if all == nil {
		all = new(atomic.Int64)
	}
	return &openStreams{most: most, all: all, open: make(map[library.UserID]int)}
}

// streamWait is after how long a client may try again to open a stream.
const streamWait = 10 * time.Second

// add counts one more stream of a person, or returns an error of [library.KindTooMany].
func (s *openStreams) add(person library.UserID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.most > 0 && s.open[person] >= s.most {
		return library.Limit{Name: "streams", Quota: int64(s.most)}.Reached(streamWait,
			"you have %d streams of events open already, which is the limit; close one of them", s.most)
	}
	s.open[person]++
	s.all.Add(1)
	return nil
}

// remove counts one stream less.
func (s *openStreams) remove(person library.UserID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all.Add(-1)
	if s.open[person]--; s.open[person] == 0 {
		delete(s.open, person)
	}
}
