package transcode

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Probe is what a file says about itself, as far as Lectern cares, and what becomes of it.
type Probe struct {
	// Format is ffmpeg's name of the container, such as "matroska,webm".
	Format string
	// MIMEType is that of the container with what is in it, whatever the file was called;
	// "" where it has none that others would know.
	MIMEType string
	// Duration is in seconds, as the file claims; files lie and are cut, so what counts in
	// the end is [Output].Duration.
	Duration float64
	// Size is in bytes, Bitrate of the whole in bits per second.
	Size, Bitrate int64
	// Video is nil for a file with sound only, Audio for a silent one. One of them is there.
	Video *Video
	Audio *Audio
	// Cover is a picture that came along, as in a song; nil if there is none.
	Cover *Cover
	// Playable says that browsers play the file's streams unchanged, so that Transcode
	// repackages and does not re-encode, if its keyframes are near enough to each other.
	// Reason says why not, for the log.
	Playable bool
	Reason   string
	// Original says that the file itself, unchanged, can be offered for download.
	Original bool

	file  string  // its absolute path
	start float64 // when it begins in its own time, in seconds
	late  bool    // it says only after some seconds what is in it
}

// Video is the stream of pictures that is taken.
type Video struct {
	Index         int // of the stream in the file
	Codec         string
	Profile       string
	PixelFormat   string
	Width, Height int     // as shown: turned, and with square pixels
	FPS           float64 // frames per second on average
	// Variable says that frames do not come at a constant rate.
	Variable bool
	// Rotation is in degrees, clockwise: 0, 90, 180, 270.
	Rotation int
	// Mirrored says that the coded pictures are shown as in a mirror.
	Mirrored   bool
	Interlaced bool
	HDR        bool
	Square     bool // pixels are as wide as high
	Bitrate    int64
	// Plays says that browsers show it as it is.
	Plays bool

	transfer string  // the curve of an HDR video, as ffmpeg calls it
	rate     string  // the constant rate to make of it, as ffmpeg takes it
	still    float64 // for how many seconds the last picture stays, while the sound goes on
	span
}

// span is when a stream begins and ends, in seconds from when its file begins; an end of 0
// is not known.
type span struct{ begins, ends float64 }

// Audio is the stream of sound that is taken.
type Audio struct {
	Index      int
	Codec      string
	Profile    string
	Channels   int
	SampleRate int
	Bitrate    int64
	// Plays says that browsers play it as it is.
	Plays bool

	mixed   []int   // streams that are mixed to be the sound; empty where it is Index alone
	silence float64 // for how many seconds there is none, while the pictures go on
	// unknownStart says that the file does not say when the sound begins.
	unknownStart bool
	span
}

// Cover is a picture that stands for the recording.
type Cover struct {
	Index         int
	Codec         string
	Width, Height int
}

// stream and container are what ffprobe says, in its words.
type stream struct {
	Index        int         `json:"index"`
	Codec        string      `json:"codec_name"`
	Tag          string      `json:"codec_tag_string"`
	Type         string      `json:"codec_type"`
	Profile      string      `json:"profile"`
	PixelFormat  string      `json:"pix_fmt"`
	Width        int         `json:"width"`
	Height       int         `json:"height"`
	Aspect       string      `json:"sample_aspect_ratio"`
	FieldOrder   string      `json:"field_order"`
	RFrameRate   string      `json:"r_frame_rate"`
	AvgFrameRate string      `json:"avg_frame_rate"`
	Transfer     string      `json:"color_transfer"`
	Bitrate      string      `json:"bit_rate"`
	Channels     int         `json:"channels"`
	SampleRate   string      `json:"sample_rate"`
	Start        string      `json:"start_time"`
	Duration     string      `json:"duration"`
	Disposition  disposition `json:"disposition"`
	SideData     []sideData  `json:"side_data_list"`
	Tags         struct {
		End      string `json:"DURATION"`
		Language string `json:"language"`
	} `json:"tags"`
}

type disposition struct {
	Default     int `json:"default"`
	AttachedPic int `json:"attached_pic"`
	StillImage  int `json:"still_image"`
	TimedThumbs int `json:"timed_thumbnails"`

	Comment         int `json:"comment"`
	VisualImpaired  int `json:"visual_impaired"`
	HearingImpaired int `json:"hearing_impaired"`
	Descriptions    int `json:"descriptions"`
	Karaoke         int `json:"karaoke"`
	Lyrics          int `json:"lyrics"`
	CleanEffects    int `json:"clean_effects"`
}

