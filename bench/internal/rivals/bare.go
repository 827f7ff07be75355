package rivals

import (
	"bytes"
	"net/http"
	"strconv"
)

// bareBody is the size of a page of twenty media.
const bareBody = 6 << 10

// bare answers everything with the same bytes: what net/http alone can do here.
func bare() http.Handler {
	body := bytes.Repeat([]byte("lectern "), bareBody/8)
	length := []string{strconv.Itoa(len(body))}
	contentType := []string{"application/json; charset=utf-8"}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h["Content-Type"], h["Content-Length"] = contentType, length
		_, _ = w.Write(body) // a client that has gone away misses nothing
	})
}
