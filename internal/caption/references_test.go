package caption_test

import (
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/library"
)

// Each case is the text of a cue of WebVTT, what is served of it as SRT, and what the
// player gets.
func TestRead_CharacterReferencesOfWebVTT(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ srt, vtt string }{
		"it&#39;s &quot;so&quot;":             {`it's "so"`, `it's "so"`},
		"&Aring;ngstr&ouml;m":                 {"Ångström", "Ångström"},
		"&#197;&#xC5;&#XC5;&#0197;":           {"ÅÅÅÅ", "ÅÅÅÅ"},
		"a &amp; b &lt; c &gt; d":             {"a & b < c > d", "a &amp; b &lt; c &gt; d"},
		"&AMP;&LT;&GT;&QUOT;":                 {`&<>"`, `&amp;&lt;&gt;"`},
		"&apos;&hellip;&mdash;&euro;":         {"'…—€", "'…—€"},
		"&copy 2026, &eacutecole":             {"© 2026, école", "© 2026, école"},
		"AT&T, R&D, Q&A; &unknown; & &;":      {"AT&T, R&D, Q&A; &unknown; & &;", "AT&amp;T, R&amp;D, Q&amp;A; &amp;unknown; &amp; &amp;;"},
		"&amp;lt; &amp;amp;":                  {"&lt; &amp;", "&amp;lt; &amp;amp;"},
		"&#147;so&#148; &#x80;":               {"“so” €", "“so” €"},
		"&#128512; &#x1F600;":                 {"😀 😀", "😀 😀"},
		"&NotEqualTilde; &acE;":               {"≂̸ ∾̳", "≂̸ ∾̳"},
		"&#0; &#xD800; &#x110000;":            {"� � �", "� � �"},
		"&#4294967333; &#x100000041;":         {"� �", "� �"},
		"&#99999999999999999999999;":          {"�", "�"},
		"a&#1;b&#27;c&#127;d":                 {"abcd", "abcd"},
		"a&nbsp;b":                            {"a\u00A0b", "a\u00A0b"},
		"&lrm;a&rlm;b":                        {"\u200Ea\u200Fb", "\u200Ea\u200Fb"},
		"one&#10;two&#13;three&#10;&#10;four": {"one\ntwo\nthree\nfour", "one\ntwo\nthree\nfour"},
		"--&gt; and --&#62;":                  {"→ and →", "→ and →"},
		"&lt;b&gt;":                           {"<\u2060b>", "&lt;b&gt;"},
		"<b>&lt;i&gt;</b>":                    {"<b><\u2060i></b>", "<b>&lt;i&gt;</b>"},
		"&lt;/FONT&gt; &lt;font size=3&gt;":   {"<\u2060/FONT> <\u2060font size=3>", "&lt;/FONT&gt; &lt;font size=3&gt;"},
		"&lt;<c>u</c>&gt;":                    {"<\u2060u>", "&lt;u&gt;"},
		"&#60;script&#62;x&#60;/script&#62;":  {"<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"},
		"\uFDD0lt; &#xFDD1;b>":                {"\uFFFDlt; \uFFFDb>", "\uFFFDlt; \uFFFDb&gt;"},
	} {
		read, err := caption.Read("f", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\n"+text+"\n"), "en")
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := body(read.SRT, "1\n00:00:01,000 --> 00:00:02,000\n"); got != want.srt {
			t.Errorf("%q is served as %q, want %q", text, got, want.srt)
		}
		if got := body(caption.WebVTT(read.Format, read.SRT), "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n"); got != want.vtt {
			t.Errorf("%q is played as %q, want %q", text, got, want.vtt)
		}
		again, err := caption.Read("f", []byte(caption.WebVTT(read.Format, read.SRT)), "en")
		if err != nil || again.SRT != read.SRT {
			t.Errorf("%q: what is played reads as %q (%v), want %q", text, again.SRT, err, read.SRT)
		}
	}
}

// References cannot put in what would be read as the times of another cue.
func TestRead_ReferencesMakeNoCues(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"one&#10;&#10;2&#10;00:00:05,000 --&gt; 00:00:06,000", "00:00:05.000 &#8211;&gt; 00:00:06.000",
		"<c>00:00:05.000</c> &rarr; 00:00:06.000",
	} {
		_, err := caption.Read("f", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\n"+text+"\n"), "en")
		if err == nil || !strings.HasPrefix(err.Error(), "f line 3: ") && !strings.HasPrefix(err.Error(), "f line 4: has no times") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// SRT is served as it is written; the player reads references in it as players do.
func TestWebVTT_CharacterReferencesOfSRT(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"it&#39;s &quot;so&quot; &amp; &Aring;": `it's "so" &amp; Å`,
		"&lt;b&gt;x&lt;/b&gt; <b>y</b>":         "&lt;b&gt;x&lt;/b&gt; <b>y</b>",
		"AT&T &copy 2026 &unknown;":             "AT&amp;T &amp;copy 2026 &amp;unknown;",
		"1 < 2 > 0 & 3":                         "1 &lt; 2 &gt; 0 &amp; 3",
		"a&#10;b --&gt; c":                      "a b --&gt; c",
		"<font color=red>\nafter it":            "after it",
	} {
		file := "1\n00:00:01,000 --> 00:00:02,000\n" + text + "\n"
		read, err := caption.Read("f", []byte(file), "en")
		if err != nil || read.SRT != file {
			t.Errorf("%q is served as %q: %v", text, read.SRT, err)
		}
		if got := body(caption.WebVTT(library.SRT, read.SRT), "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n"); got != want {
			t.Errorf("%q is played as %q, want %q", text, got, want)
		}
	}
}

// body is what follows the times of the only cue.
func body(file, before string) string {
	return strings.TrimSuffix(strings.TrimPrefix(file, before), "\n")
}
