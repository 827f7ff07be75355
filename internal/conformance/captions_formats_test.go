package conformance

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// Files as programs write them; what there is of each kind is tried in package caption.
func TestCaptions_FilesOfOtherPrograms(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses := node.As("tom"), mediaPath(node.Library, "lenses", "")
		served := func(srclang, file, want string) {
			t.Helper()
			f := addCaptions(t, tom, lenses, srclang, file)
			if f.Srclang != srclang {
				t.Errorf("%s has become %s", srclang, f.Srclang)
			}
			if got := node.As("bob").Fetch(t, *f.URL).Want(t, 200); string(got.Body) != want {
				t.Errorf("%q is served as %q, want %q", file, got.Body, want)
			}
		}
		in := func(e encoding.Encoding, text string) string {
			data, err := e.NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		said := func(text string) string { return strings.ReplaceAll(goodSRT, "Good morning.", text) }

		served("en", strings.ReplaceAll(goodVTT, "Good morning.", "It&#39;s &quot;&Aring;&quot; &amp; &copy"), said(`It's "Å" & ©`))
		for srclang, file := range map[string]string{
			"iw": in(charmap.Windows1255, said("בוקר טוב")), "cmn-Hans": in(simplifiedchinese.GBK, said("早上好")),
			"ro": in(charmap.Windows1250, said("Bună dimineaţa")), "pl": in(charmap.Windows1250, said("Zażółć gęślą jaźń")),
			"hu": in(charmap.Windows1250, said("árvíztűrő")), "sh": in(charmap.Windows1250, said("Dobro jutro, đače")),
			"ja": in(japanese.ISO2022JP, said("おはよう")),
		} {
			served(srclang, file, said(map[string]string{
				"iw": "בוקר טוב", "cmn-Hans": "早上好", "ro": "Bună dimineaţa", "pl": "Zażółć gęślą jaźń", "hu": "árvíztűrő",
				"sh": "Dobro jutro, đače", "ja": "おはよう",
			}[srclang]))
		}
		served("en", goodSRT+"\n2\n00:00:03,000 –> 00:00:04,000\nTwo\n", goodSRT+"\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n")
		served("en", goodSRT+"\n\u200B2\n\uFEFF00:01:00,000 --> 00:01:00,000\nend\n", goodSRT+"\n2\n00:01:00,000 --> 00:01:01,000\nend\n")
	})
}

func TestCaptions_FilesOfOtherFormatsAreNamed(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses := node.As("tom"), mediaPath(node.Library, "lenses", "")
		kept := addCaptions(t, tom, lenses, "en", goodSRT)
		for file, want := range map[string]string{
			`<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"/>`: "This is TTML; Lectern reads SRT and WebVTT",
			"0:00:01.000,0:00:02.500\nGood\n":                              "This is SBV;",
			"Scenarist_SCC V1.0\n\n":                                       "This is SCC;",
			"[00:12.00]Line 1\n":                                           "This is LRC;",
			"[Script Info]\nScriptType: v4.00+\n":                          "This is ASS;",
			"{\\rtf1 x}":                                                   "This is RTF;",
			"Good morning":                                                 "line 1: does not belong to a cue; this is plain text without times",
		} {
			sendForm(t, tom, "POST", lenses+"/caption_files?srclang=en", file).WantError(t, 422, want)
			sendForm(t, tom, "PUT", captionPath(kept.ID, ""), file).WantError(t, 422, want)
		}
		sendForm(t, tom, "POST", lenses+"/caption_files?srclang=hy", goodSRT+"\xB2\xD5\n").
			WantError(t, 422, "line 4: is not text in UTF-8, and hy has no other usual encoding")
	})
}
