package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

type tag struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// addTag tags a media item and returns the tag.
func addTag(t *testing.T, by live.Client, path, name string) tag {
	t.Helper()
	a := by.Send(t, "POST", path, live.JSON, fmt.Sprintf(`{"name":%q}`, name)).Want(t, 201)
	var body struct {
		Tag tag `json:"tag"`
	}
	if err := json.Unmarshal(a.Body, &body); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
	return body.Tag
}

func TestTags_OneWhateverItsCaseAsFirstWritten(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		tom, path := node.As("tom"), mediaPath(lib, "tom", "/tags")
		wantJSON(t, tom.Get(t, "%s", path), `{"tags":[]}`)
		optics := addTag(t, tom, path, "Öptics")
		if optics.Name != "Öptics" || optics.ID == 0 {
			t.Errorf("the tag is %v", optics)
		}
		for _, again := range []string{"Öptics", "öPTICS", "ÖPTICS"} {
			if got := addTag(t, tom, path, again); got != optics {
				t.Errorf("%s gives the tag %v, want %v", again, got, optics)
			}
		}
		light := addTag(t, tom, path, "light")
		want := fmt.Sprintf(`{"tags":[{"id":%d,"name":"light"},{"id":%d,"name":"Öptics"}]}`, light.ID, optics.ID)
		wantJSON(t, tom.Get(t, "%s", path), want)

		// It is one on all media, and each can lose it alone.
		waves := mediaPath(lib, "waves", "/tags")
		if got := addTag(t, tom, waves, "LIGHT"); got != light {
			t.Errorf("on another media it is the tag %v, want %v", got, light)
		}
		wantJSON(t, tom.Send(t, "DELETE", fmt.Sprintf("%s/%d", waves, light.ID), "", ""), `{}`)
		wantJSON(t, tom.Get(t, "%s", waves), `{"tags":[]}`)
		wantJSON(t, tom.Get(t, "%s", path), want)
		tom.Send(t, "DELETE", fmt.Sprintf("%s/%d", waves, light.ID), "", "").WantError(t, 404, "tag")
		for contentType, body := range map[string]string{
			"application/x-www-form-urlencoded": "name=by+form", "multipart/form-data; boundary=b": "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nby part\r\n--b--\r\n",
		} {
			tom.Send(t, "POST", waves, contentType, body).Want(t, 201)
		}
		tom.Send(t, "POST", waves+"?name=by+query", "", "").Want(t, 201)
	})
}

func TestTags_WhoMay(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		path := mediaPath(lib, "tom", "/tags")
		light := addTag(t, node.As("tom"), path, "light")
		own := fmt.Sprintf("%s/%d", path, light.ID)
		updateShares(t, node.As("tom"), mediaPath(lib, "tom", "/permissions"),
			share("create", "user", int64(lib.User("bob")), "view"), share("create", "user", int64(lib.User("stan")), "edit")).Want(t, 200)

		for caller, want := range map[string]struct{ read, write, remove int }{
			"ada": {200, 201, 200}, "tom": {200, 201, 200}, "stan": {200, 201, 200},
			"bob": {200, 403, 403}, "eve": {403, 403, 403}, "sue": {403, 403, 403},
		} {
			who := node.As(caller)
			who.Get(t, "%s", path).Want(t, want.read)
			who.Send(t, "POST", path, live.JSON, `{"name":"light"}`).Want(t, want.write)
			who.Send(t, "DELETE", own, "", "").Want(t, want.remove)
			addTag(t, node.As("tom"), path, "light")
		}
		tom := node.As("tom")
		for _, c := range []struct {
			by                              live.Client
			method, path, contentType, body string
			status                          int
		}{
			{node.Nobody(), "GET", path, "", "", 401},
			{tom, "GET", fmt.Sprintf("/media/%d/tags", stranger), "", "", 404},
			{tom, "GET", "/media/x/tags", "", "", 422},
			{node.Nobody(), "POST", path, live.JSON, `{"name":"x"}`, 401},
			{tom, "POST", path, live.JSON, `{}`, 400},
			{tom, "POST", fmt.Sprintf("/media/%d/tags", stranger), live.JSON, `{"name":"x"}`, 404},
			{tom, "POST", path, live.JSON, `{"name":"x"}` + strings.Repeat(" ", 1<<20), 413},
			{tom, "POST", path, "text/plain", `{"name":"x"}`, 415},
			{tom, "POST", path, live.JSON, `{"name":""}`, 422},
			{tom, "POST", path, live.JSON, `{"name":" "}`, 422},
			{tom, "POST", path, live.JSON, `{"name":"` + strings.Repeat("ä", 256) + `"}`, 422},
			{tom, "POST", path, live.JSON, `{"name":"` + strings.Repeat("ä", 255) + `"}`, 201},
			{node.Nobody(), "DELETE", own, "", "", 401},
			{tom, "DELETE", fmt.Sprintf("/media/%d/tags/%d", stranger, light.ID), "", "", 404},
			{tom, "DELETE", fmt.Sprintf("%s/%d", path, stranger), "", "", 404},
			{tom, "DELETE", path + "/x", "", "", 422},
		} {
			c.by.Send(t, c.method, c.path, c.contentType, c.body).Want(t, c.status)
		}
	})
}
