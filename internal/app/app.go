package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/studioapi"
)

// App is a server over one library. It goes from New by Start to Stop, once; a
// stopped one cannot be started again.
type App struct {
	given   given
	log     *slog.Logger
	store   *store.Store
	library *library.Library
	blobs   blob.Store
	clock   library.Clock
	metrics *prometheus.Registry
	sweeper *holdings.Sweeper // nil where this node only serves
	sweeps  *sweepMetrics     // as sweeper
	streams atomic.Int64      // streams of events that are open
	failed  chan error

	// front is the handler of everything, where a test has put its own. Otherwise Start
	// makes it, for it needs the real port.
	front http.Handler

	// works says whether this node works on jobs, once it has started.
	works bool

	// stopping is closed when the server is about to stop.
	stopping chan struct{}

	// ready is what /readyz says while the database answers.
	ready atomic.Bool

	// mu guards the rest, and makes a Stop wait for a Start that is under way, and
	// for another Stop.
	mu       sync.Mutex
	state    state
	cleanups cleanups
	stopErr  error

	// The real addresses, set by Start and not changed after.
	addr, metricsAddr net.Addr
}

// state is where an App is in its life.
type state int

const (
	stateNew state = iota
	stateRunning
	stateStopped
)

// New opens the library that the options name. What it opened is closed by Stop, also
// when Start is never called.
func New(ctx context.Context, o Options) (*App, error) {
	is, err := o.give()
	if err != nil {
		return nil, err
	}
	a := &App{
		given: is, log: is.log, metrics: newMetrics(), cleanups: cleanups{log: is.log},
		failed: make(chan error, 1), stopping: make(chan struct{}), clock: o.Clock,
	}
	if a.clock == nil {
		a.clock = time.Now
	}
	a.store, err = store.Open(ctx, is.store)
	if err != nil {
		return nil, err
	}
	a.cleanups.add("database", func(context.Context) error { return a.store.Close() })
	if err := a.store.WarnOfRisks(ctx, is.log); err != nil {
		return nil, errors.Join(err, a.stop(ctx))
	}
	a.library = library.New(a.store, o.Clock).With(is.rules).WithRoom(is.room.check)
	if a.blobs, err = holdings.OpenAt(ctx, is.storage, a.library, holdings.Open); err != nil {
		return nil, errors.Join(err, a.stop(ctx))
	}
	if o.WrapStorage != nil {
		a.blobs = o.WrapStorage(a.blobs)
	}
	return a, nil
}

// Library is the library of the server, also before it starts.
func (a *App) Library() *library.Library { return a.library }

// Analyze has the database count its rows, as after every load of much at once: without
// that, its plans are bad.
func (a *App) Analyze(ctx context.Context) error { return a.store.Analyze(ctx) }

// Start begins to answer requests and returns. What it started before it failed is
// stopped again.
//
// It is one straight list on purpose: each part is followed by what ends it, and the
// order of the file is the order of starting, and backwards of stopping.
func (a *App) Start(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state != stateNew {
		return errors.New("the server has been started or stopped before")
	}
	a.state = stateRunning

	if a.given.listen.Metrics != "" {
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{Registry: a.metrics}))
		addr, err := a.serve(ctx, "metrics", a.given.listen.Metrics, func(net.Addr) (http.Handler, error) { return mux, nil })
		if err != nil {
			return a.giveUp(ctx, err)
		}
		a.metricsAddr = addr
		a.log.Info("serving metrics", "address", addr.String())
	}

	if err := a.startWork(ctx); err != nil {
		return a.giveUp(ctx, err)
	}

	a.ready.Store(true) // from the first request on
	addr, err := a.serve(ctx, "API", a.given.listen.API, a.handler)
	if err != nil {
		return a.giveUp(ctx, err)
	}
	a.addr = addr
	a.cleanups.add("watching the database", a.watchDatabase(ctx))
	a.cleanups.add("readiness", a.unready) // the first to end: before anything is drained
	a.log.Info("serving the API", "address", addr.String(), "public_url", a.PublicURL(), "database", settings.DatabaseURL(a.given.store.URL))
	a.warnOfPublicURL()
	return nil
}

// warnOfPublicURL warns where others reach the server by an address that it cannot know: those
// in its answers, of recordings and uploads, then lead nowhere for them.
func (a *App) warnOfPublicURL() {
	tcp, ok := a.addr.(*net.TCPAddr)
	if a.given.listen.PublicURL == "" && ok && !tcp.IP.IsLoopback() {
		a.log.Warn("other machines may not reach the addresses in answers; set --public-url to the address that people use",
			"addresses_begin_with", a.PublicURL())
	}
}

// watchDatabase stops the server when the files of the database are replaced under it.
func (a *App) watchDatabase(ctx context.Context) (end func(context.Context) error) {
	ctx = context.WithoutCancel(ctx) // it belongs to the server, not to the caller of Start
	ended, done := make(chan struct{}), make(chan struct{})
	go func() { // ends with the server
		defer close(done)
		select {
		case <-a.store.Replaced():
			err := a.store.Ping(ctx)
			a.log.Error("the server stops", "error", err)
			a.fail(err)
		case <-ended:
		}
	}()
	return func(context.Context) error {
		close(ended)
		<-done
		return nil
	}
}

// giveUp ends what a failing Start has begun.
func (a *App) giveUp(ctx context.Context, err error) error {
	return errors.Join(err, a.stop(ctx))
}

