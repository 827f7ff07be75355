package caption_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/library"
)

func TestRead_NamesOtherFormats(t *testing.T) {
	t.Parallel()
	const xml = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	for name, files := range map[string][]string{
		"TTML": {
			xml + `<tt xmlns="http://www.w3.org/ns/ttml" xml:lang="en"><body><div><p begin="00:00:01.000" end="00:00:02.000">a</p></div></body></tt>`,
			`<tt xmlns="http://www.w3.org/ns/ttml"><head/></tt>`, "\uFEFF" + xml + "<!-- made by x -->\n<tt:tt xmlns:tt=\"http://www.w3.org/ns/ttml\"/>",
			xml + `<tt xmlns="http://www.w3.org/ns/ttml"><p>00:00:01.000 --> 00:00:02.000</p></tt>`,
		},
		"TTML (DFXP)":                {xml + `<tt xmlns="http://www.w3.org/2006/10/ttaf1" xml:lang="en"><body/></tt>`},
		"SAMI (SMI)":                 {"<SAMI>\n<HEAD>\n<TITLE>x</TITLE>\n</HEAD><BODY><SYNC Start=1000><P>a</SAMI>"},
		"YouTube's timed text (XML)": {xml + `<timedtext format="3"><body><p t="1" d="2">a</p></body></timedtext>`},
		"YouTube's transcript (XML)": {xml + `<transcript><text start="1" dur="2">a</text></transcript>`},
		"SBV":                        {"0:00:01.000,0:00:02.500\nGood morning.\n\n0:00:03.000,0:01:00.000\nTwo\n", "\r\n0:00:01.000,0:00:02.500\r\nGood\r\n"},
		"SCC":                        {"Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420 94ae\n"},
		"MCC":                        {"File Format=MacCaption_MCC V1.0\n"},
		"LRC":                        {"[ar:Someone]\n[ti:Song]\n\n[00:12.00]Line 1\n", "[00:12.00]Line 1\n[00:15.30]Line 2\n", "[01:02]a\n", "[length: 3:00]\n[00:01.5]x"},
		"ASS": {
			"[Script Info]\nTitle: x\nScriptType: v4.00+\n\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,a\n",
			"\uFEFF[Script Info]\r\n; comment\r\n", "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,a --> b\n",
		},
		"SSA":             {"[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\n"},
		"MicroDVD (SUB)":  {"{1}{1}23.976\n{25}{50}Good|morning\n", "{25}{50}Good\n", "{25}{}Good\n"},
		"MPL2":            {"[10][25]Good|morning\n"},
		"SubViewer (SUB)": {"[INFORMATION]\n[TITLE]x\n", "00:00:01.00,00:00:02.00\nGood[br]morning\n"},
		"Spruce STL": {
			"//Font select\n$FontName = Arial\n$FontSize = 30\n\n00:00:01:00 , 00:00:02:00 , Good\n", "00:00:01:00,00:00:02:00,Good\n",
		},
		"EBU STL":                 {"850STL25.01100" + strings.Repeat(" ", 1100), "437STL30.01\x00\x00"},
		"TMPlayer":                {"00:00:01:Good morning\n00:00:03:Two\n"},
		"VobSub (IDX)":            {"# VobSub index file, v7 (do not modify this line!)\n"},
		"VobSub (SUB)":            {"\x00\x00\x01\xBA\x44\x00"},
		"QuickTime text (QTtext)": {"{QTtext} {font:Tahoma}\n[00:00:01.00]\nGood\n"},
		"RealText":                {`<window duration="30"><time begin="1"/>Good</window>`},
		"HTML":                    {"<!doctype html>\n<p>404</p>", "<html><body>Sign in</body></html>", "\n<HTML>", "<!DOCTYPE HTML PUBLIC \"x\">\n<html>\n<!-- 1 --> 2"},
		"XML":                     {xml + "<subtitles/>"},
		"JSON": {
			`{"text":"Good morning","segments":[{"start":1.0,"end":2.5,"text":"Good"}]}`, "[{\"start\": 1, \"arrow\": \"-->\"}]\n", "\uFEFF{}",
		},
		"PDF":              {"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"},
		"RTF":              {`{\rtf1\ansi 00:00:01,000 --> 00:00:02,000\par Good}`},
		"DOCX":             {zipped(t, "[Content_Types].xml", "word/document.xml")},
		"XLSX":             {zipped(t, "[Content_Types].xml", "xl/workbook.xml")},
		"PPTX":             {zipped(t, "[Content_Types].xml", "ppt/presentation.xml")},
		"EPUB":             {zipped(t, "mimetype", "META-INF/container.xml")},
		"a ZIP archive":    {zipped(t, "readme.txt"), "PK\x03\x04broken", zipped(t)},
		"a gzip archive":   {"\x1F\x8B\x08\x00"},
		"a 7z archive":     {"7z\xBC\xAF\x27\x1C\x00\x04"},
		"a RAR archive":    {"Rar!\x1A\x07\x01\x00"},
		"a picture (png)":  {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"},
		"a picture (jpeg)": {"\xFF\xD8\xFF\xE0\x00\x10JFIF"},
		"an M3U8 playlist": {"#EXTM3U\n#EXT-X-VERSION:3\n"},
		"a ZIP archive with captions in it, to be unpacked first": {zipped(t, "lecture.SRT"), zipped(t, "a/b.vtt")},
		"an OpenDocument file (ODT, ODS or ODP)":                  {zipped(t, "mimetype", "content.xml")},
		"a document of Microsoft Office (DOC, XLS or PPT)":        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\x00"},
		"a recording (mp4), not its captions":                     {"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "\x00\x00\x00\x18ftypqt  \x00\x00\x00\x00"},
		"a recording (matroska), not its captions":                {"\x1A\x45\xDF\xA3\x01\x00"},
		"a recording, not its captions":                           {"ID3\x04\x00\x00"},
	} {
		want := "This is " + name + "; Lectern reads SRT and WebVTT"
		for _, file := range files {
			_, err := caption.Read("caption_file", []byte(file), "en")
			if library.KindOf(err) != library.KindInvalid || err.Error() != want {
				t.Errorf("%.40q: %v, want %s", file, err, want)
			}
		}
	}
}

// Other encodings hide no format.
func TestRead_NamesOtherFormatsInUTF16(t *testing.T) {
	t.Parallel()
	file, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("[Script Info]\r\nScriptType: v4.00+\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := caption.Read("f", []byte(file), "en"); err == nil || !strings.HasPrefix(err.Error(), "This is ASS;") {
		t.Error(err)
	}
}

// What is text and has no times is told so, with the line; what has times is SRT or
// WebVTT with a fault.
func TestRead_PlainText(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"Good morning.\nTwo lines\n":             "f line 1: does not belong to a cue; this is plain text without times, and Lectern reads SRT and WebVTT",
		"[laughs] Good morning.\n":               "f line 1: does not belong to a cue; this is plain text without times, and Lectern reads SRT and WebVTT",
		"{a}\n":                                  "f line 1: does not belong to a cue; this is plain text without times, and Lectern reads SRT and WebVTT",
		"<3 you all\n":                           "f line 1: does not belong to a cue; this is plain text without times, and Lectern reads SRT and WebVTT",
		"1\n2\n":                                 "f line 1: does not belong to a cue; this is plain text without times, and Lectern reads SRT and WebVTT",
		"Dear Sir\n\n" + plain:                   "f line 1: does not belong to a cue",
		"webvtt\n\n00:01.000 --> 00:02.000\na\n": "f line 1: does not belong to a cue",
		"":                                       "f line 1: the file ends without a cue like 00:00:01,000 --> 00:00:02,500",
	} {
		if _, err := caption.Read("f", []byte(file), "en"); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", file, err, want)
		}
	}
}

func zipped(t *testing.T, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
