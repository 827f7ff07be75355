package transcode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/films"
)

// hostile is a file that must do no harm.
type hostile struct {
	name, file string
	content    func(t *testing.T, listener string) []byte
	// sentence is part of what the person reads; empty for a file that is allowed to play,
	// within the limits.
	sentence string
	time     time.Duration // of a Transcode; a minute if it is not said
}

func text(format string) func(*testing.T, string) []byte {
	return func(_ *testing.T, listener string) []byte {
		return []byte(strings.ReplaceAll(format, "LISTENER", listener))
	}
}

func of(path func(*testing.T) string, change func([]byte) []byte) func(*testing.T, string) []byte {
	return func(t *testing.T, _ string) []byte {
		t.Helper()
		content, err := os.ReadFile(path(t))
		if err != nil {
			t.Fatal(err)
		}
		return change(content)
	}
}

func same(b []byte) []byte { return b }

var clip = made("a.mp4", picture("320x180", 2, 30), tone("stereo", 2), x264, aac)

const (
	noMedia = "This file is not audio or video that Lectern can read: "
	hlsHead = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n"
)

var hostiles = []hostile{
	{"playlist to /etc/passwd", "a.mp4", text(hlsHead + "file:///etc/passwd\n#EXT-X-ENDLIST\n"), noMedia + "it is a playlist", 0},
	{"playlist to the network", "a.mp4", text(hlsHead + "http://LISTENER/a.ts\n#EXT-X-ENDLIST\n"), noMedia + "it is a playlist", 0},
	{"playlist behind a comment", "a.m3u8", text("\x00#EXTM3U\n" + hlsHead + "http://LISTENER/a.ts\n"), "This file", 0},
	{"playlist in a WAV", "a.wav", text("RIFF\x24\x00\x00\x00WAVE" + hlsHead + "http://LISTENER/a.ts\n"), "This file", 0},
	{"concat script", "a.mp4", text("ffconcat version 1.0\nfile /etc/passwd\nfile http://LISTENER/a\n"), noMedia + "it is a playlist", 0},
	{"DASH manifest", "a.mpd", text(`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet><Representation><BaseURL>http://LISTENER/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`), noMedia + "it is text", 0},
	{"SDP of a network stream", "a.sdp", text("v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"), noMedia + "it is text", 0},
	{"SVG with a link", "a.svg", text(`<svg xmlns="http://www.w3.org/2000/svg"><image href="http://LISTENER/a.png"/></svg>`), noMedia + "it is a drawing (SVG)", 0},
	{"MVG", "a.mvg", text("push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'http://LISTENER/a.jpg'\npop graphic-context\n"), noMedia + "it is text", 0},
	{"MOV whose data is elsewhere", "a.mov", of(clip, pointElsewhere), "", 0},
	{"PNG of 100,000 × 100,000 in MP4", "a.mov", of(made("a.mov", picture("64x64", 1, 5), []string{"-c:v", "png"}), enlarge), "This file", 0},
	{"PNG of 100,000 × 100,000", "a.mp4", text("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00"), noMedia + "it is a picture (PNG)", 0},
	{"video of 16,000 × 8,000", "a.mkv", of(made("a.mkv", []string{"-f", "lavfi", "-i", "color=size=16000x8000:rate=1:duration=1"}, []string{"-c:v", "mjpeg", "-q:v", "31"}), same), "its video (mjpeg) cannot be decoded: it is too large", 0},
	{"BMP of 100,000 × 100,000", "a.avi", text("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00\xa0\x86\x01\x00\xa0\x86\x01\x00\x01\x00\x18\x00"), noMedia + "it is a picture (BMP)", 0},
	{"GIF that loops", "a.mp4", of(made("a.gif", picture("64x64", 1, 5)), same), noMedia + "it is a picture (GIF)", 0},
	{"claims 1,000 hours", "a.mp4", of(clip, lengthen(1000*3600)), "This file is 1000 hours long; the limit is 12 hours.", 0},
	{"one frame lasts 11 hours", "a.mkv", func(t *testing.T, _ string) []byte {
		t.Helper()
		return of(made("a.mkv", picture("64x64", 1, 5), []string{"-vf", "setpts='if(lt(N,4),N,40000*N)/5/TB'", "-fps_mode", "passthrough", "-c:v", "libvpx"}), same)(t, "")
	}, "took longer than", 3 * time.Second},
	{"a million caption cues", "a.mkv", manyCues, noMedia + "it has neither video nor audio.", 0},
	{"a million caption cues as SRT", "a.mp4", func(*testing.T, string) []byte { return cues(1_000_000) }, noMedia + "it is text.", 0},
	{"200 tracks", "a.mkv", func(t *testing.T, _ string) []byte {
		t.Helper()
		args := join(tone("mono", 0.1))
		for range 70 {
			args = append(args, "-map", "0:a")
		}
		return of(made("a.mkv", args, []string{"-c:a", "pcm_s16le"}), same)(t, "")
	}, "This file has more tracks than the limit of 64.", 0},
	{"64 channels", "a.wav", channels(64), "mixing its sound to stereo is not supported", 0},
	{"100 channels", "a.wav", channels(100), "mixing its sound to stereo is not supported", 0},
	{"a million caption cues beside a video", "a.mkv", func(t *testing.T, _ string) []byte {
		t.Helper()
		return withCues(t, join(picture("64x64", 3600, 1), []string{"-c:v", "libx264", "-preset", "ultrafast", "-g", "4", "-pix_fmt", "yuv420p"}))
	}, "", 0},
	{"60 attachments", "a.mkv", func(t *testing.T, _ string) []byte {
		t.Helper()
		attached := filepath.Join(t.TempDir(), "a.txt")
		if err := os.WriteFile(attached, bytes.Repeat([]byte("root"), 50_000), 0o600); err != nil {
			t.Fatal(err)
		}
		args := join(picture("64x64", 1, 5), x264)
		for i := range 60 {
			args = append(args, "-attach", attached, fmt.Sprintf("-metadata:s:t:%d", i), "mimetype=text/plain")
		}
		return of(made("a.mkv", args), same)(t, "")
	}, "", 0},
	{"a tag of 50 MB", "a.mp4", withTag, "", 0},
	{"100,000 moofs", "a.mp4", of(made("a.mp4", []string{"-f", "lavfi", "-i", "color=white:size=64x64:rate=60:duration=5", "-g", "300", "-movflags", "+frag_every_frame+empty_moov+default_base_moof"}, x264), repeat(5, 15360)), "", 0},
	{"silence of 170 MB in 100 kB", "a.flac", func(t *testing.T, _ string) []byte {
		t.Helper()
		return of(made("a.flac", []string{"-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-t", "900"}), same)(t, "")
	}, "", 0},
	{"ZIP", "a.mp4", text("PK\x03\x04\x14\x00\x00\x00\x08\x00"), noMedia + "it is a ZIP archive or an Office document.", 0},
	{"empty", "a.mp4", text(""), "This file is empty.", 0},
	{"text", "a.mp4", text("Dear students,\nhere is the lecture.\n"), noMedia + "it is text.", 0},
	{"noise", "a.mp4", func(*testing.T, string) []byte {
		b := make([]byte, 1<<20)
		for i, x := 0, uint32(1); i < len(b); i++ {
			x = x*1664525 + 1013904223
			b[i] = byte(x >> 24)
		}
		return b
	}, noMedia, 0},
	{"moov cut off", "a.mp4", of(clip, func(b []byte) []byte { return b[:len(b)*2/3] }), "This file is incomplete", 0},
	{"first 40 bytes", "a.mp4", of(clip, func(b []byte) []byte { return b[:40] }), "This file is incomplete", 0},
	{"encrypted", "a.mp4", of(func(t *testing.T) string { t.Helper(); return films.MP4FF(t, "mp4/testdata/prog_8s_enc_dashinit.mp4") }, same), "This file is protected against copying", 0},
	{"codec that is not known (VVC)", "a.mp4", of(func(t *testing.T) string { t.Helper(); return films.MP4FF(t, "mp4/testdata/vvc_400kbps_2s.mp4") }, same), noMedia + `its video uses an unknown codec ("vvc1").`, 0},
	{"sound is all noise", "a.wav", text("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x55\x00\x02\x00\x44\xac\x00\x00\x10\xb1\x02\x00\x04\x00\x10\x00data\xff\xff\xff\xffnothing that could be MPEG"), noMedia, 0},
}

