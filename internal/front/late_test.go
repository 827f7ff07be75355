package front

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// A request whose answer does not begin is told to come again, before its connection is cut.
// One that has begun, or that sets a time of its own, is not.
func TestLate_IsAnswered(t *testing.T) {
	t.Parallel()
	const patience = 45 * time.Second
	waits := func(r *http.Request) error {
		select {
		case <-r.Context().Done():
			return context.Canceled // as a database says it
		case <-time.After(10 * patience):
			return nil
		}
	}
	for name, c := range map[string]struct {
		handle func(x *Exchange, r *http.Request) error
		status int
	}{
		"no answer": {func(_ *Exchange, r *http.Request) error { return waits(r) }, 503},
		"an answer that has begun": {func(x *Exchange, r *http.Request) error {
			x.WriteHeader(http.StatusAccepted)
			return waits(r)
		}, 202},
		"a time of its own": {func(x *Exchange, r *http.Request) error {
			_ = http.NewResponseController(x).SetWriteDeadline(time.Time{}) // which a recorder cannot do
			if err := waits(r); err != nil {
				return err
			}
			x.Answer(http.StatusOK, TextType, nil)
			return nil
		}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := New(Options{Patience: patience}, RouteGroup{Routes: []Route{{Pattern: "GET /", Handle: c.handle}}})
				w := httptest.NewRecorder()
				f.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
				if w.Code != c.status {
					t.Errorf("the answer is %d, want %d: %s", w.Code, c.status, w.Body)
				}
				if again := w.Header().Get("Retry-After"); (again != "") != (c.status == http.StatusServiceUnavailable) {
					t.Errorf("Retry-After is %q", again)
				}
			})
		})
	}
}
