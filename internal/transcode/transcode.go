package transcode

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Kind is what a file that was made is for.
type Kind string

// The kinds of files.
const (
	KindMaster    Kind = "hls_master"   // the HLS address to play
	KindPlaylist  Kind = "hls_playlist" // of one variant
	KindMedia     Kind = "hls_media"    // the fragmented MP4 with a variant's segments
	KindDownload  Kind = "download"     // one progressive MP4, or M4A for sound
	KindThumbnail Kind = "thumbnail"
	KindWaveform  Kind = "waveform"
	KindSprite    Kind = "sprite"
	KindSpriteVTT Kind = "sprite_vtt"
)

// File is one file that was made.
type File struct {
	Kind Kind
	// Definition is a height such as "720p", or "audio"; "waveform" for a thumbnail that is one;
	// empty for what is in no definition.
	Definition string
	// Path is relative to the folder, with slashes. It is empty for the download that is the
	// original itself, unchanged: then there is no new file, and Size is the original's.
	Path     string
	MIMEType string
	// Width and Height are in pixels, 0 for what has none.
	Width, Height int
	// Bitrate is in bits per second on average, 0 for what is not played.
	Bitrate int64
	Size    int64 // bytes
}

// Output is what Transcode made.
type Output struct {
	Files []File
	// Duration is how long the result really plays, in seconds, whatever the file said.
	Duration float64
	// Copied says that nothing was re-encoded.
	Copied bool
}

// Smallest is the path, within the folder, of the lowest rendition's download, for Sprite;
// empty where only the original is there.
func (o Output) Smallest() string {
	for _, f := range o.Files {
		if f.Kind == KindDownload {
			return f.Path
		}
	}
	return ""
}

// job is one Transcode on its way.
type job struct {
	Tools
	in, dir  string
	probe    Probe
	made     []Rendition
	stages   *stages
	deadline time.Time
	wave     *waveform // nil for a video
	covered  bool      // the sound came with a picture, which is its thumbnail
}

// Transcode creates renditions of the file, which Probe described as p, for every browser, in the
// folder dir, which the caller has made and removes, also after an error: then what is in
// it is of no use. progress, which may be nil, gets percents that only grow and what is
// being done: "encoding", "packaging", "pictures". It is called from one goroutine. The error is
// a [*Refusal] where the file is at fault, and a [*MissingOutputError] where the server is.
func (t Tools) Transcode(ctx context.Context, in string, p Probe, dir string, progress func(percent float64, stage string)) (Output, error) {
	in, err := openable(in)
	if err != nil {
		return Output{}, err
	}
	if dir, err = filepath.Abs(dir); err != nil { // ffmpeg runs in it
		return Output{}, fmt.Errorf("find the folder: %w", err)
	}
	for _, folder := range []string{"hls", "mp4"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return Output{}, fmt.Errorf("make folder: %w", err)
		}
	}
	j := &job{
		Tools: t, in: in, dir: dir, probe: p, deadline: time.Now().Add(t.Limits.Time),
		stages: &stages{tell: progress, duration: p.Duration},
	}
	for {
		out, err := j.attempt(ctx)
		if err == nil || !permanent(err) && !lacksFilter(err) || !j.again(err) {
			return out, t.findMissing(err, in, dir)
		}
	}
}

// attempt copies what plays already and encodes the rest.
func (j *job) attempt(ctx context.Context) (Output, error) {
	j.begin()
	if j.probe.Playable {
		return j.repackage(ctx)
	}
	if most := j.Limits.Encoding; most > 0 && j.probe.Duration > most {
		return Output{}, ErrLong
	}
	return j.encode(ctx)
}

