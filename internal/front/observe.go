package front

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/library"
)

// newDuration makes the histogram of answer times, which counts the requests too. No
// label takes its value from strangers.
func newDuration(registerer prometheus.Registerer) *prometheus.HistogramVec {
	h := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "lectern_http_request_duration_seconds",
		Help:    "Time to answer a request, by route pattern, method and status: of the API, pages and files. Of /healthz and /readyz only faults (500).",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "code"})
	registerer.MustRegister(h)
	return h
}

// newResponses makes the counter of answers by what they mean to an operator.
func newResponses(registerer prometheus.Registerer) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lectern_http_responses_total",
		Help: "Answers by kind: success, redirect, rejected (the client's mistake), too_many (429), cancelled (the client went away), unavailable (503), full (507), fault (the server's).",
	}, []string{"kind"})
	registerer.MustRegister(c)
	return c
}

// kindOf is what an answer with a status means.
func kindOf(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "too_many"
	case status == statusClientGone:
		return "cancelled"
	case status == http.StatusServiceUnavailable:
		return "unavailable"
	case status == http.StatusInsufficientStorage:
		return "full"
	case status == http.StatusNotImplemented, status >= 400 && status < 500:
		return "rejected"
	case status >= 200 && status < 300:
		return "success"
	case status >= 300 && status < 400:
		return "redirect"
	}
	return "fault"
}

// named are the methods that the log and the metrics call by their names.
var named = []string{
	http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPatch, http.MethodPost, http.MethodPut,
}

// observe writes the log line of a request and counts it. Of health it tells only faults and
// outages.
func (f *Front) observe(x *Exchange, r *http.Request, took time.Duration) {
	route, method := x.route, r.Method
	if route == "" {
		route = "OTHER"
	}
	if !slices.Contains(named, method) {
		method = "OTHER"
	}
	if f.duration != nil && (!x.quiet || x.status == http.StatusInternalServerError) {
		f.duration.WithLabelValues(route, method, strconv.Itoa(x.status)).Observe(took.Seconds())
		f.responses.WithLabelValues(kindOf(x.status)).Inc()
	}
	level := levelOf(x.status)
	if !f.log.Enabled(r.Context(), level) {
		return
	}
	cause := x.cause
	if cause == nil && (x.status == 0 || x.status >= http.StatusBadRequest) {
		cause = x.explained
	}
	leftOut, tells := f.tells(x, cause)
	if !tells {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", method),
		slog.String("route", route),
		slog.Int("status", x.status),
		slog.Int64("bytes", x.written),
		slog.Float64("seconds", took.Seconds()),
		slog.String("request_id", x.RequestID()),
		slog.String("address", x.client),
	}
	attrs = append(attrs, whoAsks(x.caller)...)
	if cause != nil {
		attrs = append(attrs, slog.String("error", cause.Error()))
	}
	if leftOut > 0 {
		attrs = append(attrs, slog.Int("left_out", leftOut))
	}
	f.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// whoAsks is what the log has of a caller: the person or the captioning service, and what
// names the token in the audit log, which is of no use to who reads it.
func whoAsks(caller library.Actor) (attrs []slog.Attr) {
	if caller.IsPerson() {
		attrs = append(attrs, slog.Int64("user_id", int64(caller.Person())))
	}
	if caller.IsService() {
		attrs = append(attrs, slog.Int64("service_id", int64(caller.Service())))
	}
	if token := caller.TokenName(); token != "" {
		attrs = append(attrs, slog.String("token", token))
	}
	return attrs
}

// tells reports whether the log has a line of the request, and how many about outages were
// left out before it.
func (f *Front) tells(x *Exchange, cause error) (leftOut int, tells bool) {
	switch {
	case x.status == http.StatusInsufficientStorage, x.status == http.StatusServiceUnavailable && isOutage(cause):
		return f.outageLog.take(time.Now())
	case x.quiet:
		return 0, x.status == http.StatusInternalServerError
	}
	return 0, true
}

// isOutage reports whether an error that is answered by 503 has a cause besides what the
// server itself decided: that it stops is one that it did.
func isOutage(err error) bool {
	e, is := errors.AsType[*library.Error](err)
	return !is || e.Err != nil
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
