package fetch_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"code.dny.dev/ssrf"

	"github.com/lectern-media/lectern/internal/fetch"
)

func TestGet_RefusesAServerThatIsNotPublic(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	s := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	_, names := newNames(t, map[string][][]string{
		"inside.school.test":   {{"127.0.0.1"}},
		"metadata.school.test": {{"169.254.169.254"}},
		"private.school.test":  {{"10.0.0.1", "192.168.1.1"}},
	})
	c := newClient(t, fetch.Options{AllowPrivate: []string{"127.0.0.2"}, Resolver: names})
	for _, host := range []string{
		"127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fe80::1%25lo]",
		"127.1", "0x7f000001", "2130706433", "017700000001", "127.0.0.1.", "LOCALHOST", "①②⑦.0.0.1",
		"169.254.169.254", "[fd00:ec2::254]", "metadata.google.internal",
		"inside.school.test", "metadata.school.test", "private.school.test", "does-not-exist.school.test",
	} {
		// One sentence for all: which names exist inside is nobody's business.
		refused(t, c, "http://"+host+":"+port+"/x.mp4", "There is no public server at this address.")
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the server inside was asked %d times", n)
	}
}

// The name leads outside when it is asked first, and inside a moment later.
func TestGet_RefusesANameThatTurnsInside(t *testing.T) {
	t.Parallel()
	var inside atomic.Int64
	port := serveAt(t, map[string]http.HandlerFunc{
		"127.0.0.2": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/again.mp4", http.StatusFound)
		},
		"127.0.0.1": func(http.ResponseWriter, *http.Request) { inside.Add(1) },
	})
	server, names := newNames(t, map[string][][]string{"rebind.school.test": {{"127.0.0.2"}, {"127.0.0.1"}}})
	c := newClient(t, fetch.Options{AllowPrivate: []string{"127.0.0.2"}, Resolver: names})
	_, err := download(t, c, "http://rebind.school.test:"+port+"/x.mp4")
	wantError(t, err, false, "no public server")
	if !errors.Is(err, ssrf.ErrProhibitedIP) {
		t.Errorf("the cause is %v", err)
	}
	if inside.Load() > 0 || server.timesAsked("rebind.school.test") != 2 {
		t.Errorf("the server inside was asked %d times, the name server %d times; want 0 and 2",
			inside.Load(), server.timesAsked("rebind.school.test"))
	}
}

// A cut makes the client ask for the rest; by then the name leads inside.
func TestGet_ResumesOnlyFromAPublicServer(t *testing.T) {
	t.Parallel()
	var inside atomic.Int64
	port := serveAt(t, map[string]http.HandlerFunc{
		"127.0.0.2": cutAfter(t, film(100_000), `"v1"`, 40_000),
		"127.0.0.1": func(http.ResponseWriter, *http.Request) { inside.Add(1) },
	})
	_, names := newNames(t, map[string][][]string{"rebind.school.test": {{"127.0.0.2"}, {"127.0.0.1"}}})
	c := newClient(t, fetch.Options{AllowPrivate: []string{"127.0.0.2"}, Resolver: names})
	interrupted(t, c, "http://rebind.school.test:"+port+"/x.mp4", "closed the connection")
	if inside.Load() > 0 {
		t.Errorf("the server inside was asked %d times", inside.Load())
	}
}

func TestGet_TakesThePublicOneOfSeveralAddresses(t *testing.T) {
	t.Parallel()
	var inside atomic.Int64
	data := film(2000)
	port := serveAt(t, map[string]http.HandlerFunc{
		"127.0.0.2": answer("video/mp4", data),
		"127.0.0.1": func(http.ResponseWriter, *http.Request) { inside.Add(1) },
	})
	_, names := newNames(t, map[string][][]string{"both.school.test": {{"127.0.0.1", "127.0.0.2"}}})
	c := newClient(t, fetch.Options{AllowPrivate: []string{"127.0.0.2"}, Resolver: names})
	got, err := download(t, c, "http://both.school.test:"+port+"/x.mp4")
	if err != nil || !bytes.Equal(got, data) || inside.Load() > 0 {
		t.Errorf("got %d bytes, %v; the server inside was asked %d times", len(got), err, inside.Load())
	}
}

func TestGet_TrustsAHostThatTheOperatorNames(t *testing.T) {
	t.Parallel()
	data := film(2000)
	s := serve(t, answer("video/mp4", data))
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	_, names := newNames(t, map[string][][]string{
		"films.school.test":      {{"127.0.0.1"}},
		"more.films.school.test": {{"127.0.0.1"}},
	})
	c := newClient(t, fetch.Options{AllowPrivate: []string{"films.school.test"}, Resolver: names})
	if got, err := download(t, c, "http://Films.School.test:"+port+"/x.mp4"); err != nil || !bytes.Equal(got, data) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	refused(t, c, "http://more.films.school.test:"+port+"/x.mp4", "no public server")
	refused(t, c, s.URL+"/x.mp4", "no public server")
}

func TestGet_UsesNoProxy(t *testing.T) {
	var proxied atomic.Int64
	proxy := serve(t, func(http.ResponseWriter, *http.Request) { proxied.Add(1) })
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	s := serve(t, answer("video/mp4", film(2000)))
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	_, names := newNames(t, map[string][][]string{"films.school.test": {{"127.0.0.1"}}})
	c := newClient(t, fetch.Options{Resolver: names})
	if _, err := download(t, c, "http://films.school.test:"+port+"/x.mp4"); err != nil || proxied.Load() > 0 {
		t.Errorf("%v; the proxy was asked %d times", err, proxied.Load())
	}
}

func TestGet_WantsATrustedCertificate(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(answer("video/mp4", film(2000)))
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo) // it says that it is not believed
	s.StartTLS()
	t.Cleanup(s.Close)
	refused(t, newClient(t, fetch.Options{}), s.URL, "certificate of the server is not valid")
	pool := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:forcetypeassert // because httptest promises it
	if _, err := download(t, newClient(t, fetch.Options{RootCAs: pool}), s.URL); err != nil {
		t.Errorf("with the authority known: %v", err)
	}
	plain := serve(t, answer("video/mp4", film(2000)))
	refused(t, newClient(t, fetch.Options{}), strings.Replace(plain.URL, "http:", "https:", 1), "does not support https")
}

func TestGet_ReportsARefusedConnection(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	interrupted(t, newClient(t, fetch.Options{}), "http://"+l.Addr().String()+"/x.mp4", "connection to the server failed")
}
