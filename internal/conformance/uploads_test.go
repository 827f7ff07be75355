package conformance

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/films"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// upload is an upload that has begun.
type upload struct {
	ID     int64  `json:"id"`
	URL    string `json:"url"`
	TUSURL string `json:"tus_url"`
}

// onEachStorage runs a story on each database with each storage, on a node that works
// behind the requests unless the options say otherwise.
func onEachStorage(t *testing.T, text string, story func(t *testing.T, node *live.Node), options ...func(*app.Options)) {
	t.Helper()
	t.Parallel()
	for name, database := range map[string]func(testing.TB) string{"sqlite": live.Databases.SQLiteURL, "postgres": live.Databases.PostgresURL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.OnEachStorage(t, func(t *testing.T, address string) {
				lib := live.Open(t, database(t)) // of its own: a storage is one library's
				lib.KeepBytes(address)
				lib.Load(t, text)
				story(t, lib.Serve(t, options...))
			})
		})
	}
}

func startUpload(t *testing.T, as live.Client, body string) upload {
	t.Helper()
	return under[upload](t, post(t, as, "/media/uploads", body), 201, "upload")
}

// put sends bytes to an address, with a length unless it is to come in chunks, and
// without a token.
func put(t *testing.T, node *live.Node, address, contentType string, body io.Reader, length int64) live.Answer {
	t.Helper()
	request := node.Nobody().Request(t, http.MethodPut, node.Path(t, address), contentType, "")
	request.Body, request.ContentLength, request.GetBody = io.NopCloser(body), length, nil
	return node.Nobody().Do(t, request)
}

func completePath(id int64) string { return fmt.Sprintf("/media/uploads/%d/complete", id) }

// The three steps, with every answer that the contract has for the last.
func TestUpload_ByThreeSteps(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		tom := node.As("tom")
		begun := startUpload(t, tom, "")
		complete := completePath(begun.ID)
		titled := `{"title":"Prisms","description":"And light"}`

		// The order: who asks, what the body is, whether it can be, whether it is there, whether
		// they may.
		post(t, node.Nobody(), complete, "{").Want(t, 401)
		post(t, tom, complete, "{").Want(t, 400)
		post(t, tom, complete, "{}").WantError(t, 400, "title is required")
		tom.Send(t, "POST", complete, "application/xml", "<title/>").Want(t, 415)
		post(t, tom, complete, `{"title":"`+strings.Repeat(" ", 1<<20)+`"}`).Want(t, 413)
		post(t, tom, complete, `{"title":"`+strings.Repeat("x", 256)+`"}`).WantError(t, 422, "title")
		post(t, node.As("bob"), completePath(999_999), titled).Want(t, 404)
		post(t, node.As("bob"), complete, titled).Want(t, 403)
		post(t, tom, complete, titled).WantError(t, 422, "has no file yet")

		put(t, node, begun.URL, "text/plain", strings.NewReader("a film"), 6).Want(t, 200)
		put(t, node, begun.URL, "", strings.NewReader("another film"), -1).Want(t, 200) // in place of the first
		put(t, node, begun.URL, "video/mp4", http.NoBody, 0).WantError(t, 422, "is empty")
		post(t, tom, complete, `{"title":"Prisms","auto_caption":true}`).WantError(t, 501, "automatic captions are not available")
		wantWaiting(t, node, "tom", begun.ID)
		media := fmt.Sprintf("/media/%d", begun.ID)
		post(t, tom, media+"/archive", "").Want(t, 200)
		post(t, tom, complete, titled).WantError(t, 422, "is archived")
		post(t, tom, media+"/unarchive", "").Want(t, 200)

		done := post(t, tom, complete, titled)
		got := under[struct {
			ID     int64  `json:"id"`
			Title  string `json:"title"`
			Status string `json:"transcoding_status"`
			Size   int64  `json:"size"`
		}](t, done, 200, "media")
		if got.ID != begun.ID || got.Title != "Prisms" || got.Status != "queued" || got.Size != int64(len("another film")) {
			t.Errorf("completed: %+v", got)
		}
		post(t, tom, complete, titled).WantError(t, 409, "already complete")
		put(t, node, begun.URL, "video/mp4", strings.NewReader("late"), 4).Want(t, 409)
	})
}

