package studioapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestViews(t *testing.T) {
	b := setup(t)
	for _, c := range []struct {
		path, version string
		needsToken    bool
	}{
		{"/api/public/openapi.json", `"openapi":"3.0.3"`, false},
		{"/api/public/apidocs", `"swagger":"2.0"`, true},
		{"/api/public//apidocs/", `"swagger":"2.0"`, true},
	} {
		w := b.ask("GET", c.path, "", "")
		if w.Code != 200 || !json.Valid(w.Body.Bytes()) || !strings.Contains(w.Body.String(), c.version) {
			t.Errorf("%s: %d %.80s", c.path, w.Code, w.Body)
		}
		without := b.send(httptest.NewRequest(http.MethodGet, c.path, nil))
		if c.needsToken {
			wantFault(t, without, 401, "token")
		} else if without.Code != 200 {
			t.Errorf("%s without a token: %d", c.path, without.Code)
		}
		wantFault(t, b.ask("POST", c.path, "", ""), 405, "takes only GET, HEAD")
	}
}

// The page must work under its own policy: everything it loads is a file beside it.
func TestDocs(t *testing.T) {
	b := setup(t)
	for _, path := range []string{"/api/public/docs", "/api/public/docs/"} {
		w := b.send(httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != 200 || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
			t.Fatalf("%s: %d %s", path, w.Code, w.Header())
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self';") {
			t.Errorf("policy %q", policy)
		}
		page := w.Body.String()
		if inline := regexp.MustCompile(`<script>|<style|style=|onload=`).FindString(page); inline != "" {
			t.Errorf("has inline %s", inline)
		}
		links := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
		if len(links) < 5 {
			t.Errorf("links only %v", links)
		}
		for _, link := range links {
			w := b.send(httptest.NewRequest(http.MethodGet, link[1], nil))
			if w.Code != 200 || w.Body.Len() == 0 || w.Header().Get("Content-Type") == "" {
				t.Errorf("%s: %d %s", link[1], w.Code, w.Header())
			}
		}
	}
	for _, path := range []string{"/api/public/docs/nothing.js", "/api/public/docs/%2e%2e%2fdocs", "/api/public/docs/..%2fapi.go"} {
		wantFault(t, b.send(httptest.NewRequest(http.MethodGet, path, nil)), 404, "nothing at this path")
	}
}
