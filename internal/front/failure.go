package front

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// statuses is the one place that says which failure of the library is which status: to a
// program (the wire contract, section 1), and on a page that people see, in whichever group.
// A page cannot ask for a token, as 401 would, and no browser knows 507.
var statuses = map[library.Kind]struct{ program, page int }{
	library.KindInternal:        {http.StatusInternalServerError, http.StatusInternalServerError},
	library.KindUnauthenticated: {http.StatusUnauthorized, http.StatusForbidden},
	library.KindMissing:         {http.StatusBadRequest, http.StatusBadRequest},
	library.KindInvalid:         {http.StatusUnprocessableEntity, http.StatusUnprocessableEntity},
	library.KindNotFound:        {http.StatusNotFound, http.StatusNotFound},
	library.KindForbidden:       {http.StatusForbidden, http.StatusForbidden},
	library.KindConflict:        {http.StatusConflict, http.StatusConflict},
	library.KindNotImplemented:  {http.StatusNotImplemented, http.StatusNotImplemented},
	library.KindTooLarge:        {http.StatusRequestEntityTooLarge, http.StatusRequestEntityTooLarge},
	library.KindUnfit:           {http.StatusBadRequest, http.StatusBadRequest},
	library.KindUnavailable:     {http.StatusServiceUnavailable, http.StatusServiceUnavailable},
	library.KindNoSpace:         {http.StatusInsufficientStorage, http.StatusServiceUnavailable},
	library.KindTooMany:         {http.StatusTooManyRequests, http.StatusTooManyRequests},
}

// statusClientGone is what the log and the metrics call a request whose client hung
// up before the answer. Nobody receives it.
const statusClientGone = 499

// retryAfter is after how long a client may try again where the error does not say.
const retryAfter = 5 * time.Second

// internalMessage is all that a caller learns of an internal fault.
const internalMessage = "an internal error occurred; the server's log has details under this answer's X-Request-Id"

// fault is a failure of the request as HTTP, before the library has a say.
type fault struct {
	status  int
	message string // one sentence for the caller
	allow   string // the header Allow of a 405
	err     error  // the cause, for the log
}

// Error returns the sentence with its cause: a text for the log.
func (e *fault) Error() string {
	if e.err != nil {
		return e.message + ": " + e.err.Error()
	}
	return e.message
}

// Unwrap returns the cause.
func (e *fault) Unwrap() error { return e.err }

// ErrNoPath says that there is nothing at the path of a request (404).
var ErrNoPath error = &fault{status: http.StatusNotFound, message: "there is nothing at this path"}

// errOutside says that a file has no such range (416); the header Content-Range has its size.
var errOutside error = &fault{
	status: http.StatusRequestedRangeNotSatisfiable, message: "the range begins after the end of the file, or cannot be read",
}

// Malformed says what is wrong with a request that cannot be read (400). The cause goes to
// the log; it may be nil.
func Malformed(message string, cause error) error {
	return &fault{status: http.StatusBadRequest, message: message, err: cause}
}

// Unsupported says what is wrong with the type or the coding of a body (415).
func Unsupported(message string) error {
	return &fault{status: http.StatusUnsupportedMediaType, message: message}
}

// WrongMethod says that a path takes only these methods (405). The front says so of all
// routes; a handler needs it only where it takes the method from elsewhere.
func WrongMethod(allowed ...string) error {
	list := strings.Join(allowed, ", ")
	return &fault{status: http.StatusMethodNotAllowed, message: "this path takes only " + list, allow: list}
}

// Failure is why a request failed, as its client sees it.
type Failure struct {
	Status  int
	Message string // one sentence, without a capital letter and a full stop
	Err     error  // the cause, which is never shown
}