// hostileLimits are small, so that what is bounded is bounded soon.
func hostileLimits() Limits {
	limits := DefaultLimits()
	limits.Threads, limits.Time, limits.ProbeTime = 1, time.Minute, 20*time.Second
	limits.Memory = 1 << 30
	return limits
}

// mostMemory is what a program may have used on any of the files, bytes.
const mostMemory = 600 << 20

func TestHostileFiles_AreRefusedWithASentenceAndDoNoHarm(t *testing.T) {
	t.Parallel()
	found := find(t)
	listener, touched := watchedListener(t)
	var report sync.Mutex
	lines := make([]string, len(hostiles))
	t.Run("all", func(t *testing.T) {
		for i, h := range hostiles {
			t.Run(h.name, func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), h.file)
				if err := os.WriteFile(path, h.content(t, listener), 0o600); err != nil {
					t.Fatal(err)
				}
				tools := found
				tools.Limits = hostileLimits()
				if h.time > 0 {
					tools.Limits.Time = h.time
				}
				var most int64
				var costs sync.Mutex
				tools.Observe = func(u Run) {
					costs.Lock()
					defer costs.Unlock()
					most = max(most, u.Memory)
				}
				started := time.Now()
				sentence := meet(t, tools, path)
				took := time.Since(started)
				if h.sentence == "" && sentence != "" || !strings.HasPrefix(sentence, h.sentence) && !strings.Contains(sentence, h.sentence) {
					t.Errorf("said %q, want %q", sentence, h.sentence)
				}
				if took > 60*time.Second || most > mostMemory {
					t.Errorf("took %s and %d MB", took, most>>20)
				}
				if sentence == "" {
					sentence = "(plays)"
				}
				report.Lock()
				defer report.Unlock()
				lines[i] = fmt.Sprintf("  %-38s %6.2f s %4d MB  %s", h.name, took.Seconds(), most>>20, sentence)
			})
		}
	})
	if n := touched(); n != 0 {
		t.Errorf("%d connections came to the listener, want none", n)
	}
	testkit.Report("hostile files: none reached the network; time, largest process, what the person reads:\n%s", strings.Join(lines, "\n"))
}

