package front

import (
	"bytes"
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// text is what compresses well.
var text = []byte(strings.Repeat("A lens bends light. ", 500))

// static serves a file at /file.
func static(t *testing.T, file *Static) func(method string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	f := New(Options{Logger: slog.New(slog.DiscardHandler)}, RouteGroup{Routes: []Route{{Pattern: "GET /file", Handle: file.Serve}}})
	return func(method string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, "/file", nil)
		for i := 0; i < len(header); i += 2 {
			r.Header.Add(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		f.ServeHTTP(w, r)
		return w
	}
}

func TestStatic_IsCompressedForThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	ask := static(t, NewStatic(TextType, text))
	for accepts, packed := range map[string]bool{
		"gzip": true, "br, GZIP": true, "x-gzip": true, "gzip;q=0.1, identity": true, "*": true,
		"": false, "br": false, "identity": false, "gzip;q=0": false, "gzip;q=0, *": false, "*;q=0": false, "gzipped": false,
	} {
		w := ask("GET", "Accept-Encoding", accepts)
		body := w.Body.Bytes()
		if packed {
			reader, err := gzip.NewReader(w.Body)
			if err != nil {
				t.Errorf("%q: %v", accepts, err)
				continue
			}
			if len(body) > len(text)/10 {
				t.Errorf("%q: compressed, it has %d of %d bytes", accepts, len(body), len(text))
			}
			if body, err = io.ReadAll(reader); err != nil {
				t.Error(err)
			}
		}
		h := w.Header()
		if w.Code != 200 || !bytes.Equal(body, text) || (h.Get("Content-Encoding") == "gzip") != packed {
			t.Errorf("%q: %d with the coding %q, and %d bytes", accepts, w.Code, h.Get("Content-Encoding"), len(body))
		}
		if h.Get("Vary") != "Accept-Encoding" || h.Get("Cache-Control") != "no-cache" || h.Get("Content-Type") != TextType || h.Get("Content-Length") == "" {
			t.Errorf("%q: %v", accepts, h)
		}
	}
}

func TestStatic_IsSentOnce(t *testing.T) {
	t.Parallel()
	ask := static(t, NewStatic(TextType, text))
	tags := make(map[string]string)
	for _, coding := range []string{"identity", "gzip"} {
		first := ask("GET", "Accept-Encoding", coding)
		tag := first.Header().Get("ETag")
		tags[coding] = tag
		if !strings.HasPrefix(tag, `"`) {
			t.Errorf("%s: the tag %s is not strong", coding, tag)
		}
		for _, known := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			w := ask("GET", "Accept-Encoding", coding, "If-None-Match", known)
			if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != tag || w.Header().Get("Vary") == "" {
				t.Errorf("%s, known as %s: %d %v", coding, known, w.Code, w.Header())
			}
		}
		if w := ask("GET", "Accept-Encoding", coding, "If-None-Match", `"other"`); w.Code != 200 {
			t.Errorf("%s, known as something else: %d", coding, w.Code)
		}
		w := ask("HEAD", "Accept-Encoding", coding)
		if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != first.Header().Get("Content-Length") {
			t.Errorf("%s: HEAD answers %d %v", coding, w.Code, w.Header())
		}
	}
	if tags["identity"] == tags["gzip"] {
		t.Error("both forms have the same tag")
	}
	if w := ask("GET", "Accept-Encoding", "gzip", "If-None-Match", tags["identity"]); w.Code != 200 {
		t.Errorf("who has the file as it is, is told %d of the compressed one", w.Code)
	}
}

// A picture is compressed already.
func TestStatic_LeavesOutWhatDoesNotPay(t *testing.T) {
	t.Parallel()
	ask := static(t, NewStatic("image/png", pack(text).content))
	w := ask("GET", "Accept-Encoding", "gzip")
	if w.Header().Get("Content-Encoding") != "" || w.Header().Get("Vary") != "" || !bytes.Equal(w.Body.Bytes(), pack(text).content) {
		t.Errorf("it is compressed once more: %v", w.Header())
	}
}

func TestStatic_PartsAreOfTheForm(t *testing.T) {
	t.Parallel()
	ask := static(t, NewStatic(TextType, text))
	w := ask("GET", "Range", "bytes=2-5")
	if w.Code != 206 || w.Body.String() != "lens" || w.Header().Get("Content-Length") != "4" {
		t.Errorf("%d %q %v", w.Code, w.Body, w.Header())
	}
	if w := ask("GET", "Range", "bytes=99999999-"); w.Code != 416 || !strings.HasPrefix(w.Body.String(), `{"error":`) {
		t.Errorf("a part after the end: %d %q", w.Code, w.Body)
	}
}
