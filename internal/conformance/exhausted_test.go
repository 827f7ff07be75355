package conformance

import (
	"net/http"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// A server of PostgreSQL that has no connection left says so by 53300. Requests are told to
// come again, and then are answered.
func TestOutage_NoConnectionLeft(t *testing.T) {
	t.Parallel()
	direct := live.Databases.PostgresURL(t)
	lib := live.Open(t, direct)
	lib.Load(t, school)
	limited, limit := testkit.LimitedPostgres(t, direct)
	node := lib.Serve(t, func(o *app.Options) { o.Place.Database = settings.DatabaseURL(limited) })
	ada := node.As("ada")
	ada.Get(t, "/ping").Want(t, 200)

	limit(0)
	for _, path := range []string{"collections", "ping", "users/1"} {
		ada.Get(t, "/%s", path).WantError(t, 503, "does not answer")
	}
	ada.Send(t, http.MethodPost, "/collections", live.JSON, `{"name":"None left"}`).WantError(t, 503, "does not answer")
	ada.Fetch(t, "/readyz").WantError(t, 503, "the database does not answer")
	ada.Fetch(t, "/healthz").Want(t, 200)
	limit(100)
	ada.Fetch(t, "/readyz").Want(t, 200)
	// Each connection that the server has ended may fail one change, which is tried again.
	const connections = 20
	var made live.Answer
	for range connections {
		made = ada.Send(t, http.MethodPost, "/collections", live.JSON, `{"name":"Some left"}`)
		if made.Status != http.StatusServiceUnavailable {
			break
		}
	}
	made.Want(t, 201)
}

// Without its storage a server is not ready: whatever plays there fails. The API answers what
// needs no bytes.
func TestOutage_StorageIsPartOfReadiness(t *testing.T) {
	t.Parallel()
	address, faults := testkit.FaultyS3(t)
	lib := live.Open(t, live.Databases.SQLiteURL(t))
	lib.KeepBytes(address)
	lib.Load(t, school)
	node := lib.Serve(t)
	ada := node.As("ada")
	ada.Fetch(t, "/readyz").Want(t, 200)
	faults.Break(func(*http.Request) testkit.Fault { return testkit.Fault{Status: http.StatusServiceUnavailable} })
	ada.Fetch(t, "/readyz").WantError(t, 503, "the storage does not answer")
	ada.Fetch(t, "/healthz").Want(t, 200)
	ada.Get(t, "/collections").Want(t, 200)
	faults.Break(nil)
	ada.Fetch(t, "/readyz").Want(t, 200)
}
