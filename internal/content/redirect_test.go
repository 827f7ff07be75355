package content_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/testkit"
)

// Who may have a recording is sent to the store for it, which gives it as Lectern would;
// what is small, or not theirs, Lectern answers itself.
func TestFiles_ComeFromTheStoreItself(t *testing.T) {
	t.Parallel()
	address := testkit.S3(t)
	store, err := blob.Open(address)
	if err != nil {
		t.Fatal(err)
	}
	redirector, can := store.(blob.Redirector)
	if !can {
		t.Fatal("S3 cannot redirect")
	}
	s := newStage(t, address, content.Options{Redirect: redirector})
	in := s.clock().Add(time.Hour)
	s.put(t, "media/7/a/original", "text/html", []byte("0123456789"))
	s.put(t, "media/7/a/hls/720p.mp4", "", []byte("0123456789"))
	s.put(t, "media/7/a/hls/720p.m3u8", "", []byte("#EXTM3U"))
	folder := s.signer.FolderURL("media/7/a", in)

	for what, c := range map[string]struct{ address, kind, disposition string }{
		"a segment":          {folder + "hls/720p.mp4", "video/mp4", ""},
		"a known original":   {s.signer.FileURL(content.File{Key: "media/7/a/original", MIMEType: "video/mp4"}, in), "video/mp4", ""},
		"an unknown one":     {s.signer.FileURL(content.File{Key: "media/7/a/original"}, in), "application/octet-stream", "attachment"},
		"one with a name":    {s.signer.FileURL(content.File{Key: "media/7/a/original", SaveAs: "x.mov"}, in), "application/octet-stream", "attachment; filename=x.mov"},
		"one of a lost type": {s.signer.FileURL(content.File{Key: "media/7/a/original", MIMEType: "text/html"}, in), "application/octet-stream", "attachment"},
	} {
		status, header := unfollowed(t, c.address)
		if status != http.StatusFound || header.Get("Cache-Control") != "private, max-age=300" ||
			header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s is answered %d, %v", what, status, header)
			continue
		}
		if at, err := url.Parse(header.Get("Location")); err != nil || at.Query().Get("X-Amz-Expires") != "900" {
			t.Errorf("%s: the store's address is %s, which is not good for 15 minutes", what, header.Get("Location"))
		}
		got := do(t, "GET", header.Get("Location"), nil, map[string]string{"Range": "bytes=2-4"})
		got.wants(t, 206)
		if string(got.body) != "234" || got.Header.Get("Content-Type") != c.kind || got.Header.Get("Content-Disposition") != c.disposition {
			t.Errorf("%s is %q, %v", what, got.body, got.Header)
		}
	}

	do(t, "HEAD", folder+"hls/720p.mp4", nil, nil).wants(t, 200) // a signature is for one method
	for address, want := range map[string]int{
		folder + "hls/720p.m3u8": 200, folder + "hls/1080p.mp4": 404,
		strings.Replace(folder, "media/7", "media/8", 1) + "hls/720p.mp4": 403,
	} {
		if status, _ := unfollowed(t, address); status != want {
			t.Errorf("%s is answered %d, want %d", address, status, want)
		}
	}
	s.advance(2 * time.Hour)
	if status, _ := unfollowed(t, s.signer.FileURL(content.File{Key: "media/7/a/original"}, in)); status != http.StatusForbidden {
		t.Errorf("what has expired is answered %d", status)
	}
}

// unfollowed is an answer to GET, a redirect being one.
func unfollowed(t *testing.T, address string) (status int, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode, answer.Header
}
