package operator

import (
	"io"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A job that is over and told its media nothing can be retried and cancelled as any other,
// also one that only looks up what plays elsewhere.
func TestConsole_RetriesAndCancelsAJobThatIsOver(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		c, err := OpenOrCreate(ctx, Options{
			Place: settings.Place{Database: settings.DatabaseURL(url)},
			Log:   settings.Log{Level: "error", Format: "text", Output: io.Discard},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		err = c.change(ctx, func(change *library.Change) error {
			ada, err := change.CreateUser(ctx, library.NewUser{FullName: "Ada"})
			for _, from := range []library.NewImport{
				{URL: "https://www.youtube.com/watch?v=dQw4w9WgXcQ", External: library.SourceYouTube},
				{URL: "https://school.test/b.mp4", Title: "B"},
			} {
				if from.Owner = ada.ID; err == nil {
					_, err = change.ImportMedia(ctx, from)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tables := testkit.Tables(t, url)
		discard := func() {
			t.Helper()
			_, err := tables.ExecContext(ctx, "UPDATE river_job SET state = 'discarded', finalized_at = CURRENT_TIMESTAMP, attempt = max_attempts")
			if err != nil {
				t.Fatal(err)
			}
		}
		for id, want := range map[int64]library.TranscodingStatus{1: library.External, 2: library.Failed} {
			discard()
			if job, err := c.RetryJob(ctx, id); err != nil || job.State != "available" || job.Attempt >= job.MaxAttempts {
				t.Errorf("retried, the job is %+v, %v", job, err)
			}
			discard()
			job, err := c.CancelJob(ctx, id)
			if err != nil {
				t.Errorf("the job cannot be cancelled: %v", err)
			}
			m, _, err := c.library.MediaProcessing(ctx, library.Operator(), library.MediaID(job.MediaID))
			if err != nil || m.Status() != want || m.State.Stage() != library.StageFinished && m.State.Stage() != library.StageFailed {
				t.Errorf("the media of job %d is %s at the stage %s, %v", id, m.Status(), m.State.Stage(), err)
			}
		}
	})
}
