package content_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// response is an answer, read to its end.
type response struct {
	*http.Response
	body []byte
}

func do(tb testing.TB, method, url string, body io.Reader, header map[string]string) response {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), method, url, body)
	if err != nil {
		tb.Fatal(err)
	}
	for name, value := range header {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		tb.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return response{answer, data}
}

// wants checks the status, and that an error is a sentence in JSON.
func (r response) wants(tb testing.TB, status int) {
	tb.Helper()
	if r.StatusCode != status {
		tb.Errorf("status %d, want %d: %s", r.StatusCode, status, r.body)
	}
	if r.StatusCode >= 400 && r.Request.Method != http.MethodHead {
		var said struct{ Error string }
		if err := json.Unmarshal(r.body, &said); err != nil || len(said.Error) < 10 {
			tb.Errorf("status %d says %q (%v), want a sentence", r.StatusCode, r.body, err)
		}
	}
}

func noise(n int, seed byte) []byte {
	data := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(data)
	return data
}

func TestFiles_AreServedWithWhatAPlayerNeeds(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		for key, want := range map[string]string{
			"media/7/a/hls/master.m3u8": "application/vnd.apple.mpegurl", "media/7/a/hls/720p.mp4": "video/mp4",
			"media/7/a/audio.m4a": "audio/mp4", "media/7/a/sprite.vtt": "text/vtt; charset=utf-8",
			"media/7/a/thumbnail.jpg": "image/jpeg", "media/7/a/waveform.png": "image/png",
		} {
			s.put(t, key, "", []byte("0123456789"))
			folder := s.signer.FolderURL("media/7/a", s.clock().Add(time.Hour))
			for _, method := range []string{"GET", "HEAD"} {
				got := do(t, method, folder+strings.TrimPrefix(key, "media/7/a/"), nil, nil)
				got.wants(t, 200)
				h := got.Header
				if h.Get("Content-Type") != want || h.Get("Content-Length") != "10" || h.Get("Accept-Ranges") != "bytes" ||
					h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Access-Control-Allow-Origin") != "*" ||
					h.Get("Cache-Control") != "private, max-age=300" || h.Get("Content-Disposition") != "" {
					t.Errorf("%s %s: %v", method, key, h)
				}
				one := do(t, method, s.signer.FileURL(content.File{Key: key}, s.clock().Add(time.Hour)), nil, nil).Header.Get("Cache-Control")
				if one != "private, max-age=300" {
					t.Errorf("%s %s at an address of its own may be kept as %q", method, key, one)
				}
				same := do(t, method, folder+strings.TrimPrefix(key, "media/7/a/"), nil, map[string]string{"If-None-Match": h.Get("ETag")})
				same.wants(t, 304)
				if !strings.HasPrefix(h.Get("ETag"), `"`) {
					t.Errorf("ETag %s is not strong", h.Get("ETag"))
				}
			}
		}
	})
}

func TestFiles_ThatWereUploadedAreOnlyDownloaded(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		for given, want := range map[string]string{
			"text/html": "application/octet-stream", "image/svg+xml": "application/octet-stream", "video/quicktime": "video/quicktime",
			"VIDEO/MP4": "video/mp4",
		} {
			s.put(t, "media/7/a/original", given, []byte("<script>alert(1)</script>"))
			got := do(t, "GET", s.signer.FileURL(content.File{Key: "media/7/a/original", SaveAs: "Лекция \"1\"\r\n.html"}, s.clock().Add(time.Hour)), nil, nil)
			got.wants(t, 200)
			if got.Header.Get("Content-Type") != want || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment; filename") ||
				!strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("uploaded as %s: %v", given, got.Header)
			}
		}
	})
}

