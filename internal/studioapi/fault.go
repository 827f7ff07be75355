package studioapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/lectern-media/lectern/internal/library"
)

// statuses is the one place that says which failure of the library is which status
// (the wire contract, section 1).
var statuses = map[library.Kind]int{
	library.KindInternal:        http.StatusInternalServerError,
	library.KindUnauthenticated: http.StatusUnauthorized,
	library.KindMissing:         http.StatusBadRequest,
	library.KindInvalid:         http.StatusUnprocessableEntity,
	library.KindNotFound:        http.StatusNotFound,
	library.KindForbidden:       http.StatusForbidden,
	library.KindConflict:        http.StatusConflict,
	library.KindNotImplemented:  http.StatusNotImplemented,
	library.KindTooLarge:        http.StatusRequestEntityTooLarge,
	library.KindUnfit:           http.StatusBadRequest,
	library.KindUnavailable:     http.StatusServiceUnavailable,
	library.KindNoSpace:         http.StatusInsufficientStorage,
}

// statusClientGone is what the log and the metrics call a request whose client hung
// up before the answer. Nobody receives it.
const statusClientGone = 499

// retryAfter is after how many seconds a client may try again while the database or the
// storage is unavailable.
const retryAfter = "5"

// internalMessage is all that a caller is told of a fault of ours.
const internalMessage = "an internal error occurred; the server's log has details under this answer's X-Request-Id"

// wireError is a failure of the request as HTTP, before the library has a say.
type wireError struct {
	status  int
	message string // one sentence for the caller
	err     error  // the cause, for the log
}

// Error returns the sentence with its cause: a text for the log.
func (e *wireError) Error() string {
	if e.err != nil {
		return e.message + ": " + e.err.Error()
	}
	return e.message
}

// Unwrap returns the cause.
func (e *wireError) Unwrap() error { return e.err }

// describe turns an error into the status and the sentence that the caller gets.
func describe(ctx context.Context, err error) (status int, message string) {
	if e, ok := errors.AsType[*wireError](err); ok {
		return e.status, e.message
	}
	if e, ok := errors.AsType[*library.Error](err); ok && e.Kind != library.KindInternal {
		return statuses[e.Kind], e.Message
	}
	if ctx.Err() != nil { // what failed is not ours: nobody waits for it any more
		return statusClientGone, "the request was cancelled"
	}
	return http.StatusInternalServerError, internalMessage
}

// isA says whether an error of type E is in err's chain.
func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// fail answers a request with the contract's error body, and keeps the cause for the
// log.
func (x *exchange) fail(r *http.Request, err error) {
	x.cause = err
	if r.Context().Err() == nil { // else the error is that nobody waits any more
		err = library.Outage(err, x.outages)
	}
	status, message := describe(r.Context(), err)
	if status == http.StatusServiceUnavailable {
		x.Header().Set("Retry-After", retryAfter)
	}
	if status == http.StatusUnauthorized {
		x.Header().Set("WWW-Authenticate", challenge(r.Header.Get("Authorization")))
	}
	body := append([]byte(nil), `{"error":`...)
	body = append(appendString(body, message), '}')
	x.answer(status, jsonType, body)
}
