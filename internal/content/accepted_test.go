package content_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
)

// What makes an upload no longer welcome ends it while it runs; what is wrong for a moment, or is
// not about this upload, does not.
func TestUploads_EndWhileTheyRun(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		for i, is := range []struct {
			refusal    error
			put, patch int
		}{
			{&library.Error{Kind: library.KindNotFound, Message: "gone"}, 404, 404},
			{&library.Error{Kind: library.KindForbidden, Message: "archived"}, 403, 403},
			{&library.Error{Kind: library.KindConflict, Message: "completed"}, 409, 409},
			{&library.Error{Kind: library.KindTooMany, Message: "others have come meanwhile"}, 200, 204},
			{errors.New("the database is away"), 200, 204},
		} {
			whole, pieces := library.MediaID(100+i), library.MediaID(200+i)
			address := create(t, s, pieces, 100)
			put := send(t, "PUT", s.signer.UploadURL(embedOf(whole), s.clock().Add(time.Hour)), nil)
			patch := send(t, "PATCH", address, map[string]string{
				"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
			})
			s.mu.Lock()
			s.refuse[whole], s.refuse[pieces] = is.refusal, is.refusal
			s.mu.Unlock()
			for name, sent := range map[string]*sending{"PUT": put, "PATCH": patch} {
				_, _ = sent.body.Write([]byte("at once, when nobody asks")) // and so it is kept
				s.advance(5 * time.Second)
				_, _ = sent.body.Write([]byte("later"))
				want := map[string]int{"PUT": is.put, "PATCH": is.patch}[name]
				if want < 300 {
					_ = sent.body.Close()
				}
				if got := <-sent.answer; got != want {
					t.Errorf("%s with %v: %d, want %d", name, is.refusal, got, want)
				}
				_ = sent.body.Close()
			}
		}
	})
}

// sending is a request whose body a test writes.
type sending struct {
	body   *io.PipeWriter
	answer chan int
}

// send begins a request, and returns when the server reads the body.
func send(t *testing.T, method, address string, header map[string]string) *sending {
	t.Helper()
	reader, writer := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), method, address, reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	request.Header.Set("Expect", "100-continue") // which says that the server reads
	sent := &sending{writer, make(chan int, 1)}
	go func() {
		answer, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(request)
		_ = reader.Close()
		if err != nil {
			t.Error(err)
			sent.answer <- 0
			return
		}
		_ = answer.Body.Close()
		sent.answer <- answer.StatusCode
	}()
	_, _ = writer.Write([]byte("film"))
	return sent
}

// Of the uploads in pieces of one media item there is one that is not done, the newest: of the one
// before nothing is left, also if it runs. One that is done stays so.
func TestTus_TheNewestUploadReplacesTheOneBefore(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		done := create(t, s, 7, 5)
		patch(t, done, 0, []byte("01234")).wants(t, 204)
		before := create(t, s, 7, 100)
		runs := send(t, "PATCH", before, map[string]string{
			"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
		})
		other := create(t, s, 8, 5)
		last := create(t, s, 7, 6)
		if got := <-runs.answer; got != 409 {
			t.Errorf("the one that ran is answered %d", got)
		}
		_ = runs.body.Close()
		tus(t, "HEAD", before, nil, nil).wants(t, 404)
		patch(t, before, 0, []byte("film")).wants(t, 404)
		if got := offsetOf(t, done); got != 5 {
			t.Errorf("the one that was done is at %d", got)
		}
		s.settle(t)
		folder := before[strings.LastIndex(before, "/")+1:]
		for _, key := range s.keys(t) {
			if strings.Contains(key, folder) {
				t.Errorf("%s is left", key)
			}
		}
		patch(t, last, 0, []byte("012345")).wants(t, 204)
		patch(t, other, 0, []byte("01234")).wants(t, 204)
		if told := s.uploads(); len(told) != 3 {
			t.Errorf("told of %+v", told)
		}
	})
}

// The copy that parts are joined to ends when the room for it does.
func TestTus_JoinsOnlyWhileThereIsRoom(t *testing.T) {
	t.Parallel()
	const size = 40 << 20
	var low, lowers atomic.Bool
	store := &opening{Store: newHolding(t), on: func(key string) {
		if lowers.Load() && strings.Contains(key, "/part-") { // after it was asked for the whole copy
			low.Store(true)
		}
	}}
	s := newStageOver(t, store, content.Options{Room: func(int64) error {
		if low.Load() {
			return &library.Error{Kind: library.KindNoSpace, Message: "there is no room"}
		}
		return nil
	}})
	address := create(t, s, 7, size)
	patch(t, address, 0, bytes.Repeat([]byte("x"), size/2)).wants(t, 204)
	lowers.Store(true)
	patch(t, address, size/2, bytes.Repeat([]byte("x"), size/2)).wants(t, 507)
	if told := s.uploads(); len(told) > 0 {
		t.Errorf("told of %+v", told)
	}
	lowers.Store(false)
	low.Store(false)
	if got := offsetOf(t, address); got != size {
		t.Errorf("the offset is %d", got)
	}
	if told := s.uploads(); len(told) != 1 || told[0].Size != size {
		t.Errorf("told of %+v", told)
	}
}
