package conformance

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

func patch(t *testing.T, by live.Client, id library.UserID, body string) live.Answer {
	t.Helper()
	return by.Send(t, "PATCH", live.UserPath(id, ""), live.JSON, body)
}

// wantUser compares a user in an answer: "full name/display name/e-mail", with - for none.
func wantUser(t *testing.T, a live.Answer, want string) {
	t.Helper()
	u := live.Read[struct {
		User struct {
			FullName    string  `json:"full_name"`
			DisplayName string  `json:"display_name"`
			Email       *string `json:"email"`
		}
	}](t, a).User
	email := "-"
	if u.Email != nil {
		email = *u.Email
	}
	if got := u.FullName + "/" + u.DisplayName + "/" + email; got != want {
		t.Errorf("the user is %q, want %q", got, want)
	}
}

// What is absent stays, what is null is removed, and what is empty is rejected, however
// the parameters come.
func TestUpdateUser_AbsentNullAndEmpty(t *testing.T) {
	const form, multi = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	part := func(name, value string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n--b--\r\n"
	}
	onEach(t, school, func(t *testing.T, node *live.Node) {
		ada, bob := node.As("ada"), node.Library.User("bob")
		for _, c := range []struct {
			query, contentType, body string
			want                     string // the user, or, after a status, the sentence
		}{
			{"", live.JSON, `{}`, "Bob Hale/Bob/bob@school.test"},
			{"", "", "", "Bob Hale/Bob/bob@school.test"},
			{"?unknown=", live.JSON, `{"id":7,"role_names":[]}`, "Bob Hale/Bob/bob@school.test"},
			{"", live.JSON, `{"display_name":"Bobby"}`, "Bob Hale/Bobby/bob@school.test"},
			{"", form, `full_name=Robert+Hale`, "Robert Hale/Bobby/bob@school.test"},
			{"?display_name=Bert", "", "", "Robert Hale/Bert/bob@school.test"},
			{"?display_name=query", live.JSON, `{"display_name":"body"}`, "Robert Hale/body/bob@school.test"},
			{"", multi, part("display_name", "Bob"), "Robert Hale/Bob/bob@school.test"},
			{"", live.JSON, `{"email":null}`, "Robert Hale/Bob/-"},
			{"", live.JSON, `{"email":null}`, "Robert Hale/Bob/-"}, // twice is not an error
			{"?email=hale@school.test", "", "", "Robert Hale/Bob/hale@school.test"},
			{"?email=other@school.test", live.JSON, `{"email":null}`, "Robert Hale/Bob/-"}, // the body wins
			{"", form, "email=null%40school.test", "Robert Hale/Bob/null@school.test"},
			{"", live.JSON, `{"email":"Bob@School.test","full_name":"Bob Hale"}`, "Bob Hale/Bob/Bob@School.test"},
			{"", live.JSON, `{"email":"BOB@SCHOOL.TEST"}`, "Bob Hale/Bob/BOB@SCHOOL.TEST"}, // his own
			{"", live.JSON, `{"email":"bob@school.test"}`, "Bob Hale/Bob/bob@school.test"},

			{"", live.JSON, `{"full_name":null}`, "422 full_name must not be null"},
			{"?full_name=X", live.JSON, `{"full_name":null}`, "422 full_name must not be null"},
			{"", live.JSON, `{"display_name":null}`, "422 display_name must not be null"},
			{"", live.JSON, `{"full_name":""}`, "422 full_name must not be empty"},
			{"", live.JSON, `{"display_name":""}`, "422 display_name must not be empty"},
			{"", live.JSON, `{"email":""}`, "422 email must not be empty"},
			{"", form, "email=", "422 email must not be empty"},
			{"", form, "email", "422 email must not be empty"},
			{"", multi, part("email", ""), "422 email must not be empty"},
			{"?email=", "", "", "422 email must not be empty"},
			{"?display_name=", live.JSON, `{}`, "422 display_name must not be empty"},
			{"", form, "email=null", "422 email must be a whole e-mail address"},
			{"?email=null", "", "", "422 email must be a whole e-mail address"},
			{"", live.JSON, `{"email":"null"}`, "422 email must be a whole e-mail address"},
			{"", live.JSON, `{"email":false}`, "422 email must be a whole e-mail address"},
			{"", live.JSON, `{"email":[]}`, "422 email must be a whole e-mail address"},
			{"", live.JSON, `{"email":"a@b@c"}`, "422 email must be a whole e-mail address"},
			{"", live.JSON, `{"email":"` + strings.Repeat("a", 250) + `@b.test"}`, "422 email must be a whole e-mail address"},
			{"", live.JSON, `{"full_name":"  "}`, "422 full_name must not be blank"},
			{"", live.JSON, `{"full_name":7}`, "422 full_name must be text"},
			{"", live.JSON, `{"display_name":"a\u0000"}`, "422 display_name must be UTF-8 text"},
			{"", live.JSON, `{"display_name":"` + strings.Repeat("x", 256) + `"}`, "422 display_name is longer than 255"},
			{"", live.JSON, `{"display_name":"X","email":"ADA@school.test"}`, "409 belongs to another user"},
			{"", live.JSON, `{"display_name":"X","email":"x"}`, "422 email must be"},
			{"", live.JSON, `{`, "400 it is not JSON"},
			{"", live.JSON, `[]`, "400 it must be a JSON object"},
			{"", live.JSON, `{"email":null,"email":null}`, "400 appears twice"},
			{"", "application/merge-patch+xml", `{}`, "415 the body must be"},
			{"", live.JSON, strings.Repeat(" ", 1<<20+1), "413 larger than"},
		} {
			a := ada.Send(t, "PATCH", live.UserPath(bob, c.query), c.contentType, c.body)
			first, sentence, _ := strings.Cut(c.want, " ")
			if status, err := strconv.Atoi(first); err == nil {
				a.WantError(t, status, sentence)
				wantUser(t, ada.Get(t, "%s", live.UserPath(bob, "")), "Bob Hale/Bob/bob@school.test") // nothing of it was done
				continue
			}
			wantUser(t, a, c.want)
			if shown := ada.Get(t, "%s", live.UserPath(bob, "")); string(shown.Body) != string(a.Body) {
				t.Errorf("changed\n%s\nand shown\n%s", a.Body, shown.Body)
			}
		}
	})
}

