package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// Through a PgBouncer that keeps connections (pool_mode = session), a node does everything that
// it does without.
func TestPooler_SessionsWork(t *testing.T) {
	t.Parallel()
	direct := live.Databases.PostgresURL(t)
	lib := live.Open(t, testkit.PgBouncer(t, direct, "session"))
	lib.Load(t, school)
	text := tone()
	at := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "audio/wav")
		_, _ = w.Write(text) // the client's own fault if it does not read
	})
	node := lib.Serve(t, live.Works, func(o *app.Options) { o.DatabaseConnections = 6 })
	manyAtOnce(t, node)
	tom := node.As("tom")
	made := under[media](t, post(t, tom, "/media", `{"title":"Tone","url":"`+at+`/tone.wav"}`), 201, "media")
	if last := lastOf(t, tom, made.ID); !strings.Contains(last, `"stage":"finished"`) {
		t.Errorf("the work ended with %s", last)
	}
}

// Other modes would lose locks and notifications without a word: they are rejected at the start,
// with the reason.
func TestPooler_TransactionsAreRejected(t *testing.T) {
	t.Parallel()
	direct := live.Databases.PostgresURL(t)
	live.Open(t, direct).Load(t, school)
	for _, mode := range []string{"transaction", "statement"} {
		o := app.DefaultOptions()
		o.Place.Data = t.TempDir()
		o.Place.Database = settings.DatabaseURL(testkit.PgBouncer(t, direct, mode))
		server, err := app.New(t.Context(), o)
		if err == nil {
			_ = server.Stop(t.Context())
		}
		for _, words := range []string{"pool_mode = session", "locks", "LISTEN"} {
			if err == nil || !strings.Contains(err.Error(), words) {
				t.Errorf("%s: opening says %v, want %s", mode, err, words)
			}
		}
	}
}
