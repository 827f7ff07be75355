package front

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/library"
)

// base is where the API of the tests' server is.
const base = "/api/public/v1"

// stage is a server with a group for the API, one for files, and one for pages.
type stage struct {
	http.Handler
	log     logLines
	metrics *prometheus.Registry

	// What the handlers of ping, files and pages return.
	err error
	// call runs in each of them, where it is not nil.
	call func(x *Exchange, r *http.Request)
}

// logLines takes a log's lines, decoded.
type logLines chan map[string]any

func (l logLines) Write(line []byte) (int, error) {
	var fields map[string]any
	err := json.Unmarshal(line, &fields)
	l <- fields
	return len(line), err
}

// asPage is a page for people.
func asPage(h http.Header, _ *http.Request, f Failure) (contentType string, body []byte) {
	h.Set("Content-Security-Policy", "default-src 'none'")
	return "text/html; charset=utf-8", fmt.Appendf(nil, "<h1>%d %s</h1>", f.Status, f.Message)
}

// withCORS lets scripts of other sites read an answer.
func withCORS(h http.Header) { h.Set("Access-Control-Allow-Origin", "*") }

func newStage() *stage {
	s := &stage{log: make(logLines, 100), metrics: prometheus.NewRegistry()}
	handle := func(x *Exchange, r *http.Request) error {
		if s.call != nil {
			s.call(x, r)
		}
		if x.status != 0 || s.err != nil {
			return s.err
		}
		x.Answer(http.StatusOK, TextType, []byte("pong"))
		return nil
	}
	at := func(patterns ...string) (routes []Route) {
		for _, pattern := range patterns {
			routes = append(routes, Route{Pattern: pattern, Handle: handle})
		}
		return routes
	}
	s.Handler = New(
		Options{
			Logger: slog.New(slog.NewJSONHandler(s.log, nil)), Metrics: s.metrics, Page: asPage,
			Ready: func(context.Context) error {
				if s.err != nil {
					return s.err
				}
				return nil
			},
		},
		RouteGroup{
			Under: []string{"/api/"}, Format: Format{Programs: true},
			Routes: at("GET "+base+"/ping", "GET "+base+"/users/{user_id}", "GET "+base+"/users/{user_id}/media",
				"PATCH "+base+"/users/roles", "POST "+base+"/users/roles", "PUT "+base+"/users/roles"),
		},
		RouteGroup{
			Under: []string{"/files/", "/tus/"}, Format: Format{Headers: withCORS},
			Routes: at("GET /files/{grant}/{key...}", "OPTIONS /files/{grant}/{key...}", "/tus/{grant}/{upload...}", "/tus/{grant}"),
		},
		RouteGroup{
			Under: []string{"/embed/"}, Format: Format{Write: asPage, People: true},
			Routes: at("GET /embed/{embed_id}", "GET /launch", "POST /launch"),
		},
		RouteGroup{Routes: at("GET /{$}", "GET /robots.txt")},
	)
	return s
}

