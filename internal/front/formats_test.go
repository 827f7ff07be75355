package front_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seal"
	"github.com/lectern-media/lectern/internal/studioapi"
	"github.com/lectern-media/lectern/internal/web"
)

// failing stands for whatever the groups ask the library for, and answers with one error.
type failing struct{ err error }

func (f failing) Play(context.Context, uuid.UUID, string) (library.Playing, error) {
	return library.Playing{}, f.err
}

func (f failing) PlayCaptions(context.Context, uuid.UUID, string, library.CaptionFileID) (library.CaptionsInWords, error) {
	return library.CaptionsInWords{}, f.err
}

func (f failing) Folder(string) (func(string) string, error) { return nil, f.err }

func (f failing) FindUpload(context.Context, uuid.UUID) (library.MediaID, error) { return 7, nil }

func (f failing) MayUpload(context.Context, uuid.UUID, int64) (library.MediaID, error) {
	return 0, f.err
}

func (f failing) Announce(context.Context, uuid.UUID, int64) (library.MediaID, error) {
	return 0, f.err
}

func (f failing) BeginRun(context.Context) (uuid.UUID, error) { return uuid.Nil, f.err }

func (f failing) Uploaded(context.Context, content.Upload) (string, error) { return "", f.err }

// server is all groups of a server over a library that fails: each operation of the API does at
// the first thing that it asks, which is whose token it is.
type server struct {
	http.Handler
	signer *content.Signer
}

func newServer(t *testing.T, err error) server {
	t.Helper()
	store, failed := blob.Open(t.TempDir())
	if failed != nil {
		t.Fatal(failed)
	}
	seals, failed := seal.New(t.Context(), seal.Static(seal.NewKey(time.Now())), time.Now)
	if failed != nil {
		t.Fatal(failed)
	}
	signer := content.NewSigner(seals, "http://lectern.test", time.Now)
	log := slog.New(slog.DiscardHandler)
	bytes, failed := content.New(content.Options{Store: store, Signer: signer, Uploads: failing{err}, Logger: log})
	if failed != nil {
		t.Fatal(failed)
	}
	pages, failed := web.New(web.Options{Player: failing{err}, Addresses: failing{err}})
	if failed != nil {
		t.Fatal(failed)
	}
	groups := slices.Concat(
		studioapi.RouteGroups(library.New(nil, time.Now), studioapi.Options{}), pages.RouteGroups(), []front.RouteGroup{bytes.RouteGroup()},
	)
	for _, group := range groups {
		for i, route := range group.Routes {
			if strings.HasSuffix(route.Pattern, "/ping") || strings.Contains(route.Pattern, "thumbnails") {
				group.Routes[i].Handle = func(*front.Exchange, *http.Request) error { return err }
			}
		}
	}
	return server{front.New(front.Options{Logger: log, Page: pages.WriteFailure}, groups...), signer}
}

// formats are the formats that a server answers failures in.
var formats = []struct {
	name, method, accept string
	at                   func(s server) string
}{
	{"API", "GET", "*/*", at("/api/public/v1/ping")},
	{"API, browser", "GET", browser, at("/api/public/v1/ping")},
	{"upload", "PUT", "*/*", func(s server) string { return s.signer.UploadURL(embed, time.Now().Add(time.Hour)) }},
	{"upload, browser", "PUT", browser, func(s server) string { return s.signer.UploadURL(embed, time.Now().Add(time.Hour)) }},
	{"tus", "POST", "*/*", func(s server) string { return s.signer.TusURL(embed, time.Now().Add(time.Hour)) }},
	{"player", "GET", "*/*", at("/embed/" + embed.String())},
	{"its script", "GET", "*/*", at("/embed/" + embed.String() + "/status")},
	{"its script, browser", "GET", browser, at("/embed/" + embed.String() + "/status")},
	{"its captions", "GET", "*/*", at("/embed/" + embed.String() + "/captions/3.vtt")},
	{"picture", "GET", "*/*", at("/thumbnails/x")},
	{"picture, browser", "GET", browser, at("/thumbnails/x")},
}

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

var embed = uuid.MustParse("7c9e6679-7425-40de-944b-e07fc1f90ae7")

func at(path string) func(server) string { return func(server) string { return path } }

func (s server) fail(method, target, accept string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader("x"))
	for name, value := range map[string]string{"Accept": accept, "Tus-Resumable": "1.0.0", "Upload-Length": "10"} {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

var update = flag.Bool("update", false, "write testdata/failures.txt again")

// Each kind of the library's errors, as each format of a whole server answers it. The table is
// testdata/failures.txt.
func TestFailures_EveryKindInEveryFormat(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	write := func(row []string) {
		if _, err := fmt.Fprintln(table, strings.Join(row, "\t")); err != nil {
			t.Fatal(err)
		}
	}
	head := []string{"kind"}
	for _, format := range formats {
		head = append(head, format.name)
	}
	write(head)
	kinds := library.KindInternal
	for ; kinds == library.KindInternal || kinds.String() != library.KindInternal.String(); kinds++ {
		cause := errors.New("dial tcp 10.0.0.7:5432: secret")
		s := newServer(t, fmt.Errorf("reading: %w", &library.Error{Kind: kinds, Message: "a sentence for programs", Err: cause}))
		row := []string{kinds.String()}
		for _, format := range formats {
			w := s.fail(format.method, format.at(s), format.accept)
			row = append(row, fmt.Sprint(w.Code, " ", shape(w)))
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("%s, %s: the cause is told: %s", kinds, format.name, w.Body)
			}
		}
		write(row)
	}
	if kinds != 13 {
		t.Errorf("%d kinds were tried", kinds)
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&text, "\njson: {\"error\": …}, script: {\"title\": …, \"message\": …}, page: HTML, text: plain text;\n"+
		"+retry: with Retry-After, +auth: with WWW-Authenticate, +cors: scripts of any site may read it\n")
	golden(t, "testdata/failures.txt", text.String())
}

// shape says what form an answer has, which it checks.
func shape(w *httptest.ResponseRecorder) string {
	is, body := "???", w.Body.String()
	switch kind := w.Header().Get("Content-Type"); {
	case kind == front.JSONType && strings.HasPrefix(body, `{"error":"`) && strings.HasSuffix(body, `"}`):
		is = "json"
	case kind == "application/json" && strings.HasPrefix(body, `{"title":"`) && strings.Contains(body, `","message":"`):
		is = "script"
	case kind == "text/html; charset=utf-8" && strings.HasPrefix(body, "<!doctype html>"):
		is = "page"
	case kind == front.TextType && strings.Count(body, "\n") == 1:
		is = "text"
	}
	for _, header := range [][2]string{{"Retry-After", "+retry"}, {"WWW-Authenticate", "+auth"}, {"Access-Control-Allow-Origin", "+cors"}} {
		if w.Header().Get(header[0]) != "" {
			is += header[1]
		}
	}
	return is
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
		t.Errorf("%s differs (go test -update writes it again); got\n%s", file, got)
	}
	t.Log("\n" + got)
}
