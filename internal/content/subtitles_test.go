package content_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
)

const (
	hlsFolder  = "media/7/0f8fad5b-d9cb-469f-a165-70867728950e"
	masterText = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n" +
		"#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"avc1.64001e\"\n360p.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2800,CODECS=\"avc1.64001f\"\n720p.m3u8\n"
)

// captioned is a library with one media item, 7.
type captioned struct {
	said map[library.MediaID]library.Subtitles
	err  error
}

// Subtitles is the library's part.
func (c *captioned) Subtitles(_ context.Context, media library.MediaID, _ string) (library.Subtitles, error) {
	if c.err != nil {
		return library.Subtitles{}, c.err
	}
	said, there := c.said[media]
	if !there {
		return said, library.NotFound("media", media)
	}
	return said, nil
}

// SubtitleText is the library's part.
func (c *captioned) SubtitleText(_ context.Context, id library.CaptionFileID) (string, error) {
	for _, said := range c.said {
		for _, f := range said.Captions {
			if f.ID == id {
				return "of " + string(f.Language), nil
			}
		}
	}
	return "", library.NotFound("caption file", id)
}

func captions(id library.CaptionFileID, language library.Language) library.CaptionFile {
	return library.CaptionFile{ID: id, Media: 7, Language: language, Status: library.CaptionPublished}
}

func asVTT(_ library.SubtitleFormat, srt string) string {
	return "WEBVTT\n\n00:01.000 --> 00:02.000\n" + srt + "\n"
}

func captionedStage(t *testing.T) (*captioned, *stage) {
	t.Helper()
	lib := &captioned{said: map[library.MediaID]library.Subtitles{
		7: {Duration: 61.25, Captions: []library.CaptionFile{captions(3, "en"), captions(4, "de-CH"), captions(5, "en")}},
	}}
	s := newStage(t, t.TempDir(), content.Options{Subtitles: lib, WebVTT: asVTT})
	s.put(t, hlsFolder+"/hls/master.m3u8", "application/vnd.apple.mpegurl", []byte(masterText))
	return lib, s
}

func TestHLS_OffersPublishedCaptions(t *testing.T) {
	t.Parallel()
	lib, s := captionedStage(t)
	folder := s.signer.FolderURL(hlsFolder, s.clock().Add(time.Hour))
	got := do(t, http.MethodGet, folder+"hls/master.m3u8", nil, nil)
	got.wants(t, 200)
	const media = `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME=`
	const rest = `,DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="captions-`
	want := "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n" +
		media + `"English",LANGUAGE="en"` + rest + "3.m3u8\"\n" +
		media + `"Schweizer Hochdeutsch",LANGUAGE="de-CH"` + rest + "4.m3u8\"\n" +
		media + `"English (2)",LANGUAGE="en"` + rest + "5.m3u8\"\n" +
		"#EXT-X-STREAM-INF:SUBTITLES=\"captions\",BANDWIDTH=900,CODECS=\"avc1.64001e\"\n360p.m3u8\n" +
		"#EXT-X-STREAM-INF:SUBTITLES=\"captions\",BANDWIDTH=2800,CODECS=\"avc1.64001f\"\n720p.m3u8\n"
	if string(got.body) != want {
		t.Errorf("got\n%s\nwant\n%s", got.body, want)
	}
	if got.Header.Get("Cache-Control") != "private, no-cache" || got.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("headers %v", got.Header)
	}
	do(t, http.MethodGet, folder+"hls/master.m3u8", nil, map[string]string{"If-None-Match": got.Header.Get("ETag")}).wants(t, 304)

	playlist := do(t, http.MethodGet, folder+"hls/captions-4.m3u8", nil, nil)
	playlist.wants(t, 200)
	if want := "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:62\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:61.250,\ncaptions-4.vtt\n#EXT-X-ENDLIST\n"; string(playlist.body) != want {
		t.Errorf("got\n%s\nwant\n%s", playlist.body, want)
	}
	text := do(t, http.MethodGet, folder+"hls/captions-4.vtt", nil, nil)
	text.wants(t, 200)
	if want := "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\nof de-CH\n"; string(text.body) != want || text.Header.Get("Content-Type") != "text/vtt; charset=utf-8" {
		t.Errorf("got %q as %q", text.body, text.Header.Get("Content-Type"))
	}

	// What is unpublished is gone at once, and with it the first mention of captions.
	lib.said[7] = library.Subtitles{Duration: 61.25}
	changed := do(t, http.MethodGet, folder+"hls/master.m3u8", nil, map[string]string{"If-None-Match": got.Header.Get("ETag")})
	if changed.wants(t, 200); string(changed.body) != masterText {
		t.Errorf("without captions it is\n%s", changed.body)
	}
	do(t, http.MethodGet, folder+"hls/captions-4.m3u8", nil, nil).wants(t, 404)
	do(t, http.MethodGet, folder+"hls/captions-4.vtt", nil, nil).wants(t, 404)
	delete(lib.said, 7)
	do(t, http.MethodGet, folder+"hls/captions-4.vtt", nil, nil).wants(t, 404)
	do(t, http.MethodGet, folder+"hls/master.m3u8", nil, nil).wants(t, 404)
	lib.err = errors.New("the database is away")
	do(t, http.MethodGet, folder+"hls/captions-4.vtt", nil, nil).wants(t, 500)
}

