package conformance

import (
	"context"
	"fmt"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

func TestUser_EveryField(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		for key, want := range map[string]string{
			// The address as it was given; roles in the contract's order.
			"ada":  `"full_name":"Ada Byron","display_name":"Ada","email":"Ada@School.test","role_names":["Admin","Teacher"]`,
			"sue":  `"full_name":"Sue Storm","display_name":"Sue Storm","email":"sue@school.test","role_names":["Subaccount admin"]`,
			"otto": `"full_name":"Otto Look","display_name":"Otto Look","email":null,"role_names":["Observer"]`,
			"bob":  `"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test","role_names":["Student"]`,
			// Deactivation takes nothing from a person but their access.
			"dora": `"full_name":"Dora Gone","display_name":"Dora Gone","email":"dora@school.test","role_names":["Student"]`,
		} {
			wantJSON(t, node.As("ada").Get(t, "%s", lib.UserPath(key, "")),
				fmt.Sprintf(`{"user":{"id":%d,%s}}`, lib.User(key), want))
		}
	})
}

func TestUser_WithAllRolesAndWithNone(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			_, err := c.UpdateRoles(ctx, []library.RoleChange{
				{User: lib.User("bob"), Role: library.Observer, Action: library.AddRole},
				{User: lib.User("bob"), Role: library.Teacher, Action: library.AddRole},
				{User: lib.User("bob"), Role: library.SubaccountAdmin, Action: library.AddRole},
				{User: lib.User("bob"), Role: library.Admin, Action: library.AddRole},
				{User: lib.User("otto"), Role: library.Observer, Action: library.RemoveRole},
			})
			return err
		})
		wantRoles(t, node, "bob", "Admin", "Subaccount admin", "Teacher", "Student", "Observer")
		wantRoles(t, node, "otto")
	})
}

// wantRoles asks, as the person, which roles the person has.
func wantRoles(t *testing.T, node *live.Node, key string, want ...string) {
	t.Helper()
	got := live.Read[struct {
		User user `json:"user"`
	}](t, node.As(key).Get(t, "%s", node.Library.UserPath(key, "")))
	if fmt.Sprint(got.User.RoleNames) != fmt.Sprint(want) || got.User.RoleNames == nil {
		t.Errorf("%s has the roles %q, want %q", key, got.User.RoleNames, want)
	}
}
