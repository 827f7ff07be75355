package conformance

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// limitedUploads serves a library in which a person may have so many uploads.
func limitedUploads(t *testing.T, lib *live.Library, limits library.UploadLimits) *live.Node {
	t.Helper()
	return lib.Serve(t, func(o *app.Options) { o.Library.Uploads = limits })
}

// A person may have so many uploads that are not completed, and another one when one is.
func TestLimits_Uploads(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		node = limitedUploads(t, lib, library.UploadLimits{Count: 2})
		tom, ada := node.As("tom"), node.As("ada")
		start := func() live.Answer { return post(t, tom, "/media/uploads", "{}") }
		first, second := startUpload(t, tom, ""), startUpload(t, tom, "")
		over := start()
		over.WantError(t, 429, "you have 2 uploads that are not completed, which is the limit; complete them, or delete their media items")
		if is := [...]string{over.Header.Get("Retry-After"), over.Header.Get("RateLimit-Policy"), over.Header.Get("RateLimit")}; is !=
			[...]string{"60", `"uploads";q=2`, `"uploads";r=0`} {
			t.Errorf("the headers are %q", is)
		}
		put(t, node, first.URL, "video/mp4", strings.NewReader("a film"), 6).Want(t, 200)
		start().Want(t, 429) // its bytes have come, but it is not completed
		post(t, tom, "/media", `{"url":"https://school.test/a.mp4","title":"A"}`).Want(t, 201)

		for range 3 { // of others, and by and for those whom nothing limits
			startUpload(t, ada, "")
			startUpload(t, ada, fmt.Sprintf(`{"user_id":%d}`, lib.User("tom")))
		}
		startUpload(t, node.As("bob"), "")

		other := limitedUploads(t, lib, library.UploadLimits{Count: 5})
		post(t, other.As("tom"), "/media/uploads", "{}").Want(t, 429) // the two and the admin's three
		post(t, tom, completePath(first.ID), `{"title":"Prisms"}`).Want(t, 200)
		startUpload(t, other.As("tom"), "")
		post(t, other.As("tom"), "/media/uploads", "{}").Want(t, 429)
		tom.Send(t, "DELETE", fmt.Sprintf("/media/%d", second.ID), "", "").Want(t, 200)
		startUpload(t, other.As("tom"), "")
	})
}

// However many uploads a person starts at once, they get as many as the limit.
func TestLimits_UploadsAtOnce(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		one := limitedUploads(t, node.Library, library.UploadLimits{Count: 5})
		two := limitedUploads(t, node.Library, library.UploadLimits{Count: 5})
		statuses := make(chan int, 20)
		var group sync.WaitGroup
		for i := range cap(statuses) {
			as := [...]*live.Node{one, two}[i%2].As("tom")
			group.Go(func() { statuses <- post(t, as, "/media/uploads", "{}").Status })
		}
		group.Wait()
		close(statuses)
		got := map[int]int{}
		for status := range statuses {
			got[status]++
		}
		if got[http.StatusCreated] != 5 || got[http.StatusTooManyRequests] != 15 {
			t.Errorf("20 at once with a limit of 5: %v", got)
		}
	})
}

