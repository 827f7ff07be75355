package conformance

import (
	"fmt"
	"io"
	"net/http"
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
