package caption_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/library"
)

// plain is a file that nothing is wrong with, and what most of the others come to.
const plain = "1\n00:00:01,000 --> 00:00:02,500\nGood morning.\n\n2\n00:00:03,000 --> 00:01:00,000\nTwo\nlines\n"

func TestRead_ServesSRT(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"as it should be":        {plain, plain},
		"without an end":         {strings.TrimRight(plain, "\n"), plain},
		"byte order mark":        {"\uFEFF" + plain, plain},
		"newlines of Windows":    {strings.ReplaceAll(plain, "\n", "\r\n"), plain},
		"newlines of old Macs":   {strings.ReplaceAll(plain, "\n", "\r"), plain},
		"many empty lines":       {"\n\n" + strings.ReplaceAll(plain, "\n\n", "\n\n \n\n"), plain},
		"spaces at the ends":     {strings.ReplaceAll(plain, "\n", " \t\n"), plain},
		"numbered from seven":    {strings.NewReplacer("1\n00:", "7\n00:", "2\n00:", "7\n00:").Replace(plain), plain},
		"no numbers":             {strings.NewReplacer("1\n00:", "00:", "2\n00:", "00:").Replace(plain), plain},
		"number stands apart":    {strings.ReplaceAll(plain, "\n2\n", "\n2\n\n"), plain},
		"no empty line between":  {strings.ReplaceAll(plain, "\n\n", "\n"), plain},
		"points for commas":      {strings.ReplaceAll(plain, ",", "."), plain},
		"places on the screen":   {strings.ReplaceAll(plain, "02,500", "02,500 X1:40 X2:600"), plain},
		"empty line in a cue":    {strings.ReplaceAll(plain, "Two\nlines", "Two\n\nlines"), plain},
		"marks and signs stay":   {"1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>5</i> <b>&amp; 6 < 7</b>\n", "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<i>5</i> <b>&amp; 6 < 7</b>\n"},
		"a cue without text":     {"1\n00:00:01,000 --> 00:00:02,000\n\n" + plain[2:], "1\n00:00:01,000 --> 00:00:02,000\n\n2\n" + strings.ReplaceAll(plain[2:], "\n2\n", "\n3\n")},
		"overlapping cues":       {strings.ReplaceAll(plain, "00:00:03,000", "00:00:02,000"), strings.ReplaceAll(plain, "00:00:03,000", "00:00:02,000")},
		"cues in another order":  {strings.ReplaceAll(plain, "00:00:03,000", "00:00:00,500"), strings.ReplaceAll(plain, "00:00:03,000", "00:00:00,500")},
		"WebVTT":                 {"WEBVTT\n\n00:01.000 --> 00:02.500\nGood morning.\n\n00:00:03.000 --> 00:01:00.000\nTwo\nlines", plain},
		"WebVTT with a heading":  {"WEBVTT - a lecture\nKind: captions\nLanguage: en\n\nfirst\n00:01.000 --> 00:02.500\nGood morning.\n\nsecond cue\n00:03.000 --> 01:00.000\nTwo\nlines", plain},
		"WebVTT settings":        {"WEBVTT\n\n00:01.000 --> 00:02.500 line:0 position:20% size:60% align:start region:none odd\nGood morning.\n\n00:03.000 --> 01:00.000 vertical:rl\nTwo\nlines", plain},
		"WebVTT blocks":          {"WEBVTT\nX-TIMESTAMP-MAP=broken\n\nSTYLE\n::cue { color: red; }\n\nREGION\nid:fred\nwidth:40%\n\nNOTE\nnot shown\n\nNOTE nor this\n\n00:01.000 --> 00:02.500\nGood morning.\n\nNOTE the end\n\n00:03.000 --> 01:00.000\nTwo\nlines", plain},
		"WebVTT marks":           {"WEBVTT\n\n00:01.000 --> 00:02.500\n<v.loud Ada Byron>Good <c.red>morning</c>.</v>\n\n00:03.000 --> 01:00.000\n<v Tom>Two</v><v Ada></v>\nli<00:00:04.000>nes", plain},
		"WebVTT bold and italic": {"WEBVTT\n\n00:01.000 --> 00:02.000\n<b>a <i>b</i></b> &lt;c&gt; d &amp; --&gt; e\n", "1\n00:00:01,000 --> 00:00:02,000\n<b>a </b><b><i>b</i></b> <c> d & → e\n"},
		"WebVTT text like a block": {
			"WEBVTT\n\n00:01.000 --> 00:02.000\nNOTE this\nSTYLE matters\nRegion: north\nX-TIMESTAMP-MAP=1\n--<v x>>\n",
			"1\n00:00:01,000 --> 00:00:02,000\nNOTE this\nSTYLE matters\nRegion: north\nX-TIMESTAMP-MAP=1\n→\n",
		},
		"WebVTT without a gap": {"WEBVTT\n00:01.000 --> 00:02.500\nGood morning.\n2\n00:03.000 --> 01:00.000\nTwo\nlines", plain},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := caption.Read("caption_file", []byte(c.file), "en")
			if err != nil {
				t.Fatal(err)
			}
			if read.SRT != c.want {
				t.Errorf("served as\n%q\nwant\n%q", read.SRT, c.want)
			}
			want := library.SRT
			if strings.HasPrefix(c.file, "WEBVTT") {
				want = library.WebVTT
			}
			if read.Format != want || string(read.Original) != c.file {
				t.Errorf("kept as %s: %q", read.Format, read.Original)
			}
		})
	}
}

