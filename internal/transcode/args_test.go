package transcode

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLadder_IsNoHigherThanTheOriginal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width, height int
		want          string
	}{
		{1920, 1080, "640x360 1280x720 1920x1080"},
		{3840, 2160, "640x360 1280x720 1920x1080"},
		{1080, 1920, "360x640 720x1280 1080x1920"},
		{1280, 720, "640x360 1280x720"},
		{1920, 800, "864x360 1728x720"},
		{640, 480, "480x360 640x480"},
		{720, 400, "648x360"},
		{320, 240, "320x240"},
		{321, 181, "322x182"},
		{2, 2, "2x2"},
		{20, 20000, "4x4096"},
	} {
		var got []string
		for _, r := range ladder(c.width, c.height) {
			got = append(got, fmt.Sprintf("%dx%d", r.Width, r.Height))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%d×%d: %s, want %s", c.width, c.height, text, c.want)
		}
	}
}

func TestInputs_AlwaysHaveTheirBounds(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.Threads = 3
	p := Probe{Video: &Video{Width: 640, Height: 360, rate: "25"}, Audio: &Audio{Index: 1, Channels: 6}, Cover: &Cover{Index: 2}}
	steps := ladder(640, 360)
	for name, args := range map[string][]string{
		"describe": describeArgs("/in put", true, limits), "keyframes": keyframeArgs("/in put", p, limits),
		"measure": measureArgs("/in put", p, limits), "make": makeArgs("/in put", p, steps, true, limits),
		"repackage": repackageArgs("/in put", p, steps[0], true, limits), "cover": coverArgs("/in put", p, limits),
		"thumbnail": thumbnailArgs("/in put", p, looks(10)[0], limits), "sprite": spriteArgs("/in put", p, newSheet(*p.Video, 10), limits),
	} {
		at := slices.Index(args, "-i")
		want := []string{
			"-protocol_whitelist", "file,pipe", "-format_whitelist", formats, "-max_streams", "80",
			"-max_pixels", "35651584", "-threads", "3", "-i", "file:/in put",
		}
		if at < 10 || !slices.Equal(args[at-10:at+2], want) {
			t.Errorf("%s: %q lacks a bound", name, args)
		}
		if !strings.HasPrefix(name, "d") && name != "keyframes" && args[0] != "-nostdin" {
			t.Errorf("%s may ask on standard input", name)
		}
	}
	for _, never := range []string{"concat", "hls", "dash", "image2", "lavfi", "sdp", "rtsp", "ffmetadata", "srt", "webvtt", "tedcaptions", "gif"} {
		if slices.Contains(strings.Split(formats, ","), never) {
			t.Errorf("%s may be an input", never)
		}
	}
}

