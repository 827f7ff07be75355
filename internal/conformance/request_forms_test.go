package conformance

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// The same parameters come in the query, as JSON, and in forms of both kinds; the body
// wins, and of a repeated name the first counts.
func TestHabits_ParametersInEveryPlace(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		ada := node.As("ada")
		multi, multipart := form("", "name", "In a form")
		twice, repeated := form("", "name", "First", "name", "Second")
		for i, c := range []struct{ query, contentType, body, want string }{
			{"?name=In+the+query", "", "", "In the query"},
			{"?name=In%20the%20query", live.JSON, "", "In the query"},
			{"?name=In+the+query", live.JSON, "{}", "In the query"},
			{"?name=In+the+query", "application/x-www-form-urlencoded", "", "In the query"},
			{"", live.JSON, `{"name":"In JSON"}`, "In JSON"},
			{"", "application/json; charset=utf8", `{"name":"In JSON"}`, "In JSON"},
			{"", "application/x-www-form-urlencoded", "name=In+a+form", "In a form"},
			{"", multi, multipart, "In a form"},
			{"?name=In+the+query", live.JSON, `{"name":"In JSON"}`, "In JSON"},
			{"?name=In+the+query", multi, multipart, "In a form"},
			{"?name=In+the+query", live.JSON, `{"name":null}`, "In the query"},
			{"?name=First&name=Second", "", "", "First"},
			{"?name=First&name=", "", "", "First"},
			{"", "application/x-www-form-urlencoded", "name=First&name=Second", "First"},
			{"", twice, repeated, "First"},
			{"?unknown=&x[]=1&name=First", "", "", "First"},
		} {
			made := decode[struct {
				Collection collection `json:"collection"`
			}](t, ada.Send(t, "POST", "/collections"+c.query, c.contentType, c.body), 201)
			if made.Collection.Name == nil || *made.Collection.Name != c.want {
				t.Errorf("%d: %s %s is named %v, want %s", i, c.query, c.body, made.Collection.Name, c.want)
			}
		}
		for _, query := range []string{"?name=", "?name=&name=Second", "?name=%20"} {
			ada.Send(t, "POST", "/collections"+query, "", "").WantError(t, 422, "name")
		}
		ada.Send(t, "POST", "/collections", live.JSON, `{"name":"a","name":"b"}`).WantError(t, 400, "appears twice")
	})
}

// HEAD is GET without the body, also of paths that a client has put together carelessly.
func TestHabits_Head(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		bob := node.As("bob")
		for path, want := range map[string]int{
			live.BasePath + "/ping": 200, live.BasePath + "//collections/": 200, "/api/public/openapi.json": 200, "/healthz": 200,
			live.BasePath + "/users/0": 422, live.BasePath + "/users/search?role=Admin": 403, live.BasePath + "/nowhere": 404,
			live.BasePath + "/users/roles": 405,
		} {
			request := bob.Request(t, http.MethodHead, path, "", "")
			response := bob.Listen(t, request)
			_ = response.Body.Close()
			if response.StatusCode != want || response.ContentLength <= 0 {
				t.Errorf("HEAD %s answers %d with the length %d, want %d", path, response.StatusCode, response.ContentLength, want)
			}
		}
	})
}

// What the search for an address takes for one (the contract, section 3).
func TestHabits_WholeAddresses(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for address, want := range map[string]int{
			"a@b": 200, "ada@school.test": 200, "é@ü": 200, "\"a\"@b": 200, "a+b@c": 200,
			"": 422, "@": 422, "a@": 422, "@b": 422, "ab": 422, "a@b@c": 422, "a b@c": 422, " a@b": 422, "a@b ": 422, "a@b\n": 422,
			"a\x00@b": 422, "a\u0085@b": 422, "a\u00A0@b": 422, "a\x7F@b": 422, "\xFF@b": 422,
		} {
			node.As("ada").Get(t, "/users/search?email=%s", url.QueryEscape(address)).Want(t, want)
		}
		for length, want := range map[int]int{254: 200, 255: 422} {
			node.As("ada").Get(t, "/users/search?email=%s", fmt.Sprintf("%0*d@b", length-2, 1)).Want(t, want)
		}
		node.As("ada").Get(t, "/users/search?email=a@b&email=none").Want(t, 200)
		node.As("bob").Get(t, "/users/search?email=none").Want(t, 422) // which is told before what a role may
	})
}