// Addr is the address that the API listens on, nil before Start. Where the options
// ask for port 0 it has the real one.
func (a *App) Addr() net.Addr { return a.addr }

// MetricsAddr is the address that the metrics are served on, nil where they are not.
func (a *App) MetricsAddr() net.Addr { return a.metricsAddr }

// LocalURL is how this machine reaches the server, whatever the public URL.
func (a *App) LocalURL() string { return publicURL("", a.addr) }

// PublicURL is how clients reach the API, without a slash at the end.
func (a *App) PublicURL() string { return publicURL(a.given.listen.PublicURL, a.addr) }

// APIURL is what the paths of the contract begin with, by the public URL.
func (a *App) APIURL() string { return a.PublicURL() + studioapi.BasePath }

// Works says whether this server works on uploads, once it has started. Else they wait.
func (a *App) Works() bool { return a.works }

// Wait runs a started server until ctx ends, or until it cannot continue because a listener is
// broken or the database's files were replaced; and stops it.
func (a *App) Wait(ctx context.Context) error {
	var failure error
	select {
	case <-ctx.Done():
		a.log.Info("stopping")
	case failure = <-a.failed:
	}
	ctx = context.WithoutCancel(ctx)
	if _, lost := errors.AsType[*store.ReplacedError](failure); lost {
		// Whatever still runs wants to write to the database, and tries again and again.
		short, cancel := context.WithTimeout(ctx, lostTimeout)
		defer cancel()
		ctx = short
	}
	return errors.Join(failure, a.Stop(ctx))
}

// lostTimeout is how long stopping may take once the database is lost.
const lostTimeout = 2 * time.Second

// Stop says at /readyz that the server will stop, lets running requests end, cuts
// off what still runs when ctx or StopTimeout ends, and closes the library. Stopping
// twice is harmless and gives the same error.
func (a *App) Stop(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state != stateStopped {
		a.stopErr = a.stop(ctx)
	}
	return a.stopErr
}

func (a *App) stop(ctx context.Context) error {
	a.state = stateStopped
	ctx, cancel := context.WithTimeout(ctx, a.given.stop.Timeout)
	defer cancel()
	return a.cleanups.run(ctx)
}

// unready has /readyz say 503, and waits for those who ask it to see that.
func (a *App) unready(ctx context.Context) error {
	a.ready.Store(false)
	close(a.stopping)
	if a.given.stop.DrainDelay == 0 {
		return nil
	}
	select {
	case <-time.After(a.given.stop.DrainDelay):
	case <-ctx.Done():
	}
	return nil
}

// errStopped is the cause by which requests end that outlive the time for stopping.
var errStopped = errors.New("the server stops")

// serve listens on an address and answers there with the handler made for it.
func (a *App) serve(
	ctx context.Context, name, address string, handler func(net.Addr) (http.Handler, error),
) (net.Addr, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, cannotListen(address, err)
	}
	answers, err := handler(listener.Addr())
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	// Requests belong to the server, not to the caller of Start.
	base, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	server := a.given.server()
	server.Handler = answers
	server.BaseContext = func(net.Listener) context.Context { return base }
	server.ErrorLog = slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)
	served := make(chan struct{})
	go func() { // ends with Shutdown or Close, which the cleanup calls
		defer close(served)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.fail(fmt.Errorf("the %s server ended: %w", name, err))
		}
	}()
	a.cleanups.add(name+" server", func(ctx context.Context) error {
		defer cut(errStopped)
		err := server.Shutdown(ctx)
		if err != nil {
			cut(errStopped)
			err = errors.Join(fmt.Errorf("requests were cut off: %w", err), server.Close())
		}
		<-served
		return err
	})
	return listener.Addr(), nil
}

// fail tells of the first failure; one is enough to stop.
func (a *App) fail(err error) {
	select {
	case a.failed <- err:
	default:
	}
}

// cannotListen says in one sentence why an address cannot be had.
func cannotListen(address string, err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("cannot listen on %s: another program uses this port already", address)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("cannot listen on %s: this port needs more rights than this user has", address)
	}
	return fmt.Errorf("cannot listen on %s: %w", address, err)
}

// handler answers at the address.
func (a *App) handler(addr net.Addr) (http.Handler, error) {
	if a.front != nil {
		return a.front, nil
	}
	known := publicURL(a.given.listen.PublicURL, addr)
	files, err := a.newFileGroups(context.Background(), known)
	if err != nil {
		return nil, err
	}
	groups := append(files.routeGroups(), studioapi.RouteGroups(a.library, studioapi.Options{
		PublicURL: known, Addresses: files.addresses, Stopping: a.stopping, Streams: a.given.streams, OpenStreams: &a.streams,
	})...)
	proxies, err := front.ParseProxies(a.given.listen.TrustedProxies)
	if err != nil {
		return nil, err
	}
	return front.New(front.Options{
		Logger: a.log, Metrics: a.metrics, Outages: outage, Ready: a.readiness, Warnings: a.given.room.warnings, Page: files.pages.WriteFailure,
		TrustedProxies: proxies, Rates: a.given.rates, Patience: a.given.patience, Clock: a.clock,
	}, groups...), nil
}

// publicURL is what the operator says, or else how this machine reaches the address.
func publicURL(said string, addr net.Addr) string {
	if said != "" {
		return strings.TrimRight(said, "/")
	}
	tcp, ok := addr.(*net.TCPAddr)
	if !ok {
		return ""
	}
	host := tcp.IP.String()
	if len(tcp.IP) == 0 || tcp.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(tcp.Port))
}
