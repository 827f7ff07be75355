package transcode

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode/utf8"
)

// protocols keep ffmpeg, and whatever an input names, off the network.
const protocols = "file,pipe"

// inputArgs are what stands before each file of a stranger's: who may read it, and how far.
// late is for a file that says what is in it later than others.
func inputArgs(path string, late bool, limits Limits) []string {
	var args []string
	if late {
		args = []string{"-analyzeduration", "60M", "-probesize", "500M"}
	}
	return append(args,
		"-protocol_whitelist", protocols,
		"-format_whitelist", formats,
		// A few more than are allowed, so that probe counts them and can say so.
		"-max_streams", strconv.Itoa(limits.Streams+16),
		"-max_pixels", strconv.FormatInt(limits.Pixels, 10),
		"-threads", strconv.Itoa(limits.Threads),
		"-i", fileURL(path),
	)
}

// fileURL names a local file so that no part of its name is taken for a protocol.
func fileURL(path string) string { return "file:" + path }

// openable refuses what needs no program to be refused, and gives the absolute path.
func openable(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("find the file: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("open the file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("open the file: %s is not a regular file", path)
	}
	if info.Size() == 0 {
		return "", refuse(nil, "This file is empty.")
	}
	what, err := lookAt(path)
	if err != nil {
		return "", err
	}
	if what != "" {
		return "", refuse(nil, "%s: it is %s.", unreadable, what)
	}
	return path, nil
}

// magics are the beginnings of files that people confuse with recordings. Telling what a
// file is helps more than telling what it is not.
var magics = []struct{ start, what string }{
	{"PK\x03\x04", "a ZIP archive or an Office document"},
	{"PK\x05\x06", "a ZIP archive"},
	{"Rar!", "a RAR archive"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
	{"\x1f\x8b", "a compressed archive"},
	{"%PDF-", "a PDF document"},
	{"\xd0\xcf\x11\xe0", "an Office document"},
	{"\x89PNG\r\n\x1a\n", "a picture (PNG)"},
	{"\xff\xd8\xff", "a picture (JPEG)"},
	{"GIF8", "a picture (GIF)"},
	{"BM", "a picture (BMP)"},
	{"II*\x00", "a picture (TIFF)"},
	{"MM\x00*", "a picture (TIFF)"},
	{"II+\x00", "a picture (TIFF)"},
	{"MM\x00+", "a picture (TIFF)"},
	{"\xff\x0a", "a picture (JPEG XL)"},
	{"\x00\x00\x00\x0cJXL \r\n\x87\n", "a picture (JPEG XL)"},
	{"\x00\x00\x00\x0cjP  \r\n\x87\n", "a picture (JPEG 2000)"},
	{"8BPS", "a picture (Photoshop)"},
	{"MZ", "a program"},
	{"\x7fELF", "a program"},
	{"#EXTM3U", "a playlist, which only names other files: upload the recording itself"},
	{"ffconcat version", "a playlist, which only names other files: upload the recording itself"},
	{"[playlist]", "a playlist, which only names other files: upload the recording itself"},
	{"WEBVTT", "a caption file: upload it as captions of a recording"},
}

// lookAt says what a file is that begins like no recording, or nothing.
func lookAt(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("open the file: %w", err)
	}
	defer f.Close()
	head := make([]byte, 1024)
	n, err := f.Read(head)
	if err != nil {
		return "", fmt.Errorf("read the file: %w", err)
	}
	if what := beginsLike(head[:n]); what != "" {
		return what, nil
	}
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("open the file: %w", err)
	}
	if picture := stillPicture(f, info.Size()); picture != "" {
		return "a picture (" + picture + ")", nil
	}
	return "", nil
}

func beginsLike(head []byte) string {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.start)) || bytes.HasPrefix(text, []byte(m.start)) {
			return m.what
		}
	}
	if picture := webP(head); picture != "" {
		return picture
	}
	if !isText(head) {
		return ""
	}
	lower := strings.ToLower(string(text))
	switch {
	case strings.Contains(lower, "<svg"):
		return "a drawing (SVG)"
	case strings.HasPrefix(lower, "<!doctype html"), strings.HasPrefix(lower, "<html"):
		return "a web page; perhaps a download failed"
	default:
		return "text"
	}
}

// isText says whether all of it is printable UTF-8. A rune may be cut at the end.
func isText(head []byte) bool {
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		if r == utf8.RuneError && size == 1 && len(head) >= utf8.UTFMax {
			return false
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		head = head[size:]
	}
	return true
}
