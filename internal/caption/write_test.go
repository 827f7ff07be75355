package caption_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/library"
)

func TestWebVTT_ShowsTheTextAsItStands(t *testing.T) {
	t.Parallel()
	const srt = "1\n00:00:01,000 --> 00:00:02,500\n<I>Salt</i> & <font color=\"red\">water</font>, 1 < 2\n" +
		"{\\an8}<script>alert(1)</script>\n\n2\n01:00:00,000 --> 01:00:01,000\na → b --> c\n"
	const want = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<i>Salt</i> &amp; water, 1 &lt; 2\n" +
		"&lt;script&gt;alert(1)&lt;/script&gt;\n\n01:00:00.000 --> 01:00:01.000\na → b --&gt; c\n"
	if got := caption.WebVTT(library.SRT, srt); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// What WebVTT writes, Read reads again, with the same times.
func TestWebVTT_IsReadAgain(t *testing.T) {
	t.Parallel()
	const srt = "1\n00:00:01,000 --> 00:00:02,500\nOne\nTwo\n\n2\n00:00:03,000 --> 00:00:04,000\n<b>Three</b>\n"
	text, err := caption.Read("captions", []byte(caption.WebVTT(library.SRT, srt)), "en")
	if err != nil {
		t.Fatal(err)
	}
	if text.SRT != srt {
		t.Errorf("read as\n%s\nwant\n%s", text.SRT, srt)
	}
}
