package blob

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
)

// partSize is the size of the parts that an object is sent in: the least that S3 takes, of
// which it takes 10,000, so an object may have 48 GB. A Put has in memory what has come of
// one part, however slowly its reader gives it. Besides, all Puts of a store together have
// at most partsAhead parts that are read while the one before is sent: with 50 uploads at
// once that is 250 MB at the worst, 125 MB as a rule, and 80 MB.
const (
	partSize   = 5 << 20
	partsAhead = 16
)

// pieceSize is how much memory a part takes at once.
const pieceSize = 256 << 10

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
	first := s.part()
	defer first.release()
	err = first.fill(ctx, r)
	options := minio.PutObjectOptions{ContentType: typeOf(key, mimeType), DisableMultipart: true}
	switch {
	case errors.Is(err, io.EOF):
		// Signed in chunks, an empty body is still some bytes long. Servers that read none
		// of them take them for the next request on the connection.
		options.DisableContentSha256 = first.size == 0
		_, err = s.client.Client.PutObject(ctx, s.options.Bucket, name, first, first.size, options)
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

// part is bytes that are sent in one request, in pieces of memory that are taken as they
// come.
type part struct {
	pieces *sync.Pool // of *[]byte, pieceSize long

	// mu keeps a request that has ended from bytes that are somebody else's: net/http may
	// read a body for a moment after it has given up on it.
	mu   sync.Mutex
	held []*[]byte
	size int64
	read int64 // how much of it has been sent
}

func (s *S3) part() *part { return &part{pieces: &s.pieces} }

// fill reads a part, to its end or that of r, which is io.EOF: what is there then is the
// last. It is no io.ReadFull, which says io.ErrUnexpectedEOF for a short last part, as a
// cut-off request does for itself.
func (p *part) fill(ctx context.Context, r io.Reader) (err error) {
	for p.size < partSize && err == nil {
		if err = context.Cause(ctx); err != nil {
			return err
		}
		at := int(p.size % pieceSize)
		if int(p.size/pieceSize) == len(p.held) {
			p.held = append(p.held, p.pieces.Get().(*[]byte)) //nolint:forcetypeassert // New makes no other
		}
		var n int
		n, err = r.Read((*p.held[len(p.held)-1])[at:])
		p.size += int64(n)
	}
	return err
}

// Read is [io.Reader]'s, for who sends the part.
func (p *part) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.read == p.size {
		return 0, io.EOF
	}
	piece := (*p.held[p.read/pieceSize])[p.read%pieceSize:]
	n := copy(b, piece[:min(int64(len(piece)), p.size-p.read)])
	p.read += int64(n)
	return n, nil
}

// Seek is [io.Seeker]'s: a part that did not arrive is sent again.
func (p *part) Seek(offset int64, whence int) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch whence {
	case io.SeekCurrent:
		offset += p.read
	case io.SeekEnd:
		offset += p.size
	}
	if offset < 0 || offset > p.size {
		return 0, fmt.Errorf("%d is not within a part of %d bytes", offset, p.size)
	}
	p.read = offset
	return offset, nil
}

// release gives the memory back. Doing so twice is harmless.
func (p *part) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, piece := range p.held {
		p.pieces.Put(piece)
	}
	p.held, p.size, p.read = nil, 0, 0
}

// multipart is one upload in parts.
type multipart struct {
	store *S3
	name  string
	r     io.Reader
	id    string
	mark  string // tells what it makes from what else is under the name
	size  int64
	parts []minio.CompletePart
}

// markName is the metadata of an object that has the mark of the upload which made it.
const markName = "Lectern-Upload"

