package front

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// errLate is the cause by which the context of a request ends that has waited for too long.
var errLate = errors.New("the answer did not begin in time")

// lateMessage is said to such a request. A change may have been made nevertheless, when the
// database was about to confirm it.
const lateMessage = "the server is too busy to answer in time; try again in a few seconds"

// waits returns the request with a context that ends when its answer has not begun in time.
// The connection would be cut a moment later without a word.
func (x *Exchange) waits(r *http.Request, patience time.Duration) *http.Request {
	if patience <= 0 {
		return r
	}
	ctx, end := context.WithCancelCause(r.Context())
	x.end, x.late = end, time.AfterFunc(patience, func() { end(errLate) })
	return r.WithContext(ctx)
}

// inTime says that the answer has begun, or that another limit holds for it.
func (x *Exchange) inTime() {
	if x.late != nil {
		x.late.Stop()
	}
}

// ended frees what waits left.
func (x *Exchange) ended() {
	if x.end != nil {
		x.inTime()
		x.end(nil)
	}
}

// SetWriteDeadline is what an [http.ResponseController] calls. Who sets a time of its own for
// its answer, as an upload does that takes hours, needs no other.
func (x *Exchange) SetWriteDeadline(deadline time.Time) error {
	x.inTime()
	return http.NewResponseController(x.ResponseWriter).SetWriteDeadline(deadline)
}

// busy turns the error of a request that waited for too long into one that says so.
func busy(ctx context.Context, err error) error {
	if _, known := errors.AsType[*library.Error](err); known || !errors.Is(context.Cause(ctx), errLate) {
		return err
	}
	return &library.Error{Kind: library.KindUnavailable, Message: lateMessage, Err: errors.Join(errLate, err)}
}
