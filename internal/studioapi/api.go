package studioapi

import (
	"sync"
	"sync/atomic"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// Options is what the public API needs in addition to the library.
type Options struct {
	// PublicURL is how clients reach the server, without a slash at the end:
	// https://media.school.test. Absolute addresses in answers begin with it.
	PublicURL string
	// Addresses makes the addresses at which bytes are put and had.
	Addresses Addresses
	// Stopping is closed when the server is about to stop; streams of events then end.
	Stopping <-chan struct{}
	// Streams is how many streams of events a person may have open; 0 for no limit.
	Streams int
	// OpenStreams counts the streams of all persons; it may be nil.
	OpenStreams *atomic.Int64
}

// handlers answers the operations with a library.
type handlers struct {
	library   *library.Library
	publicURL string
	addresses Addresses
}

// RouteGroups are the public API of a library, below /api/, and the thumbnails.
func RouteGroups(lib *library.Library, o Options) []front.RouteGroup {
	h := &handlers{library: lib, publicURL: o.PublicURL, addresses: o.Addresses}
	a := newAPI(h, lib)
	open := newOpenStreams(o.Streams, o.OpenStreams)
	a.around("GET "+BasePath+"/media/{media_id}/processing", func(once front.Handler) front.Handler {
		return a.processingEvents(h, open, o.Stopping, once)
	})
	return []front.RouteGroup{a.group, {
		Routes: []front.Route{{Pattern: "GET " + thumbnailPath + "{embed_id}", Handle: h.thumbnail}},
	}}
}

// api is the adapter between HTTP and a Server.
type api struct {
	server        Server
	authenticator Authenticator
	buffers       sync.Pool // of *[]byte, for answers
	group         front.RouteGroup
}

// newAPI puts what answers the operations behind the adapter.
func newAPI(server Server, authenticator Authenticator) *api {
	a := &api{
		server:        server,
		authenticator: authenticator,
		buffers:       sync.Pool{New: func() any { return new([]byte) }},
	}
	a.group = front.RouteGroup{
		Under:  []string{"/api/"},
		Format: front.Format{Programs: true, Challenge: challenge},
		Routes: []front.Route{
			// Who calls is asked in each route: unknown paths need no token.
			{Pattern: "GET /api/public/openapi.json", Handle: openAPI},
			{Pattern: "GET /api/public/apidocs", Handle: a.authenticated(swagger)},
			{Pattern: "GET /api/public/docs", Handle: docsPage},
			{Pattern: "GET /api/public/docs/{file}", Handle: docsFile},
		},
	}
	for _, op := range operations {
		a.group.Routes = append(a.group.Routes, a.route(op))
	}
	return a
}

// route is how an operation is reached.
func (a *api) route(op operation) front.Route {
	route := front.Route{Pattern: op.method + " " + BasePath + op.path, Handle: a.serve(op)}
	if op.takesFile {
		route.Body = maxFileBodyBytes
	}
	return route
}

// around puts a handler around the one that a pattern has already.
func (a *api) around(pattern string, wrap func(front.Handler) front.Handler) {
	for i, route := range a.group.Routes {
		if route.Pattern == pattern {
			a.group.Routes[i].Handle = wrap(route.Handle)
		}
	}
}
