package work_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/work"
)

// The bytes of a recording are lost only where the storage is there.
func TestWorker_TakesNothingForLostWhileTheStorageIsAway(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		ctx := t.Context()
		lib, id := oneUpload(t, testkit.SQLiteURL(t))
		open := func(address string) blob.Store {
			t.Helper()
			blobs, err := blob.Open(address)
			if err != nil {
				t.Fatal(err)
			}
			return blobs
		}
		prepare := func(blobs blob.Store, last bool) error {
			t.Helper()
			worker, err := work.New(work.Options{
				Library: lib, Blobs: blobs, Folder: t.TempDir(),
				Logger: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = worker.Close() }()
			return worker.Do(ctx, library.Job{Task: library.TaskPrepare, Media: id}, last)
		}
		says := func(status library.TranscodingStatus, sentence string) {
			t.Helper()
			m, p, err := lib.MediaProcessing(ctx, library.Operator(), id)
			message := ""
			if p.Message != nil {
				message = *p.Message
			}
			if err != nil || m.Status() != status || !strings.HasPrefix(message, sentence) {
				t.Errorf("the media item is %s and says %q, %v; want %s and %q", m.Status(), message, err, status, sentence)
			}
		}
		for name, elsewhere := range testkit.AbsentStorages(t, address) {
			err := prepare(open(elsewhere), false)
			if away, is := errors.AsType[*holdings.StorageError](err); !is || !strings.Contains(away.Sentence, "has no lectern.json") {
				t.Errorf("%s: %v, want it to be refused", name, err)
			}
			says(library.Queued, "")
		}
		for _, elsewhere := range testkit.AbsentStorages(t, address) { // and if it stays away, that is no reason to upload again
			if err := prepare(open(elsewhere), true); err != nil {
				t.Error(err)
			}
			says(library.Failed, "The server could not prepare this recording.")
		}
		if err := lib.Change(ctx, library.Operator(), func(c *library.Change) error { return c.RetryProcessing(ctx, id) }); err != nil {
			t.Fatal(err)
		}
		// The storage is the library's, but without the object.
		blobs := open(address)
		if err := holdings.Claim(ctx, lib, blobs); err != nil {
			t.Fatal(err)
		}
		if err := prepare(blobs, false); err != nil {
			t.Error(err)
		}
		says(library.Failed, "The file of this recording is lost.")
	})
}
