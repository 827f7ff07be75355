package transcode

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/films"
)

// find fails the test with what to install where a program is missing.
func find(t *testing.T) Tools {
	t.Helper()
	tools, err := Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tools.Limits.Threads = 2
	return tools
}

// film has ffmpeg make a recording from its arguments, which end before the file's name.
func film(t *testing.T, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("ffmpeg", append(append([]string{"-nostdin", "-v", "error", "-y"}, args...), path)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("make %s: %v: %s", name, err, out)
	}
	return path
}

// picture and tone are inputs for film.
func picture(size string, seconds float64, rate int) []string {
	return []string{"-f", "lavfi", "-i", "testsrc2=size=" + size + ":rate=" + strconv.Itoa(rate) + ":duration=" + strconv.FormatFloat(seconds, 'f', -1, 64)}
}

func tone(layout string, seconds float64) []string {
	return []string{"-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=" + strconv.FormatFloat(seconds, 'f', -1, 64) + ",aformat=channel_layouts=" + layout}
}

func join(parts ...[]string) []string {
	var all []string
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// expect is what must become of a recording.
type expect struct {
	path        func(t *testing.T) string
	playable    bool
	original    bool
	definitions string // of the downloads, in order
	width       int    // of the highest rendition
	height      int
	channels    int     // 0 for silent
	duration    float64 // seconds
	slack       float64 // by how much the duration may differ; 0.15 if it is not said
	cover       bool
	even        bool   // the sound, too, lasts so long
	encoded     bool   // though it was said to be playable: only copying shows why not
	damaged     bool   // decoders may complain of what is in the file
	mimeType    string // of the file; where it is not said, by the ending of its name
}

func mp4ff(name string) func(*testing.T) string {
	return func(t *testing.T) string { t.Helper(); return films.MP4FF(t, name) }
}

func tagged(name string) func(*testing.T) string {
	return func(t *testing.T) string { t.Helper(); return films.Tag(t, name) }
}

func made(name string, parts ...[]string) func(*testing.T) string {
	return func(t *testing.T) string { t.Helper(); return film(t, name, join(parts...)...) }
}

var (
	x264 = []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}
	aac  = []string{"-c:a", "aac"}
	late = join(picture("160x90", 2, 25), tone("mono", 9), []string{"-filter_complex", "[0]setpts=PTS+7/TB[v]", "-map", "[v]", "-map", "1", "-fps_mode", "passthrough"})
)

var typesByEnding = map[string]string{
	".mp4": "video/mp4", ".m4a": "audio/mp4", ".mov": "video/quicktime", ".mkv": "video/x-matroska", ".webm": "video/webm",
	".mpg": "video/mpeg", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".ogg": "audio/ogg", ".wav": "audio/wav",
	".flv": "video/x-flv", ".avi": "video/x-msvideo", ".ts": "video/mp2t",
}

