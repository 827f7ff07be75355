package front

import (
	"crypto/sha256"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/library"
)

// Handler answers a request, or returns why it cannot: an error of the library, or one of
// this package. After an error that comes when a part of the answer has been sent, the
// connection is ended, so that the client does not take the part for the whole.
type Handler func(x *Exchange, r *http.Request) error

// Route is one thing that is served.
type Route struct {
	// Pattern is a pattern of [http.ServeMux] without a host: "GET /embed/{embed_id}". One
	// without a method takes every method. The log and the metrics know the route by the
	// pattern's path.
	Pattern string
	// Handle answers the requests.
	Handle Handler
	// Body is the largest body that is read, in bytes; [MaxBody] where 0.
	Body int64

	quiet bool // neither logged nor counted
}

// RouteGroup is what one package serves.
type RouteGroup struct {
	// Under are the paths at and below which every failure is in the group's format, also
	// that of a path or a method for which there is no route: "/files/". The longest counts.
	Under []string
	// Format is how failures are written; [JSON] where it is empty.
	Format Format
	// Routes are what is served. Two that match the same requests are a mistake in the
	// program, at which [New] panics.
	Routes []Route
}

// Options is what [New] needs. All of it may be empty.
type Options struct {
	// Logger takes one line for each request; nil for slog's default.
	Logger *slog.Logger
	// Metrics takes the collectors of this package, once. Without it nothing is counted.
	Metrics prometheus.Registerer
	// Outages tells which errors are outages of the database or the storage.
	Outages library.Outages
	// Page writes a failure for people. Outside of the API they get it wherever their
	// browser prefers HTML; without it nobody does.
	Page Writer
	// Ready returns why no requests should be sent here, as an error of the library, or
	// nil. It is asked at /readyz.
	Ready Readiness
	// Warnings returns what else /readyz says of a server that is ready. It may be nil.
	Warnings Warnings
	// TrustedProxies are whose headers about the client's address are believed.
	TrustedProxies Proxies
	// Rates are how many requests a client may send.
	Rates Rates
	// Patience is how long a request waits for the beginning of its answer; 0 for no limit.
	// After that its context ends, and it is answered that the server is busy, unless it has
	// set a time for its answer by an [http.ResponseController], as an upload does.
	Patience time.Duration
	// Clock measures the rates; nil for the system's.
	Clock library.Clock
}

// Front is the handler of a whole server.
type Front struct {
	log       *slog.Logger
	outages   library.Outages
	page      Writer
	proxies   Proxies
	patience  time.Duration
	duration  *prometheus.HistogramVec // nil where nothing is counted
	responses *prometheus.CounterVec   // as duration
	outageLog outageLog
	groups    []*RouteGroup
	routes    *routes

	byToken   *limiter[library.TokenHash] // nil where there is no limit
	byTicket  *limiter[[sha256.Size]byte]
	byAddress *limiter[netip.Prefix]
}

// New makes the handler of a server with these groups, and with health.
//
// Do not put an http.ServeMux before it: that would answer a path with empty segments by a
// redirect, and clients send such paths. Bound the time of slow clients with the
// ReadTimeout and WriteTimeout of the http.Server.
func New(o Options, groups ...RouteGroup) *Front {
	f := &Front{log: o.Logger, outages: o.Outages, page: o.Page, proxies: o.TrustedProxies, patience: o.Patience, routes: newRoutes()}
	if f.log == nil {
		f.log = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	f.byToken = newLimiter[library.TokenHash]("requests", "with this token", o.Rates.Token, tokenBurst, o.Clock)
	f.byTicket = newLimiter[[sha256.Size]byte]("requests", "with this ticket", o.Rates.Token, tokenBurst, o.Clock)
	f.byAddress = newLimiter[netip.Prefix]("address-requests", "without a token from your address", o.Rates.Address, addressBurst, o.Clock)
	if o.Metrics != nil {
		f.duration, f.responses = newDuration(o.Metrics), newResponses(o.Metrics)
	}
	for _, group := range slices.Concat(groups, []RouteGroup{health(o.Ready, o.Warnings)}) {
		if group.Format.Write == nil {
			group.Format.Write = JSON
		}
		f.groups = append(f.groups, &group)
		for _, route := range group.Routes {
			f.routes.add(&group, route)
		}
	}
	f.routes.refuseTheRest()
	return f
}

// ServeHTTP answers a request.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	x := &Exchange{ResponseWriter: w, front: f, client: f.proxies.client(r)}
	x.identify(r)
	r = x.waits(r, f.patience)
	f.answer(x, r)
	x.ended()
	f.observe(x, r, time.Since(start))
	if x.broken {
		panic(http.ErrAbortHandler) // which the server takes for what it is
	}
}

// answer answers a request, also where a handler panics.
func (f *Front) answer(x *Exchange, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			x.fail(r, panicked(p))
		}
	}()
	x.Header().Set("X-Content-Type-Options", "nosniff")
	r, err := cleanPath(r)
	if err != nil {
		x.group = f.groupAt(r.URL.Path)
		x.fail(r, err)
		return
	}
	f.routes.mux.ServeHTTP(x, r)
}
