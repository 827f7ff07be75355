package studioapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// Most tests here are about the wire alone, so a Server that notes its input and
// answers what it is told to is the honest level. What the library makes of it is
// tested there, and both together from app.

// fakeServer is such a Server.
type fakeServer struct {
	Server // the operations that no test here asks for

	mu    sync.Mutex
	actor library.Actor
	input any                 // of the last call; nil before one
	media ListUserMediaOutput // the answer of ListUserMedia
	err   error
	call  func(ctx context.Context) // runs inside each call
}

func (s *fakeServer) note(ctx context.Context, actor library.Actor, in any) error {
	s.mu.Lock()
	s.actor, s.input = actor, in
	s.mu.Unlock()
	if s.call != nil {
		s.call(ctx)
	}
	return s.err
}

func (s *fakeServer) ListUserCollections(
	ctx context.Context, actor library.Actor, in ListUserCollectionsInput,
) (ListUserCollectionsOutput, error) {
	return ListUserCollectionsOutput{}, s.note(ctx, actor, in)
}

func (s *fakeServer) GetUserLibrary(
	ctx context.Context, actor library.Actor, in GetUserLibraryInput,
) (GetUserLibraryOutput, error) {
	return GetUserLibraryOutput{}, s.note(ctx, actor, in)
}

func (s *fakeServer) ListUserMedia(
	ctx context.Context, actor library.Actor, in ListUserMediaInput,
) (ListUserMediaOutput, error) {
	return s.media, s.note(ctx, actor, in)
}

func (s *fakeServer) GetUser(ctx context.Context, actor library.Actor, in GetUserInput) (GetUserOutput, error) {
	return GetUserOutput{}, s.note(ctx, actor, in)
}

func (s *fakeServer) SearchUsers(
	ctx context.Context, actor library.Actor, in SearchUsersInput,
) (SearchUsersOutput, error) {
	return SearchUsersOutput{}, s.note(ctx, actor, in)
}

func (s *fakeServer) UpdateUserRoles(
	ctx context.Context, actor library.Actor, in UpdateUserRolesInput,
) (UpdateUserRolesOutput, error) {
	return UpdateUserRolesOutput{}, s.note(ctx, actor, in)
}

func (s *fakeServer) RecordViews(ctx context.Context, actor library.Actor, in RecordViewsInput) error {
	return s.note(ctx, actor, in)
}

func (s *fakeServer) Ping(ctx context.Context, actor library.Actor, in PingInput) (string, error) {
	return "pong", s.note(ctx, actor, in)
}

// goodToken is user 5's, the only one that fakeAuthenticator knows.
const goodToken = "8kQv3_good-token"

type fakeAuthenticator struct{}

func (fakeAuthenticator) Authenticate(_ context.Context, token string) (library.Actor, error) {
	if token != goodToken {
		return library.Actor{}, &library.Error{Kind: library.KindUnauthenticated, Message: "no such token"}
	}
	return library.Person(5, 0, library.Credential{}), nil
}

// bundle is one API under test.
type bundle struct {
	http.Handler
	server  *fakeServer
	metrics *prometheus.Registry
	log     logLines
}

// logLines takes a log's lines, decoded.
type logLines chan map[string]any

func (l logLines) Write(line []byte) (int, error) {
	var fields map[string]any
	err := json.Unmarshal(line, &fields)
	l <- fields
	return len(line), err
}

func setup(tb testing.TB) *bundle {
	tb.Helper()
	b := &bundle{server: &fakeServer{media: listOfMedia(20)}, metrics: prometheus.NewRegistry(), log: make(logLines, 100)}
	b.Handler = front.New(front.Options{
		Logger:  slog.New(slog.NewJSONHandler(b.log, nil)),
		Metrics: b.metrics,
	}, newAPI(b.server, fakeAuthenticator{}).group)
	return b
}

// ask sends a request of user 5's without going over a socket.
func (b *bundle) ask(method, target, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+goodToken)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return b.send(r)
}

func (b *bundle) send(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	<-b.log // there is one line for each request
	return w
}

