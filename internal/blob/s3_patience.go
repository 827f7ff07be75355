package blob

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// patience fails requests during which no byte moves for a while. A limit on the whole
// request would either cut off large objects or wait for hours for a dead store.
type patience struct {
	next    http.RoundTripper
	silence time.Duration
}

// silentError says that a store stopped to answer.
type silentError time.Duration

// Error says for how long.
func (e silentError) Error() string {
	return fmt.Sprintf("the store said nothing for %s", time.Duration(e))
}

type silenceKey struct{}

// withSilence has the requests of a context wait for so long in which no byte moves.
func withSilence(ctx context.Context, silence time.Duration) context.Context {
	return context.WithValue(ctx, silenceKey{}, silence)
}

// RoundTrip sends the request and watches it.
func (p *patience) RoundTrip(request *http.Request) (*http.Response, error) {
	silence := p.silence
	if its, has := request.Context().Value(silenceKey{}).(time.Duration); has {
		silence = its
	}
	ctx, cancel := context.WithCancelCause(request.Context())
	watch := newWatch(silence, func() { cancel(silentError(silence)) })
	watched := request.WithContext(ctx)
	if request.Body != nil && request.Body != http.NoBody {
		watched.Body = &sentBody{ReadCloser: request.Body, watch: watch}
	}
	watch.touch()
	response, err := p.next.RoundTrip(watched)
	watch.end() // the sending; what is left of it now is nobody's concern
	if err != nil {
		defer cancel(nil)
		if silent := context.Cause(ctx); silent != nil && request.Context().Err() == nil {
			return nil, silent
		}
		return nil, err
	}
	response.Body = &receivedBody{
		ReadCloser: response.Body, ctx: ctx, cancel: cancel,
		watch: newWatch(silence, func() { cancel(silentError(silence)) }),
	}
	return response, nil
}

// watch calls when it was not touched for a while. It waits only from a touch to the
// next pause or end.
type watch struct {
	mu      sync.Mutex
	timer   *time.Timer
	silence time.Duration
	ended   bool
}

func newWatch(silence time.Duration, call func()) *watch {
	timer := time.AfterFunc(silence, call)
	timer.Stop()
	return &watch{timer: timer, silence: silence}
}

func (w *watch) touch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.ended {
		w.timer.Reset(w.silence)
	}
}

func (w *watch) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Stop()
}

func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	w.timer.Stop()
}

// sentBody is the body of a request: that it is read says that the store takes it.
type sentBody struct {
	io.ReadCloser
	watch *watch
}

func (b *sentBody) Read(p []byte) (int, error) {
	b.watch.touch()
	n, err := b.ReadCloser.Read(p)
	b.watch.touch()
	return n, err
}

// receivedBody is the body of an answer. Time in which nobody reads it does not count:
// a viewer may pause.
type receivedBody struct {
	io.ReadCloser
	ctx    context.Context //nolint:containedctx // the request's, whose cause says why it ended
	cancel context.CancelCauseFunc
	watch  *watch
}

func (b *receivedBody) Read(p []byte) (int, error) {
	b.watch.touch()
	n, err := b.ReadCloser.Read(p)
	b.watch.pause()
	if err != nil && err != io.EOF {
		if silent, ok := context.Cause(b.ctx).(silentError); ok { //nolint:errorlint // set above, unwrapped
			err = silent
		}
	}
	return n, err
}

func (b *receivedBody) Close() error {
	b.watch.end()
	defer b.cancel(nil)
	return b.ReadCloser.Close()
}