func TestMakeArgs_DecodeOnceAndEncodeEachRendition(t *testing.T) {
	t.Parallel()
	limits := DefaultLimits()
	limits.Threads = 2
	p := Probe{Video: &Video{Width: 1280, Height: 720, rate: "25", Interlaced: true}, Audio: &Audio{Index: 1, Channels: 6, SampleRate: 44100}}
	got := strings.Join(makeArgs("/in", p, ladder(1280, 720), false, limits), " ")
	_, got, _ = strings.Cut(got, "-i file:/in ")
	const video = "-c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate %d -bufsize %d -force_key_frames expr:gte(t,n_forced*2) -sc_threshold 0 -forced-idr 1 -threads 2 "
	const sound = "-map 0:1 -map_metadata -1 -map_chapters -1 -sn -dn "
	const coded = "-c:a aac -b:a 128k -ac 2 -ar 44100 -af aresample=async=1 -t 43260 -movflags +faststart -f mp4 "
	want := "-filter_complex [0:0]bwdif=mode=send_frame:deint=interlaced,fps=25:start_time=0,split=2[s0][s1];[s0]scale=640:360:flags=bicubic,setsar=1,format=yuv420p[v0];[s1]scale=1280:720:flags=bicubic,setsar=1,format=yuv420p[v1] " +
		"-map [v0] " + fmt.Sprintf(video, 900000, 1800000) + sound + coded + "mp4/360p.mp4 " +
		"-map [v1] " + fmt.Sprintf(video, 2800000, 5600000) + sound + coded + "mp4/720p.mp4"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadPackets_CountsKeyframesAndWhatIsNotShown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]packets{
		"0.0,K__\n1.0,__\n2.0,K__\n7.5,K__\n8.0,___\n": {gap: 5.5},
		"0.0,K__\n30.0,___\n":                          {gap: 30},
		"":                                             {},
		"N/A,K__\n":                                    {},
		"1.5,K__\n1.2,___\n2.0,K__\n":                  {first: 1.2, gap: 0.5},
		"-0.04,KD_\n0.0,___\n0.04,___\n":               {gap: 0.04 - -0.04},
		"-1.2,KD_\n0.0,___\n0.04,___\n":                {gap: 1.24, trimmed: true},
		"0.0,K__\n" + strings.Repeat("0.1,_D_\n", 9):   {gap: 0.1, trimmed: true},
	} {
		if got := readPackets(text, 0); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestRate_IsConstantAndSane(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ average, base, want string }{
		{"30000/1001", "30000/1001", "30000/1001"},
		{"25/1", "25/1", "25/1"},
		{"240/1", "240/1", "60"},
		{"7/1", "1000/1", "30"},
		{"48/1", "90000/1", "50"},
		{"29/1", "60/1", "30"},
		{"0/0", "90000/1", "60"},
		{"0/0", "0/0", "30"},
	} {
		v := newVideo(&stream{AvgFrameRate: c.average, RFrameRate: c.base})
		if v.rate != c.want {
			t.Errorf("%s of %s: %s, want %s", c.average, c.base, v.rate, c.want)
		}
	}
}

func TestWaveform_KeepsTheOutlineOfASoundOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, samples := range []int{0, 1, 1000, 8000 * 60, 8000 * 3600} {
		w := newWaveform()
		chunk := make([]byte, 0, 4097)
		for i := range samples {
			level := int16(100)
			if i > samples/2 {
				level = -20000
			}
			chunk = binary.LittleEndian.AppendUint16(chunk, uint16(level))
			if len(chunk) > 4000 {
				odd := len(chunk) - 1 - i%2 // pipes cut samples in two
				_, _ = w.Write(chunk[:odd])
				chunk = append(chunk[:0], chunk[odd:]...)
			}
		}
		_, _ = w.Write(chunk)
		if len(w.peaks) > peaksKept {
			t.Errorf("%d samples: %d peaks are kept", samples, len(w.peaks))
		}
		if drawn := w.columns(100); samples >= 8000*60 && (drawn[10] > 0.1 || math.Abs(drawn[90]-math.Sqrt(20000.0/32768)) > 0.01) {
			t.Errorf("%d samples: drawn %v and %v", samples, drawn[10], drawn[90])
		}
	}
}

func TestSprite_ShowsTheRecordingAtItsTimes(t *testing.T) {
	t.Parallel()
	tools := find(t)
	// Ten seconds of black, then ten of white.
	path := made("a.mp4", []string{
		"-f", "lavfi", "-i", "color=black:size=320x180:rate=10:duration=10", "-f", "lavfi", "-i", "color=white:size=320x180:rate=10:duration=10",
		"-filter_complex", "[0][1]concat", "-g", "10", "-keyint_min", "10",
	}, x264)(t)
	dir := t.TempDir()
	p, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	files, err := tools.Sprite(t.Context(), path, p, 20, dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 2 || files[0].Width != 1600 || files[0].Height != 90 {
		t.Errorf("made %+v", files)
	}
	vtt, err := os.ReadFile(filepath.Join(dir, cuesPath))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(vtt), "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nsprite.jpg#xywh=0,0,160,90\n") || strings.Count(string(vtt), "-->") != 10 {
		t.Errorf("cues:\n%s", vtt)
	}
	grey := output(t, "ffmpeg", "-v", "error", "-i", filepath.Join(dir, spritePath), "-vf", "scale=10:1,format=gray", "-f", "rawvideo", "-")
	for i, level := range grey {
		if white := i >= 5; white != (level > 128) {
			t.Errorf("picture %d has brightness %d", i, level)
		}
	}
	// A telling frame is not the black beginning.
	if err := tools.thumbnail(t.Context(), path, p, dir); err != nil {
		t.Fatal(err)
	}
	one := output(t, "ffmpeg", "-v", "error", "-i", filepath.Join(dir, thumbnailPath), "-vf", "scale=1:1,format=gray", "-f", "rawvideo", "-")
	if len(one) != 1 || one[0] < 200 {
		t.Errorf("the thumbnail has brightness %v", one)
	}
}

