package caption

import (
	"regexp"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// srtMark is a mark in SRT: those that WebVTT has too, and that of fonts.
const srtMark = `(?i:</?[biu]>|</?font(?:\s[^<>]*)?>)`

// inSRT is what of a line of SRT is not text: marks, and places on the screen.
var inSRT = regexp.MustCompile(srtMark + `|\{\\an?\d+\}`)

// WebVTT writes captions, whose SRT [Read] wrote, as WebVTT for browsers. Bold, italics
// and underlining stay; all other text is shown as it stands. The format is that of the
// file which was read: where that was SRT, its character references are read now.
func WebVTT(format library.SubtitleFormat, srt string) string {
	var b strings.Builder
	b.Grow(len(srt) + len(srt)/8)
	b.WriteString("WEBVTT\n")
	for block := range strings.SplitSeq(strings.TrimSpace(srt), "\n\n") {
		lines := strings.Split(block, "\n")
		if len(lines) < 2 || !strings.Contains(lines[1], arrow) {
			continue // Read writes none
		}
		b.WriteString("\n" + strings.ReplaceAll(lines[1], ",", ".") + "\n")
		for _, line := range lines[2:] {
			// An empty line would end the cue before its other lines.
			if text := webVTTLine(format, line); text != "" {
				b.WriteString(text + "\n")
			}
		}
	}
	return b.String()
}

var escapeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func webVTTLine(format library.SubtitleFormat, line string) string {
	var b strings.Builder
	text := func(piece string) {
		piece = withoutJoiners(piece)
		if format == library.SRT {
			piece = unescapeSRT(piece)
		}
		b.WriteString(escapeText.Replace(piece))
	}
	for line != "" {
		at := inSRT.FindStringIndex(line)
		if at == nil {
			break
		}
		text(line[:at[0]])
		if mark := strings.ToLower(line[at[0]:at[1]]); len(mark) <= len("</b>") {
			b.WriteString(mark)
		}
		line = line[at[1]:]
	}
	text(line)
	return b.String()
}
