package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/testkit"
)

// node is a process that has jobs in a database which holds nothing else.
type node struct {
	*Jobs
	t  *testing.T
	db db.DB
}

func openNode(t *testing.T, url string) *node {
	t.Helper()
	nothing := fstest.MapFS{"migrations/postgres/none": {}, "migrations/sqlite/none": {}}
	opened, err := db.Open(t.Context(), db.Options{
		URL: url, Migrations: db.Migrations{Files: nothing, Steps: []db.Step{Tables(1), Notifications(2), Turns(3)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	kept, err := New(opened, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return &node{kept, t, opened}
}

// change changes the jobs in one transaction.
func (n *node) change(fn func(tx *Tx) error) {
	n.t.Helper()
	var tx *Tx
	err := n.db.Change(n.t.Context(), func(conn db.Conn) error {
		tx = n.In(db.RawTx(conn))
		return fn(tx)
	})
	if err != nil {
		n.t.Fatal(err)
	}
	tx.Committed()
}

func (n *node) add(job Job) (id int64) {
	n.t.Helper()
	n.change(func(tx *Tx) (err error) {
		id, err = tx.Enqueue(n.t.Context(), job)
		return err
	})
	return id
}

// exec runs a statement in PostgreSQL's words, as nobody of the program would.
func (n *node) exec(query string, args ...any) {
	n.t.Helper()
	err := n.db.Change(n.t.Context(), func(conn db.Conn) error {
		result, err := conn.ExecContext(n.t.Context(), query, args...)
		if err != nil {
			return err
		}
		if rows, err := result.RowsAffected(); err != nil || rows == 0 {
			n.t.Errorf("%s changes %d rows, %v", query, rows, err)
		}
		return nil
	})
	if err != nil {
		n.t.Fatal(err)
	}
}

// work begins to do jobs.
func (n *node) work(kinds ...Kind) *Workers {
	n.t.Helper()
	workers, err := n.Work(n.t.Context(), WorkerOptions{Workers: 1, Kinds: kinds, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() { _ = workers.Stop(context.WithoutCancel(n.t.Context())) })
	return workers
}

// await waits until a job is in a state.
func (n *node) await(id int64, state string) Row {
	n.t.Helper()
	deadline := time.After(time.Minute)
	for tick := time.Tick(20 * time.Millisecond); ; {
		row, err := n.Get(n.t.Context(), id)
		if err == nil && row.State == state {
			return row
		}
		select {
		case <-tick:
		case <-deadline:
			n.t.Fatalf("job %d is %s, want %s, %v", id, row.State, state, err)
		}
	}
}

// within returns the next attempt, which must come soon.
func within(t *testing.T, made <-chan Attempt) Attempt {
	t.Helper()
	select {
	case a := <-made:
		return a
	case <-time.After(time.Minute):
		t.Fatal("nobody makes an attempt")
	}
	return Attempt{}
}

// greeting is a kind of job that has nothing to do with a media item.
const greeting = "greeting"

func greet(whom string) Job {
	args, _ := json.Marshal(map[string]string{"whom": whom}) //nolint:errchkjson // a string
	return Job{Kind: greeting, Args: args, Key: whom, Queue: Short}
}

// greeter is the kind greeting, which tells of its attempts and ends them as it is told.
func greeter(end func() error) (Kind, <-chan Attempt) {
	made := make(chan Attempt, 100)
	return Kind{Name: greeting, Do: func(_ context.Context, a Attempt) error {
		made <- a
		return end()
	}}, made
}

func succeed() error { return nil }

// compact returns JSON without the spaces that PostgreSQL adds.
func compact(t *testing.T, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, text); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A job of any kind is done with its arguments, in a database that knows no media item. One
// that fails is tried again.
func TestWork_DoesJobsOfAnyKind(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		var attempts atomic.Int64
		kind, made := greeter(func() error {
			if attempts.Add(1) == 1 {
				return errors.New("nobody is there")
			}
			return nil
		})
		var other Attempt
		done := make(chan struct{})
		n.work(kind, Kind{Name: "counting", Do: func(_ context.Context, a Attempt) error {
			other = a
			close(done)
			return nil
		}})
		id := n.add(greet("Ada"))
		for number := range 2 {
			a := within(t, made)
			if a.ID != id || a.Kind != greeting || compact(t, a.Args) != `{"whom":"Ada"}` || a.Last {
				t.Errorf("attempt %d is %+v with %s", number+1, a, a.Args)
			}
		}
		if row := n.await(id, "completed"); row.Attempt != 2 || row.LastError != "nobody is there" {
			t.Errorf("the job ends as %+v", row)
		}
		counting := n.add(Job{Kind: "counting", Args: json.RawMessage(`{"to":[1,2]}`), Queue: Long})
		<-done
		if other.ID != counting || compact(t, other.Args) != `{"to":[1,2]}` {
			t.Errorf("the other kind gets %+v with %s", other, other.Args)
		}
		n.await(counting, "completed")
		counts, err := n.Counts(t.Context())
		if err != nil || counts["completed"] != 2 || counts["available"] != 0 {
			t.Errorf("the counts are %v, %v", counts, err)
		}
	})
}

// A job is added once under a key while it waits. Once an attempt has begun, which may have
// seen less than is known now, it is added again.
func TestEnqueue_OnceUnderAKey(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		first := n.add(greet("Ada"))
		if again := n.add(greet("Ada")); again != first {
			t.Errorf("the same job is added as %d and %d", first, again)
		}
		for what, job := range map[string]Job{
			"another key":  greet("Bob"),
			"another kind": {Kind: "farewell", Args: greet("Ada").Args, Key: "Ada", Queue: Short},
			"no key":       {Kind: greeting, Args: greet("Ada").Args, Queue: Short},
		} {
			if id := n.add(job); id == first {
				t.Errorf("%s: it is taken for the same job", what)
			}
		}
		end := make(chan struct{})
		kind, made := greeter(func() error { <-end; return nil })
		n.work(kind)
		defer close(end)
		if a := within(t, made); a.ID != first {
			t.Fatalf("the first attempt is at job %d", a.ID)
		}
		second := n.add(greet("Ada"))
		if second == first {
			t.Error("a job that runs is taken for one that waits")
		}
	})
}

// quietBackend is a backend that never tells of a commit, nor of a job that waits.
type quietBackend struct{ backend }

func (quietBackend) watchCommits(ctx context.Context, _ func()) { <-ctx.Done() }

func (quietBackend) waiting(context.Context, wanted) (waiting, error) { return waiting{}, nil }

// What this process commits wakes its own workers, without a look at the database, and a job
// that it cancels ends.
func TestCommitted_WakesTheWorkersOfThisProcess(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		n.backend = quietBackend{n.backend}
		made, ended := make(chan Attempt), make(chan struct{})
		n.work(Kind{Name: greeting, Do: func(ctx context.Context, a Attempt) error {
			made <- a
			<-ctx.Done()
			ended <- struct{}{}
			return ctx.Err()
		}})
		for _, whom := range []string{"Ada", "Bob"} {
			id := n.add(greet(whom))
			if a := within(t, made); a.ID != id {
				t.Errorf("the attempt is at job %d, want %d", a.ID, id)
			}
			n.change(func(tx *Tx) error { return tx.Cancel(t.Context(), id) })
			<-ended
			n.await(id, "cancelled")
		}
	})
}

