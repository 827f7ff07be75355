package settings

import (
	"bytes"
	"testing"
	"unicode"
)

// The log may be shown in a terminal, which must not obey what strangers wrote.
func TestLog_IsHarmless(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) { t.Parallel(); isLogHarmless(t, format) })
	}
}

func isLogHarmless(t *testing.T, format string) {
	t.Helper()
	var output bytes.Buffer
	log, err := Log{Level: "info", Format: format, Output: &output}.Logger()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"\x1b]0;owned\x07", "a\nlevel=ERROR msg=forged", "\x7f", "a\x7fb", "\u009b2J", "\u0085", "\u2028", "\u202e", "\u2066", "\u061c", "\xff\x1b",
	} {
		output.Reset()
		log.With("before", text).Error(text, "name", text)
		line := bytes.TrimSuffix(output.Bytes(), []byte("\n"))
		for _, r := range string(line) {
			if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
				t.Errorf("%q is logged with %U: %q", text, r, line)
			}
		}
	}
}
