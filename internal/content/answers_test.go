package content_test

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/content"
	"github.com/lectern-media/lectern/internal/library"
)

// raw sends a request by hand and returns the answer's head and body, and whether the server
// ended the connection after it.
func raw(t *testing.T, address, request string) (head, body string, ended bool) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n")); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(conn)
	answer, err := http.ReadResponse(lines, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("the body of %s: %v", answer.Status, err)
	}
	var header strings.Builder
	if err := answer.Header.Write(&header); err != nil {
		t.Fatal(err)
	}
	if answer.Close { // or the connection stays, and nothing comes
		_, err = lines.ReadByte()
		ended = errors.Is(err, io.EOF)
	}
	return answer.Status + "\n" + header.String(), string(text), ended
}

// A client of the vendor's waits for the end of the connection after a PUT.
func TestPUT_ClosesItsConnectionWithEveryAnswer(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		s.refuse[8] = &library.Error{Kind: library.KindConflict, Message: "media 8 has its bytes already"}
		in := s.clock().Add(time.Hour)
		for _, c := range []struct{ name, address, status string }{
			{"stored", s.signer.UploadURL(embedOf(7), in), "200 OK"},
			{"done already", s.signer.UploadURL(embedOf(8), in), "409 Conflict"},
			{"forged", s.signer.UploadURL(embedOf(7), in) + "A", "403 Forbidden"},
		} {
			u, err := url.Parse(c.address)
			if err != nil {
				t.Fatal(err)
			}
			for _, version := range []string{"1.1", "1.0"} {
				head, body, ended := raw(t, c.address, fmt.Sprintf(
					"PUT %s HTTP/%s\nHost: %s\nConnection: keep-alive\nContent-Length: 6\n\na film", u.RequestURI(), version, u.Host))
				if !strings.HasPrefix(head, c.status) || !ended || body == "" {
					t.Errorf("%s over HTTP/%s: ended %t, %s%s", c.name, version, ended, head, body)
				}
			}
		}
		// Other requests keep theirs.
		head, _, ended := raw(t, s.url, fmt.Sprintf("OPTIONS %s HTTP/1.1\nHost: x\n\n",
			strings.TrimPrefix(s.signer.UploadURL(embedOf(7), in), s.url)))
		if ended || !strings.HasPrefix(head, "204") {
			t.Errorf("OPTIONS: ended %t, %s", ended, head)
		}
	})
}

// HTTP/2 has one connection for all requests, and no header that ends it.
func TestPUT_LeavesAConnectionOfHTTP2(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), content.Options{})
	handler := newHandler(t, content.Options{Store: s.store, Signer: s.signer, Uploads: s, Logger: slog.New(slog.DiscardHandler)})
	connections := make(chan string, 100)
	server := httptest.NewUnstartedServer(handler)
	server.EnableHTTP2 = true
	server.Config.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections <- c.RemoteAddr().String()
		}
	}
	server.StartTLS()
	defer server.Close()
	client := server.Client()
	transport, ok := client.Transport.(*http.Transport)
	if !ok {
		t.Fatalf("the client's transport is a %T", client.Transport)
	}
	transport.TLSClientConfig.MinVersion = tls.VersionTLS12
	for range 5 {
		address := strings.Replace(s.signer.UploadURL(embedOf(7), s.clock().Add(time.Hour)), s.url, server.URL, 1)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, address, strings.NewReader("a film"))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err := errors.Join(err, answer.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK || answer.ProtoMajor != 2 || answer.Header.Get("Connection") != "" {
			t.Errorf("%s %s %v", answer.Proto, answer.Status, answer.Header)
		}
	}
	if len(connections) != 1 {
		t.Errorf("five uploads took %d connections", len(connections))
	}
}

