package caption

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
)

// otherFormat names the format of a file that is neither SRT nor WebVTT, or returns "" if
// it is unknown. It is only called for files that could not be read, so it cannot reject a
// good one.
func otherFormat(data []byte, text string) string {
	head := text[:min(len(text), 8<<10)]
	head = strings.TrimSpace(strings.TrimLeft(head, "\uFEFF\r\n\t "))
	for _, known := range []func() string{
		func() string { return binaryFormat(data) },
		func() string { return captionFormat(head) },
		func() string { return markupFormat(head, text) },
		func() string { return mediaFormat(data) },
	} {
		if name := known(); name != "" {
			return name
		}
	}
	return ""
}

// signatures are the first bytes of binary files and documents.
var signatures = []struct{ begin, name string }{
	{"%PDF-", "PDF"},
	{`{\rtf`, "RTF"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "a document of Microsoft Office (DOC, XLS or PPT)"},
	{"\x1F\x8B", "a gzip archive"},
	{"7z\xBC\xAF\x27\x1C", "a 7z archive"},
	{"Rar!\x1A\x07", "a RAR archive"},
	{"BZh", "a bzip2 archive"},
	{"\xFD7zXZ\x00", "an xz archive"},
	{"\x28\xB5\x2F\xFD", "a Zstandard archive"},
	{"\x00\x00\x01\xBA", "VobSub (SUB)"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"\x7FELF", "a program"},
	{"bplist00", "a property list"},
}

func binaryFormat(data []byte) string {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06")) {
		return zipFormat(data)
	}
	if len(data) > 11 && bytes.HasPrefix(data[3:], []byte("STL")) && bytes.Equal(data[8:11], []byte(".01")) {
		return "EBU STL"
	}
	for _, s := range signatures {
		if bytes.HasPrefix(data, []byte(s.begin)) {
			return s.name
		}
	}
	return ""
}

// zipFormat names a ZIP archive, or the kind of document that it is.
func zipFormat(data []byte) string {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return "a ZIP archive"
	}
	for _, f := range archive.File {
		switch {
		case strings.HasPrefix(f.Name, "word/"):
			return "DOCX"
		case strings.HasPrefix(f.Name, "xl/"):
			return "XLSX"
		case strings.HasPrefix(f.Name, "ppt/"):
			return "PPTX"
		case f.Name == "content.xml":
			return "an OpenDocument file (ODT, ODS or ODP)"
		case strings.HasPrefix(f.Name, "META-INF/container.xml"):
			return "EPUB"
		}
	}
	captions := func(f *zip.File) bool {
		return slices.Contains([]string{".srt", ".vtt"}, strings.ToLower(path.Ext(f.Name)))
	}
	if slices.ContainsFunc(archive.File, captions) {
		return "a ZIP archive with captions in it, to be unpacked first"
	}
	return "a ZIP archive"
}

// captionFormats are other caption formats, recognized by the beginning of their files.
var captionFormats = []struct {
	begin *regexp.Regexp
	name  string
}{
	{regexp.MustCompile(`(?i)^\[Script Info\](?s:.*)ScriptType:\s*v4\.00\+`), "ASS"},
	{regexp.MustCompile(`(?i)^\[Script Info\](?s:.*)ScriptType:\s*v4\.00\b`), "SSA"},
	{regexp.MustCompile(`(?i)^(?:;[^\n]*\n|!:[^\n]*\n)*\[(?:Script Info|V4\+? Styles|Events)\]|^Dialogue: *\d+,`), "ASS"},
	{regexp.MustCompile(`^Scenarist_SCC V\d`), "SCC"},
	{regexp.MustCompile(`^File Format=MacCaption_MCC`), "MCC"},
	{regexp.MustCompile(`(?i)^\{QTtext\}`), "QuickTime text (QTtext)"},
	{regexp.MustCompile(`(?i)^@ This file written with the Avid Caption`), "Avid DS captions"},
	{regexp.MustCompile(`(?i)^# VobSub index file`), "VobSub (IDX)"},
	{regexp.MustCompile(`(?i)^\[INFORMATION\]|^\[TITLE\]\s*\n(?s:.*)\[SUBTITLE\]`), "SubViewer (SUB)"},
	{regexp.MustCompile(`^\d+:\d\d:\d\d\.\d{3},\d+:\d\d:\d\d\.\d{3}[ \t]*(?:\r|\n|$)`), "SBV"},
	{regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d\d,\d\d:\d\d:\d\d\.\d\d[ \t]*(?:\r|\n|$)`), "SubViewer (SUB)"},
	{regexp.MustCompile(`^(?:\[\w+:[^\]\n]*\]\s*)*\[\d{1,3}:\d\d(?:[.:]\d{1,3})?\]`), "LRC"},
	{regexp.MustCompile(`(?i)^\[(?:ar|al|ti|au|by|length|offset|re|tool|ve):[^\]\n]*\]`), "LRC"},
	{regexp.MustCompile(`^\{\d*\}\{\d*\}`), "MicroDVD (SUB)"},
	{regexp.MustCompile(`^\[\d+\]\[\d+\]`), "MPL2"},
	{regexp.MustCompile(`(?:^|\n)(?:\$\w+\s*=[^\n]*\n|//[^\n]*\n|\s*\n)*\d\d:\d\d:\d\d[:.;]\d\d\s*,\s*\d\d:\d\d:\d\d[:.;]\d\d\s*,`), "Spruce STL"},
	{regexp.MustCompile(`^\*PART \d|^\*FILES?\b|^\[HEADER\]`), "captions of a CAP file"},
	{regexp.MustCompile(`^\d\d:\d\d:\d\d[:=][^\d\s]`), "TMPlayer"},
	{regexp.MustCompile(`^#EXTM3U`), "an M3U8 playlist"},
}

