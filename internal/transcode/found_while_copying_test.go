package transcode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// A recording whose keyframes are too far apart, from its beginning or only later on, is
// copied in vain, and then encoded, unless it is too long for that.
func TestTranscode_EncodesWhatOnlyCopyingShows(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, keyframes := range map[string]string{"from the beginning": "eq(n,0)", "later": "lt(t,25)*gte(t,n_forced*2)"} {
		path := film(t, "film.mp4", join(picture("160x90", 60, 5), []string{
			"-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "9999", "-sc_threshold", "0", "-force_key_frames", "expr:" + keyframes,
		})...)
		p, err := tools.Probe(t.Context(), path)
		if err != nil || !p.Playable {
			t.Fatalf("%s: playable %v (%s), %v", name, p.Playable, p.Reason, err)
		}
		tools.Limits.Encoding = 59
		if _, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil); !errors.Is(err, ErrLong) {
			t.Errorf("%s, longer than may be encoded: %v", name, err)
		}
		tools.Limits.Encoding = 61
		out, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil)
		if err != nil || out.Copied || out.Duration < 59 {
			t.Errorf("%s: copied %v, %g s, %v", name, out.Copied, out.Duration, err)
		}
	}
}

// Pictures that play are held to their keyframes also where only the sound is encoded.
func TestTranscode_EncodesRareKeyframesWhateverTheSound(t *testing.T) {
	t.Parallel()
	tools := find(t)
	for name, keyframes := range map[string]string{"from the beginning": "eq(n,0)", "later": "lt(t,25)*gte(t,n_forced*2)"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := film(t, "film.mkv", join(picture("160x90", 62, 5), tone("mono", 62), x264, []string{
				"-g", "9999", "-sc_threshold", "0", "-force_key_frames", "expr:" + keyframes, "-c:a", "libopus",
			})...)
			p, err := tools.Probe(t.Context(), path)
			if err != nil || p.Playable || !p.Video.Plays {
				t.Fatalf("playable %v (%s), %v", p.Playable, p.Reason, err)
			}
			dir := t.TempDir()
			if _, err := tools.Transcode(t.Context(), path, p, dir, nil); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(dir, "hls", "90p.m3u8"))
			if err != nil {
				t.Fatal(err)
			}
			if list, err := readPlaylist(string(text)); err != nil || list.longest > longestGOP {
				t.Errorf("a segment of %.0f s, %v", list.longest, err)
			}
		})
	}
}

// What an editor only marked as cut off is not shown: such a film is encoded, and one whose
// pictures are just not in their order is not.
func TestTranscode_HidesWhatWasTrimmed(t *testing.T) {
	t.Parallel()
	tools := find(t)
	source := film(t, "a.mp4", "-f", "lavfi", "-i", "color=black:size=160x90:rate=25:duration=3.3", "-f", "lavfi", "-i", "color=white:size=160x90:rate=25:duration=3",
		"-f", "lavfi", "-i", "sine=duration=6.3:sample_rate=48000", "-filter_complex", "[0][1]concat", "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "250", "-sc_threshold", "0", "-c:a", "aac")
	trimmed := film(t, "trimmed.mp4", "-ss", "3.4", "-i", source, "-c", "copy")
	for path, copied := range map[string]bool{source: true, trimmed: false} {
		p, err := tools.Probe(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		out, err := tools.Transcode(t.Context(), path, p, dir, nil)
		if err != nil || out.Copied != copied {
			t.Errorf("copied %v, want %v; %v", out.Copied, copied, err)
		}
		if copied {
			continue
		}
		media := filepath.Join(dir, "hls", "90p.mp4")
		first := output(t, "ffmpeg", "-v", "error", "-ignore_editlist", "1", "-i", media, "-frames:v", "1", "-vf", "scale=1:1,format=gray", "-f", "rawvideo", "-")
		if begins := browserTimes(t, media); len(first) != 1 || first[0] < 200 || math.Abs(begins["soun"]-begins["vide"]) > 0.045 || math.Abs(out.Duration-2.9) > 0.1 {
			t.Errorf("the first picture has brightness %v, plays %.2f s, begins at %v", first, out.Duration, begins)
		}
	}
}

// Two recordings that were joined say no true length. It is found out, and no more is encoded
// than may be, whatever was found out.
func TestTranscode_EncodesNoMoreThanItMay(t *testing.T) {
	t.Parallel()
	tools := find(t)
	one := join(picture("160x90", 4, 25), tone("mono", 4), []string{"-c:v", "mpeg2video", "-c:a", "mp2"})
	content, err := os.ReadFile(film(t, "a.ts", one...))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "joined.ts")
	if err := os.WriteFile(path, bytes.Repeat(content, 3), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := tools.Probe(t.Context(), path)
	if err != nil || math.Abs(p.Duration-12) > 0.5 {
		t.Fatalf("lasts %.2f s, want 12; %v", p.Duration, err)
	}
	p.Duration = 4 // as it says itself
	tools.Limits.Encoding = 6
	if _, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil); !errors.Is(err, ErrLong) {
		t.Errorf("encodes more than it may: %v", err)
	}
	tools.Limits.Encoding = 13
	if out, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil); err != nil || math.Abs(out.Duration-12) > 0.5 {
		t.Errorf("plays %.2f s, want 12; %v", out.Duration, err)
	}
}

func TestStages_GoOnWhenAFileLastsLongerThanItSays(t *testing.T) {
	t.Parallel()
	var told []float64
	s := stages{duration: 100, tell: func(percent float64, _ string) { told = append(told, percent) }}
	step := s.step(0, 90, "encoding")
	for _, seconds := range []float64{50, 90, 100, 200, 1000, 10_000} {
		step(seconds)
	}
	for i, percent := range told[1:] {
		if percent <= told[i] || percent >= 90 {
			t.Errorf("told %v", told)
		}
	}
	if told[1] != 45 {
		t.Errorf("half of it is %v %%, want 45", told[1])
	}
}

// The end that was cut off is not shown either, which only copying shows of a longer film.
func TestTranscode_HidesTheEndThatWasTrimmed(t *testing.T) {
	t.Parallel()
	tools := find(t)
	path := film(t, "a.mp4", join(picture("160x90", 70, 5), tone("mono", 70), x264, aac, []string{"-g", "50"})...)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; ; at += 4 { // each edit of one stream, as an editor writes it
		next := bytes.Index(content[at:], []byte("elst"))
		if next < 0 {
			break
		}
		at += next
		binary.BigEndian.PutUint32(content[at+12:], 63_000)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := tools.Probe(t.Context(), path)
	if err != nil || !p.Playable {
		t.Fatalf("playable %v (%s), %v", p.Playable, p.Reason, err)
	}
	out, err := tools.Transcode(t.Context(), path, p, t.TempDir(), nil)
	if err != nil || out.Copied || math.Abs(out.Duration-63) > 0.3 {
		t.Errorf("copied %v, plays %.2f s, %v", out.Copied, out.Duration, err)
	}
}
