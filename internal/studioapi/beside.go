package studioapi

import (
	"io"
	"net/http"
	"strings"
)

// beside puts a handler that is none of the API's under a path, so that what it answers
// stands in the same log and metrics, under the path: what follows is a stranger's word.
// It is a pattern of [http.ServeMux]: "/files/" for all below it, "/robots.txt" for one path.
// The path without its last slash is the handler's too: collapsePath takes that off, and
// the mux would lead to it again.
func (rs *routes) beside(path string, h http.Handler) {
	logged := func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(w)
		x.route = path
		h.ServeHTTP(&recorder{x}, r)
	}
	rs.mux.HandleFunc(path, logged)
	if folder := strings.TrimSuffix(path, "/"); folder != path {
		rs.mux.HandleFunc(folder, logged)
	}
}

// recorder tells an exchange what another's handler answers.
type recorder struct{ *exchange }

// WriteHeader is [http.ResponseWriter]'s.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK { // what comes before is no answer yet
		r.status = status
	}
	r.exchange.WriteHeader(status)
}

// Write is [http.ResponseWriter]'s.
func (r *recorder) Write(p []byte) (int, error) {
	r.begin()
	n, err := r.exchange.Write(p)
	r.written += n
	return n, err
}

// ReadFrom is [io.ReaderFrom]'s: a file goes from the disk to the connection without
// coming by.
func (r *recorder) ReadFrom(from io.Reader) (int64, error) {
	r.begin()
	n, err := io.Copy(r.ResponseWriter, from)
	r.written += int(n)
	return n, err
}

func (r *recorder) begin() {
	if r.status == 0 {
		r.status = http.StatusOK
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.exchange }
