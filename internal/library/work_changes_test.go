package library_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

// looks is all that can be seen of a media item, its files and the work on it.
func (s *school) looks(t *testing.T, id library.MediaID) string {
	t.Helper()
	m, p, err := s.MediaProcessing(t.Context(), library.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	files, err := s.MediaSources(t.Context(), library.Operator(), id)
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := s.kept.JobCounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	message, run := "none", "none"
	if p.Message != nil {
		message = *p.Message
	}
	if p.Run != nil {
		run = p.Run.String()
	}
	return fmt.Sprint(m, p.Percent, p.UpdatedAt, message, run, files, jobs)
}

// cutOff does a step with less and less of it cut off, and wants that it has happened only
// when all of it has.
func (s *school) cutOff(t *testing.T, name string, id library.MediaID, step func(ctx context.Context) error) {
	t.Helper()
	before := s.looks(t, id)
	for looks := int64(1); ; looks++ {
		ctx := &fuse{Context: t.Context()}
		ctx.left.Store(looks)
		err := step(ctx)
		after := s.looks(t, id)
		if err == nil {
			if looks < 3 || after == before {
				t.Errorf("%s is done after %d looks, and leaves\n%s", name, looks, after)
			}
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%s, cut off after %d looks: %v", name, looks, err)
		}
		if after != before {
			t.Fatalf("%s, cut off after %d looks, leaves\n%s\nwhere was\n%s", name, looks, after, before)
		}
	}
}

// A step of the work on a media item that is cut off anywhere has not happened, and can be
// taken again.
func TestWork_CutOffAnywhereHasNotHappened(t *testing.T) {
	t.Parallel()
	s := open(t)
	ada, id := s.as(t, s.ada), s.arrived
	change := func(fn func(c *library.Change) error) {
		t.Helper()
		if err := s.Change(t.Context(), ada, fn); err != nil {
			t.Fatal(err)
		}
	}
	again := library.Arrived{Media: id, Key: "media/1/b/original", MIMEType: "video/mp4", Size: 7, Checksum: "c1"}
	var held library.Work
	begin := func(task library.Task, id library.MediaID) func(context.Context) error {
		return func(ctx context.Context) (err error) {
			held, err = s.BeginWork(ctx, library.Job{Task: task, Media: id})
			return err
		}
	}
	embed := s.embedOf(t, id)
	s.cutOff(t, "Uploaded", id, func(ctx context.Context) error {
		replaced, err := s.Uploaded(ctx, embed, again)
		if want := "media/1/a/original"; err == nil && replaced != want || err != nil && replaced != "" {
			t.Errorf("Uploaded says that it replaced %q (%v)", replaced, err)
		}
		return err
	})
	change(func(c *library.Change) error {
		return errorOf(c.CompleteUpload(t.Context(), id, library.Completion{Title: "Light"}))
	})
	s.cutOff(t, "BeginWork to prepare", id, begin(library.TaskPrepare, id))
	s.cutOff(t, "Probed, what goes on", id, func(ctx context.Context) error { return s.Probed(ctx, held, 61, false) })
	s.cutOff(t, "BeginWork to prepare what went on", id, begin(library.TaskPrepare, id))
	s.cutOff(t, "Probed, what takes long", id, func(ctx context.Context) error { return s.Probed(ctx, held, 61, true) })
	if err := begin(library.TaskPrepare, id)(t.Context()); library.KindOf(err) != library.KindConflict {
		t.Errorf("what was handed on is prepared again: %v", err)
	}
	s.cutOff(t, "BeginWork to transcode", id, begin(library.TaskTranscode, id))
	s.cutOff(t, "FinishWork", id, func(ctx context.Context) error {
		return s.FinishWork(ctx, held, 19.849227999999997, []library.MediaFile{
			{Kind: library.FileMP4, Definition: "720p", Key: "media/1/c/mp4/720p.mp4", MIMEType: "video/mp4", Height: 720},
			{Kind: library.FileThumbnail, Key: "media/1/c/thumbnail.jpg", MIMEType: "image/jpeg"},
		})
	})
	if m, _, err := s.MediaProcessing(t.Context(), library.Operator(), id); err != nil || m.Duration != 19.849 {
		t.Errorf("it plays for %g seconds, %v", m.Duration, err)
	}

	change(func(c *library.Change) error { return c.RetryProcessing(t.Context(), s.failed) })
	s.cutOff(t, "BeginWork to fetch", s.failed, begin(library.TaskFetch, s.failed))
	s.cutOff(t, "FailWork", s.failed, func(ctx context.Context) error { return s.FailWork(ctx, held, "Still nothing.") })
}

// Who watches the work on a media item is told of each change of it, of no other media's, and
// of none that was taken back.
func TestWatchProcessing(t *testing.T) {
	t.Parallel()
	s := open(t)
	changed, stop := s.WatchProcessing(s.failed)
	told := func() bool {
		select {
		case <-changed:
			return true
		default:
			return false
		}
	}
	retry := func(c *library.Change) error { return c.RetryProcessing(t.Context(), s.failed) }
	ada, takenBack := s.as(t, s.ada), errors.New("taken back")
	if err := s.Change(t.Context(), ada, func(c *library.Change) error {
		return errors.Join(retry(c), takenBack)
	}); !errors.Is(err, takenBack) || told() {
		t.Errorf("of what was taken back (%v) it is told", err)
	}
	arrived := library.Arrived{Media: s.arrived, Key: "media/1/b/original", MIMEType: "video/mp4", Size: 7, Checksum: "c1"}
	if _, err := s.Uploaded(t.Context(), s.embedOf(t, s.arrived), arrived); err != nil || told() {
		t.Errorf("of another media (%v) it is told", err)
	}
	if err := s.Change(t.Context(), ada, retry); err != nil || !told() {
		t.Errorf("of a change (%v) it is not told", err)
	}
	held, err := s.BeginWork(t.Context(), library.Job{Task: library.TaskFetch, Media: s.failed})
	if err != nil || !told() {
		t.Errorf("of a beginning (%v) it is not told", err)
	}
	if err := s.Progress(t.Context(), held, 50); err != nil || !told() {
		t.Errorf("of progress (%v) it is not told", err)
	}
	stop()
	if err := s.FailWork(t.Context(), held, "Nothing came."); err != nil || told() {
		t.Errorf("after its end (%v) it is told", err)
	}
}
