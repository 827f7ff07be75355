package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// member is one item of a group's update; as is empty where somebody is removed.
func member(action string, id library.UserID, as string) string {
	if as == "" {
		return fmt.Sprintf(`{"action":%q,"user_id":%d}`, action, id)
	}
	return fmt.Sprintf(`{"action":%q,"user_id":%d,"permission":%q}`, action, id, as)
}

func updateMembers(t *testing.T, by live.Client, group library.GroupID, items ...string) live.Answer {
	t.Helper()
	return by.Send(t, "POST", fmt.Sprintf("/groups/%d/users/batch_update", group), live.JSON, "["+strings.Join(items, ",")+"]")
}

// wantMembers compares who is in a group with keys and what they are: "cat manager".
func wantMembers(t *testing.T, lib *live.Library, a live.Answer, want ...string) {
	t.Helper()
	got := live.Read[struct {
		GroupUsers []permitted `json:"group_users"`
	}](t, a).GroupUsers
	var wanted []permitted
	for _, w := range want {
		key, as, _ := strings.Cut(w, " ")
		wanted = append(wanted, permitted{int64(lib.User(key)), as})
	}
	slices.SortFunc(wanted, func(a, b permitted) int { return int(b.ID - a.ID) })
	if !slices.Equal(got, wanted) || got == nil {
		t.Errorf("in the group are %v, want %v", got, wanted)
	}
}

func TestGroupUsers_EveryFieldAndWhoMayAsk(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		retire(t, lib) // who stays in the group
		path := fmt.Sprintf("/groups/%d/users", lib.Group("club"))
		want := fmt.Sprintf(`{"group_users":[
			{"id":%d,"full_name":"Dora Gone","display_name":"Dora Gone","email":null,"permission":"member"},
			{"id":%d,"full_name":"Otto Look","display_name":"Otto Look","email":null,"permission":"manager"},
			{"id":%d,"full_name":"Cat Claw","display_name":"Cat Claw","email":null,"permission":"manager"},
			{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test","permission":"member"}]}`,
			lib.User("dora"), lib.User("otto"), lib.User("cat"), lib.User("bob"))
		for _, caller := range []string{"ada", "cat", "bob", "otto"} {
			wantJSON(t, node.As(caller).Get(t, "%s", path), want)
		}
		for _, caller := range []string{"eve", "tom", "sue"} {
			node.As(caller).Get(t, "%s", path).WantError(t, 403, "and admins may list its members")
		}
		node.Nobody().Get(t, "%s", path).Want(t, 401)
		node.As("ada").Get(t, "/groups/%d/users", stranger).Want(t, 404)
		node.As("bob").Get(t, "/groups/%d/users", stranger).Want(t, 404)
		node.As("ada").Get(t, "/groups/0/users").Want(t, 422)
	})
}

func TestGroupUsers_InTheirOrderAllOrNothing(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		club, ada := lib.Group("club"), node.As("ada")
		before := []string{"cat manager", "bob member", "otto manager", "dora member"}
		for bad, want := range map[string]struct {
			status   int
			sentence string
		}{
			member("update", lib.User("eve"), "member"):                                                {404, "is not in group"},
			member("remove", lib.User("bob"), "") + "," + member("update", lib.User("bob"), "manager"): {404, "is not in group"},
			member("add", stranger, "member"):                                                          {404, "user 9223372036854775807 not found"},
			member("remove", stranger, ""):                                                             {404, "user 9223372036854775807 not found"},
			member("add", 0, "member"):                                                                 {422, "user_id must be"},
			member("add", lib.User("eve"), "owner"):                                                    {422, "permission must be one of"},
			member("invite", lib.User("eve"), "member"):                                                {422, "action must be one of"},
			member("add", lib.User("eve"), ""):                                                         {400, "body[1].permission is required"},
			member("update", lib.User("bob"), ""):                                                      {400, "body[1].permission is required"},
			`{"action":"remove"}`:                                                                      {400, "user_id is required"},
		} {
			updateMembers(t, ada, club, member("add", lib.User("tom"), "member"), bad).WantError(t, want.status, want.sentence)
			wantMembers(t, lib, ada.Get(t, "/groups/%d/users", club), before...)
		}
		wantMembers(t, lib, updateMembers(t, ada, club), before...)
		wantMembers(t, lib, updateMembers(t, ada, club,
			member("add", lib.User("tom"), "member"),
			member("update", lib.User("tom"), "manager"),
			member("add", lib.User("bob"), "manager"),    // who is in it
			member("remove", lib.User("eve"), ""),        // who is not
			member("remove", lib.User("otto"), "member"), // whatever he was
		), "cat manager", "bob manager", "dora member", "tom manager")
		many := slices.Repeat([]string{member("remove", lib.User("eve"), "")}, library.MaxMemberChanges)
		updateMembers(t, ada, club, many...).Want(t, 200)
		updateMembers(t, ada, club, append(many, many[0])...).WantError(t, 422, "must hold 0 to 1000 items")
	})
}

