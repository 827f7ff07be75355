package transcode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// transcoded is what becomes of a recording, in its folder.
func transcoded(t *testing.T, tools Tools, path string) (Probe, Output, string) {
	t.Helper()
	dir := t.TempDir()
	p, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tools.Transcode(t.Context(), path, p, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p, out, dir
}

// grays are the brightnesses of parts of the first picture of a file, row by row.
func grays(t *testing.T, path string, columns, rows int) []byte {
	t.Helper()
	return output(t, "ffmpeg", "-v", "error", "-i", path, "-frames:v", "1", "-vf", fmt.Sprintf("scale=%d:%d:flags=area,format=gray", columns, rows), "-f", "rawvideo", "-")
}

func TestTranscode_PlaysHDRWhateverItsTags(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, params := range map[string]string{
		"PQ alone": "transfer=smpte2084", "HLG alone": "transfer=arib-std-b67",
		"PQ without a matrix": "transfer=smpte2084:colorprim=bt2020", "PQ without primaries": "transfer=smpte2084:colormatrix=bt2020nc",
		"HLG without a matrix": "transfer=arib-std-b67:colorprim=bt2020", "HLG without primaries": "transfer=arib-std-b67:colormatrix=bt2020nc",
		"PQ with others' primaries": "transfer=smpte2084:colorprim=bt709:colormatrix=bt709", "PQ of constant luminance": "transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020c",
		"PQ in full range": "transfer=smpte2084:range=full", "PQ with all tags": "transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := film(t, "a.mp4", join(picture("160x90", 0.4, 10), []string{"-vf", "format=yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", params + ":log-level=none"})...)
			p, _, dir := transcoded(t, tools, path)
			if !p.Video.HDR {
				t.Errorf("is not taken for HDR: %+v", p.Video)
			}
			if gray := grays(t, filepath.Join(dir, "mp4/90p.mp4"), 1, 1); len(gray) != 1 || gray[0] < 25 || gray[0] > 230 {
				t.Errorf("has brightness %v", gray)
			}
		})
	}
}

// without is an ffmpeg that fails with a message where it is asked for a word.
func without(t *testing.T, tools Tools, word, message string) Tools {
	t.Helper()
	tools.FFmpeg = scripted(t, fmt.Sprintf("case \"$*\" in *%s*) echo \"%s\" >&2; exit 1;; esac\nexec %s \"$@\"\n", word, message, tools.FFmpeg))
	return tools
}

func TestTranscode_PlaysHDRWithoutToneMappingWhereThatFails(t *testing.T) {
	t.Parallel()
	tools := find(t)
	path := film(t, "a.mp4", join(picture("160x90", 0.4, 10), []string{"-vf", "format=yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "transfer=smpte2084:log-level=none"})...)
	for _, message := range []string{"Error while filtering: Generic error in an external library", "[AVFilterGraph @ 0x5] No such filter: 'zscale'"} {
		transcoded(t, without(t, tools, "zscale", message), path)
	}
}

func TestTranscode_CallsNoFileDamagedForAFilter(t *testing.T) {
	t.Parallel()
	tools := without(t, find(t), "videograph", "none")
	path := film(t, "a.mkv", join(picture("160x90", 0.4, 10), []string{"-c:v", "mpeg4"})...)
	p, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{
		"Error while filtering: Generic error in an external library\nError while processing the decoded data for stream #0:0\nConversion failed!",
		"Error reinitializing filters!\nFailed to inject frame into filter network: Function not implemented\nConversion failed!",
		"Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe incorrect parameters",
	} {
		failing := without(t, tools, "filter_complex", said)
		_, err = failing.Transcode(t.Context(), path, p, t.TempDir(), nil)
		if err == nil || !permanent(err) || strings.Contains(err.Error(), "it is damaged") || !strings.HasPrefix(err.Error(), "Lectern cannot convert this file") {
			t.Errorf("%q is judged %v", said, err)
		}
	}
}

// gaps keep the first and the last second of each five.
var gaps = []string{"-vf", "select='not(between(mod(t,5),1,4))'", "-fps_mode", "vfr"}

func TestTranscode_EndsWithTheLastFrameOfAVariableRate(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, c := range map[string]struct {
		source, file string
		coded        []string
		copied       bool
	}{
		"B-frames":       {"testsrc", "a.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-g", "50"}, true},
		"other pictures": {"testsrc2", "a.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-g", "50"}, true},
		"QuickTime":      {"smptebars", "a.mov", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-g", "50"}, true},
		"Matroska":       {"testsrc", "a.mkv", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-g", "50"}, true},
		"Flash":          {"testsrc", "a.flv", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "veryfast", "-g", "50"}, true},
		"no B-frames":    {"testsrc", "a.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-g", "50"}, true},
		"encoded":        {"testsrc", "a.mkv", []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := film(t, c.file, join([]string{"-f", "lavfi", "-i", c.source + "=d=20:rate=30:size=160x90"}, tone("mono", 20), gaps, c.coded, aac)...)
			p, out, dir := transcoded(t, tools, path)
			if math.Abs(out.Duration-20) > 0.07 || out.Copied != c.copied {
				t.Errorf("plays %.3f s, want 20.0; copied %v (%s), want %v", out.Duration, out.Copied, p.Reason, c.copied)
			}
			text, err := os.ReadFile(filepath.Join(dir, "hls/90p.m3u8"))
			if err != nil {
				t.Fatal(err)
			}
			checkSegments(t, string(text), filepath.Join(dir, "hls/90p.mp4"))
		})
	}
}

