package conformance

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// change is one item of a role update.
func change(id library.UserID, role, action string) string {
	return fmt.Sprintf(`{"user_id":%d,"role":%q,"action":%q}`, id, role, action)
}

func updateRoles(t *testing.T, by live.Client, changes ...string) live.Answer {
	t.Helper()
	return by.Send(t, "POST", "/users/roles", live.JSON, rolesBody(changes...))
}

func rolesBody(changes ...string) string { return `{"roles":[` + strings.Join(changes, ",") + `]}` }

// The list comes as JSON, in a form of either kind, or in the query, by each method.
func TestRoles_EveryMethodAndKindOfBody(t *testing.T) {
	encoded := func(list string) string { return url.Values{"roles": {list}}.Encode() }
	part := "--b\r\nContent-Disposition: form-data; name=\"roles\"\r\n\r\n%s\r\n--b--\r\n"
	none := func(string) string { return "" }
	kinds := []struct {
		contentType string
		query, body func(list string) string
	}{
		{live.JSON, none, func(list string) string { return `{"roles":` + list + `}` }},
		{"application/x-www-form-urlencoded", none, encoded},
		{"multipart/form-data; boundary=b", none, func(list string) string { return fmt.Sprintf(part, list) }},
		{"", encoded, none},
	}
	onEach(t, school, func(t *testing.T, node *live.Node) {
		bob := node.Library.User("bob")
		for _, method := range roleMethods {
			for _, kind := range kinds {
				for _, step := range []struct {
					action string
					want   []string
				}{
					{"add", []string{"Teacher", "Student"}}, {"remove", []string{"Student"}},
				} {
					list := "[" + change(bob, "Teacher", step.action) + "]"
					a := node.As("ada").Send(t, method, "/users/roles?"+kind.query(list), kind.contentType, kind.body(list))
					answered := live.Read[users](t, a).Users
					if len(answered) != 1 || !slices.Equal(answered[0].RoleNames, step.want) {
						t.Errorf("%s %q, %s: answers %v, want %v", method, kind.contentType, step.action, answered, step.want)
					}
					wantRoles(t, node, "bob", step.want...)
				}
			}
		}
	})
}

// roleMethods are the methods of a role update, which all do the same.
var roleMethods = []string{"POST", "PUT", "PATCH"}

func TestRoles_EveryMethodMeetsTheSameRefusals(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		bob := node.Library.User("bob")
		one := rolesBody(change(bob, "Teacher", "add"))
		for _, method := range roleMethods {
			for _, c := range []struct {
				by                live.Client
				contentType, body string
				status            int
			}{
				{node.As("ada"), live.JSON, one[1:], 400},
				{node.Nobody(), live.JSON, one, 401},
				{node.As("bob"), live.JSON, one, 403},
				{node.As("ada"), live.JSON, rolesBody(change(stranger, "Teacher", "add")), 404},
				{node.As("ada"), live.JSON, one + strings.Repeat(" ", 1<<20), 413},
				{node.As("ada"), "text/plain", one, 415},
				{node.As("ada"), live.JSON, rolesBody(change(bob, "Janitor", "add")), 422},
			} {
				c.by.Send(t, method, "/users/roles", c.contentType, c.body).Want(t, c.status)
			}
		}
		wantRoles(t, node, "bob", "Student")
	})
}

func TestRoles_AnswerNamesEachUserOnceInTheOrderFirstNamed(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		answer := updateRoles(t, node.As("ada"),
			change(lib.User("otto"), "Student", "add"),
			change(lib.User("bob"), "Teacher", "add"),
			change(lib.User("otto"), "Observer", "remove"),
			change(lib.User("eve"), "Observer", "remove"), // which she does not hold
			change(lib.User("bob"), "Student", "add"),     // which he holds
			change(lib.User("otto"), "Student", "remove"), // which takes his last
		)
		wantJSON(t, answer, fmt.Sprintf(`{"users":[
			{"id":%d,"full_name":"Otto Look","display_name":"Otto Look","email":null,"role_names":[]},
			{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test","role_names":["Teacher","Student"]},
			{"id":%d,"full_name":"Eve Moss","display_name":"Eve Moss","email":"eve@school.test","role_names":["Student"]}]}`,
			lib.User("otto"), lib.User("bob"), lib.User("eve")))
		wantRoles(t, node, "otto")
		wantRoles(t, node, "bob", "Teacher", "Student")
	})
}