// again says whether there is more to encode after an attempt that failed for good. What
// browsers play need not be what ffmpeg repackages: damage shows only then.
func (j *job) again(err error) bool {
	p := reencoded(j.probe)
	var uneven *unevenError
	switch {
	case p.Video != nil && p.Video.HDR && (errors.Is(err, errConversion) || lacksFilter(err)):
		p = j.probe // duller pictures are better than none
		v := *p.Video
		v.HDR, p.Video = false, &v
	case errors.As(err, &uneven) && uneven.silence > 0:
		p.Audio.silence = uneven.silence
		p.Video = j.probe.Video // there is nothing wrong with it
	case uneven != nil:
		p.Video.still = uneven.still
	case (j.probe.Video == nil || !j.probe.Video.Plays) && (j.probe.Audio == nil || !j.probe.Audio.Plays):
		return false
	}
	j.probe = p
	return true
}

// lacksFilter says whether this ffmpeg was built without a filter.
func lacksFilter(err error) bool {
	var failed *runError
	return errors.As(err, &failed) && strings.Contains(failed.stderr, "No such filter")
}

// reencoded is the same file with nothing taken as it is.
func reencoded(p Probe) Probe {
	p.Playable, p.Original = false, false
	if p.Video != nil {
		v := *p.Video
		v.Plays, p.Video = false, &v
	}
	if p.Audio != nil {
		a := *p.Audio
		a.Plays, p.Audio = false, &a
	}
	return p
}

// ErrLong says that a recording has to be encoded that is longer than [Limits].Encoding.
var ErrLong = errors.New("the recording is too long to be encoded now")

// Why copying does not do, beside what ffmpeg says.
var (
	errSegments = errors.New("segments are too long")
	errLate     = errors.New("pictures begin late")
	errTrimmed  = errors.New("there are pictures that are not to be shown")
)

func tooFarApart() error {
	return refuse(errSegments, "%s: its keyframes are too far apart.", unreadable)
}

func trimmed() error {
	return refuse(errTrimmed, "%s: parts of it are missing.", unreadable)
}

// unevenError says that one stream ends before the other: for how many seconds the last picture
// has to stay, or silence to follow.
type unevenError struct{ still, silence float64 }

func (e *unevenError) Error() string {
	return fmt.Sprintf("sound continues for %.1f s after the pictures, pictures for %.1f s after the sound", e.still, e.silence)
}

func uneven(still, silence float64) error {
	return refuse(&unevenError{still, silence}, "%s: sound and pictures do not end together.", unreadable)
}

// repackage copies. The pictures are looked at meanwhile: copying waits for the disk.
func (j *job) repackage(ctx context.Context) (Output, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	if j.probe.Video != nil {
		group.Go(func() {
			err := j.lookAtKeyframes(ctx)
			if err == nil {
				err = j.thumbnail(ctx, j.in, j.probe, j.dir)
			}
			if err != nil {
				cancel(err)
			}
		})
	}
	err := j.ffmpeg(ctx, repackageArgs(j.in, j.probe, j.made[0], j.wave != nil, j.Limits), j.stages.step(0, 95, "packaging"))
	if err != nil {
		cancel(err)
	}
	group.Wait()
	if err := context.Cause(ctx); err != nil { // whichever failed first
		return Output{}, err
	}
	if err := j.drawSound(ctx); err != nil {
		return Output{}, err
	}
	out, err := j.finish()
	out.Copied = true
	return out, err
}

// lookAtKeyframes makes sure that pictures which are copied begin where they should, and that
// keyframes are near each other.
func (j *job) lookAtKeyframes(ctx context.Context) error {
	seen, err := j.packets(ctx, j.in, j.probe)
	if err != nil {
		return err
	}
	if seen.gap > longestGOP {
		return tooFarApart()
	}
	if seen.trimmed {
		return trimmed()
	}
	if j.probe.Audio != nil && seen.first > latestPictures {
		return refuse(errLate, "%s: its pictures begin too late.", unreadable)
	}
	return nil
}

func (j *job) begin() {
	j.made = renditions(j.probe)
	j.wave = nil
	if j.probe.Video == nil {
		j.wave = newWaveform()
	}
}

