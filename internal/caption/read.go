package caption

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/asticode/go-astisub"

	"github.com/lectern-media/lectern/internal/library"
)

// Read reads a caption file in either format. The language of the captions tells the
// encoding of a file that does not tell it itself; it may be "". A file that is rejected
// gives a library.KindInvalid error about the field, or KindTooLarge.
func Read(field string, data []byte, in library.Language) (library.CaptionText, error) {
	if len(data) > library.MaxCaptionBytes {
		return library.CaptionText{}, &library.Error{
			Kind: library.KindTooLarge, Field: field,
			Message: fmt.Sprintf("%s is larger than %d bytes", field, library.MaxCaptionBytes),
		}
	}
	text, err := decode(field, data, in)
	if err != nil {
		if name := otherFormat(data, string(data)); name != "" {
			err = notCaptions(field, name)
		}
		return library.CaptionText{}, err
	}
	s := scanner{field: field, lines: readLines(text), count: 1 + strings.Count(text, "\n")}
	format := library.SRT
	if firstWord(s.lines[0].text) == "WEBVTT" {
		format, s.webVTT = library.WebVTT, true
	}
	if err := s.scan(); err != nil {
		return library.CaptionText{}, s.explain(err, data, text)
	}
	if err := s.readText(); err != nil {
		return library.CaptionText{}, err
	}
	read := library.CaptionText{Format: format, Original: data, SRT: writeSRT(s.cues)}
	for _, c := range s.cues {
		if c.written > read.End {
			read.End, read.EndLine = c.written, c.line
		}
	}
	return read, nil
}

// explain improves the error for a file that is not SRT or WebVTT at all.
func (s *scanner) explain(err error, data []byte, text string) error {
	switch name := otherFormat(data, text); {
	case name != "":
		return notCaptions(s.field, name)
	case len(s.cues) > 0 || s.webVTT || slices.ContainsFunc(s.lines, func(l line) bool { return l.isTimes }):
		return err
	}
	var broken *library.Error
	if errors.As(err, &broken) && strings.TrimSpace(text) != "" {
		return &library.Error{
			Kind: broken.Kind, Field: broken.Field,
			Message: broken.Message + "; this is plain text without times, and " + whatIsRead,
		}
	}
	return err
}

const whatIsRead = "Lectern reads SRT and WebVTT"

// notCaptions is the error for a file in another format.
func notCaptions(field, name string) error {
	return &library.Error{Kind: library.KindInvalid, Field: field, Message: "This is " + name + "; " + whatIsRead}
}

// readText has go-astisub read the cues, and takes from it the text of WebVTT, whose
// marks SRT does not know. That of SRT stays as it is written.
func (s *scanner) readText() error {
	parse := astisub.ReadFromSRT
	if s.webVTT {
		parse = astisub.ReadFromWebVTT
	}
	read, err := parse(strings.NewReader(s.clean()))
	if err != nil {
		return library.Invalid(s.field, "line %d: the cues from here on cannot be read", s.cues[0].line)
	}
	for i := range s.cues {
		c := &s.cues[i]
		if i >= len(read.Items) || read.Items[i].StartAt != c.start || read.Items[i].EndAt != c.end {
			return library.Invalid(s.field, "line %d: the cue cannot be read", c.line)
		}
		if !s.webVTT {
			continue
		}
		c.text = linesOf(read.Items[i])
		for _, text := range c.text {
			if readLine(text).isTimes { // which they were not while they were marked or escaped
				return library.Invalid(s.field, "line %d: the text of the cue looks like times", c.line)
			}
		}
	}
	return nil
}

// voice is the mark of who speaks, which go-astisub writes to the log where a line has
// two.
var voice = regexp.MustCompile(`</?v(?:[ .\t][^>]*)?>`)

// clean writes the cues again, in the format that they came in and without what
// go-astisub stumbles over.
func (s *scanner) clean() string {
	var b strings.Builder
	point := ","
	if s.webVTT {
		b.WriteString("WEBVTT\n\n")
		point = "."
	}
	// go-astisub knows only some of the character references, which linesOf reads, and
	// takes a line of text that begins like a block for the block.
	references := strings.NewReplacer(ampersand, "\uFFFD", lessThan, "\uFFFD", "&", ampersand)
	for i, c := range s.cues {
		fmt.Fprintf(&b, "%d\n%s --> %s\n", i+1, clock(c.start, point), clock(c.end, point))
		for _, line := range c.text {
			if s.webVTT {
				line = "<c></c>" + withoutArrow(references.Replace(voice.ReplaceAllString(line, "")))
			}
			b.WriteString(line + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// linesOf is the text of a cue of WebVTT as SRT writes it: of its marks SRT has bold,
// italics and underlining.
func linesOf(item *astisub.Item) []string {
	var lines []string
	for _, line := range item.Lines {
		var b strings.Builder
		for _, piece := range line.Items {
			open, end := marks(piece.InlineStyle)
			text := unescape(strings.ReplaceAll(piece.Text, ampersand, "&"))
			b.WriteString(open + strings.ReplaceAll(text, "<", lessThan) + end)
		}
		for text := range strings.SplitSeq(b.String(), "\n") { // which a reference may stand for
			if l := readLine(withoutArrow(asText(text))); !l.isInvisible {
				lines = append(lines, l.text)
			}
		}
	}
	return lines
}

// withoutArrow keeps text from being taken for times.
func withoutArrow(text string) string { return strings.ReplaceAll(text, arrow, "→") }

func marks(style *astisub.StyleAttributes) (open, end string) {
	if style == nil {
		return "", ""
	}
	for _, tag := range style.WebVTTTags {
		switch tag.Name {
		case "b", "i", "u":
			open, end = open+"<"+tag.Name+">", "</"+tag.Name+">"+end
		}
	}
	return open, end
}

// writeSRT writes cues as SRT, without a byte order mark and with plain newlines.
func writeSRT(cues []cue) string {
	var b strings.Builder
	for i, c := range cues {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.Itoa(i+1) + "\n" + clock(c.start, ",") + " --> " + clock(c.end, ",") + "\n")
		for _, line := range c.text {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// clock writes a time as 01:02:03,004.
func clock(t time.Duration, point string) string {
	return fmt.Sprintf("%02d:%02d:%02d%s%03d",
		t/time.Hour, t/time.Minute%60, t/time.Second%60, point, t/time.Millisecond%1000)
}
