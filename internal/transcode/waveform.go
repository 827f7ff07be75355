package transcode

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
)

const (
	waveformWidth, waveformHeight = 1280, 320
	// peaksKept is how many loudest values are kept at most; a power of two times the width.
	peaksKept = 4 * waveformWidth
)

// waveform keeps the outline of a sound of any length in constant memory: when its peaks
// are full, two become one. (ffmpeg's own filter keeps every sample.)
type waveform struct {
	peaks   []uint16
	each    int // samples that make a peak
	current uint16
	seen    int // samples in current
	odd     []byte
}

func newWaveform() *waveform { return &waveform{each: 64} }

// Write takes samples of 16 bits, lower byte first, of one channel.
func (w *waveform) Write(p []byte) (int, error) {
	n := len(p)
	if len(w.odd) == 1 && n > 0 {
		w.add([]byte{w.odd[0], p[0]})
		w.odd, p = nil, p[1:]
	}
	if len(p)%2 == 1 {
		w.odd, p = []byte{p[len(p)-1]}, p[:len(p)-1]
	}
	w.add(p)
	return n, nil
}

func (w *waveform) add(p []byte) {
	for ; len(p) >= 2; p = p[2:] {
		loud := int(int16(binary.LittleEndian.Uint16(p)))
		if loud < 0 {
			loud = -loud
		}
		w.current = max(w.current, uint16(loud))
		if w.seen++; w.seen == w.each {
			w.close()
		}
	}
}

func (w *waveform) close() {
	w.peaks = append(w.peaks, w.current)
	w.current, w.seen = 0, 0
	if len(w.peaks) < peaksKept {
		return
	}
	for i := range peaksKept / 2 {
		w.peaks[i] = max(w.peaks[2*i], w.peaks[2*i+1])
	}
	w.peaks = w.peaks[:peaksKept/2]
	w.each *= 2
}

// columns gives the loudest of each column, between 0 and 1, on a scale that shows
// speech beside music.
func (w *waveform) columns(width int) []float64 {
	drawn := make([]float64, width)
	for x := range drawn {
		from, to := x*len(w.peaks)/width, (x+1)*len(w.peaks)/width
		var loudest uint16
		for i := from; i < max(to, from+1) && i < len(w.peaks); i++ {
			loudest = max(loudest, w.peaks[i])
		}
		drawn[x] = math.Sqrt(float64(loudest) / 32768)
	}
	return drawn
}

// inks are a ground and what is drawn on it.
type inks color.Palette

var (
	// onPlayer is for a player, which is dark: nothing, and a light blue.
	onPlayer = inks{color.RGBA{}, color.RGBA{0x7e, 0xa6, 0xea, 0xff}}
	// onPaper is for a picture of its own.
	onPaper = inks{color.RGBA{0xf4, 0xf6, 0xf8, 0xff}, color.RGBA{0x2d, 0x5b, 0x8c, 0xff}}
)

func (w *waveform) picture(width, height int, in inks) image.Image {
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette(in))
	for x, loud := range w.columns(width) {
		half := max(1, int(loud*float64(height)*0.46))
		for y := height/2 - half; y < height/2+half; y++ {
			img.SetColorIndex(x, y, 1)
		}
	}
	return img
}

// draw writes the waveform and, where nothing else became the thumbnail, one from it.
func (w *waveform) draw(dir string, thumbnail bool) error {
	err := create(filepath.Join(dir, waveformPath), func(f *os.File) error {
		return png.Encode(f, w.picture(waveformWidth, waveformHeight, onPlayer))
	})
	if err != nil || !thumbnail {
		return err
	}
	return create(filepath.Join(dir, thumbnailPath), func(f *os.File) error {
		return jpeg.Encode(f, w.picture(thumbnailWidth, thumbnailWidth*9/16, onPaper), &jpeg.Options{Quality: 85})
	})
}

func create(path string, write func(*os.File) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	err = write(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}

// pictureSize reads the size of a JPEG that ffmpeg wrote for us.
func pictureSize(path string) (width, height int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, fmt.Errorf("look at the picture: %w", err)
	}
	defer f.Close()
	config, err := jpeg.DecodeConfig(f)
	if err != nil {
		return 0, 0, fmt.Errorf("look at the picture: %w", err)
	}
	return config.Width, config.Height, nil
}
