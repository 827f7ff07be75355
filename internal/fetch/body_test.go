package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/fetch"
)

// short is an idle limit that a test can wait for.
const short = 100 * time.Millisecond

// cutAfter serves a file with a tag and ranges, and cuts each connection after n bytes.
func cutAfter(t *testing.T, data []byte, tag string, n int) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "video/mp4")
		w.Header().Set("ETag", tag)
		http.ServeContent(&cutting{ResponseWriter: w, left: n}, r, "", time.Time{}, bytes.NewReader(data))
	}
}

// cutting gives up the connection after some bytes.
type cutting struct {
	http.ResponseWriter
	left int
}

func (c *cutting) Write(p []byte) (int, error) {
	if len(p) <= c.left {
		c.left -= len(p)
		return c.ResponseWriter.Write(p)
	}
	_, _ = c.ResponseWriter.Write(p[:c.left])
	_ = http.NewResponseController(c.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}

func TestGet_StreamsAFile(t *testing.T) {
	t.Parallel()
	data := film(3_000_000)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		w.Header().Set("Content-Disposition", `attachment; filename="x.mp4"; filename*=UTF-8''Optik%20%E2%80%93%201.mp4`)
		answer("Video/MP4; codecs=avc1", data)(w, r)
	})
	body, err := newClient(t, fetch.Options{}).Get(t.Context(), " "+s.URL+"/download?id=1\n")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if want := (fetch.Info{Size: 3_000_000, MIMEType: "video/mp4", FileName: "Optik – 1.mp4", Host: "127.0.0.1"}); body.Info != want {
		t.Errorf("the file is %+v, want %+v", body.Info, want)
	}
	half, err := io.ReadAll(io.LimitReader(body, 1_500_000))
	if err != nil || body.Received() < 1_500_000 {
		t.Errorf("received %d, %v", body.Received(), err)
	}
	rest, err := io.ReadAll(body)
	if err != nil || !bytes.Equal(append(half, rest...), data) || body.Received() != 3_000_000 {
		t.Errorf("read %d and %d bytes, received %d, %v", len(half), len(rest), body.Received(), err)
	}
}

func TestGet_ExplainsStatuses(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{})
	for code, words := range map[int]string{
		404: "nothing at this address (404)", 410: "any more (410)", 401: "public (401)", 402: "(402)", 403: "public (403)",
		407: "(407)", 204: "(204)", 206: "(206)", 300: "(300)", 304: "(304)", 400: "(400)", 451: "(451)",
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		refused(t, c, s.URL, words)
	}
	for _, code := range []int{408, 425, 429, 500, 502, 503, 504} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(code)
		})
		_, err := download(t, c, s.URL)
		wantError(t, err, true, fmt.Sprintf("at the moment (%d)", code))
		var e *fetch.Error
		if errors.As(err, &e) && e.RetryAfter != 2*time.Minute {
			t.Errorf("%d wants to be left alone for %v", code, e.RetryAfter)
		}
	}
}

func TestGet_RefusesAPage(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{})
	page := []byte("<!DOCTYPE html><title>Sign in</title>")
	for name, handler := range map[string]http.HandlerFunc{
		"a page":                  answer("text/html; charset=utf-8", page),
		"XHTML":                   answer("application/xhtml+xml", []byte("<?xml version='1.0'?><html/>")),
		"a page that says it not": answer("video/mp4", page),
		"a page that says little": answer("application/octet-stream", page),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c, serve(t, handler).URL, "web page")
		})
	}
	refused(t, c, serve(t, answer("video/mp4", nil)).URL, "empty")
	// A film with the type of a page is a film of a careless server.
	body, err := c.Get(t.Context(), serve(t, answer("text/html", film(2000))).URL)
	if err != nil || body.MIMEType != "video/mp4" {
		t.Fatalf("a film as text/html: %+v, %v", body, err)
	}
	_ = body.Close()
}

