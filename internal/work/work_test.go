package work_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/work"
)

// faultyStore has no file, for a reason of its own.
type faultyStore struct {
	blob.Store
	file func(ctx context.Context) error
}

// File is [blob.Store]'s.
func (s *faultyStore) File(ctx context.Context, _, _ string) (string, error) { return "", s.file(ctx) }

// expiring is a context whose time is over when the test says so.
type expiring struct {
	context.Context
	over chan struct{}
}

// Done is [context.Context]'s.
func (e expiring) Done() <-chan struct{} { return e.over }

// Err is [context.Context]'s.
func (e expiring) Err() error {
	select {
	case <-e.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// However work fails, in a panic or when its time is over, it is tried again, and the last
// attempt tells the media.
func TestDo_MarksTheMediaFailedAfterTheLastAttempt(t *testing.T) {
	t.Parallel()
	for _, fails := range []struct {
		how  string
		file func(over chan struct{}) func(context.Context) error
	}{
		{"with an error", func(chan struct{}) func(context.Context) error {
			return func(context.Context) error { return errors.New("the disk is broken") }
		}},
		{"in a panic", func(chan struct{}) func(context.Context) error {
			return func(context.Context) error { panic("a slip of the pen") }
		}},
		{"when its time is over", func(over chan struct{}) func(context.Context) error {
			return func(ctx context.Context) error {
				close(over)
				<-ctx.Done()
				return ctx.Err()
			}
		}},
	} {
		t.Run(fails.how, func(t *testing.T) {
			t.Parallel()
			testkit.OnEachDatabase(t, func(t *testing.T, url string) {
				lib, id := oneUpload(t, url)
				blobs := &faultyStore{}
				worker, err := work.New(work.Options{
					Library: lib, Blobs: blobs, Folder: t.TempDir(), Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
				})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = worker.Close() })
				for _, last := range []bool{false, true} {
					ctx := expiring{t.Context(), make(chan struct{})}
					blobs.file = fails.file(ctx.over)
					err := worker.Do(ctx, library.Job{Task: library.TaskPrepare, Media: id}, last)
					if (err == nil) != last {
						t.Errorf("the attempt (the last: %t) ends with %v", last, err)
					}
					m, p, err := lib.MediaProcessing(t.Context(), library.Operator(), id)
					if err != nil || (m.Status() == library.Failed) != last || (p.Message != nil) != last {
						t.Errorf("after the attempt (the last: %t) the media is %s, %v", last, m.Status(), err)
					}
				}
			})
		})
	}
}

// oneUpload makes a library in which a media item waits to be prepared.
func oneUpload(t *testing.T, url string) (*library.Library, library.MediaID) {
	t.Helper()
	ctx := t.Context()
	kept, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	lib := library.New(kept, time.Now)
	var made library.Media
	err = lib.Change(ctx, library.Operator(), func(c *library.Change) error {
		ada, err := c.CreateUser(ctx, library.NewUser{FullName: "Ada"})
		if err == nil {
			made, err = c.StartUpload(ctx, library.NewUpload{Owner: ada.ID})
		}
		return err
	})
	if err == nil {
		_, err = lib.Uploaded(ctx, made.EmbedID, library.Arrived{Media: made.ID, Key: "media/1/a/original", Size: 1})
	}
	if err == nil {
		err = lib.Change(ctx, library.Operator(), func(c *library.Change) error {
			_, err := c.CompleteUpload(ctx, made.ID, library.Completion{Title: "Lenses"})
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return lib, made.ID
}