var recordings = map[string]expect{
	"film of H.264 and AAC, anamorphic (4:3 pixels)": {path: mp4ff("mp4/testdata/bbb_prog_10s.mp4"), definitions: "240p", width: 428, height: 240, channels: 2, duration: 10},
	"film of H.264 and AAC":                          {path: mp4ff("mp4/testdata/prog_8s.mp4"), playable: true, original: true, definitions: "360p", width: 640, height: 360, channels: 2, duration: 8},
	"captions inside (EIA-608)":                      {path: mp4ff("examples/multitrack/testdata/main_1.mp4"), playable: true, original: true, definitions: "234p", width: 416, height: 234, duration: 6, slack: 6},
	"length that lies":                               {path: mp4ff("examples/resegmenter/testdata/outV300.mp4"), playable: true, original: true, definitions: "360p", width: 640, height: 360, duration: 8, slack: 3},
	"Opus in MP4":                                    {path: mp4ff("mp4/testdata/opus.mp4"), mimeType: "audio/mp4", definitions: "audio", channels: 2, duration: 2, slack: 2},
	"M4A with tags":                                  {path: tagged("testdata/with_tags/sample.m4a"), definitions: "audio", channels: 2, duration: 3, slack: 3, playable: true, original: true},
	"FLAC":                                           {path: tagged("testdata/with_tags/sample.flac"), definitions: "audio", channels: 1, duration: 3, slack: 3},
	"OGG":                                            {path: tagged("testdata/without_tags/sample.ogg"), definitions: "audio", channels: 2, duration: 3, slack: 3},
	"MP3 with a cover": {path: func(t *testing.T) string {
		t.Helper()
		cover := film(t, "cover.png", "-f", "lavfi", "-i", "testsrc2=size=900x900", "-frames:v", "1")
		return film(t, "song.mp3", join(tone("stereo", 3), []string{"-i", cover, "-map", "0", "-map", "1", "-c:a", "libmp3lame", "-c:v", "copy", "-disposition:v", "attached_pic", "-id3v2_version", "3"})...)
	}, definitions: "audio", channels: 2, duration: 3, cover: true},
	"WAV": {path: made("a.wav", tone("mono", 3)), definitions: "audio", channels: 1, duration: 3},
	"1080p HEVC with 5.1": {
		path:        made("a.mp4", picture("1920x1080", 2, 30), tone("5.1", 2), []string{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1"}, aac),
		definitions: "360p 720p 1080p", width: 1920, height: 1080, channels: 2, duration: 2,
	},
	"HDR of a phone": {
		path:        made("a.mov", picture("1280x720", 2, 30), []string{"-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc", "-tag:v", "hvc1"}),
		definitions: "360p 720p", width: 1280, height: 720, duration: 2,
	},
	"VP9 WebM without a length": {path: func(t *testing.T) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "browser.webm")
		cmd := exec.Command("ffmpeg", join([]string{"-nostdin", "-v", "error"}, picture("640x480", 3, 25), tone("mono", 3),
			[]string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus", "-f", "webm", "-live", "1", "pipe:1"})...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, out, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}, definitions: "360p 480p", width: 640, height: 480, channels: 1, duration: 3},
	"MPEG-2, interlaced and anamorphic": {
		path:        made("a.mpg", picture("720x576", 2, 25), tone("stereo", 2), []string{"-vf", "setsar=64/45,setfield=tff", "-c:v", "mpeg2video", "-flags", "+ilme+ildct", "-b:v", "3M", "-c:a", "mp2"}),
		definitions: "360p 576p", width: 1024, height: 576, channels: 2, duration: 2,
	},
	"ProRes": {
		path:        made("a.mov", picture("640x360", 2, 24), tone("stereo", 2), []string{"-c:v", "prores_ks", "-profile:v", "0", "-c:a", "pcm_s16le"}),
		definitions: "360p", width: 640, height: 360, channels: 2, duration: 2,
	},
	"DNxHD": {
		path:        made("a.mxf", picture("1280x720", 1, 25), []string{"-c:v", "dnxhd", "-b:v", "60M", "-pix_fmt", "yuv422p"}),
		definitions: "360p 720p", width: 1280, height: 720, duration: 1,
	},
	"variable frame rate": {
		path:        made("a.mkv", picture("320x240", 4, 30), tone("mono", 4), []string{"-vf", "select='not(mod(n,7))+lt(t,1)'", "-fps_mode", "vfr", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis", "-ac", "2"}),
		mimeType:    "video/webm", // all but its name
		definitions: "240p", width: 320, height: 240, channels: 2, duration: 4,
	},
	"phone held upright": {path: func(t *testing.T) string {
		t.Helper()
		flat := film(t, "flat.mp4", join(picture("640x360", 2, 30), tone("mono", 2), x264, aac)...)
		return film(t, "turned.mp4", "-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate=90")
	}, definitions: "360p", width: 360, height: 640, channels: 1, duration: 2},
	"silent video":                  {path: made("a.mp4", picture("320x180", 3, 30), x264), playable: true, original: true, definitions: "180p", width: 320, height: 180, duration: 3},
	"odd size":                      {path: made("a.mkv", picture("640x360", 2, 30), []string{"-vf", "scale=321:181,format=yuv444p", "-c:v", "libx264", "-pix_fmt", "yuv444p", "-preset", "ultrafast"}), definitions: "182p", width: 322, height: 182, duration: 2},
	"wrong extension":               {mimeType: "video/mp4", path: made("a.avi", picture("320x180", 2, 30), tone("stereo", 2), x264, aac, []string{"-f", "mp4"}), playable: true, original: true, definitions: "180p", width: 320, height: 180, channels: 2, duration: 2},
	"Matroska of a screen recorder": {path: made("a.mkv", picture("320x180", 2, 30), tone("stereo", 2), x264, aac), playable: true, definitions: "180p", width: 320, height: 180, channels: 2, duration: 2},
	"pictures play, sound does not": {path: made("a.mp4", picture("320x180", 2, 30), tone("stereo", 2), x264, []string{"-c:a", "libmp3lame"}), definitions: "180p", width: 320, height: 180, channels: 2, duration: 2},
	"subtitles, second sound, attachment": {path: func(t *testing.T) string {
		t.Helper()
		srt := filepath.Join(t.TempDir(), "a.srt")
		if err := os.WriteFile(srt, []byte("1\n00:00:00,000 --> 00:00:01,000\nHello\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return film(t, "a.mkv", join(picture("320x180", 2, 30), tone("mono", 2), tone("stereo", 2), []string{"-i", srt, "-map", "0", "-map", "1", "-map", "2", "-map", "3", "-disposition:a:1", "default", "-disposition:a:0", "0", "-attach", srt, "-metadata:s:t", "mimetype=text/plain"}, x264, aac)...)
	}, playable: true, definitions: "180p", width: 320, height: 180, channels: 2, duration: 2},
	"camera turned off early, in MP4":        {path: made("a.mp4", picture("160x90", 2, 25), tone("mono", 6), x264, aac), definitions: "90p", width: 160, height: 90, channels: 1, duration: 6},
	"camera turned off early, in Matroska":   {path: made("a.mkv", picture("160x90", 2, 25), tone("mono", 6), x264, aac), definitions: "90p", width: 160, height: 90, channels: 1, duration: 6},
	"camera turned off early, in FLV":        {path: made("a.flv", picture("160x90", 2, 25), tone("mono", 6), x264, aac), playable: true, encoded: true, definitions: "90p", width: 160, height: 90, channels: 1, duration: 6},
	"camera turned off early, in AVI":        {path: made("a.avi", picture("160x90", 2, 25), tone("mono", 6), []string{"-c:v", "mpeg4", "-c:a", "mp2"}), definitions: "90p", width: 160, height: 90, channels: 1, duration: 6},
	"camera turned off early, in WebM":       {path: made("a.webm", picture("160x90", 2, 25), tone("mono", 6), []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"}), definitions: "90p", width: 160, height: 90, channels: 1, duration: 6},
	"microphone turned off early, in MP4":    {path: made("a.mp4", picture("160x90", 6, 25), tone("mono", 2), x264, aac), definitions: "90p", width: 160, height: 90, channels: 1, duration: 6, even: true},
	"microphone turned off early, in FLV":    {path: made("a.flv", picture("160x90", 6, 25), tone("mono", 2), x264, aac), playable: true, encoded: true, definitions: "90p", width: 160, height: 90, channels: 1, duration: 6, even: true},
	"microphone turned off early, in MPEG-2": {path: made("a.ts", picture("160x90", 6, 25), tone("mono", 2), []string{"-c:v", "mpeg2video", "-c:a", "mp2"}), definitions: "90p", width: 160, height: 90, channels: 1, duration: 6, even: true},
	"one still picture for a podcast": {
		path:        made("a.mkv", picture("160x90", 0.04, 25), tone("mono", 6), []string{"-c:v", "mjpeg"}, aac),
		definitions: "90p", width: 160, height: 90, channels: 1, duration: 6,
	},
	"one keyframe for a podcast":          {path: made("a.mp4", picture("160x90", 0.04, 25), tone("mono", 6), x264, aac), definitions: "90p", width: 160, height: 90, channels: 1, duration: 6},
	"pictures after 7 s, in WebM":         {path: made("a.webm", late, []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"}), definitions: "90p", width: 160, height: 90, channels: 1, duration: 9},
	"pictures after 7 s, in MPEG-2":       {path: made("a.ts", late, []string{"-c:v", "mpeg2video", "-c:a", "mp2"}), definitions: "90p", width: 160, height: 90, channels: 1, duration: 9},
	"pictures after 7 s, in Matroska":     {path: made("a.mkv", late, []string{"-c:v", "mpeg4", "-c:a", "mp2"}), definitions: "90p", width: 160, height: 90, channels: 1, duration: 9},
	"Matroska that begins in the evening": {path: made("a.mkv", picture("160x90", 2, 25), tone("mono", 2), x264, aac, []string{"-output_ts_offset", "50000"}), playable: true, definitions: "90p", width: 160, height: 90, channels: 1, duration: 2},
	"cut in the middle": {path: func(t *testing.T) string {
		t.Helper()
		return cut(t, made("a.mp4", picture("320x180", 4, 30), tone("stereo", 4), x264, aac, []string{"-movflags", "+faststart"})(t), 0.5)
	}, playable: true, original: true, definitions: "180p", width: 320, height: 180, channels: 2, duration: 2, slack: 1.5, damaged: true},
}

// cut gives a copy with the first part of a file.
func cut(t *testing.T, path string, share float64) string {
	t.Helper()
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	short := filepath.Join(t.TempDir(), "cut"+filepath.Ext(path))
	if err := os.WriteFile(short, all[:int(float64(len(all))*share)], 0o600); err != nil {
		t.Fatal(err)
	}
	return short
}

func TestTranscode_MakesOfEveryRecordingWhatPlays(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, want := range recordings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, dir := want.path(t), t.TempDir()
			p, err := tools.Probe(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if p.Playable != want.playable || p.Original != want.original || (p.Cover != nil) != want.cover {
				t.Errorf("playable %v (%s), original %v, cover %v; want %v, %v, %v", p.Playable, p.Reason, p.Original, p.Cover != nil, want.playable, want.original, want.cover)
			}
			if of := cmp.Or(want.mimeType, typesByEnding[filepath.Ext(path)]); p.MIMEType != of {
				t.Errorf("it is %q, want %q", p.MIMEType, of)
			}
			var last float64
			out, err := tools.Transcode(t.Context(), path, p, dir, func(percent float64, stage string) {
				if percent < last || percent > 100 || stage == "" {
					t.Errorf("%v%% of %q after %v%%", percent, stage, last)
				}
				last = percent
			})
			if err != nil {
				t.Fatal(err)
			}
			if last != 100 {
				t.Errorf("ended at %v%%", last)
			}
			check(t, want, p, out, path, dir)
		})
	}
}

// check looks at everything that was made, with ffprobe and by decoding it.
func check(t *testing.T, want expect, p Probe, out Output, original, dir string) {
	t.Helper()
	slack := want.slack
	if slack == 0 {
		slack = 0.15
	}
	if math.Abs(out.Duration-want.duration) > slack {
		t.Errorf("plays %.2f s, want %.2f", out.Duration, want.duration)
	}
	if copied := want.playable && !want.encoded; out.Copied != copied {
		t.Errorf("copied %v, want %v", out.Copied, copied)
	}
	kinds := map[Kind]int{}
	var definitions []string
	var highest File
	for _, f := range out.Files {
		kinds[f.Kind]++
		if f.Size <= 0 || f.MIMEType == "" {
			t.Errorf("%+v has no size or type", f)
		}
		if f.Kind != KindDownload {
			continue
		}
		definitions, highest = append(definitions, f.Definition), f
		file := original
		if f.Path != "" {
			file = filepath.Join(dir, f.Path)
		}
		checkStreams(t, want, file, f)
	}
	if got := strings.Join(definitions, " "); got != want.definitions {
		t.Errorf("made %s, want %s", got, want.definitions)
	}
	if highest.Width != want.width || highest.Height != want.height {
		t.Errorf("highest is %d×%d, want %d×%d", highest.Width, highest.Height, want.width, want.height)
	}
	if want := len(definitions); kinds[KindMaster] != 1 || kinds[KindPlaylist] != want || kinds[KindMedia] != want || kinds[KindThumbnail] != 1 {
		t.Errorf("made %v", kinds)
	}
	if (kinds[KindWaveform] == 1) != (want.width == 0) {
		t.Errorf("made %d waveforms", kinds[KindWaveform])
	}
	checkHLS(t, want, out, dir)
	checkThumbnail(t, p, out, dir)
}

func checkThumbnail(t *testing.T, p Probe, out Output, dir string) {
	t.Helper()
	for _, f := range out.Files {
		if f.Kind != KindThumbnail {
			continue
		}
		if drawn := p.Video == nil && p.Cover == nil; drawn != (f.Definition == drawnDefinition) {
			t.Errorf("the thumbnail is %q, and drawn of the sound: %v", f.Definition, drawn)
		}
		if f.Width > 640 || f.Width < 2 {
			t.Errorf("thumbnail is %d wide", f.Width)
		}
		if p.Video != nil && math.Abs(float64(f.Width)/float64(f.Height)-float64(p.Video.Width)/float64(p.Video.Height)) > 0.05 {
			t.Errorf("thumbnail is %d×%d for a video of %d×%d", f.Width, f.Height, p.Video.Width, p.Video.Height)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, thumbnailPath)); err != nil {
		t.Error(err)
	}
}

// look asks ffprobe about one of our outputs.
func ask(t *testing.T, path string, args ...string) described {
	t.Helper()
	var said described
	if err := json.Unmarshal(output(t, "ffprobe", append(append([]string{"-v", "error", "-of", "json", "-show_streams", "-show_format"}, args...), path)...), &said); err != nil {
		t.Fatal(err)
	}
	return said
}

func output(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, args...)
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s", program, args, err, &said)
	}
	return out
}

func checkStreams(t *testing.T, want expect, path string, f File) {
	t.Helper()
	said := ask(t, path)
	var video, sound int
	for _, s := range said.Streams {
		switch {
		case s.Disposition.AttachedPic == 1:
		case s.Type == "video":
			video++
			if s.Codec != "h264" || s.PixelFormat != "yuv420p" || s.Width != f.Width || s.Height != f.Height || !newVideo(&s).Square {
				t.Errorf("%s: video is %s %s %d×%d %s, want h264 yuv420p %d×%d", f.Definition, s.Codec, s.PixelFormat, s.Width, s.Height, s.Aspect, f.Width, f.Height)
			}
		case s.Type == "audio":
			sound++
			if lasts := seconds(s.Duration); want.even && math.Abs(lasts-want.duration) > 0.15 {
				t.Errorf("%s: sound lasts %.2f s, want %.2f", f.Definition, lasts, want.duration)
			}
			if s.Codec != "aac" || s.Channels != want.channels {
				t.Errorf("%s: audio is %s of %d channels, want aac of %d", f.Definition, s.Codec, s.Channels, want.channels)
			}
		}
	}
	if (video == 1) != (want.width > 0) || (sound == 1) != (want.channels > 0) {
		t.Errorf("%s has %d video and %d audio streams", f.Definition, video, sound)
	}
}

// checkHLS holds the playlists to their media: the byte ranges cover the file without a
// gap, all variants begin their segments at the same times, and everything decodes.
func checkHLS(t *testing.T, want expect, out Output, dir string) {
	t.Helper()
	var firstTimes []string
	for _, f := range out.Files {
		if f.Kind != KindPlaylist {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		media, err := os.Stat(filepath.Join(dir, strings.TrimSuffix(f.Path, "m3u8")+"mp4"))
		if err != nil {
			t.Fatal(err)
		}
		if end := covered(t, string(text)); end != media.Size() {
			t.Errorf("%s: its byte ranges end at %d of %d", f.Path, end, media.Size())
		}
		if f.Width > 0 {
			times := keyframes(t, filepath.Join(dir, f.Path))
			if firstTimes == nil {
				firstTimes = times
			}
			if strings.Join(times, " ") != strings.Join(firstTimes, " ") || len(times) == 0 {
				t.Errorf("%s has keyframes at %v, the first variant at %v", f.Path, times, firstTimes)
			}
		}
		cmd := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-i", filepath.Join(dir, f.Path), "-f", "null", "-")
		if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 && !want.damaged {
			t.Errorf("%s does not decode: %v: %s", f.Path, err, said)
		}
	}
	master, err := os.ReadFile(filepath.Join(dir, masterPath))
	if err != nil {
		t.Fatal(err)
	}
	streams := strings.Count(string(master), "#EXT-X-STREAM-INF:BANDWIDTH=")
	if streams != len(strings.Fields(want.definitions)) || (want.width > 0) != strings.Contains(string(master), "avc1.") || (want.channels > 0) != strings.Contains(string(master), "mp4a.40.") {
		t.Errorf("master playlist:\n%s", master)
	}
}

// covered adds the byte ranges up and fails where one does not begin at the end of the last.
func covered(t *testing.T, text string) int64 {
	t.Helper()
	var end int64
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		_, span, isMap := strings.Cut(line, `BYTERANGE="`)
		if !isMap {
			var isRange bool
			if span, isRange = strings.CutPrefix(line, "#EXT-X-BYTERANGE:"); !isRange {
				continue
			}
		}
		size, from, _ := strings.Cut(strings.TrimSuffix(span, `"`), "@")
		if integer(from) != end {
			t.Errorf("%s begins at %s, want %d", line, from, end)
		}
		end += integer(size)
	}
	return end
}

func keyframes(t *testing.T, path string) []string {
	t.Helper()
	var times []string
	out := output(t, "ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time,flags", "-of", "csv=print_section=0", path)
	for line := range strings.Lines(string(out)) {
		if at, flags, _ := strings.Cut(line, ","); strings.HasPrefix(flags, "K") {
			times = append(times, at)
		}
	}
	return times
}