// The pictures of a recording are of the stream that plays, which need not be the first.
func TestPictures_AreOfTheStreamThatPlays(t *testing.T) {
	t.Parallel()
	tools := find(t)
	path := made("a.mkv", []string{
		"-f", "lavfi", "-i", "color=black:size=160x90:rate=10:duration=3", "-f", "lavfi", "-i", "color=white:size=160x90:rate=10:duration=3",
		"-map", "0", "-map", "1", "-disposition:v:0", "0", "-disposition:v:1", "default",
	}, x264)(t)
	p, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := tools.Transcode(t.Context(), path, p, dir, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := tools.Sprite(t.Context(), path, p, 3, dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{thumbnailPath, spritePath} {
		one := output(t, "ffmpeg", "-v", "error", "-i", filepath.Join(dir, name), "-vf", "scale=1:1,format=gray", "-f", "rawvideo", "-")
		if len(one) != 1 || one[0] < 200 {
			t.Errorf("%s has brightness %v, want that of the second stream", name, one)
		}
	}
}

// A recording need not have more keyframes than its first.
func TestSprite_OfARecordingWithOneKeyframe(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, seconds := range map[string]int{"short": 8, "long": 150} {
		size := fmt.Sprintf("size=160x90:rate=10:duration=%d", seconds/2)
		path := made("a.mp4", []string{
			"-f", "lavfi", "-i", "color=black:" + size, "-f", "lavfi", "-i", "color=white:" + size,
			"-filter_complex", "[0][1]concat", "-g", "9999", "-sc_threshold", "0",
		}, x264)(t)
		p, err := tools.Probe(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		files, err := tools.Sprite(t.Context(), path, p, float64(seconds), dir)
		if err != nil || len(files) != 2 {
			t.Fatalf("%s: made %+v, %v", name, files, err)
		}
		if name != "short" {
			continue
		}
		grey := output(t, "ffmpeg", "-v", "error", "-i", filepath.Join(dir, spritePath), "-vf", "scale=4:1,format=gray", "-f", "rawvideo", "-")
		if len(grey) != 4 || grey[0] > 64 || grey[3] < 192 {
			t.Errorf("the pictures have brightness %v", grey)
		}
	}
}

func FuzzParseProgress(f *testing.F) {
	f.Add([]byte("frame=1\nout_time_us=500000\nprogress=continue\nout_time_us=N/A\nout_time_us=1500000\n"))
	f.Add([]byte("out_time_us=-9223372036854775808\nout_time_us=1e9\nout_time_us=\n"))
	f.Fuzz(func(t *testing.T, said []byte) {
		last := -1.0
		parseProgress(bytes.NewReader(said), func(s float64) {
			if s <= last {
				t.Errorf("%v after %v", s, last)
			}
			last = s
		})
	})
}

func FuzzBoxes(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x10moov\x00\x00\x00\x08trak"))
	f.Add([]byte("\x00\x00\x00\x01moov\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(_ *testing.T, content []byte) {
		w := boxWalk{from: bytes.NewReader(content), left: 1000}
		_, _ = w.encrypted(0, int64(len(content)), 0)
		_ = beginsLike(content)
		_, _ = readPlaylist(string(content))
		_ = readPackets(string(content), 0)
	})
}
