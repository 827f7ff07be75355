package work

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/provider"
)

// fetch brings the bytes of an import.
func (w *Worker) fetch(ctx context.Context, held library.Work, _ string, percent *atomic.Int64) error {
	body, err := w.Fetch.Get(ctx, held.URL)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // what was read is judged by the reading
	if w.Room != nil {
		if err := w.Room(max(body.Size, 0)); err != nil {
			return err
		}
	}
	sum := sha256.New()
	counted := &counter{from: w.Room.Within(io.TeeReader(body, sum)), size: body.Size, percent: percent}
	at := runOf(held).Key(holdings.Original).String()
	info, err := w.Blobs.Put(ctx, at, counted, body.MIMEType)
	if err != nil {
		return err
	}
	if err := w.check(ctx); err != nil {
		return err
	}
	err = w.Library.Fetched(ctx, held, library.Arrived{
		Media: held.Media.ID, Key: at, MIMEType: info.MIMEType, Size: info.Size, Checksum: hex.EncodeToString(sum.Sum(nil)),
	})
	if isOver(err) {
		w.discard(ctx, at)
	}
	return err
}

// discard removes objects that nobody will name. What stays is swept in time.
func (w *Worker) discard(ctx context.Context, keys ...string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	for _, k := range keys {
		if err := w.Blobs.Delete(ctx, k); err != nil {
			w.Logger.Warn("an unused object could not be deleted yet", "key", k, "error", err)
			return
		}
	}
}

// counter tells how much of what it passes on has come.
type counter struct {
	from    io.Reader
	size    int64 // -1: not known
	passed  int64
	percent *atomic.Int64
}

// Read is [io.Reader]'s.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.passed += int64(n)
	if c.size > 0 {
		c.percent.Store(min(100*c.passed/c.size, 100))
	}
	return n, err
}

const (
	maxPicture  = 5 << 20 // bytes
	pictureTime = 30 * time.Second
)

// lookUp asks where an external media item plays what it is called and looks like.
func (w *Worker) lookUp(ctx context.Context, held library.Work, _ string, _ *atomic.Int64) error {
	video, known := provider.Recognise(held.URL)
	if !known {
		return fmt.Errorf("%q is not a video at a known provider", held.URL)
	}
	details, err := w.Fetch.OEmbed(ctx, video)
	if err != nil {
		return err
	}
	var files []library.MediaFile
	if details.ThumbnailURL != "" {
		picture, err := w.picture(ctx, held, details.ThumbnailURL)
		if err != nil {
			w.Logger.Warn("cannot fetch the thumbnail of an external media item", "media", held.Media.ID, "error", err)
		} else {
			files = append(files, picture)
		}
	}
	err = w.Library.LookedUp(ctx, held, details.Title, details.Duration.Seconds(), files)
	if isOver(err) && len(files) > 0 {
		w.discard(ctx, files[0].Key)
	}
	return err
}

func (w *Worker) picture(ctx context.Context, held library.Work, address string) (library.MediaFile, error) {
	var none library.MediaFile
	body, err := w.Fetch.Within(maxPicture, pictureTime).Get(ctx, address)
	if err != nil {
		return none, err
	}
	defer func() { _ = body.Close() }() // what was read is judged by the reading
	peeking := bufio.NewReader(body)
	head, _ := peeking.Peek(512) // less where the picture is smaller
	mimeType := http.DetectContentType(head)
	name, isPicture := map[string]string{
		"image/jpeg": "thumbnail.jpg", "image/png": "thumbnail.png", "image/webp": "thumbnail.webp",
	}[mimeType]
	if !isPicture {
		return none, fmt.Errorf("it is %s", mimeType)
	}
	info, err := w.Blobs.Put(ctx, runOf(held).Key(name).String(), peeking, mimeType)
	return library.MediaFile{
		Kind: library.FileThumbnail, Key: info.Key, MIMEType: mimeType, Size: info.Size, CreatedAt: info.ModTime,
	}, err
}
