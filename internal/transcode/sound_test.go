package transcode

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// beep is an input with a tone of its own frequency, by which it is recognized in a mix.
func beep(hertz int, layout string, rate int, seconds float64) []string {
	return []string{"-f", "lavfi", "-i", fmt.Sprintf("sine=frequency=%d:sample_rate=%d:duration=%g,aformat=channel_layouts=%s", hertz, rate, seconds, layout)}
}

func quiet(layout string, seconds float64) []string {
	return []string{"-f", "lavfi", "-i", fmt.Sprintf("anullsrc=r=48000:cl=%s:d=%g", layout, seconds)}
}

// heard says which of the frequencies are in a sound.
func heard(t *testing.T, path string, hertz ...int) []int {
	t.Helper()
	const rate = 8000
	samples := output(t, "ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-ac", "1", "-ar", fmt.Sprint(rate), "-f", "s16le", "-")
	var found []int
	for _, f := range hertz {
		// Goertzel's algorithm: the strength of one frequency.
		turn := 2 * math.Cos(2*math.Pi*float64(f)/rate)
		var last, before float64
		n := len(samples) / 2
		for i := range n {
			sample := float64(int16(uint16(samples[2*i])|uint16(samples[2*i+1])<<8)) / 32768
			last, before = sample+turn*last-before, last
		}
		if strength := math.Sqrt(max(0, last*last+before*before-turn*last*before)) / float64(n); strength > 0.005 {
			found = append(found, f)
		}
	}
	return found
}

