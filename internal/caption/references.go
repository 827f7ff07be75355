package caption

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// Character references (&amp; &#39; &Aring;) are part of WebVTT but not of SRT:
//
//   - In WebVTT, all references of HTML are decoded, with a semicolon or, for the legacy
//     names, without one (WebVTT, 6.4). In the SRT that is served instead, every character
//     stands for itself.
//   - SRT is served as it was uploaded. Many programs write references into SRT, and many
//     players decode them, those in browsers always; so the player page decodes references
//     that end in a semicolon.
//
// SRT cannot escape a "<". If text would be taken for a tag, as in &lt;b&gt;, the SRT has a
// word joiner (U+2060), which is invisible, after the "<".

// Noncharacters that stand for "&" while go-astisub parses the text, so that it leaves
// references alone, and for a literal "<" while tags are added.
const (
	ampersand = "\uFDD0"
	lessThan  = "\uFDD1"
	joiner    = "\u2060"
)

// tooLarge matches references beyond U+10FFFF that would overflow in package html.
var tooLarge = regexp.MustCompile(`&#(?:0*[1-9][0-9]{7,}|[xX]0*[1-9a-fA-F][0-9a-fA-F]{6,});?`)

// unescape decodes the character references in a text once, as HTML does. Control
// characters other than line feeds and tabs are removed.
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

// reference matches a character reference with its semicolon.
var reference = regexp.MustCompile(`&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

// unescapeSRT decodes the references in a line of SRT that players decode there.
func unescapeSRT(text string) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		return strings.ReplaceAll(unescape(found), "\n", " ")
	})
}

var (
	mark   = regexp.MustCompile(srtMark)
	joined = regexp.MustCompile(`<` + joiner + `((?i:/?[biu]>|/?font(?:\s[^<>]*)?>))`)
)

// asText puts "<" where [lessThan] stands for it, with a joiner where it would begin a tag.
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

// withoutJoiners removes the joiners that [asText] added.
func withoutJoiners(text string) string {
	return joined.ReplaceAllString(text, "<$1")
}
