package content

import (
	"context"
	"errors"
	"net/http"
	"sync"

	tusd "github.com/tus/tusd/v2/pkg/handler"
)

// tusLocker lets one request at a time change an upload, on this node. On others only
// the names of the parts keep writers apart, which is enough for the bytes.
//
// The newest counts: a client that sends again, or asks where to go on, has lost its
// connection, whatever the server still believes of it. The running PATCH is ended then, and
// what it got kept. Of those that send bytes for the same media item, in other uploads or by
// PUT, there is one, too: see [writers].
type tusLocker struct {
	content *Handler
	mu      sync.Mutex
	held    map[string]*tusLock
}

func newTusLocker(h *Handler) *tusLocker {
	return &tusLocker{content: h, held: map[string]*tusLock{}}
}

// NewLock returns a lock that is not locked yet.
func (l *tusLocker) NewLock(id string) (tusd.Lock, error) {
	return &tusLock{locker: l, id: id, released: make(chan struct{})}, nil
}

type tusLock struct {
	locker   *tusLocker
	id       string
	writer   *idle  // of a request that sends bytes; nil of any other
	leave    func() // ends being the writer of the media item
	released chan struct{}
}

// Lock takes the lock. tusd's own way of asking the holder to end is lost on a request that has
// not begun to read yet, so that is not used.
func (l *tusLock) Lock(ctx context.Context, _ func()) error {
	request := tusRequestOf(ctx)
	if request.method == http.MethodPatch || request.method == http.MethodPost {
		var err error
		l.leave, err = l.locker.content.writers.enter(ctx, request.into.embed, request.idle)
		if errors.Is(err, errStillStored) {
			return tusd.ErrFileLocked // by which clients know that they may go on later
		}
		if err != nil {
			return l.locker.content.tusError(ctx, err)
		}
		l.writer = request.idle
	}
	for {
		holder := l.tryLock()
		if holder == nil {
			return nil
		}
		if holder.writer != nil {
			holder.writer.stop()
		}
		request.idle.wait()
		select {
		case <-holder.released:
			request.idle.moved()
		case <-ctx.Done():
			request.idle.moved()
			if l.leave != nil {
				l.leave()
			}
			return tusd.ErrFileLocked
		}
	}
}

// tryLock takes the lock, or returns who has it.
func (l *tusLock) tryLock() (holder *tusLock) {
	l.locker.mu.Lock()
	defer l.locker.mu.Unlock()
	if holder, held := l.locker.held[l.id]; held {
		return holder
	}
	l.locker.held[l.id] = l
	return nil
}

// Unlock gives the lock back.
func (l *tusLock) Unlock() error {
	l.locker.mu.Lock()
	defer l.locker.mu.Unlock()
	if l.locker.held[l.id] == l {
		delete(l.locker.held, l.id)
		close(l.released)
		if l.leave != nil {
			l.leave()
		}
	}
	return nil
}
