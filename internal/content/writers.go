package content

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

// writers has one request at a time send bytes for a media item, on this node: the newest. The
// one before is ended, since its client has lost its connection, or started again, or is one of
// many that an attacker began. One whose bytes have all come ends as if nothing had happened,
// and the newer one waits for that, so that its own bytes are those that count in the end.
//
// Nodes do not know of each other's writers. Between them the last to end counts.
type writers struct {
	mu sync.Mutex
	of map[uuid.UUID]*writing // by the embed id of the media item
}

// writing is who sends bytes for one media item, and who waits to be the next, or nil.
type writing struct{ now, next *writer }

type writer struct {
	idle      *idle
	turn      chan struct{} // closed when it may begin
	overtaken chan struct{} // closed when a newer one came before that
}

func newWriters() *writers { return &writers{of: map[uuid.UUID]*writing{}} }

// writerWait bounds how long a request waits for the one before: to put 10 GB together takes
// minutes on S3.
const writerWait = 2 * time.Minute

var errStillStored = &library.Error{
	Kind:    library.KindConflict,
	Message: "what another request sent for the same upload is still being stored: try again in a few minutes",
}

// enter makes a request the writer of a media item, once the one before has ended. It calls
// leave when it has ended itself.
func (w *writers) enter(ctx context.Context, embed uuid.UUID, i *idle) (leave func(), err error) {
	me := &writer{i, make(chan struct{}), make(chan struct{})}
	leave = func() { w.leave(embed) }
	w.mu.Lock()
	at, busy := w.of[embed]
	if !busy {
		w.of[embed] = &writing{now: me}
		w.mu.Unlock()
		return leave, nil
	}
	at.now.idle.stop()
	if at.next != nil {
		close(at.next.overtaken)
	}
	at.next = me
	w.mu.Unlock()
	i.wait()
	defer i.moved()
	select {
	case <-me.turn:
		return leave, nil
	case <-me.overtaken:
		return nil, errOvertaken
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if at.next == me {
		at.next = nil
		return nil, errStillStored
	}
	select { // what came at the same moment
	case <-me.turn:
		return leave, nil
	default:
		return nil, errOvertaken
	}
}

// leave has the next writer begin.
func (w *writers) leave(embed uuid.UUID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := w.of[embed]
	at.now, at.next = at.next, nil
	if at.now == nil {
		delete(w.of, embed)
		return
	}
	close(at.now.turn)
}