func TestHLS_WithoutCaptionsForAPlayerThatHasThem(t *testing.T) {
	t.Parallel()
	_, s := captionedStage(t)
	got := do(t, http.MethodGet, s.signer.FolderURL(hlsFolder, s.clock().Add(time.Hour))+"hls/master.m3u8?captions=none", nil, nil)
	if got.wants(t, 200); string(got.body) != masterText {
		t.Errorf("got\n%s", got.body)
	}
}

// Captions open by the address of their own media item's folder only.
func TestHLS_CaptionsOpenByTheirFolderOnly(t *testing.T) {
	t.Parallel()
	lib, s := captionedStage(t)
	lib.said[8] = library.Subtitles{Captions: []library.CaptionFile{captions(9, "fr")}}
	end := s.clock().Add(time.Hour)
	folder := s.signer.FolderURL(hlsFolder, end)
	for below, status := range map[string]int{
		"hls/captions-9.vtt": 404, "hls/captions-03.vtt": 404, "hls/captions-.vtt": 404, "hls/captions-3.srt": 404, "hls/captions-3.vtt/x": 404,
		"captions-3.vtt": 404, "hls/x/captions-3.vtt": 404, "hls/captions--3.vtt": 404, "hls/captions-3.vtt": 200,
		"hls/captions-3.vtt/": 200, // the front takes the last slash off
	} {
		do(t, http.MethodGet, folder+below, nil, nil).wants(t, status)
	}
	foreign := strings.Replace(folder, "/media/7/", "/media/8/", 1)
	do(t, http.MethodGet, foreign+"hls/captions-9.vtt", nil, nil).wants(t, 403)
	do(t, http.MethodGet, strings.Replace(folder, "/media/7/", "/media/07/", 1)+"hls/captions-3.vtt", nil, nil).wants(t, 403)
	// The address of one file is for that, as it is stored.
	single := do(t, http.MethodGet, s.signer.FileURL(content.File{Key: hlsFolder + "/hls/master.m3u8"}, end), nil, nil)
	if single.wants(t, 200); string(single.body) != masterText {
		t.Errorf("got\n%s", single.body)
	}
	do(t, http.MethodGet, s.signer.FileURL(content.File{Key: hlsFolder + "/hls/captions-3.vtt"}, end), nil, nil).wants(t, 404)
	s.advance(2 * time.Hour)
	do(t, http.MethodGet, folder+"hls/captions-3.vtt", nil, nil).wants(t, 403)
}

// ffmpeg reads what is offered with captions as without, and the captions themselves.
func TestHLS_WithCaptionsIsReadByFFmpeg(t *testing.T) {
	t.Parallel()
	_, s := captionedStage(t)
	dir := t.TempDir()
	made := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=2", "-c:v", "libx264", "-pix_fmt", "yuv420p",
		"-f", "hls", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4", "-hls_flags", "single_file", "-hls_segment_filename", "360p.mp4", "360p.m3u8")
	made.Dir = dir
	if said, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for _, name := range []string{"360p.m3u8", "360p.mp4"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		s.put(t, hlsFolder+"/hls/"+name, "", content)
	}
	s.put(t, hlsFolder+"/hls/master.m3u8", "application/vnd.apple.mpegurl", []byte("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=90000\n360p.m3u8\n"))
	folder := s.signer.FolderURL(hlsFolder, s.clock().Add(time.Hour))
	for below, want := range map[string]string{"hls/master.m3u8": "h264", "hls/captions-3.vtt": "webvtt"} {
		said, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", folder+below).CombinedOutput()
		if err != nil || !strings.Contains(string(said), want) {
			t.Errorf("%s: %v: %s", below, err, said)
		}
	}
}
