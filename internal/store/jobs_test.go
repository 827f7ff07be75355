package store

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/lectern-media/lectern/internal/jobs"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// Jobs that are about no media item are done, listed and cancelled beside those that are.
func TestJobs_OfOtherKinds(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		add := func(text string) (id int64) {
			t.Helper()
			err := s.change(ctx, func(t *tx) (err error) {
				id, err = t.jobs.Enqueue(ctx, jobs.Job{Kind: "letter", Args: json.RawMessage(text), Queue: jobs.Short})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		id := add(`{"to":"ada@school.test"}`)
		row, err := s.Job(ctx, id)
		if err != nil || row.Kind != "letter" || row.Media != 0 || row.Task != "" || row.State != "available" {
			t.Errorf("the job is %+v, %v", row, err)
		}
		if err := s.CancelJob(ctx, id); err != nil {
			t.Fatal(err)
		}
		if row, err = s.Job(ctx, id); err != nil || row.State != "cancelled" {
			t.Errorf("the cancelled job is %s, %v", row.State, err)
		}
		if _, err := s.Job(ctx, id+1); library.KindOf(err) != library.KindNotFound {
			t.Errorf("a job that is not there: %v", err)
		}
		sent := make(chan jobs.Attempt, 1)
		workers, err := s.Work(ctx, WorkerOptions{
			Workers: 1, Logger: slog.New(slog.DiscardHandler),
			Do: func(context.Context, Attempt) error { return nil },
			More: []jobs.Kind{{Name: "letter", Do: func(_ context.Context, a jobs.Attempt) error {
				sent <- a
				return nil
			}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = workers.Stop(context.WithoutCancel(ctx)) }()
		second := add(`{"to":"bob@school.test"}`)
		if a := <-sent; a.ID != second {
			t.Errorf("job %d is done", a.ID)
		}
	})
}
