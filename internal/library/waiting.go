package library

import "sync"

// waiting knows who waits for a change of a media item's work.
type waiting struct {
	mu sync.Mutex
	by map[MediaID]map[chan struct{}]struct{}
}

func newWaiting() *waiting { return &waiting{by: make(map[MediaID]map[chan struct{}]struct{})} }

func (w *waiting) watch(id MediaID) (changed <-chan struct{}, stop func()) {
	// One value that waits is enough: the receiver sees everything that has changed.
	wakes := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.by[id] == nil {
		w.by[id] = make(map[chan struct{}]struct{})
	}
	w.by[id][wakes] = struct{}{}
	return wakes, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.by[id], wakes)
		if len(w.by[id]) == 0 {
			delete(w.by, id)
		}
	}
}

func (w *waiting) wake(ids ...MediaID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		for wakes := range w.by[id] {
			select {
			case wakes <- struct{}{}:
			default:
			}
		}
	}
}
