package transcode

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MissingOutputError says that a file that ffmpeg should have made is not there, although
// its input, its folder and ffmpeg itself are. The server or ffmpeg is at fault, not the
// recording, and encoding it again would end in the same way.
type MissingOutputError struct {
	// Err is the cause, for the log: it names the file.
	Err error
}

// Error gives the cause.
func (e *MissingOutputError) Error() string { return "an output is missing: " + e.Err.Error() }

// Unwrap gives the cause.
func (e *MissingOutputError) Unwrap() error { return e.Err }

// findMissing makes a MissingOutputError of an error of a run that read in and wrote to dir,
// where it is one, and gives other errors back as they are. A missing program, input or folder
// is not a missing output: it may be back at the next attempt.
func (t Tools) findMissing(err error, in, dir string) error {
	if err == nil || permanent(err) || !saysMissing(err, dir) {
		return err
	}
	needed := []string{dir, t.FFmpeg, t.FFprobe}
	if !isBelow(in, dir) { // else it is an output of an earlier run
		needed = append(needed, in)
	}
	for _, path := range needed {
		if _, missing := os.Stat(path); missing != nil {
			return err
		}
	}
	return &MissingOutputError{Err: err}
}

// saysMissing says whether an error is about a file that is not there: one in dir, where it
// is known which.
func saysMissing(err error, dir string) bool {
	if failed, ok := errors.AsType[*runError](err); ok {
		return !failed.canceled && !failed.timedOut && !failed.diskFull && failed.signal == 0 &&
			strings.Contains(failed.stderr, "No such file or directory") &&
			!strings.Contains(failed.stderr, "error while loading shared libraries") // as during an upgrade of ffmpeg
	}
	failed, ok := errors.AsType[*fs.PathError](err)
	return ok && errors.Is(failed, fs.ErrNotExist) && isBelow(failed.Path, dir)
}

// isBelow says whether a path leads into a folder; both are absolute.
func isBelow(path, dir string) bool {
	within, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(within)
}
