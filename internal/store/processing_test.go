package store_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// What is told of a media and of the work on it is true at one time: who hears that the work
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
			if err != nil || (p.Stage == library.StageFailed) != (m.Status == library.Failed) {
				t.Errorf("it is %s at the stage %s, %v", m.Status, p.Stage, err)
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
