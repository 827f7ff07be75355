package store_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/jobs"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// works begins to work on the jobs of a library.
func works(t *testing.T, kept *store.Store, do func(ctx context.Context, run store.Attempt) error) *jobs.Workers {
	t.Helper()
	workers, err := kept.Work(t.Context(), store.WorkerOptions{Workers: 1, Logger: slog.New(slog.DiscardHandler), Do: do})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = workers.Stop(context.WithoutCancel(t.Context())) })
	return workers
}

// onlyJob returns the job of a library that has had one, which is the first.
func onlyJob(t *testing.T, kept *store.Store) store.JobRow {
	t.Helper()
	job, err := kept.Job(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// awaitJob waits until the only job is in a state.
func awaitJob(t *testing.T, kept *store.Store, state string) store.JobRow {
	t.Helper()
	deadline := time.After(time.Minute)
	for tick := time.Tick(20 * time.Millisecond); ; {
		job := onlyJob(t, kept)
		if job.State == state {
			return job
		}
		select {
		case <-tick:
		case <-deadline:
			t.Fatalf("the job is %s, want %s", job.State, state)
		}
	}
}

// next is the next run of a job.
func next(t *testing.T, runs <-chan store.Attempt) store.Attempt {
	t.Helper()
	select {
	case run := <-runs:
		return run
	case <-time.After(time.Minute):
		t.Fatal("nobody works on the job")
	}
	return store.Attempt{}
}

// execute changes the tables of a library behind its back.
func execute(t *testing.T, tables *sql.DB, statement string) {
	t.Helper()
	result, err := tables.ExecContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		t.Fatalf("%s changes %d rows, %v", statement, n, err)
	}
}

// A node whose clock is an hour slow, or is set while it works, keeps the job that it works
// on: who looks sees that it tells something.
func TestWork_KeepsItsJobsWithAnyClock(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		kept, _, _ := uploaded(t, url)
		now := time.Now().Add(-time.Hour)
		slow := library.New(kept, func() time.Time { return now })
		runs, end := make(chan store.Attempt, 10), make(chan struct{})
		works(t, kept, func(_ context.Context, run store.Attempt) error { runs <- run; <-end; return nil })
		defer close(end)
		held, err := slow.BeginWork(ctx, next(t, runs).Job)
		if err != nil {
			t.Fatal(err)
		}
		tables := testkit.Tables(t, url)
		execute(t, tables, longAgo(url))
		look := kept.NewLooks("another")
		for n := range 2 * store.SilentLooks {
			if now = now.Add(time.Second); n == store.SilentLooks {
				now = now.Add(-10 * time.Minute)
			}
			if err := errors.Join(slow.Progress(ctx, held, 10), look(ctx)); err != nil {
				t.Fatal(err)
			}
		}
		if job := onlyJob(t, kept); job.State != "running" || job.Attempt != 1 || len(runs) > 0 {
			t.Errorf("the job is %s in attempt %d, and was begun %d times more", job.State, job.Attempt, len(runs))
		}
	})
}

// longAgo has a job that runs have begun before any clock's mistake.
func longAgo(url string) string {
	if strings.HasPrefix(url, "sqlite:") {
		return "UPDATE river_job SET attempted_at = strftime('%Y-%m-%d %H:%M:%f', 'now', '-3 hours') WHERE state = 'running'"
	}
	return "UPDATE river_job SET attempted_at = now() - interval '3 hours' WHERE state = 'running'"
}

// nodeOf returns the node that makes the only attempt.
func nodeOf(t *testing.T, url string) (node string) {
	t.Helper()
	query := "SELECT attempted_by[array_upper(attempted_by, 1)] FROM river_job WHERE state = 'running'"
	if strings.HasPrefix(url, "sqlite:") {
		query = "SELECT json_extract(attempted_by, '$[#-1]') FROM river_job WHERE state = 'running'"
	}
	if err := testkit.Tables(t, url).QueryRowContext(t.Context(), query).Scan(&node); err != nil {
		t.Fatal(err)
	}
	return node
}