// What the library knows of a file counts, not what its uploader said. Only types that
// run nothing can be said, and only in an address that the library made.
func TestFiles_AreOfTheTypeThatTheirAddressSays(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		in := s.clock().Add(time.Hour)
		s.put(t, "media/7/a/original", "text/plain", []byte("film"))
		for said, want := range map[string]string{
			"video/mp4": "video/mp4", "audio/mp4": "audio/mp4", "video/quicktime": "video/quicktime", "text/html": "application/octet-stream",
			"video/mp4; x=y": "application/octet-stream", "": "application/octet-stream",
		} {
			address := s.signer.FileURL(content.File{Key: "media/7/a/original", MIMEType: said}, in)
			got := do(t, "GET", address, nil, nil)
			got.wants(t, 200)
			if kind, shown := got.Header.Get("Content-Type"), got.Header.Get("Content-Disposition") == ""; kind != want || shown != (said == want) {
				t.Errorf("said to be %q it is %q, shown %v", said, kind, shown)
			}
			if said == "video/mp4" {
				do(t, "GET", strings.ReplaceAll(address, "video", "audio"), nil, nil).wants(t, 403)
				do(t, "GET", strings.Split(address, "?")[0], nil, nil).wants(t, 403)
			} else if said != want {
				do(t, "GET", address+"?type=video%2Fmp4", nil, nil).wants(t, 403)
			}
		}
	})
}

func TestFiles_GiveTheRangesOfAModel(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		data := noise(3<<20+11, 1)
		s.put(t, "media/7/a/x.mp4", "", data)
		address := s.signer.FileURL(content.File{Key: "media/7/a/x.mp4"}, s.clock().Add(time.Hour))
		etag := do(t, "HEAD", address, nil, nil).Header.Get("ETag")
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		chance := rand.New(rand.NewPCG(seed, 0))
		for range 60 {
			from, to := chance.IntN(len(data)+1000), chance.IntN(len(data)+1000)
			header := map[string]string{"Range": fmt.Sprintf("bytes=%d-%d", from, to)}
			status := 206
			switch chance.IntN(4) {
			case 0:
				header["Range"], to = fmt.Sprintf("bytes=%d-", from), len(data)
			case 1:
				header["Range"] = fmt.Sprintf("bytes=-%d", from)
				from, to = max(0, len(data)-from), len(data)
			case 2:
				header["If-Range"] = `"another"`
				from, to, status = 0, len(data), 200
			default:
				header["If-Range"] = etag
			}
			if status == 206 && (from > to || from >= len(data)) {
				if from > to {
					continue // net/http calls it unsatisfiable or ignores it; nobody asks so
				}
				outside := do(t, "GET", address, nil, map[string]string{"Range": header["Range"]})
				outside.wants(t, 416)
				if got := outside.Header.Get("Content-Range"); got != fmt.Sprintf("bytes */%d", len(data)) {
					t.Errorf("of %d bytes, Content-Range is %q", len(data), got)
				}
				continue
			}
			want := data[from:min(to+1, len(data))]
			got := do(t, "GET", address, nil, header)
			got.wants(t, status)
			if !bytes.Equal(got.body, want) {
				t.Fatalf("%v: %d bytes, want %d", header, len(got.body), len(want))
			}
		}
	})
}

