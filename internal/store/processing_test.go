package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// What is told of a media item and of the work on it is true at one time: who hears that the work
// has ended hears how.
func TestMediaProcessing_IsOfOneTime(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		_, lib, id := uploaded(t, url)
		const rounds = 200
		worked := make(chan error)
		go func() { // fails, and is tried again, and again
			worked <- func() error {
				for range rounds {
					held, err := lib.BeginWork(ctx, library.Job{Task: library.TaskPrepare, Media: id})
					if err == nil {
						err = lib.FailWork(ctx, held, "It is broken.")
					}
					if err == nil {
						err = lib.Change(ctx, library.Operator(), func(c *library.Change) error { return c.RetryProcessing(ctx, id) })
					}
					if err != nil {
						return err
					}
				}
				return nil
			}()
		}()
		for {
			select {
			case err := <-worked:
				if err != nil {
					t.Error(err)
				}
				return
			default:
			}
			m, p, err := lib.MediaProcessing(ctx, library.Operator(), id)
			if err != nil || (p.Message != nil) != (m.State == library.StateFailed) {
				t.Errorf("it is %s with the processing %+v, %v", m.State, p, err)
			}
		}
	})
}

// external makes a library in which it is to be looked up what plays elsewhere.
func external(t *testing.T, url string) (*store.Store, *library.Library, library.MediaID) {
	t.Helper()
	kept, lib, _ := uploaded(t, url)
	var made library.MediaAtHome
	err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		bea, err := c.CreateUser(t.Context(), library.NewUser{FullName: "Bea"})
		if err == nil {
			made, err = c.ImportMedia(t.Context(), library.NewImport{
				Owner: bea.ID, URL: "https://www.youtube.com/watch?v=dQw4w9WgXcQ", External: library.SourceYouTube,
			})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept, lib, made.ID
}

// What was looked up is not looked up again where a node died before it had noted that it
// was: who is asked may be away by then.
func TestLookUp_StaysLookedUp(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		kept, lib, id := external(t, url)
		job := library.Job{Task: library.TaskLookUp, Media: id}
		held, err := lib.BeginWork(ctx, job)
		if err == nil {
			err = lib.LookedUp(ctx, held, "A song", 212, []library.MediaFile{{Kind: library.FileThumbnail, Key: "media/2/a/thumbnail.jpg"}})
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := lib.BeginWork(ctx, job); library.KindOf(err) != library.KindConflict {
			t.Errorf("it is looked up again: %v", err)
		}
		if m, err := kept.Media(ctx, id); err != nil || m.Title != "A song" || m.Duration != 212 {
			t.Errorf("%q plays for %g seconds, %v", m.Title, m.Duration, err)
		}
	})
}

// An operator ends a look-up; the media plays elsewhere all the same.
func TestCancelWork_EndsALookUp(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		for _, begun := range []bool{false, true} {
			kept, lib, id := external(t, url)
			jobs, err := kept.Jobs(ctx, false, 1) // the newest
			if err != nil || jobs[0].Media != id {
				t.Fatalf("the jobs are %+v, %v", jobs, err)
			}
			cancel := func() error {
				return lib.Change(ctx, library.Operator(), func(c *library.Change) error { return c.CancelWork(ctx, id) })
			}
			var held library.Work
			if begun {
				if held, err = lib.BeginWork(ctx, jobs[0].Job); err != nil {
					t.Fatal(err)
				}
			}
			if err := cancel(); err != nil {
				t.Fatal(err)
			}
			m, p, err := lib.MediaProcessing(ctx, library.Operator(), id)
			if err != nil || m.State != library.StateExternal || p.Message != nil {
				t.Errorf("it is %s with the processing %+v, %v", m.State, p, err)
			}
			if job, err := kept.Job(ctx, jobs[0].ID); err != nil || job.State != "cancelled" {
				t.Errorf("the job is %s, %v", job.State, err)
			}
			if err := lib.LookedUp(ctx, held, "A song", 212, nil); begun && library.KindOf(err) != library.KindConflict {
				t.Errorf("its results are taken: %v", err)
			}
			if err := cancel(); library.KindOf(err) != library.KindConflict {
				t.Errorf("it is ended twice: %v", err)
			}
		}
	})
}

// A look-up that is over and told nothing can be tried again.
func TestLookUp_IsForgottenWhenItsJobIsOver(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		kept, lib, _ := external(t, url)
		jobs, err := kept.Jobs(t.Context(), false, 1)
		if err != nil {
			t.Fatal(err)
		}
		execute(t, testkit.Tables(t, url), "UPDATE river_job SET state = 'discarded', finalized_at = CURRENT_TIMESTAMP, attempt = max_attempts")
		is, err := kept.IsForgotten(t.Context(), jobs[0].ID)
		if err != nil || !is {
			t.Errorf("it is forgotten: %t, %v", is, err)
		}
		if err := kept.RetryJob(t.Context(), jobs[0].ID); err != nil {
			t.Fatal(err)
		}
		runs := make(chan store.Attempt, 10)
		works(t, kept, func(ctx context.Context, run store.Attempt) error {
			held, err := lib.BeginWork(ctx, run.Job)
			runs <- run
			return errors.Join(err, lib.LookedUp(ctx, held, "A song", 212, nil))
		})
		if run := next(t, runs); run.ID != jobs[0].ID {
			t.Errorf("job %d runs", run.ID)
		}
	})
}
