package conformance

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

func TestPing_FourLettersAndNothingElse(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for _, caller := range []string{"ada", "sue", "tom", "bob", "otto"} {
			a := node.As(caller).Get(t, "/ping").Want(t, 200)
			if string(a.Body) != "pong" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/plain") {
				t.Errorf("ping answers %q, %s", a.Body, a.Header.Get("Content-Type"))
			}
		}
		node.Nobody().Get(t, "/ping").Want(t, 401)
	})
}

// What needs no token, and what does.
func TestViewsAndHealth_ByToken(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for path, without := range map[string]int{
			"/api/public/openapi.json": 200, "/api/public/docs": 200, "/api/public/docs/": 200, "/healthz": 200, "/readyz": 200,
			"/api/public/apidocs": 401,
		} {
			node.Nobody().Fetch(t, path).Want(t, without)
			node.As("bob").Fetch(t, path).Want(t, 200)
			node.With("Bearer stale").Fetch(t, path).Want(t, without)
		}
		for path, version := range map[string]string{"/api/public/openapi.json": "3.0.3", "/api/public/apidocs": "2.0"} {
			view := live.Read[map[string]json.RawMessage](t, node.As("bob").Fetch(t, path))
			if got := string(view["openapi"]) + string(view["swagger"]); got != `"`+version+`"` {
				t.Errorf("%s has the version %s", path, got)
			}
		}
	})
}

// Empty segments of a path are no segments, and no redirect says so.
func TestPaths_WithEmptySegments(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		bobs := node.Library.UserPath("bob", "")
		for _, path := range []string{
			live.BasePath + "/" + bobs + "/media", live.BasePath + bobs + "//collections", live.BasePath + bobs + "/library/",
			"//api/public//v1" + bobs, live.BasePath + "//ping", "/api/public//apidocs/",
		} {
			node.As("bob").Fetch(t, path).Want(t, 200)
		}
		node.Nobody().Fetch(t, live.BasePath+"//users//roles").Want(t, 405)
	})
}