// Whatever a client calls its bytes, it is taken, and what is no type is not passed on.
func TestUpload_OfWhateverType(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		tom := node.As("tom")
		for _, c := range []struct{ said, want, saved string }{
			{"", "application/octet-stream", "Prisms"},
			{"video/mp4; name=\"caf\xe9.mp4\"", "application/octet-stream", "Prisms"},
			{"not a type " + strings.Repeat("x", 3000), "application/octet-stream", "Prisms"},
			{"text/html", "text/html", "Prisms"},
			{"VIDEO/MP4", "video/mp4", "Prisms.mp4"},
			{"video/quicktime", "video/quicktime", "Prisms.mov"},
		} {
			begun := startUpload(t, tom, "")
			put(t, node, begun.URL, c.said, strings.NewReader("a film"), 6).Want(t, 200)
			wantOriginal(t, tom, begun.ID, c.want)
			post(t, tom, completePath(begun.ID), `{"title":"Prisms"}`).Want(t, 200)
			address := tom.Get(t, "/media/%d/download?quality=original", begun.ID).Want(t, 302).Header.Get("Location")
			saved := node.Follow(t, address).Want(t, 200).Header
			if got := saved.Get("Content-Disposition"); got != "attachment; filename="+c.saved {
				t.Errorf("uploaded as %.40q it is saved by %q, want %q", c.said, got, c.saved)
			}
			if got := saved.Get("Content-Type"); got != c.want && c.want != "text/html" {
				t.Errorf("uploaded as %.40q it comes as %q, want %q", c.said, got, c.want)
			}
		}
		begun := startUpload(t, tom, "")
		created := tus(t, node, http.MethodPost, begun.TUSURL, nil, map[string]string{
			"Upload-Length": "3", "Upload-Metadata": "filetype dgAv/w==", // with a NUL and an FF
		}).Want(t, 201)
		tusPatch(t, node, created.Header.Get("Location"), 0, []byte("abc")).Want(t, 204)
		wantOriginal(t, tom, begun.ID, "application/octet-stream")
	})
}

func wantOriginal(t *testing.T, as live.Client, id int64, mimeType string) {
	t.Helper()
	sources := under[[]struct {
		Definition string `json:"definition"`
		MIMEType   string `json:"mime_type"`
	}](t, as.Get(t, "/media/%d/sources", id), 200, "sources")
	if len(sources) != 1 || sources[0].Definition != "original" || sources[0].MIMEType != mimeType {
		t.Errorf("the sources are %.300q, want an original of type %s", sources, mimeType)
	}
}

// A piece of a file is not taken for the file, nor one in a form that nobody undoes.
func TestUpload_OfTheFileItself(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		tom := node.As("tom")
		begun := startUpload(t, tom, "")
		send := func(header, value string) live.Answer {
			request := node.Nobody().Request(t, http.MethodPut, node.Path(t, begun.URL), "video/mp4", "a film")
			request.Header.Set(header, value)
			return node.Nobody().Do(t, request)
		}
		send("Content-Range", "bytes 100-105/106").WantError(t, 400, "Content-Range")
		send("Content-Encoding", "gzip").WantError(t, 415, "Content-Encoding")
		tom.Get(t, "/media/%d/sources", begun.ID).Want(t, 200)
		post(t, tom, completePath(begun.ID), `{"title":"Prisms"}`).WantError(t, 422, "has no file yet")
		send("Content-Encoding", "identity").Want(t, 200)
	})
}

// What stands beside the API refuses in its words.
func TestUpload_AndFilesRefuseOtherPathsAndMethods(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		begun := startUpload(t, node.As("tom"), "")
		upload, created := node.Path(t, begun.URL), strings.TrimSuffix(node.Path(t, begun.TUSURL), "/")
		for _, c := range []struct {
			request string
			want    int
		}{
			{"POST /uploads", 404},
			{"POST /uploads/", 404},
			{"PUT /uploads/", 404},
			{"PUT " + upload + "/x", 404},
			{"GET /files", 404},
			{"GET /files/", 404},
			{"GET /files/x", 404},
			{"PUT /files/x/y", 405},
			{"GET " + upload, 405},
			{"POST " + upload, 405},
			{"DELETE " + upload, 405},
			{"POST /tus/", 404},
			{"GET " + created, 405},
			{"PUT " + created + "/x", 405},
			{"GET " + created + "/x", 405},
			{"PATCH " + created + "/x", 404},
			{"PATCH " + created + "/x/y", 404},
			{"DELETE " + created + "/x", 404},
			{"POST /embed/x", 405},
			{"PUT /embed/", 405},
			{"DELETE /assets/x", 405},
		} {
			method, path, _ := strings.Cut(c.request, " ")
			request := node.Nobody().Request(t, method, path, "application/offset+octet-stream", "")
			request.Header.Set("Tus-Resumable", "1.0.0")
			request.Header.Set("Upload-Offset", "0")
			got := node.Nobody().Do(t, request)
			got.WantError(t, c.want, " ")
			if kind := got.Header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
				t.Errorf("%s is answered in %q", c.request, kind)
			}
			if allow := got.Header.Get("Allow"); (allow != "") != (c.want == 405) {
				t.Errorf("%s is answered with Allow %q", c.request, allow)
			}
		}
		for _, path := range []string{"/embed", "/embed/", "/embed/x", "/assets/"} { // of people, who get a page
			got := node.Nobody().Listen(t, node.Nobody().Request(t, http.MethodGet, path, "", ""))
			_ = got.Body.Close()
			if kind := got.Header.Get("Content-Type"); got.StatusCode != http.StatusNotFound || !strings.HasPrefix(kind, "text/html") {
				t.Errorf("%s answers %d in %s", path, got.StatusCode, kind)
			}
		}
	})
}