// A node may live and not know that it has a job, where the answer to its asking was lost.
// The job is not its for ever; itself it finds out soon.
func TestWork_FreesAJobThatItsNodeDoesNotKnow(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		kept, _, id := uploaded(t, url)
		runs := make(chan store.Attempt, 10)
		works(t, kept, func(_ context.Context, run store.Attempt) error { runs <- run; return nil })
		next(t, runs)
		for silent, looks := range map[int]func() func(context.Context) error{
			store.SilentLooks:  func() func(context.Context) error { return kept.NewLooks("another") },
			store.UnknownLooks: func() func(context.Context) error { return kept.NewLooks(nodeOf(t, url)) },
		} {
			awaitJob(t, kept, "completed")
			// As it was when the node fetched it and never heard of it.
			execute(t, testkit.Tables(t, url), "UPDATE river_job SET state = 'running', finalized_at = NULL")
			look := looks()
			for range silent {
				if err := look(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if job := onlyJob(t, kept); job.State != "running" {
				t.Fatalf("a job that was silent for a moment is %s", job.State)
			}
			if err := look(t.Context()); err != nil {
				t.Fatal(err)
			}
			if run := next(t, runs); run.Media != id {
				t.Errorf("the job is about media %d", run.Media)
			}
		}
	})
}

