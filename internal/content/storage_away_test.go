package content_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
)

// An object that is missing because its disk is not mounted is not called missing: players
// and caches would give up.
func TestFiles_OfAStoreThatIsAway(t *testing.T) {
	t.Parallel()
	var away error
	s := newStage(t, t.TempDir(), content.Options{CheckStore: func(context.Context) error { return away }})
	address := s.signer.FileURL(content.File{Key: "media/7/a/original"}, s.clock().Add(time.Hour))
	for want, state := range map[int]error{
		http.StatusNotFound:           nil,
		http.StatusServiceUnavailable: &library.Error{Kind: library.KindUnavailable, Message: "away"},
	} {
		away = state
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := do(t, method, address, nil, nil).StatusCode; got != want {
				t.Errorf("%s answers %d, want %d", method, got, want)
			}
		}
	}
}