// A client that may not send HEAD sends a POST that stands for it, whose answer has the length
// of what comes: nothing.
func TestTus_HEADByMethodOverrideHasNoBody(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		address := create(t, s, 7, 10)
		patch(t, address, 0, []byte("01234")).wants(t, 204)
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		ask := func(path string) (head, body string) {
			head, body, _ = raw(t, address, "POST "+path+" HTTP/1.1\nHost: "+u.Host+
				"\nTus-Resumable: 1.0.0\nX-HTTP-Method-Override: HEAD\nContent-Length: 0\n\n")
			return head, body
		}
		head, body := ask(u.RequestURI())
		for _, line := range []string{"200 OK", "Upload-Offset: 5\r", "Upload-Length: 10\r", "Content-Length: 0\r", "Tus-Resumable: 1.0.0\r"} {
			if !strings.Contains(head, line) {
				t.Errorf("no %q in %s", line, head)
			}
		}
		if body != "" {
			t.Errorf("the body is %q", body)
		}
		if head, body := ask(u.RequestURI() + "x"); !strings.HasPrefix(head, "404") || body != "" {
			t.Errorf("of no upload: %s%q", head, body)
		}
		// The upload goes on by the same means.
		got := tus(t, "POST", address, []byte("56789"), map[string]string{
			"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "5", "Content-Type": "application/offset+octet-stream",
		})
		got.wants(t, 204)
		s.wantsUpload(t, 7, []byte("0123456789"))
	})
}

func TestTus_PATCHOfAWrongTypeIs415(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		address := create(t, s, 7, 5)
		for _, wrong := range []string{
			"", "video/mp4", "application/octet-stream", "application/offset+octet-stream; charset=utf-8", "multipart/form-data; boundary=x",
		} {
			for method, header := range map[string]map[string]string{
				"PATCH": {"Upload-Offset": "0", "Content-Type": wrong},
				"POST":  {"Upload-Offset": "0", "Content-Type": wrong, "X-HTTP-Method-Override": "PATCH"},
			} {
				got := tus(t, method, address, []byte("01234"), header)
				if got.StatusCode != http.StatusUnsupportedMediaType || got.Header.Get("Tus-Resumable") != "1.0.0" ||
					!strings.Contains(string(got.body), "application/offset+octet-stream") {
					t.Errorf("%s of %q: %d %v %s", method, wrong, got.StatusCode, got.Header, got.body)
				}
			}
		}
		if got := offsetOf(t, address); got != 0 {
			t.Errorf("the offset is %d", got)
		}
		patch(t, address, 0, []byte("01234")).wants(t, 204)
	})
}

// The name after a key is the end of the address and no more: it is covered by the signature,
// and the object is the one without it.
func TestFileURL_WithANameAfterTheKey(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, s *stage) {
		s.put(t, "media/7/a/original", "application/octet-stream", []byte("a film"))
		s.put(t, "media/7/b/original", "application/octet-stream", []byte("another"))
		in := s.clock().Add(time.Hour)
		named := s.signer.FileURL(content.File{Key: "media/7/a/original", Name: "lecture.mov", MIMEType: "video/quicktime"}, in)
		u, err := url.Parse(named)
		if err != nil || !strings.HasSuffix(u.Path, "/media/7/a/original/lecture.mov") {
			t.Fatalf("the address is %s, %v", named, err)
		}
		got := do(t, "GET", named, nil, map[string]string{"Range": "bytes=2-5"})
		got.wants(t, 206)
		if string(got.body) != "film" || got.Header.Get("Content-Type") != "video/quicktime" {
			t.Errorf("%q as %v", got.body, got.Header)
		}
		do(t, "HEAD", named, nil, nil).wants(t, 200)
		bare := s.signer.FileURL(content.File{Key: "media/7/a/original", MIMEType: "video/quicktime"}, in)
		folder := s.signer.FolderURL("media/7/a", in)
		for address, status := range map[string]int{
			strings.Replace(named, "lecture.mov", "lecture.mp4", 1):        403,
			strings.Replace(named, "/lecture.mov", "", 1):                  403,
			strings.Replace(named, "/lecture.mov", "/", 1):                 403,
			strings.Replace(named, "lecture.mov", "x/lecture.mov", 1):      403,
			strings.Replace(named, "7/a/original", "7/b/original", 1):      403,
			strings.Replace(bare, "/original", "/original/lecture.mov", 1): 403,
			strings.Replace(named, "/files/n-", "/files/k-", 1):            403,
			strings.Replace(bare, "/files/k-", "/files/n-", 1):             403,
			strings.Replace(named, "video%2Fquicktime", "video%2Fmp4", 1):  403,
			folder + "original":             200,
			folder + "original/lecture.mov": 404, // below an object is nothing
		} {
			do(t, "GET", address, nil, nil).wants(t, status)
		}
	})
}
