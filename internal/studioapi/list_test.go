package studioapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// listServer answers GET /courses/{course_id}/media with media whose captions a test writes.
type listServer struct {
	*fakeServer
	kept  iter.Seq2[library.MediaToKeep, error]
	err   error
	write func(*listWriter, library.MediaToKeep) error
}

func (s *listServer) ListCourseMedia(context.Context, library.Actor, ListCourseMediaInput) (listAnswer, error) {
	return func(w *listWriter) error {
		for m, err := range s.kept {
			if err == nil {
				err = s.write(w, m)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, s.err
}

// noAddresses stands in for the addresses of files.
type noAddresses struct{ Addresses }

func (noAddresses) File(library.MediaFile) string { return "https://a.test/" }

// newListServer serves a list over a socket. Addresses of files are not what it is about.
func newListServer(t *testing.T, kept iter.Seq2[library.MediaToKeep, error], err error) (address string) {
	t.Helper()
	h := &handlers{addresses: noAddresses{}}
	server := &listServer{fakeServer: &fakeServer{}, kept: kept, err: err, write: h.writeCourseMedia}
	s := httptest.NewServer(front.New(front.Options{
		Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	}, newAPI(server, fakeAuthenticator{}).group))
	t.Cleanup(s.Close)
	return s.URL + BasePath + "/courses/101/media"
}

// kept is media with so many captions each, of which caption says the text, or an error.
func kept(titles []string, captions int, caption func(i int) (string, error)) iter.Seq2[library.MediaToKeep, error] {
	return func(yield func(library.MediaToKeep, error) bool) {
		for n, title := range titles {
			texts := func(yield func(library.CaptionsInWords, error) bool) {
				for i := range captions {
					text, err := caption(n*captions + i)
					if !yield(library.CaptionsInWords{CaptionFile: library.CaptionFile{Language: "en"}, SRT: text}, err) {
						return
					}
				}
			}
			m := library.Media{ID: library.MediaID(n + 1), Title: title, EmbedID: uuid.MustParse("7c9e6679-7425-40de-944b-e07fc1f90ae7")}
			if !yield(library.MediaToKeep{Media: m, Captions: texts}, nil) {
				return
			}
		}
	}
}

func fetchList(t *testing.T, address string) (*http.Response, []byte, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+goodToken)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer, body, err
}

// Whatever stands in a title, and however many captions there are, the list is the JSON that it
// would be if it were made at once.
func TestCourseMedia_IsTheArrayThatItWouldBeAtOnce(t *testing.T) {
	t.Parallel()
	titles := []string{"Lenses", `","captions":[],"url":"`, `"captions":[]`, `\"captions\":[]`, "", "\u2028<b>ß</b>\t\x00"}
	for _, size := range []int{0, 10, listPiece - 1, listPiece, 3 * listPiece} {
		for _, captions := range []int{0, 1, 3} {
			text := strings.Repeat("\n", size)
			address := newListServer(t, kept(titles, captions, func(i int) (string, error) { return fmt.Sprint(i, text), nil }), nil)
			answer, body, err := fetchList(t, address) //nolint:bodyclose // fetchList has closed it
			if err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != front.JSONType {
				t.Fatalf("%d captions of %d bytes: %s, %v", captions, size, answer.Status, err)
			}
			var want []CourseMedia
			for n, title := range titles {
				item := CourseMedia{
					ID: int64(n + 1), LTILaunchID: fmt.Sprintf("7c9e6679-7425-40de-944b-e07fc1f90ae7-%d", n+1), Title: title, URL: "https://a.test/",
				}
				for i := range captions {
					item.Captions = append(item.Captions, CaptionText{Srclang: "en", Label: "English", Data: fmt.Sprint(n*captions+i, text)})
				}
				want = append(want, item)
			}
			if at := string(appendList(nil, want, appendObject[CourseMedia])); at != string(body) || !json.Valid(body) {
				t.Errorf("%d captions of %d bytes: %.300s\nwant %.300s", captions, size, body, at)
			}
			if length := answer.ContentLength; length != int64(len(body)) && len(body) < listPiece {
				t.Errorf("a list of %d bytes has the length %d", len(body), length)
			}
		}
	}
	answer, body, err := fetchList(t, newListServer(t, kept(nil, 0, nil), nil)) //nolint:bodyclose // fetchList has closed it
	if err != nil || string(body) != "[]" || answer.ContentLength != 2 {
		t.Errorf("an empty list is %s, %v", body, err)
	}
}

// Of a course with 300 MB of captions there is one text in memory: the next one is asked for
// when the client has been sent what came before it.
func TestCourseMedia_HoldsOneTextAtATime(t *testing.T) {
	t.Parallel()
	const size, texts = 3 << 20, 100
	text := strings.Repeat("x", size)
	sent := &countingAnswer{header: make(http.Header)}
	asked := 0
	for m, err := range kept([]string{"Lenses"}, texts, func(i int) (string, error) {
		if held := i*size - sent.bytes; held > listPiece {
			t.Fatalf("before text %d, %d bytes of those before are not sent", i, held)
		}
		asked++
		return text, nil
	}) {
		h := &handlers{addresses: noAddresses{}}
		answer := func(w *listWriter) error { return errors.Join(err, h.writeCourseMedia(w, m)) }
		if err := exchange(sent, func(x *front.Exchange, _ *http.Request) error { return writeList(x, answer) }); err != nil {
			t.Fatal(err)
		}
	}
	if asked != texts || sent.bytes < texts*size {
		t.Errorf("%d bytes of %d texts were sent", sent.bytes, asked)
	}
}

// exchange has a handler answer a request, and returns its error.
func exchange(w http.ResponseWriter, handle front.Handler) (err error) {
	group := front.RouteGroup{Routes: []front.Route{{Pattern: "GET /{$}", Handle: func(x *front.Exchange, r *http.Request) error {
		err = handle(x, r)
		return err
	}}}}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	front.New(front.Options{Logger: slog.New(slog.DiscardHandler)}, group).ServeHTTP(w, r)
	return err
}

// countingAnswer counts what is written.
type countingAnswer struct {
	header http.Header
	bytes  int
}

func (a *countingAnswer) Header() http.Header { return a.header }
func (a *countingAnswer) WriteHeader(int)     {}
func (a *countingAnswer) Write(p []byte) (int, error) {
	a.bytes += len(p)
	return len(p), nil
}

// An error before anything was sent has its status; one after that ends the connection, so that
// nobody takes a part for the whole.
func TestCourseMedia_ThatFails(t *testing.T) {
	t.Parallel()
	lost := errors.New("the database went away")
	failing := func(from int, size int) iter.Seq2[library.MediaToKeep, error] {
		return kept([]string{"Lenses", "Prisms"}, 4, func(i int) (string, error) {
			if i >= from {
				return "", lost
			}
			return strings.Repeat("x", size), nil
		})
	}
	forbidden := library.Forbidden("this course is not yours")
	for name, c := range map[string]struct {
		kept   iter.Seq2[library.MediaToKeep, error]
		err    error
		status int // 0: it breaks off
	}{
		"before the list":       {failing(0, 1), forbidden, 403},
		"at the first text":     {failing(0, 1), nil, 500},
		"at a later one":        {failing(5, 10), nil, 500},
		"after the first piece": {failing(5, listPiece), nil, 0},
		"at the last":           {failing(7, listPiece), nil, 0},
		"of what is found":      {func(yield func(library.MediaToKeep, error) bool) { yield(library.MediaToKeep{}, lost) }, nil, 500},
		"of what is not there, late": {func(yield func(library.MediaToKeep, error) bool) {
			yield(library.MediaToKeep{}, library.NotFound("course", library.CourseID(1)))
		}, nil, 404},
	} {
		answer, body, err := fetchList(t, newListServer(t, c.kept, c.err)) //nolint:bodyclose // fetchList has closed it
		switch {
		case c.status == 0:
			if err == nil || answer.StatusCode != http.StatusOK {
				t.Errorf("%s: %s with %d bytes and no error", name, answer.Status, len(body))
			}
		case err != nil || answer.StatusCode != c.status || !strings.HasPrefix(string(body), `{"error":`) || strings.Contains(string(body), "went away"):
			t.Errorf("%s: %s %.200s, %v", name, answer.Status, body, err)
		}
	}
}
