package work_test

import (
	"bytes"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/transcode"
	"github.com/lectern-media/lectern/internal/work"
)

// If an output of ffmpeg is missing, the recording is not encoded again: the media item fails
// at the first attempt, and its message and the log say that the server is at fault.
func TestDo_DoesNotEncodeAgainForAMissingOutput(t *testing.T) {
	t.Parallel()
	tools, err := transcode.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	film := filepath.Join(t.TempDir(), "film.webm")
	encode := exec.CommandContext(t.Context(), tools.FFmpeg, "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=10:d=1", "-c:v", "libvpx-vp9", film)
	if said, err := encode.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		runs := filepath.Join(t.TempDir(), "runs")
		forgetful := filepath.Join(t.TempDir(), "ffmpeg")
		script := "#!/bin/sh\necho >>'" + runs + "'\n" + tools.FFmpeg + ` "$@" && rm -f mp4/*` + "\n"
		// Another process writes it: while any other test starts a process, a file that this one
		// had open cannot be run.
		install := exec.CommandContext(t.Context(), "install", "-m", "700", "/dev/stdin", forgetful)
		install.Stdin = strings.NewReader(script)
		if said, err := install.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		tools := tools
		tools.FFmpeg = forgetful
		lib, id := oneUpload(t, url)
		disk, err := blob.NewDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		bytesOfFilm, err := os.ReadFile(film)
		if err == nil {
			_, err = disk.Put(t.Context(), "media/1/a/original", bytes.NewReader(bytesOfFilm), "video/webm")
		}
		if err == nil {
			err = os.WriteFile(runs, nil, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		var logged bytes.Buffer
		worker, err := work.New(work.Options{
			Library: lib, Blobs: disk, Tools: tools, Folder: t.TempDir(),
			Logger: slog.New(slog.NewTextHandler(&logged, nil)), Metrics: prometheus.NewRegistry(),
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = worker.Close() })
		if err := worker.Do(t.Context(), library.Job{Task: library.TaskPrepare, Media: id}, false); err != nil {
			t.Errorf("it is to be tried again: %v", err)
		}
		m, p, err := lib.MediaProcessing(t.Context(), library.Operator(), id)
		if err != nil || m.Status() != library.Failed || p.Message == nil || !strings.HasPrefix(*p.Message, "The recording is intact, but an output file ") {
			t.Errorf("the media item is %s, its processing %+v, %v", m.Status(), p, err)
		}
		if said, err := os.ReadFile(runs); err != nil || len(said) != 2 {
			t.Errorf("ffmpeg ran %d times, %v; want once to encode and once to package", len(said), err)
		}
		if says := logged.String(); !strings.Contains(says, "level=ERROR") || !strings.Contains(says, "server fault, not tried again") ||
			!strings.Contains(says, ".mp4: No such file or directory") {
			t.Errorf("the log says %s", says)
		}
	})
}