// encode makes the downloads, then HLS of them: each rendition is encoded once.
func (j *job) encode(ctx context.Context) (Output, error) {
	if v := j.probe.Video; v != nil && v.Plays {
		if err := j.lookAtKeyframes(ctx); err != nil {
			return Output{}, err
		}
	}
	if err := j.encodeAll(ctx); err != nil {
		return Output{}, err
	}
	if err := j.ffmpeg(ctx, packageArgs(j.made, j.Limits), j.stages.step(90, 95, "packaging")); err != nil {
		return Output{}, err
	}
	if j.probe.Video != nil {
		j.stages.say(95, "pictures")
		smallest := filepath.Join(j.dir, filepath.FromSlash(downloadPath(j.made[0])))
		if err := j.thumbnail(ctx, smallest, j.probe, j.dir); err != nil {
			return Output{}, err
		}
	}
	if err := j.drawSound(ctx); err != nil {
		return Output{}, err
	}
	return j.finish()
}

// encodeAll ends when more is encoded than may be, whatever length the file claims.
func (j *job) encodeAll(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	tell := j.stages.step(j.stages.last, 90, "encoding")
	err := j.ffmpeg(ctx, makeArgs(j.in, j.probe, j.made, j.wave != nil, j.Limits), func(seconds float64) {
		if most := j.Limits.Encoding; most > 0 && seconds > most {
			cancel(ErrLong)
		}
		tell(seconds)
	})
	if errors.Is(context.Cause(ctx), ErrLong) {
		return ErrLong
	}
	return err
}

// ffmpeg runs the program on the recording.
func (j *job) ffmpeg(ctx context.Context, args []string, progress func(float64)) error {
	c := command{program: j.FFmpeg, args: args, dir: j.dir, timeout: time.Until(j.deadline), progress: progress}
	if j.wave != nil {
		c.stdout = j.wave
	}
	return judge(j.run(ctx, c), j.Limits)
}

// finish writes the master playlist and lists the files, if what was made plays as long as it
// should.
func (j *job) finish() (out Output, err error) {
	var variants []variant
	for _, r := range j.made {
		v, err := j.variant(r)
		if err != nil {
			return Output{}, err
		}
		variants = append(variants, v)
		out.Duration = max(out.Duration, v.list.seconds)
	}
	if err := j.fits(variants); err != nil {
		return Output{}, err
	}
	err = create(filepath.Join(j.dir, filepath.FromSlash(masterPath)), func(f *os.File) error {
		_, err := f.WriteString(master(variants))
		return err
	})
	if err != nil {
		return Output{}, err
	}
	out.Files = j.files()
	if err := measureFiles(j.dir, out.Files); err != nil {
		return Output{}, err
	}
	for i := range out.Files {
		out.Files[i].setBitrate(out.Duration)
	}
	j.stages.say(100, "pictures")
	return out, nil
}

// fits says why what was made does not do.
func (j *job) fits(made []variant) error {
	v := j.probe.Video
	if v == nil {
		return nil
	}
	var longest float64
	var pictures, sound lasting
	for _, m := range made {
		longest = max(longest, m.list.longest)
		pictures, sound = pictures.with(m.pictures), sound.with(m.sound)
	}
	if v.Plays {
		if longest > 2*longestGOP {
			return tooFarApart()
		}
		// Of a film that was trimmed at its end all pictures up to the next keyframe are copied.
		more := pictures.ends - pictures.begins - (v.ends - v.begins)
		if isMP4(j.probe.Format) && v.ends > 0 && more > mostLeft && more < 2*longestGOP {
			return trimmed()
		}
	}
	a := j.probe.Audio
	if a == nil || v.still > 0 || a.silence > 0 {
		return nil
	}
	switch still := sound.ends - pictures.ends; {
	case still > unevenEnds:
		return uneven(still, 0)
	case -still > unevenEnds:
		return uneven(0, -still)
	default:
		return nil
	}
}

