package content

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/pace"
)

// idle moves the limits of a request on as long as bytes move. The server's own are for
// the whole of a request, which may take hours here.
type idle struct {
	controller *http.ResponseController
	timeout    time.Duration
	clock      func() time.Time

	mu      sync.Mutex
	stopped bool
}

func newIdle(w http.ResponseWriter, timeout time.Duration) *idle {
	clock := time.Now // the machine's: no test sets how long a client is silent
	return &idle{controller: http.NewResponseController(w), timeout: timeout, clock: clock}
}

// moved sets the limits again. Writing has the longer one, so that who sent too slowly
// can still be told so. A writer without limits, as in tests, has none to move.
func (i *idle) moved() {
	now := i.clock()
	_ = i.controller.SetWriteDeadline(now.Add(2 * i.timeout))
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.stopped {
		_ = i.controller.SetReadDeadline(now.Add(i.timeout))
	}
}

// wait takes the limits off while it is us whom the client waits for. net/http would take a
// read that runs into its limit for a client that has gone, and end the request.
func (i *idle) wait() {
	_ = i.controller.SetWriteDeadline(time.Time{})
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.stopped {
		_ = i.controller.SetReadDeadline(time.Time{})
	}
}

// read gives a read that begins now so long, and says whether there may be one.
func (i *idle) read(limit time.Duration) bool {
	now := i.clock()
	_ = i.controller.SetWriteDeadline(now.Add(limit + i.timeout))
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.stopped {
		_ = i.controller.SetReadDeadline(now.Add(limit))
	}
	return !i.stopped
}

// isStopped says whether reading was ended.
func (i *idle) isStopped() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.stopped
}

// stop ends a read that waits, and all that come after it.
func (i *idle) stop() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stopped = true
	_ = i.controller.SetReadDeadline(i.clock())
}

// patientWriter is an answer whose limit moves on with each stretch that was taken.
type patientWriter struct {
	http.ResponseWriter
	idle *idle
}

// stretch is how much a client must take within the limit of writing, which is twice the
// timeout: at a minute, 4 kB/s.
const stretch = 512 << 10

// Unwrap gives the writer below to an http.ResponseController.
func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write answers with bytes.
func (w *patientWriter) Write(p []byte) (int, error) {
	w.idle.moved()
	return w.ResponseWriter.Write(p)
}

// ReadFrom answers with what a reader has. It hands the file itself down, which the
// kernel sends by itself.
func (w *patientWriter) ReadFrom(r io.Reader) (total int64, err error) {
	below, ok := w.ResponseWriter.(io.ReaderFrom)
	if !ok {
		return io.Copy(struct{ io.Writer }{w}, r)
	}
	limit, limited := r.(*io.LimitedReader)
	if !limited {
		limit = &io.LimitedReader{R: r, N: 1<<63 - 1}
	}
	for limit.N > 0 {
		part := &io.LimitedReader{R: limit.R, N: min(limit.N, stretch)}
		wanted := part.N
		w.idle.moved()
		n, err := below.ReadFrom(part)
		total += n
		limit.N -= n
		if err != nil || n < wanted {
			return total, err
		}
	}
	return total, nil
}

// timely is a body that ends at a time, however steadily it comes: what is being written
// must not be as old as what the sweeper takes for nobody's.
type timely struct {
	io.Reader
	until time.Time
	clock func() time.Time
}

// Read reads from the body.
func (r *timely) Read(p []byte) (int, error) {
	if !r.clock().Before(r.until) {
		return 0, errExpired
	}
	return r.Reader.Read(p)
}

// patientReader is a body that takes as long as it likes, if its bytes come fast enough. Only
// the time in which the client is waited for counts: between two reads there is no limit.
type patientReader struct {
	io.Reader
	idle *idle
	pace pace.Pace
	err  error // what ended the body; a broken body is the client's fault, not ours
}

func newPatientReader(r io.Reader, i *idle) *patientReader {
	return &patientReader{Reader: r, idle: i, pace: pace.New(i.timeout)}
}

// Read reads from the body.
func (r *patientReader) Read(p []byte) (int, error) {
	limit, slow := r.pace.Limit()
	if !r.idle.read(limit) {
		r.err = errOvertaken
		return 0, r.err
	}
	began := r.idle.clock()
	n, err := r.Reader.Read(p)
	r.pace.Waited(r.idle.clock().Sub(began), n)
	switch late := errors.Is(err, os.ErrDeadlineExceeded); {
	case err == nil, err == io.EOF: //nolint:errorlint // io.Reader's end is never wrapped
		r.idle.wait()
		return n, err
	case late && r.idle.isStopped():
		err = errOvertaken
	case late && slow:
		err = fmt.Errorf("%w: %w", errSlow, err)
	}
	r.err = err
	return n, err
}

// What ends a body before its time.
var (
	errSlow      = fmt.Errorf("the bytes came with less than %d a second", pace.MinRate)
	errOvertaken = &library.Error{
		Kind: library.KindConflict, Message: "another request for the same upload came after this one and takes its place",
	}
)
