package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/operator"
	"github.com/lectern-media/lectern/internal/settings"
)

// Node is a running server, one of those on its library.
type Node struct {
	Library *Library
	URL     string // without a slash at the end

	client *http.Client
	log    *logBook
	server *app.App
}

// Works is an option by which a node works in the background, and fetches from servers
// of the test too.
func Works(o *app.Options) { o.Workers, o.Fetch.AllowPrivate = 1, []string{"127.0.0.0/8"} }

// LocalURL is the address that the node listens on; [Node.URL] is the one that it has for its
// clients.
func (n *Node) LocalURL() string { return n.server.LocalURL() }

// Stop stops the node before the test ends.
func (n *Node) Stop(tb testing.TB) {
	tb.Helper()
	if err := n.server.Stop(context.WithoutCancel(tb.Context())); err != nil {
		tb.Error(err)
	}
}

// Jobs lists the jobs of the library, the newest first, also those that are done.
func (n *Node) Jobs(tb testing.TB) []operator.Job {
	tb.Helper()
	console, err := operator.Read(tb.Context(), operator.Options{
		Place: settings.Place{Database: settings.DatabaseURL(n.Library.url)}, Log: settings.DefaultLog(),
	})
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = console.Close() }() // nothing was written
	jobs, err := console.Jobs(tb.Context(), true)
	if err != nil {
		tb.Fatal(err)
	}
	return jobs
}

// Serve starts a server on the library, on a free port, with whatever else the test says
// of its options. It does no work in the background unless they say so, and keeps bytes
// where all nodes of the library do. No client is limited. It stops with the test, which fails if the server
// logged a fault of its own: no request, however odd, is a reason for one.
func (l *Library) Serve(tb testing.TB, options ...func(*app.Options)) *Node {
	tb.Helper()
	book := newLogBook()
	o := app.DefaultOptions().Unlimited()
	o.Place.Data = tb.TempDir()
	o.Place.Database = settings.DatabaseURL(l.url)
	o.Listen.API = "127.0.0.1:0"
	o.Log.Format = "json"
	o.Log.Output = book
	o.Clock = l.Clock.Now
	o.Place.Storage = l.storage
	o.Workers = 0
	for _, set := range options {
		set(&o)
	}
	server, err := app.New(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 8} // of its own, so that no connection outlives the node
	tb.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Stop(context.Background()); err != nil {
			tb.Error(err)
		}
		for _, line := range book.atLevel("ERROR") {
			tb.Errorf("the server logged %v", line)
		}
	})
	if err := server.Start(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	client := &http.Client{Transport: transport, CheckRedirect: noRedirect}
	if err := theContract.learn(client, server.LocalURL()); err != nil {
		tb.Fatal(err)
	}
	return &Node{Library: l, URL: server.PublicURL(), client: client, log: book, server: server}
}

// noRedirect shows a test the redirect instead of what it leads to.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// As is a user of the fixture, with the token that they got with it.
func (n *Node) As(key string) Client { return n.With("Bearer " + n.Library.Token(key)) }

// With is a client that sends this Authorization header.
func (n *Node) With(authorization string) Client {
	return Client{node: n, authorization: authorization}
}

// Nobody asks without a token.
func (n *Node) Nobody() Client { return n.With("") }

// UserPath is the path of a user's page: n.UserPath("bob", "/media") is /users/7/media.
func (l *Library) UserPath(key, page string) string { return UserPath(l.User(key), page) }

// UserPath is the path of a page of the user with an id.
func UserPath(id library.UserID, page string) string { return fmt.Sprintf("/users/%d%s", id, page) }

// logPatience bounds how long a line of the log is waited for. The line comes with the
// request; a server that hangs should fail the test instead of hanging it too.
const logPatience = 30 * time.Second

// WaitForRequest waits until the log has a line about a request with this id, and
// returns its fields.
func (n *Node) WaitForRequest(ctx context.Context, tb testing.TB, id string) map[string]any {
	tb.Helper()
	ctx, cancel := context.WithTimeout(ctx, logPatience)
	defer cancel()
	line, err := n.log.wait(ctx, func(line map[string]any) bool { return line["request_id"] == id })
	if err != nil {
		tb.Fatalf("waiting for the log to tell of the request %s: %v", id, err)
	}
	return line
}

// logBook keeps the lines of a log and tells who waits for one.
type logBook struct {
	mu    sync.Mutex
	lines []map[string]any
	more  chan struct{} // closed, and made again, with each line
}

func newLogBook() *logBook { return &logBook{more: make(chan struct{})} }

// Write takes one line, as slog writes it.
func (b *logBook) Write(text []byte) (int, error) {
	var line map[string]any
	if err := json.Unmarshal(text, &line); err != nil {
		line = map[string]any{"level": "ERROR", "msg": string(text), "error": err.Error()}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
	close(b.more)
	b.more = make(chan struct{})
	return len(text), nil
}

func (b *logBook) atLevel(level string) (found []map[string]any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, line := range b.lines {
		if line["level"] == level {
			found = append(found, line)
		}
	}
	return found
}

func (b *logBook) wait(ctx context.Context, match func(map[string]any) bool) (map[string]any, error) {
	for seen := 0; ; {
		b.mu.Lock()
		lines, more := b.lines[seen:], b.more
		b.mu.Unlock()
		for _, line := range lines {
			if match(line) {
				return line, nil
			}
		}
		seen += len(lines)
		select {
		case <-more:
		case <-ctx.Done():
			return nil, errors.New("no such line")
		}
	}
}