// send sends the first part, which has been read, and all others, and makes the
// object visible. It leaves nothing behind when it fails.
func (m *multipart) send(ctx context.Context, first *part, options minio.PutObjectOptions) (err error) {
	bucket, client := m.store.options.Bucket, m.store.client
	m.mark = rand.Text()
	options.UserMetadata = map[string]string{markName: m.mark}
	m.id, err = client.NewMultipartUpload(ctx, bucket, m.name, options)
	if err != nil {
		return err
	}
	if err = m.sendParts(ctx, first); err == nil {
		err = m.complete(ctx)
	}
	if err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
	defer cancel()
	if m.isThere(ctx) { // only the answer was lost, or came too late
		return nil
	}
	return errors.Join(err, client.AbortMultipartUpload(ctx, bucket, m.name, m.id))
}

// How long a store may take to put the parts together, without a word: so many times its
// silence, five minutes where nothing else is said, and a second for so many bytes, ten
// minutes for 10 GB. Some stores copy them for that.
const (
	completeSilences = 10
	completeRate     = 16 << 20
)

// complete makes the object of its parts. It is one request where others would be three:
// a store that has begun answers the second that there is no such upload any more.
func (m *multipart) complete(ctx context.Context) error {
	limit := completeSilences*m.store.options.Silence + time.Duration(m.size/completeRate)*time.Second
	ctx, cancel := context.WithTimeoutCause(withSilence(ctx, limit), limit, silentError(limit))
	defer cancel()
	_, err := m.store.client.CompleteMultipartUpload(ctx, m.store.options.Bucket, m.name, m.id, m.parts, minio.PutObjectOptions{})
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// isThere says whether the upload has become an object, whatever was answered.
func (m *multipart) isThere(ctx context.Context) bool {
	if m.size == 0 {
		return false // it was not complete
	}
	stat, err := m.store.client.StatObject(ctx, m.store.options.Bucket, m.name, minio.StatObjectOptions{})
	return err == nil && stat.Size == m.size && stat.UserMetadata[markName] == m.mark
}

// sendParts reads one part while it sends the one before, where the store has memory for
// both. The memory to read ahead is had only while a part is sent: no slow reader keeps it
// from others.
func (m *multipart) sendParts(ctx context.Context, first *part) error {
	// A part whose request is cut off may yet arrive after the upload was aborted, and stay:
	// one that is on its way when ctx ends has a while to come to its end.
	sendCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	sent := make(chan error, 1)
	current, next, sending := first, m.store.part(), false
	await := func() error {
		select {
		case err := <-sent:
			sending = false
			return err
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	defer func() {
		if sending {
			grace := time.AfterFunc(abortTimeout, cancel)
			_ = <-sent //nolint:staticcheck // of a Put that has failed already
			grace.Stop()
		}
		cancel()
		next.release()
	}()

	size, last := int64(0), false
	for number := 1; ; number++ {
		size += current.size
		ahead := !last && m.store.mayReadAhead()
		sending = true
		go func(part *part) {
			err := m.sendPart(sendCtx, number, part)
			part.release()
			if ahead {
				<-m.store.ahead
			}
			sent <- err
		}(current)
		if !ahead {
			if err := await(); err != nil {
				return err
			}
		}
		if !last {
			err := next.fill(ctx, m.r)
			last = errors.Is(err, io.EOF)
			if err != nil && !last {
				return err
			}
		}
		if sending {
			if err := await(); err != nil {
				return err
			}
		}
		if next.size == 0 {
			m.size = size
			return nil
		}
		current, next = next, m.store.part()
	}
}

// mayReadAhead takes the right to, where it is to be had.
func (s *S3) mayReadAhead() bool {
	select {
	case s.ahead <- struct{}{}:
		return true
	default:
		return false
	}
}

func (m *multipart) sendPart(ctx context.Context, number int, part *part) error {
	sent, err := m.store.client.PutObjectPart(ctx, m.store.options.Bucket, m.name, m.id, number,
		part, part.size, minio.PutObjectPartOptions{})
	if err == nil {
		m.parts = append(m.parts, minio.CompletePart{PartNumber: number, ETag: sent.ETag})
	}
	return err
}
