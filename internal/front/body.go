package front

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

// MaxBody is the largest body that is read where a route does not say otherwise, in bytes.
const MaxBody = 1 << 20

// bound returns a request of whose body a handler can read no more than the limit.
func (x *Exchange) bound(r *http.Request, limit int64) *http.Request {
	if limit == 0 {
		limit = MaxBody
	}
	x.limit = limit
	if r.Body == nil || r.Body == http.NoBody {
		return r
	}
	// A client may still be sending when it gets its answer. The server then waits a moment
	// before it closes the connection, because a reset would take the answer from the client.
	// It does so only where it finds its own body in its own request, and its own writer in
	// the reader: hence a copy of the request.
	r = r.WithContext(r.Context())
	r.Body = http.MaxBytesReader(x.ResponseWriter, r.Body, limit)
	return r
}

// ReadBody reads the whole body of a request, up to the limit of its route. Its errors are
// failures of the client's: 413, 408 or 400.
func (x *Exchange) ReadBody(r *http.Request) ([]byte, error) {
	tooLarge := &fault{
		status: http.StatusRequestEntityTooLarge, message: fmt.Sprintf("the body is larger than %d bytes", x.limit),
	}
	if r.ContentLength > x.limit { // tell it before it is sent
		return nil, tooLarge
	}
	if r.Body == nil {
		return nil, nil
	}
	data, err := io.ReadAll(r.Body)
	_, isLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case err == nil:
		return data, nil
	case isLarge:
		return nil, tooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &fault{status: http.StatusRequestTimeout, message: "the body did not arrive in time", err: err}
	default:
		return nil, Malformed("the body ended early", err)
	}
}
