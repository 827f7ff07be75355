package front

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// During an outage every request fails for the same cause: the log has one of them a second,
// and how many it left out. Requests that do not fail of it are all in the log.
func TestOutage_IsLoggedOnceASecond(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]library.Kind{"away": library.KindUnavailable, "full": library.KindNoSpace} {
		synctest.Test(t, func(t *testing.T) {
			s := newStage()
			away := &library.Error{Kind: kind, Message: "the database is away", Err: errors.New("no route to host")}
			lines := func() (seen []map[string]any) {
				for len(s.log) > 0 {
					seen = append(seen, <-s.log)
				}
				return seen
			}
			ask := func(times int, path string, err error) {
				s.err = err
				for range times {
					s.ask("GET", path)
				}
			}
			ask(50, base+"/ping", away)
			ask(50, "/embed/x", away)
			ask(50, "/readyz", away)
			if got := lines(); len(got) != 1 || got[0]["error"] != away.Error() || got[0]["left_out"] != nil || got[0]["level"] != "WARN" {
				t.Errorf("%s: of the first second the log has %v", name, got)
			}
			ask(3, base+"/ping", nil)
			ask(1, base+"/ping", errors.New("a fault"))
			if got := lines(); len(got) != 4 {
				t.Errorf("%s: of what is no outage the log has %v", name, got)
			}
			<-time.After(outageInterval) // on the false clock
			ask(2, "/readyz", away)
			if got := lines(); len(got) != 1 || got[0]["left_out"] != 149.0 || got[0]["route"] != "/readyz" {
				t.Errorf("%s: of the next second the log has %v", name, got)
			}
			// What the server decided is no outage: each is told, and health says nothing of it.
			stopping := &library.Error{Kind: library.KindUnavailable, Message: "the server is stopping"}
			ask(3, base+"/ping", stopping)
			ask(3, "/readyz", stopping)
			if got := lines(); len(got) != 3 {
				t.Errorf("%s: of a server that stops the log has %v", name, got)
			}
		})
	}
}

// Each is counted, whether or not the log has it; health is not.
func TestOutage_IsCounted(t *testing.T) {
	t.Parallel()
	s := newStage()
	s.err = &library.Error{Kind: library.KindUnavailable, Message: "away", Err: context.DeadlineExceeded}
	for range 20 {
		if answer := s.ask("GET", base+"/ping"); answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") != "5" {
			t.Errorf("it answers %d, %v", answer.Code, answer.Header())
		}
		s.ask("GET", "/readyz")
	}
	families, err := s.metrics.Gather()
	if err != nil || len(families) != 2 || len(families[0].GetMetric()) != 1 || families[0].GetMetric()[0].GetHistogram().GetSampleCount() != 20 {
		t.Errorf("counted: %v, %v", families, err)
	}
}
