package transcode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// command is one run of a program.
type command struct {
	program string
	args    []string
	dir     string // its working, home and temporary folder
	timeout time.Duration
	stdout  io.Writer // nil for nobody
	last    bool      // other programs go first: they take longer, or somebody waits for them
	// progress gets the seconds done so far, as often as ffmpeg says them; args must
	// then have progressArgs. It may be nil.
	progress func(seconds float64)
}

// Run is one run of a program, and what it cost.
type Run struct {
	Program string // absolute path
	// Args are all of its arguments. It writes its progress to descriptor 3, and relative
	// paths in them begin in the folder of the outputs.
	Args   []string
	Took   time.Duration
	Memory int64 // largest resident set, bytes
}

// runError is a run that failed: cause and, for the log, what the program said last.
type runError struct {
	program  string
	err      error
	stderr   string
	signal   syscall.Signal // what ended it, 0 if it ended itself
	timedOut bool           // our time limit ended it
	canceled bool           // the caller's context ended it
	diskFull bool           // there was no room left to write to
}

func (e *runError) Error() string {
	said := strings.TrimSpace(e.stderr)
	if said == "" {
		return fmt.Sprintf("%s: %v", e.program, e.err)
	}
	return fmt.Sprintf("%s: %v: %s", e.program, e.err, said)
}

func (e *runError) Unwrap() error { return e.err }

const (
	// stderrTail is how much of what a program said is kept, in bytes.
	stderrTail = 4096
	// grace is what a program has between SIGTERM and SIGKILL.
	grace = 500 * time.Millisecond
	// niceness lets the processes that serve requests on the same machine go first, lastNiceness also
	// the programs that somebody waits for longer.
	niceness     = 10
	lastNiceness = 19
	// progressFD is the descriptor that ffmpeg writes its progress to.
	progressFD = 3
)

// run starts a program and waits for it. The program is in a process group of its own,
// which is ended as a whole when ctx or the time ends, and with us when we die.
func (t Tools) run(ctx context.Context, c command) error {
	timed, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	limited, stop := context.WithCancelCause(timed)
	defer stop(nil)
	cmd := exec.CommandContext(limited, c.program, c.args...) //nolint:gosec // the program is ours, its arguments are built in args.go and no shell reads them
	cmd.Dir = c.dir
	cmd.Env = environment(c.dir)
	cmd.Stdout = c.stdout
	said := &tail{limit: stderrTail}
	cmd.Stderr = said
	isolate(cmd)

	// Out of memory, ffmpeg has been seen to wait for itself for ever.
	stall := time.AfterFunc(t.Limits.Stall, func() { stop(errStalled) })
	defer stall.Stop()
	progressDone, err := c.readProgress(cmd, func() { stall.Reset(t.Limits.Stall) })
	if c.progress == nil {
		stall.Stop()
	}
	if err != nil {
		return err
	}
	started := time.Now()
	ended, err := startGroup(cmd, t.Limits, c.niceness())
	progressDone.started()
	if err != nil {
		progressDone.wait()
		return fmt.Errorf("start %s: %w", c.program, err)
	}
	err = cmd.Wait()
	ended()
	progressDone.wait()
	if t.Observe != nil {
		t.Observe(Run{Program: c.program, Args: c.args, Took: time.Since(started), Memory: residentSet(cmd.ProcessState)})
	}
	if err == nil {
		return nil
	}
	failed := &runError{program: c.program, err: err, stderr: said.String(), signal: endingSignal(cmd.ProcessState)}
	// ffmpeg does not always say so, and calls what it could not write damaged.
	failed.diskFull = isFull(c.dir)
	switch {
	case ctx.Err() != nil:
		failed.canceled, failed.err = true, ctx.Err()
	case limited.Err() != nil:
		failed.timedOut, failed.err = true, fmt.Errorf("ended after %s: %w", time.Since(started).Round(time.Second), context.Cause(limited))
	}
	return failed
}

func (c command) niceness() int {
	if c.last {
		return lastNiceness
	}
	return niceness
}

// environment has nothing of the server's: no keys, no proxies, no settings of ffmpeg's libraries.
func environment(dir string) []string {
	return []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C",
		"HOME=" + dir, "TMPDIR=" + dir, "AV_LOG_FORCE_NOCOLOR=1",
	}
}

// progressReader owns the two ends of the pipe that ffmpeg says its progress through.
type progressReader struct {
	theirs, ours *os.File
	done         chan struct{}
}

// alive calls told at each read.
type alive struct {
	from io.Reader
	told func()
}

func (a alive) Read(p []byte) (int, error) {
	n, err := a.from.Read(p)
	a.told()
	return n, err
}

func (c command) readProgress(cmd *exec.Cmd, lives func()) (*progressReader, error) {
	if c.progress == nil {
		return nil, nil //nolint:nilnil // a nil reader has nothing to wait for
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("pipe for progress: %w", err)
	}
	cmd.ExtraFiles = []*os.File{theirs} // progressFD: the first after the standard three
	r := &progressReader{theirs: theirs, ours: ours, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		parseProgress(alive{from: ours, told: lives}, c.progress)
	}()
	return r, nil
}

// started closes our copy of the end that the child writes to, so that its death ends
// the reading.
func (r *progressReader) started() {
	if r != nil {
		_ = r.theirs.Close()
	}
}

func (r *progressReader) wait() {
	if r != nil {
		<-r.done
		_ = r.ours.Close()
	}
}

// tail keeps the last bytes written to it.
type tail struct {
	limit int
	kept  []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if extra := len(t.kept) - t.limit; extra > 0 {
		t.kept = append(t.kept[:0], t.kept[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return strings.ToValidUTF8(string(t.kept), "?") }

// errStalled is why a program was ended that had not said for Limits.Stall how far it is.
var errStalled = errors.New("no progress")

var errTooMuch = errors.New("the program wrote more than is read")

// limitWriter fails once more than limit bytes came, which ends the program by SIGPIPE.
func limitWriter(to io.Writer, limit int64) io.Writer {
	return &limitedWriter{to: to, left: limit}
}

type limitedWriter struct {
	to   io.Writer
	left int64
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	if w.left -= int64(len(p)); w.left < 0 {
		return 0, errTooMuch
	}
	return w.to.Write(p)
}