// checkSegments holds the lengths of segments to the times of their keyframes.
func checkSegments(t *testing.T, text, path string) {
	t.Helper()
	times := map[float64]bool{}
	said := output(t, "ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags", "-of", "csv=print_section=0", path)
	for line := range strings.Lines(string(said)) {
		if at, flags, _ := strings.Cut(line, ","); strings.HasPrefix(flags, "K") {
			times[math.Round(seconds(at)*100)] = true
		}
	}
	var begins, longest float64
	for line := range strings.Lines(text) {
		if tag, value, _ := strings.Cut(strings.TrimSpace(line), ":"); tag == "#EXTINF" {
			if at := math.Round(begins * 100); at > 0 && !times[at] && !times[at+1] && !times[at-1] {
				t.Errorf("a segment begins at %.3f s, where there is no keyframe", begins)
			}
			length := seconds(strings.TrimSuffix(value, ","))
			begins, longest = begins+length, max(longest, length)
		}
	}
	_, target, _ := strings.Cut(text, "#EXT-X-TARGETDURATION:")
	if target, _, _ = strings.Cut(target, "\n"); seconds(target) < longest {
		t.Errorf("the target duration is %s s, the longest segment lasts %.3f", target, longest)
	}
}

// The lengths that a file notes for its tracks may be wrong: this one's pictures claim to end 3 s
// before its sound, or to go on for 3 s.
func TestTranscode_TrustsFramesNotTheLengthOfATrack(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for _, claimed := range []uint32{3, 9} {
		content, err := os.ReadFile(film(t, "a.mov", join(picture("160x90", 6, 25), tone("mono", 6), x264, aac, []string{"-video_track_timescale", "25", "-use_editlist", "0"})...))
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(content, []byte("mdhd"))
		if lasts := binary.BigEndian.Uint32(content[at+20:]); at < 0 || lasts < 150 || lasts > 152 {
			t.Fatalf("the pictures last %d/25 s", lasts)
		}
		binary.BigEndian.PutUint32(content[at+20:], claimed*25)
		path := filepath.Join(t.TempDir(), "a.mov")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		p, out, _ := transcoded(t, tools, path)
		if !out.Copied || math.Abs(out.Duration-6) > 0.07 {
			t.Errorf("claims %d s: copied %v (%s), plays %.2f s, want 6", claimed, out.Copied, p.Reason, out.Duration)
		}
	}
}

