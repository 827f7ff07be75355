package testkit

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestTrips_CountWhatAClientWaitsFor(t *testing.T) {
	t.Parallel()
	counted, _, trips := PostgresByTrips(t)
	conn := connect(t, counted)
	ctx := t.Context()
	if made := trips.Take(); len(made) != 0 {
		t.Errorf("connecting counts: %v", made)
	}
	one := func() error { return conn.QueryRow(ctx, "SELECT $1::int", 1).Scan(new(int)) }
	for _, c := range []struct {
		name string
		do   func() error
		want string // the statements of each trip
	}{
		{"a statement, prepared and executed", one, "SELECT $1::int | SELECT $1::int"},
		{"the same once more", one, "SELECT $1::int"},
		{"a simple query of two statements", func() error {
			_, err := conn.Exec(ctx, "SELECT 1; SELECT 2", pgx.QueryExecModeSimpleProtocol)
			return err
		}, "SELECT 1; SELECT 2"},
		{"a batch", func() error {
			batch := &pgx.Batch{}
			batch.Queue("SELECT $1::int", 1)
			batch.Queue("SELECT $1::int", 2)
			return conn.SendBatch(ctx, batch).Close()
		}, "SELECT $1::int"},
		{"a failure", func() error {
			_, err := conn.Exec(ctx, "SELECT nonsense")
			if err == nil {
				t.Error("the server takes nonsense")
			}
			return nil
		}, "SELECT nonsense"},
		{"a transaction", func() error {
			return pgx.BeginFunc(ctx, conn, func(pgx.Tx) error { return one() })
		}, "begin | SELECT $1::int | commit"},
		{"an answer of many messages", func() error {
			rows, err := conn.Query(ctx, "SELECT repeat('x', 100), n FROM generate_series(1, 5000) n", pgx.QueryExecModeSimpleProtocol)
			rows.Close()
			return err
		}, "SELECT repeat('x', 100), n FROM generate_series(1, 5000) n"},
		{"a ping", func() error { return conn.Ping(ctx) }, ""},
	} {
		if err := c.do(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var got []string
		for _, trip := range trips.Take() {
			got = append(got, strings.Join(trip.Statements, "; "))
		}
		if text := strings.Join(got, " | "); text != c.want {
			t.Errorf("%s takes %q, want %q", c.name, text, c.want)
		}
	}
}

// What is changed before a trip, the trip sees.
func TestTrips_CanBePrecededByAChange(t *testing.T) {
	t.Parallel()
	counted, direct, trips := PostgresByTrips(t)
	here, there := connect(t, counted), connect(t, direct)
	ctx := t.Context()
	if _, err := there.Exec(ctx, "CREATE TABLE n (n INT)"); err != nil {
		t.Fatal(err)
	}
	trips.Before(func(Trip) {
		if _, err := there.Exec(ctx, "INSERT INTO n VALUES (1)"); err != nil {
			t.Error(err)
		}
	})
	for want := 1; want <= 3; want++ {
		var got int
		if err := here.QueryRow(ctx, "SELECT count(*) FROM n", pgx.QueryExecModeSimpleProtocol).Scan(&got); err != nil || got != want {
			t.Errorf("trip %d sees %d rows (%v)", want, got, err)
		}
	}
	trips.Before(nil)
	if got := len(trips.Take()); got != 3 {
		t.Errorf("%d trips, want 3", got)
	}
}

// Every connection of a pool counts, and in a pool no ping does.
func TestTrips_CountOnEveryConnection(t *testing.T) {
	t.Parallel()
	counted, _, trips := PostgresByTrips(t)
	pool, err := sql.Open("pgx", counted)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for range 2 {
		conn, err := pool.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.PingContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.ExecContext(t.Context(), "SELECT 1"); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[int]int{}
	for _, trip := range trips.Take() {
		seen[trip.Connection]++
	}
	if len(seen) != 2 || seen[1] != seen[2] || seen[1] == 0 {
		t.Errorf("trips by connection: %v, want as many on each of two", seen)
	}
}