func TestFiles_OpenByTheirOwnAddressOnly(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		for _, key := range []string{"media/7/a/x.mp4", "media/7/a/hls/y.mp4", "media/7/b/x.mp4", "media/70/a/x.mp4", "media/8/a/x.mp4"} {
			s.put(t, key, "", []byte(key))
		}
		in := s.clock().Add(time.Hour)
		folder, file := s.signer.FolderURL("media/7/a", in), s.signer.FileURL(content.File{Key: "media/7/a/x.mp4"}, in)
		named := s.signer.FileURL(content.File{Key: "media/7/a/x.mp4", SaveAs: "a.mp4"}, in)
		for address, status := range map[string]int{
			folder + "x.mp4":     200,
			folder + "hls/y.mp4": 200,
			folder + "none.mp4":  404,
			folder:               403, // the folder itself: the front takes the last slash off, and above it is nothing of this grant
			file:                 200,
			file + "?hls=1":      200,
			named:                200,
			strings.Replace(named, "a.mp4", "b.mp4", 1):                                                     403,
			file + "?filename=x":                                                                            403,
			strings.Replace(folder, "media/7/a", "media/7/b", 1) + "x.mp4":                                  403,
			strings.Replace(folder, "media/7/a", "media/8/a", 1) + "x.mp4":                                  403,
			strings.Replace(folder, "media/7/a", "media/70/a", 1) + "x.mp4":                                 403,
			strings.Replace(file, "media/7/a/x", "media/7/a/hls/y", 1):                                      403,
			folder + "..%2fb%2fx.mp4":                                                                       404,
			s.url + "/files/k-zzzzzz-4-AAAA/media/7/a/x.mp4":                                                403,
			s.url + "/files/x/media/7/a/x.mp4":                                                              403,
			strings.Replace(s.signer.UploadURL(embedOf(7), in), "uploads", "files", 1) + "/media/7/a/x.mp4": 403,
		} {
			do(t, "GET", address, nil, nil).wants(t, status)
		}
		s.advance(3 * time.Hour)
		for _, address := range []string{folder + "x.mp4", file} {
			got := do(t, "GET", address, nil, nil)
			got.wants(t, 403)
			if !strings.Contains(string(got.body), "expired") {
				t.Errorf("expired, and told %s", got.body)
			}
		}
	})
}

// What the library says of a media item counts for each of its addresses, and for each range.
func TestFiles_EndWithTheirMediaItem(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		in := s.clock().Add(time.Hour)
		addresses := make(map[string]bool) // whether it was made to download what is archived
		for _, key := range []string{"media/7/a/original", "media/7/a/hls/master.m3u8", "media/7/a/hls/720p.mp4", "media/7/a/thumbnail.jpg"} {
			s.put(t, key, "", []byte("0123456789"))
			addresses[s.signer.FileURL(content.File{Key: key}, in)] = false
			addresses[s.signer.FolderURL("media/7/a", in)+strings.TrimPrefix(key, "media/7/a/")] = false
			addresses[s.signer.FileURL(content.File{Key: key, Archived: true}, in)] = true
			addresses[s.signer.FileURL(content.File{Key: key, Name: "x.mov", SaveAs: "x.mov", Archived: true}, in)] = true
		}
		s.put(t, "media/8/a/original", "", []byte("0123456789"))
		other := s.signer.FileURL(content.File{Key: "media/8/a/original"}, in)
		set := func(archived bool, ended error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.archived[7], s.refuse[7] = archived, ended
		}
		for _, step := range []struct {
			archived                  bool
			ended                     error
			plain, forArchived, other int
		}{
			{false, nil, 206, 206, 206},
			{true, nil, 403, 206, 206},
			{true, library.NotFound("media", library.MediaID(7)), 403, 404, 206},
			{false, library.NotFound("media", library.MediaID(7)), 404, 404, 206},
			{false, nil, 206, 206, 206},
		} {
			set(step.archived, step.ended)
			for address, forArchived := range addresses {
				want := step.plain
				if forArchived {
					want = step.forArchived
				}
				do(t, "GET", address, nil, map[string]string{"Range": "bytes=2-4"}).wants(t, want)
			}
			do(t, "GET", other, nil, map[string]string{"Range": "bytes=2-4"}).wants(t, step.other)
		}
	})
}

func TestFolderURL_IsTheSameForAnHour(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), content.Options{})
	hour := s.clock().Truncate(time.Hour)
	first := s.signer.FolderURL("media/7/a", hour.Add(time.Second))
	if got := s.signer.FolderURL("media/7/a", hour.Add(time.Hour)); got != first {
		t.Errorf("%s and %s differ", first, got)
	}
	if got := s.signer.FolderURL("media/7/a", hour.Add(time.Hour+time.Second)); got == first {
		t.Error("the next hour has the same address")
	}
}