// wantWaiting wants a media item that waits for its upload to be in its owner's lists only.
func wantWaiting(t *testing.T, node *live.Node, owner string, id int64) {
	t.Helper()
	for _, caller := range []string{"ada", "ann", "sue", "tom", "bob"} {
		for _, list := range []string{node.Library.UserPath(caller, "/media"), "/media/search"} {
			there := false
			for _, m := range live.Read[mediaList](t, node.As(caller).Get(t, "%s", list)).Media {
				there = there || m.ID == id
			}
			if there != (caller == owner) {
				t.Errorf("%s in %s of %s: %v", list, list, caller, there)
			}
		}
	}
}

// Who may upload, and for whom.
func TestUpload_IsForWhoMayUpload(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		for _, c := range []struct {
			caller, whose string
			want          int
		}{
			{"tom", "", 201},
			{"bob", "", 201},
			{"otto", "", 403},
			{"dora", "", 401},
			{"dan", "", 401},
			{"tom", "tom", 201},
			{"tom", "bob", 403},
			{"sue", "bob", 201},
			{"sue", "eve", 403},
			{"rolf", "bob", 403},
			{"asa", "bob", 403},
			{"ada", "eve", 201},
			{"ada", "dan", 404},
			{"sue", "dan", 403},
		} {
			body, imported := "{}", `{"url":"https://school.test/a.mp4","title":"A"}`
			if c.whose != "" {
				body = fmt.Sprintf(`{"user_id":%d}`, lib.User(c.whose))
				imported = fmt.Sprintf(`{"url":"https://school.test/a.mp4","title":"A","user_id":%d}`, lib.User(c.whose))
			}
			if got := post(t, node.As(c.caller), "/media/uploads", body); got.Status != c.want {
				t.Errorf("%s uploads for %q: %d, want %d", c.caller, c.whose, got.Status, c.want)
			}
			if got := post(t, node.As(c.caller), "/media", imported); got.Status != c.want {
				t.Errorf("%s imports for %q: %d, want %d", c.caller, c.whose, got.Status, c.want)
			}
		}
		tom := node.As("tom")
		post(t, tom, "/media/uploads", "{").Want(t, 400)
		post(t, tom, "/media/uploads", `{"user_id":0}`).Want(t, 422)
		post(t, tom, "/media/uploads", `{"collection_id":999999}`).Want(t, 404)
		post(t, tom, "/media/uploads", strings.Repeat(" ", 1<<20+1)).Want(t, 413)
		tom.Send(t, "POST", "/media/uploads", "application/xml", "<a/>").Want(t, 415)

		// An address is of one media, and of one day.
		one, other := startUpload(t, tom, ""), startUpload(t, tom, "")
		put(t, node, one.URL[:len(one.URL)-1], "", strings.NewReader("x"), 1).Want(t, 403)
		put(t, node, strings.Replace(one.URL, "/uploads/", "/files/", 1)+"/media/1/x/original", "", strings.NewReader("x"), 1).Want(t, 405)
		put(t, node, one.URL, "", strings.NewReader("x"), 1).Want(t, 200)
		post(t, tom, completePath(other.ID), `{"title":"B"}`).Want(t, 422) // it took nothing of the other's
		lib.Clock.Advance(library.UploadLife + time.Second)
		put(t, node, one.URL, "", strings.NewReader("x"), 1).WantError(t, 403, "has expired")
	})
}

// What is wrong with an import, and what an import is like.
func TestImport_Refuses(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib, tom := node.Library, node.As("tom")
		lectures := fmt.Sprintf("/collections/%d/media", lib.Collection("lectures"))
		for _, to := range []string{"/media", lectures} {
			for body, want := range map[string]int{
				`{`: 400, `{"title":"A"}`: 400, `{"url":"https://a.test/x"}`: 400, `{"url":"ftp://a.test/x","title":"A"}`: 422,
				`{"url":"https:///x","title":"A"}`: 422, `{"url":"https://a.test/x","title":"A","auto_caption":true}`: 501,
				`{"url":"https://a.test/x","is_external":true}`: 422, strings.Repeat(" ", 1<<20+1): 413,
				`{"url":"https://a.test/x","title":"A"}`: 201,
			} {
				post(t, tom, to, body).Want(t, want)
			}
			post(t, node.Nobody(), to, "").Want(t, 401)
			tom.Send(t, "POST", to, "application/xml", "<a/>").Want(t, 415)
		}
		body := `{"url":"https://a.test/x","title":"A"}`
		post(t, node.As("bob"), lectures, body).Want(t, 403)
		post(t, tom, "/collections/999999/media", body).Want(t, 404)
		post(t, tom, "/media", `{"url":"https://a.test/x","title":"A","collection_id":999999}`).Want(t, 404)
		post(t, tom, "/media", `{"url":"https://a.test/x","title":"A","collection_id":1,"user_id":1}`).WantError(t, 422, "exclude each other")
		post(t, node.As("otto"), "/media", body).Want(t, 403)
	})
}

// film is the bytes of a film that plays as it is.
func film(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(films.MP4FF(t, "mp4/testdata/bbb_prog_10s.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
