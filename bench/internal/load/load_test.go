package load

import (
	"bufio"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestConn_ReadsWhatServersSend(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /short", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("short"))
	})
	mux.HandleFunc("GET /chunked", func(w http.ResponseWriter, _ *http.Request) {
		for range 3 { // more than net/http buffers, so that it sends chunks
			_, _ = w.Write([]byte(strings.Repeat("x", 40_000)))
		}
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
		_, _ = io.WriteString(w, r.Header.Get("Authorization"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	c, err := Dial(t.Context(), server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()

	// One connection for all, twice: an answer read too short or too far spoils the next.
	for range 2 {
		for _, ask := range []struct {
			request []byte
			want    string
		}{
			{AppendGet(nil, "/short", ""), "short"},
			{AppendGet(nil, "/chunked", ""), strings.Repeat("x", 120_000)},
			{AppendPost(nil, "/echo", "secret", []byte(`{}`)), `{}Bearer secret`},
		} {
			body, err := c.Fetch(ask.request)
			if err != nil || string(body) != ask.want {
				t.Fatalf("%q: got %.20q, %v", firstLine(ask.request), body, err)
			}
			if err := c.Do(ask.request); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Do(AppendGet(nil, "/missing", "")); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("an answer of 404 gave the error %v", err)
	}
}

func TestConn_RefusesWhatIsNoHTTP(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{
		"",
		"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
		"SSH-2.0\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
	} {
		mine, theirs := net.Pipe()
		go func() {
			_, _ = bufio.NewReader(theirs).ReadString('\n')
			_, _ = theirs.Write([]byte(answer))
			_ = theirs.Close()
		}()
		c := &Conn{net: mine, reader: bufio.NewReader(mine)}
		if err := c.Do([]byte("GET / HTTP/1.1\n")); err == nil {
			t.Errorf("%q was taken for an answer", answer)
		}
	}
}

func TestRun_AsksUntilTheScriptEnds(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served.Add(1) }))
	defer server.Close()

	var left atomic.Int64
	left.Store(100)
	slice, err := Run(t.Context(), Load{
		Addr: server.Listener.Addr().String(), Connections: 8,
		Script: func(_ *rand.Rand, buf []byte) ([]byte, bool) {
			return AppendGet(buf, "/", ""), left.Add(-1) >= 0
		},
	})
	if err != nil || slice.Requests != 100 || served.Load() != 100 {
		t.Errorf("asked %d times, served %d, want 100: %v", slice.Requests, served.Load(), err)
	}
}

func TestSlice_Percentile(t *testing.T) {
	t.Parallel()
	s := Slice{Requests: 200, Took: time.Second / 2}
	for i := range 200 {
		s.Latencies = append(s.Latencies, time.Duration(i+1))
	}
	if s.PerSecond() != 400 || s.Percentile(50) != 100 || s.Percentile(99) != 198 || s.Percentile(100) != 200 {
		t.Errorf("got %v/s, p50 %d, p99 %d, p100 %d",
			s.PerSecond(), s.Percentile(50), s.Percentile(99), s.Percentile(100))
	}
}
