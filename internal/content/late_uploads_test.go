package content_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
)

// holding is a store, none to append to, that calls a test when it has the bytes of an
// original and has yet to confirm them, and counts what is written.
type holding struct {
	blob.Store
	confirm func(ctx context.Context) error
	written atomic.Int64
}

// Put is [blob.Store]'s.
func (s *holding) Put(ctx context.Context, key string, r io.Reader, mimeType string) (blob.Info, error) {
	if s.confirm != nil && strings.HasSuffix(key, "/original") {
		r = io.MultiReader(r, readerFunc(func([]byte) (int, error) {
			if err := s.confirm(ctx); err != nil {
				return 0, err
			}
			return 0, io.EOF
		}))
	}
	info, err := s.Store.Put(ctx, key, r, mimeType)
	s.written.Add(info.Size)
	return info, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func newHolding(tb testing.TB) *holding {
	tb.Helper()
	disk, err := blob.NewDisk(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	return &holding{Store: disk}
}

// pause is a store that takes its time, unless the request ends before.
func pause(d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-time.After(d): // the pause is what is tested
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// A store may take longer to confirm than a client may be silent: it is not the client that
// is waited for.
func TestUploads_WaitForTheStore(t *testing.T) {
	t.Parallel()
	store := newHolding(t)
	store.confirm = pause(time.Second)
	s := newStageOver(t, store, content.Options{IdleTimeout: 200 * time.Millisecond})
	address := s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour))
	do(t, "PUT", address, strings.NewReader("with a length"), nil).wants(t, 200)
	do(t, "PUT", address, io.MultiReader(strings.NewReader("in chunks")), nil).wants(t, 200)
	if told := s.uploads(); len(told) != 2 {
		t.Errorf("told of %+v", told)
	}
}

// A client that does not wait for the answer has uploaded the file all the same.
func TestUploads_OfWhomGoesAfterTheLastByte(t *testing.T) {
	t.Parallel()
	store, all := newHolding(t), make(chan struct{})
	store.confirm = func(ctx context.Context) error {
		close(all)
		return pause(300 * time.Millisecond)(ctx) // in which the server sees that the client went
	}
	s := newStageOver(t, store, content.Options{})
	s.told = make(chan content.Upload, 1)
	u, err := url.Parse(s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(conn, "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nfilm", u.RequestURI())
	<-all
	_ = conn.Close()
	select {
	case upload := <-s.told:
		if upload.Size != 4 {
			t.Errorf("told of %+v", upload)
		}
	case <-time.After(10 * time.Second):
		t.Error("the library was not told")
	}
}

// What is sent again takes no room twice; but where it is not known which of them counts,
// both stay.
func TestUploads_ReplaceTheOneBefore(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		address := s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour))
		for n := range 3 {
			do(t, "PUT", address, strings.NewReader(strings.Repeat("x", n+1)), nil).wants(t, 200)
		}
		patch(t, create(t, s, 7, 5), 0, []byte("01234")).wants(t, 204)
		told := s.uploads()
		last := told[len(told)-1].Key
		originals := func() (keys []string) {
			return slices.DeleteFunc(s.keys(t), func(key string) bool { return !strings.HasSuffix(key, "/original") })
		}
		if got := originals(); len(got) != 1 || got[0] != last {
			t.Errorf("stored are %q, want %q", got, last)
		}
		s.mu.Lock()
		s.reject = errors.New("the database went while it committed")
		s.mu.Unlock()
		do(t, "PUT", address, strings.NewReader("again"), nil).wants(t, 500)
		if got := originals(); len(got) != 2 || !slices.Contains(got, last) {
			t.Errorf("stored are %q, want %q and one more", got, last)
		}
	})
}

// Bytes that come for hours after an address has expired are not taken for ever: nothing
// that is written may become as old as what is swept.
func TestUploads_EndAWhileAfterTheirAddress(t *testing.T) {
	t.Parallel()
	s := newStageOver(t, newHolding(t), content.Options{})
	begin := func(method, address string, header map[string]string) (*io.PipeWriter, chan int) {
		reader, writer := io.Pipe()
		request, err := http.NewRequestWithContext(t.Context(), method, address, reader)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range header {
			request.Header.Set(name, value)
		}
		request.Header.Set("Expect", "100-continue") // which says that the server reads
		answers := make(chan int, 1)
		go func() {
			answer, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(request)
			if err != nil {
				t.Error(err)
				answers <- 0
				return
			}
			_ = answer.Body.Close()
			answers <- answer.StatusCode
		}()
		_, _ = writer.Write([]byte("film"))
		return writer, answers
	}
	upload := create(t, s, 8, 100) // good for an hour
	put, putAnswer := begin("PUT", s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), nil)
	piece, pieceAnswer := begin("PATCH", upload, map[string]string{
		"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
	})
	s.advance(time.Hour + library.UploadOverrun)
	go func() { _, _ = put.Write([]byte("more")) }() // what nobody reads any more
	go func() { _, _ = piece.Write([]byte("more")) }()
	if got := <-putAnswer; got != http.StatusForbidden {
		t.Errorf("PUT: %d, want 403", got)
	}
	if got := <-pieceAnswer; got != http.StatusNoContent {
		t.Errorf("PATCH: %d, want 204 for what came", got)
	}
	_, _ = put.CloseWithError(io.ErrClosedPipe), piece.CloseWithError(io.ErrClosedPipe)
	patch(t, upload, 4, []byte("more")).wants(t, 403)
	if told := s.uploads(); len(told) > 0 {
		t.Errorf("told of %+v", told)
	}
}

