package settings

import (
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// EscapeJSON returns a writer that escapes, in JSON, what a terminal would obey and
// package json leaves as it is: DEL, the control characters from U+0080 to U+009F (U+009B
// starts commands, as ESC [ does), line separators, and what changes the direction of text.
// They are within strings, where "\u009b" is the same text to a program. A character must
// not be split over two writes.
func EscapeJSON(to io.Writer) io.Writer { return jsonEscaper{to} }

type jsonEscaper struct{ to io.Writer }

// Write is [io.Writer]'s.
func (w jsonEscaper) Write(text []byte) (int, error) {
	var escaped []byte // nil while nothing is
	done := 0          // how much of the text is in it
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if isObeyed(r) {
			escaped = fmt.Appendf(append(escaped, text[done:at]...), `\u%04x`, r)
			done = at + size
		}
		at += size
	}
	if escaped == nil {
		return w.to.Write(text)
	}
	if _, err := w.to.Write(append(escaped, text[done:]...)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// isObeyed reports whether a terminal obeys a character instead of showing it. Of the
// control characters of ASCII, JSON has line feeds only, between values.
func isObeyed(r rune) bool {
	return r >= 0x7f && (unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control))
}
