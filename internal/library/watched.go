package library

import "sync"

// watched knows who waits for a change of a media item's work.
type watched struct {
	mu      sync.Mutex
	waiting map[MediaID]map[chan struct{}]struct{}
}

func newWatched() *watched { return &watched{waiting: make(map[MediaID]map[chan struct{}]struct{})} }

func (w *watched) watch(id MediaID) (changed <-chan struct{}, stop func()) {
	// One value that waits is enough: whoever takes it sees all that has changed.
	wakes := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting[id] == nil {
		w.waiting[id] = make(map[chan struct{}]struct{})
	}
	w.waiting[id][wakes] = struct{}{}
	return wakes, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.waiting[id], wakes)
		if len(w.waiting[id]) == 0 {
			delete(w.waiting, id)
		}
	}
}

func (w *watched) wake(ids ...MediaID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		for wakes := range w.waiting[id] {
			select {
			case wakes <- struct{}{}:
			default:
			}
		}
	}
}