// wantFault checks an answer that is a failure: the status, the contract's error body,
// and that the sentence says what it should.
func wantFault(tb testing.TB, w *httptest.ResponseRecorder, status int, sentence string) {
	tb.Helper()
	if w.Code != status {
		tb.Errorf("status %d, want %d: %s", w.Code, status, w.Body)
	}
	var body map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || len(body) != 1 || body["error"] == "" {
		tb.Errorf("no error body: %s", w.Body)
	}
	if !strings.Contains(body["error"], sentence) {
		tb.Errorf("the error is %q, want %q", body["error"], sentence)
	}
	if got := w.Header().Get("Content-Type"); got != front.JSONType {
		tb.Errorf("Content-Type %q", got)
	}
	if got := w.Header().Get("Content-Length"); got != fmt.Sprint(w.Body.Len()) {
		tb.Errorf("Content-Length %s for %d bytes", got, w.Body.Len())
	}
}

// A request with all faults at once, mended one by one, shows the order in which they
// are looked for.
func TestOrderOfFaults(t *testing.T) {
	const (
		roles   = BasePath + "/users/roles"
		tooMuch = front.MaxBody + 1
	)
	large := strings.Repeat(" ", tooMuch)
	for _, step := range []struct {
		name, method, path, token, contentType, body string
		err                                          error
		status                                       int
		sentence                                     string
	}{
		{"unknown path", "DELETE", "/nowhere", "bad", "text/plain", large, nil, 404, "nothing at this path"},
		{"wrong method", "DELETE", roles, "bad", "text/plain", large, nil, 405, "takes only"},
		{"bad token", "POST", roles, "bad", "text/plain", large, nil, 401, "token"},
		{"too large", "POST", roles, goodToken, "text/plain", large, nil, 413, "larger than 1048576 bytes"},
		{"wrong type", "POST", roles, goodToken, "text/plain", `{`, nil, 415, "must be application/json or a form"},
		{"broken", "POST", roles, goodToken, "application/json", `{`, nil, 400, "not JSON"},
		{"missing", "POST", roles, goodToken, "application/json", `{}`, nil, 400, "roles is required"},
		{"invalid", "POST", roles, goodToken, "application/json", `{"roles":[]}`, nil, 422, "1 to 1000 items"},
		{
			"forbidden", "POST", roles, goodToken, "application/json", oneChange,
			library.Forbidden("only admins may"), 403, "only admins may",
		},
	} {
		t.Run(step.name, func(t *testing.T) {
			b := setup(t)
			b.server.err = step.err
			r := httptest.NewRequest(step.method, step.path, strings.NewReader(step.body))
			r.Header.Set("Authorization", "Bearer "+step.token)
			r.Header.Set("Content-Type", step.contentType)
			wantFault(t, b.send(r), step.status, step.sentence)
			if called := b.server.input != nil; called != (step.err != nil) {
				t.Errorf("server called: %v", called)
			}
		})
	}
}

// oneChange is a good body of a role update.
const oneChange = `{"roles":[{"user_id":7,"role":"Teacher","action":"add"}]}`

func TestPaths(t *testing.T) {
	for target, want := range map[string]any{
		BasePath + "/users/7/media":              200,
		"/api/public/v1//users/7/media":          200,
		"//api///public/v1/users//7/media//":     200,
		BasePath + "/users/7/media/":             200,
		BasePath + "/users/%37/media":            200,
		BasePath + "//ping":                      200,
		BasePath + "/users/../users/7/media":     404,
		BasePath + "/users/%2e%2e/users/7/media": 404,
		BasePath + "/users/./7":                  404,
		BasePath + "/../v1/ping":                 404,
		BasePath + "/users/..":                   404,
		BasePath + "/users":                      404,
		BasePath + "/users/7/media/8":            404,
		BasePath:                                 404,
		"/":                                      404,
		"/api/public/oauth/token":                404,
		BasePath + "/users/7%2Fmedia":            422,
		BasePath + "/users/7..":                  422,
	} {
		t.Run(target, func(t *testing.T) {
			w := setup(t).ask("GET", target, "", "")
			if w.Code != want {
				t.Errorf("status %d, want %d: %s", w.Code, want, w.Body)
			}
			if location := w.Header().Get("Location"); location != "" {
				t.Errorf("redirects to %s", location)
			}
		})
	}
}

