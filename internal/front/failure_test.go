package front

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
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

var update = flag.Bool("update", false, "write the golden files anew")

// Each kind in each format, as clients get it: by the API, by a group of JSON to a program and
// to a browser, and by pages. The table is testdata/failures.txt.
func TestFailures_EveryKindInEveryFormat(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	for _, format := range []struct{ name, path, accept string }{
		{"API", base + "/ping", "*/*"},
		{"API, to a browser", base + "/ping", "text/html,*/*;q=0.8"},
		{"files", "/files/x/y", "*/*"},
		{"files, to a browser", "/files/x/y", "text/html,*/*;q=0.8"},
		{"pages", "/embed/x", "*/*"},
	} {
		fmt.Fprintf(&table, "%s (%s, Accept: %s)\n", format.name, format.path, format.accept)
		for _, kind := range kinds() {
			s := newStage()
			cause := errors.New("dial tcp 10.0.0.7:5432: secret")
			s.err = fmt.Errorf("reading: %w", &library.Error{Kind: kind, Message: "a sentence", Err: cause})
			w := s.ask("GET", format.path, "Accept", format.accept)
			fmt.Fprintf(&table, "  %-16s %d  %s", kind, w.Code, w.Body)
			for _, name := range []string{"Content-Type", "Retry-After", "WWW-Authenticate", "Access-Control-Allow-Origin", "Vary"} {
				if value := w.Header().Get(name); value != "" {
					fmt.Fprintf(&table, "  %s: %s", name, value)
				}
			}
			fmt.Fprintln(&table)
			if w.Header().Get("Cache-Control") != "no-store" || strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s in %s: %v %s", kind, format.name, w.Header(), w.Body)
			}
			if line := <-s.log; !strings.Contains(fmt.Sprint(line["error"]), "secret") {
				t.Errorf("%s in %s: the log lacks the cause: %v", kind, format.name, line)
			}
		}
	}
	golden(t, "testdata/failures.txt", table.String())
}

// golden compares a text with a file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs (go test -update writes it anew); got\n%s", file, got)
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
	if f := x.describe(t.Context(), fmt.Errorf("reading: %w", away)); f.Status != 503 || strings.Contains(f.Message, "away") {
		t.Errorf("an outage is %v", f)
	}
	if f := x.describe(t.Context(), errors.New("another")); f.Status != 500 {
		t.Errorf("another error is %v", f)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if f := x.describe(gone, away); f.Status != 499 {
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