// withMatrix has a film of which one corner is white, the next gray, shown by a matrix of its
// track (ISO/IEC 14496-12, 8.3.2).
func withMatrix(t *testing.T, codec []string, matrix [9]int32) string {
	t.Helper()
	content, err := os.ReadFile(film(t, "a.mp4", join([]string{
		"-f", "lavfi", "-i", "color=black:size=160x90:rate=10:d=1,drawbox=0:0:80:45:white:fill,drawbox=80:0:80:45:gray:fill", "-pix_fmt", "yuv420p",
	}, codec)...))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(content, []byte("tkhd")) + 44
	for i, value := range matrix {
		binary.BigEndian.PutUint32(content[at+4*i:], uint32(value))
	}
	path := filepath.Join(t.TempDir(), "a.mp4")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTranscode_ShowsPicturesUprightWhateverTheMatrix(t *testing.T) {
	t.Parallel()
	tools := find(t)
	const one, w, h, whole = 1 << 16, 160 << 16, 90 << 16, 1 << 30
	h264, hevc := []string{"-c:v", "libx264", "-preset", "ultrafast"}, []string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"}
	for name, c := range map[string]struct {
		matrix [9]int32
		shown  string // white, gray and black of the corners, row by row
		width  int
		copied bool
		codec  []string
	}{
		"none":                   {[9]int32{one, 0, 0, 0, one, 0, 0, 0, whole}, "wgbb", 160, true, h264},
		"moved":                  {[9]int32{one, 0, 0, 0, one, 0, w, h, whole}, "wgbb", 160, true, h264},
		"upside down":            {[9]int32{one, 0, 0, 0, -one, 0, 0, h, whole}, "bbwg", 160, false, h264},
		"upside down in HEVC":    {[9]int32{one, 0, 0, 0, -one, 0, 0, h, whole}, "bbwg", 160, false, hevc},
		"from behind":            {[9]int32{-one, 0, 0, 0, one, 0, w, 0, whole}, "gwbb", 160, false, h264},
		"from behind in HEVC":    {[9]int32{-one, 0, 0, 0, one, 0, w, 0, whole}, "gwbb", 160, false, hevc},
		"half a turn":            {[9]int32{-one, 0, 0, 0, -one, 0, w, h, whole}, "bbgw", 160, false, h264},
		"a quarter":              {[9]int32{0, one, 0, -one, 0, 0, h, 0, whole}, "bwbg", 90, false, h264},
		"a quarter, from behind": {[9]int32{0, one, 0, one, 0, 0, 0, 0, whole}, "wbgb", 90, false, h264},
		"three, from behind":     {[9]int32{0, -one, 0, -one, 0, 0, h, w, whole}, "bgbw", 90, false, h264},
		"twice as large":         {[9]int32{2 * one, 0, 0, 0, 2 * one, 0, 0, 0, whole}, "wgbb", 160, true, h264},
		"twice as wide":          {[9]int32{2 * one, 0, 0, 0, one, 0, 0, 0, whole}, "wgbb", 320, false, h264},
		"wide and upside down":   {[9]int32{2 * one, 0, 0, 0, -one, 0, 0, h, whole}, "bbwg", 320, false, h264},
		"nothing":                {[9]int32{}, "wgbb", 160, true, h264},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, out, dir := transcoded(t, tools, withMatrix(t, c.codec, c.matrix))
			if out.Copied != c.copied || p.Video.Width != c.width {
				t.Errorf("copied %v (%s), %d wide; want %v, %d", out.Copied, p.Reason, p.Video.Width, c.copied, c.width)
			}
			for _, f := range out.Files {
				if f.Kind != KindMedia && f.Kind != KindThumbnail {
					continue
				}
				var shown strings.Builder
				for _, gray := range grays(t, filepath.Join(dir, f.Path), 2, 2) {
					shown.WriteByte("bgw"[min(2, int(gray)*3/256)])
				}
				if shown.String() != c.shown {
					t.Errorf("the %s shows %s, want %s", f.Kind, &shown, c.shown)
				}
			}
		})
	}
}

