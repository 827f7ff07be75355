package content_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// tus speaks the protocol's headers.
func tus(tb testing.TB, method, address string, body []byte, header map[string]string) response {
	tb.Helper()
	all := map[string]string{"Tus-Resumable": "1.0.0"}
	if method == "PATCH" {
		all["Content-Type"] = "application/offset+octet-stream"
	}
	for name, value := range header {
		all[name] = value
	}
	return do(tb, method, address, bytes.NewReader(body), all)
}

// create announces an upload and returns its address.
func create(tb testing.TB, s *stage, media library.MediaID, size int) string {
	tb.Helper()
	got := tus(tb, "POST", s.signer.TusURL(embedOf(media), s.clock().Add(time.Hour)), nil, map[string]string{
		"Upload-Length": strconv.Itoa(size), "Upload-Metadata": "filename bGVjdHVyZS5tcDQ=,filetype dmlkZW8vbXA0",
	})
	if got.StatusCode != http.StatusCreated {
		tb.Fatalf("POST: %d %s", got.StatusCode, got.body)
	}
	return absolute(tb, s, got.Header.Get("Location"))
}

func absolute(tb testing.TB, s *stage, location string) string {
	tb.Helper()
	base, err := url.Parse(s.url)
	if err != nil {
		tb.Fatal(err)
	}
	address, err := base.Parse(location)
	if err != nil {
		tb.Fatal(err)
	}
	return address.String()
}

func offsetOf(tb testing.TB, address string) int {
	tb.Helper()
	got := tus(tb, "HEAD", address, nil, nil)
	offset, err := strconv.Atoi(got.Header.Get("Upload-Offset"))
	if err != nil {
		tb.Fatalf("HEAD: %d %v", got.StatusCode, got.Header)
	}
	return offset
}

func patch(tb testing.TB, address string, offset int, body []byte) response {
	tb.Helper()
	return tus(tb, "PATCH", address, body, map[string]string{"Upload-Offset": strconv.Itoa(offset)})
}

// breakOff sends a PATCH by hand, some bytes less than it promises, and hangs up.
func breakOff(tb testing.TB, address string, offset int, promised []byte, send int) {
	tb.Helper()
	u, err := url.Parse(address)
	if err != nil {
		tb.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", u.Host)
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: %s\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"+
		"Upload-Offset: %d\r\nContent-Length: %d\r\n\r\n", u.RequestURI(), u.Host, offset, len(promised))
	if _, err := conn.Write(promised[:send]); err != nil {
		tb.Fatal(err)
	}
}

func (s *stage) wantsUpload(tb testing.TB, media library.MediaID, data []byte) {
	tb.Helper()
	told := s.uploads()
	if len(told) != 1 || told[0].Media != media || told[0].Size != int64(len(data)) || told[0].SHA256 != sha256.Sum256(data) ||
		told[0].MIMEType != "video/mp4" {
		tb.Fatalf("told of %+v", told)
	}
	object, err := s.store.Open(tb.Context(), told[0].Key)
	if err != nil {
		tb.Fatal(err)
	}
	defer object.Close()
	if got, err := io.ReadAll(object); err != nil || !bytes.Equal(got, data) {
		tb.Errorf("stored are %d bytes, or others (%v)", len(got), err)
	}
	for _, key := range s.keys(tb) {
		if strings.Contains(key, "/part-") {
			tb.Errorf("%s stays behind", key)
		}
	}
}

func TestTus_TakesAnUploadInPieces(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		data := noise(3<<20+5, 1)
		address := create(t, s, 7, len(data))
		if got := tus(t, "HEAD", address, nil, nil); got.Header.Get("Upload-Length") != strconv.Itoa(len(data)) ||
			!strings.Contains(got.Header.Get("Upload-Metadata"), "filename bGVjdHVyZS5tcDQ=") || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("HEAD says %v", got.Header)
		}
		for offset := 0; offset < len(data); {
			end := min(offset+1<<20, len(data))
			got := patch(t, address, offset, data[offset:end])
			if got.StatusCode != http.StatusNoContent || got.Header.Get("Upload-Offset") != strconv.Itoa(end) {
				t.Fatalf("PATCH at %d: %d %s", offset, got.StatusCode, got.body)
			}
			offset = end
		}
		s.wantsUpload(t, 7, data)
		if got := offsetOf(t, address); got != len(data) {
			t.Errorf("when all is done, the offset is %d", got)
		}
		s.wantsUpload(t, 7, data) // HEAD ended nothing twice
	})
}

