package transcode

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shell runs a script as the child, with limits wide enough not to matter.
func shell(ctx context.Context, t *testing.T, script string, change func(*command, *Tools)) error {
	t.Helper()
	tools := Tools{Limits: DefaultLimits()}
	c := command{program: "/bin/sh", args: []string{"-c", script}, dir: t.TempDir(), timeout: time.Minute}
	if change != nil {
		change(&c, &tools)
	}
	return tools.run(ctx, c)
}

// pids is a stdout that tells the numbers written to it, each on a line.
func pids(t *testing.T) (io.Writer, <-chan int) {
	t.Helper()
	from, to := io.Pipe()
	told := make(chan int, 8)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for lines := bufio.NewScanner(from); lines.Scan(); {
			if pid, err := strconv.Atoi(lines.Text()); err == nil {
				told <- pid
			}
		}
	}()
	t.Cleanup(func() { _ = to.Close(); <-done })
	return to, told
}

// gone waits until a process is no more, or a zombie that somebody else must bury.
func gone(t *testing.T, pid int) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}

func TestRun_CancelEndsTheProgramAndItsChildrenThoughTheyRefuse(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, told := pids(t)
	ended := make(chan error, 1)
	go func() {
		ended <- shell(ctx, t, `trap "" TERM; sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' & echo $$; wait; while :; do sleep 1; done`, func(c *command, _ *Tools) { c.stdout = out })
	}()
	one, two := <-told, <-told
	started := time.Now()
	cancel()
	err := <-ended
	var failed *runError
	if !errors.As(err, &failed) || !failed.canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if permanent(judge(err, DefaultLimits())) {
		t.Error("a cancelled run is no fault of the file")
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("took %s to end", took)
	}
	gone(t, one)
	gone(t, two)
}

func TestRun_LeavesNoChildBehindWhenTheProgramEnds(t *testing.T) {
	t.Parallel()
	out, told := pids(t)
	if err := shell(t.Context(), t, `sleep 600 >/dev/null 2>&1 & echo $!`, func(c *command, _ *Tools) { c.stdout = out }); err != nil {
		t.Error(err)
	}
	gone(t, <-told)
}

func TestRun_EndsWhatTakesTooLong(t *testing.T) {
	t.Parallel()
	err := shell(t.Context(), t, `echo working >&2; exec sleep 600`, func(c *command, _ *Tools) { c.timeout = 200 * time.Millisecond })
	var failed *runError
	if !errors.As(err, &failed) || !failed.timedOut {
		t.Fatalf("ended with %v", err)
	}
	if err := judge(err, DefaultLimits()); !permanent(err) || !strings.Contains(err.Error(), "took longer than 12 hours") {
		t.Errorf("judged %v", err)
	}
}

// TestRun_DiesWithUs has another process of this test run a child, and kills that process.
func TestRun_DiesWithUs(t *testing.T) {
	if os.Getenv("LECTERN_TEST_CHILD") != "" {
		_ = shell(t.Context(), t, `echo $$; exec sleep 600`, func(c *command, _ *Tools) { c.stdout = os.Stdout })
		return
	}
	t.Parallel()
	cmd := exec.Command(os.Args[0], "-test.run=^TestRun_DiesWithUs$")
	cmd.Env = append(os.Environ(), "LECTERN_TEST_CHILD=1")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed, as was just asked for
	gone(t, pid)
}

func TestRun_BoundsMemoryFilesAndPriority(t *testing.T) {
	t.Parallel()
	find(t)
	small := func(_ *command, tools *Tools) { tools.Limits.Memory, tools.Limits.FileSize = 64<<20, 1<<20 }
	var out bytes.Buffer
	// The limits are set while the shell starts, so it reads a line first, which comes later.
	if err := shell(t.Context(), t, `sleep 0.3; ulimit -d; ulimit -f; ulimit -c; nice`, func(c *command, tools *Tools) { small(c, tools); c.stdout = &out }); err != nil {
		t.Fatal(err)
	}
	if want := "65536\n2048\n0\n10\n"; out.String() != want { // kilobytes, blocks of 512, core, niceness
		t.Errorf("limits are %q, want %q", out.String(), want)
	}
	err := shell(t.Context(), t, `sleep 0.3; head -c 2000000 /dev/zero >big`, small)
	if err == nil {
		t.Error("a file beyond the limit was written")
	}
	tools := find(t)
	// Whether it ends itself or hangs, as version 5.1 does with threads, is up to it.
	tools.Limits.Memory, tools.Limits.Stall = 96<<20, 5*time.Second
	err = tools.run(t.Context(), command{
		program: tools.FFmpeg, dir: t.TempDir(), timeout: time.Minute, progress: func(float64) {},
		args: append(start(tools.Limits), "-f", "lavfi", "-i", "color=size=8000x8000:rate=30:duration=10", "-c:v", "libx264", "-f", "null", "-"),
	})
	judged := judge(err, tools.Limits)
	if !permanent(judged) || !strings.Contains(judged.Error(), "memory") && !strings.Contains(judged.Error(), "no progress") {
		t.Errorf("an encoder without memory: %v", judged)
	}
}