// An admin changes everything, a sub-account admin the display names of people within
// reach who are not admins, and everybody their own display name.
func TestUpdateUser_WhoMayChangeWhat(t *testing.T) {
	const name, full, email, none, nothing = `{"display_name":"New"}`, `{"full_name":"New"}`, `{"email":"new@school.test"}`,
		`{"email":null}`, `{}`
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		for caller, may := range map[string]map[string]bool{ // whose display name
			"sue":  {"sue": true, "tom": true, "bob": true, "dora": true},
			"rolf": {"rolf": true},
			"asa":  {"asa": true},
			"tom":  {"tom": true},
			"bob":  {"bob": true},
			"otto": {"otto": true},
		} {
			for _, of := range []string{"ada", "ann", "sue", "rolf", "asa", "tom", "bob", "eve", "otto", "dora", "dan"} {
				id := lib.User(of)
				for body, want := range map[string]bool{
					name: may[of], nothing: may[of], full: false, email: false, none: false,
					`{"display_name":"New","full_name":"New"}`: false, `{"display_name":"New","email":null}`: false,
				} {
					status := 403
					if want {
						status = 200
					}
					patch(t, node.As(caller), id, body).Want(t, status)
				}
			}
			patch(t, node.As(caller), stranger, name).WantError(t, 403, "and admins may change this user")
			patch(t, node.As(caller), lib.User("ada"), `{"display_name":""}`).Want(t, 422) // what comes before who
		}
		for _, caller := range []string{"ada", "ann"} {
			for _, of := range []string{"ann", "sue", "bob", "eve", "dora"} {
				for _, body := range []string{name, full, none, nothing} {
					patch(t, node.As(caller), lib.User(of), body).Want(t, 200)
				}
			}
			patch(t, node.As(caller), lib.User("dan"), name).Want(t, 404)
			patch(t, node.As(caller), stranger, name).WantError(t, 404, "user 9223372036854775807 not found")
		}
		patch(t, node.As("dora"), lib.User("dora"), name).Want(t, 401)
		patch(t, node.Nobody(), lib.User("bob"), name).Want(t, 401)
		patch(t, node.With("Bearer "+lib.NewCaptionService(t, "scribe")), lib.User("bob"), name).Want(t, 403)
		node.As("ada").Send(t, "PATCH", "/users/0", live.JSON, name).Want(t, 422)
		node.As("ada").Send(t, "PATCH", "/users/search", live.JSON, name).Want(t, 405)
		node.As("ada").Send(t, "PUT", lib.UserPath("bob", ""), live.JSON, name).Want(t, 405)

		// Who becomes an admin is out of a sub-account admin's hands at once.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return errorOf(c.UpdateRoles(ctx, []library.RoleChange{{User: lib.User("bob"), Role: library.Admin, Action: library.AddRole}}))
		})
		patch(t, node.As("sue"), lib.User("bob"), name).WantError(t, 403, "is an admin")
	})
}