type sideData struct {
	Matrix string `json:"displaymatrix"`
}

type described struct {
	Streams []stream `json:"streams"`
	Format  struct {
		Name     string `json:"format_name"`
		Streams  int    `json:"nb_streams"`
		Start    string `json:"start_time"`
		Duration string `json:"duration"`
		Bitrate  string `json:"bit_rate"`
		Tags     struct {
			Brand string `json:"major_brand"`
		} `json:"tags"`
	} `json:"format"`
}

// probeOutput bounds what ffprobe may say, in bytes: a kilobyte for a stream is usual.
const probeOutput = 4 << 20

// Probe finds out what the file is. It refuses for good, with a [*Refusal], what cannot
// become a lecture.
func (t Tools) Probe(ctx context.Context, path string) (Probe, error) {
	path, err := openable(path)
	if err != nil {
		return Probe{}, err
	}
	if err := unprotected(path); err != nil {
		return Probe{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return Probe{}, fmt.Errorf("open the file: %w", err)
	}
	said, err := t.describe(ctx, path, false)
	if err != nil {
		return Probe{}, err
	}
	p, err := t.choose(said)
	if errors.Is(err, errUnknown) { // it may only begin late
		if said, err = t.describe(ctx, path, true); err != nil {
			return Probe{}, err
		}
		p, err = t.choose(said)
		p.late = true
	}
	if err != nil {
		return Probe{}, err
	}
	p.file, p.Size = path, info.Size()
	if err := t.mix(ctx, path, &p, said); err != nil {
		return Probe{}, err
	}
	if p.Duration == 0 || guessed(p.Format) {
		measured, err := t.measure(ctx, path, p)
		if err != nil && (p.Duration == 0 || ctx.Err() != nil) {
			return Probe{}, err
		}
		if measured > 0 {
			p.Duration = measured
		}
	}
	if err := t.lasts(p.Duration); err != nil {
		return Probe{}, err
	}
	t.confirmEnds(ctx, path, &p)
	if ctx.Err() != nil {
		return Probe{}, ctx.Err()
	}
	p.decide(said)
	return p, nil
}

// describe has ffprobe look at the first seconds of the file, or, for what begins late, at the
// first minute.
func (t Tools) describe(ctx context.Context, path string, late bool) (said described, err error) {
	var out bytes.Buffer
	if err := t.ffprobe(ctx, describeArgs(path, late, t.Limits), &out); err != nil {
		return said, notMP4(t.judgeProbe(err), path)
	}
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		return said, fmt.Errorf("read what ffprobe said: %w", err)
	}
	return t.withoutEmpty(ctx, said, path, late)
}

func (t Tools) ffprobe(ctx context.Context, args []string, out io.Writer) error {
	return t.run(ctx, command{
		program: t.FFprobe, args: args, dir: os.TempDir(),
		stdout: limitWriter(out, probeOutput), timeout: t.Limits.ProbeTime,
	})
}

// judgeProbe is judge for a first look: a file that cannot even be described in the time
// or memory that a look may take is refused.
func (t Tools) judgeProbe(err error) error {
	var failed *runError
	if errors.As(err, &failed) && failed.timedOut {
		return refuse(err, "%s: analyzing it takes too long.", unreadable)
	}
	if errors.Is(err, errTooMuch) {
		return refuse(err, "%s: its headers do not end.", unreadable)
	}
	return judge(err, t.Limits)
}

