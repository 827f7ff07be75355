package front

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// kinds are all kinds of the library's errors.
func kinds() (all []library.Kind) {
	for kind := library.KindInternal; ; kind++ {
		if len(all) > 0 && kind.String() == library.KindInternal.String() { // one that is not there
			return all
		}
		all = append(all, kind)
	}
}

func TestStatuses_HaveEveryKind(t *testing.T) {
	t.Parallel()
	if len(statuses) != len(kinds()) {
		t.Errorf("%d kinds have a status, of %d", len(statuses), len(kinds()))
	}
	for _, kind := range kinds() {
		if status := statuses[kind]; status.program < 400 || status.page < 400 {
			t.Errorf("%s has the status %v", kind, status)
		}
	}
}

// What an outage is, the server's wiring knows; it is one in every format.
func TestFailures_Outages(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	x := &Exchange{front: &Front{outages: func(err error) library.Kind {
		if errors.Is(err, away) {
			return library.KindUnavailable
		}
		return library.KindInternal
	}}}
	if f := x.describe(t.Context(), fmt.Errorf("reading: %w", away), false); f.Status != 503 || strings.Contains(f.Message, "away") {
		t.Errorf("an outage is %v", f)
	}
	if f := x.describe(t.Context(), errors.New("another"), false); f.Status != 500 {
		t.Errorf("another error is %v", f)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if f := x.describe(gone, away, false); f.Status != 499 {
		t.Errorf("an error after the client went is %v", f)
	}
}

// Who asks too often is told when to come back, in whole seconds.
func TestFailures_SayWhenToComeBack(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{
		0: "5", time.Millisecond: "1", time.Second: "1", 1500 * time.Millisecond: "2", time.Hour: "3600",
	} {
		for _, path := range []string{base + "/ping", "/files/x/y", "/embed/x", "/robots.txt"} {
			s := newStage()
			s.err = library.TooMany(wait, "more than %d requests in a minute", 100)
			w := s.ask("GET", path)
			if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != want || !strings.Contains(w.Body.String(), "more than 100 requests") {
				t.Errorf("%s, %s: %d %v %s", path, wait, w.Code, w.Header(), w.Body)
			}
		}
	}
}

// What a success had said of itself is not said of its failure.
func TestFailures_TakeNoHeadersOfTheSuccess(t *testing.T) {
	t.Parallel()
	s := newStage()
	s.err = library.NotFound("file", library.MediaID(7))
	names := []string{"Content-Disposition", "Content-Encoding", "Content-Security-Policy", "ETag", "Last-Modified", "Location", "Vary"}
	s.call = func(x *Exchange, _ *http.Request) {
		for _, name := range names {
			x.Header().Set(name, "x")
		}
		x.Header().Set("Cache-Control", "public, max-age=300")
	}
	h := s.ask("GET", base+"/ping").Header()
	for _, name := range names {
		if h.Get(name) != "" {
			t.Errorf("%s is %q", name, h.Get(name))
		}
	}
	if h.Get("Cache-Control") != "no-store" {
		t.Errorf("a cache may keep it: %v", h)
	}
}

// Who may read a failure does not depend on how it is written, nor the status of a page on the
// group that it is of.
func TestFailures_AsPages(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]struct {
		full, unauthenticated     int
		kind, challenge, comeBack string
	}{
		"*/*":       {507, 401, JSONType, "Bearer", ""},
		"text/html": {503, 403, "text/html; charset=utf-8", "", "5"},
	} {
		s := newStage()
		for _, path := range []string{"/files/x/y", "/tus/x/y"} {
			s.err = &library.Error{Kind: library.KindNoSpace, Message: "full"}
			w := s.ask("GET", path, "Accept", accept)
			h := w.Header()
			if w.Code != want.full || h.Get("Retry-After") != want.comeBack || h.Get("Content-Type") != want.kind || h.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s, %s: full is %d %v", accept, path, w.Code, h)
			}
			s.err = &library.Error{Kind: library.KindUnauthenticated, Message: "who?"}
			w = s.ask("GET", path, "Accept", accept)
			h = w.Header()
			if w.Code != want.unauthenticated || h.Get("WWW-Authenticate") != want.challenge || h.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s, %s: a stranger gets %d %v", accept, path, w.Code, h)
			}
		}
		for _, path := range []string{"/files/x", "/files//x//", "/tus/"} { // what has no route, too
			if w := s.ask("GET", path, "Accept", accept); w.Code != 404 || w.Header().Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s, %s: %d %v", accept, path, w.Code, w.Header())
			}
		}
		s.err = &library.Error{Kind: library.KindNoSpace, Message: "full"}
		if w := s.ask("GET", base+"/ping", "Accept", accept); w.Code != 507 { // programs only
			t.Errorf("%s: the API answers %d", accept, w.Code)
		}
	}
}

// The log has what was explained as the error of a failure, and not of a success.
func TestExplain_IsTheErrorOfAFailure(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]any{http.StatusNoContent: nil, http.StatusConflict: "slowly"} {
		s := newStage()
		s.call = func(x *Exchange, r *http.Request) {
			x.Explain(r, library.TooMany(time.Minute, "slowly"))
			x.WriteHeader(status)
		}
		s.ask("GET", "/tus/x/y")
		if line := <-s.log; line["status"] != float64(status) || line["error"] != want {
			t.Errorf("%d: logged %v", status, line)
		}
	}
}

// A protocol's handler that writes for itself gets the same answer.
func TestExplain(t *testing.T) {
	t.Parallel()
	for _, accept := range []string{"*/*", "text/html"} {
		s := newStage()
		var explained string
		s.call = func(x *Exchange, r *http.Request) {
			status, header, body := x.Explain(r, library.TooMany(time.Minute, "slowly"))
			explained = fmt.Sprint(status, header, string(body))
		}
		s.err = library.TooMany(time.Minute, "slowly")
		w := s.ask("GET", "/tus/x/y", "Accept", accept)
		for _, name := range []string{"X-Request-Id", "X-Content-Type-Options", "Content-Length"} {
			w.Header().Del(name)
		}
		if want := fmt.Sprint(w.Code, w.Header(), w.Body.String()); explained != want {
			t.Errorf("explained as %s, answered %s", explained, want)
		}
	}
}
