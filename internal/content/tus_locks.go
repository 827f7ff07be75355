package content

import (
	"context"
	"net/http"
	"sync"

	tusd "github.com/tus/tusd/v2/pkg/handler"
)

// tusLocker lets one request at a time change an upload, on this node. On others only
// the names of the parts keep writers apart, which is enough for the bytes.
//
// A PATCH meets 423 while another runs. A client that asks where to go on has lost its
// connection, whatever the server still believes of it: the running PATCH is ended
// then, and what it got kept.
type tusLocker struct {
	mu   sync.Mutex
	held map[string]*tusLock
}

func newTusLocker() *tusLocker { return &tusLocker{held: map[string]*tusLock{}} }

// NewLock returns a lock that is not locked yet.
func (l *tusLocker) NewLock(id string) (tusd.Lock, error) {
	return &tusLock{locker: l, id: id, released: make(chan struct{})}, nil
}

type tusLock struct {
	locker   *tusLocker
	id       string
	ask      func() // asks the holder to end
	released chan struct{}
}

// Lock takes the lock.
func (l *tusLock) Lock(ctx context.Context, ask func()) error {
	request := tusRequestOf(ctx)
	for {
		l.locker.mu.Lock()
		holder, held := l.locker.held[l.id]
		if !held {
			l.ask = func() {
				ask()
				request.idle.stop()
			}
			l.locker.held[l.id] = l
			l.locker.mu.Unlock()
			return nil
		}
		l.locker.mu.Unlock()
		if request.method == http.MethodPatch {
			return tusd.ErrFileLocked
		}
		holder.ask()
		request.idle.wait()
		select {
		case <-holder.released:
			request.idle.moved()
		case <-ctx.Done():
			request.idle.moved()
			return tusd.ErrLockTimeout
		}
	}
}

// Unlock gives the lock back.
func (l *tusLock) Unlock() error {
	l.locker.mu.Lock()
	defer l.locker.mu.Unlock()
	if l.locker.held[l.id] == l {
		delete(l.locker.held, l.id)
		close(l.released)
	}
	return nil
}
