package transcode

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
)

const (
	// longestGOP is how many seconds may lie between two keyframes of a file that is not
	// re-encoded: it is how long a segment gets, and how far off a seek may land.
	longestGOP = 15
	// gopSample is how many seconds of the beginning are looked at for it, so that nobody
	// waits for a copy in vain. Later ones show in the segments.
	gopSample = 60
	// latestSound is by how many seconds copied sound may begin after the pictures: browsers
	// take so small a hole for none.
	latestSound = 0.1
	// latestPictures is by how many seconds copied pictures may begin after the sound: browsers
	// leave the sound before them out.
	latestPictures = 1
	// unevenEnds is by how many seconds one stream may end before the other. The length of a
	// playlist is that of the pictures, so that the sound beyond is not played; and browsers wait
	// for sound in each segment.
	unevenEnds = 1
	// mostHidden and mostUnshown are how many seconds and pictures of those that are not to be
	// shown are copied nevertheless: so few are a slip of a program, more were trimmed.
	mostHidden, mostUnshown = 0.15, 8
	// mostLeft is by how many seconds what is copied of a film may be longer than it is.
	mostLeft = 0.5
	// highestPlayed is the short side beyond which H.264 is for few decoders.
	highestPlayed = 2160
)

// decide says what browsers play as it is. Whatever is doubtful is re-encoded, which
// costs time; the other mistake costs the lecture.
func (p *Probe) decide(said described) {
	var reasons []string
	p.spans()
	if p.Video != nil {
		reason := whyNotVideo(p.Format, *p.Video)
		switch {
		case reason != "" || p.Audio == nil:
		case p.Video.begins-p.Audio.begins > latestPictures:
			reason = "pictures begin late"
		case p.Video.still > 0:
			reason = "pictures end early"
		}
		p.Video.Plays = reason == ""
		reasons = append(reasons, reason)
	}
	if p.Audio != nil {
		reason := whyNotAudio(p.Format, *p.Audio)
		switch {
		case reason != "" || p.Video == nil:
		case p.Audio.begins-p.Video.begins > latestSound:
			reason = "sound begins late"
		case p.Audio.silence > 0:
			reason = "sound ends early"
		}
		p.Audio.Plays = reason == ""
		reasons = append(reasons, reason)
	}
	p.Reason = strings.Trim(strings.Join(reasons, "; "), "; ")
	p.Playable = p.Reason == ""
	brand := strings.TrimSpace(said.Format.Tags.Brand)
	p.Original = p.Playable && isMP4(p.Format) && brand != "" && brand != "qt"
	p.MIMEType = p.mimeType(brand)
}

// mimeTypes are those of containers by the first of ffmpeg's names, for files with
// pictures and for those with sound alone.
var mimeTypes = map[string][2]string{
	"mov": {"video/mp4", "audio/mp4"}, "matroska": {"video/x-matroska", "audio/x-matroska"}, "avi": {"video/x-msvideo"},
	"mpeg": {"video/mpeg", "audio/mpeg"}, "mpegts": {"video/mp2t"}, "flv": {"video/x-flv"}, "asf": {"video/x-ms-wmv", "audio/x-ms-wma"},
	"ogg": {"video/ogg", "audio/ogg"}, "mp3": {"", "audio/mpeg"}, "aac": {"", "audio/aac"}, "flac": {"", "audio/flac"},
	"wav": {"", "audio/wav"}, "aiff": {"", "audio/aiff"}, "amr": {"", "audio/amr"},
}

func (p *Probe) mimeType(brand string) string {
	name, _, _ := strings.Cut(p.Format, ",")
	known := mimeTypes[name]
	switch {
	case name == "mov" && (brand == "" || brand == "qt"):
		known = [2]string{"video/quicktime", "video/quicktime"}
	case name == "matroska" && p.isWebM():
		known = [2]string{"video/webm", "audio/webm"}
	}
	if p.Video == nil {
		return known[1]
	}
	return known[0]
}

// isWebM says whether a file of Matroska's has only what WebM allows; ffmpeg has one name
// for both.
func (p *Probe) isWebM() bool {
	video := p.Video == nil || p.Video.Codec == "vp8" || p.Video.Codec == "vp9" || p.Video.Codec == "av1"
	return video && (p.Audio == nil || p.Audio.Codec == "vorbis" || p.Audio.Codec == "opus")
}

// endFinder finds when a stream ends from lines of "pts,duration" of its packets.
type endFinder struct {
	ends
	lines
}

// Write takes any piece of the lines.
func (f *endFinder) Write(p []byte) (int, error) {
	return f.write(p, func(line string) {
		shown, rest, _ := strings.Cut(strings.TrimSpace(line), ",")
		duration, _, _ := strings.Cut(rest, ",")
		if isTime(shown) {
			f.add(instant(shown), seconds(duration))
		}
	})
}

// tailSeconds is how long before the end that a stream claims its last packets are looked for.
const tailSeconds = 10

