package content_test

import (
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
		if want := "with less than 4000 bytes a second; what came before is kept, so ask where to go on"; !strings.Contains(string(piece.body), want) {
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