// meet probes and transcodes, and gives the sentence of the refusal, or nothing for a file
// that plays.
func meet(t *testing.T, tools Tools, path string) string {
	t.Helper()
	dir := t.TempDir()
	p, err := tools.Probe(t.Context(), path)
	if err == nil {
		_, err = tools.Transcode(t.Context(), path, p, dir, nil)
	}
	if err == nil {
		noSecrets(t, dir)
		return ""
	}
	var refused *Refusal
	if !errors.As(err, &refused) {
		t.Fatalf("not refused for good: %v", err)
	}
	if strings.Contains(refused.Sentence, path) || strings.Contains(refused.Sentence, "/") {
		t.Errorf("the sentence names a path: %s", refused.Sentence)
	}
	return refused.Sentence
}

func noSecrets(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), "root:x:0") {
			t.Errorf("%s has a line of /etc/passwd", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// watchedListener counts who connects.
func watchedListener(t *testing.T) (address string, count func() int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var n int
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			n++
			mu.Unlock()
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return listener.Addr().String(), func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
}

// enlarge writes a width and height of 100,000 into each PNG header.
func enlarge(b []byte) []byte {
	for i := 0; i+12 < len(b); i++ {
		if string(b[i:i+4]) == "IHDR" {
			binary.BigEndian.PutUint32(b[i+4:], 100_000)
			binary.BigEndian.PutUint32(b[i+8:], 100_000)
		}
	}
	return b
}

// lengthen writes a duration, in seconds, into the headers of the film and its tracks.
func lengthen(seconds uint32) func([]byte) []byte {
	return func(b []byte) []byte {
		for i := 0; i+28 < len(b); i++ {
			if box := string(b[i : i+4]); box == "mvhd" || box == "mdhd" {
				scale := binary.BigEndian.Uint32(b[i+16:])
				if uint64(scale)*uint64(seconds) > 1<<32-1 { // does not fit: a slower clock does
					scale = 1
					binary.BigEndian.PutUint32(b[i+16:], scale)
				}
				binary.BigEndian.PutUint32(b[i+20:], scale*seconds)
			}
		}
		return b
	}
}

// pointElsewhere turns "the data is in this file" into "the data is in /etc/passwd" for
// readers that follow data references (ISO/IEC 14496-12, 8.7.2).
func pointElsewhere(b []byte) []byte {
	for i := 0; i+12 < len(b); i++ {
		if string(b[i:i+4]) == "url " && b[i+7] == 1 {
			copy(b[i:], "alis\x00\x00\x00\x00")
		}
	}
	return b
}

func cues(n int) []byte {
	b := make([]byte, 0, n*32)
	for i := range n {
		b = fmt.Appendf(b, "0\n00:%02d:%02d,0 --> 00:59:59,9\nx\n\n", i*60/n, i%60)
	}
	return b
}

// withCues is Matroska of what args make, and captions.
func withCues(t *testing.T, args []string) []byte {
	t.Helper()
	srt := filepath.Join(t.TempDir(), "a.srt")
	if err := os.WriteFile(srt, cues(1_000_000), 0o600); err != nil {
		t.Fatal(err)
	}
	return of(made("a.mkv", []string{"-i", srt}, args, []string{"-map", "0", "-map", "1", "-c:s", "srt"}), same)(t, "")
}

func channels(n int) func(*testing.T, string) []byte {
	return of(made("a.wav", []string{"-f", "s16le", "-ar", "8000", "-ac", strconv.Itoa(n), "-t", "1", "-i", "/dev/zero"}), same)
}

// withTag is a film with a comment of 50 MB.
func withTag(t *testing.T, _ string) []byte {
	t.Helper()
	tags := filepath.Join(t.TempDir(), "tags.txt")
	if err := os.WriteFile(tags, append([]byte(";FFMETADATA1\ncomment="), bytes.Repeat([]byte("a"), 50<<20)...), 0o600); err != nil {
		t.Fatal(err)
	}
	return of(made("a.mp4", []string{"-i", tags}, picture("64x64", 1, 5), []string{"-map", "1", "-map_metadata", "0"}, x264), same)(t, "")
}

// repeat has each fragment of a film 333 times, later by seconds each time.
func repeat(seconds, scale uint64) func([]byte) []byte {
	return func(b []byte) []byte {
		first := bytes.Index(b, []byte("moof")) - 4
		fragments := b[first : bytes.LastIndex(b, []byte("mfra"))-4]
		all := append(make([]byte, 0, first+333*len(fragments)), b[:first]...)
		for i := range uint64(333) {
			from := len(all)
			all = append(all, fragments...)
			for at := from; ; at += 20 {
				next := bytes.Index(all[at:], []byte("tfdt"))
				if next < 0 {
					break
				}
				at += next
				then := binary.BigEndian.Uint64(all[at+8:]) + i*seconds*scale
				binary.BigEndian.PutUint64(all[at+8:], then)
			}
		}
		return all
	}
}

// manyCues is Matroska with nothing but captions.
func manyCues(t *testing.T, _ string) []byte {
	t.Helper()
	srt := filepath.Join(t.TempDir(), "a.srt")
	if err := os.WriteFile(srt, cues(1_000_000), 0o600); err != nil {
		t.Fatal(err)
	}
	return of(made("a.mkv", []string{"-i", srt, "-c:s", "srt"}), same)(t, "")
}

// The format whitelist already keeps playlists out. Should one slip into an allowed format
// one day, the protocol whitelist must hold on its own, also for what a playlist names.
func TestProtocolWhitelist_HoldsForWhatAPlaylistNames(t *testing.T) {
	t.Parallel()
	tools := find(t)
	tools.Limits = hostileLimits()
	for _, c := range []struct {
		name      string
		protocols string
		reached   bool
	}{{"ours", protocols, false}, {"with http, so that this test can fail", protocols + ",http,tcp", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			listener, touched := watchedListener(t)
			path := filepath.Join(t.TempDir(), "a.m3u8")
			outer := filepath.Join(filepath.Dir(path), "outer.m3u8")
			if err := os.WriteFile(path, []byte(hlsHead+"http://"+listener+"/a.ts\n#EXT-X-ENDLIST\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(outer, []byte("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			args := describeArgs(outer, false, tools.Limits)
			for i, a := range args {
				switch a {
				case formats:
					args[i] = "hls,mpegts"
				case protocols:
					args[i] = c.protocols
				}
			}
			err := tools.run(t.Context(), command{program: tools.FFprobe, args: args, dir: t.TempDir(), timeout: time.Minute})
			if err == nil {
				t.Error("the playlist was read")
			}
			if (touched() > 0) != c.reached {
				t.Errorf("%d connections, want any: %v; %v", touched(), c.reached, err)
			}
		})
	}
}