func TestTranscode_FitsLargePicturesIntoWhatDecodersTake(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for _, c := range []struct{ width, height int }{{400, 6000}, {6000, 400}, {402, 4100}, {4098, 66}, {2400, 5000}, {5000, 2500}, {64, 8000}} {
		t.Run(fmt.Sprintf("%d×%d", c.width, c.height), func(t *testing.T) {
			t.Parallel()
			path := film(t, "a.mp4", "-f", "lavfi", "-i", fmt.Sprintf("color=gray:size=%dx%d:rate=2:duration=0.5", c.width, c.height), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
			_, out, _ := transcoded(t, tools, path)
			if out.Copied {
				t.Error("is copied")
			}
			for _, f := range out.Files {
				if f.Kind != KindMedia {
					continue
				}
				if f.Width > 4096 || f.Height > 4096 {
					t.Errorf("made %d×%d", f.Width, f.Height)
				}
				// Even sides may be one pixel off.
				if off := math.Abs(float64(f.Width)*float64(c.height)/float64(c.width) - float64(f.Height)); off > math.Max(1, float64(c.height)/float64(c.width))*1.01 {
					t.Errorf("made %d×%d, whose sides are not as %d to %d", f.Width, f.Height, c.width, c.height)
				}
			}
		})
	}
}

// Everything begins at 0, for browsers and for what reads edit lists.
func TestTranscode_BeginsWithTheFirstFrame(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for _, rate := range []int{10, 15, 24, 25, 30, 50, 60} {
		for name, coded := range map[string][]string{
			"encoded": {"-c:v", "mpeg4", "-c:a", "mp2"}, "copied": {"-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac"},
		} {
			t.Run(fmt.Sprintf("%s at %d", name, rate), func(t *testing.T) {
				t.Parallel()
				path := film(t, "a.mp4", join(picture("160x90", 1, rate), tone("mono", 1), coded)...)
				_, out, dir := transcoded(t, tools, path)
				if out.Copied != (name == "copied") {
					t.Errorf("copied %v", out.Copied)
				}
				frame := 1 / float64(rate)
				begins := browserTimes(t, filepath.Join(dir, "hls/90p.mp4"))
				if begins["vide"] > frame || begins["soun"] > frame || begins["vide"] < 0 || begins["soun"] < 0 {
					t.Errorf("in browsers it begins at %v, want within %.3f s", begins, frame)
				}
				said := ask(t, filepath.Join(dir, masterPath))
				for _, s := range said.Streams {
					if at := instant(s.Start); at > frame || at < -0.001 {
						t.Errorf("ffmpeg has %s begin at %.3f s, want within %.3f", s.Type, at, frame)
					}
				}
				if math.Abs(out.Duration-1) > frame {
					t.Errorf("plays %.3f s, want 1", out.Duration)
				}
			})
		}
	}
}

func TestThumbnail_IsNotBlackWhereTheFirstMinuteIsNot(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, c := range map[string]struct {
		source  string
		atLeast byte
	}{
		"light between black keyframes": {"color=white:size=160x90:rate=10:d=20,drawbox=c=black:t=fill:enable='lt(mod(n,50),3)'", 100},
		"light late in the minute":      {"color=black:size=160x90:rate=10:d=62,drawbox=c=white:t=fill:enable='between(n,511,518)'", 100},
		"little light":                  {"color=black:size=160x90:rate=10:d=10,drawbox=x=70:y=40:w=8:h=8:c=white:t=fill:enable='gt(mod(n,50),3)'", 18},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := film(t, "a.mp4", "-f", "lavfi", "-i", c.source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-keyint_min", "50", "-sc_threshold", "0")
			_, _, dir := transcoded(t, tools, path)
			brightest := byte(0)
			for _, gray := range grays(t, filepath.Join(dir, thumbnailPath), 20, 10) {
				brightest = max(brightest, gray)
			}
			if brightest < c.atLeast {
				t.Errorf("its brightest part has brightness %d, want %d", brightest, c.atLeast)
			}
		})
	}
}

func FuzzFragments(f *testing.F) {
	cmd := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=size=16x16:rate=5:d=0.4", "-c:v", "libx264", "-movflags", "+frag_keyframe+empty_moov", "-f", "mp4", "-")
	content, err := cmd.Output()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(content)
	f.Fuzz(func(_ *testing.T, content []byte) {
		m, err := readMedia(bytes.NewReader(content), int64(len(content)))
		if err == nil {
			_ = retime("#EXTINF:1,\n#EXT-X-BYTERANGE:10@0\n#EXTINF:1,\n#EXT-X-BYTERANGE:10@10\n", m)
		}
		_ = stillPicture(bytes.NewReader(content), int64(len(content)))
	})
}