// choose takes one stream of pictures, one of sound and a cover, and refuses what has
// none or too much.
func (t Tools) choose(said described) (Probe, error) {
	p := Probe{Format: said.Format.Name, Duration: seconds(said.Format.Duration), Bitrate: integer(said.Format.Bitrate), start: instant(said.Format.Start)}
	if strings.HasPrefix(p.Format, "matroska") && p.start > 0 && p.Duration > p.start {
		p.Duration -= p.start // it says when it ends
	}
	if n := max(said.Format.Streams, len(said.Streams)); n > t.Limits.Streams {
		return p, refuse(nil, "This file has more tracks than the limit of %d.", t.Limits.Streams)
	}
	var video, audio, cover *stream
	if tracks := soundTracks(said); len(tracks) > 0 {
		audio = tracks[0]
	}
	for i := range said.Streams {
		s := &said.Streams[i]
		switch {
		case s.Type != "video":
		case s.Disposition.AttachedPic == 1 || s.Disposition.StillImage == 1 || s.Disposition.TimedThumbs == 1:
			cover = better(cover, s)
		default:
			video = better(video, s)
		}
	}
	if video == nil && audio == nil {
		return p, refuse(nil, "%s: it has neither video nor audio.", unreadable)
	}
	if err := t.decodable(video, audio); err != nil {
		return p, err
	}
	if video != nil {
		p.Video = newVideo(video)
		p.Video.span = video.span(said.Format.Start)
		if p.Video.Width < 2 || p.Video.Height < 2 {
			return p, refuse(nil, "%s: its video has no size.", unreadable)
		}
	}
	if audio != nil {
		p.Audio = newAudio(audio)
		p.Audio.span = audio.span(said.Format.Start)
	}
	if cover != nil && known(cover) {
		p.Cover = &Cover{Index: cover.Index, Codec: cover.Codec, Width: cover.Width, Height: cover.Height}
	}
	return p, nil
}

// better prefers what can be decoded, then what the file calls its default, then what
// comes first.
func better(a, b *stream) *stream {
	switch {
	case a == nil:
		return b
	case known(a) != known(b):
		if known(b) {
			return b
		}
		return a
	case b.Disposition.Default > a.Disposition.Default:
		return b
	default:
		return a
	}
}

// known says whether this ffmpeg has a decoder that understood the stream.
func known(s *stream) bool {
	if s.Codec == "" || s.Codec == "none" || s.Codec == "unknown" {
		return false
	}
	if s.Type == "audio" {
		return s.Channels > 0 && integer(s.SampleRate) > 0
	}
	return s.PixelFormat != "" && s.Width > 0 && s.Height > 0
}

// errUnknown says that nothing is known of a stream but that it is there.
var errUnknown = errors.New("a stream is not understood")

func (t Tools) decodable(video, audio *stream) error {
	if video != nil && int64(video.Width)*int64(video.Height) > t.Limits.Pixels {
		return refuse(nil, "The pictures in this file are larger (%d × %d) than the limit of %d megapixels.",
			video.Width, video.Height, t.Limits.Pixels/1_000_000)
	}
	for what, s := range map[string]*stream{"pictures": video, "sound": audio} {
		if s == nil || known(s) {
			continue
		}
		if s.Codec == "" || s.Codec == "none" || s.Codec == "unknown" {
			return refuse(errUnknown, "%s: its %s uses an unknown codec (%q).", unreadable, singular(what), s.Tag)
		}
		return refuse(errUnknown, "%s: its %s (%s) cannot be decoded: it is too large, damaged, protected or not supported.", unreadable, singular(what), s.Codec)
	}
	return nil
}

func singular(what string) string {
	if what == "pictures" {
		return "video"
	}
	return what
}

func newVideo(s *stream) *Video {
	v := &Video{
		Index: s.Index, Codec: s.Codec, Profile: s.Profile, PixelFormat: s.PixelFormat,
		Width: s.Width, Height: s.Height, Bitrate: integer(s.Bitrate), Square: true,
		Interlaced: s.FieldOrder != "" && s.FieldOrder != "progressive" && s.FieldOrder != "unknown",
		HDR:        isHDR(s.Transfer),
	}
	if v.HDR {
		v.transfer = s.Transfer
	}
	if w, h, ok := strings.Cut(s.Aspect, ":"); ok {
		if x, y := integer(w), integer(h); x > 0 && y > 0 && math.Abs(float64(x)/float64(y)-1) > 0.02 { // less is rounding: 426 for 16:9 at 240
			v.stretch(float64(x) / float64(y))
		}
	}
	shown := s.orientation()
	v.Rotation, v.Mirrored = shown.rotation, shown.mirrored
	if v.Square && math.Abs(shown.stretch-1) > 0.02 {
		v.stretch(shown.stretch)
	}
	if v.Rotation == 90 || v.Rotation == 270 {
		v.Width, v.Height = v.Height, v.Width
	}
	if v.Interlaced {
		// What counts as the base is fields here, and frames there.
		v.setRate(ratio(s.AvgFrameRate), ratio(s.AvgFrameRate), s.AvgFrameRate)
	} else {
		v.setRate(ratio(s.AvgFrameRate), ratio(s.RFrameRate), s.RFrameRate)
	}
	return v
}