// Each address is one person's: that of the deactivated too, that of the deleted not.
func TestUpdateUser_AddressesAreTakenAndFreed(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		ada, bob, eve := node.As("ada"), lib.User("bob"), lib.User("eve")
		patch(t, ada, eve, `{"email":"bob@school.test"}`).WantError(t, 409, "email bob@school.test belongs to another user")
		patch(t, ada, eve, `{"email":"dora@SCHOOL.test"}`).Want(t, 409)
		patch(t, ada, eve, `{"email":"dan@school.test"}`).Want(t, 200) // who is deleted
		patch(t, ada, bob, `{"email":"eve@school.test"}`).Want(t, 200) // who has another
		patch(t, ada, eve, `{"email":"bob@school.test"}`).Want(t, 200)
		patch(t, ada, bob, `{"email":null}`).Want(t, 200)
		patch(t, ada, lib.User("otto"), `{"email":null}`).Want(t, 200) // two may have none
		for address, want := range map[string]int64{"bob@school.test": 1, "BOB@school.test": 1, "eve@school.test": 0, "dan@school.test": 0} {
			found := live.Read[users](t, ada.Get(t, "/users/search?email=%s", address))
			if found.Meta.TotalCount != want || want == 1 && found.Users[0].ID != int64(eve) {
				t.Errorf("%s is the address of %+v", address, found.Users)
			}
		}
		if n := live.Read[mediaList](t, ada.Get(t, "/media/search?owner=tom@school.test")).Meta.TotalCount; n != 2 {
			t.Errorf("Tom owns %d media, want 2", n)
		}
		patch(t, ada, lib.User("tom"), `{"email":"teal@school.test"}`).Want(t, 200)
		for address, want := range map[string]int64{"tom@school.test": 0, "teal@school.test": 2} {
			if n := live.Read[mediaList](t, ada.Get(t, "/media/search?owner=%s", address)).Meta.TotalCount; n != want {
				t.Errorf("%s owns %d media, want %d", address, n, want)
			}
		}
	})
}