func TestUploads_AreStoredAndReported(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		data := noise(9<<20, 2)
		bodies := map[string]io.Reader{"length": bytes.NewReader(data), "chunked": io.MultiReader(bytes.NewReader(data))}
		media := map[string]library.MediaID{"length": 7, "chunked": 8} // or the one would replace the other
		for name, body := range bodies {
			got := do(t, "PUT", s.signer.UploadURL(embedOf(media[name]), s.clock().Add(time.Hour)), body, map[string]string{"Content-Type": "video/mp4"})
			got.wants(t, 200)
			if strings.TrimSpace(string(got.body)) != "{}" {
				t.Errorf("%s: answer %s", name, got.body)
			}
		}
		told := s.uploads()
		if len(told) != 2 || told[0].Key == told[1].Key {
			t.Fatalf("told of %+v", told)
		}
		for _, upload := range told {
			info, err := s.store.Stat(t.Context(), upload.Key)
			if err != nil || info.Size != int64(len(data)) || upload.Size != info.Size || upload.Media != 7 && upload.Media != 8 ||
				upload.SHA256 != sha256.Sum256(data) || upload.MIMEType != "video/mp4" || info.MIMEType != "video/mp4" {
				t.Errorf("%+v is stored as %+v (%v)", upload, info, err)
			}
		}
	})
}

func TestUploads_ThatAreRefusedLeaveNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		s := newStage(t, address, content.Options{MaxUpload: 1 << 20})
		s.refuse[8] = library.NotFound("media", library.MediaID(8))
		s.refuse[9] = &library.Error{Kind: library.KindConflict, Message: "media 9 has its bytes already"}
		good := func() string { return s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)) }
		large := noise(1<<20+1, 1)
		for name, c := range map[string]struct {
			address string
			body    io.Reader
			status  int
		}{
			"not there":       {s.signer.UploadURL(embedOf(8), s.clock().Add(time.Hour)), strings.NewReader("x"), 404},
			"done already":    {s.signer.UploadURL(embedOf(9), s.clock().Add(time.Hour)), strings.NewReader("x"), 409},
			"tampered":        {good() + "A", strings.NewReader("x"), 403},
			"another's grant": {strings.Replace(good(), "0007-", "0008-", 1), strings.NewReader("x"), 403},
			"expired":         {s.signer.UploadURL(embedOf(7), s.clock()), strings.NewReader("x"), 403},
			"empty":           {good(), http.NoBody, 422},
			"empty in chunks": {good(), io.MultiReader(strings.NewReader("")), 422},
			"large":           {good(), bytes.NewReader(large), 413},
			"large in chunks": {good(), io.MultiReader(bytes.NewReader(large)), 413},
		} {
			got := do(t, "PUT", c.address, c.body, nil)
			if got.StatusCode != c.status {
				t.Errorf("%s: status %d, want %d", name, got.StatusCode, c.status)
			}
			got.wants(t, c.status)
		}
		s.reject = &library.Error{Kind: library.KindConflict, Message: "media 7 has its bytes already"}
		do(t, "PUT", good(), strings.NewReader("x"), nil).wants(t, 409)
		if keys, told := s.keys(t), s.uploads(); len(keys) > 0 || len(told) > 0 {
			t.Errorf("stored are %q, told of %v", keys, told)
		}
	})
}

// After an error of which nobody knows whether the change was made, the bytes stay.
func TestUploads_StayWhenTheLibraryFails(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		s.reject = io.ErrUnexpectedEOF
		got := do(t, "PUT", s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), strings.NewReader("x"), nil)
		got.wants(t, 500)
		if strings.Contains(string(got.body), "EOF") {
			t.Errorf("told %s", got.body)
		}
		s.log.wants(t, "unexpected EOF")
		if keys := s.keys(t); len(keys) != 1 {
			t.Errorf("stored are %q", keys)
		}
	})
}

func TestUploads_ThatBreakOffLeaveNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		for _, chunked := range []bool{false, true} {
			reader, writer := io.Pipe()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), reader)
			if err != nil {
				t.Fatal(err)
			}
			if !chunked {
				request.ContentLength = 100 << 20
			}
			go func() {
				_, _ = writer.Write(noise(9<<20, 1))
				_ = writer.CloseWithError(io.ErrClosedPipe)
			}()
			if answer, err := http.DefaultTransport.RoundTrip(request); err == nil {
				_ = answer.Body.Close()
				t.Errorf("answered %s", answer.Status)
			}
		}
		s.settle(t)
		if keys, told := s.keys(t), s.uploads(); len(keys) > 0 || len(told) > 0 {
			t.Errorf("stored are %q, told of %v", keys, told)
		}
	})
}

// settle waits until no interrupted write is left.
func (s *stage) settle(t *testing.T) {
	t.Helper()
	for tick := time.Tick(10 * time.Millisecond); ; {
		left, err := s.store.SweepInterrupted(t.Context(), "", s.clock().Add(10*365*24*time.Hour), true)
		if err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			return
		}
		select {
		case <-tick:
		case <-t.Context().Done():
			t.Fatal("interrupted writes are left")
		}
	}
}

func TestUploads_GoOnForAsLongAsBytesCome(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), content.Options{IdleTimeout: 2 * time.Second})
	slow := func(pause time.Duration) io.Reader {
		reader, writer := io.Pipe()
		go func() {
			for range 4 {
				_, _ = writer.Write(noise(1000, 1))
				<-time.After(pause) // the slowness is what is tested
			}
			_ = writer.Close()
		}()
		return reader
	}
	// Longer than the server's limits on a whole request, 500 ms and 1 s.
	do(t, "PUT", s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), slow(500*time.Millisecond), nil).wants(t, 200)
	do(t, "PUT", s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), slow(3*time.Second), nil).wants(t, 400)
	if told := s.uploads(); len(told) != 1 || told[0].Size != 4000 {
		t.Errorf("told of %+v", told)
	}
}

func TestUploads_InParallelKeepApart(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		var group sync.WaitGroup
		for n := range 8 {
			group.Go(func() {
				body := bytes.NewReader(noise(1<<20+n, byte(n)))
				do(t, "PUT", s.signer.UploadURL(embedOf(library.MediaID(n+1)), s.clock().Add(time.Hour)), body, nil).wants(t, 200)
			})
		}
		group.Wait()
		told := s.uploads()
		for _, upload := range told {
			n := int(upload.Size) - 1<<20
			if upload.SHA256 != sha256.Sum256(noise(1<<20+n, byte(n))) || upload.Media != library.MediaID(n+1) {
				t.Errorf("%+v is not what was sent", upload)
			}
		}
		if len(told) != 8 {
			t.Errorf("told of %d", len(told))
		}
	})
}

func TestContent_AnswersPagesOfOtherOrigins(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), content.Options{})
	in := s.clock().Add(time.Hour)
	for address, method := range map[string]string{
		s.signer.UploadURL(embedOf(7), in): "PUT", s.signer.FileURL(content.File{Key: "a/b"}, in): "GET", s.signer.TusURL(embedOf(7), in): "PATCH",
	} {
		got := do(t, "OPTIONS", address, nil, map[string]string{"Origin": "https://school.example", "Access-Control-Request-Method": method})
		origin := got.Header.Get("Access-Control-Allow-Origin")
		if got.StatusCode >= 300 || origin != "*" && origin != "https://school.example" ||
			!strings.Contains(got.Header.Get("Access-Control-Allow-Methods"), method) {
			t.Errorf("OPTIONS for %s: %d %v", method, got.StatusCode, got.Header)
		}
	}
}
