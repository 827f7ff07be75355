package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A dump that is restored under a node brings its jobs back, and nobody tells of them: one
// that waited is done, and so is one that ran on a node which is gone.
func TestWork_NoticesARestoredDump(t *testing.T) {
	t.Parallel()
	url := testkit.PostgresURL(t)
	n := openNode(t, url)
	waited, ran := n.add(greet("Ada")), n.add(greet("Bob"))
	n.exec(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(), attempted_by = ARRAY[$1]
		WHERE id = $2`, uuid.NewString(), ran)
	restore := testkit.Dump(t, url)
	n.quietest = time.Hour
	kind, made := greeter(succeed)
	n.work(kind)
	for range 2 {
		within(t, made)
	}
	n.await(waited, "completed")
	n.await(ran, "completed")
	<-time.After(2 * LookInterval) // the node is idle
	if err := restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		within(t, made)
	}
	n.await(waited, "completed")
	n.await(ran, "completed")
}

// deafBackend is a backend that never tells of a commit.
type deafBackend struct{ backend }

func (deafBackend) watchCommits(ctx context.Context, _ func()) { <-ctx.Done() }

// What nothing tells of is noticed at the next look that is due anyway: a job that waits,
// one whose time came early, and one that a node had which is gone.
func TestKeeper_LooksAlsoWithoutACommit(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n, other := openNode(t, url), openNode(t, url)
		n.backend, n.quietest = deafBackend{n.backend}, 3*time.Second
		kind, made := greeter(succeed)
		n.work(kind)
		<-time.After(2 * LookInterval) // the looks of the start are over
		id := other.add(greet("Ada"))
		within(t, made)
		n.await(id, "completed")
		lost := fmt.Sprintf("attempted_by = ARRAY['%s'], attempted_at = now()", uuid.NewString())
		later, now := "now() + interval '1 day'", "now()"
		if _, is := n.db.(*db.SQLite); is {
			lost = fmt.Sprintf(`attempted_by = jsonb('["%s"]'), attempted_at = strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')`, uuid.NewString())
			later, now = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+1 day')", "strftime('%Y-%m-%d %H:%M:%f', 'now')"
		}
		other.exec("UPDATE river_job SET state = 'retryable', finalized_at = NULL, scheduled_at = "+later+" WHERE id = $1", id)
		<-time.After(n.quietest + LookInterval) // it sleeps until tomorrow
		other.exec("UPDATE river_job SET scheduled_at = "+now+" WHERE id = $1", id)
		within(t, made)
		n.await(id, "completed")
		other.exec("UPDATE river_job SET state = 'running', finalized_at = NULL, "+lost+" WHERE id = $1", id)
		within(t, made)
		n.await(id, "completed")
	})
}

// A node that waits for its lease goes on to notice jobs.
func TestKeeper_DoesNotWaitForTheLease(t *testing.T) {
	t.Parallel()
	url := testkit.PostgresURL(t)
	n, other := openNode(t, url), openNode(t, url)
	kind, made := greeter(succeed)
	workers := n.work(kind)
	held, is := workers.lease.(*sessionLease)
	if !is {
		t.Fatalf("the lease is a %T", workers.lease)
	}
	rival, err := other.db.Writer().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = discard(rival) }()
	taken := make(chan error, 1)
	go func() {
		_, err := rival.ExecContext(t.Context(), "SELECT pg_advisory_lock($1)", held.key)
		taken <- err
	}()
	awaitQueue(t, other.db.Writer(), "the rival")
	_, err = other.db.Writer().ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-taken; err != nil {
		t.Fatal(err)
	}
	awaitQueue(t, other.db.Writer(), "the node")
	id := other.add(greet("Ada"))
	select {
	case <-made:
	case <-time.After(renewLimit / 2):
		t.Fatal("while a node waits for its lease it does not notice a job")
	}
	n.await(id, "completed")
}

// awaitQueue waits until somebody waits for an advisory lock of the database.
func awaitQueue(t *testing.T, in *sql.DB, who string) {
	t.Helper()
	deadline := time.After(time.Minute)
	for tick := time.Tick(20 * time.Millisecond); ; {
		var waits bool
		err := in.QueryRowContext(t.Context(), `SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`).Scan(&waits)
		if err != nil {
			t.Fatal(err)
		}
		if waits {
			return
		}
		select {
		case <-tick:
		case <-deadline:
			t.Fatalf("%s does not wait for the lock", who)
		}
	}
}