// A node knows which attempt at a job it makes. After the database went back, a job of that
// number that it is said to have is another one, although it still works on the lost one.
func TestWork_KnowsItsAttemptsNotJustTheirNumbers(t *testing.T) {
	t.Parallel()
	for name, goBack := range map[string]func(url string) string{
		"another time":    longAgo,
		"another attempt": func(string) string { return "UPDATE river_job SET attempt = 3 WHERE state = 'running'" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.OnEachDatabase(t, func(t *testing.T, url string) {
				kept, _, _ := uploaded(t, url)
				runs, end := make(chan store.Attempt, 10), make(chan struct{})
				workers := works(t, kept, func(_ context.Context, run store.Attempt) error { runs <- run; <-end; return nil })
				defer close(end)
				next(t, runs)
				look := workers.NewRescuer().Look
				for range 2 * store.UnknownLooks {
					if err := look(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if job := onlyJob(t, kept); job.State != "running" || len(runs) > 0 {
					t.Fatalf("a job that its node works on is %s", job.State)
				}
				execute(t, testkit.Tables(t, url), goBack(url))
				look = workers.NewRescuer().Look
				for range store.UnknownLooks + 1 {
					if err := look(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if job := onlyJob(t, kept); job.State == "running" {
					t.Error("an attempt that its node does not make is still running")
				}
			})
		})
	}
}

// While a node makes the pictures of a media item that plays already it tells nothing for long.
func TestWork_KeepsAJobThatMakesPictures(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		kept, lib, _ := uploaded(t, url)
		runs, end := make(chan store.Attempt, 10), make(chan struct{})
		works(t, kept, func(_ context.Context, run store.Attempt) error { runs <- run; <-end; return nil })
		defer close(end)
		held, err := lib.BeginWork(ctx, next(t, runs).Job)
		if err == nil {
			err = lib.Probed(ctx, held, 2, false)
		}
		if err == nil {
			err = lib.FinishWork(ctx, held, 2, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
		look := kept.NewLooks("another")
		for range 2 * store.SilentLooks {
			if err := look(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if job := onlyJob(t, kept); job.State != "running" || len(runs) > 0 {
			t.Errorf("the job is %s, and was begun %d times more", job.State, len(runs))
		}
	})
}

// Where a PostgreSQL has just restarted, a node that starts does not take those for dead
// that have not taken their locks again yet.
func TestWork_StartsBesideNodesThatLostTheirLocks(t *testing.T) {
	t.Parallel()
	url := testkit.PostgresURL(t)
	kept, _, _ := uploaded(t, url)
	runs, end := make(chan store.Attempt, 10), make(chan struct{})
	works(t, kept, func(_ context.Context, run store.Attempt) error { runs <- run; <-end; return nil })
	defer close(end)
	next(t, runs)
	beside, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = beside.Close() })
	execute(t, testkit.Tables(t, url), `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
	works(t, beside, func(_ context.Context, run store.Attempt) error {
		t.Errorf("job %d of a node that lives runs a second time", run.ID)
		return nil
	})
	if job := onlyJob(t, kept); job.State != "running" || job.Attempt != 1 {
		t.Errorf("the job is %s in attempt %d", job.State, job.Attempt)
	}
}

// A job whose last attempt could not tell the media how it ended, because of an error or a
// panic, is made again until it could.
func TestWork_TriesTheLastAttemptAgain(t *testing.T) {
	t.Parallel()
	for _, ends := range []struct {
		how string
		end func() error
	}{
		{"with an error", func() error { return errors.New("the database is away") }},
		{"in a panic", func() error { panic("a slip of the pen") }},
	} {
		t.Run(ends.how, func(t *testing.T) {
			t.Parallel()
			testkit.OnEachDatabase(t, func(t *testing.T, url string) {
				kept, _, _ := uploaded(t, url)
				execute(t, testkit.Tables(t, url), "UPDATE river_job SET max_attempts = 1")
				runs := make(chan store.Attempt, 10)
				var attempts atomic.Int64
				works(t, kept, func(_ context.Context, run store.Attempt) error {
					runs <- run
					if attempts.Add(1) == 3 {
						return nil
					}
					return ends.end()
				})
				for n := range 3 {
					if run := next(t, runs); !run.Last {
						t.Errorf("attempt %d is not the last", n+1)
					}
					if n == 2 {
						break
					}
					awaitJob(t, kept, "scheduled")
					if err := kept.RetryJob(t.Context(), 1); err != nil {
						t.Fatal(err)
					}
				}
				awaitJob(t, kept, "completed")
			})
		})
	}
}

// Whatever ended a job: a media item that still waits for it gets it done.
func TestWork_FindsMediaThatWaitForAJobThatIsOver(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		kept, lib, id := uploaded(t, url)
		tables := testkit.Tables(t, url)
		discard := func() {
			t.Helper()
			execute(t, tables, "UPDATE river_job SET state = 'discarded', finalized_at = CURRENT_TIMESTAMP, attempt = max_attempts")
		}
		forgotten := func(want bool) {
			t.Helper()
			if is, err := kept.IsForgotten(ctx, 1); err != nil || is != want {
				t.Errorf("it is forgotten: %t, %v", is, err)
			}
		}
		forgotten(false)
		discard()
		forgotten(true)
		look := kept.NewLooks("another")
		looks := func(n int) string {
			t.Helper()
			for range n {
				if err := look(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			return onlyJob(t, kept).State
		}
		if state := looks(store.AwaitedLooks); state != "discarded" {
			t.Errorf("a job that was just ended is %s", state)
		}
		if state := looks(1); state != "available" {
			t.Fatalf("the job that a media item waits for is %s", state)
		}
		runs := make(chan store.Attempt, 10)
		works(t, kept, func(ctx context.Context, run store.Attempt) error {
			held, err := lib.BeginWork(ctx, run.Job)
			if err == nil {
				err = lib.FailWork(ctx, held, "It is broken.")
			}
			runs <- run
			return err
		})
		if run := next(t, runs); run.Media != id || !run.Last {
			t.Errorf("the job runs as %+v, want the last attempt", run)
		}
		awaitJob(t, kept, "completed")
		discard()
		forgotten(false)
		if state := looks(2*store.AwaitedLooks + 1); state != "discarded" {
			t.Errorf("a job that nobody waits for is %s", state)
		}
	})
}