// What an upload in pieces has announced counts at once, with what has arrived, until it is taken
// back or announced otherwise.
func TestLimits_UploadBytesAreAnnounced(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		node = limitedUploads(t, node.Library, library.UploadLimits{Bytes: 10})
		tom := node.As("tom")
		const tooMuch = "your uploads that are not completed may have 10 bytes together"
		first, second := startUpload(t, tom, ""), startUpload(t, tom, "")
		announce := func(u upload, size, status int) string {
			t.Helper()
			header := map[string]string{"Upload-Length": strconv.Itoa(size)}
			return tus(t, node, http.MethodPost, u.TUSURL, nil, header).Want(t, status).Header.Get("Location")
		}
		before := announce(first, 6, 201)
		tusPatch(t, node, before, 0, []byte("part")).Want(t, 204)
		announce(second, 5, 429)
		put(t, node, second.URL, "", strings.NewReader("films"), 5).WantError(t, 429, tooMuch)
		announce(first, 4, 201) // in place of the 6
		tus(t, node, http.MethodHead, before, nil, nil).Want(t, 404)
		last := announce(second, 6, 201)
		post(t, tom, "/media/uploads", "{}").WantError(t, 429, tooMuch)
		tus(t, node, http.MethodDelete, last, nil, nil).Want(t, 204)
		third := startUpload(t, tom, "")
		put(t, node, third.URL, "", strings.NewReader("a film"), 6).Want(t, 200)
		announce(second, 1, 429)
	})
}

// However many uploads somebody announces at once, together they have no more than the limit.
func TestLimits_UploadsAnnouncedAtOnce(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		one := limitedUploads(t, node.Library, library.UploadLimits{Bytes: 10})
		two := limitedUploads(t, node.Library, library.UploadLimits{Bytes: 10})
		var paths []string
		for range 12 {
			paths = append(paths, one.Path(t, startUpload(t, one.As("tom"), "").TUSURL))
		}
		statuses := make(chan int, len(paths))
		var group sync.WaitGroup
		for i, path := range paths {
			as := [...]*live.Node{one, two}[i%2].Nobody()
			request := as.Request(t, http.MethodPost, path, "", "")
			request.Header.Set("Tus-Resumable", "1.0.0")
			request.Header.Set("Upload-Length", "4")
			group.Go(func() { statuses <- as.Do(t, request).Status })
		}
		group.Wait()
		close(statuses)
		got := map[int]int{}
		for status := range statuses {
			got[status]++
		}
		if got[http.StatusCreated] != 2 || got[http.StatusTooManyRequests] != 10 {
			t.Errorf("12 at once, with room for 2: %v", got)
		}
	})
}

// The bytes of these uploads together have a limit, which is checked when they are announced
// and when they have come.
func TestLimits_UploadBytes(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		node = limitedUploads(t, node.Library, library.UploadLimits{Bytes: 10})
		tom, ada := node.As("tom"), node.As("ada")
		bytes := func(n int) io.Reader { return strings.NewReader(strings.Repeat("x", n)) }
		const tooMuch = "your uploads that are not completed may have 10 bytes together"
		first, second := startUpload(t, tom, ""), startUpload(t, tom, "")
		put(t, node, first.URL, "", bytes(11), 11).WantError(t, 429, tooMuch)
		put(t, node, first.URL, "", bytes(6), 6).Want(t, 200)
		put(t, node, first.URL, "", bytes(7), 7).Want(t, 200) // in place of the 6
		put(t, node, second.URL, "", bytes(4), 4).WantError(t, 429, tooMuch)
		put(t, node, second.URL, "", bytes(4), -1).WantError(t, 429, tooMuch)
		post(t, tom, completePath(second.ID), `{"title":"Prisms"}`).WantError(t, 422, "has no file yet")
		tus(t, node, http.MethodPost, second.TUSURL, nil, map[string]string{"Upload-Length": "4"}).Want(t, 429)
		put(t, node, second.URL, "", bytes(3), -1).Want(t, 200)
		post(t, tom, "/media/uploads", "{}").WantError(t, 429, tooMuch)

		forTom := startUpload(t, ada, fmt.Sprintf(`{"user_id":%d}`, node.Library.User("tom")))
		put(t, node, forTom.URL, "", bytes(100), 100).Want(t, 200)
		post(t, ada, completePath(forTom.ID), `{"title":"Light"}`).Want(t, 200)

		post(t, tom, completePath(first.ID), `{"title":"Prisms"}`).Want(t, 200)
		third := startUpload(t, tom, "")
		put(t, node, third.URL, "", bytes(7), 7).Want(t, 200)
	})
}
