package conformance

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// named returns the URL of a database for connections that PostgreSQL shows under a name.
func named(t *testing.T, database, name string) settings.DatabaseURL {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("application_name", name)
	u.RawQuery = query.Encode()
	return settings.DatabaseURL(u.String())
}

// connectionsOf returns how many connections there are under a name.
func connectionsOf(ctx context.Context, tables *sql.DB, name string) (n int, err error) {
	err = tables.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1", name).Scan(&n)
	return n, err
}

// A node has so many connections as it may, for everything together. More clients than that
// wait, and none gets an error.
func TestConnections_AreShared(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{4, 7, 15} {
		t.Run(strconv.Itoa(connections), func(t *testing.T) {
			t.Parallel()
			database := live.Databases.PostgresURL(t)
			lib := live.Open(t, database)
			lib.Load(t, school)
			node := lib.Serve(t, live.Works, func(o *app.Options) {
				o.Place.Database, o.DatabaseConnections = named(t, database, "node"), connections
			})
			most := watchConnections(t, lib.Tables(t), "node", func() { manyAtOnce(t, node) })
			if most > connections || most < 3 {
				t.Errorf("the node had %d connections, and may have %d", most, connections)
			}
		})
	}
}

// watchConnections counts connections while work runs, and returns the largest number.
func watchConnections(t *testing.T, tables *sql.DB, name string, work func()) (most int) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		n, err := connectionsOf(t.Context(), tables, name)
		if err != nil {
			t.Error(err)
			<-done
			return most
		}
		most = max(most, n)
	}
	return most
}

// manyAtOnce has more clients than there are connections read and change things.
func manyAtOnce(t *testing.T, node *live.Node) {
	t.Helper()
	const clients, rounds = 32, 6
	lib := node.Library
	var asking sync.WaitGroup
	for i := range clients {
		asking.Go(func() {
			who := node.As([]string{"ada", "tom", "bob", "eve"}[i%4])
			key := []string{"ada", "tom", "bob", "eve"}[i%4]
			for round := range rounds {
				who.Send(t, http.MethodPost, "/collections", live.JSON, fmt.Sprintf(`{"name":"Client %d, round %d"}`, i, round)).Want(t, 201)
				who.Get(t, "/collections").Want(t, 200)
				who.Get(t, "%s", lib.UserPath(key, "/media")).Want(t, 200)
				node.As("tom").Get(t, "/media/%d", lib.Media("lenses")).Want(t, 200)
				node.As("ada").Get(t, "/media/search?query=lens").Want(t, 200)
				node.As("tom").Send(t, http.MethodPost, "/media/uploads", live.JSON, `{"title":"A lecture"}`).Want(t, 201)
			}
		})
	}
	asking.Wait()
}

// A request that waits for too long for a connection is told to come again, and is not cut
// off.
func TestConnections_ThatNobodyGivesBack(t *testing.T) {
	t.Parallel()
	database := live.Databases.PostgresURL(t)
	lib := live.Open(t, database)
	lib.Load(t, school)
	node := lib.Serve(t, func(o *app.Options) {
		o.DatabaseConnections, o.Limits.WriteTimeout = 4, 2*time.Second
	})
	ada := node.As("ada")
	ada.Get(t, "/ping").Want(t, 200)

	lock, err := lib.Tables(t).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Rollback() }()
	if _, err := lock.ExecContext(t.Context(), "LOCK TABLE collections IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	for range 8 {
		asking.Go(func() {
			answer := ada.Get(t, "/collections")
			if answer.Status != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" ||
				!strings.Contains(string(answer.Body), "too busy to answer in time") {
				t.Errorf("GET /collections answers %d %v %s", answer.Status, answer.Header, answer.Body)
			}
		})
	}
	asking.Wait()
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	ada.Get(t, "/collections").Want(t, 200)
}