// A machine with many processors must not need more memory than a file may have.
func TestThreads_OfALargeMachineFitIntoItsMemory(t *testing.T) {
	t.Parallel()
	for processors, want := range map[int]int{0: 1, 1: 1, 4: 4, 128: 8} {
		if got := threads(processors); got != want {
			t.Errorf("%d threads for %d processors, want %d", got, processors, want)
		}
	}
	tools := find(t)
	tools.Limits.Threads = threads(128)
	path := made("a.mkv", picture("3840x2160", 0.1, 60), []string{"-c:v", "mpeg4", "-q:v", "20"})(t)
	p, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil); err != nil {
		t.Error(err)
	}
}

func TestRun_PassesOnTheNeededEnvironmentOnly(t *testing.T) {
	t.Setenv("LECTERN_SECRET", "hush")
	t.Setenv("http_proxy", "http://proxy.test")
	var out bytes.Buffer
	if err := shell(t.Context(), t, `env`, func(c *command, _ *Tools) { c.stdout = &out }); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hush") || strings.Contains(out.String(), "proxy") {
		t.Errorf("the environment of a child:\n%s", out.String())
	}
}

func TestRun_KeepsTheEndOfStandardError(t *testing.T) {
	t.Parallel()
	err := shell(t.Context(), t, `i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; echo the cause >&2; exit 3`, nil)
	if err == nil || !strings.HasSuffix(err.Error(), "the cause") || len(err.Error()) > stderrTail+200 {
		t.Errorf("said %v", err)
	}
}

func TestRun_StopsAProgramThatWritesTooMuch(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := shell(t.Context(), t, `exec yes`, func(c *command, _ *Tools) { c.stdout = limitWriter(&out, 1<<16) })
	if err == nil || out.Len() > 1<<16 {
		t.Errorf("kept %d bytes of an endless answer, %v", out.Len(), err)
	}
}

func TestTranscode_CancelEndsIt(t *testing.T) {
	t.Parallel()
	tools := find(t)
	path := made("a.mkv", picture("1280x720", 20, 30), []string{"-c:v", "mpeg4", "-q:v", "20"})(t)
	p, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err = tools.Transcode(ctx, path, p, t.TempDir(), func(percent float64, _ string) {
		if percent > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || permanent(err) {
		t.Errorf("ended with %v", err)
	}
}

func TestJudge_SeparatesFaultsOfFilesAndMachines(t *testing.T) {
	t.Parallel()
	for said, sentence := range map[string]string{
		"av_interleaved_write_frame(): No space left on device\nConversion failed!": "",
		"a.mp4: Input/output error":                                "",
		"Unknown encoder 'libx264'":                                "",
		"something nobody has heard of":                            "",
		"moov atom not found\nInvalid data found":                  "This file is incomplete",
		"x: Invalid data found when processing input":              "it is damaged",
		"Error while decoding stream #0:0: Cannot allocate memory": "more memory than",
		"[Parsed_aresample_0 @ 0x5] [SWR @ 0x5] Failed to set option\n[Parsed_aresample_0 @ 0x5] Failed to configure output pad on Parsed_aresample_0\nError while processing the decoded data for stream #0:0": "is not supported",
		"[hls @ 0x55cc89c4f740] Format not on whitelist 'mov'":                            "a list of other files",
		"Error while filtering: Generic error in an external library\nConversion failed!": "cannot convert this file",
	} {
		err := judge(&runError{program: "ffmpeg", err: errors.New("exit status 1"), stderr: said}, DefaultLimits())
		var refused *Refusal
		if errors.As(err, &refused) != (sentence != "") || refused != nil && !strings.Contains(refused.Sentence, sentence) {
			t.Errorf("%q is judged %v", said, err)
		}
	}
	for signal, final := range map[syscall.Signal]bool{syscall.SIGSEGV: true, syscall.SIGXFSZ: true, syscall.SIGKILL: false, syscall.SIGTERM: false} {
		err := judge(&runError{program: "ffmpeg", err: errors.New("signal"), signal: signal}, DefaultLimits())
		if permanent(err) != final {
			t.Errorf("%s: judged final %v, want %v", signal, permanent(err), final)
		}
	}
}

func TestFind_SaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Find(t.Context())
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "install Debian's package ffmpeg") {
		t.Errorf("said %v", err)
	}
	broken := filepath.Join(os.Getenv("PATH"), "ffmpeg")
	for _, name := range []string{"ffmpeg", "ffprobe"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(broken), name), []byte("#!/bin/sh\necho ' aac '\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Find(t.Context()); !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "without the encoder libx264") {
		t.Errorf("said %v of an ffmpeg without encoders", err)
	}
}