// ask sends a request without going over a socket, with pairs of header and value.
func (s *stage) ask(method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestRequestID(t *testing.T) {
	t.Parallel()
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
		s := newStage()
		answered := s.ask("GET", "/nowhere", "X-Request-Id", sent).Header().Get("X-Request-Id")
		if (answered == sent) != taken || len(answered) < 10 {
			t.Errorf("sent %q, answered %q", sent, answered)
		}
		if line := <-s.log; line["request_id"] != answered {
			t.Errorf("sent %q, logged %v", sent, line)
		}
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	s := newStage()
	for _, c := range []struct {
		method, target string
		err            error
		want           map[string]any
	}{
		{"GET", base + "/users/7/media?page=2", nil, map[string]any{
			"level": "INFO", "msg": "request", "method": "GET", "status": 200.0,
			"route": base + "/users/{user_id}/media", "error": nil,
		}},
		{"GET", base + "/users/x/media", library.Invalid("user_id", "must be a number"), map[string]any{
			"level": "INFO", "status": 422.0, "route": base + "/users/{user_id}/media", "error": "user_id must be a number",
		}},
		{"GET", "/files/secret/key", errors.New("the disk broke"), map[string]any{
			"level": "ERROR", "status": 500.0, "route": "/files/{grant}/{key...}", "error": "the disk broke",
		}},
		{"GET", "/files/secret/key", &library.Error{Kind: library.KindNoSpace, Message: "full"}, map[string]any{"level": "WARN", "status": 507.0}},
		{"GET", "/embed/secret", &library.Error{Kind: library.KindUnavailable, Message: "away"}, map[string]any{"level": "WARN", "status": 503.0}},
		{"GET", base + "/ping", &library.Error{Kind: library.KindNotImplemented, Message: "off"}, map[string]any{"level": "INFO", "status": 501.0}},
		{"BREW", "/secret\nlevel=ERROR", nil, map[string]any{"level": "INFO", "method": "OTHER", "route": "OTHER", "status": 404.0}},
	} {
		s.err = c.err
		r := httptest.NewRequest(c.method, "/", nil)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(c.target, "?")
		r.Header.Set("Authorization", "Bearer secret")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		line := <-s.log
		for key, want := range c.want {
			if line[key] != want {
				t.Errorf("%s %q: %s is %v, want %v", c.method, c.target, key, line[key], want)
			}
		}
		if seconds, _ := line["seconds"].(float64); line["bytes"] != float64(w.Body.Len()) || seconds <= 0 {
			t.Errorf("%s %q: %v bytes in %v seconds", c.method, c.target, line["bytes"], line["seconds"])
		}
		if strings.Contains(fmt.Sprint(line), "secret") {
			t.Errorf("the log tells a token or a signed address: %v", line)
		}
	}
}

// What a group writes is logged and counted in the same way, however it is written.
func TestLog_CountsWhatIsWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		write  func(x *Exchange)
		status float64
	}{
		"a status":         {func(x *Exchange) { x.WriteHeader(http.StatusTeapot); _, _ = io.WriteString(x, "tea") }, 418},
		"no status":        {func(x *Exchange) { _, _ = io.WriteString(x, "tea") }, 200},
		"a copy":           {func(x *Exchange) { _, _ = io.Copy(x, strings.NewReader("tea")) }, 200},
		"an answer":        {func(x *Exchange) { x.Answer(http.StatusCreated, TextType, []byte("tea")) }, 201},
		"two, in addition": {func(x *Exchange) { _, _ = io.WriteString(x, "t"); _, _ = io.Copy(x, strings.NewReader("ea")) }, 200},
	} {
		s := newStage()
		s.call = func(x *Exchange, _ *http.Request) { c.write(x) }
		answer := s.ask("GET", "/files/secret/key")
		if answer.Body.String() != "tea" || answer.Header().Get("X-Request-Id") == "" || answer.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: the answer is %q with %v", name, answer.Body, answer.Header())
		}
		if line := <-s.log; line["status"] != c.status || line["bytes"] != 3.0 || line["request_id"] != answer.Header().Get("X-Request-Id") {
			t.Errorf("%s: logged %v", name, line)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newStage()
	for _, path := range []string{
		base + "/users/7/media", base + "//users/8/media", "/a/path/of/strangers", "/files/one/key", "/files/another/key",
		"/files/one", "/embed/x", "/robots.txt", "/", "/healthz", "/readyz", "//healthz",
	} {
		s.ask("GET", path)
	}
	s.ask("BREW", base+"/ping")
	s.ask("OPTIONS", "/files/one/key")
	s.err = library.Invalid("user_id", "must be a number")
	s.ask("GET", base+"/users/0/media")
	families, err := s.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, family := range families {
		if family.GetName() != "lectern_http_request_duration_seconds" {
			continue
		}
		for _, metric := range family.GetMetric() {
			line := family.GetName()
			for _, label := range metric.GetLabel() {
				line += " " + label.GetName() + "=" + label.GetValue()
			}
			got = append(got, fmt.Sprintf("%s: %d", line, metric.GetHistogram().GetSampleCount()))
		}
	}
	slices.Sort(got)
	want := []string{
		"lectern_http_request_duration_seconds code=200 method=GET route=/api/public/v1/users/{user_id}/media: 2",
		"lectern_http_request_duration_seconds code=200 method=GET route=/embed/{embed_id}: 1",
		"lectern_http_request_duration_seconds code=200 method=GET route=/files/{grant}/{key...}: 2",
		"lectern_http_request_duration_seconds code=200 method=GET route=/robots.txt: 1",
		"lectern_http_request_duration_seconds code=200 method=GET route=/{$}: 1",
		"lectern_http_request_duration_seconds code=200 method=OTHER route=/files/{grant}/{key...}: 1",
		"lectern_http_request_duration_seconds code=404 method=GET route=OTHER: 2",
		"lectern_http_request_duration_seconds code=405 method=OTHER route=OTHER: 1",
		"lectern_http_request_duration_seconds code=422 method=GET route=/api/public/v1/users/{user_id}/media: 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A client that hangs up is no failure of the server.
func TestClientGone(t *testing.T) {
	t.Parallel()
	for _, path := range []string{base + "/ping", "/files/x/y", "/embed/x"} {
		s := newStage()
		ctx, hangUp := context.WithCancel(t.Context())
		s.call = func(_ *Exchange, r *http.Request) {
			hangUp()
			<-r.Context().Done()
		}
		s.err = context.Canceled
		server := httptest.NewServer(s)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultClient.Do(r); err == nil {
			_ = answer.Body.Close()
			t.Errorf("answered %d", answer.StatusCode)
		}
		if line := <-s.log; line["status"] != 499.0 || line["level"] != "INFO" {
			t.Errorf("logged: %v", line)
		}
		server.Close()
	}
}

// A handler that fails in the middle of its answer, or panics there, leaves a connection that
// ends: nobody takes the part for the whole, and nothing is written behind it.
func TestBrokenAnswers_EndTheConnection(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(s *stage){
		"an error": func(s *stage) { s.err = errors.New("the disk broke") },
		"a panic": func(s *stage) {
			begin := s.call
			s.call = func(x *Exchange, r *http.Request) {
				begin(x, r)
				panic("the disk broke")
			}
		},
	} {
		s := newStage()
		s.call = func(x *Exchange, _ *http.Request) { _, _ = io.WriteString(x, "a part") }
		fail(s)
		server := httptest.NewUnstartedServer(s)
		server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
		server.Start()
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, "GET "+base+"/ping HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err == nil { // the part may not even have left
			body, failed := io.ReadAll(answer.Body)
			if failed == nil || strings.Contains(string(body), "error") {
				t.Errorf("%s: the whole answer is %q", name, body)
			}
			_ = answer.Body.Close()
		}
		_ = conn.Close()
		line := <-s.log
		if cause, _ := line["error"].(string); line["status"] != 200.0 || !strings.Contains(cause, "the disk broke") {
			t.Errorf("%s: logged %v", name, line)
		}
		server.Close()
	}
}

// A handler that wants to answer a failure by itself, instead of returning it, is a mistake
// that shows.
func TestAnswer_TakesNoFailures(t *testing.T) {
	t.Parallel()
	s := newStage()
	s.call = func(x *Exchange, _ *http.Request) { x.Answer(http.StatusTeapot, TextType, nil) }
	if answer := s.ask("GET", base+"/ping"); answer.Code != http.StatusInternalServerError {
		t.Errorf("answered %d", answer.Code)
	}
	if line := <-s.log; !strings.Contains(fmt.Sprint(line["error"]), "answered 418 instead of returning an error") {
		t.Errorf("logged %v", line)
	}
}

func TestPanics_AreOurFault(t *testing.T) {
	t.Parallel()
	for _, path := range []string{base + "/ping", "/files/x/y", "/embed/x"} {
		s := newStage()
		s.call = func(*Exchange, *http.Request) { panic("secret") }
		answer := s.ask("GET", path)
		if answer.Code != http.StatusInternalServerError || strings.Contains(answer.Body.String(), "secret") {
			t.Errorf("%s: %d %s", path, answer.Code, answer.Body)
		}
		if line := <-s.log; line["level"] != "ERROR" || !strings.Contains(fmt.Sprint(line["error"]), "panic: secret\n") {
			t.Errorf("%s: logged %v", path, line)
		}
	}
}

// A page or a format that panics is asked once: the answer is plain text, and the log has why.
func TestPanics_OfWhatWritesFailures(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(*Exchange, *http.Request){
		"an error": nil,
		"a panic":  func(*Exchange, *http.Request) { panic("secret of the handler") },
	} {
		for _, broken := range []string{"page", "format", "challenge"} {
			lines := make(logLines, 10)
			asked := 0
			write := func(h http.Header, _ *http.Request, _ Failure) (string, []byte) {
				asked++
				h.Set("Content-Security-Policy", "default-src 'none'")
				panic("secret of the " + broken)
			}
			metrics := prometheus.NewRegistry()
			o := Options{Logger: slog.New(slog.NewJSONHandler(lines, nil)), Metrics: metrics}
			group := RouteGroup{Under: []string{"/files/"}, Format: Format{Headers: withCORS}}
			accept := "*/*"
			switch broken {
			case "page":
				o.Page, accept = write, "text/html"
			case "format":
				group.Format.Write = write
			case "challenge":
				group.Format.Challenge = func(*http.Request) string { write(http.Header{}, nil, Failure{}); return "" }
			}
			group.Routes = []Route{{Pattern: "GET /files/{key}", Handle: func(x *Exchange, r *http.Request) error {
				if call != nil {
					call(x, r)
				}
				return &library.Error{Kind: library.KindUnauthenticated, Message: "secret of the error"}
			}}}
			if broken == "challenge" && call != nil {
				continue // an internal fault asks for no token
			}
			r := httptest.NewRequest(http.MethodGet, "/files/x", nil)
			r.Header.Set("Accept", accept)
			w := httptest.NewRecorder()
			New(o, group).ServeHTTP(w, r)
			if w.Code != http.StatusInternalServerError || w.Header().Get("Content-Type") != TextType || w.Body.String() != internalMessage+"\n" {
				t.Errorf("%s, %s: %d %v %s", name, broken, w.Code, w.Header(), w.Body)
			}
			if h := w.Header(); h.Get("Content-Security-Policy") != "" || h.Get("WWW-Authenticate") != "" || h.Get("Cache-Control") != "no-store" || h.Get("X-Request-Id") == "" {
				t.Errorf("%s, %s: the headers are %v", name, broken, h)
			}
			if asked != 1 {
				t.Errorf("%s, %s: asked %d times", name, broken, asked)
			}
			line := <-lines
			if cause := fmt.Sprint(line["error"]); line["level"] != "ERROR" || line["status"] != 500.0 ||
				!strings.Contains(cause, "panic: secret of the "+broken) || !strings.Contains(cause, map[bool]string{true: "secret of the error", false: "secret of the handler"}[call == nil]) {
				t.Errorf("%s, %s: logged %v", name, broken, line)
			}
			families, err := metrics.Gather()
			if err != nil || len(families) != 2 {
				t.Errorf("%s, %s: not counted: %v, %v", name, broken, families, err)
			}
		}
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	s := newStage()
	for path, body := range map[string]string{"/healthz": "ok\n", "/readyz": `{"status":"ok","warnings":[]}`} {
		for _, method := range []string{"GET", "HEAD"} {
			answer := s.ask(method, path)
			if answer.Code != http.StatusOK || answer.Body.String() != body || answer.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s: %d %q %v", method, path, answer.Code, answer.Body, answer.Header())
			}
		}
		if answer := s.ask("POST", path); answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s: %d %v", path, answer.Code, answer.Header())
		}
		<-s.log
	}
	s.err = &library.Error{Kind: library.KindUnavailable, Message: "the server is stopping"}
	answer := s.ask("GET", "/readyz")
	if answer.Code != http.StatusServiceUnavailable || answer.Body.String() != `{"error":"the server is stopping"}` || answer.Header().Get("Retry-After") != "5" {
		t.Errorf("not ready: %d %s %v", answer.Code, answer.Body, answer.Header())
	}
	if answer := s.ask("GET", "/healthz"); answer.Code != http.StatusOK {
		t.Errorf("/healthz: %d", answer.Code)
	}
	if len(s.log) > 0 {
		t.Errorf("logged %v", <-s.log)
	}
}