// confirmEnds looks at the last packets where sound and pictures claim to end apart: the
// lengths that a container notes for its tracks may be wrong, the times of frames are played.
// What cannot be found out stays as it is claimed.
func (t Tools) confirmEnds(ctx context.Context, path string, p *Probe) {
	if !p.trusted() || len(p.Audio.mixed) > 0 || math.Abs(p.Audio.ends-p.Video.ends) <= unevenEnds {
		return
	}
	for index, of := range map[int]*span{p.Video.Index: &p.Video.span, p.Audio.Index: &p.Audio.span} {
		var found endFinder
		args := lastPacketArgs(path, *p, index, max(0, of.ends+p.start-tailSeconds), t.Limits)
		if err := t.ffprobe(ctx, args, &found); err == nil && found.any {
			of.ends = found.lasting().ends - p.start
		}
	}
}

// spans compares the ends of sound and pictures.
func (p *Probe) spans() {
	if !p.trusted() {
		return
	}
	switch rest := p.Audio.ends - p.Video.ends; {
	case rest > unevenEnds:
		p.Video.still = rest
	case rest < -unevenEnds:
		p.Audio.silence = -rest
	}
}

// trusted says whether there are pictures and sound, and the container can be trusted with when
// they end.
func (p *Probe) trusted() bool {
	return p.Video != nil && p.Audio != nil && p.Video.ends > 0 && p.Audio.ends > 0 && repackaged(p.Format)
}

func isMP4(format string) bool { return strings.HasPrefix(format, "mov,") }

// repackaged are containers whose timestamps can be trusted without decoding.
func repackaged(format string) bool {
	return isMP4(format) || strings.HasPrefix(format, "matroska") || format == "flv"
}

func whyNotVideo(format string, v Video) string {
	switch profile := v.Profile; {
	case !repackaged(format):
		return "container " + format
	case v.Codec != "h264":
		return "video is " + v.Codec
	case profile != "Constrained Baseline" && profile != "Baseline" && profile != "Main" && profile != "High":
		return "H.264 profile " + profile
	case v.PixelFormat != "yuv420p" && v.PixelFormat != "yuvj420p":
		return "pixels are " + v.PixelFormat
	case v.Rotation != 0 || v.Mirrored:
		return "turned or mirrored, which not every player does"
	case !v.Square:
		return "pixels are not square"
	case v.Interlaced:
		return "interlaced"
	case v.HDR:
		return "HDR"
	case v.Width%2 != 0 || v.Height%2 != 0:
		return "odd size"
	case min(v.Width, v.Height) > highestPlayed || max(v.Width, v.Height) > longestSide:
		return "larger than decoders take"
	case v.FPS > highestRate+1:
		return "more frames a second than decoders take"
	default:
		return ""
	}
}

func whyNotAudio(format string, a Audio) string {
	switch {
	case len(a.mixed) > 0:
		return fmt.Sprintf("%d tracks are mixed", len(a.mixed))
	case !repackaged(format):
		return "container " + format
	case a.Codec != "aac":
		return "audio is " + a.Codec
	case a.Profile != "LC" && a.Profile != "HE-AAC":
		return "AAC profile " + a.Profile
	case a.Channels > 2:
		return fmt.Sprintf("%d channels", a.Channels)
	case a.SampleRate > 48000:
		return fmt.Sprintf("%d Hz", a.SampleRate)
	default:
		return ""
	}
}

// packets is what the packets of the first gopSample seconds say of the pictures.
type packets struct {
	first float64 // when the first is shown, in seconds
	// gap is the longest time between two keyframes, in seconds; where there is no second
	// keyframe it is the time that was looked at.
	gap float64
	// trimmed says that there are pictures that are not to be shown: an editor cut them off,
	// but others are coded with their help. What copies a film cannot leave them out.
	trimmed bool
}

func (t Tools) packets(ctx context.Context, path string, p Probe) (packets, error) {
	var out bytes.Buffer
	if err := t.ffprobe(ctx, keyframeArgs(path, p, t.Limits), &out); err != nil {
		return packets{}, t.judgeProbe(err)
	}
	return readPackets(out.String(), p.start), nil
}

// readPackets reads lines of "time,flags" of a file that begins at start, with a K for
// keyframes and a D for what is not to be shown.
func readPackets(text string, start float64) packets {
	var is packets
	var last, end float64
	keyframes, shown, unshown := 0, 0, 0
	for line := range strings.Lines(text) {
		time, flags, _ := strings.Cut(strings.TrimSpace(line), ",")
		at := instant(time) - start
		end = max(end, at)
		if strings.HasPrefix(flags, "K") {
			if keyframes++; keyframes > 1 {
				is.gap = max(is.gap, at-last)
			}
			last = at
		}
		if at < 0 || strings.Contains(flags, "D") {
			unshown++
			is.trimmed = is.trimmed || at < -mostHidden
			continue
		}
		if shown++; shown == 1 || at < is.first {
			is.first = at
		}
	}
	is.gap = max(is.gap, end-last)
	is.trimmed = is.trimmed || unshown > mostUnshown
	return is
}