// describe turns an error into the failure that the client is told of, on a page for people
// or to a program.
func (x *Exchange) describe(ctx context.Context, err error, page bool) Failure {
	if e, is := errors.AsType[*fault](err); is {
		return Failure{e.status, e.message, err}
	}
	if ctx.Err() == nil { // else the error is that nobody waits any more
		err = library.Outage(err, x.front.outages)
	}
	if e, is := errors.AsType[*library.Error](err); is && e.Kind != library.KindInternal {
		status := statuses[e.Kind]
		if page {
			return Failure{status.page, e.Message, err}
		}
		return Failure{status.program, e.Message, err}
	}
	if ctx.Err() != nil { // what failed is not ours: nobody waits for it any more
		return Failure{statusClientGone, "the request was cancelled", err}
	}
	return Failure{http.StatusInternalServerError, internalMessage, err}
}

// fail answers a request with a failure, in the format of the group, and keeps the cause for
// the log. Where a part of a success has been sent, the connection ends instead.
func (x *Exchange) fail(r *http.Request, err error) {
	if x.status != 0 {
		x.cause, x.broken = err, true
		return
	}
	x.outside, x.failing = false, true
	h := x.Header()
	for _, name := range []string{ // of the success that did not come about
		"Content-Disposition", "Content-Encoding", "Content-Security-Policy", "ETag", "Last-Modified", "Location", "Vary",
	} {
		h.Del(name)
	}
	a := x.write(h, r, err)
	x.cause = a.cause
	x.send(a.status, a.contentType, a.body)
}

// Explain returns the answer that an error would be, for a protocol's handler that writes
// its answers itself. The cause goes to the log, unless that handler answers a success.
func (x *Exchange) Explain(r *http.Request, err error) (status int, header http.Header, body []byte) {
	header = make(http.Header)
	a := x.write(header, r, err)
	x.explained = a.cause
	header.Set("Content-Type", a.contentType)
	return a.status, header, a.body
}

// answer is that of an error, but for its headers.
type answer struct {
	status      int
	contentType string
	body        []byte
	cause       error // for the log
}

// write makes the answer of an error, and sets its headers but for the type. Where a group's
// format or the page panics, it is plain text that needs neither of them.
func (x *Exchange) write(h http.Header, r *http.Request, err error) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			for _, name := range []string{"Allow", "Content-Security-Policy", "RateLimit", "RateLimit-Policy", "Retry-After", "WWW-Authenticate"} {
				h.Del(name)
			}
			h.Set("Cache-Control", "no-store")
			a = answer{status: http.StatusInternalServerError, cause: errors.Join(err, panicked(p))}
			a.contentType, a.body = Text(h, r, Failure{a.status, internalMessage, a.cause})
		}
	}()
	err = busy(r.Context(), err)
	failure := x.describe(r.Context(), err, x.format().People || x.asPage(r))
	h.Set("Cache-Control", "no-store")
	switch failure.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", retryIn(failure.Err))
		setLimit(h, failure.Err)
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", x.format().challenge(r))
	case http.StatusMethodNotAllowed:
		if e, is := errors.AsType[*fault](err); is {
			h.Set("Allow", e.allow)
		}
	}
	contentType, body := x.body(h, r, failure)
	return answer{failure.Status, contentType, body, err}
}

// retryIn is after how many seconds a client may try again.
func retryIn(err error) string {
	wait := retryAfter
	if e, is := errors.AsType[*library.Error](err); is && e.RetryAfter > 0 {
		wait = e.RetryAfter
	}
	return strconv.FormatFloat(math.Ceil(wait.Seconds()), 'f', 0, 64)
}

// setLimit tells a program which limit it has reached (the RateLimit header fields of the
// IETF's HTTPAPI group).
func setLimit(h http.Header, err error) {
	e, is := errors.AsType[*library.Error](err)
	if !is || e.Limit.Name == "" {
		return
	}
	policy, state := fmt.Sprintf("%q;q=%d", e.Limit.Name, e.Limit.Quota), fmt.Sprintf("%q;r=0", e.Limit.Name)
	if e.Limit.Window > 0 {
		policy += fmt.Sprintf(";w=%.0f", e.Limit.Window.Seconds())
		state += ";t=" + retryIn(err)
	}
	h.Set("RateLimit-Policy", policy)
	h.Set("RateLimit", state)
}
