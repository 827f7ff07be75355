package blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/minio/minio-go/v7"
)

// How much is asked for at once: little at first, as a player that seeks takes little,
// and more as the reading goes on. A connection is only of use again when its answer
// was read to the end.
const (
	firstWindow = 1 << 20
	lastWindow  = 16 << 20
)

// s3Reader reads an object from any place, a window at a time. A broken connection is
// taken up where it broke, as long as there is progress.
type s3Reader struct {
	store  *S3
	ctx    context.Context //nolint:containedctx // an io.Reader has no other way to know of its request
	info   Info
	offset int64         // of the next Read
	body   io.ReadCloser // the bytes from offset to end; nil when they are to be asked for
	end    int64
	window int64
	moved  bool // whether the body gave anything
}

// Read asks for the next window when there is none.
func (r *s3Reader) Read(p []byte) (int, error) {
	for {
		if r.offset >= r.info.Size {
			return 0, io.EOF
		}
		if len(p) == 0 {
			return 0, nil
		}
		if r.body == nil {
			if err := r.ask(); err != nil {
				return 0, s3Error("read", r.info.Key, err)
			}
		}
		n, err := r.body.Read(p[:min(int64(len(p)), r.end-r.offset)])
		r.offset += int64(n)
		r.moved = r.moved || n > 0
		if err != nil || r.offset == r.end {
			if cut := r.offset < r.end && !r.moved; cut {
				r.drop()
				return n, fmt.Errorf("read %s: %w", r.info.Key, unexpected(err))
			}
			r.drop()
		}
		if n > 0 {
			return n, nil
		}
	}
}

// unexpected is an error of a body that ended before its end.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// ask requests the next window of the object that was opened, and of no other that may
// have taken its place.
func (r *s3Reader) ask() error {
	name, err := r.store.name(r.info.Key)
	if err != nil {
		return err
	}
	r.window = min(max(2*r.window, firstWindow), lastWindow)
	r.end = min(r.offset+r.window, r.info.Size)
	var options minio.GetObjectOptions
	if err := options.SetRange(r.offset, r.end-1); err != nil {
		return err
	}
	if err := options.SetMatchETag(r.info.ETag[1 : len(r.info.ETag)-1]); err != nil {
		return err
	}
	r.moved = false
	r.body, _, _, err = r.store.client.GetObject(r.ctx, r.store.options.Bucket, name, options)
	return err
}

// drop lets go of what was asked for.
func (r *s3Reader) drop() {
	if r.body != nil {
		_ = r.body.Close() // what was read is read
		r.body = nil
	}
}

// Seek moves without a request.
func (r *s3Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.info.Size
	default:
		return 0, fmt.Errorf("read %s: seek from %d", r.info.Key, whence)
	}
	if offset < 0 {
		return 0, fmt.Errorf("read %s: seek to %d", r.info.Key, offset)
	}
	if offset != r.offset {
		r.drop()
		r.offset, r.window = offset, 0
	}
	return offset, nil
}

// Close ends the reading.
func (r *s3Reader) Close() error {
	r.drop()
	r.offset = r.info.Size
	return nil
}
