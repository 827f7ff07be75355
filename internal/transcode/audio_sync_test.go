package transcode

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// Sound and pictures stay together for browsers, which go by the times in the segments and by
// no edit list that begins with a hole; and nothing waits for a stream that begins late.
func TestTranscode_KeepsPicturesAndSoundTogether(t *testing.T) {
	t.Parallel()
	tools := find(t)
	pictures, passed := picture("160x90", 3, 25), []string{"-fps_mode", "passthrough"}
	bFrames, other := []string{"-c:v", "libx264", "-pix_fmt", "yuv420p"}, []string{"-c:v", "mpeg4"}
	for name, c := range map[string]struct {
		args   []string
		file   string
		copied bool
		late   float64 // by how many seconds the sound begins after the pictures
		begin  float64 // when both are there at the latest
	}{
		"copied with B-frames":         {args: join(pictures, tone("mono", 3), bFrames, aac), copied: true, begin: 0.15},
		"copied, sound a little late":  {args: join(pictures, []string{"-itsoffset", "0.1"}, tone("mono", 2), bFrames, aac), copied: true, late: 0.1, begin: 0.2},
		"copied, pictures late":        {args: join([]string{"-itsoffset", "0.5"}, pictures, tone("mono", 3), bFrames, aac, passed), copied: true, late: -0.5, begin: 0.65},
		"late sound":                   {args: join(pictures, []string{"-itsoffset", "0.7"}, tone("mono", 2), bFrames, aac), late: 0.7, begin: 0.15},
		"late sound in Matroska":       {file: "a.mkv", args: join(pictures, []string{"-itsoffset", "0.7"}, tone("mono", 2), x264, aac), late: 0.7, begin: 0.15},
		"late sound, pictures encoded": {args: join(pictures, []string{"-itsoffset", "0.7"}, tone("mono", 2), other, aac), late: 0.7, begin: 0.15},
		"late sound, both encoded":     {file: "a.mkv", args: join(pictures, []string{"-itsoffset", "0.7"}, tone("mono", 2), other, []string{"-c:a", "mp2"}), late: 0.7, begin: 0.15},
		"pictures late, both encoded":  {file: "a.ts", args: join([]string{"-itsoffset", "0.7"}, pictures, tone("mono", 3), []string{"-c:v", "mpeg2video", "-c:a", "mp2"}, passed), begin: 0.15},
		"pictures very late":           {args: join([]string{"-itsoffset", "1.7"}, pictures, tone("mono", 5), bFrames, aac, passed), begin: 0.15},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.file == "" {
				c.file = "a.mp4"
			}
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
			media := filepath.Join(dir, "hls", "90p.mp4")
			begins := browserTimes(t, media)
			heard := begins["soun"] + silence(t, media)
			if late := heard - begins["vide"]; math.Abs(late-c.late) > 0.045 { // a picture
				t.Errorf("sound is heard %.3f s after the pictures begin, want %.3f: %v", late, c.late, begins)
			}
			if begins["soun"] > c.begin || begins["vide"] > c.begin {
				t.Errorf("begin at %v, want %.3f at the latest", begins, c.begin)
			}
		})
	}
}

// silence is how many seconds pass from the first sample to the first that is heard.
func silence(t *testing.T, path string) float64 {
	t.Helper()
	samples := output(t, "ffmpeg", "-v", "error", "-ignore_editlist", "1", "-i", path, "-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "s16le", "-")
	for i := 0; i+1 < len(samples); i += 2 {
		if int16(binary.LittleEndian.Uint16(samples[i:])) > 1000 {
			return float64(i/2) / 48000
		}
	}
	t.Error("nothing is heard")
	return 0
}

// browserTimes is when each track, by its handler, begins for Media Source Extensions: at the
// decoding time of its first fragment, moved by the composition offset of the first sample and
// by a first edit that is no hole.
func browserTimes(t *testing.T, path string) map[string]float64 {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	type track struct {
		kind  string
		scale float64
		edit  float64
	}
	number := func(b []byte) float64 { return float64(binary.BigEndian.Uint32(b)) }
	tracks, begins := map[uint32]*track{}, map[string]float64{}
	var at *track
	var decoding float64
	var walk func(b []byte)
	walk = func(b []byte) {
		for len(b) >= 8 {
			size := int(binary.BigEndian.Uint32(b))
			if size < 8 || size > len(b) {
				t.Fatalf("a box of %d bytes in %d", size, len(b))
			}
			box := b[8:size]
			switch string(b[4:8]) {
			case "trak":
				at = &track{}
				walk(box)
			case "moov", "edts", "mdia", "moof", "traf":
				walk(box)
			case "tkhd":
				tracks[binary.BigEndian.Uint32(box[12+8*int(box[0]):])] = at
			case "mdhd":
				at.scale = number(box[12+8*int(box[0]):])
			case "hdlr":
				at.kind = string(box[8:12])
			case "elst":
				if edit := int32(binary.BigEndian.Uint32(box[12:])); edit > 0 {
					at.edit = float64(edit)
				}
			case "tfhd":
				at = tracks[binary.BigEndian.Uint32(box[4:])]
			case "tfdt":
				decoding = number(box[4+4*int(box[0]):])
			case "trun":
				if _, later := begins[at.kind]; later {
					break
				}
				flags, first := binary.BigEndian.Uint32(box), 8
				for _, bit := range []uint32{1, 4, 0x100, 0x200, 0x400} { // what stands before the offset
					if flags&bit != 0 {
						first += 4
					}
				}
				if flags&0x800 != 0 {
					decoding += float64(int32(binary.BigEndian.Uint32(box[first:])))
				}
				begins[at.kind] = (decoding - at.edit) / at.scale
			}
			b = b[size:]
		}
	}
	walk(content)
	return begins
}