func TestTus_GoesOnWhereItBrokeOff(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		chance := rand.New(rand.NewPCG(seed, 0))
		data := noise(2<<20+3, 2)
		address := create(t, s, 7, len(data))
		breaks := 0
		for offset := 0; offset < len(data); offset = offsetOf(t, address) {
			if breaks < 12 && offset < len(data)-1 {
				breakOff(t, address, offset, data[offset:], 1+chance.IntN(min(400_000, len(data)-offset-1)))
				breaks++
				continue
			}
			if got := patch(t, address, offset, data[offset:]); got.StatusCode != http.StatusNoContent && got.StatusCode != http.StatusConflict { // one that broke off came late
				t.Fatalf("PATCH at %d: %d %s", offset, got.StatusCode, got.body)
			}
		}
		if breaks == 0 {
			t.Error("nothing broke off")
		}
		s.wantsUpload(t, 7, data)
	})
}

func TestTus_RefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		s := newStage(t, address, content.Options{MaxUpload: 1 << 20})
		s.refuse[8] = &library.Error{Kind: library.KindConflict, Message: "media 8 has its bytes already"}
		in := s.clock().Add(time.Hour)
		for name, c := range map[string]struct {
			address string
			length  string
			status  int
		}{
			"too large":    {s.signer.TusURL(embedOf(7), in), "1048577", 413},
			"empty":        {s.signer.TusURL(embedOf(7), in), "0", 422},
			"no length":    {s.signer.TusURL(embedOf(7), in), "", 400},
			"done already": {s.signer.TusURL(embedOf(8), in), "5", 409},
			"tampered":     {strings.Replace(s.signer.TusURL(embedOf(7), in), "0007-", "0009-", 1), "5", 403},
			"expired":      {s.signer.TusURL(embedOf(7), s.clock()), "5", 403},
			"no protocol":  {s.signer.TusURL(embedOf(7), in), "5", 412},
		} {
			header := map[string]string{"Upload-Length": c.length}
			if name == "no protocol" {
				header["Tus-Resumable"] = "0.1"
			}
			if got := tus(t, "POST", c.address, nil, header); got.StatusCode != c.status {
				t.Errorf("%s: status %d, want %d: %s", name, got.StatusCode, c.status, got.body)
			}
		}
		if keys := s.keys(t); len(keys) > 0 {
			t.Errorf("stored are %q", keys)
		}

		upload := create(t, s, 7, 10)
		if got := patch(t, upload, 5, []byte("56789")); got.StatusCode != http.StatusConflict {
			t.Errorf("PATCH past the end: %d", got.StatusCode)
		}
		if got := patch(t, upload, 0, []byte("0123456789a")); got.StatusCode < 400 {
			t.Errorf("PATCH of too much: %d", got.StatusCode)
		}
		if got := tus(t, "GET", upload, nil, nil); got.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("GET: %d", got.StatusCode)
		}
		other := strings.TrimSuffix(s.signer.TusURL(embedOf(9), in), "/") + upload[strings.LastIndexByte(upload, '/'):]
		for _, address := range []string{other, upload + "x", upload + "/upload.json", upload[:len(upload)-1]} {
			if got := tus(t, "HEAD", address, nil, nil); got.StatusCode != http.StatusNotFound {
				t.Errorf("HEAD %s: %d", address, got.StatusCode)
			}
		}
	})
}

func TestTus_DeletesTerminatedUploads(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		address := create(t, s, 7, 10)
		patch(t, address, 0, []byte("01234")).wants(t, 204)
		tus(t, "DELETE", address, nil, nil).wants(t, 204)
		if got := tus(t, "HEAD", address, nil, nil); got.StatusCode != http.StatusNotFound {
			t.Errorf("HEAD: %d", got.StatusCode)
		}
		if keys := s.keys(t); len(keys) > 0 {
			t.Errorf("stored are %q", keys)
		}
	})
}

