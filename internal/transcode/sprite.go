package transcode

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// sheet is the layout of the small pictures for the scrub bar.
type sheet struct {
	width, height        int     // of one picture
	interval             float64 // seconds between two
	tiles, columns, rows int
}

const (
	tileSide  = 160 // of the longer side of a small picture
	mostTiles = 100
	// shortestInterval is in seconds: keyframes are hardly closer.
	shortestInterval = 2
	// shortRecording is in seconds.
	shortRecording = 120
)

func newSheet(v Video, duration float64) sheet {
	scale := tileSide / float64(max(v.Width, v.Height))
	interval := max(shortestInterval, math.Ceil(duration/mostTiles*1000)/1000)
	tiles := min(mostTiles, max(1, int(math.Ceil(duration/interval))))
	columns := min(10, tiles)
	return sheet{
		width: even(float64(v.Width) * scale), height: even(float64(v.Height) * scale),
		interval: interval, tiles: tiles, columns: columns, rows: (tiles + columns - 1) / columns,
	}
}

// cues are WebVTT with the places of the pictures as media fragments, as players take
// it.
func (s sheet) cues(duration float64) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for i := range s.tiles {
		from, to := float64(i)*s.interval, min(duration, float64(i+1)*s.interval)
		if to <= from {
			break
		}
		fmt.Fprintf(&b, "\n%s --> %s\n%s#xywh=%d,%d,%d,%d\n", stamp(from), stamp(to), spritePath,
			i%s.columns*s.width, i/s.columns*s.height, s.width, s.height)
	}
	return b.String()
}

func stamp(seconds float64) string {
	ms := int64(math.Round(seconds * 1000))
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}

// Sprite writes the sheet of small pictures for the scrub bar, and its WebVTT, into dir.
// It takes any rendition of the video: best the smallest that Transcode made
// ([Output.Smallest]), else the original. p is what Probe said of the original, duration is
// [Output].Duration, in seconds. A recording without pictures gives no files.
func (t Tools) Sprite(ctx context.Context, in string, p Probe, duration float64, dir string) ([]File, error) {
	if p.Video == nil {
		return nil, nil
	}
	dir, err := filepath.Abs(dir) // ffmpeg runs in it
	if err != nil {
		return nil, fmt.Errorf("find the folder: %w", err)
	}
	files, err := t.sprite(ctx, in, p, duration, dir)
	return files, t.findMissing(err, in, dir)
}

func (t Tools) sprite(ctx context.Context, in string, p Probe, duration float64, dir string) ([]File, error) {
	in, err := openable(in)
	if err != nil {
		return nil, err
	}
	s := newSheet(*p.Video, duration)
	err = t.run(ctx, command{
		program: t.FFmpeg, args: spriteArgs(in, p, s, t.Limits), dir: dir,
		timeout: t.Limits.Time, progress: func(float64) {}, last: true,
	})
	if err != nil {
		return nil, judge(err, t.Limits)
	}
	err = create(filepath.Join(dir, cuesPath), func(f *os.File) error {
		_, err := f.WriteString(s.cues(duration))
		return err
	})
	if err != nil {
		return nil, err
	}
	files := []File{
		{Kind: KindSprite, Path: spritePath, MIMEType: "image/jpeg", Width: s.width * s.columns, Height: s.height * s.rows},
		{Kind: KindSpriteVTT, Path: cuesPath, MIMEType: "text/vtt"},
	}
	return files, measureFiles(dir, files)
}

// thumbnail writes the thumbnail of a video, from any rendition of it.
func (t Tools) thumbnail(ctx context.Context, in string, p Probe, dir string) error {
	for _, l := range looks(p.Duration) {
		err := t.run(ctx, command{
			program: t.FFmpeg, args: thumbnailArgs(in, p, l, t.Limits), dir: dir,
			timeout: 10 * time.Minute, progress: func(float64) {}, last: true,
		})
		if ctx.Err() != nil {
			return err
		}
		if info, statErr := os.Stat(filepath.Join(dir, thumbnailPath)); err == nil && statErr == nil && info.Size() > 0 {
			return nil
		}
		if err != nil && !permanent(judge(err, t.Limits)) {
			return err
		}
	}
	return refuse(nil, "%s: none of its pictures can be decoded.", unreadable)
}

func permanent(err error) bool {
	var refused *Refusal
	return errors.As(err, &refused)
}