func TestRead_NamesTheBrokenLine(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"no captions":             {"Dear Sir,\nI write to you\n", "line 1: does not belong to a cue"},
		"only space":              {" \n\n", "line 3: the file ends without a cue"},
		"WebVTT without cues":     {"WEBVTT\n\nNOTE nothing yet\n", "line 4: the file ends without a cue"},
		"end before its start":    {strings.ReplaceAll(plain, "00:00:02,500", "00:00:00,500"), "line 2: the cue ends before"},
		"end far before it":       {strings.ReplaceAll(plain, "00:01:00,000", "00:00:02,999"), "line 6: the cue ends before"},
		"no end":                  {strings.ReplaceAll(plain, " 00:01:00,000", ""), "line 6: has no times"},
		"no start":                {strings.ReplaceAll(plain, "00:00:01,000 ", ""), "line 2: has no times"},
		"seventy seconds":         {strings.ReplaceAll(plain, "00:00:03", "00:00:70"), "line 6: has no times"},
		"a negative time":         {strings.ReplaceAll(plain, "00:00:03", "-0:00:03"), "line 6: has no times"},
		"letters for digits":      {strings.ReplaceAll(plain, "00:00:03", "OO:OO:O3"), "line 6: has no times"},
		"an arrow in the text":    {strings.ReplaceAll(plain, "Two", "One --> two"), "line 7: has no times"},
		"two times in one line":   {strings.ReplaceAll(plain, "02,500", "02,500 --> 00:00:04,000"), "line 2: has no times"},
		"text before all cues":    {"Lecture 1\n\n" + plain, "line 1: does not belong to a cue"},
		"WebVTT text left over":   {"WEBVTT\n\n00:01.000 --> 00:02.500\nGood\n\nmorning.\n", "line 6: does not belong to a cue"},
		"WebVTT without a comma":  {"WEBVTT\n\n1 --> 2\nGood\n", "line 3: has no times"},
		"broken UTF-8":            {strings.ReplaceAll(plain, "Good", "Größe €") + "\xc3", "line 9: is not text in utf-8"},
		"broken UTF-8, marked":    {"\uFEFF" + strings.ReplaceAll(plain, "Two", "T\xffo"), "line 7: is not text in utf-8"},
		"a NUL":                   {strings.ReplaceAll(plain, "Two", "T\x00o"), "line 7: contains a NUL character"},
		"half a letter of UTF-16": {"\xFF\xFE1\x00\n\x00\x00\xd8\n\x00", "line 2: is not text in utf-16le"},
		"a line without an end":   {plain + strings.Repeat("x", 40_000), "line 9: is longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := caption.Read("caption_file", []byte(c.file), "en")
			if err == nil {
				t.Fatalf("was taken, and is served as %q", read.SRT)
			}
			if library.KindOf(err) != library.KindInvalid || !strings.HasPrefix(err.Error(), "caption_file "+c.want) {
				t.Errorf("says %q, want %q", err, c.want)
			}
		})
	}
}

