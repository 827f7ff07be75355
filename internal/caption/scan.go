package caption

import (
	"slices"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// cue is one caption: when it is shown, and its lines, none of which is empty.
type cue struct {
	line       int // of its times, counted from 1
	start, end time.Duration
	written    time.Duration // the end that the file has, which may be the start
	text       []string
}

// scanner walks over the lines of a file and collects its cues.
type scanner struct {
	field  string // for messages
	lines  []line
	count  int // of lines in the file
	webVTT bool
	cues   []cue
}

// scan finds the cues of a file. What does not belong to a cue is rejected: captions that are
// lost are not missed until someone needs them.
func (s *scanner) scan() error {
	at := 0
	if s.webVTT {
		at = s.skipHeader()
	}
	for at < len(s.lines) {
		end := at
		for end < len(s.lines) && s.lines[end].text != "" {
			end++
		}
		next := end + 1
		for at < end && s.lines[at].isInvisible {
			at++
		}
		if end > at {
			if err := s.block(at, end); err != nil {
				return err
			}
		}
		at = next
	}
	if len(s.cues) == 0 {
		return library.Invalid(s.field, "line %d: the file ends without a cue like 00:00:01,000 --> 00:00:02,500", s.count)
	}
	s.lengthen()
	return nil
}

// skipHeader passes the first block of a WebVTT file, up to an empty line or a cue.
func (s *scanner) skipHeader() int {
	at := 1
	for at < len(s.lines) && s.lines[at].text != "" && !s.lines[at].isTimes {
		at++
	}
	return at
}

// block reads the lines from one empty line to the next, which are a cue; several where
// the empty line between them was forgotten; or, in SRT, the rest of a cue with an
// empty line in it.
func (s *scanner) block(at, end int) error {
	first := at
	for first < end && !s.lines[first].isTimes {
		first++
	}
	if first == end {
		return s.blockWithoutTimes(at, end)
	}
	// Before the times stands the cue's number, or in WebVTT a name.
	named := first > at && (s.lines[first-1].isNumber || s.webVTT && first == at+1)
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
		if s.lines[at].isTimes {
			if err := s.addCue(at); err != nil {
				return err
			}
			continue
		}
		nextIsCue := at+1 < end && s.lines[at+1].isTimes
		if nextIsCue && s.lines[at].isNumber {
			continue
		}
		s.cues[len(s.cues)-1].add(s.lines[at])
	}
	return nil
}

func (s *scanner) blockWithoutTimes(at, end int) error {
	if s.webVTT {
		switch firstWord(s.lines[at].text) {
		case "NOTE", "STYLE", "REGION", "Region:":
			return nil
		}
	}
	// The number of the next cue, with an empty line too many.
	if next := end + 1; end == at+1 && s.lines[at].isNumber && next < len(s.lines) && s.lines[next].isTimes {
		return nil
	}
	return s.addText(at, end)
}

// firstWord is the first word that anybody sees.
func firstWord(text string) string {
	text = bareOf(text)
	word, _, _ := strings.Cut(strings.ReplaceAll(text, "\t", " "), " ")
	return word
}

// addText gives lines to the cue before them.
func (s *scanner) addText(at, end int) error {
	if at == end {
		return nil
	}
	if len(s.cues) == 0 || s.webVTT {
		return library.Invalid(s.field, "line %d: does not belong to a cue", s.lines[at].number)
	}
	for _, l := range s.lines[at:end] {
		s.cues[len(s.cues)-1].add(l)
	}
	return nil
}

func (c *cue) add(l line) {
	if !l.isInvisible {
		c.text = append(c.text, l.text)
	}
}

func (s *scanner) addCue(at int) error {
	l := s.lines[at]
	if l.times == nil {
		return library.Invalid(s.field, "line %d: has no times like 00:00:01,000 --> 00:00:02,500", l.number)
	}
	c := cue{line: int(l.number), start: l.times.start, end: l.times.end}
	if c.end < c.start {
		return library.Invalid(s.field, "line %d: the cue ends before it begins", l.number)
	}
	c.written = c.end
	s.cues = append(s.cues, c)
	return nil
}

// shortest is how long a cue is shown whose file has it end when it begins.
const shortest = time.Second

// lengthen gives a length to cues that end when they begin. Speech recognizers write
// such cues, for words that they heard, and no player would show them: they are shown
// for a second, or until the next cue begins.
func (s *scanner) lengthen() {
	starts := make([]time.Duration, len(s.cues))
	for i, c := range s.cues {
		starts[i] = c.start
	}
	slices.Sort(starts)
	for i := range s.cues {
		c := &s.cues[i]
		if c.end > c.start {
			continue
		}
		c.end = c.start + shortest
		if next, _ := slices.BinarySearch(starts, c.start+1); next < len(starts) {
			c.end = min(c.end, starts[next])
		}
	}
}
