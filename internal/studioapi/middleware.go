package studioapi

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/library"
)

// exchange is a request on its way to an answer: the writer that every handler gets,
// and what the log and the metrics are told of it.
type exchange struct {
	http.ResponseWriter
	route   string // the pattern's path, empty where none matched
	status  int    // 0 until answered
	written int    // bytes of the body
	cause   error  // why there is no success
	outages library.Outages
	broken  bool // the answer ended in its middle: its connection has to end, too
}

// answer writes the whole answer at once. Where a handler has not said otherwise, no
// cache keeps it: it is one person's.
func (x *exchange) answer(status int, contentType string, body []byte) {
	h := x.Header()
	if contentType != "" { // an answer without a body has none
		h.Set("Content-Type", contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	x.status = status
	x.WriteHeader(status)
	written, err := x.Write(body) //nolint:gosec // no HTML: JSON and text, which nosniff keeps so
	x.written = written
	if err != nil && x.cause == nil {
		x.cause = err // the client went away
	}
}

// exchangeOf is the exchange that observe made of a request's writer.
func exchangeOf(w http.ResponseWriter) *exchange {
	x, ok := w.(*exchange)
	if !ok {
		panic("studioapi: a handler was called without observe before it")
	}
	return x
}

// Unwrap lets http.ResponseController reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// requestIDHeader carries the id under which the log knows a request.
const requestIDHeader = "X-Request-Id"

// requestID gives each request an id and tells it to the client. A proxy may have
// given it one; what is long or odd is replaced, because ids end up in logs.
func requestID(next http.Handler) http.Handler {
	const longest = 64
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("-_.", r)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(requestIDHeader)
		if id == "" || len(id) > longest || strings.ContainsFunc(id, odd) {
			id = rand.Text()
		}
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r)
	})
}

// newDuration makes the histogram of answer times, which counts the requests too. No
// label takes its value from strangers.
func newDuration(registerer prometheus.Registerer) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "lectern_http_request_duration_seconds",
		Help:    "Time to answer a request of the public API, by route pattern.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "code"})
	registerer.MustRegister(h)
	return h
}

// observe writes the log line of a request and counts it.
func (a *api) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		x := &exchange{ResponseWriter: w, outages: a.outages}
		next.ServeHTTP(x, r)
		seconds := time.Since(start).Seconds()

		route, method := x.route, r.Method
		if route == "" {
			route = "OTHER"
		}
		if method != http.MethodHead && !slices.Contains(methods, method) {
			method = "OTHER"
		}
		a.duration.WithLabelValues(route, method, strconv.Itoa(x.status)).Observe(seconds)

		attrs := []slog.Attr{
			slog.String("method", method),
			slog.String("route", route),
			slog.Int("status", x.status),
			slog.Int("bytes", x.written),
			slog.Float64("seconds", seconds),
			slog.String("request_id", w.Header().Get(requestIDHeader)),
		}
		if x.cause != nil {
			attrs = append(attrs, slog.String("error", x.cause.Error()))
		}
		a.log.LogAttrs(r.Context(), levelOf(x.status), "request", attrs...)
		if x.broken {
			panic(http.ErrAbortHandler) // which the server takes for what it is
		}
	})
}

// levelOf is the level at which the log has a request: a fault of the server is an error,
// and a database or storage that is away or full a warning, as it is for /readyz.
func levelOf(status int) slog.Level {
	switch {
	case status == http.StatusServiceUnavailable, status == http.StatusInsufficientStorage:
		return slog.LevelWarn
	case status >= http.StatusInternalServerError && status != http.StatusNotImplemented: // which is the caller's wish
		return slog.LevelError
	}
	return slog.LevelInfo
}

// recoverPanic answers 500 where a handler panicked, and puts the stack into the log.
func recoverPanic(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				exchangeOf(w).fail(r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// collapsePath takes the empty segments out of a path, because a working client asks
// for /api/public/v1//collections. It stands before the mux, which would answer such a
// path, and one with dots, by a redirect; those with dots lead nowhere.
func collapsePath(next http.Handler) http.Handler {
	isSlash := func(r rune) bool { return r == '/' }
	isDots := func(segment string) bool {
		name, err := url.PathUnescape(segment)
		return err != nil || name == "." || name == ".."
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		segments := strings.FieldsFunc(path, isSlash)
		if !strings.HasPrefix(path, "/") || slices.ContainsFunc(segments, isDots) {
			exchangeOf(w).fail(r, errNoSuchPath)
			return
		}
		if collapsed := "/" + strings.Join(segments, "/"); collapsed != path {
			u := *r.URL
			u.RawPath = collapsed
			u.Path, _ = url.PathUnescape(collapsed) // EscapedPath is well encoded
			r = r.WithContext(r.Context())          // a copy: the caller's request stays
			r.URL = &u
		}
		next.ServeHTTP(w, r)
	})
}
