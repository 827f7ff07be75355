package front

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// Exchange is a request on its way to an answer: the writer that every handler gets, and
// what the log and the metrics record of it.
//
// It is an [http.ResponseWriter], for what writes to one, such as http.ServeContent. A
// handler of Lectern calls [Exchange.Answer] or returns an error, and never WriteHeader.
type Exchange struct {
	http.ResponseWriter
	front *Front
	group *RouteGroup // nil where the path is nobody's

	route   string // the pattern's path, empty where none matched
	quiet   bool   // health
	client  string // the address of the client
	caller  library.Actor
	limit   int64 // of the body, in bytes
	status  int   // 0 until answered
	written int64 // bytes of the body
	cause   error // why there is no success
	broken  bool  // the answer ended in its middle: its connection has to end, too
	// late ends the context of a request that waits for too long, and end ends it in any
	// case. Both are nil where there is no limit.
	late *time.Timer
	end  context.CancelCauseFunc
	// outside says that what writes the answer, such as http.ServeContent, has found that the
	// request is for a range that there is not. Its own text is left out.
	outside, failing bool
	// explained is an error that a protocol's handler got as an answer. It is the cause
	// unless that handler answered a success.
	explained error
}

// Answer writes a whole success or redirect at once. Where the handler has not said
// otherwise, no cache keeps it: it is one person's. A failure is returned, not answered:
// a status of 400 and above is a mistake in the program, at which Answer panics.
func (x *Exchange) Answer(status int, contentType string, body []byte) {
	if status >= http.StatusBadRequest {
		panic(fmt.Sprintf("front: a handler answered %d instead of returning an error", status))
	}
	x.send(status, contentType, body)
}

func (x *Exchange) send(status int, contentType string, body []byte) {
	h := x.Header()
	if contentType != "" { // an answer without a body has none
		h.Set("Content-Type", contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	x.WriteHeader(status)
	if _, err := x.Write(body); err != nil && x.cause == nil {
		x.cause = err // the client went away
	}
}

// WriteHeader is [http.ResponseWriter]'s.
func (x *Exchange) WriteHeader(status int) {
	if status == http.StatusRequestedRangeNotSatisfiable && x.status == 0 && !x.failing {
		x.outside = true
	}
	if x.outside {
		return
	}
	if x.status == 0 && status >= http.StatusOK { // what comes before is no answer yet
		x.status = status
		x.inTime()
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write is [http.ResponseWriter]'s.
func (x *Exchange) Write(p []byte) (int, error) {
	if x.outside {
		return len(p), nil
	}
	x.begin()
	n, err := x.ResponseWriter.Write(p)
	x.written += int64(n)
	return n, err
}

// ReadFrom is [io.ReaderFrom]'s: the kernel copies a file from the disk to the connection.
func (x *Exchange) ReadFrom(from io.Reader) (int64, error) {
	x.begin()
	n, err := io.Copy(x.ResponseWriter, from)
	x.written += n
	return n, err
}

func (x *Exchange) begin() {
	if x.status == 0 {
		x.status = http.StatusOK
		x.inTime()
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (x *Exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// exchangeOf is the exchange that Front made of a request's writer.
func exchangeOf(w http.ResponseWriter) *Exchange {
	return w.(*Exchange) //nolint:forcetypeassert // routes are only reached through Front
}

// panicked is the error of a handler that panicked, with the stack.
func panicked(value any) error {
	if err, is := value.(error); is {
		return fmt.Errorf("panic: %w\n%s", err, debug.Stack())
	}
	return fmt.Errorf("panic: %v\n%s", value, debug.Stack())
}