func TestTranscode_ChoosesAndMixesTracksOfSound(t *testing.T) {
	t.Parallel()
	tools := find(t)
	pictures := picture("160x90", 2, 10)
	low, high, deep, peep := beep(500, "mono", 48000, 2), beep(1500, "mono", 48000, 2), beep(250, "mono", 44100, 2), beep(2500, "mono", 32000, 2)
	wide, other := beep(500, "stereo", 48000, 2), beep(1500, "stereo", 48000, 2)
	three := []string{"-map", "0", "-map", "1", "-map", "2"}
	pcm := []string{"-c:a", "pcm_s16le"}
	for name, c := range map[string]struct {
		file     string
		args     []string
		hears    []int
		channels int
		copied   bool // the pictures are sound as they are, too
	}{
		"silent first, both mono":               {"a.mov", join(pictures, quiet("mono", 2), high, three, x264, pcm), []int{1500}, 1, false},
		"two microphones":                       {"a.mov", join(pictures, low, high, three, x264, pcm), []int{500, 1500}, 1, false},
		"two microphones in AAC":                {"a.mp4", join(pictures, low, high, three, x264, aac), []int{500, 1500}, 1, false},
		"two microphones, pictures coded again": {"a.mkv", join(pictures, low, high, three, []string{"-c:v", "mpeg4", "-c:a", "flac"}), []int{500, 1500}, 1, false},
		"two microphones of one language":       {"a.mov", join(pictures, low, high, three, x264, pcm, []string{"-metadata:s:a", "language=eng"}), []int{500, 1500}, 1, false},
		"four microphones of other rates":       {"a.mkv", join(pictures, low, high, deep, peep, three, []string{"-map", "3", "-map", "4"}, x264, []string{"-c:a", "flac"}), []int{250, 500, 1500, 2500}, 1, false},
		"sound alone, two microphones":          {"a.mka", join(low, high, []string{"-map", "0", "-map", "1", "-c:a", "flac"}), []int{500, 1500}, 1, false},
		"one ends early":                        {"a.mov", join(pictures, beep(500, "mono", 48000, 1), high, three, x264, pcm), []int{500, 1500}, 1, false},
		"two languages":                         {"a.mkv", join(pictures, low, high, three, x264, aac, []string{"-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra"}), []int{500}, 1, true},
		"second language is the default":        {"a.mkv", join(pictures, low, high, three, x264, aac, []string{"-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra", "-disposition:a:0", "0", "-disposition:a:1", "default"}), []int{1500}, 1, true},
		"two stereo tracks":                     {"a.mkv", join(pictures, wide, other, three, x264, aac), []int{500}, 2, true},
		"silent stereo first":                   {"a.mkv", join(pictures, quiet("stereo", 2), other, three, x264, aac), []int{1500}, 2, false},
		"silent mono, then stereo":              {"a.mkv", join(pictures, quiet("mono", 2), other, three, x264, aac), []int{1500}, 2, false},
		"second stereo is the default":          {"a.mkv", join(pictures, wide, other, three, x264, aac, []string{"-disposition:a:0", "0", "-disposition:a:1", "default"}), []int{1500}, 2, true},
		"commentary second":                     {"a.mkv", join(pictures, low, high, three, x264, aac, []string{"-disposition:a:1", "comment"}), []int{500}, 1, true},
		"commentary first":                      {"a.mkv", join(pictures, low, high, three, x264, aac, []string{"-disposition:a:0", "comment", "-disposition:a:1", "0"}), []int{1500}, 1, true},
		"for the blind":                         {"a.mkv", join(pictures, low, high, three, x264, aac, []string{"-disposition:a:1", "visual_impaired+descriptions"}), []int{500}, 1, true},
		"all silent":                            {"a.mkv", join(pictures, quiet("stereo", 2), quiet("stereo", 2), three, x264, aac), nil, 2, true},
		"empty first":                           {"a.mov", join(pictures, []string{"-f", "lavfi", "-i", "anullsrc=d=0.001,atrim=end_sample=0"}, high, three, x264, pcm), []int{1500}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, dir := made(c.file, c.args)(t), t.TempDir()
			p, err := tools.Probe(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			out, err := tools.Transcode(t.Context(), path, p, dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			if out.Copied != c.copied {
				t.Errorf("copied %v (%s), want %v", out.Copied, p.Reason, c.copied)
			}
			if math.Abs(out.Duration-2) > 0.15 {
				t.Errorf("plays %.2f s, want 2", out.Duration)
			}
			for _, f := range out.Files {
				if f.Kind != KindMedia {
					continue
				}
				media := filepath.Join(dir, f.Path)
				if got := heard(t, media, 250, 500, 1500, 2500); !slices.Equal(got, c.hears) {
					t.Errorf("%s: hears %v, want %v", f.Definition, got, c.hears)
				}
				for _, s := range ask(t, media).Streams {
					if s.Type == "audio" && s.Channels != c.channels {
						t.Errorf("%s has %d channels, want %d", f.Definition, s.Channels, c.channels)
					}
				}
			}
		})
	}
}

// Recordings that were joined to one file, as internet radio and voice recorders do, play as
// long as all of them together, also where they are of the same length or change their sound.
func TestTranscode_JoinedSoundsPlayAsLongAsTheirSum(t *testing.T) {
	t.Parallel()
	tools := find(t)
	opus, vorbis, flac := []string{"-c:a", "libopus"}, []string{"-c:a", "libvorbis"}, []string{"-c:a", "flac", "-f", "ogg"}
	for name, c := range map[string]struct {
		file  string
		parts [][]string
		sum   float64
		slack float64
	}{
		"Opus":                   {"a.ogg", [][]string{join(tone("mono", 3), opus), join(tone("mono", 2), opus)}, 5, 0.1},
		"Opus of one length":     {"a.ogg", [][]string{join(tone("mono", 7), opus), join(tone("mono", 7), opus)}, 14, 0.1},
		"Opus three times":       {"a.opus", [][]string{join(tone("mono", 2.5), opus), join(tone("mono", 2.5), opus), join(tone("mono", 2.5), opus)}, 7.5, 0.1},
		"Opus, then stereo":      {"a.ogg", [][]string{join(tone("mono", 3), opus), join(tone("stereo", 3), opus)}, 6, 0.1},
		"long Opus":              {"a.ogg", [][]string{join(tone("mono", 15), opus), join(tone("mono", 12), opus)}, 27, 0.1},
		"Vorbis":                 {"a.ogg", [][]string{join(tone("mono", 4), vorbis), join(tone("mono", 7), vorbis)}, 11, 0.1},
		"Vorbis, then at a rate": {"a.ogg", [][]string{join(tone("mono", 4), vorbis), join(beep(440, "mono", 44100, 4), vorbis)}, 8, 0.1},
		"FLAC":                   {"a.ogg", [][]string{join(tone("mono", 7), flac), join(tone("mono", 4), flac)}, 11, 0.1},
		"MP3":                    {"a.mp3", [][]string{join(tone("mono", 3), []string{"-c:a", "libmp3lame"}), join(tone("mono", 3), []string{"-c:a", "libmp3lame"})}, 6, 0.15},
		"AAC":                    {"a.aac", [][]string{join(tone("mono", 3), aac), join(tone("mono", 4), aac)}, 7, 0.1},
		"AAC, then stereo":       {"a.aac", [][]string{join(tone("mono", 3), aac), join(beep(440, "stereo", 44100, 3), aac)}, 6, 0.15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all []byte
			for _, args := range c.parts {
				content, err := os.ReadFile(film(t, c.file, args...))
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, content...)
			}
			path, dir := filepath.Join(t.TempDir(), c.file), t.TempDir()
			if err := os.WriteFile(path, all, 0o600); err != nil {
				t.Fatal(err)
			}
			p, err := tools.Probe(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			out, err := tools.Transcode(t.Context(), path, p, dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			samples := output(t, "ffmpeg", "-v", "error", "-i", filepath.Join(dir, "hls/audio.m3u8"), "-ac", "1", "-ar", "8000", "-f", "s16le", "-")
			if lasts := float64(len(samples)) / 16000; math.Abs(lasts-c.sum) > c.slack || math.Abs(out.Duration-c.sum) > c.slack {
				t.Errorf("says it plays %.2f s, and plays %.2f s, want %.2f", out.Duration, lasts, c.sum)
			}
		})
	}
}

// Broadcasts change between stereo and surround sound in the middle.
func TestTranscode_KeepsSoundThatChangesItsChannels(t *testing.T) {
	t.Parallel()
	tools := find(t)
	var all []byte
	for i, layout := range []string{"stereo", "5.1"} {
		part := film(t, "a.ts", join(picture("160x90", 4, 25), tone(layout, 4), []string{
			"-c:v", "mpeg2video", "-c:a", "ac3", "-output_ts_offset", fmt.Sprint(4 * i),
		})...)
		content, err := os.ReadFile(part)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	path, dir := filepath.Join(t.TempDir(), "a.ts"), t.TempDir()
	if err := os.WriteFile(path, all, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := tools.Probe(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tools.Transcode(t.Context(), path, p, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	samples := output(t, "ffmpeg", "-v", "error", "-i", filepath.Join(dir, "hls/90p.m3u8"), "-map", "0:a", "-ac", "1", "-ar", "8000", "-f", "s16le", "-")
	if lasts := float64(len(samples)) / 16000; math.Abs(lasts-8) > 0.2 || math.Abs(out.Duration-8) > 0.2 {
		t.Errorf("says it plays %.2f s, and its sound lasts %.2f s, want 8", out.Duration, lasts)
	}
}

func TestStreamSet_ReadsLinesInAnyPieces(t *testing.T) {
	t.Parallel()
	for _, each := range []int{1, 2, 3, 100} {
		var found streamSet
		for piece := range slices.Chunk([]byte(strings.Repeat("1\n12,\nN/A\n3\r\n", 5)), each) {
			if n, err := found.Write(bytes.Clone(piece)); n != len(piece) || err != nil {
				t.Fatal(n, err)
			}
		}
		if len(found.seen) != 3 || !found.seen[1] || !found.seen[12] || !found.seen[3] {
			t.Errorf("in pieces of %d: %v", each, found.seen)
		}
	}
}