// What the library does not wait for any more is not taken, and not made ready for it
// again and again.
func TestTus_TakesNothingForWhatIsDone(t *testing.T) {
	t.Parallel()
	store := newHolding(t)
	s := newStageOver(t, store, content.Options{})
	refuse := func(media library.MediaID) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.reject = &library.Error{Kind: library.KindConflict, Message: "this media has its bytes already"}
		s.refuse[media] = s.reject
	}
	address := create(t, s, 7, 1000)
	patch(t, address, 0, bytes.Repeat([]byte("x"), 400)).wants(t, 204)
	whole := create(t, s, 8, 1000)
	s.mu.Lock()
	s.reject = errors.New("the database is away")
	s.mu.Unlock()
	patch(t, whole, 0, bytes.Repeat([]byte("x"), 1000)).wants(t, 500)
	refuse(7)
	refuse(8)
	before := store.written.Load()
	patch(t, address, 400, bytes.Repeat([]byte("x"), 100)).wants(t, 409)
	for range 5 {
		tus(t, "HEAD", whole, nil, nil).wants(t, 409)
	}
	if got := store.written.Load() - before; got > 0 {
		t.Errorf("for what is refused %d bytes were written", got)
	}
}

// Two nodes end the same upload: the slower one finds the parts gone, and the upload done.
func TestTus_EndsOnTwoNodesAtOnce(t *testing.T) {
	t.Parallel()
	shared := newHolding(t)
	began, goOn := make(chan struct{}), make(chan struct{})
	one := newStageOver(t, shared, content.Options{})
	two := newStageOver(t, &opening{Store: shared, on: func(key string) {
		if strings.Contains(key, "/part-") {
			close(began)
			<-goOn
		}
	}}, content.Options{})
	address := create(t, one, 7, 200)
	patch(t, address, 0, bytes.Repeat([]byte("x"), 100)).wants(t, 204)
	one.mu.Lock()
	one.reject = io.ErrUnexpectedEOF
	one.mu.Unlock()
	patch(t, address, 100, bytes.Repeat([]byte("x"), 100)).wants(t, 500) // the bytes are there
	one.mu.Lock()
	one.reject = nil
	one.mu.Unlock()
	other := make(chan response, 1)
	go func() { other <- tus(t, "HEAD", strings.Replace(address, one.url, two.url, 1), nil, nil) }()
	<-began // to join the parts
	if got := offsetOf(t, address); got != 200 {
		t.Errorf("the offset is %d", got)
	}
	close(goOn)
	if got := <-other; got.StatusCode != http.StatusOK || got.Header.Get("Upload-Offset") != "200" {
		t.Errorf("the other node answers %d, %q", got.StatusCode, got.Header.Get("Upload-Offset"))
	}
	if told := append(one.uploads(), two.uploads()...); len(told) != 1 {
		t.Errorf("told of %+v", told)
	}
}

// opening calls a test before it opens an object.
type opening struct {
	blob.Store
	on func(key string)
}

// Open is [blob.Store]'s.
func (s *opening) Open(ctx context.Context, key string) (*blob.Object, error) {
	s.on(key)
	return s.Store.Open(ctx, key)
}

// Who asks where to go on while the upload ends waits for it, longer than a client may be
// silent.
func TestTus_WaitsForTheEnd(t *testing.T) {
	t.Parallel()
	store, ending := newHolding(t), make(chan struct{})
	store.confirm = func(ctx context.Context) error {
		close(ending)
		return pause(time.Second)(ctx)
	}
	s := newStageOver(t, store, content.Options{IdleTimeout: 200 * time.Millisecond})
	address := create(t, s, 7, 5)
	ended := make(chan response, 1)
	go func() { ended <- patch(t, address, 0, []byte("01234")) }()
	<-ending
	if got := offsetOf(t, address); got != 5 {
		t.Errorf("the offset is %d", got)
	}
	if got := <-ended; got.StatusCode != http.StatusNoContent {
		t.Errorf("PATCH: %d %s", got.StatusCode, got.body)
	}
}