// Requests that http.NewRequest would refuse to make.
func TestPaths_Odd(t *testing.T) {
	b := setup(t)
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodOptions, "*", nil),
		httptest.NewRequest(http.MethodConnect, "school.test:443", nil),
	} {
		w := b.send(r)
		wantFault(t, w, 404, "nothing at this path")
	}
}

func TestMethods(t *testing.T) {
	b := setup(t)
	for _, c := range []struct {
		method, path, allow string
	}{
		{"POST", "/users/7/media", "GET, HEAD"},
		{"DELETE", "/users//7/media", "GET, HEAD"},
		{"OPTIONS", "/users/roles", "PATCH, POST, PUT"},
		{"GET", "/users/roles", "PATCH, POST, PUT"}, // and not the user called "roles"
		{"HEAD", "/users/roles", "PATCH, POST, PUT"},
		{"POST", "/users/search", "GET, HEAD"},
		{"BREW", "/ping", "GET, HEAD"},
	} {
		w := b.send(httptest.NewRequest(c.method, BasePath+c.path, nil))
		wantFault(t, w, 405, "takes only "+c.allow)
		if got := w.Header().Get("Allow"); got != c.allow {
			t.Errorf("%s %s: Allow %q, want %q", c.method, c.path, got, c.allow)
		}
	}
	for _, method := range []string{"POST", "PUT", "PATCH"} {
		if w := b.ask(method, BasePath+"/users/roles", "application/json", oneChange); w.Code != 200 {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
}

// Over a socket: what the recorder of httptest does not do.
func TestAnswer_OverHTTP(t *testing.T) {
	b := setup(t)
	server := httptest.NewServer(b)
	defer server.Close()
	bodies := make(map[string]string)
	for _, method := range []string{"GET", "HEAD"} {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+BasePath+"//users/7/media", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+goodToken)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		bodies[method] = string(body)
		if res.StatusCode != http.StatusOK || res.ContentLength < 1000 || len(res.TransferEncoding) > 0 {
			t.Errorf("%s: %d, Content-Length %d, %v", method, res.StatusCode, res.ContentLength, res.TransferEncoding)
		}
		for header, want := range map[string]string{
			"Content-Type": front.JSONType, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		} {
			if got := res.Header.Get(header); got != want {
				t.Errorf("%s: %s is %q, want %q", method, header, got, want)
			}
		}
	}
	if !json.Valid([]byte(bodies["GET"])) || bodies["HEAD"] != "" {
		t.Errorf("GET answers %.80q…, HEAD %q", bodies["GET"], bodies["HEAD"])
	}
}

func TestPing(t *testing.T) {
	w := setup(t).ask("GET", BasePath+"/ping", "", "")
	if w.Code != 200 || w.Body.String() != "pong" || w.Header().Get("Content-Type") != front.TextType {
		t.Errorf("%d %q %s", w.Code, w.Body, w.Header())
	}
}

// ourFault is in what a caller is told of our own fault.
const ourFault = "an internal error occurred"

func TestFaults_EveryKindOfTheLibrary(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.7:5432: secret")
	kinds := map[library.Kind]int{
		library.KindInternal:        500,
		library.KindUnauthenticated: 401,
		library.KindMissing:         400,
		library.KindInvalid:         422,
		library.KindNotFound:        404,
		library.KindForbidden:       403,
		library.KindConflict:        409,
		library.KindNotImplemented:  501,
		library.KindTooLarge:        413,
		library.KindUnfit:           400,
		library.KindUnavailable:     503,
		library.KindNoSpace:         507,
		library.KindTooMany:         429,
	}
	for kind, status := range kinds {
		t.Run(kind.String(), func(t *testing.T) {
			b := setup(t)
			b.server.err = fmt.Errorf("reading: %w", &library.Error{Kind: kind, Message: "a sentence", Err: cause})
			sentence := "a sentence"
			if kind == library.KindInternal {
				sentence = ourFault
			}
			w := b.ask("GET", BasePath+"/ping", "", "")
			wantFault(t, w, status, sentence)
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("tells the cause: %s", w.Body)
			}
			if got := w.Header().Get("Retry-After"); (got == "5") != (status == 503 || status == 429) {
				t.Errorf("Retry-After %q", got)
			}
			if got := w.Header().Get("WWW-Authenticate"); (got == `Bearer error="invalid_token"`) != (status == 401) {
				t.Errorf("WWW-Authenticate %q", got)
			}
		})
	}
	if next := library.Kind(len(kinds)); next.String() != library.KindInternal.String() {
		t.Errorf("the kind %q is not tested", next)
	}
}

