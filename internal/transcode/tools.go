package transcode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Tools are the two programs that do the work, and what one file may cost. The zero
// value does not work: see [Find].
type Tools struct {
	// FFmpeg and FFprobe are the absolute paths of the programs.
	FFmpeg, FFprobe string
	Limits          Limits

	// Observe is called after each run of a program, from whichever goroutine
	// waited for it; for who measures. It may be nil.
	Observe func(Run)
}

// Limits bound what one file may cost. [DefaultLimits] has values for all of them; each
// must be positive.
type Limits struct {
	// Threads is how many threads each decoder, filter and encoder may start.
	Threads int
	// Memory is how many bytes of data one process may allocate (RLIMIT_DATA).
	Memory int64
	// FileSize is how many bytes one file that is written may have (RLIMIT_FSIZE).
	FileSize int64
	// Time is how long one Transcode or Sprite may take, ProbeTime one Probe.
	Time, ProbeTime time.Duration
	// Stall is how long ffmpeg may not say that it gets on. Putting the index of a large
	// MP4 first says nothing either, and copies all of it.
	Stall time.Duration
	// Pixels is how many pixels one frame may have, width times height.
	Pixels int64
	// Duration is how long a recording may last, in seconds.
	Duration float64
	// Encoding is how many seconds may be encoded, beyond which there is [ErrLong]; 0: all.
	Encoding float64
	// Streams is how many streams (video, audio, subtitles, attachments) a file may have.
	Streams int
}

// DefaultLimits take a ten hour lecture and an 8K camera: what is beyond them is a
// mistake or an attack.
func DefaultLimits() Limits {
	return Limits{
		Threads:   threads(runtime.NumCPU()),
		Memory:    4 << 30,
		FileSize:  64 << 30,
		Time:      12 * time.Hour,
		ProbeTime: 2 * time.Minute,
		Stall:     15 * time.Minute,
		Pixels:    8192 * 4352,
		Duration:  12 * 3600,
		Streams:   64,
	}
}

// mostThreads is what Memory takes: each thread of a decoder and an encoder has its own
// pictures, and 32 of each need more for a large video.
const mostThreads = 8

func threads(processors int) int { return max(1, min(mostThreads, processors)) }

// ErrMissing is wrapped by the error of [Find] where a program must be installed.
var ErrMissing = errors.New("ffmpeg is missing")

// Find looks for ffmpeg and ffprobe in PATH and asks whether they can do what Lectern
// needs. Its error says what to install, and wraps [ErrMissing] unless ctx ended.
func Find(ctx context.Context) (Tools, error) {
	tools := Tools{Limits: DefaultLimits()}
	for program, path := range map[string]*string{"ffmpeg": &tools.FFmpeg, "ffprobe": &tools.FFprobe} {
		found, err := exec.LookPath(program)
		if err != nil {
			return Tools{}, fmt.Errorf("%w: no %s in PATH: install Debian's package ffmpeg (version 5.1 or newer), or an equivalent", ErrMissing, program)
		}
		*path = found
	}
	var out bytes.Buffer
	err := tools.run(ctx, command{
		program: tools.FFmpeg, args: []string{"-hide_banner", "-v", "error", "-encoders"},
		dir: os.TempDir(), stdout: limitWriter(&out, 1<<20), timeout: time.Minute,
	})
	if ctx.Err() != nil {
		return Tools{}, ctx.Err()
	}
	if err != nil {
		return Tools{}, fmt.Errorf("%w: %s does not run: %w", ErrMissing, tools.FFmpeg, err)
	}
	for _, encoder := range []string{" libx264 ", " aac ", " mjpeg "} {
		if !strings.Contains(out.String(), encoder) {
			return Tools{}, fmt.Errorf("%w: %s was built without the encoder %s: install Debian's package ffmpeg, or an equivalent", ErrMissing, tools.FFmpeg, strings.TrimSpace(encoder))
		}
	}
	return tools, nil
}