func captionFormat(head string) string {
	for _, f := range captionFormats {
		if f.begin.MatchString(head) {
			return f.name
		}
	}
	return ""
}

// The prolog and the root element of XML and HTML, and the formats by root element.
var (
	beforeRoot = regexp.MustCompile(`^(?:\s|<\?[^>]*\?>|<!--(?s:.*?)-->|<!DOCTYPE[^>]*>)*`)
	rootName   = regexp.MustCompile(`^<(?:[\w.-]+:)?([A-Za-z][\w.-]*)`)
	roots      = map[string]string{
		"tt": "TTML", "sami": "SAMI (SMI)", "timedtext": "YouTube's timed text (XML)",
		"transcript": "YouTube's transcript (XML)", "window": "RealText", "usfsubtitles": "Universal Subtitle Format (USF)",
		"dcsubtitle": "DCSubtitle (XML)", "subtitlereel": "DCSubtitle (XML)", "fcpxml": "Final Cut Pro XML",
		"html": "HTML", "head": "HTML", "body": "HTML", "script": "HTML", "div": "HTML", "p": "HTML", "table": "HTML",
		"svg": "SVG", "rss": "RSS (XML)",
	}
)

func markupFormat(head, text string) string {
	if len(head) > 0 && (head[0] == '{' || head[0] == '[') && json.Valid([]byte(text)) {
		return "JSON"
	}
	if !strings.HasPrefix(head, "<") {
		return ""
	}
	document := head[len(beforeRoot.FindString(head)):]
	name := rootName.FindStringSubmatch(document)
	switch {
	case name != nil && strings.EqualFold(name[1], "tt") && strings.Contains(head, "ttaf1"):
		return "TTML (DFXP)"
	case name != nil && roots[strings.ToLower(name[1])] != "":
		return roots[strings.ToLower(name[1])]
	case len(head) >= 9 && strings.EqualFold(head[:9], "<!DOCTYPE"):
		return "HTML"
	case strings.HasPrefix(head, "<?xml"):
		return "XML"
	}
	return ""
}

// mediaSignatures are the beginnings of pictures, audio and video. A dot matches any byte.
var mediaSignatures = []struct {
	begin *regexp.Regexp
	name  string
}{
	{regexp.MustCompile(`^.PNG\r\n`), "a picture (png)"},
	{regexp.MustCompile(`^GIF8[79]a`), "a picture (gif)"},
	{regexp.MustCompile(`^(?s:RIFF....WEBP)`), "a picture (webp)"},
	{regexp.MustCompile(`^(?s:RIFF....(?:AVI |WAVE))|^OggS|^fLaC|^ID3`), "a recording, not its captions"},
	{regexp.MustCompile(`^(?s:....ftyp)`), "a recording (mp4), not its captions"},
}

// mediaFormat names pictures, audio and video.
func mediaFormat(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xFF\xD8\xFF")):
		return "a picture (jpeg)"
	case bytes.HasPrefix(data, []byte("\x1A\x45\xDF\xA3")):
		return "a recording (matroska), not its captions"
	}
	for _, s := range mediaSignatures {
		if s.begin.Match(data[:min(len(data), 16)]) {
			return s.name
		}
	}
	return ""
}
