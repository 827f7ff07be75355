package caption

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// line is a line of a file.
type line struct {
	text        string // without space at its ends
	times       *span  // the times of a cue; nil if there are none, or they are malformed
	number      int32  // counted from 1
	isInvisible bool   // empty, or nothing but invisible characters
	isNumber    bool
	isTimes     bool // meant as the times of a cue, well-formed or not
}

// span is when a cue is shown.
type span struct{ start, end time.Duration }

const arrow = "-->"

const byteOrderMark = "\uFEFF"

// aTime matches a time; the hours and the fraction are optional.
const aTime = `(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,3}))?`

// otherArrow matches what people write instead of the arrow, and what programs make of it
// that turn "--" into a dash or escape ">".
const otherArrow = `(?:[-‐‑‒–—―−=~_][-‐‑‒–—―−=~_ \t]{0,5})?(?:>|›|»|&gt;|→|⇒|⇨|⟶|⟹|➔|➙|➛|➜|➝|➞|➡)\x{FE0F}?>?`

var (
	// times matches the times of a cue. Settings may follow, which place the cue on the
	// screen.
	times = regexp.MustCompile(`^` + aTime + `[ \t]*-->[ \t]*` + aTime + `(?:[ \t].*)?$`)
	// otherTimes is the same with an arrow that neither format has. Only well-formed
	// settings may follow: a list of chapters is text.
	otherTimes = regexp.MustCompile(`^` + aTime + `[ \t]*` + otherArrow + `[ \t]*` + aTime + `(?:[ \t]+\w+:\S+)*$`)
	// dashedTimes is two times with a dash between them and nothing else.
	dashedTimes = regexp.MustCompile(`^` + aTime + `[ \t]*[-‐‑‒–—―−~〜]{1,3}[ \t]*` + aTime + `$`)
	// brokenTimes matches malformed times that are unlikely to be text: a time with
	// milliseconds and an arrow after or before it, or two such times and nothing else but
	// signs, character references or a word like "to" between them.
	brokenTimes = regexp.MustCompile(`^` + exactTime + `[ \t]*(?:` + otherArrow + `|` + between + exactTime + `$)` +
		`|^` + otherArrow + `[ \t]*` + exactTime + `$`)
)

const between = `(?:(?:&#?\w{1,8};|[^\pL\pN]){0,8}|[ \t]\pL{1,8}[ \t]{1,8})`

// exactTime is a time to the millisecond, or to the frame.
const exactTime = `\d{1,4}:\d{1,2}(?:(?::\d{1,2})?[.,;]\d{1,3}|:\d{1,2}:\d{1,3})`

// readLines splits a file into lines and classifies them. SRT and WebVTT have only the
// arrow "-->"; two times with another arrow are classified as times too, because as text
// they would silently become part of the cue before them. If such a line could be text
// (10:30 -> 11:45), it counts as times only where a cue can begin. Runs of empty lines are
// reduced to the first.
func readLines(text string) []line {
	var lines []line
	number := int32(0) // the maximum file size prevents an overflow
	for text := range strings.SplitSeq(text, "\n") {
		number++
		l := readLine(text)
		if l.text == "" && len(lines) > 0 && lines[len(lines)-1].text == "" {
			continue
		}
		l.number = number
		lines = append(lines, l)
	}
	starts := func(i int) bool { return i <= 0 || lines[i-1].isInvisible }
	for i := range lines {
		l := &lines[i]
		if !l.isTimes && l.times != nil {
			l.isTimes = starts(i) || lines[i-1].isNumber && starts(i-1)
		}
	}
	return lines
}

// readLine classifies a line by itself. If it has times and isTimes is false, its
// position decides.
func readLine(text string) line {
	l := line{text: strings.TrimSpace(text)}
	if l.text == "" {
		l.isInvisible = true
		return l
	}
	bare := bareOf(l.text)
	if bare == "" {
		l.isInvisible = true
		return l
	}
	l.text = strings.ReplaceAll(l.text, byteOrderMark, "") // where files were joined
	if strings.Trim(bare, "0123456789") == "" {
		l.isNumber = true
		return l
	}
	hasArrow := strings.Contains(l.text, arrow)
	if !hasArrow && !strings.ContainsAny(bare, ":：") {
		return l
	}
	l.readTimes(hasArrow, norm.NFKC.String(bare)) // of ００：００：０３，０００ ＝＞
	return l
}

func (l *line) readTimes(hasArrow bool, narrow string) {
	parts := partsOf(times, narrow)
	if parts == nil {
		parts = partsOf(otherTimes, narrow)
	}
	switch {
	case hasArrow:
		l.isTimes = true
		if strings.Count(narrow, arrow) != 1 {
			return
		}
	case parts != nil:
		l.isTimes = isExact(parts[:4]) && isExact(parts[4:])
	default:
		parts = partsOf(dashedTimes, narrow)
		if parts != nil && (parts[3] == "" || parts[7] == "") {
			parts = nil
		}
		l.isTimes = parts != nil || brokenTimes.MatchString(narrow)
	}
	if parts != nil {
		l.times = &span{duration(parts[:4]), duration(parts[4:])}
	}
}

// partsOf returns hours, minutes, seconds and fraction of the start, and of the end.
func partsOf(pattern *regexp.Regexp, text string) []string {
	m := pattern.FindStringSubmatch(text)
	if m == nil {
		return nil
	}
	return m[1:]
}

// isExact reports whether a time has hours or a fraction, unlike a time of day in a text.
func isExact(parts []string) bool { return parts[0] != "" || parts[3] != "" }

// bareOf returns a text without invisible characters and with plain spaces.
func bareOf(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
			return -1
		case unicode.IsSpace(r), r == '\u2800': // Braille without dots
			return ' '
		}
		return r
	}, text))
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
