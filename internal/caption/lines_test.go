package caption_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/library"
)

// A line of two times and something for an arrow is times, wherever it stands.
func TestRead_OtherArrowsAreArrows(t *testing.T) {
	t.Parallel()
	for _, times := range []string{
		"00:00:03,000 –> 00:01:00,000", "00:00:03,000 —> 00:01:00,000", "00:00:03,000 -> 00:01:00,000",
		"00:00:03,000 - -> 00:01:00,000", "00:00:03,000 -- > 00:01:00,000", "00:00:03,000 ---> 00:01:00,000",
		"00:00:03,000 ＝＞ 00:01:00,000", "00:00:03,000 => 00:01:00,000", "00:00:03,000 ==> 00:01:00,000",
		"00:00:03,000 → 00:01:00,000", "00:00:03,000→00:01:00,000", "00:00:03,000 ⟶ 00:01:00,000",
		"00:00:03,000 ➡️ 00:01:00,000", "00:00:03,000 ⇒ 00:01:00,000", "00:00:03,000 −−> 00:01:00,000",
		"00:00:03,000 --&gt; 00:01:00,000", "00:00:03,000 -&gt; 00:01:00,000", "00:00:03,000 ––> 00:01:00,000",
		"00:00:03,000 —› 00:01:00,000", "00:00:03,000 > 00:01:00,000", "00:00:03,000 - 00:01:00,000",
		"00:00:03,000 – 00:01:00,000", "00:00:03,000 -- 00:01:00,000", "00:00:03,000 ～ 00:01:00,000",
		"0:03.000 –> 1:00.000", "00:00:03 –> 00:01:00", "００：００：０３，０００　－－＞　００：０１：００，０００",
		"00:00:03,000 –> 00:01:00,000 X1:40 X2:600", "0:03 –> 1:00", "00:00:03,000\u00A0-->\u00A000:01:00,000",
		"00:00:03,000 -\u200B-> 00:01:00,000",
	} {
		for name, file := range map[string]string{
			"SRT":    strings.Replace(plain, "00:00:03,000 --> 00:01:00,000", times, 1),
			"WebVTT": "WEBVTT\n\n00:01.000 --> 00:02.500\nGood morning.\n\n" + times + "\nTwo\nlines\n",
		} {
			read, err := caption.Read("f", []byte(file), "en")
			if err != nil || read.SRT != plain {
				t.Errorf("%s, %q: %v, served as %q", name, times, err, read.SRT)
			}
		}
	}
}

// What can hardly be meant as text and cannot be read is named with its line.
func TestRead_BrokenTimesAreNamed(t *testing.T) {
	t.Parallel()
	for _, times := range []string{
		"00:00:03,000 –>", "–> 00:01:00,000", "00:00:03,000 –> soon", "00:00:03,000 –> 00:00:4x,000",
		"00:00:03,000 00:01:00,000", "00:00:03,000, 00:01:00,000", "00:00:03,000 | 00:01:00,000", "00:00:03,000 ... 00:01:00,000",
		"00:00:03:000 -> 00:01:00:000", "00:00:03:12 → 00:01:00:00", "00:00:70,000 –> 00:01:00,000",
		"00:00:03,000 –> 00:01:00,000 so it goes", "00:00:03,000 <-- 00:01:00,000", "00:00:03,000 ->-> 00:01:00,000",
		"00:00:03,000 to 00:01:00,000", "00:00:03.000 bis 00:01:00.000", "00:00:03,000 до 00:01:00,000",
		"00:00:03,000 --&#62; 00:01:00,000", "00:00:03,000 &#45;&#45;&#x3E; 00:01:00,000", "00:00:03,000 &mdash; 00:01:00,000",
	} {
		for _, before := range []string{"\n\n2\n", "\n\n", "\n"} {
			file := strings.Replace(plain, "\n\n2\n00:00:03,000 --> 00:01:00,000", before+times, 1)
			above, _, _ := strings.Cut(file, times)
			line := strings.Count(above, "\n") + 1
			want := fmt.Sprintf("f line %d: has no times", line)
			if read, err := caption.Read("f", []byte(file), "en"); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%q: %v, want %q (served as %q)", times, err, want, read.SRT)
			}
		}
	}
}

