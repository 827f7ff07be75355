package conformance

import (
	"bytes"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// tus sends a request of the tus protocol, without a token.
func tus(t *testing.T, node *live.Node, method, address string, body []byte, header map[string]string) live.Answer {
	t.Helper()
	request := node.Nobody().Request(t, method, node.Path(t, address), "", "")
	request.Body, request.ContentLength, request.GetBody = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	request.Header.Set("Tus-Resumable", "1.0.0")
	for name, value := range header {
		request.Header.Set(name, value)
	}
	return node.Nobody().Do(t, request)
}

func tusPatch(t *testing.T, node *live.Node, address string, offset int, piece []byte) live.Answer {
	t.Helper()
	return tus(t, node, http.MethodPatch, address, piece, map[string]string{
		"Content-Type": "application/offset+octet-stream", "Upload-Offset": strconv.Itoa(offset),
	})
}

func wantOffset(t *testing.T, node *live.Node, address string, want int) {
	t.Helper()
	if got := tus(t, node, http.MethodHead, address, nil, nil).Want(t, 200).Header.Get("Upload-Offset"); got != strconv.Itoa(want) {
		t.Errorf("the upload is at %q, want %d", got, want)
	}
}

// A file that comes in pieces is the media's when the last of them is there, and no
// address of one upload is of use for another.
func TestUpload_InPiecesByTUS(t *testing.T) {
	text := bytes.Repeat([]byte("not yet a film "), 1000)
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		tom := node.As("tom")
		begun, other := startUpload(t, tom, ""), startUpload(t, tom, "")
		announced := map[string]string{
			"Upload-Length": strconv.Itoa(len(text)), "Upload-Metadata": "filetype dmlkZW8vbXA0", // video/mp4
		}
		tus(t, node, http.MethodPost, strings.Replace(begun.TUSURL, "/tus/", "/tus/x", 1), nil, announced).Want(t, 403)
		put(t, node, strings.TrimSuffix(strings.Replace(begun.TUSURL, "/tus/", "/uploads/x", 1), "/"), "", strings.NewReader("x"), 1).Want(t, 403)
		address := tus(t, node, http.MethodPost, begun.TUSURL, nil, announced).Want(t, 201).Header.Get("Location")
		if strings.HasPrefix(address, "/") { // relative, as RFC 9110 allows
			address = node.URL + address
		}
		if !strings.HasPrefix(address, begun.TUSURL) {
			t.Fatalf("the upload of %s is at %s", begun.TUSURL, address)
		}

		wantOffset(t, node, address, 0)
		tusPatch(t, node, address, 0, text[:len(text)/3]).Want(t, 204)
		wantOffset(t, node, address, len(text)/3)
		complete := completePath(begun.ID)
		post(t, tom, complete, `{"title":"Prisms"}`).WantError(t, 422, "has no file yet")

		// The other media's address does not lead to it.
		foreign := strings.TrimSuffix(other.TUSURL, "/") + address[strings.LastIndex(address, "/"):]
		tus(t, node, http.MethodHead, foreign, nil, nil).Want(t, 404)
		tusPatch(t, node, foreign, len(text)/3, text[len(text)/3:]).Want(t, 404)
		tusPatch(t, node, address, 0, text).Want(t, 409)
		wantOffset(t, node, address, len(text)/3)

		tusPatch(t, node, address, len(text)/3, text[len(text)/3:]).Want(t, 204)
		wantOffset(t, node, address, len(text))
		post(t, tom, completePath(other.ID), `{"title":"Prisms"}`).WantError(t, 422, "has no file yet")
		got := under[struct {
			Status string `json:"transcoding_status"`
			Size   int    `json:"size"`
		}](t, post(t, tom, complete, `{"title":"Prisms"}`), 200, "media")
		if got.Status != "queued" || got.Size != len(text) {
			t.Errorf("completed: %+v", got)
		}
		saved := tom.Get(t, "/media/%d/download?quality=original", begun.ID).Want(t, 302).Header.Get("Location")
		kept := node.Follow(t, saved).Want(t, 200)
		if !bytes.Equal(kept.Body, text) || kept.Header.Get("Content-Type") != "video/mp4" {
			t.Errorf("kept are %d bytes of %s, want %d", len(kept.Body), kept.Header.Get("Content-Type"), len(text))
		}

		// Nothing comes after it.
		tus(t, node, http.MethodPost, begun.TUSURL, nil, announced).Want(t, 409)
	})
}
