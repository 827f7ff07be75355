package fetch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lectern-media/lectern/internal/fetch"
)

func TestGet_RefusesAddresses(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{})
	for address, words := range map[string]string{
		"":                              "http:// or https://",
		"films.school.test/x.mp4":       "http:// or https://",
		"ftp://films.school.test/x.mp4": "http:// or https://",
		"file:///etc/passwd":            "http:// or https://",
		"gopher://127.0.0.1:6379/_X":    "http:// or https://",
		"data:video/mp4;base64,AAAA":    "http:// or https://",
		"HTTPS:films.school.test":       "has no server name",
		"http:///x.mp4":                 "has no server name",
		"http://:8080/x.mp4":            "has no server name",
		"http://ada:secret@127.0.0.1/":  "user name or a password",
		"http://ada@127.0.0.1/":         "user name or a password",
		"http://127.0.0.1:22/":          "port 22",
		"http://127.0.0.1:6667/":        "port 6667",
		"http://127.0.0.1:0/":           "port 0",
		"http://127.0.0.1:99999/":       "port 99999",
		"http://127.0.0.1\x7f/":         "This address is not valid",
		"http://127.0.0.1/%zz":          "This address is not valid",
		"http://127.0.0.1/\r\nHost: x":  "This address is not valid",
		"http://films.school.test/" + strings.Repeat("x", 9000): "This address is not valid",
	} {
		refused(t, c, address, words)
	}
}

// chain redirects n times and then gives the file.
func chain(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		step, _ := strconv.Atoi(strings.Trim(r.URL.Path, "/"))
		if step < n {
			http.Redirect(w, r, fmt.Sprintf("/%d", step+1), http.StatusFound)
			return
		}
		answer("video/mp4", film(2000))(w, r)
	}
}

func TestGet_FollowsFiveRedirects(t *testing.T) {
	t.Parallel()
	c := newClient(t, fetch.Options{})
	if _, err := download(t, c, serve(t, chain(5)).URL); err != nil {
		t.Errorf("five redirects: %v", err)
	}
	refused(t, c, serve(t, chain(6)).URL, "redirects more than 5 times")

	var asked atomic.Int64
	loop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
	})
	refused(t, c, loop.URL, "redirects more than 5 times")
	if asked.Load() != 6 {
		t.Errorf("the loop was asked %d times, want 6", asked.Load())
	}
}

func TestGet_AsksWhereARedirectLeads(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		to := strings.ReplaceAll(r.URL.Query().Get("to"), "LONG", strings.Repeat("x", 9000))
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	})
	_, names := newNames(t, nil)
	c := newClient(t, fetch.Options{AllowPrivate: []string{"127.0.0.1"}, Resolver: names})
	for to, words := range map[string]string{
		"file:///etc/passwd":                  "redirects to an address that is not allowed",
		"ftp://127.0.0.1/x":                   "redirects to an address that is not allowed",
		"http://ada:secret@127.0.0.1/":        "redirects to an address that is not allowed",
		"http://127.0.0.1:25/":                "redirects to an address that is not allowed",
		"/LONG":                               "too long",
		"http://127.0.0.9:8080/":              "no public server",
		"//169.254.169.254/latest/meta-data":  "no public server",
		"http://[::1]:8080/":                  "no public server",
		"http://does-not-exist.invalid:8080/": "no public server",
		"":                                    "has no file",
	} {
		refused(t, c, s.URL+"/?to="+url.QueryEscape(to), words)
	}
}

func TestGet_FollowsToHTTPSButNotBack(t *testing.T) {
	t.Parallel()
	plain := serve(t, answer("video/mp4", film(2000)))
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			http.Redirect(w, r, plain.URL, http.StatusFound)
			return
		}
		answer("video/mp4", film(2000))(w, r)
	}))
	t.Cleanup(secure.Close)
	up := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, secure.URL, http.StatusFound) })
	pool := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:forcetypeassert // because httptest promises it
	c := newClient(t, fetch.Options{RootCAs: pool})
	if _, err := download(t, c, up.URL); err != nil {
		t.Errorf("from http to https: %v", err)
	}
	refused(t, c, secure.URL+"/back", "from https to http")
}

func TestGet_SendsNothingAlong(t *testing.T) {
	t.Parallel()
	var seen http.Header
	second := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		answer("video/mp4", film(2000))(w, r)
	})
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "session=1; Path=/")
		http.Redirect(w, r, second.URL+"/x.mp4", http.StatusFound)
	})
	c := newClient(t, fetch.Options{UserAgent: "Lectern/1.0 (library@school.test)"})
	if _, err := download(t, c, first.URL+"/x.mp4?signature=secret"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"User-Agent": "Lectern/1.0 (library@school.test)", "Accept": "*/*",
		"Accept-Encoding": "identity", "Connection": "close",
	}
	for name, values := range seen {
		if want[name] != strings.Join(values, ",") {
			t.Errorf("%s: %q was sent along", name, values)
		}
	}
	if len(seen) != len(want) {
		t.Errorf("sent were %v", seen)
	}
}
