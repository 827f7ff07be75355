package caption

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// Character references (&amp; &#39; &Aring;) belong to WebVTT and not to SRT, which is
// why the two are not treated alike:
//
//   - The text of WebVTT is read with all references that HTML has, with a semicolon or,
//     for the old names, without (WebVTT, 6.4). In the SRT that is made of it each
//     character stands for itself.
//   - SRT that was uploaded stays as it is written. Many players read references in it,
//     those of browsers always, for programs write them; so the player page reads those
//     that end in a semicolon.
//
// SRT has no way to write a "<" that is not the beginning of a mark. Where text would be
// taken for a mark, a word joiner, which nobody sees, stands behind the "<".

// What stands for "&" in text that go-astisub reads, so that it leaves references alone,
// and for "<" that is text while marks are being added: noncharacters.
const (
	ampersand = "\uFDD0"
	lessThan  = "\uFDD1"
	joiner    = "\u2060"
)

// tooLarge is a number that no character has, and that Go's reader would wrap around.
var tooLarge = regexp.MustCompile(`&#(?:0*[1-9][0-9]{7,}|[xX]0*[1-9a-fA-F][0-9a-fA-F]{6,});?`)

// unescape reads the character references in a text as HTML has them, once. What they
// stand for is text: a control character is dropped, and a line feed remains.
func unescape(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	text = html.UnescapeString(tooLarge.ReplaceAllString(text, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case string(r) == ampersand, string(r) == lessThan:
			return unicode.ReplacementChar
		case r != '\n' && r != '\t' && unicode.IsControl(r), r == '\uFEFF':
			return -1
		}
		return r
	}, text)
}

// reference is a character reference with its semicolon.
var reference = regexp.MustCompile(`&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

// unescapeSRT reads the references in a line of SRT that players read there.
func unescapeSRT(text string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		return strings.ReplaceAll(unescape(found), "\n", " ")
	})
}

var (
	mark   = regexp.MustCompile(srtMark)
	joined = regexp.MustCompile(`<` + joiner + `((?i:/?[biu]>|/?font(?:\s[^<>]*)?>))`)
)

// asText turns what stands for "<" into it, and keeps it from beginning a mark.
func asText(line string) string {
	if !strings.Contains(line, lessThan) {
		return line
	}
	pieces := strings.Split(line, lessThan)
	line = strings.Join(pieces, "<")
	begins := make(map[int]bool)
	for _, at := range mark.FindAllStringIndex(line, -1) { // none holds another "<"
		begins[at[0]] = true
	}
	var b strings.Builder
	at := 0 // in the line
	for i, piece := range pieces {
		if i > 0 {
			b.WriteByte('<')
			if begins[at] {
				b.WriteString(joiner)
			}
			at++
		}
		b.WriteString(piece)
		at += len(piece)
	}
	return b.String()
}

// withoutJoiners is text as it was before [asText] protected it.
func withoutJoiners(text string) string {
	return joined.ReplaceAllString(text, "<$1")
}
