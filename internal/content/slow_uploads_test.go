package content_test

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/testkit"
)

// dripping is a body of which a byte comes now and then, for as long as somebody reads.
func dripping() io.Reader {
	reader, writer := io.Pipe()
	go func() {
		for tick := time.Tick(30 * time.Millisecond); ; <-tick { // the slowness is what is tested
			if _, err := writer.Write([]byte("x")); err != nil {
				return
			}
		}
	}()
	return reader
}

// A client that always sends something, and never much, does not hold a connection.
func TestUploads_ThatAreTooSlow(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		s := newStage(t, address, content.Options{IdleTimeout: 2 * time.Second})
		put := do(t, "PUT", s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), dripping(), nil)
		put.wants(t, 400)
		if want := "the data arrived too slowly, with less than 4000 bytes a second; nothing was stored, send the file again"; !strings.Contains(string(put.body), want) {
			t.Errorf("PUT: %s", put.body)
		}
		if keys, told := s.keys(t), s.uploads(); len(keys) > 0 || len(told) > 0 {
			t.Errorf("stored are %q, told of %v", keys, told)
		}

		upload := create(t, s, 8, 1<<20)
		piece := do(t, "PATCH", upload, dripping(), map[string]string{
			"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream",
		})
		piece.wants(t, 400)
		if want := "with less than 4000 bytes a second; what came before is kept, so ask where to continue"; !strings.Contains(string(piece.body), want) {
			t.Errorf("PATCH: %s", piece.body)
		}
		offset := offsetOf(t, upload)
		if offset == 0 {
			t.Error("nothing of it is kept")
		}
		if got := patch(t, upload, offset, make([]byte, 1<<20-offset)); got.StatusCode != http.StatusNoContent {
			t.Errorf("going on: %d %s", got.StatusCode, got.body)
		}
		if told := s.uploads(); len(told) != 1 || told[0].Size != 1<<20 {
			t.Errorf("told of %+v", told)
		}
	})
}

// Of many that send to one address at once, all but the last are ended, and of them nothing is
// left.
func TestUploads_TheNewestWrites(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		const many = 20
		type sent struct{ n, status int }
		ended, goOn := make(chan sent, many), make(chan struct{})
		address := s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour))
		for n := range many {
			reader, writer := io.Pipe()
			go func() {
				_, err := writer.Write(noise(1<<20, byte(n)))
				for tick := time.Tick(10 * time.Millisecond); err == nil; <-tick { // what a film goes on with
					select {
					case <-goOn:
						_ = writer.Close()
						return
					default:
						_, err = writer.Write([]byte{0})
					}
				}
			}()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, reader)
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				answer, err := (&http.Transport{}).RoundTrip(request)
				if err != nil { // the connection is closed, which may come before the answer is read
					ended <- sent{n, 0}
					return
				}
				_ = answer.Body.Close()
				ended <- sent{n, answer.StatusCode}
			}()
		}
		told := 0
		for range many - 1 {
			is := <-ended
			if is.status != http.StatusConflict && is.status != 0 {
				t.Errorf("one that is not the last ends with %d", is.status)
			}
			if is.status == http.StatusConflict {
				told++
			}
		}
		close(goOn)
		last := <-ended
		if last.status != http.StatusOK || told == 0 {
			t.Errorf("the last ends with %d, and %d were told why they end", last.status, told)
		}
		s.settle(t)
		all := s.uploads()
		if len(all) != 1 || len(s.keys(t)) != 1 {
			t.Fatalf("told of %+v, stored are %q", all, s.keys(t))
		}
		object, err := s.store.Open(t.Context(), all[0].Key)
		if err != nil {
			t.Fatal(err)
		}
		defer object.Close()
		data, err := io.ReadAll(object)
		if err != nil || sha256.Sum256(data) != all[0].SHA256 || !bytes.Equal(data[:1<<20], noise(1<<20, byte(last.n))) {
			t.Errorf("stored is not what the last sent, but %d bytes (%v)", len(data), err)
		}
	})
}