// Of an update that is refused nothing stays, whatever refuses it and wherever in the
// list that stands.
func TestRoles_AllOrNothing(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		good := change(lib.User("bob"), "Teacher", "add")
		for bad, want := range map[string]struct {
			status   int
			sentence string
		}{
			change(stranger, "Teacher", "add"):         {404, "user 9223372036854775807 not found"},
			change(0, "Teacher", "add"):                {422, "user_id must be"},
			change(lib.User("eve"), "teacher", "add"):  {422, "role must be one of"},
			change(lib.User("eve"), "Teacher", "give"): {422, "action must be one of"},
			`{"user_id":1,"role":"Teacher"}`:           {400, "action is required"},
			change(lib.User("ada"), "Admin", "remove") + "," + change(lib.User("ann"), "Admin", "remove"): {
				422, "one active admin must always remain",
			},
		} {
			updateRoles(t, node.As("ada"), good, bad).WantError(t, want.status, want.sentence)
			updateRoles(t, node.As("ada"), bad, good).WantError(t, want.status, want.sentence)
			wantRoles(t, node, "bob", "Student")
			wantRoles(t, node, "ada", "Admin", "Teacher")
		}
	})
}

func TestRoles_AThousandAtOnce(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		items := make([]string, 0, library.MaxRoleChanges+1)
		for i := range library.MaxRoleChanges {
			// Applied in order: an even one gives, an odd one takes, and the last gives.
			action := []string{"add", "remove"}[i%2]
			items = append(items, change(lib.User([]string{"bob", "eve"}[i/2%2]), "Teacher", action))
		}
		items[len(items)-1] = change(lib.User("eve"), "Observer", "add")
		updateRoles(t, node.As("ada"), items...).Want(t, 200)
		wantRoles(t, node, "bob", "Student")
		wantRoles(t, node, "eve", "Teacher", "Student", "Observer")

		updateRoles(t, node.As("ada"), append(items, items[0])...).WantError(t, 422, "must hold 1 to 1000 items, not 1001")
		wantRoles(t, node, "bob", "Student")
	})
}

// One active admin always remains. It counts what an update leaves behind, not what it
// passes through, and the deactivated do not count.
func TestRoles_TheLastActiveAdminStays(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ada, ann := lib.User("ada"), lib.User("ann")
		updateRoles(t, node.As("ada"), change(ann, "Admin", "remove")).Want(t, 200)
		updateRoles(t, node.As("ada"), change(ada, "Admin", "remove")).WantError(t, 422, "one active admin must always remain")
		updateRoles(t, node.As("ada"), change(ada, "Admin", "remove"), change(ada, "Admin", "add")).Want(t, 200)
		updateRoles(t, node.As("ada"), change(ada, "Admin", "add"), change(ada, "Admin", "remove")).
			WantError(t, 422, "one active admin must always remain")

		// An admin who cannot sign in keeps nobody's library.
		lib.Change(t, func(ctx context.Context, c *library.Change) error { return c.SetActive(ctx, lib.User("dora"), false) })
		updateRoles(t, node.As("ada"), change(lib.User("dora"), "Admin", "add"), change(ada, "Admin", "remove")).
			WantError(t, 422, "one active admin must always remain")
		wantRoles(t, node, "ada", "Admin", "Teacher")

		// The office can be handed over in one update.
		updateRoles(t, node.As("ada"), change(ada, "Admin", "remove"), change(lib.User("tom"), "Admin", "add")).Want(t, 200)
		updateRoles(t, node.As("ada"), change(ada, "Admin", "add")).Want(t, 403)
		updateRoles(t, node.As("tom"), change(ada, "Admin", "add")).Want(t, 200)
	})
}

// A sub-account admin changes the lesser roles of the people in reach, and of no admin.
func TestRoles_OfASubAccountAdmin(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		bob := lib.User("bob")
		for _, role := range []string{"Teacher", "Student", "Observer"} {
			for _, action := range []string{"add", "remove"} {
				updateRoles(t, node.As("sue"), change(bob, role, action)).Want(t, 200)
			}
		}
		wantRoles(t, node, "bob")
		updateRoles(t, node.As("sue"), change(bob, "Student", "add")).Want(t, 200)

		for _, bad := range []string{
			change(bob, "Admin", "add"), change(bob, "Admin", "remove"),
			change(bob, "Subaccount admin", "add"), change(bob, "Subaccount admin", "remove"),
			change(lib.User("ann"), "Teacher", "add"), // who holds Admin
			change(lib.User("eve"), "Teacher", "add"), // out of reach
			change(lib.User("sue"), "Teacher", "add"), // herself, enrolled nowhere
			change(lib.User("dan"), "Teacher", "add"), // deleted
			change(stranger, "Teacher", "add"),
		} {
			good := change(bob, "Teacher", "add")
			updateRoles(t, node.As("sue"), bad).Want(t, 403)
			updateRoles(t, node.As("sue"), good, bad).Want(t, 403)
			updateRoles(t, node.As("sue"), bad, good).Want(t, 403)
			wantRoles(t, node, "bob", "Student")
		}

		// The reach ends with the enrolment that made it, and with the course's people.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.Unenroll(ctx, 101, bob, library.WayStudent)
		})
		updateRoles(t, node.As("sue"), change(bob, "Teacher", "add")).Want(t, 403)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.Enroll(ctx, 101, bob, library.WayObserver)
		})
		updateRoles(t, node.As("sue"), change(bob, "Teacher", "add")).Want(t, 200)
	})
}
