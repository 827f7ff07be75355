package studioapi

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestRequestID(t *testing.T) {
	for sent, taken := range map[string]bool{
		"01JD-abc_DEF.9":         true,
		strings.Repeat("x", 64):  true,
		strings.Repeat("x", 65):  false,
		"":                       false,
		"a b":                    false,
		"a\"b":                   false,
		"a\nlevel=ERROR":         false,
		"ä":                      false,
		"<script>alert</script>": false,
	} {
		b := setup(t)
		r := httptest.NewRequest(http.MethodGet, "/nowhere", nil)
		r.Header.Set("X-Request-Id", sent)
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		answered := w.Header().Get("X-Request-Id")
		if (answered == sent) != taken || len(answered) < 10 {
			t.Errorf("sent %q, answered %q", sent, answered)
		}
		if line := <-b.log; line["request_id"] != answered {
			t.Errorf("sent %q, logged %v", sent, line)
		}
	}
}

func TestLog(t *testing.T) {
	b := setup(t)
	for _, c := range []struct {
		method, target string
		want           map[string]any
	}{
		{"GET", BasePath + "/users/7/media?page=2", map[string]any{
			"level": "INFO", "msg": "request", "method": "GET", "status": 200.0,
			"route": BasePath + "/users/{user_id}/media", "error": nil,
		}},
		{"GET", BasePath + "/users/x/media", map[string]any{
			"level": "INFO", "status": 422.0, "route": BasePath + "/users/{user_id}/media",
			"error": "user_id must be a whole number from 1 to 9223372036854775807",
		}},
		{"BREW", "/secret\nlevel=ERROR", map[string]any{"level": "INFO", "method": "OTHER", "route": "OTHER", "status": 404.0}},
	} {
		r := httptest.NewRequest(c.method, "/", nil)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(c.target, "?")
		r.Header.Set("Authorization", "Bearer "+goodToken)
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		line := <-b.log
		for key, want := range c.want {
			if line[key] != want {
				t.Errorf("%s %q: %s is %v, want %v", c.method, c.target, key, line[key], want)
			}
		}
		if seconds, _ := line["seconds"].(float64); line["bytes"] != float64(w.Body.Len()) || seconds <= 0 {
			t.Errorf("%s %q: %v bytes in %v seconds", c.method, c.target, line["bytes"], line["seconds"])
		}
		for key, value := range line {
			if text, _ := value.(string); strings.Contains(text, goodToken) {
				t.Errorf("%s holds the token: %s", key, text)
			}
		}
	}
}

func TestMetrics(t *testing.T) {
	b := setup(t)
	b.ask("GET", BasePath+"/users/7/media", "", "")
	b.ask("GET", BasePath+"//users/8/media", "", "")
	b.ask("GET", BasePath+"/users/0/media", "", "")
	b.ask("GET", "/a/path/of/strangers", "", "")
	b.ask("BREW", BasePath+"/ping", "", "")
	families, err := b.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			line := family.GetName()
			for _, label := range metric.GetLabel() {
				line += " " + label.GetName() + "=" + label.GetValue()
			}
			got = append(got, fmt.Sprintf("%s: %d", line, metric.GetHistogram().GetSampleCount()))
		}
	}
	want := []string{
		"lectern_http_request_duration_seconds code=200 method=GET route=/api/public/v1/users/{user_id}/media: 2",
		"lectern_http_request_duration_seconds code=404 method=GET route=OTHER: 1",
		"lectern_http_request_duration_seconds code=405 method=OTHER route=OTHER: 1",
		"lectern_http_request_duration_seconds code=422 method=GET route=/api/public/v1/users/{user_id}/media: 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// A client that hangs up is no failure of the server.
func TestClientGone(t *testing.T) {
	b := setup(t)
	ctx, hangUp := context.WithCancel(t.Context())
	b.server.call = func(ctx context.Context) {
		hangUp()
		<-ctx.Done()
	}
	b.server.err = context.Canceled
	server := httptest.NewServer(b)
	defer server.Close()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+BasePath+"/ping", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+goodToken)
	if res, err := http.DefaultClient.Do(r); err == nil {
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		t.Errorf("answered %d", res.StatusCode)
	}
	if line := <-b.log; line["status"] != 499.0 || line["level"] != "INFO" {
		t.Errorf("logged: %v", line)
	}
}
