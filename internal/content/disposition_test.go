package content

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFiles_NamesForDownloads(t *testing.T) {
	for name, want := range map[string]string{
		"":                                  "",
		"Optik.mp4":                         "Optik.mp4",
		"Óptica 光学.mp4":                     "Óptica 光学.mp4",
		"a/b\\c\x00d\ne.mp4":                "a_b_c_d_e.mp4",
		"photo_\u202egpj.exe":               "photo_gpj.exe",
		"\u2066a\u2069\u200eb\u061c.mp4":    "ab.mp4",
		"\u202e":                            "",
		strings.Repeat("x", 255):            strings.Repeat("x", 255),
		strings.Repeat("x", 256):            strings.Repeat("x", 255),
		strings.Repeat("x", 300) + ".mp4":   strings.Repeat("x", 251) + ".mp4",
		strings.Repeat("光", 100) + ".mp4":   strings.Repeat("光", 83) + ".mp4",
		"a." + strings.Repeat("b", 300):     "a." + strings.Repeat("b", 253),
		strings.Repeat("\u202e", 300) + "a": "a",
	} {
		_, parameters, err := mime.ParseMediaType(disposition(name))
		got := parameters["filename"]
		if err != nil || got != want || len(got) > 255 || !utf8.ValidString(got) {
			t.Errorf("%.40q is downloaded as %q, %v, want %q", name, got, err, want)
		}
	}
}