func TestGet_NeverDecompresses(t *testing.T) {
	t.Parallel()
	bomb := append([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}, bytes.Repeat([]byte{0}, 5000)...)
	c := newClient(t, fetch.Options{})
	for _, coding := range []string{"gzip", "br", "gzip, identity", "GZIP"} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", coding)
			answer("video/mp4", bomb)(w, r)
		})
		refused(t, c, s.URL, "compressed")
	}
	got, err := download(t, c, serve(t, answer("application/gzip", bomb)).URL)
	if err != nil || !bytes.Equal(got, bomb) {
		t.Errorf("a gzip file came as %d bytes, want %d: %v", len(got), len(bomb), err)
	}
}

func TestGet_StopsAtTheLimit(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{MaxBytes: 1_000_000})
	var sent atomic.Int64
	stopped := make(chan struct{})
	endless := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		defer close(stopped)
		for {
			n, err := w.Write(film(10_000))
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	got, err := download(t, c, endless.URL)
	wantError(t, err, false, "larger than 1 MB")
	if len(got) != 1_000_000 {
		t.Errorf("read %d bytes", len(got))
	}
	<-stopped
	said := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000001")
		answer("video/mp4", film(2000))(w, r)
	})
	body, err := c.Get(t.Context(), said.URL)
	wantError(t, err, false, "larger than 1 MB")
	if body != nil {
		t.Error("what is too large by its own word was begun")
	}
	for n, fits := range map[int]bool{1_000_000: true, 1_000_001: false} {
		got, err := download(t, c, serve(t, func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).Flush() // chunked: no length
			answer("video/mp4", film(n))(w, r)
		}).URL)
		if fits != (err == nil) || fits && len(got) != n {
			t.Errorf("%d bytes: read %d, %v", n, len(got), err)
		}
	}
	closer := newClient(t, fetch.Options{}).Within(2500, 0)
	refused(t, closer, serve(t, answer("image/jpeg", film(2501))).URL, "larger than 2.5 kB")
}

// raw is a server below HTTP: it reads a request's head and says what it likes.
func raw(t *testing.T, say func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = conn.Read(make([]byte, 4096))
				say(conn)
			}()
		}
	}()
	return "http://" + l.Addr().String() + "/x.mp4"
}

// drip writes p again and again, slowly, until the other side goes.
func drip(conn net.Conn, p string) {
	tick := time.NewTicker(short / 20)
	defer tick.Stop()
	for range tick.C {
		if _, err := io.WriteString(conn, p); err != nil {
			return
		}
	}
}

// silence waits until the other side goes.
func silence(conn net.Conn) { _, _ = conn.Read(make([]byte, 1)) }

const ok = "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n"

func TestGet_WaitsNoLongerThanTheIdleLimit(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{IdleLimit: short})
	for name, say := range map[string]func(net.Conn){
		"no answer":         silence,
		"half a head":       func(conn net.Conn) { _, _ = io.WriteString(conn, ok); silence(conn) },
		"a head by letters": func(conn net.Conn) { _, _ = io.WriteString(conn, ok); drip(conn, "X: y\r\n") },
		"early hints":       func(conn net.Conn) { drip(conn, "HTTP/1.1 103 Early Hints\r\n\r\n") },
		"no first byte":     func(conn net.Conn) { _, _ = io.WriteString(conn, ok+"Content-Length: 9000\r\n\r\n"); silence(conn) },
		"no more bytes": func(conn net.Conn) {
			_, _ = io.WriteString(conn, ok+"Content-Length: 9000\r\n\r\n"+string(film(2000)))
			silence(conn)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interrupted(t, c, raw(t, say), "did not answer in time")
		})
	}
}

func TestGet_EndsAtTheTimeLimit(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{IdleLimit: time.Minute, TimeLimit: 3 * short})
	refused(t, c, raw(t, dripping("")), "took longer than 300ms")
}

// dripping begins a film and sends the rest of it a few bytes at a time.
func dripping(head string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = io.WriteString(conn, ok+head+"\r\n"+string(film(600)))
		drip(conn, "do re mi ")
	}
}

func TestGet_LeavesASlowServer(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{IdleLimit: time.Second})
	const slow = "The server sends the file too slowly, with less than 4 kB a second."
	refused(t, c, raw(t, dripping("")), slow)
	refused(t, c, raw(t, dripping("ETag: \"v1\"\r\nContent-Length: 9000000\r\n")), slow) // it is not asked for the rest
}