// Times of day, scores and chapters in a text are text.
func TestRead_TimesInTextAreText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"10:30 -> 11:45", "10:30 – 11:45", "From 10:30 → 11:45", "It is 10:30", "10:30:45 -> lunch", "3 -> 4", "a → b", "2:1 > 1:0",
		"00:01:00 → 00:02:00 the introduction", "at 00:00:03,000", "00:00:03,000", "ratio 4:3 => 16:9", "- -> -", "=>", "Isaiah 40:3, 40:6",
		"00:00:03,000 to the end", "00:00:03 to 00:00:04", "from 00:00:03,000 to 00:00:04,000", "00:00:03,000 to 00:00:04,000 or so",
		"So:\n10:30 -> 11:45\n12:00 -> 13:00",
	} {
		file := strings.Replace(plain, "Two\nlines", "Two\n"+text+"\nlines", 1)
		read, err := caption.Read("f", []byte(file), "en")
		if err != nil || read.SRT != file {
			t.Errorf("%q: %v, served as %q", text, err, read.SRT)
		}
	}
}

// Characters that nobody sees are no part of numbers, times and signatures.
func TestRead_InvisibleCharacters(t *testing.T) {
	t.Parallel()
	const vtt = "WEBVTT\n\nNOTE hidden\n\n1\n00:00:01.000 --> 00:00:02.500\nGood morning.\n\n2\n00:00:03.000 --> 00:01:00.000\nTwo\nlines\n"
	for _, unseen := range []string{
		"\uFEFF", "\u200B", "\u200C", "\u200D", "\u200E", "\u200F", "\u2060", "\u202A", "\u202C", "\u2066", "\u2069", "\u00AD", "\u061C",
		"\u180E", "\u00A0", "\u2007", "\u202F", "\u3000", "\x01", "\x7F", "\u0085", "\uFEFF\uFEFF", "\u200E\u202A ", "\u034F",
		"\uFE0F", "\u180B", "\U000E0100", "\u2065", "\u3164", "\U000E0001", "\u2800",
	} {
		for name, file := range map[string]string{
			"at the beginning":    unseen + plain,
			"before a number":     strings.Replace(plain, "\n2\n", "\n"+unseen+"2\n", 1),
			"after a number":      strings.Replace(plain, "\n2\n", "\n2"+unseen+"\n", 1),
			"before each number":  unseen + strings.Replace(plain, "\n2\n", "\n"+unseen+"2\n", 1),
			"before a time":       strings.Replace(plain, "00:00:03", unseen+"00:00:03", 1),
			"after a time":        strings.Replace(plain, "00:01:00,000", "00:01:00,000"+unseen, 1),
			"around the arrow":    strings.ReplaceAll(plain, "-->", unseen+"-->"+unseen),
			"without empty lines": strings.Replace(plain, "\n\n2\n", "\n"+unseen+"2\n", 1),
			"number stands apart": strings.Replace(plain, "\n2\n", "\n"+unseen+"2\n\n"+unseen, 1),
			"empty lines":         strings.Replace(plain, "\n\n", "\n"+unseen+"\n\n"+unseen+"\n", 1),
			"in a cue":            strings.Replace(plain, "Two\n", "Two\n"+unseen+"\n", 1),
			"joined files":        strings.Replace(plain, "\n2\n", "\n"+unseen+"1\n", 1),
			"at the end":          plain + "\n" + unseen,
			"WebVTT":              unseen + vtt,
			"WebVTT block":        strings.Replace(vtt, "NOTE", unseen+"NOTE", 1),
			"WebVTT number":       strings.Replace(vtt, "\n2\n", "\n"+unseen+"2\n", 1),
			"WebVTT time":         strings.ReplaceAll(vtt, "\n00:", "\n"+unseen+"00:"),
			"WebVTT arrow":        strings.ReplaceAll(vtt, "-->", unseen+"-->"+unseen),
			"WebVTT cue":          strings.Replace(vtt, "Two\n", "Two\n"+unseen+"\n", 1),
			"WebVTT at the end":   vtt + "\n" + unseen + "\n",
		} {
			if name == "WebVTT cue" && strings.TrimSpace(unseen) == "" {
				continue // that is an empty line, which ends a cue of WebVTT
			}
			read, err := caption.Read("f", []byte(file), "en")
			if err != nil || read.SRT != plain {
				t.Errorf("%+q %s: %v, served as %q", unseen, name, err, read.SRT)
			}
		}
	}
}

