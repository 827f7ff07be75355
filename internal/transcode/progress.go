package transcode

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// parseProgress reads the lines that ffmpeg writes for -progress until they end, and
// tells the time of the output that is done, in seconds. It says each value once, and
// never less than before.
func parseProgress(from io.Reader, tell func(seconds float64)) {
	lines := bufio.NewScanner(from)
	last := -1.0
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), "=")
		if key != "out_time_us" { // out_time_ms is in microseconds too, and out_time is text
			continue
		}
		// Before the first frame it is N/A or the least of all integers.
		us, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		if err != nil || us < 0 {
			continue
		}
		if seconds := float64(us) / 1e6; seconds > last {
			last = seconds
			tell(seconds)
		}
	}
	// A line beyond the scanner's patience: nobody can say more, but the writer must not block.
	_, _ = io.Copy(io.Discard, from)
}

// stages turns the seconds of each step into one percentage of the whole that only grows.
type stages struct {
	tell     func(percent float64, stage string)
	duration float64
	last     float64
}

// step gives what a run is told as progress, for a step that leads from one percentage
// to another.
func (s *stages) step(from, to float64, stage string) func(seconds float64) {
	s.say(from, stage)
	return func(seconds float64) {
		share := 0.0
		if s.duration > 0 {
			share = seconds / s.duration
		}
		if share > almost { // of a file that lasts longer than it says nobody knows the end
			share = 1 - (1-almost)*almost/share
		}
		s.say(from+share*(to-from), stage)
	}
}

// almost is up to which share of a step its progress is even; beyond, it grows ever slower, so
// that it never stands.
const almost = 0.9

func (s *stages) say(percent float64, stage string) {
	s.last = max(s.last, min(100, percent))
	if s.tell != nil {
		s.tell(s.last, stage)
	}
}