// isHDR says whether a transfer characteristic is one of ITU-R BT.2100: PQ or HLG.
func isHDR(transfer string) bool { return transfer == "smpte2084" || transfer == "arib-std-b67" }

// stretch notes that pixels are wider than high by a factor. Odd factors are mistakes or
// attacks; real ones are between 1:2 and 2:1.
func (v *Video) stretch(aspect float64) {
	v.Square = false
	v.Width = int(math.Round(float64(v.Width) * min(4, max(0.25, aspect))))
}

// highestRate is what is made of more frames a second: nobody sees more in a lecture.
const highestRate = 60

// setRate decides the constant rate: that of the file where it has one, else the next
// usual one above its average, since players and seeking suffer from frames that come
// as they like.
func (v *Video) setRate(average, base float64, exact string) {
	v.FPS = average
	if v.FPS == 0 {
		v.FPS = base
	}
	v.Variable = average > 0 && base > 0 && math.Abs(average-base)/base > 0.01
	switch {
	case !v.Variable && base >= 1 && base <= highestRate:
		v.rate = exact
	case v.FPS <= 30.5:
		v.rate = "30"
	case v.FPS <= 50.5:
		v.rate = "50"
	default:
		v.rate = strconv.Itoa(highestRate)
	}
}

func newAudio(s *stream) *Audio {
	return &Audio{
		Index: s.Index, Codec: s.Codec, Profile: s.Profile, Channels: s.Channels,
		SampleRate: int(integer(s.SampleRate)), Bitrate: integer(s.Bitrate), unknownStart: !isTime(s.Start),
	}
}

func (t Tools) lasts(duration float64) error {
	switch {
	case duration > t.Limits.Duration:
		return refuse(nil, "This file is %s long; the limit is %s.", hours(duration), hours(t.Limits.Duration))
	case duration <= 0:
		return refuse(nil, "%s: nothing in it can be played.", unreadable)
	default:
		return nil
	}
}

func isTime(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

// hasNoClock says whether a format of sound has samples alone, or counts them from 0 in each of
// the recordings that were joined to one.
func hasNoClock(format string) bool {
	return format == "ogg" || guessed(format) && format != "mpegts" && format != "mpeg"
}

// guessed says whether ffprobe guesses the length, from the first bit rate or from the first
// and last time, which two recordings that were joined need not have in common. Such a file is
// encoded, which takes much longer than reading it once more.
func guessed(format string) bool {
	return slices.Contains([]string{"mpegts", "mpeg", "mp3", "aac", "ac3", "eac3", "dts", "amr", "ogg"}, format)
}

// measure finds the length of a file that does not say it, as recordings made in a
// browser do not, by reading all of it without decoding.
func (t Tools) measure(ctx context.Context, path string, p Probe) (float64, error) {
	var last float64
	err := t.run(ctx, command{
		program: t.FFmpeg, args: measureArgs(path, p, t.Limits), dir: os.TempDir(),
		timeout: max(t.Limits.ProbeTime, 10*time.Minute), progress: func(s float64) { last = s },
	})
	if err != nil {
		return 0, t.judgeProbe(err)
	}
	return last, nil
}

// span says when the stream plays in a file that begins at start.
func (s *stream) span(start string) span {
	file := instant(start)
	is := span{begins: instant(s.Start) - file}
	if length := seconds(s.Duration); length > 0 {
		is.ends = is.begins + length
	} else if end := clock(s.Tags.End); end > 0 { // Matroska has it in a tag, if at all
		is.ends = end - file
	}
	return is
}

// instant reads a time, which may be before 0.
func instant(text string) float64 {
	if after, negative := strings.CutPrefix(text, "-"); negative {
		return -seconds(after)
	}
	return seconds(text)
}

// clock reads hours, minutes and seconds.
func clock(text string) float64 {
	parts := strings.Split(text, ":")
	if len(parts) != 3 {
		return 0
	}
	return seconds(parts[0])*3600 + seconds(parts[1])*60 + seconds(parts[2])
}

// seconds, integer and ratio read what ffprobe writes as text; what is not a sane
// number is zero.
func seconds(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || f < 0 {
		return 0
	}
	return f
}

func integer(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func ratio(text string) float64 {
	over, under, ok := strings.Cut(text, "/")
	if !ok {
		return seconds(text)
	}
	if seconds(under) == 0 {
		return 0
	}
	return seconds(over) / seconds(under)
}