func TestGet_DoesNotCountTimeWithoutAReader(t *testing.T) {
	t.Parallel()
	data := film(5000)
	rested := make(chan struct{})
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		_, _ = w.Write(data[:2000])
		_ = http.NewResponseController(w).Flush()
		<-rested
		_, _ = w.Write(data[2000:])
	})
	const idle = time.Second // enough for an answer on a busy machine
	body, err := newClient(t, fetch.Options{IdleLimit: idle}).Get(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	<-time.After(idle + short) // the time itself is what this is about
	close(rested)
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, data) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
}

func TestGet_DetectsAFileThatWasCut(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{})
	for name, head := range map[string]string{
		"shorter than it says":  "Content-Length: 9000\r\n\r\n",
		"a chunk cut off":       "Transfer-Encoding: chunked\r\n\r\n2328\r\n",
		"no last chunk":         "Transfer-Encoding: chunked\r\n\r\n7d0\r\n",
		"a length, and no body": "Content-Length: 9000\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := string(film(2000))
			if strings.Contains(name, "no body") {
				sent = ""
			}
			interrupted(t, c, raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, ok+head+sent) }), "closed the connection")
		})
	}
	long := raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, ok+"Content-Length: 1500\r\n\r\n"+string(film(2000))) })
	if got, err := download(t, c, long); err != nil || !bytes.Equal(got, film(2000)[:1500]) {
		t.Errorf("of a file longer than it says came %d bytes, %v", len(got), err)
	}
	unsaid := raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, "HTTP/1.0 200 OK\r\n\r\n"+string(film(2000))) })
	if got, err := download(t, c, unsaid); err != nil || len(got) != 2000 {
		t.Errorf("of a file without a length came %d bytes, %v", len(got), err)
	}
	for name, head := range map[string]string{
		"no HTTP":         "SSH-2.0-OpenSSH_9.2\r\n",
		"two lengths":     ok + "Content-Length: 10\r\nContent-Length: 11\r\n\r\n",
		"a length below":  ok + "Content-Length: -10\r\n\r\n",
		"an endless head": ok + "X: " + strings.Repeat("y", 100_000) + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			interrupted(t, c, raw(t, func(conn net.Conn) { _, _ = io.WriteString(conn, head) }), "connection to the server failed")
		})
	}
}

func TestGet_ResumesWhatWasCut(t *testing.T) {
	t.Parallel()
	data := film(1_000_000)
	c := newClient(t, fetch.Options{})
	s := serve(t, cutAfter(t, data, `"v1"`, 150_000))
	got, err := download(t, c, s.URL)
	if err != nil || !bytes.Equal(got, data) {
		t.Errorf("read %d bytes of %d, %v", len(got), len(data), err)
	}
	interrupted(t, c, serve(t, cutAfter(t, data, `W/"v1"`, 150_000)).URL, "closed the connection") // weak: may be other bytes
	interrupted(t, c, serve(t, cutAfter(t, data, `"v1"`, 30_000)).URL, "closed the connection")    // too often

	var asked atomic.Int64
	changing := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cutAfter(t, data, fmt.Sprintf(`"v%d"`, asked.Add(1)), 150_000)(w, r)
	})
	got, err = download(t, c, changing.URL)
	wantError(t, err, true, "closed the connection")
	if len(got) != 150_000 || asked.Load() != 2 {
		t.Errorf("of a file that changed, %d bytes came in %d answers", len(got), asked.Load())
	}
}

