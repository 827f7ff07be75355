package studioapi

import (
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/library"
)

// Options is what the public API needs beside the library.
type Options struct {
	// PublicURL is how clients reach the server, without a slash at the end:
	// https://media.school.test. Absolute addresses in answers begin with it.
	PublicURL string
	// Addresses makes the addresses at which bytes are put and had.
	Addresses Addresses
	// Stopping is closed when the server is about to stop; streams of events then end.
	Stopping <-chan struct{}
	// Beside is what else is served, by the path that it is served under: "/files/".
	Beside map[string]http.Handler
	// Outages tells which errors of the library are outages. It may be nil.
	Outages library.Outages
	// Logger takes one line for each request.
	Logger *slog.Logger
	// Metrics takes the collectors of this API, once.
	Metrics prometheus.Registerer
}

// New makes the public API of a library. The handler knows all paths below /api/public
// and /thumbnails and those beside it, and answers every other path with 404.
//
// Do not put an http.ServeMux before it: that would answer a path with empty segments
// by a redirect, and the contract takes such a path as it is. Bound the time of slow
// clients with the ReadTimeout and WriteTimeout of the http.Server.
func New(lib *library.Library, o Options) http.Handler {
	h := &handlers{library: lib, publicURL: o.PublicURL, addresses: o.Addresses}
	return newAPI(h, lib, o, func(a *api, rs *routes) {
		rs.handle("GET "+thumbnailPath+"{embed_id}", h.thumbnail)
		rs.around("GET "+BasePath+"/media/{media_id}/processing", func(once handler) handler {
			return a.processingEvents(h, o.Stopping, once)
		})
	})
}

// api is the adapter between HTTP and a Server.
type api struct {
	server        Server
	authenticator Authenticator
	outages       library.Outages
	log           *slog.Logger
	duration      *prometheus.HistogramVec
	buffers       sync.Pool // of *[]byte, for answers
}

// handler answers a request or returns why it cannot.
type handler func(x *exchange, r *http.Request) error

// newAPI puts what answers the operations behind the adapter, and beside them what more
// registers.
func newAPI(server Server, authenticator Authenticator, o Options, more func(*api, *routes)) http.Handler {
	a := &api{
		server:        server,
		authenticator: authenticator,
		outages:       o.Outages,
		log:           o.Logger,
		duration:      newDuration(o.Metrics),
		buffers:       sync.Pool{New: func() any { return new([]byte) }},
	}

	routes := newRoutes()
	for _, op := range operations {
		routes.handle(op.method+" "+BasePath+op.path, a.serve(op))
	}
	routes.handle("GET /api/public/openapi.json", file(jsonType, openAPIView))
	routes.handle("GET /api/public/apidocs", a.authenticated(swagger))
	routes.handle("GET /api/public/docs", docsPage)
	routes.handle("GET /api/public/docs/{file}", docsFile)
	if more != nil {
		more(a, routes)
	}
	for path, h := range o.Beside {
		routes.beside(path, h)
	}
	routes.refuseTheRest()

	return outermostFirst(routes.mux,
		requestID,
		a.observe,
		recoverPanic,
		collapsePath,
		// Who calls is asked in each route: unknown paths need no token.
	)
}

// outermostFirst wraps h so that the first middleware sees a request first.
func outermostFirst(h http.Handler, middleware ...func(http.Handler) http.Handler) http.Handler {
	for _, wrap := range slices.Backward(middleware) {
		h = wrap(h)
	}
	return h
}
