package studioapi

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
)

// What stands beside the API is logged and counted like the API, whichever way it writes,
// and under the path that it has, not the one that a stranger asked for.
func TestBeside_IsLoggedAndCounted(t *testing.T) {
	for name, write := range map[string]func(w http.ResponseWriter){
		"a status":  func(w http.ResponseWriter) { w.WriteHeader(http.StatusTeapot); _, _ = io.WriteString(w, "tea") },
		"no status": func(w http.ResponseWriter) { _, _ = io.WriteString(w, "tea") },
		"a copy":    func(w http.ResponseWriter) { _, _ = io.Copy(w, strings.NewReader("tea")) },
	} {
		t.Run(name, func(t *testing.T) {
			log, metrics := make(logLines, 10), prometheus.NewRegistry()
			api := newAPI(&fakeServer{}, fakeAuthenticator{}, Options{
				Logger: slog.New(slog.NewJSONHandler(log, nil)), Metrics: metrics,
				Beside: map[string]http.Handler{"/files/": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { write(w) })},
			}, nil)
			answer := httptest.NewRecorder()
			api.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/files/secret/key", nil))
			if answer.Body.String() != "tea" || answer.Header().Get(requestIDHeader) == "" {
				t.Errorf("the answer is %q with %v", answer.Body, answer.Header())
			}
			line := <-log
			want := map[string]any{"route": "/files/", "bytes": 3.0, "request_id": answer.Header().Get(requestIDHeader)}
			for key, value := range want {
				if line[key] != value {
					t.Errorf("the log says %s is %v, want %v", key, line[key], value)
				}
			}
			if strings.Contains(fmt.Sprint(line), "secret") {
				t.Errorf("the log tells a signed address: %v", line)
			}
			if n := testutil.CollectAndCount(metrics, "lectern_http_request_duration_seconds"); n != 1 {
				t.Errorf("%d series", n)
			}
		})
	}
}