func TestTus_LetsOneWriteAtATime(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		address := create(t, s, 7, 10)
		data, offset := []byte("0123456789"), 0
		wrong := func() { // for it is not at 9
			if got := patch(t, address, 9, data[9:]); got.StatusCode != http.StatusConflict {
				t.Errorf("PATCH past the end: %d %s", got.StatusCode, got.body)
			}
		}
		for name, newer := range map[string]func(){
			"a PATCH": wrong,
			"a PUT": func() { // of nothing
				do(t, "PUT", s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), io.MultiReader(strings.NewReader("")), nil).wants(t, 422)
			},
			"a question where to go on": func() { offsetOf(t, address) },
		} {
			finish, ended := slowPatch(t, address, offset, data[offset:offset+1])
			newer()
			if got := <-ended; got != http.StatusConflict {
				t.Errorf("%s ends it with %d, want 409", name, got)
			}
			_ = finish.Close()
			got := offsetOf(t, address)
			if got < offset || got > offset+1 {
				t.Fatalf("after %s the offset is %d, want %d and one more at most", name, got, offset)
			}
			offset = got
		}
		patch(t, address, offset, data[offset:]).wants(t, 204)
		s.wantsUpload(t, 7, data)
	})
}

// slowPatch begins a PATCH that goes on as the returned writer is written to.
// The channel has the status of its answer, or 0.
func slowPatch(t *testing.T, address string, offset int, first []byte) (finish *io.PipeWriter, ended chan int) {
	t.Helper()
	reader, finish := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, address, reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Tus-Resumable": "1.0.0", "Upload-Offset": strconv.Itoa(offset), "Content-Type": "application/offset+octet-stream",
	} {
		request.Header.Set(name, value)
	}
	request.Header.Set("Expect", "100-continue") // which says that the server reads
	ended = make(chan int, 1)
	go func() {
		answer, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(request)
		if err != nil {
			ended <- 0
			return
		}
		_ = answer.Body.Close()
		ended <- answer.StatusCode
	}()
	if _, err := finish.Write(first); err != nil {
		t.Logf("the slow PATCH was shut out: %v", err)
	}
	return finish, ended
}

// Two nodes over one store do not know of each other's requests. What both write must
// not mix, and what was acknowledged must not shrink.
func TestTus_KeepsTwoNodesApart(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		one, two := newStage(t, address, content.Options{}), newStage(t, address, content.Options{})
		data := noise(100_000, 3)
		first := create(t, one, 7, len(data))
		second := strings.Replace(first, one.url, two.url, 1)
		patch(t, first, 0, data[:40_000]).wants(t, 204)
		if got := offsetOf(t, second); got != 40_000 {
			t.Fatalf("the other node is at %d", got)
		}
		// A slow PATCH of the one node arrives after the other has gone on.
		finish, ended := slowPatch(t, first, 40_000, data[40_000:45_000])
		patch(t, second, 40_000, data[40_000:70_000]).wants(t, 204)
		_, _ = finish.Write(data[45_000:60_000])
		_ = finish.Close()
		<-ended
		if got := offsetOf(t, first); got != 70_000 {
			t.Fatalf("after the slow one, the offset is %d, want 70000", got)
		}
		patch(t, first, 70_000, data[70_000:]).wants(t, 204)
		one.wantsUpload(t, 7, data)
	})
}

// A server that dies after the last byte and before the end leaves all bytes and no
// upload. The client asks where to go on, and has nothing more to send.
func TestTus_EndsWhatAFailureLeftOpen(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		address := create(t, s, 7, 5)
		s.mu.Lock()
		s.reject = io.ErrUnexpectedEOF
		s.mu.Unlock()
		if got := patch(t, address, 0, []byte("01234")); got.StatusCode != http.StatusInternalServerError {
			t.Errorf("PATCH: %d", got.StatusCode)
		}
		if got := tus(t, "HEAD", address, nil, nil); got.StatusCode != http.StatusInternalServerError {
			t.Errorf("HEAD while it fails: %d", got.StatusCode)
		}
		s.mu.Lock()
		s.reject = nil
		s.mu.Unlock()
		if got := offsetOf(t, address); got != 5 {
			t.Errorf("the offset is %d", got)
		}
		s.wantsUpload(t, 7, []byte("01234"))
	})
}
