package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/lectern-media/lectern/internal/pace"
)

// Info is what is known of a file before it is read. It is what an untrusted server
// says, and may be wrong.
type Info struct {
	// Size is in bytes; -1 where the server does not say it.
	Size int64
	// MIMEType is without parameters and in lower case; what the first bytes look like
	// where the server says nothing, or just "bytes".
	MIMEType string
	// FileName is a bare name without a folder, of at most 255 bytes; it may be "".
	FileName string
	// Host is the server that the file comes from in the end, redirects followed.
	Host string
}

// Body is a file on its way. Read returns io.EOF only when the file is complete as far
// as the server has said how long it is.
type Body struct {
	// Info is what is known of the file.
	Info

	client  *Client
	caller  context.Context
	whole   context.Context
	cancel  context.CancelFunc
	address *url.URL

	answer   *answer
	pace     pace.Pace
	head     []byte // of the first bytes, what nobody has read yet
	err      error  // with which reading ended
	received atomic.Int64

	tag       string // a strong ETag, by which the rest can be asked for
	resumed   int
	resumedAt int64
}

const (
	// sniffed is how many bytes http.DetectContentType looks at.
	sniffed = 512
	// maxResumes bounds how often the rest of one file is asked for.
	maxResumes = 20
)

// begin asks for the file and looks at its first bytes.
func (b *Body) begin() error {
	a, err := b.client.ask(b.whole, b.address, 0, "")
	b.answer = a
	if err != nil {
		return b.client.explain(a.ctx, b.caller, err)
	}
	if a.StatusCode != http.StatusOK {
		return ofStatus(a.Response)
	}
	if coding := a.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return refuse("The server sends the file only in compressed form, which is not supported.")
	}
	b.Size = a.ContentLength
	if b.Size > b.client.maxBytes {
		return b.tooLarge()
	}
	if tag := a.Header.Get("ETag"); strings.HasPrefix(tag, `"`) {
		b.tag = tag
	}
	if err := b.readHead(); err != nil {
		return err
	}
	if len(b.head) == 0 {
		return refuse("The file at this address is empty.")
	}
	return b.describe()
}

func (b *Body) readHead() error {
	head := make([]byte, sniffed)
	n := 0
	for n < len(head) && b.err == nil {
		m, err := b.receive(head[n:])
		n += m
		b.err = err
	}
	b.head = head[:n]
	if b.err != nil && !errors.Is(b.err, io.EOF) {
		return b.err
	}
	return nil
}

// describe fills in what is known. A page is refused here: it is what most addresses
// that were copied from a browser lead to.
func (b *Body) describe() error {
	looks, _, _ := strings.Cut(http.DetectContentType(b.head), ";")
	said, _, _ := mime.ParseMediaType(b.answer.Header.Get("Content-Type"))
	switch said {
	case "text/html", "application/xhtml+xml":
		if !strings.HasPrefix(looks, "video/") && !strings.HasPrefix(looks, "audio/") {
			looks = "text/html"
		}
		said = looks
	case "", "application/octet-stream", "binary/octet-stream", "application/binary":
		said = looks
	}
	if looks == "text/html" {
		return refuse("There is a web page at this address, not a file. Enter the address of the file itself.")
	}
	b.MIMEType = said
	b.Host = b.answer.Request.URL.Hostname()
	b.FileName = fileName(b.answer.Header.Get("Content-Disposition"), b.answer.Request.URL)
	return nil
}

// Received is how many bytes have come by now. It may be asked while another goroutine
// reads.
func (b *Body) Received() int64 { return b.received.Load() }

// Read reads on. Once it has failed it fails again with the same error.
func (b *Body) Read(p []byte) (int, error) {
	if len(b.head) > 0 {
		n := copy(p, b.head)
		b.head = b.head[n:]
		return n, nil
	}
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.receive(p)
	b.err = err
	return n, err
}

// receive takes the next bytes from the server, and goes on where the connection was
// cut if the server knows how to.
func (b *Body) receive(p []byte) (int, error) {
	for {
		n, err := b.answer.read(p, &b.pace)
		received := b.received.Add(int64(n))
		if excess := received - b.client.maxBytes; excess > 0 {
			return n - int(excess), b.tooLarge()
		}
		if errors.Is(err, io.EOF) {
			if b.Size < 0 || received == b.Size {
				return n, io.EOF
			}
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			err = b.client.explain(b.answer.ctx, b.caller, err)
			if !b.resume(err) {
				return n, err
			}
		}
		if n > 0 || len(p) == 0 {
			return n, nil
		}
	}
}

// resume asks for the rest after a temporary error, and is whether it comes. Each time
// something must have come before, so that a server cannot keep us busy with nothing.
func (b *Body) resume(err error) bool {
	var e *Error
	received := b.received.Load()
	if !errors.As(err, &e) || !e.Temporary || b.tag == "" || b.resumed == maxResumes || received == b.resumedAt {
		return false
	}
	b.resumed, b.resumedAt = b.resumed+1, received
	b.answer.close()
	asked := time.Now()
	next, err := b.client.ask(b.whole, b.address, received, b.tag)
	b.pace.Waited(time.Since(asked), 0)
	if err == nil && b.continues(next.Response, received) {
		b.answer = next
		return true
	}
	next.close()
	return false
}

// continues is whether an answer is the rest of the same file (RFC 9110, 14.4, 15.3.7).
func (b *Body) continues(rest *http.Response, from int64) bool {
	if rest.StatusCode != http.StatusPartialContent || rest.Header.Get("ETag") != b.tag || rest.Header.Get("Content-Encoding") != "" {
		return false
	}
	var first, last, size int64
	if _, err := fmt.Sscanf(rest.Header.Get("Content-Range"), "bytes %d-%d/%d", &first, &last, &size); err != nil {
		return false
	}
	return first == from && last == size-1 && (b.Size < 0 || b.Size == size)
}

func (b *Body) tooLarge() error {
	return refuse("The file is larger than %s.", sizeOf(b.client.maxBytes))
}

// Close ends the download, complete or not. It always succeeds, and may be called twice.
func (b *Body) Close() error {
	if b.answer != nil {
		b.answer.close()
	}
	b.cancel()
	if b.err == nil {
		b.err = errors.New("fetch: read after close")
	}
	return nil
}
