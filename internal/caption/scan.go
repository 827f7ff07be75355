package caption

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// cue is one caption: when it is shown, and its lines, none of which is empty.
type cue struct {
	line       int // of its times, counted from 1
	start, end time.Duration
	text       []string
}

const arrow = "-->"

// times is a line with the times of a cue: hours may be missing, and after the end may
// stand settings, which say where on the screen it is shown.
var times = regexp.MustCompile(`^(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?[ \t]*-->[ \t]*` +
	`(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?(?:[ \t].*)?$`)

// scanner walks over the lines of a file and collects its cues.
type scanner struct {
	field  string // for messages
	lines  []string
	webVTT bool
	cues   []cue
}

// scan finds the cues of a file. What belongs to no cue is refused: captions that are
// lost are not missed until someone needs them.
func (s *scanner) scan() error {
	at := 0
	if s.webVTT {
		at = s.skipHeader()
	}
	for at < len(s.lines) {
		end := at
		for end < len(s.lines) && s.lines[end] != "" {
			end++
		}
		if end > at {
			if err := s.block(at, end); err != nil {
				return err
			}
		}
		at = end + 1
	}
	if len(s.cues) == 0 {
		return library.Invalid(s.field, "line %d: is the last, and there was no cue like 00:00:01,000 --> 00:00:02,500", len(s.lines))
	}
	return nil
}

// skipHeader passes the first block of a WebVTT file, up to an empty line or a cue.
func (s *scanner) skipHeader() int {
	at := 1
	for at < len(s.lines) && s.lines[at] != "" && !strings.Contains(s.lines[at], arrow) {
		at++
	}
	return at
}

// block reads the lines from one empty line to the next, which are a cue; several where
// the empty line between them was forgotten; or, in SRT, the rest of a cue with an
// empty line in it.
func (s *scanner) block(at, end int) error {
	first := at
	for first < end && !strings.Contains(s.lines[first], arrow) {
		first++
	}
	if first == end {
		return s.blockWithoutTimes(at, end)
	}
	// Before the times stands the cue's number, or in WebVTT a name.
	named := first > at && (isNumber(s.lines[first-1]) || s.webVTT && first == at+1)
	if named {
		first--
	}
	if err := s.addText(at, first); err != nil {
		return err
	}
	if named {
		first++
	}
	for at := first; at < end; at++ {
		if strings.Contains(s.lines[at], arrow) {
			if err := s.addCue(at); err != nil {
				return err
			}
			continue
		}
		nextIsCue := at+1 < end && strings.Contains(s.lines[at+1], arrow)
		if nextIsCue && isNumber(s.lines[at]) {
			continue
		}
		last := &s.cues[len(s.cues)-1]
		last.text = append(last.text, s.lines[at])
	}
	return nil
}

func (s *scanner) blockWithoutTimes(at, end int) error {
	if s.webVTT {
		word, _, _ := strings.Cut(strings.ReplaceAll(s.lines[at], "\t", " "), " ")
		switch word {
		case "NOTE", "STYLE", "REGION", "Region:":
			return nil
		}
	}
	// The number of the next cue, with an empty line too many.
	if next := end + 1; end == at+1 && isNumber(s.lines[at]) && next < len(s.lines) && strings.Contains(s.lines[next], arrow) {
		return nil
	}
	return s.addText(at, end)
}

// addText gives lines to the cue before them.
func (s *scanner) addText(at, end int) error {
	if at == end {
		return nil
	}
	if len(s.cues) == 0 || s.webVTT {
		return library.Invalid(s.field, "line %d: belongs to no cue", at+1)
	}
	last := &s.cues[len(s.cues)-1]
	last.text = append(last.text, s.lines[at:end]...)
	return nil
}

func (s *scanner) addCue(at int) error {
	m := times.FindStringSubmatch(s.lines[at])
	if m == nil || strings.Count(s.lines[at], arrow) > 1 {
		return library.Invalid(s.field, "line %d: has no times like 00:00:01,000 --> 00:00:02,500", at+1)
	}
	c := cue{line: at + 1, start: duration(m[1:5]), end: duration(m[5:9])}
	if c.end <= c.start {
		return library.Invalid(s.field, "line %d: the cue ends before it has begun", at+1)
	}
	s.cues = append(s.cues, c)
	return nil
}

// duration adds up hours, minutes, seconds and a decimal fraction, any of which may be
// missing.
func duration(parts []string) time.Duration {
	number := func(digits string) int {
		n, _ := strconv.Atoi(digits) // a missing part is 0
		return n
	}
	seconds := 3600*number(parts[0]) + 60*number(parts[1]) + number(parts[2])
	milliseconds := 1000*seconds + number((parts[3] + "000")[:3])
	return time.Duration(milliseconds) * time.Millisecond
}

func isNumber(line string) bool {
	return line != "" && strings.Trim(line, "0123456789") == ""
}
