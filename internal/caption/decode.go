package caption

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"github.com/lectern-media/lectern/internal/library"
)

// legacyEncodings are what files without a mark and not in UTF-8 are likely to be in, by
// the language that they are in: what browsers assume in those languages (the HTML
// standard, "locale encoding"). All others are in windows-1252, which holds Latin-1.
var legacyEncodings = map[string]string{
	"ar": "windows-1256", "az": "windows-1254", "ba": "windows-1251", "be": "windows-1251", "bg": "windows-1251",
	"cs": "windows-1250", "el": "iso-8859-7", "et": "windows-1257", "fa": "windows-1256", "he": "windows-1255",
	"hr": "windows-1250", "hu": "iso-8859-2", "ja": "shift_jis", "kk": "windows-1251", "ko": "euc-kr",
	"ku": "windows-1254", "ky": "windows-1251", "lt": "windows-1257", "lv": "windows-1257", "mk": "windows-1251",
	"pl": "iso-8859-2", "ru": "windows-1251", "sah": "windows-1251", "sk": "windows-1250", "sl": "iso-8859-2",
	"sr": "windows-1251", "tg": "windows-1251", "th": "windows-874", "tr": "windows-1254", "tt": "windows-1251",
	"uk": "windows-1251", "vi": "windows-1258", "zh-Hant": "big5", "zh-HK": "big5", "zh-MO": "big5", "zh-TW": "big5",
	"zh": "gb18030",
}

// The marks at the beginning of a file that say how it is encoded.
var (
	markUTF8    = []byte("\xEF\xBB\xBF")
	markUTF16LE = []byte("\xFF\xFE")
	markUTF16BE = []byte("\xFE\xFF")
)

// decode makes UTF-8 with plain newlines of a file, and says where that fails.
func decode(field string, data []byte, in library.Language) (string, error) {
	name := encodingOf(data, in)
	data = bytes.TrimPrefix(data, markUTF8)
	text := string(data)
	if name != "utf-8" {
		encoding, _ := charset.Lookup(name)
		decoded, err := encoding.NewDecoder().Bytes(data)
		if err != nil {
			return "", library.Invalid(field, "line 1: cannot be read as %s", name)
		}
		text = strings.TrimPrefix(string(decoded), "\uFEFF")
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for i, line := range strings.Split(text, "\n") {
		switch {
		case !utf8.ValidString(line), name != "utf-8" && strings.ContainsRune(line, utf8.RuneError):
			return "", library.Invalid(field, "line %d: is not text in %s; save the file as UTF-8", i+1, name)
		case strings.ContainsRune(line, 0):
			return "", library.Invalid(field, "line %d: holds a NUL, which no caption does", i+1)
		case len(line) > maxLineBytes:
			return "", library.Invalid(field, "line %d: is longer than %d bytes", i+1, maxLineBytes)
		}
	}
	return text, nil
}

// maxLineBytes bounds a line, far above what fits under a film: go-astisub would stop
// reading, without a word, at one of 64 KiB.
const maxLineBytes = 32 << 10

// encodingOf names the encoding of a file: what its mark says, UTF-8 if it is that, and
// else what is usual in its language.
func encodingOf(data []byte, in library.Language) string {
	switch {
	case bytes.HasPrefix(data, markUTF8):
		return "utf-8"
	case bytes.HasPrefix(data, markUTF16LE), len(data) > 1 && data[0] != 0 && data[1] == 0:
		return "utf-16le"
	case bytes.HasPrefix(data, markUTF16BE), len(data) > 1 && data[0] == 0 && data[1] != 0:
		return "utf-16be"
	case mostlyUTF8(data):
		return "utf-8"
	}
	for tag := string(in); ; {
		if name, ok := legacyEncodings[tag]; ok {
			return name
		}
		i := strings.LastIndex(tag, "-")
		if i < 0 {
			return "windows-1252"
		}
		tag = tag[:i]
	}
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
