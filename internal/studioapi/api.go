package studioapi

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/library"
)

// Options is what the public API needs beside the library.
type Options struct {
	// PublicURL is how clients reach the server, without a slash at the end:
	// https://media.school.test. Absolute addresses in answers begin with it.
	PublicURL string
	// Logger takes one line for each request.
	Logger *slog.Logger
	// Metrics takes the collectors of this API, once.
	Metrics prometheus.Registerer
}

// New makes the public API of a library. The handler knows all paths below /api/public
// and /thumbnails, and answers every other path with 404.
//
// Do not put an http.ServeMux before it: that would answer a path with empty segments
// by a redirect, and the contract takes such a path as it is. Bound the time of slow
// clients with the ReadTimeout and WriteTimeout of the http.Server.
func New(lib *library.Library, o Options) http.Handler {
	return newAPI(&handlers{library: lib, publicURL: o.PublicURL}, lib, o)
}

// api is the adapter between HTTP and a Server.
type api struct {
	server        Server
	authenticator Authenticator
	log           *slog.Logger
	duration      *prometheus.HistogramVec
	buffers       sync.Pool // of *[]byte, for answers
}

// handler answers a request or returns why it cannot.
type handler func(x *exchange, r *http.Request) error

func newAPI(server Server, authenticator Authenticator, o Options) http.Handler {
	a := &api{
		server:        server,
		authenticator: authenticator,
		log:           o.Logger,
		duration:      newDuration(o.Metrics),
		buffers:       sync.Pool{New: func() any { return new([]byte) }},
	}

	mux := http.NewServeMux()
	for _, op := range operations {
		handle(mux, op.method+" "+BasePath+op.path, a.authenticated(a.serve(op)))
	}
	handle(mux, "GET /api/public/openapi.json", file(jsonType, openAPIView))
	handle(mux, "GET /api/public/apidocs", a.authenticated(swagger))
	handle(mux, "GET /api/public/docs", docsPage)
	handle(mux, "GET /api/public/docs/{file}", docsFile)
	handle(mux, "GET "+thumbnailPath+"{embed_id}", thumbnail)
	mux.Handle("/", nowhere(mux))

	return outermostFirst(mux,
		requestID,
		a.observe,
		recoverPanic,
		limitBody,
		collapsePath,
		// a.authenticated follows for each route: unknown paths need no token.
	)
}

// outermostFirst wraps h so that the first middleware sees a request first.
func outermostFirst(h http.Handler, middleware ...func(http.Handler) http.Handler) http.Handler {
	for i := len(middleware) - 1; i >= 0; i-- {
		h = middleware[i](h)
	}
	return h
}

var errNoSuchPath = &fault{status: http.StatusNotFound, message: "there is nothing at this path"}

// handle registers a handler for a pattern "METHOD /path".
func handle(mux *http.ServeMux, pattern string, h handler) {
	_, route, _ := strings.Cut(pattern, " ")
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		x := w.(*exchange)
		x.route = route
		if err := h(x, r); err != nil {
			x.fail(r, err)
		}
	})
}

// nowhere answers what no pattern matches: 405 where another method would do, else 404.
func nowhere(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, method := range []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"} {
			other := &http.Request{Method: method, Host: r.Host, URL: r.URL}
			if _, pattern := mux.Handler(other); pattern != "/" {
				allowed = append(allowed, method)
			}
		}
		why := errNoSuchPath
		if len(allowed) > 0 {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			why = &fault{status: http.StatusMethodNotAllowed, message: "this path takes only " + strings.Join(allowed, ", ")}
		}
		w.(*exchange).fail(r, why)
	})
}