func TestRead_Encodings(t *testing.T) {
	const german, russian, japanesely = "Grüße, Zoë: €5", "Доброе утро", "おはよう"
	with := func(text string) string { return "1\n00:00:01,000 --> 00:00:02,000\n" + text + "\n" }
	encode := func(encoding interface{ String(string) (string, error) }, text string) []byte {
		encoded, err := encoding.String(with(text))
		if err != nil {
			t.Fatal(err)
		}
		return []byte(encoded)
	}
	little := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
	big := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	for name, c := range map[string]struct {
		file []byte
		in   library.Language
		text string
	}{
		"UTF-8":                      {[]byte(with(russian)), "en", russian},
		"UTF-16, little end first":   {append([]byte("\xFF\xFE"), encode(little, russian)...), "ru", russian},
		"UTF-16, big end first":      {append([]byte("\xFE\xFF"), encode(big, german)...), "", german},
		"UTF-16 without a mark":      {encode(little, german), "de", german},
		"UTF-16 without a mark, big": {encode(big, german), "de", german},
		"Latin-1":                    {encode(charmap.ISO8859_1.NewEncoder(), "Grüße, Zoë"), "", "Grüße, Zoë"},
		"windows-1252":               {encode(charmap.Windows1252.NewEncoder(), german), "de-AT", german},
		"windows-1251":               {encode(charmap.Windows1251.NewEncoder(), russian), "ru", russian},
		"windows-1251 of a region":   {encode(charmap.Windows1251.NewEncoder(), russian), "ru-UA", russian},
		"Shift JIS":                  {encode(japanese.ShiftJIS.NewEncoder(), japanesely), "ja", japanesely},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := caption.Read("caption_file", c.file, c.in)
			if err != nil {
				t.Fatal(err)
			}
			if read.SRT != with(c.text) {
				t.Errorf("read as %q", read.SRT)
			}
		})
	}
}

func TestRead_SaysWhenTheLastCueEnds(t *testing.T) {
	read, err := caption.Read("f", []byte("1\n00:00:01,000 --> 01:00:00,000\nlong\n\n2\n00:00:02,000 --> 00:00:03,000\nshort\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	if read.End != time.Hour || read.EndLine != 2 {
		t.Errorf("ends at %s in line %d", read.End, read.EndLine)
	}
}

func TestRead_FileTooLarge(t *testing.T) {
	file := []byte(plain + strings.Repeat("\n", library.MaxCaptionBytes-len(plain)))
	if _, err := caption.Read("f", file, ""); err != nil {
		t.Errorf("the largest file: %v", err)
	}
	if _, err := caption.Read("f", append(file, '\n'), ""); library.KindOf(err) != library.KindTooLarge {
		t.Errorf("a larger one: %v", err)
	}
}

// Whatever a stranger sends, it is refused with its line or served as SRT that reads
// again as the same.
func FuzzRead(f *testing.F) {
	for _, file := range []string{
		plain, "\uFEFF" + plain, strings.ReplaceAll(plain, "\n", "\r\n"), "WEBVTT\n\n00:01.000 --> 00:02.000\n<v a>b<v c>-->\n",
		"WEBVTT\n\nSTYLE\n\n\n1 -->", "-->", "1\n00:00:00,000 --> ", "\xff\xfe1\x00", "00:00:00,0 --> 99:00:00\n<title>&lt;/b>\n<!--\n",
		"WEBVTT\n00:01.000 --> 00:02.000\n--<v x>>\nRegion: a\n&amp;&#62;<i\n", "1\n0:01,5 – > 0:02\n&lt;b>&#10;&#10;\n",
		"WEBVTT\n\n00:01.000 --> 00:01.000\n&lt;<c>b</c>&gt; &#xFDD0;&#10;3&#10;00:03.000 &rarr; 00:04.000\n", "1\n\n2\n00:00:01.5-->00:00:02\n3\n\n4\n",
	} {
		f.Add([]byte(file), "en")
		f.Add([]byte(file), "zh-Hant")
	}
	f.Fuzz(func(t *testing.T, file []byte, in string) {
		read, err := caption.Read("caption_file", file, library.Language(in))
		if err != nil {
			named := strings.HasPrefix(err.Error(), "caption_file line ") || strings.HasPrefix(err.Error(), "This is ")
			if library.KindOf(err) != library.KindInvalid || !named {
				t.Errorf("says %q", err)
			}
			return
		}
		again, err := caption.Read("caption_file", []byte(read.SRT), "")
		// A cue that ended when it began has got up to a second.
		if err != nil || again.SRT != read.SRT || again.End < read.End || again.End > read.End+time.Second {
			t.Errorf("%q is served as %q, which reads as %q: %v", file, read.SRT, again.SRT, err)
		}
		shown, err := caption.Read("caption_file", []byte(caption.WebVTT(read.Format, read.SRT)), "")
		if err != nil || shown.End != again.End {
			t.Errorf("%q is played as %q: %v", file, caption.WebVTT(read.Format, read.SRT), err)
		}
	})
}
