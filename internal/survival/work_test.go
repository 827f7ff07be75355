package survival

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// film makes a recording that must be encoded and is long, for which a short one is played
// again and again.
func film(t *testing.T) []byte {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "film.mp4")
	for _, args := range []string{
		"-f lavfi -i testsrc2=s=640x360:r=25 -t 10 -c:v mpeg4 -q:v 20 part.mp4",
		"-stream_loop 65 -i part.mp4 -c copy film.mp4",
	} {
		command := exec.CommandContext(t.Context(), "ffmpeg", append([]string{"-nostdin", "-v", "error"}, strings.Fields(args)...)...)
		command.Dir = folder
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("this test needs ffmpeg, which script/setup installs: %v: %s", err, out)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// A clip that comes while the only worker encodes a lecture is finished before that.
func TestWork_ShortDoesNotWaitForLong(t *testing.T) {
	t.Parallel()
	lecture := film(t)
	onEachPlace(t, func(t *testing.T, at place) {
		t.Helper()
		clips := newClips(t)
		s := newServer(t, at, "--workers=1")
		s.start()
		long, err := s.put(t.Context(), lecture)
		if err == nil {
			err = s.complete(t.Context(), long, "A lecture")
		}
		if err != nil {
			t.Fatal(err)
		}
		stage := func() string {
			stage, err := s.stage(t.Context(), long)
			if err != nil {
				t.Fatal(err)
			}
			return stage
		}
		waitFor(t, "the lecture is encoded", func() bool { return stage() == "transcoding" && len(s.children()) > 0 })
		s.finish(t, s.uploadSome(t, clips, 2))
		if stage := stage(); stage != "transcoding" {
			t.Errorf("when the clips are finished, the lecture is %s", stage)
		}
	})
}

// Without ffmpeg a server takes uploads, and says once that they wait. A node that has it
// finishes them.
func TestWork_WaitsForANodeWithFFmpeg(t *testing.T) {
	t.Parallel()
	onEachPlace(t, func(t *testing.T, at place) {
		t.Helper()
		clips := newClips(t)
		without := newServer(t, at)
		without.env = append(os.Environ(), "PATH="+t.TempDir())
		l := without.start()
		done := without.uploadSome(t, clips, 3)
		for id := range done {
			if stage, err := without.stage(t.Context(), id); err != nil || stage != "queued" {
				t.Errorf("without ffmpeg media %d is %s, %v", id, stage, err)
			}
		}
		if n := strings.Count(l.said.String(), "started with ffmpeg"); n != 1 {
			t.Errorf("that it lacks ffmpeg it says %d times:\n%s", n, l.said.String())
		}
		without.beside().start()
		without.finish(t, done)
	})
}

// Who follows the work on a media item at a node that only serves hears of it to its end.
func TestEvents_ReportTheWorkOfOtherNodes(t *testing.T) {
	t.Parallel()
	onEachPlace(t, func(t *testing.T, at place) {
		t.Helper()
		serving := newServer(t, at, "--workers=0")
		l := serving.start()
		for id := range serving.uploadSome(t, newClips(t), 1) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s%s/media/%d/processing", publicURL, api, id), nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", "text/event-stream")
			request.Header.Set("Authorization", "Bearer "+serving.token)
			events, err := l.client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer events.Body.Close()
			serving.beside("--workers=1").start()
			text, err := io.ReadAll(events.Body) // which ends with the work
			if err != nil {
				t.Fatal(err)
			}
			told := regexp.MustCompile(`(?m)^data: (.*)$`).FindAllSubmatch(text, -1)
			if len(told) < 3 || !bytes.Contains(told[0][1], []byte(`"queued"`)) {
				t.Fatalf("it hears\n%s", text)
			}
			var last struct {
				Status string `json:"transcoding_status"`
				Stage  string `json:"stage"`
			}
			if err := json.Unmarshal(told[len(told)-1][1], &last); err != nil || last.Status != "finished" || last.Stage != "finished" {
				t.Errorf("at last it hears %s, %v", told[len(told)-1][1], err)
			}
		}
	})
}

// The metrics tell of the jobs there are, and how long they took.
func TestMetrics_CountTheWork(t *testing.T) {
	t.Parallel()
	onEachPlace(t, func(t *testing.T, at place) {
		t.Helper()
		s := newServer(t, at, "--metrics-listen=127.0.0.1:0")
		l := s.start()
		s.finish(t, s.uploadSome(t, newClips(t), 2))
		openRaw(t, at.database).awaitJobs(t)
		address := regexp.MustCompile(`msg="serving metrics" address=(\S+)`).FindStringSubmatch(l.said.String())
		if address == nil {
			t.Fatalf("it serves no metrics: %s", l.said.String())
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address[1]+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			`lectern_jobs{state="completed"} 2`, `lectern_jobs{state="running"} 0`,
			`lectern_work_duration_seconds_count{outcome="done",task="prepare"} 2`,
		} {
			if !bytes.Contains(text, []byte("\n"+want+"\n")) {
				t.Errorf("the metrics lack %s", want)
			}
		}
	})
}
