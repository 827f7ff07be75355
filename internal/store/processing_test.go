package store_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/library"
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
