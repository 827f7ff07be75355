package transcode

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// playlist is what our own media playlist says about its media file.
type playlist struct {
	seconds float64 // of all segments
	longest float64 // of one segment, in seconds
	peak    int64   // bits per second of the segment with the most
	bytes   int64   // of all segments and the initialization section
}

// readPlaylist reads what ffmpeg wrote with hlsArgs.
func readPlaylist(text string) (playlist, error) {
	var p playlist
	var length float64
	for line := range strings.Lines(text) {
		tag, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch tag {
		case "#EXT-X-MAP":
			_, span, _ := strings.Cut(value, `BYTERANGE="`)
			size, _, _ := strings.Cut(span, "@")
			p.bytes += integer(size)
		case "#EXTINF":
			length = seconds(strings.TrimSuffix(value, ","))
			p.seconds += length
			p.longest = max(p.longest, length)
		case "#EXT-X-BYTERANGE":
			size, _, _ := strings.Cut(value, "@")
			p.bytes += integer(size)
			// The shortest last segment says nothing about the rate.
			if length >= 0.5 || p.peak == 0 {
				p.peak = max(p.peak, int64(float64(integer(size)*8)/max(length, 0.1)))
			}
		}
	}
	if p.seconds == 0 || p.bytes == 0 {
		return p, errors.New("the playlist has no segments")
	}
	return p, nil
}

// retime has the segments of a playlist begin and end when those of its media do.
func retime(text string, m *media) string {
	var begins []float64 // of the segments
	for line := range strings.Lines(text) {
		tag, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if tag != "#EXT-X-BYTERANGE" {
			continue
		}
		size, from, _ := strings.Cut(value, "@")
		begins = append(begins, m.beginOf(integer(from), integer(from)+integer(size)))
	}
	all := m.all()
	if len(begins) > 0 {
		begins[0] = all.begins
	}
	begins = append(begins, all.ends)
	longest := 1.0
	lengths := make([]float64, len(begins)-1)
	for i := range lengths {
		begins[i+1] = max(begins[i+1], begins[i]+0.001)
		lengths[i] = begins[i+1] - begins[i]
		longest = max(longest, lengths[i])
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		switch tag, _, _ := strings.Cut(line, ":"); {
		case tag == "#EXTINF" && len(lengths) > 0:
			line = fmt.Sprintf("#EXTINF:%.6f,\n", lengths[0])
			lengths = lengths[1:]
		case tag == "#EXT-X-TARGETDURATION":
			line = fmt.Sprintf("#EXT-X-TARGETDURATION:%.0f\n", math.Ceil(longest))
		}
		b.WriteString(line)
	}
	return b.String()
}

// beginOf says when the segment begins that lies between two places of the file: its pictures,
// or its sound where it has none.
func (m *media) beginOf(from, to int64) float64 {
	var pictures, sound lasting
	for _, f := range m.fragments {
		if f.at >= from && f.at < to {
			pictures, sound = pictures.with(f.pictures), sound.with(f.sound)
		}
	}
	if pictures.empty() {
		return sound.begins
	}
	return pictures.begins
}

// variant is a line of the master playlist.
type variant struct {
	rendition Rendition
	list      playlist
	codecs    []string
	fps       float64

	pictures, sound lasting
}

// master writes the master playlist (RFC 8216, 4.3.4): the variants, lowest first, each
// with the bandwidth that its segments really have.
func master(variants []variant) string {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n")
	for _, v := range variants {
		average := int64(float64(v.list.bytes*8) / v.list.seconds)
		fmt.Fprintf(&b, "#EXT-X-STREAM-INF:BANDWIDTH=%d,AVERAGE-BANDWIDTH=%d", max(v.list.peak, average), average)
		if v.rendition.Width > 0 {
			fmt.Fprintf(&b, ",RESOLUTION=%dx%d", v.rendition.Width, v.rendition.Height)
		}
		if v.fps > 0 {
			fmt.Fprintf(&b, ",FRAME-RATE=%.3f", v.fps)
		}
		fmt.Fprintf(&b, ",CODECS=\"%s\"\n%s\n", strings.Join(v.codecs, ","), filepath.Base(playlistPath(v.rendition)))
	}
	return b.String()
}

// codecs names a rendition's codecs as players want them (RFC 6381).
func codecs(dir string, p Probe, r Rendition) ([]string, error) {
	var names []string
	if p.Video != nil {
		name, err := avcName(filepath.Join(dir, filepath.FromSlash(mediaPath(r))))
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	if p.Audio != nil {
		if p.Audio.Plays && p.Audio.Profile == "HE-AAC" {
			names = append(names, "mp4a.40.5")
		} else {
			names = append(names, "mp4a.40.2")
		}
	}
	return names, nil
}

// avcName reads profile, constraints and level from the avcC box (ISO/IEC 14496-15, 5.3.3)
// in the first kilobytes of a fragmented MP4 that we wrote.
func avcName(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read the codec: %w", err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 1<<16))
	if err != nil {
		return "", fmt.Errorf("read the codec: %w", err)
	}
	at := bytes.Index(head, []byte("avcC"))
	if at < 0 || len(head) < at+8 {
		return "", errors.New("read the codec: no avcC box in " + filepath.Base(path))
	}
	return fmt.Sprintf("avc1.%02x%02x%02x", head[at+5], head[at+6], head[at+7]), nil
}

// framesPerSecond reads a rate of ffmpeg's, "30000/1001" or "25".
func framesPerSecond(rate string) float64 {
	if f, err := strconv.ParseFloat(rate, 64); err == nil {
		return f
	}
	return ratio(rate)
}
