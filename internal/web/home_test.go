package web_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/web"
)

// The front page says to people what this is. It runs nothing and loads nothing from
// elsewhere, no matter who asks.
func TestHome_SaysWhatThisIs(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{FrameAncestors: "https://canvas.example.edu"})
	for _, accept := range []string{
		"", "*/*", "text/html", "TEXT/HTML", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
		"application/json, text/*;q=0.1", "text/html;q=bad", "application/xhtml+xml",
	} {
		header := []string{"Accept", accept}
		a, page := get(t, s.url+"/", header...)
		if a.code != http.StatusOK || a.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(page, "This is a media library.") {
			t.Errorf("accepting %q: %d %v\n%s", accept, a.code, a.header, page)
			continue
		}
		found := elements(t, page, true)
		for _, name := range []string{"script", "style", "form", "iframe", "meta http-equiv"} {
			if len(found[name]) > 0 {
				t.Errorf("the page has a <%s>", name)
			}
		}
		if len(found["title"]) != 1 || len(found["h1"]) != 1 || len(found["main"]) != 1 || attribute(found["html"][0], "lang") != "en" {
			t.Errorf("wants a title, a heading, a main part and a language:\n%s", page)
		}
		var links []string
		for _, link := range found["a"] {
			links = append(links, attribute(link, "href"))
		}
		if !slices.Equal(links, []string{"/api/public/docs/", "/api/public/openapi.json"}) {
			t.Errorf("it leads to %q", links)
		}
		for _, loaded := range slices.Concat(found["link"], found["img"]) {
			address := attribute(loaded, "href") + attribute(loaded, "src")
			if is, _ := get(t, s.url+address); is.code != http.StatusOK {
				t.Errorf("%s: %d", address, is.code)
			}
		}
		want := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
		if policy := a.header.Get("Content-Security-Policy"); policy != want {
			t.Errorf("the policy is %q", policy)
		}
		if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Vary") != "Accept" {
			t.Errorf("headers %v", a.header)
		}
	}
}

// A program that looks for the API here is told where it is, as the API would tell it.
func TestHome_NamesTheAPIToPrograms(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	for _, accept := range []string{"application/json", "application/json, text/html;q=0", "image/png", "*/*;q=0.0"} {
		a, body := get(t, s.url+"/", "Accept", accept)
		if a.code != http.StatusNotFound || a.header.Get("Content-Type") != "application/json; charset=utf-8" ||
			!strings.HasPrefix(body, `{"error":"`) || !strings.Contains(body, "/api/public/docs/") {
			t.Errorf("accepting %q: %d %v %s", accept, a.code, a.header, body)
		}
	}
}

func TestHome_HasAnIconAndKeepsCrawlersAway(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	a, icon := get(t, s.url+"/favicon.ico")
	if a.code != http.StatusOK || a.header.Get("Content-Type") != "image/x-icon" || len(icon) > 2000 || !strings.HasPrefix(icon, "\x00\x00\x01\x00\x01\x00") {
		t.Errorf("the icon: %d %v, %d bytes", a.code, a.header, len(icon))
	}
	if picture, err := png.Decode(bytes.NewReader([]byte(icon[22:]))); err != nil || picture.Bounds().Dx() != 32 {
		t.Errorf("the icon holds %v, %v", picture, err)
	}
	a, text := get(t, s.url+"/robots.txt")
	if a.code != http.StatusOK || a.header.Get("Content-Type") != "text/plain; charset=utf-8" || text != "User-agent: *\nDisallow: /\n" {
		t.Errorf("robots.txt: %d %v %q", a.code, a.header, text)
	}
}

func TestPages_TakeTheMethodsOfTheirAddress(t *testing.T) {
	t.Parallel()
	pages := newPages(t)
	for path, allowed := range map[string]string{
		"/": "GET, HEAD", "/favicon.ico": "GET, HEAD", "/robots.txt": "GET, HEAD", "/lti/launch": "GET, HEAD, POST",
		"/embed/7c9e6679-7425-40de-944b-e07fc1f90ae7": "GET, HEAD",
	} {
		for _, method := range []string{"HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"} {
			answer := httptest.NewRecorder()
			pages.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody))
			if takes := strings.Contains(allowed, method); takes == (answer.Code == http.StatusMethodNotAllowed) {
				t.Errorf("%s %s answers %d", method, path, answer.Code)
			} else if !takes && (answer.Header().Get("Allow") != allowed || !strings.HasPrefix(answer.Body.String(), `{"error":`)) {
				t.Errorf("%s %s allows %q: %s", method, path, answer.Header().Get("Allow"), answer.Body)
			}
		}
	}
}

func newPages(t *testing.T) http.Handler {
	t.Helper()
	s := &stage{t: t}
	return newHandler(t, web.Options{Player: s, Addresses: s}, nil)
}

// The pages that hold no player, as people see them.
func TestHome_Looks(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	b := openBrowser(t)
	for _, look := range []struct {
		width  int64
		scheme string
	}{{1280, "light"}, {1280, "dark"}, {420, "light"}, {320, "dark"}} {
		b.look(look.width, 860, look.scheme)
		b.open(s.url + "/")
		b.until(`document.querySelector("img").complete && document.querySelector("img").naturalWidth > 0`)
		// It fits: nothing has to be scrolled to the side.
		b.until(`document.documentElement.scrollWidth <= innerWidth`)
		b.photograph("home-" + look.scheme + "-" + map[bool]string{true: "wide", false: "narrow"}[look.width > 500])
	}
	b.wantNoComplaints()
}
