package fetch_test

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/lectern-media/lectern/internal/fetch"
)

// Servers are on loopback, which is trusted as an operator would trust a school's
// network. Where a test is about the difference, 127.0.0.2 is trusted and plays the
// public address, and 127.0.0.1 the one inside.
const loopback = "127.0.0.0/8"

func newClient(t *testing.T, o fetch.Options) *fetch.Client {
	t.Helper()
	if o.AllowPrivate == nil {
		o.AllowPrivate = []string{loopback}
	}
	o.MaxBytes = cmp.Or(o.MaxBytes, 10<<30)
	c, err := fetch.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serve(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// serveAt serves on the same port of each address.
func serveAt(t *testing.T, handlers map[string]http.HandlerFunc) (port string) {
	t.Helper()
	for range 20 {
		var listeners []net.Listener
		port = "0"
		for ip := range handlers {
			l, err := net.Listen("tcp", net.JoinHostPort(ip, port))
			if err != nil {
				break
			}
			_, port, _ = net.SplitHostPort(l.Addr().String())
			listeners = append(listeners, l)
		}
		if len(listeners) < len(handlers) {
			for _, l := range listeners {
				_ = l.Close()
			}
			continue
		}
		for _, l := range listeners {
			host, _, _ := net.SplitHostPort(l.Addr().String())
			s := &httptest.Server{Listener: l, Config: &http.Server{Handler: handlers[host], ReadHeaderTimeout: time.Minute}}
			s.Start()
			t.Cleanup(s.Close)
		}
		return port
	}
	t.Fatal("found no port that is free on all addresses of loopback")
	return ""
}

// film is n bytes that look like one.
func film(n int) []byte {
	data := []byte(strings.Repeat("lecture ", n/8+1))[:n]
	copy(data, "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
	return data
}

// answer serves data with a type and its length.
func answer(mimeType string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mimeType)
		_, _ = w.Write(data)
	}
}

// download reads a whole file.
func download(t *testing.T, c *fetch.Client, address string) ([]byte, error) {
	t.Helper()
	body, err := c.Get(t.Context(), address)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

var insideAddress = regexp.MustCompile(`\d+\.\d+\.\d+\.\d+|\[|::|localhost`)

// wantError checks that err is for a person, of the kind that is wanted, and has the
// words.
func wantError(t *testing.T, err error, temporary bool, words string) {
	t.Helper()
	var e *fetch.Error
	switch {
	case !errors.As(err, &e):
		t.Fatalf("the error is %v, want a fetch.Error with %q", err, words)
	case e.Temporary != temporary:
		t.Errorf("the error %q is temporary: %t, want %t", err, e.Temporary, temporary)
	case !strings.Contains(e.Sentence, words):
		t.Errorf("the sentence is %q (%v), want %q in it", e.Sentence, e.Err, words)
	case insideAddress.MatchString(e.Sentence):
		t.Errorf("the sentence %q tells addresses", e.Sentence)
	case !strings.HasSuffix(e.Sentence, "."):
		t.Errorf("%q is no sentence", e.Sentence)
	}
}

// refused and interrupted download and want it to fail.
func refused(t *testing.T, c *fetch.Client, address, words string) {
	t.Helper()
	_, err := download(t, c, address)
	wantError(t, err, false, words)
}

func interrupted(t *testing.T, c *fetch.Client, address, words string) {
	t.Helper()
	_, err := download(t, c, address)
	wantError(t, err, true, words)
}

// nameServer is a real DNS server. Each name has answers, one for each time it is
// asked, the last for ever after; names without any do not exist.
type nameServer struct {
	mu      sync.Mutex
	answers map[string][][]string
	asked   map[string]int
}

// newNames starts a name server and returns a resolver that asks it.
func newNames(t *testing.T, answers map[string][][]string) (*nameServer, *net.Resolver) {
	t.Helper()
	s := &nameServer{answers: answers, asked: map[string]int{}}
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.run(conn)
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return s, &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func (s *nameServer) run(conn net.PacketConn) {
	buffer := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buffer[:n]) != nil || len(m.Questions) != 1 {
			continue
		}
		s.reply(&m)
		if packed, err := m.Pack(); err == nil {
			_, _ = conn.WriteTo(packed, from)
		}
	}
}

func (s *nameServer) reply(m *dnsmessage.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	question := m.Questions[0]
	name := strings.ToLower(strings.TrimSuffix(question.Name.String(), "."))
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	known := s.answers[name]
	if known == nil {
		m.RCode = dnsmessage.RCodeNameError
		return
	}
	if question.Type != dnsmessage.TypeA {
		return
	}
	for _, ip := range known[min(s.asked[name], len(known)-1)] {
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Class: dnsmessage.ClassINET},
			Body:   &dnsmessage.AResource{A: [4]byte(net.ParseIP(ip).To4())},
		})
	}
	s.asked[name]++
}

func (s *nameServer) timesAsked(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[name]
}