// A new name shows in the next answer of each of two nodes, wherever people are told of.
func TestUpdateUser_ShowsInEveryListOfEachNode(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		tom, lenses, lectures := lib.User("tom"), lib.Media("lenses"), lib.Collection("lectures")
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			toBob := library.Grantee{User: lib.User("bob")}
			if err := c.ShareMedia(ctx, lenses, toBob, library.WayEdit); err != nil {
				return err
			}
			return c.ShareCollection(ctx, lectures, toBob, library.WayView)
		})
		post(t, node.As("tom"), fmt.Sprintf("/media/%d/tags", lenses), `{"name":"optics"}`).Want(t, 201)
		places := []struct{ caller, path string }{
			{"tom", lib.UserPath("tom", "")},
			{"tom", lib.UserPath("tom", "/media")},
			{"bob", lib.UserPath("bob", "/media")},
			{"tom", lib.UserPath("tom", "/collections")},
			{"tom", lib.UserPath("tom", "/library")},
			{"bob", "/collections"},
			{"bob", fmt.Sprintf("/collections/%d", lectures)},
			{"bob", fmt.Sprintf("/collections/%d/media", lectures)},
			{"bob", fmt.Sprintf("/media/%d", lenses)},
			{"bob", fmt.Sprintf("/media/%d/perspectives", lenses)},
			{"bob", fmt.Sprintf("/media/%d/users", lenses)},
			{"bob", "/media/search?title=lenses"},
			{"ada", "/media/search"},
			{"ada", "/users/search?role=Teacher"},
			{"ada", "/courses/101/enrollments"},
			{"ada", "/audit_events?action=media.tag"},
			{"tom", fmt.Sprintf("/groups/%d/users", lib.Group("physics"))},
		}
		shows := func(want string) {
			t.Helper()
			for i, n := range nodes {
				for _, p := range places {
					if got := n.As(p.caller).Get(t, "%s", p.path).Want(t, 200); !strings.Contains(string(got.Body), want) {
						t.Errorf("node %d: %s does not show %s:\n%s", i+1, p.path, want, got.Body)
					}
				}
			}
		}
		shows(`"full_name":"Tom Teal","display_name":"Tom Teal","email":"tom@school.test"`)
		for i, c := range []struct{ caller, body, want string }{
			{"tom", `{"display_name":"Tommy"}`, `"full_name":"Tom Teal","display_name":"Tommy","email":"tom@school.test"`},
			{"sue", `{"display_name":"Mr Teal"}`, `"full_name":"Tom Teal","display_name":"Mr Teal","email":"tom@school.test"`},
			{"ada", `{"full_name":"Thomas Teal"}`, `"full_name":"Thomas Teal","display_name":"Mr Teal","email":"tom@school.test"`},
			{"ada", `{"email":null}`, `"full_name":"Thomas Teal","display_name":"Mr Teal","email":null`},
			{"ada", `{"email":"t@school.test"}`, `"full_name":"Thomas Teal","display_name":"Mr Teal","email":"t@school.test"`},
		} {
			patch(t, nodes[i%2].As(c.caller), tom, c.body).Want(t, 200)
			shows(c.want)
		}
	})
}

// The audit log tells what was changed, and by whom; what changes nothing is not in it.
func TestUpdateUser_IsAudited(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ada, bob := node.As("ada"), lib.User("bob")
		for _, body := range []string{`{"display_name":"Bobby"}`, `{"display_name":"Bobby"}`, `{}`, `{"email":null,"full_name":"B"}`} {
			lib.Clock.Advance(time.Second)
			patch(t, ada, bob, body).Want(t, 200)
		}
		patch(t, ada, bob, `{"display_name":"X","email":"ada@school.test"}`).Want(t, 409)
		patch(t, node.As("bob"), bob, `{"full_name":"X"}`).Want(t, 403)
		var told []string
		for _, e := range live.Read[auditEvents](t, ada.Get(t, "/audit_events?action=user.edit")).Events {
			told = append(told, fmt.Sprintf("%s %s %s: %v to %v", e.Actor.FullName, e.Object, e.ObjectID, e.Before, e.After))
		}
		want := fmt.Sprintf("Ada Byron user %d: map[email:bob@school.test full_name:Bob Hale] to map[email:<nil> full_name:B]\n"+
			"Ada Byron user %d: map[display_name:Bob] to map[display_name:Bobby]", bob, bob)
		if got := strings.Join(told, "\n"); got != want {
			t.Errorf("the log tells\n%s\nwant\n%s", got, want)
		}
	})
}
