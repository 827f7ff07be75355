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

// bound keeps a handler from reading more of a body than the limit.
func (x *Exchange) bound(r *http.Request, limit int64) {
	if limit == 0 {
		limit = MaxBody
	}
	x.limit = limit
	if r.Body != nil && r.Body != http.NoBody {
		// The server's own writer then ends the connection with care: a client that is still
		// sending when it is too much can read why.
		r.Body = http.MaxBytesReader(x.ResponseWriter, r.Body, limit)
	}
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
