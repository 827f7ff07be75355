package front

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Each route reads as much as it says and no more, told in advance or not.
func TestBody_HasALimit(t *testing.T) {
	t.Parallel()
	read := func(x *Exchange, r *http.Request) error {
		data, err := x.ReadBody(r)
		if err != nil {
			return err
		}
		x.Answer(http.StatusOK, TextType, data)
		return nil
	}
	f := New(Options{Logger: slog.New(slog.DiscardHandler)}, RouteGroup{Routes: []Route{
		{Pattern: "POST /usual", Handle: read}, {Pattern: "POST /large", Handle: read, Body: 2 * MaxBody},
	}})
	for path, limit := range map[string]int{"/usual": MaxBody, "/large": 2 * MaxBody} {
		for size, status := range map[int]int{0: 200, limit: 200, limit + 1: 413} {
			for _, announced := range []bool{true, false} {
				var body io.Reader = strings.NewReader(strings.Repeat("x", size))
				if !announced {
					body = struct{ io.Reader }{body}
				}
				w := httptest.NewRecorder()
				f.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, body))
				if w.Code != status || status == 200 && w.Body.Len() != size {
					t.Errorf("%d bytes for %s, announced: %t: %d %.100s", size, path, announced, w.Code, w.Body)
				}
			}
		}
	}
}

// A body that ends early, or comes too slowly, is the client's failure.
func TestBody_ThatDoesNotCome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		send    func(conn *net.TCPConn) error
		timeout time.Duration
		status  string
	}{
		"cut off": {func(conn *net.TCPConn) error { return conn.CloseWrite() }, time.Minute, "400 Bad Request"},
		"slow":    {func(*net.TCPConn) error { return nil }, 50 * time.Millisecond, "408 Request Timeout"},
	} {
		f := New(Options{Logger: slog.New(slog.DiscardHandler)}, RouteGroup{Routes: []Route{
			{Pattern: "POST /", Handle: func(x *Exchange, r *http.Request) error { _, err := x.ReadBody(r); return err }},
		}})
		server := httptest.NewUnstartedServer(f)
		server.Config.ReadTimeout = c.timeout
		server.Start()
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
		if err != nil {
			t.Fatal(err)
		}
		if tcp, is := conn.(*net.TCPConn); !is || c.send(tcp) != nil {
			t.Fatalf("the connection is a %T", conn)
		}
		answer, _ := io.ReadAll(conn) // until the server ends it
		if !strings.HasPrefix(string(answer), "HTTP/1.1 "+c.status) {
			t.Errorf("%s: %.200s", name, answer)
		}
		_ = conn.Close()
		server.Close()
	}
}

// A client that is still sending when it is rejected reads why, and then the end of the
// connection, not a reset: a reset takes away what was not read yet.
func TestBody_IsAnsweredBeforeItsEnd(t *testing.T) {
	t.Parallel()
	reject := func(*Exchange, *http.Request) error { return Malformed("not this", nil) }
	closing := func(x *Exchange, _ *http.Request) error {
		x.Header().Set("Connection", "close") // as an upload does
		return Malformed("not this", nil)
	}
	read := func(x *Exchange, r *http.Request) error { _, err := x.ReadBody(r); return err }
	server := httptest.NewServer(New(Options{Logger: slog.New(slog.DiscardHandler)}, RouteGroup{Routes: []Route{
		{Pattern: "POST /rejected", Handle: reject}, {Pattern: "POST /closing", Handle: closing}, {Pattern: "POST /read", Handle: read},
	}}))
	t.Cleanup(server.Close)
	for name, c := range map[string]struct{ head, status string }{
		"rejected":        {"POST /rejected HTTP/1.1\r\nContent-Length: 100000000", "400 Bad Request"},
		"rejected path":   {"POST //rejected HTTP/1.1\r\nContent-Length: 100000000", "400 Bad Request"},
		"closing":         {"POST /closing HTTP/1.1\r\nContent-Length: 100000000", "400 Bad Request"},
		"closing chunks":  {"POST /closing HTTP/1.1\r\nTransfer-Encoding: chunked", "400 Bad Request"},
		"rejected chunks": {"POST /rejected HTTP/1.1\r\nTransfer-Encoding: chunked", "400 Bad Request"},
		"announced":       {"POST /read HTTP/1.1\r\nContent-Length: 100000000", "413 Request Entity Too Large"},
		"too many chunks": {"POST /read HTTP/1.1\r\nTransfer-Encoding: chunked", "413 Request Entity Too Large"},
		"no such path":    {"POST /nowhere HTTP/1.1\r\nContent-Length: 100000000", "404 Not Found"},
		"wrong method":    {"PUT /rejected HTTP/1.1\r\nContent-Length: 100000000", "405 Method Not Allowed"},
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		// Chunks of 64 kB, which are as good as any other bytes where the length was said.
		chunk := "10000\r\n" + strings.Repeat("x", 0x10000) + "\r\n"
		if _, err := io.WriteString(conn, c.head+"\r\nHost: localhost\r\n\r\n"+strings.Repeat(chunk, 24)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		answer, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 "+c.status) {
			t.Errorf("%s: answered %.100q (%v), want %s and the end", name, answer, err, c.status)
		}
	}
}