func TestGet_AcceptsOnlyTheRangeThatItAskedFor(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{})
	for name, header := range map[string][2]string{
		"another place":  {"Content-Range", "bytes 10-8999/9000"},
		"not to the end": {"Content-Range", "bytes 2000-3999/9000"},
		"another size":   {"Content-Range", "bytes 2000-9999/10000"},
		"no size":        {"Content-Range", "bytes 2000-8999/*"},
		"nothing said":   {"Content-Range", ""},
		"another file":   {"ETag", `"v2"`},
		"compressed":     {"Content-Encoding", "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"v1"`)
				if r.Header.Get("Range") == "" {
					w.Header().Set("Content-Length", "9000")
					answer("video/mp4", film(2000))(w, r)
					return
				}
				w.Header().Set("Content-Range", "bytes 2000-8999/9000")
				w.Header().Set(header[0], header[1])
				w.WriteHeader(http.StatusPartialContent)
				_, _ = w.Write(make([]byte, 7000))
			})
			got, err := download(t, c, s.URL)
			wantError(t, err, true, "closed the connection")
			if len(got) != 2000 {
				t.Errorf("read %d bytes", len(got))
			}
		})
	}
}

// cutOnce cuts a file of 9000 bytes after 2000 and answers no matter who asks for the rest.
func cutOnce(t *testing.T, tag string, asked *atomic.Int64, rest http.HandlerFunc) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", tag)
		if asked.Add(1) == 1 {
			w.Header().Set("Content-Length", "9000")
			answer("video/mp4", film(2000))(w, r)
			return
		}
		if got := r.Header.Get("Range") + " " + r.Header.Get("If-Range"); got != "bytes=2000- "+tag && asked.Load() == 2 {
			t.Errorf("asked for the rest is with %q", got)
		}
		w.Header().Set("Content-Range", "bytes 2000-8999/9000")
		w.WriteHeader(http.StatusPartialContent)
		_ = http.NewResponseController(w).Flush() // chunked: no length
		rest(w, r)
	}).URL
}

func TestGet_ResumesOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{})
	for name, at := range map[string]struct {
		tag   string
		rest  int
		asked int64
		words string // "": all is well
	}{
		"the rest":        {`"v1"`, 7000, 2, ""},
		"nothing again":   {`"v1"`, 0, 2, "closed the connection"},
		"less than said":  {`"v1"`, 6999, 3, "closed the connection"},
		"a weak tag":      {`W/"v1"`, 7000, 1, "closed the connection"},
		"an unquoted tag": {`v1`, 7000, 1, "closed the connection"},
		"no tag":          {"", 7000, 1, "closed the connection"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked, rests atomic.Int64
			got, err := download(t, c, cutOnce(t, at.tag, &asked, func(w http.ResponseWriter, _ *http.Request) {
				if rests.Add(1) == 1 {
					_, _ = w.Write(make([]byte, at.rest))
				}
			}))
			if at.words != "" {
				wantError(t, err, true, at.words)
			} else if err != nil || len(got) != 9000 {
				t.Errorf("read %d bytes, %v", len(got), err)
			}
			if asked.Load() != at.asked {
				t.Errorf("the server was asked %d times, want %d", asked.Load(), at.asked)
			}
		})
	}
}

func TestGet_KeepsTheAddressOutOfTheLog(t *testing.T) {
	t.Parallel()
	_, names := newNames(t, nil)
	c := newClient(t, fetch.Options{Resolver: names})
	hangUp := raw(t, func(net.Conn) {})
	for _, address := range []string{hangUp + "?signature=secret", "http://does-not-exist.invalid/secret", "http://[::1]:8080/secret"} {
		if _, err := download(t, c, address); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s fails with %v", address, err)
		}
	}
}

func TestGet_EndsWithItsCaller(t *testing.T) {
	t.Parallel()
	left := make(chan struct{}, 2)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(film(2000))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		left <- struct{}{}
	})
	c := newClient(t, fetch.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	body, err := c.Get(ctx, s.URL)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = io.ReadAll(body)
	var e *fetch.Error
	if !errors.Is(err, context.Canceled) || errors.As(err, &e) {
		t.Errorf("once its caller has gone, reading fails with %v", err)
	}
	if _, err := c.Get(ctx, s.URL); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who has gone gets %v", err)
	}
	<-left

	body, err = c.Get(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = body.Close(), body.Close()
	<-left // the server sees that nobody listens
	if n, err := io.ReadAll(body); err == nil {
		t.Errorf("after the close %d bytes are read", n)
	}
}