// Who joins a group reaches at once what it is given, and who leaves it no longer.
func TestGroupUsers_ReachWhatTheGroupIsGiven(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.ShareMedia(ctx, lib.Media("tom"), library.Grantee{Group: lib.Group("club")}, library.WayView)
		})
		count := func() int64 {
			return live.Read[mediaList](t, node.As("eve").Get(t, "%s", lib.UserPath("eve", "/media"))).Meta.TotalCount
		}
		before := count()
		updateMembers(t, node.As("ada"), lib.Group("club"), member("add", lib.User("eve"), "member")).Want(t, 200)
		if got := count(); got != before+1 {
			t.Errorf("in the group she reaches %d, want %d", got, before+1)
		}
		updateMembers(t, node.As("eve"), lib.Group("club"), member("remove", lib.User("eve"), "")).
			WantError(t, 403, "and admins may change its members")
		updateMembers(t, node.As("cat"), lib.Group("club"), member("remove", lib.User("eve"), "")).Want(t, 200)
		if got := count(); got != before {
			t.Errorf("out of the group she reaches %d, want %d", got, before)
		}
	})
}

// A manager adds whom they may share with; what people are who are in already, any
// manager changes.
func TestGroupUsers_WhatAManagerMay(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		retire(t, lib)
		club := lib.Group("club")
		updateMembers(t, node.As("cat"), club, member("update", lib.User("bob"), "manager"), member("add", lib.User("eve"), "member")).
			WantError(t, 403, "you may not share with")
		wantMembers(t, lib, node.As("cat").Get(t, "/groups/%d/users", club),
			"cat manager", "bob member", "otto manager", "dora member")
		// An observer shares with nobody, and manages all the same.
		updateMembers(t, node.As("otto"), club, member("add", lib.User("tom"), "member")).WantError(t, 403, "you may not share with")
		updateMembers(t, node.As("otto"), club, member("add", lib.User("bob"), "manager"), member("remove", lib.User("dora"), "")).
			Want(t, 200)
		for _, caller := range []string{"bob", "ada"} { // the deactivated join nothing
			updateMembers(t, node.As(caller), club, member("add", lib.User("dora"), "member")).Want(t, 403)
		}
		updateMembers(t, node.As("bob"), club, member("add", lib.User("tom"), "member")).Want(t, 200) // of his course
		updateMembers(t, node.As("bob"), club, member("remove", lib.User("bob"), "")).Want(t, 200)    // his last
		wantMembers(t, lib, node.As("cat").Get(t, "/groups/%d/users", club), "cat manager", "otto manager", "tom member")
		for _, caller := range []string{"bob", "tom", "sue", "eve"} {
			updateMembers(t, node.As(caller), club).WantError(t, 403, "and admins may change its members")
		}
		updateMembers(t, node.Nobody(), club).Want(t, 401)
		updateMembers(t, node.As("ada"), library.GroupID(stranger)).Want(t, 404)
		path := fmt.Sprintf("/groups/%d/users/batch_update", club)
		node.As("ada").Send(t, "POST", path, live.JSON, `{}`).Want(t, 400)
		node.As("ada").Send(t, "POST", path, live.JSON, "").Want(t, 400)
		node.As("ada").Send(t, "POST", path, live.JSON, "[]"+strings.Repeat(" ", 1<<20)).Want(t, 413)
		node.As("ada").Send(t, "POST", path, "text/plain", "[]").Want(t, 415)
		node.As("ada").Send(t, "POST", "/groups/x/users/batch_update", live.JSON, "[]").Want(t, 422)
	})
}