// variant mends the times of a rendition, and describes it.
func (j *job) variant(r Rendition) (variant, error) {
	path := filepath.Join(j.dir, filepath.FromSlash(playlistPath(r)))
	text, err := os.ReadFile(path)
	if err != nil {
		return variant{}, fmt.Errorf("read the playlist: %w", err)
	}
	if _, err := readPlaylist(string(text)); err != nil {
		return variant{}, refuse(err, "%s: nothing in it can be played.", unreadable)
	}
	m, err := mendMedia(filepath.Join(j.dir, filepath.FromSlash(mediaPath(r))))
	if errors.Is(err, errNoFragments) {
		return variant{}, refuse(err, "%s: nothing in it can be played.", unreadable)
	}
	if err != nil {
		return variant{}, err
	}
	mended := retime(string(text), m)
	err = create(path, func(f *os.File) error {
		_, err := f.WriteString(mended)
		return err
	})
	if err != nil {
		return variant{}, err
	}
	list, err := readPlaylist(mended)
	if err != nil {
		return variant{}, err
	}
	names, err := codecs(j.dir, j.probe, r)
	if err != nil {
		return variant{}, err
	}
	v := variant{rendition: r, list: list, codecs: names, pictures: m.pictures(), sound: m.sound()}
	switch {
	case j.probe.Video == nil:
	case j.probe.Video.Plays:
		v.fps = j.probe.Video.FPS
	default:
		v.fps = framesPerSecond(j.probe.Video.rate)
	}
	return v, nil
}

// drawSound makes the pictures of a sound; a cover that cannot be read is no reason to
// refuse the sound.
func (j *job) drawSound(ctx context.Context) error {
	if j.wave == nil {
		return nil
	}
	j.covered = false
	if j.probe.Cover != nil {
		err := j.run(ctx, command{
			program: j.FFmpeg, args: coverArgs(j.in, j.probe, j.Limits), dir: j.dir,
			timeout: time.Minute, progress: func(float64) {},
		})
		if ctx.Err() != nil {
			return err
		}
		info, missing := os.Stat(filepath.Join(j.dir, thumbnailPath))
		j.covered = err == nil && missing == nil && info.Size() > 0
	}
	return j.wave.draw(j.dir, !j.covered)
}

// files lists what was made, the lowest rendition first.
func (j *job) files() []File {
	kind := "video/mp4"
	if j.probe.Video == nil {
		kind = "audio/mp4"
	}
	files := []File{{Kind: KindMaster, Path: masterPath, MIMEType: "application/vnd.apple.mpegurl"}}
	for _, r := range j.made {
		one := File{Definition: r.Definition, Width: r.Width, Height: r.Height}
		list, media, download := one, one, one
		list.Kind, list.Path, list.MIMEType = KindPlaylist, playlistPath(r), "application/vnd.apple.mpegurl"
		media.Kind, media.Path, media.MIMEType = KindMedia, mediaPath(r), kind
		download.Kind, download.Path, download.MIMEType = KindDownload, downloadPath(r), kind
		if j.probe.Original {
			download.Path, download.Size = "", j.probe.Size
		}
		files = append(files, list, media, download)
	}
	thumbnail := File{Kind: KindThumbnail, Path: thumbnailPath, MIMEType: "image/jpeg"}
	if j.wave != nil && !j.covered {
		thumbnail.Definition = drawnDefinition
	}
	files = append(files, thumbnail)
	if j.wave != nil {
		files = append(files, File{Kind: KindWaveform, Path: waveformPath, MIMEType: "image/png", Width: waveformWidth, Height: waveformHeight})
	}
	return files
}

func (f *File) setBitrate(duration float64) {
	if (f.Kind == KindMedia || f.Kind == KindDownload) && duration > 0 {
		f.Bitrate = int64(float64(f.Size*8) / duration)
	}
}

// measureFiles fills in the sizes, and fails if one is not there.
func measureFiles(dir string, files []File) error {
	for i := range files {
		f := &files[i]
		if f.Path == "" {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("look for what was made: %w", err)
		}
		f.Size = info.Size()
		if f.Kind == KindThumbnail {
			if f.Width, f.Height, err = pictureSize(path); err != nil {
				return err
			}
		}
	}
	return nil
}
