package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/minio/minio-go/v7"
)

// partSize is the size of the parts that an object is sent in, of which two are in
// memory for each Put: one that is read and one that is sent. S3 takes 10,000 parts of
// at least 5 MiB, so an object may have 80 GB.
const partSize = 8 << 20

// abortTimeout bounds how long a failed Put tries to take back what it sent. What
// stays is for SweepInterrupted.
const abortTimeout = 10 * time.Second

// Put sends small objects at once and others as multipart uploads: both become
// visible by the last request only.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, mimeType string) (Info, error) {
	name, err := s.name(key)
	if err != nil {
		return Info{}, err
	}
	first := s.buffer()
	defer s.buffers.Put(first)
	n, err := readPart(ctx, r, *first)
	options := minio.PutObjectOptions{ContentType: typeOf(key, mimeType), DisableMultipart: true}
	switch {
	case errors.Is(err, io.EOF):
		// Signed in chunks, an empty body is still some bytes long. Servers that read none
		// of them take them for the next request on the connection.
		options.DisableContentSha256 = n == 0
		_, err = s.client.Client.PutObject(ctx, s.options.Bucket, name, bytes.NewReader((*first)[:n]), int64(n), options)
	case err == nil:
		upload := &multipart{store: s, name: name, r: r}
		err = upload.send(ctx, first, options)
	}
	if err != nil {
		return Info{}, fmt.Errorf("store %s: %w", key, err)
	}
	return s.Stat(ctx, key)
}

// PutFile sends the file.
func (s *S3) PutFile(ctx context.Context, key, path, mimeType string) (Info, error) {
	return putCopy(ctx, s, key, path, mimeType)
}

func (s *S3) buffer() *[]byte { return s.buffers.Get().(*[]byte) } //nolint:forcetypeassert // New makes no other

// readPart fills a part. With io.EOF, n bytes are the last. It is no io.ReadFull, which
// says io.ErrUnexpectedEOF for a short last part, as a cut-off request does for itself.
func readPart(ctx context.Context, r io.Reader, part []byte) (n int, err error) {
	for n < len(part) && err == nil {
		if err = context.Cause(ctx); err != nil {
			return n, err
		}
		var more int
		more, err = r.Read(part[n:])
		n += more
	}
	return n, err
}

// multipart is one upload in parts.
type multipart struct {
	store *S3
	name  string
	r     io.Reader
	id    string
	parts []minio.CompletePart
}

// send sends the first part, which has been read, and all others, and makes the
// object visible. It leaves nothing behind when it fails.
func (m *multipart) send(ctx context.Context, first *[]byte, options minio.PutObjectOptions) (err error) {
	bucket, client := m.store.options.Bucket, m.store.client
	m.id, err = client.NewMultipartUpload(ctx, bucket, m.name, options)
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
		defer cancel()
		err = errors.Join(err, client.AbortMultipartUpload(ctx, bucket, m.name, m.id))
	}()
	if err := m.sendParts(ctx, first); err != nil {
		return err
	}
	_, err = client.CompleteMultipartUpload(ctx, bucket, m.name, m.id, m.parts, minio.PutObjectOptions{})
	return err
}

// sendParts reads one part while it sends the one before.
func (m *multipart) sendParts(ctx context.Context, first *[]byte) error {
	ctx, cancel := context.WithCancel(ctx)
	sent := make(chan error, 1)
	spare := m.store.buffer()
	sending := false
	defer func() { // the buffers are free when nothing is sent any more
		cancel()
		if sending {
			_ = <-sent //nolint:staticcheck // of a Put that has failed already
		}
		m.store.buffers.Put(spare)
	}()

	current, next, n, last := first, spare, partSize, false
	for number := 1; ; number++ {
		part := (*current)[:n]
		sending = true
		go func() { sent <- m.sendPart(ctx, number, part) }()
		n = 0
		if !last {
			var err error
			n, err = readPart(ctx, m.r, *next)
			last = errors.Is(err, io.EOF)
			if err != nil && !last {
				return err
			}
		}
		err := <-sent
		sending = false
		if err != nil || n == 0 {
			return err
		}
		current, next = next, current
	}
}

func (m *multipart) sendPart(ctx context.Context, number int, part []byte) error {
	sent, err := m.store.client.PutObjectPart(ctx, m.store.options.Bucket, m.name, m.id, number,
		bytes.NewReader(part), int64(len(part)), minio.PutObjectPartOptions{})
	if err == nil {
		m.parts = append(m.parts, minio.CompletePart{PartNumber: number, ETag: sent.ETag})
	}
	return err
}
