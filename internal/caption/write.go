package caption

import (
	"regexp"
	"strings"
)

// inSRT is what of a line of SRT is not text: the marks that WebVTT has too, those of
// fonts, and places on the screen.
var inSRT = regexp.MustCompile(`(?i)</?[biu]>|</?font(?:\s[^<>]*)?>|\{\\an?\d+\}`)

// WebVTT writes captions, whose SRT [Read] wrote, as WebVTT for browsers. Bold, italics
// and underlining stay; all other text is shown as it stands.
func WebVTT(srt string) string {
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
			writeLine(&b, line)
		}
	}
	return b.String()
}

func writeLine(b *strings.Builder, line string) {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	for line != "" {
		at := inSRT.FindStringIndex(line)
		if at == nil {
			break
		}
		_, _ = escape.WriteString(b, line[:at[0]]) // a Builder never fails
		if mark := strings.ToLower(line[at[0]:at[1]]); len(mark) <= len("</b>") {
			b.WriteString(mark)
		}
		line = line[at[1]:]
	}
	_, _ = escape.WriteString(b, line)
	b.WriteByte('\n')
}
