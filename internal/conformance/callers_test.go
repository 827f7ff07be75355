package conformance

import (
	"math"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// stranger is an id that nobody has.
const stranger = library.UserID(math.MaxInt64)

// pages are the four pages of a user.
var pages = []string{"", "/library", "/collections", "/media"}

// Who may see whose pages. To a caller who is neither that user nor an admin, a user who
// does not exist looks like one who does.
func TestUserPages_AreForThatUserAndAdmins(t *testing.T) {
	asked := []string{"bob", "eve", "ada", "dora", "dan", "a stranger"}
	forbidden := []int{403, 403, 403, 403, 403, 403}
	dead := []int{401, 401, 401, 401, 401, 401}
	answered := []struct {
		caller string
		of     []int // the status, by who is asked about
		own    int   // the status of their own pages
	}{
		{"ada", []int{200, 200, 200, 200, 404, 404}, 200},
		{"ann", []int{200, 200, 200, 200, 404, 404}, 200},
		{"sue", []int{200, 403, 403, 200, 403, 403}, 200}, // of the deactivated, too, those in reach
		{"rolf", forbidden, 200},
		{"asa", forbidden, 200},
		{"tom", forbidden, 200},
		{"bob", []int{200, 403, 403, 403, 403, 403}, 200},
		{"eve", []int{403, 200, 403, 403, 403, 403}, 200},
		{"otto", forbidden, 200},
		{"dora", dead, 401},
		{"dan", dead, 401},
	}
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		id := func(key string) library.UserID {
			if key == "a stranger" {
				return stranger
			}
			return lib.User(key)
		}
		for _, page := range pages {
			for _, row := range answered {
				for i, of := range asked {
					node.As(row.caller).Get(t, "%s", live.UserPath(id(of), page)).Want(t, row.of[i])
				}
				node.As(row.caller).Get(t, "%s", lib.UserPath(row.caller, page)).Want(t, row.own)
			}
			node.Nobody().Get(t, "%s", lib.UserPath("bob", page)).Want(t, 401)
			node.As("bob").Get(t, "/users/0%s", page).Want(t, 422)
		}
	})
}

// The sentence says nothing, either, of whether a user exists.
func TestUserPages_RefuseUnknownUsersAlike(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for _, caller := range []string{"bob", "tom", "sue", "rolf"} {
			for _, page := range pages {
				node.As(caller).Get(t, "%s", node.Library.UserPath("eve", page)).
					WantError(t, 403, "and admins may see this")
				node.As(caller).Get(t, "%s", live.UserPath(stranger, page)).
					WantError(t, 403, "and admins may see this")
			}
		}
		node.As("ada").Get(t, "%s", live.UserPath(stranger, "")).WantError(t, 404, "user 9223372036854775807 not found")
	})
}

// Who may search and change roles. Whether a caller may is said after the parameters
// were found good, and before anyone is looked up.
func TestAdminsOperations_ByCaller(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		for caller, want := range map[string]struct{ search, known, unknown int }{
			"ada":  {200, 200, 404},
			"ann":  {200, 200, 404},
			"sue":  {200, 200, 403},
			"rolf": {200, 403, 403}, // an admin, in whose reach is nobody
			"asa":  {403, 403, 403},
			"tom":  {403, 403, 403},
			"bob":  {403, 403, 403},
			"otto": {403, 403, 403},
			"dora": {401, 401, 401},
			"dan":  {401, 401, 401},
		} {
			who := node.As(caller)
			who.Get(t, "/users/search?role=Student").Want(t, want.search)
			who.Get(t, "/users/search?email=nobody@school.test").Want(t, want.search)
			updateRoles(t, who, change(lib.User("bob"), "Student", "add")).Want(t, want.known)
			updateRoles(t, who, change(stranger, "Student", "add")).Want(t, want.unknown)

			if want.search == 401 {
				continue
			}
			who.Get(t, "/users/search").Want(t, 400)
			who.Get(t, "/users/search?role=Janitor").Want(t, 422)
			who.Get(t, "/users/search?role=Student&per_page=51").Want(t, 422)
			who.Send(t, "POST", "/users/roles", live.JSON, `{}`).Want(t, 400)
			who.Send(t, "POST", "/users/roles", live.JSON, `{"roles":[]}`).Want(t, 422)
		}
		node.Nobody().Get(t, "/users/search?role=Student").Want(t, 401)
		updateRoles(t, node.Nobody(), change(lib.User("bob"), "Student", "add")).Want(t, 401)
	})
}