func TestFaults_UnknownErrorsAndPanicsAreOurs(t *testing.T) {
	for name, prepare := range map[string]func(*fakeServer){
		"error": func(s *fakeServer) { s.err = errors.New("secret") },
		"panic": func(s *fakeServer) { s.call = func(context.Context) { panic("secret") } },
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			prepare(b.server)
			r := httptest.NewRequest(http.MethodGet, BasePath+"/ping", nil)
			r.Header.Set("Authorization", "Bearer "+goodToken)
			w := httptest.NewRecorder()
			b.ServeHTTP(w, r)
			wantFault(t, w, 500, ourFault)
			if strings.Contains(w.Body.String(), "secret") {
				t.Errorf("tells the cause: %s", w.Body)
			}
			line := <-b.log
			if cause, _ := line["error"].(string); line["level"] != "ERROR" || !strings.Contains(cause, "secret") {
				t.Errorf("logged: %v", line)
			}
		})
	}
}

// A buffer is used again by later answers; none may show through in another.
func TestAnswers_DoNotShareBuffers(t *testing.T) {
	b := setup(t)
	want := b.ask("GET", BasePath+"/users/7/media", "", "").Body.String()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if got := b.ask("GET", BasePath+"/users/7/media", "", "").Body.String(); got != want {
					t.Errorf("got %.80q…", got)
				}
				b.ask("GET", BasePath+"/ping", "", "")
			}
		})
	}
	wait.Wait()
}

// listOfMedia is a page of n media, 600 bytes each.
func listOfMedia(n int) ListUserMediaOutput {
	description := "From the first lens to the last mirror: what light does when it meets glass, with “demonstrations”.\n"
	email := "ada@school.test"
	viewed := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	out := ListUserMediaOutput{Media: make([]UserMedia, n)}
	for i := range out.Media {
		out.Media[i] = UserMedia{Permission: "view", Media: Media{
			ID: int64(1000 + i), Title: "Optics, part " + fmt.Sprint(i), Description: &description, Duration: 61.5,
			CreatedAt: viewed, LastViewed: &viewed,
			ThumbnailURL:      "https://media.school.test/thumbnails/0b3e1c9a-9c57-4d9e-8a38-5a0a2c1f7f10",
			TranscodingStatus: "finished", Size: 1 << 20, Source: "upload",
			Owner:   UserBrief{ID: 7, FullName: "Ada Byron", DisplayName: "Ada", Email: &email},
			EmbedID: "0b3e1c9a-9c57-4d9e-8a38-5a0a2c1f7f10", LTILaunchID: "0b3e1c9a-9c57-4d9e-8a38-5a0a2c1f7f10-1000",
		}}
	}
	out.Meta = Pagination{CurrentPage: 1, LastPage: 1, TotalCount: int64(n)}
	return out
}

func BenchmarkAnswer(b *testing.B) {
	out := listOfMedia(20)
	var buffer []byte
	b.Run("AppendJSON", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buffer = out.AppendJSON(buffer[:0])
		}
		b.SetBytes(int64(len(buffer)))
	})
	b.Run("encoding_json", func(b *testing.B) { // the floor that AppendJSON replaces
		b.ReportAllocs()
		var w bytes.Buffer
		for b.Loop() {
			w.Reset()
			if err := json.NewEncoder(&w).Encode(out); err != nil {
				b.Fatal(err)
			}
		}
		b.SetBytes(int64(w.Len()))
	})
	b.Run("request", func(b *testing.B) { // all but the socket and the library
		api := front.New(front.Options{
			Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)), Metrics: prometheus.NewRegistry(),
		}, newAPI(&fakeServer{media: out}, fakeAuthenticator{}).group)
		r := httptest.NewRequest(http.MethodGet, BasePath+"/users/7/media?page=2&per_page=20", nil)
		r.Header.Set("Authorization", "Bearer "+goodToken)
		b.ReportAllocs()
		for b.Loop() {
			api.ServeHTTP(httptest.NewRecorder(), r)
		}
	})
}