// What another process adds, hurries or cancels is noticed.
func TestWork_NoticesOtherProcesses(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n, other := openNode(t, url), openNode(t, url)
		made, ended := make(chan Attempt), make(chan struct{})
		n.work(Kind{Name: greeting, Do: func(ctx context.Context, a Attempt) error {
			made <- a
			<-ctx.Done()
			ended <- struct{}{}
			return ctx.Err()
		}})
		id := other.add(greet("Ada"))
		within(t, made)
		other.change(func(tx *Tx) error { return tx.Cancel(t.Context(), id) })
		<-ended
		n.await(id, "cancelled")
		if err := other.Retry(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if a := within(t, made); a.ID != id {
			t.Errorf("job %d is tried", a.ID)
		}
		other.change(func(tx *Tx) error { return tx.Cancel(t.Context(), id) })
		<-ended
	})
}

// A job whose time comes is done although nobody commits anything then.
func TestWork_DoesWhatIsDue(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		id := n.add(greet("Ada"))
		later := "now() + interval '2 seconds'"
		if _, is := n.db.(*db.SQLite); is {
			later = "strftime('%Y-%m-%d %H:%M:%f', 'now', '+2 seconds')"
		}
		n.exec("UPDATE river_job SET state = 'retryable', scheduled_at = " + later)
		kind, made := greeter(succeed)
		n.work(kind)
		if a := within(t, made); a.ID != id {
			t.Errorf("job %d is tried", a.ID)
		}
		n.await(id, "completed")
	})
}

// A job of a kind that a node does not know is left to nodes that do.
func TestWork_LeavesUnknownKindsAlone(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n := openNode(t, url)
		kind, made := greeter(succeed)
		n.work(kind)
		unknown := n.add(Job{Kind: "of-tomorrow", Args: json.RawMessage(`{}`), Queue: Short})
		known := n.add(greet("Ada")) // which comes after it
		within(t, made)
		n.await(known, "completed")
		if row, err := n.Get(t.Context(), unknown); err != nil || row.State != "available" || row.Attempt != 0 {
			t.Errorf("it is %s after attempt %d, %v", row.State, row.Attempt, err)
		}
	})
}

// countingBackend counts the looks at the table.
type countingBackend struct {
	backend
	looks atomic.Int64
}

func (c *countingBackend) waiting(ctx context.Context, w wanted) (waiting, error) {
	c.looks.Add(1)
	return c.backend.waiting(ctx, w)
}

func (c *countingBackend) running(ctx context.Context) ([]running, error) {
	c.looks.Add(1)
	return c.backend.running(ctx)
}

// The table of jobs is read after a commit, and then not again until the next one.
func TestKeeper_ReadsNothingWithoutACommit(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		n, other := openNode(t, url), openNode(t, url)
		counting := &countingBackend{backend: n.backend}
		n.backend = counting
		kind, made := greeter(succeed)
		n.work(kind)
		before := counting.looksWhenQuiet(t) // the first look may have begun and not read yet
		for _, whom := range []string{"Ada", "Bob"} {
			n.await(other.add(greet(whom)), "completed")
			within(t, made)
			if counting.looks.Load() == before {
				t.Error("another process's job is done without a look")
			}
			before = counting.looksWhenQuiet(t)
		}
	})
}

// looksWhenQuiet waits until nothing looks any more, and returns how often something has.
func (c *countingBackend) looksWhenQuiet(t *testing.T) int64 {
	t.Helper()
	before := c.looks.Load()
	last, quiet := before, 0
	for quiet < 3 { // periods in a row
		<-time.After(LookInterval)
		if now := c.looks.Load(); now == last {
			quiet++
		} else {
			last, quiet = now, 0
		}
		if last > before+20 {
			t.Fatalf("the table is looked at %d times more after one job", last-before)
		}
	}
	return last
}
