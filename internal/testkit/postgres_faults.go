package testkit

import (
	"context"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Line is what connections to a PostgreSQL server go through. It can be cut: then those
// that are open end, and new ones end at once.
type Line struct {
	mu               sync.Mutex
	network, address string // of the server
	cut              bool
	open             map[net.Conn]bool // both ends of each connection

	// relay passes on what the ends of one connection say, until either ends.
	relay func(client, server net.Conn)
}

// PostgresByLine is [PostgresURL] by way of a line that can be cut, and the URL without.
func PostgresByLine(tb testing.TB) (byLine, direct string, line *Line) {
	tb.Helper()
	return postgresBy(tb, relayBytes)
}

// postgresBy is [PostgresByLine] with a line that relays in a way of its own.
func postgresBy(tb testing.TB, relay func(client, server net.Conn)) (byLine, direct string, line *Line) {
	tb.Helper()
	direct = PostgresURL(tb)
	config, err := pgconn.ParseConfig(direct)
	if err != nil {
		tb.Fatal(err)
	}
	network, server := pgconn.NetworkAddress(config.Host, config.Port)
	dir, line := newLine(tb, network, server, relay)
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Path: "/" + config.Database,
		RawQuery: url.Values{"host": {dir}, "port": {"5432"}, "sslmode": {"disable"}}.Encode(),
	}
	return address.String(), direct, line
}

// newLine opens a line to a server, and returns the folder of the socket that it begins at.
func newLine(tb testing.TB, network, address string, relay func(client, server net.Conn)) (dir string, line *Line) {
	tb.Helper()
	line = &Line{network: network, address: address, open: map[net.Conn]bool{}, relay: relay}
	dir = tb.TempDir()
	listener, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		tb.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { line.serve(listener) })
	tb.Cleanup(func() {
		_ = listener.Close()
		line.Cut()
		serving.Wait()
	})
	return dir, line
}

// Redirect has connections to come go to another server.
func (l *Line) Redirect(network, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.network, l.address = network, address
}

// Cut ends all connections, and those to come.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = true
	for conn := range l.open {
		_ = conn.Close()
	}
}

// Mend lets connections through again.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = false
}

// serve passes on what comes until the listener ends, and then what is still open.
func (l *Line) serve(listener net.Listener) {
	var passing sync.WaitGroup
	defer passing.Wait()
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		passing.Go(func() { l.pass(client) })
	}
}

func (l *Line) pass(client net.Conn) {
	defer func() { _ = client.Close() }()
	l.mu.Lock()
	network, address := l.network, l.address
	l.mu.Unlock()
	server, err := (&net.Dialer{}).DialContext(context.Background(), network, address)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	if !l.hold(client, server) {
		return
	}
	defer l.release(client, server)
	l.relay(client, server)
}

// relayBytes passes on what the ends of a connection say, whatever it is.
func relayBytes(client, server net.Conn) {
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(client, server)
		_ = client.Close() // which ends the other direction
	})
	_, _ = io.Copy(server, client)
	_ = server.Close()
	back.Wait()
}

// hold notes the ends of a connection, unless the line is cut.
func (l *Line) hold(ends ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cut {
		return false
	}
	for _, end := range ends {
		l.open[end] = true
	}
	return true
}

func (l *Line) release(ends ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, end := range ends {
		delete(l.open, end)
	}
}
