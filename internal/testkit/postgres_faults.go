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
// that are open end, and new ones end as soon as they are made.
type Line struct {
	network, address string // of the server

	mu   sync.Mutex
	cut  bool
	open map[net.Conn]bool // both ends of each connection
}

// PostgresByLine is [PostgresURL] by way of a line that can be cut, and the URL without.
func PostgresByLine(tb testing.TB) (byLine, direct string, line *Line) {
	tb.Helper()
	direct = PostgresURL(tb)
	config, err := pgconn.ParseConfig(direct)
	if err != nil {
		tb.Fatal(err)
	}
	line = &Line{open: map[net.Conn]bool{}}
	line.network, line.address = pgconn.NetworkAddress(config.Host, config.Port)

	dir := tb.TempDir()
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
	address := url.URL{
		Scheme: "postgres", User: url.UserPassword(config.User, config.Password), Path: "/" + config.Database,
		RawQuery: url.Values{"host": {dir}, "port": {"5432"}, "sslmode": {"disable"}}.Encode(),
	}
	return address.String(), direct, line
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
	server, err := (&net.Dialer{}).DialContext(context.Background(), l.network, l.address)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	if !l.hold(client, server) {
		return
	}
	defer l.release(client, server)
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