// Letters of some scripts are joined and ordered by such characters, so text keeps them.
func TestRead_InvisibleCharactersOfTextStay(t *testing.T) {
	t.Parallel()
	file := strings.Replace(plain, "Two", "\u200Fمی\u200Cخواهم 👩\u200D🔬\u200E", 1)
	if read, err := caption.Read("f", []byte(file), "fa"); err != nil || read.SRT != file {
		t.Errorf("%v, served as %q", err, read.SRT)
	}
}

// A cue that ends when it begins is shown for a second, or until the next one begins.
func TestRead_CuesWithoutLength(t *testing.T) {
	t.Parallel()
	for times, want := range map[string]string{
		"5.000-5.000":                         "5.000-6.000",
		"5.000-5.000 5.500-7.000":             "5.000-5.500 5.500-7.000",
		"5.000-5.000 5.000-7.000":             "5.000-6.000 5.000-7.000",
		"5.000-5.000 5.000-5.000 5.200-5.200": "5.000-5.200 5.000-5.200 5.200-6.200",
		"0.000-0.000 0.001-3.000":             "0.000-0.001 0.001-3.000",
		"6.000-6.000 5.000-5.500":             "6.000-7.000 5.000-5.500",
		"5.000-9.000 6.000-6.000":             "5.000-9.000 6.000-7.000",
	} {
		for _, header := range []string{"", "WEBVTT\n\n"} {
			read, err := caption.Read("f", []byte(header+cuesOf(times, ".")), "en")
			if err != nil || read.SRT != cuesOf(want, ",") {
				t.Errorf("%s: %v, served as %q", times, err, read.SRT)
			}
		}
	}
}

// The second that such a cue is given does not make captions run past their recording.
func TestRead_CuesWithoutLengthEndWhenTheyBegin(t *testing.T) {
	t.Parallel()
	read, err := caption.Read("f", []byte(cuesOf("1.000-2.000 5.000-5.000", ",")), "en")
	if err != nil || read.End.Seconds() != 5 || read.EndLine != 6 {
		t.Errorf("ends at %s in line %d: %v", read.End, read.EndLine, err)
	}
}

func cuesOf(times, point string) string {
	var cues []string
	for i, cue := range strings.Fields(times) {
		start, end, _ := strings.Cut(cue, "-")
		cues = append(cues, fmt.Sprintf("%d\n00:00:0%s --> 00:00:0%s\nword\n", i+1,
			strings.ReplaceAll(start, ".", point), strings.ReplaceAll(end, ".", point)))
	}
	return strings.Join(cues, "\n")
}

// Hostile files take no longer than others: a line of marks, and cues of no length.
func TestRead_LargeFilesOfOneKind(t *testing.T) {
	t.Parallel()
	marks := "WEBVTT\n\n00:01.000 --> 00:02.000\n" + strings.Repeat(strings.Repeat("&lt;b>", 5000)+"\n", library.MaxCaptionBytes/30_100)
	if _, err := caption.Read("f", []byte(marks), "en"); err != nil {
		t.Error(err)
	}
	cues := strings.Repeat("00:00:01,000 --> 00:00:01,000\na\n\n", library.MaxCaptionBytes/40)
	if _, err := caption.Read("f", []byte(cues), "en"); err != nil {
		t.Error(err)
	}
}
