package front

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPaths(t *testing.T) {
	t.Parallel()
	s := newStage()
	for target, want := range map[string]int{
		base + "/users/7/media":              200,
		"/api/public/v1//users/7/media":      200,
		"//api///public/v1/users//7/media//": 200,
		base + "/users/7/media/":             200,
		base + "/users/%37/media":            200,
		base + "/users/../users/7/media":     404,
		base + "/users/%2e%2e/users/7/media": 404,
		base + "/users/./7":                  404,
		base + "/../v1/ping":                 404,
		base + "/users/..":                   404,
		base + "/users":                      404,
		base + "/users/7/media/8":            404,
		base:                                 404,
		base + "/users/7%2Fmedia":            200, // a user with an odd id
		base + "/users/7..":                  200,
		"/":                                  200,
		"//":                                 200,
		"/nowhere":                           404,
		"/files":                             404,
		"/files/grant":                       404,
		"/files/grant/":                      404,
		"/files/grant/a/b//c":                200,
		"/files/grant/a/../b":                404,
		"/tus/grant":                         200,
		"/tus/grant/":                        200,
		"/embed/":                            404,
		"/embed/x/y":                         404,
		"/robots.txt/":                       200,
	} {
		w := s.ask("GET", target)
		if w.Code != want {
			t.Errorf("%s: %d, want %d: %s", target, w.Code, want, w.Body)
		}
		if location := w.Header().Get("Location"); location != "" {
			t.Errorf("%s redirects to %s", target, location)
		}
	}
}

// Requests that http.NewRequest would refuse to make.
func TestPaths_Odd(t *testing.T) {
	t.Parallel()
	s := newStage()
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodOptions, "*", nil),
		httptest.NewRequest(http.MethodConnect, "school.test:443", nil),
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || w.Body.String() != `{"error":"there is nothing at this path"}` {
			t.Errorf("%s %s: %d %s", r.Method, r.RequestURI, w.Code, w.Body)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	s := newStage()
	for _, c := range []struct {
		method, path, allow string
	}{
		{"POST", base + "/users/7/media", "GET, HEAD"},
		{"DELETE", base + "/users//7/media", "GET, HEAD"},
		{"OPTIONS", base + "/users/roles", "PATCH, POST, PUT"},
		{"GET", base + "/users/roles", "PATCH, POST, PUT"}, // and not the user called "roles"
		{"HEAD", base + "/users/roles", "PATCH, POST, PUT"},
		{"BREW", base + "/ping", "GET, HEAD"},
		{"PUT", "/files/grant/key", "GET, HEAD, OPTIONS"},
		{"PUT", "/launch", "GET, HEAD, POST"},
		{"POST", "/", "GET, HEAD"},
		{"DELETE", "/robots.txt", "GET, HEAD"},
	} {
		w := s.ask(c.method, c.path)
		if w.Code != http.StatusMethodNotAllowed || !strings.Contains(w.Body.String(), "takes only "+c.allow) {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
		if got := w.Header().Get("Allow"); got != c.allow {
			t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got, c.allow)
		}
	}
	for _, method := range []string{"POST", "PUT", "PATCH"} {
		if w := s.ask(method, base+"/users/roles"); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
	for _, method := range []string{"POST", "PATCH", "BREW"} { // a route without a method takes all
		if w := s.ask(method, "/tus/grant/upload"); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
}

// A failure without a route is in the format of the group at whose path it is.
func TestRouteGroups_FormatWhatIsAtTheirPaths(t *testing.T) {
	t.Parallel()
	s := newStage()
	for _, c := range []struct{ method, path, kind, origin string }{
		{"GET", "/files/grant", JSONType, "*"},
		{"PUT", "/files/grant/key", JSONType, "*"},
		{"GET", "/files", JSONType, "*"},
		{"GET", "/files/grant/../key", JSONType, "*"},
		{"GET", "/filesystem", JSONType, ""},
		{"GET", "/embed/x/y", "text/html; charset=utf-8", ""},
		{"GET", base + "/nowhere", JSONType, ""},
	} {
		w := s.ask(c.method, c.path)
		if h := w.Header(); h.Get("Content-Type") != c.kind || h.Get("Access-Control-Allow-Origin") != c.origin {
			t.Errorf("%s %s: %d %v", c.method, c.path, w.Code, h)
		}
	}
}
