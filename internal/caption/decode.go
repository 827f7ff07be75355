package caption

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/unicode/norm"

	"github.com/lectern-media/lectern/internal/library"
)

// The marks at the beginning of a file that say how it is encoded.
var (
	markUTF8    = []byte("\xEF\xBB\xBF")
	markUTF16LE = []byte("\xFF\xFE")
	markUTF16BE = []byte("\xFE\xFF")
)

// decode makes UTF-8 with plain newlines of a file, and says where that fails.
func decode(field string, data []byte, in library.Language) (string, error) {
	name, err := encodingOf(field, data, in)
	if err != nil {
		return "", err
	}
	text, err := decodeAs(name, data)
	if err != nil {
		return "", library.Invalid(field, "line 1: cannot be read as %s", name)
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(text, byteOrderMark))
	text = strings.TrimRight(text, "\x1A") // which ended a file of MS-DOS
	for i, line := range strings.Split(text, "\n") {
		switch {
		case !utf8.ValidString(line), name != "utf-8" && strings.ContainsFunc(line, notText):
			return "", library.Invalid(field, "line %d: is not text in %s; save the file as UTF-8", i+1, name)
		case strings.ContainsRune(line, 0):
			return "", library.Invalid(field, "line %d: contains a NUL character", i+1)
		case strings.ContainsRune(line, escape):
			return "", library.Invalid(field, "line %d: contains an escape character; save the file as UTF-8", i+1)
		case len(line) > maxLineBytes:
			return "", library.Invalid(field, "line %d: is longer than %d bytes", i+1, maxLineBytes)
		}
	}
	return text, nil
}

// decodeAs makes UTF-8 of bytes in an encoding. What is not text in it becomes U+FFFD.
func decodeAs(name string, data []byte) (string, error) {
	if name == "utf-8" {
		return string(bytes.TrimPrefix(data, markUTF8)), nil
	}
	encoding, _ := charset.Lookup(name)
	decoded, err := encoding.NewDecoder().Bytes(data)
	if err != nil {
		return "", err
	}
	if name == "windows-1258" { // which writes the tones of Vietnamese after their letters
		decoded = norm.NFC.Bytes(decoded)
	}
	return string(decoded), nil
}

// notText reports whether a character shows that the file is in another encoding: the
// replacement character, or a C1 control, which undefined bytes of the code pages of
// Windows are decoded to.
func notText(r rune) bool { return r == utf8.RuneError || r >= 0x80 && unicode.IsControl(r) }

// maxLineBytes bounds a line, far above what fits under a film: go-astisub would stop
// reading, without a word, at one of 64 KiB.
const maxLineBytes = 32 << 10

// encodingOf determines the encoding of a file: by its byte order mark, by escape
// sequences, UTF-8 if it is valid, and otherwise by its language.
func encodingOf(field string, data []byte, in library.Language) (string, error) {
	switch {
	case bytes.HasPrefix(data, markUTF8):
		return "utf-8", nil
	case bytes.HasPrefix(data, markUTF16LE), len(data) > 1 && data[0] != 0 && data[1] == 0:
		return "utf-16le", nil
	case bytes.HasPrefix(data, markUTF16BE), len(data) > 1 && data[0] == 0 && data[1] != 0:
		return "utf-16be", nil
	case isISO2022JP(data):
		return "iso-2022-jp", nil
	case mostlyUTF8(data):
		return "utf-8", nil
	}
	names := tongueIn(data, in).encodings()
	if len(names) == 0 {
		return "", library.Invalid(field, "line %d: is not text in UTF-8, and %s has no other usual encoding; save the file as UTF-8",
			1+bytes.Count(data[:firstBroken(data)], []byte("\n")), in)
	}
	return likeliest(data, names, letters[tongueOf(in).base]), nil
}

const escape = '\x1B'

// isISO2022JP reports whether a file has one of the escape sequences by which ISO-2022-JP
// switches character sets. All its bytes are ASCII, so it is valid UTF-8 too.
func isISO2022JP(data []byte) bool {
	for rest := data; ; {
		at := bytes.IndexByte(rest, escape)
		if at < 0 {
			return false
		}
		rest = rest[at+1:]
		for _, set := range []string{"$@", "$B", "$(D", "(J", "(I"} {
			if bytes.HasPrefix(rest, []byte(set)) {
				return true
			}
		}
	}
}

// tongueIn is the language of a file. If the language has two scripts and the tag names
// none, the bytes decide: Latin text is mostly ASCII, Cyrillic text is not.
func tongueIn(data []byte, in library.Language) tongue {
	t := tongueOf(in)
	if t.told || !twoScripts[t.base] || t.script != "Latn" && t.script != "Cyrl" {
		return t
	}
	ascii, beyond := 0, 0
	for _, b := range data {
		switch {
		case b >= utf8.RuneSelf:
			beyond++
		case b|0x20 >= 'a' && b|0x20 <= 'z':
			ascii++
		}
	}
	t.script = "Latn"
	if beyond > ascii {
		t.script = "Cyrl"
	}
	return t
}

// likeliest chooses the encoding in which most characters beyond ASCII are letters of the
// language, and the first of several that are equal.
func likeliest(data []byte, names []string, ofLanguage string) string {
	best, bestScore := names[0], 0
	for i, name := range names {
		text, err := decodeAs(name, data)
		if err != nil {
			continue
		}
		if score := likelihood(text, ofLanguage); i == 0 || score > bestScore {
			best, bestScore = name, score
		}
	}
	return best
}

func likelihood(text, ofLanguage string) (score int) {
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
		case notText(r):
			score -= 100
		case unicode.In(r, unicode.Hiragana, unicode.Katakana) && (r < '\uFF61' || r > '\uFF9F'):
			score += 3 // half of Japanese text is full-width kana
		case strings.ContainsRune(ofLanguage, unicode.ToLower(r)):
			score++
		}
	}
	return score
}

// mostlyUTF8 says whether bytes are UTF-8, or would be but for a few: those are a broken
// file, for letters of another encoding hardly ever look like UTF-8 by chance.
func mostlyUTF8(data []byte) bool {
	letters, broken := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			broken++
		case size > 1:
			letters++
		}
		data = data[size:]
	}
	return broken <= letters
}

// firstBroken is where bytes first are not UTF-8, or their length.
func firstBroken(data []byte) int {
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}
