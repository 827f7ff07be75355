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

// faculty is a school in which everyone owns a media item of their own, by their key.
//
//	ada   admin
//	sue   sub-account admin of the sciences
//	tom   teacher of Optics, a course of the sciences
//	tess  teacher, assists in Waves, a course of the sciences
//	art   teacher of Drawing, a course of the arts
//	fay   teacher of Choir, a course of no sub-account
//	stan  teacher and student, studies in Optics
//	bob   student of Optics, in the club
//	cat   student, manages the club
//	eve   student of Drawing and Choir
//	otto  observer of Optics, manages the club too
//	dora  student of Optics, in the club, deactivated by retire
const faculty = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","display_name":"Ada","email":"ada@school.test","roles":["Admin"]},
 {"key":"sue","full_name":"Sue Storm","roles":["Subaccount admin"]},
 {"key":"tom","full_name":"Tom Teal","roles":["Teacher"]},
 {"key":"tess","full_name":"Tess Tide","roles":["Teacher"]},
 {"key":"art","full_name":"Art Ink","roles":["Teacher"]},
 {"key":"fay","full_name":"Fay Alto","roles":["Teacher"]},
 {"key":"stan","full_name":"Stan Both","roles":["Student","Teacher"]},
 {"key":"bob","full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test"},
 {"key":"cat","full_name":"Cat Claw"},
 {"key":"eve","full_name":"Eve Moss"},
 {"key":"otto","full_name":"Otto Look","roles":["Observer"]},
 {"key":"dora","full_name":"Dora Gone"}],
"groups":[
 {"key":"club","name":"Club","members":[{"user":"cat","permission":"manager"},{"user":"bob","permission":"member"},
  {"user":"otto","permission":"manager"},{"user":"dora","permission":"member"}]},
 {"key":"choir","name":"Choir","members":[{"user":"eve","permission":"member"}]}],
"sub_accounts":[{"key":"sciences","name":"Sciences","admins":["sue"]},{"key":"arts","name":"Arts"}],
"courses":[
 {"course_id":101,"name":"Optics","sub_account":"sciences","enrollments":[
  {"user":"tom","role":"teacher"},{"user":"stan","role":"student"},{"user":"bob","role":"student"},
  {"user":"otto","role":"observer"},{"user":"dora","role":"student"}]},
 {"course_id":102,"name":"Waves","sub_account":"sciences","enrollments":[{"user":"tess","role":"ta"}]},
 {"course_id":202,"name":"Drawing","sub_account":"arts","enrollments":[
  {"user":"art","role":"teacher"},{"user":"eve","role":"student"}]},
 {"course_id":303,"name":"Choir","enrollments":[{"user":"fay","role":"teacher"},{"user":"eve","role":"student"}]}],
"collections":[{"key":"lectures","owner":"tom","name":"Lectures"}],
"media":[
 {"key":"ada","owner":"ada","title":"Ada's"},{"key":"sue","owner":"sue","title":"Sue's"},
 {"key":"tom","owner":"tom","title":"Tom's"},{"key":"tess","owner":"tess","title":"Tess's"},
 {"key":"art","owner":"art","title":"Art's"},{"key":"fay","owner":"fay","title":"Fay's"},
 {"key":"stan","owner":"stan","title":"Stan's"},{"key":"bob","owner":"bob","title":"Bob's"},
 {"key":"cat","owner":"cat","title":"Cat's"},{"key":"eve","owner":"eve","title":"Eve's"},
 {"key":"otto","owner":"otto","title":"Otto's"},
 {"key":"waves","owner":"tom","collection":"lectures","also_in":["course:102"],"title":"Waves"}]
}`

var everyone = []string{"ada", "sue", "tom", "tess", "art", "fay", "stan", "bob", "cat", "eve", "otto", "dora"}

// retire deactivates dora.
func retire(t *testing.T, lib *live.Library) {
	t.Helper()
	lib.Change(t, func(ctx context.Context, c *library.Change) error { return c.SetActive(ctx, lib.User("dora"), false) })
}

// share is one item of a batch; gives is empty where a share ends.
func share(action, kind string, id int64, gives string) string {
	if gives == "" {
		return fmt.Sprintf(`{"action":%q,"id":%d,"share_type":%q}`, action, id, kind)
	}
	return fmt.Sprintf(`{"action":%q,"id":%d,"share_type":%q,"permission_type":%q}`, action, id, kind, gives)
}

func shareBody(items ...string) string { return `{"permissions":[` + strings.Join(items, ",") + `]}` }

func mediaPath(lib *live.Library, key, page string) string {
	return fmt.Sprintf("/media/%d%s", lib.Media(key), page)
}

func updateShares(t *testing.T, by live.Client, path string, items ...string) live.Answer {
	t.Helper()
	return by.Send(t, "POST", path, live.JSON, shareBody(items...))
}

// shares is a permission list.
type shares struct {
	Users  []permitted `json:"users"`
	Groups []permitted `json:"groups"`
}

type permitted struct {
	ID         int64  `json:"id"`
	Permission string `json:"permission"`
}

func wantShares(t *testing.T, a live.Answer, users, groups []permitted) {
	t.Helper()
	got := live.Read[shares](t, a)
	if !slices.Equal(got.Users, users) || !slices.Equal(got.Groups, groups) || got.Users == nil || got.Groups == nil {
		t.Errorf("shared with %v, want %v and %v", got, users, groups)
	}
}

func TestSharing_WhomOneMayShareWith(t *testing.T) {
	allowed := map[string][]string{
		"ada":  {"ada", "sue", "tom", "tess", "art", "fay", "stan", "bob", "cat", "eve", "otto"},
		"sue":  {"ada", "sue", "tom", "tess", "art", "fay", "stan", "bob", "otto"}, // all staff, and all in reach
		"tom":  {"sue", "tom", "tess", "stan", "bob", "otto"},                      // the staff of the sciences, and his course
		"tess": {"sue", "tom", "tess", "stan"},
		"art":  {"art", "eve"}, // nobody else is of the arts' staff
		"fay":  {"ada", "sue", "tom", "tess", "art", "fay", "stan", "eve"},
		"stan": {"ada", "sue", "tom", "tess", "art", "fay", "stan", "bob", "otto"}, // he teaches nowhere: all staff
		"bob":  {"tom", "stan", "bob", "cat", "otto"},
		"cat":  {"bob", "cat", "otto"},
		"eve":  {"art", "fay", "eve"},
		"otto": nil, // nobody, not even himself
	}
	groups := map[string][]string{
		"ada": {"club", "choir"}, "sue": {"club", "choir"}, "tom": {"club", "choir"}, "tess": {"club", "choir"},
		"art": {"club", "choir"}, "fay": {"club", "choir"}, "stan": {"club", "choir"},
		"bob": {"club"}, "cat": {"club"}, "eve": {"choir"}, "otto": nil,
	}
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		retire(t, lib)
		for caller, may := range allowed {
			path := mediaPath(lib, caller, "/permissions")
			try := func(name, kind string, id int64, may bool) {
				t.Helper()
				a := updateShares(t, node.As(caller), path, share("create", kind, id, "view"))
				if may {
					a.Want(t, 200)
					updateShares(t, node.As(caller), path, share("destroy", kind, id, "")).Want(t, 200)
				} else if a.Status != 403 {
					t.Errorf("%s shares with %s: %d", caller, name, a.Status)
				}
			}
			for _, with := range everyone {
				try(with, "user", int64(lib.User(with)), slices.Contains(may, with))
			}
			for _, with := range []string{"club", "choir"} {
				try(with, "group", int64(lib.Group(with)), slices.Contains(groups[caller], with))
			}
			wantShares(t, node.As(caller).Get(t, "%s", path), []permitted{}, []permitted{})
		}
	})
}

// One person outside, and nothing of a batch is done. What takes something away, or
// leaves it, needs nobody to be inside.
func TestSharing_OutsideNothingIsApplied(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		retire(t, lib)
		cat, eve, dora := int64(lib.User("cat")), int64(lib.User("eve")), int64(lib.User("dora"))
		choir := int64(lib.Group("choir"))
		path := mediaPath(lib, "bob", "/permissions")
		for _, outside := range []string{
			share("create", "user", eve, "view"), share("create", "user", dora, "view"), share("create", "group", choir, "edit"),
		} {
			updateShares(t, node.As("bob"), path, share("create", "user", cat, "view"), outside).
				WantError(t, 403, "you may not share with")
		}
		updateShares(t, node.As("ada"), path, share("create", "user", cat, "view"), share("create", "user", dora, "view")).
			WantError(t, 403, "is deactivated")
		wantShares(t, node.As("bob").Get(t, "%s", path), []permitted{}, []permitted{})

		// What they have already they keep, and lose, no matter who they are by now.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			for _, key := range []string{"eve", "dora"} {
				if err := c.ShareMedia(ctx, lib.Media("bob"), library.Grantee{User: lib.User(key)}, library.WayView); err != nil {
					return err
				}
			}
			return nil
		})
		for _, id := range []int64{eve, dora} {
			updateShares(t, node.As("bob"), path, share("update", "user", id, "edit")).WantError(t, 403, "you may not share with")
			updateShares(t, node.As("bob"), path, share("update", "user", id, "view")).Want(t, 200)
		}
		updateShares(t, node.As("ada"), path, share("update", "user", dora, "edit")).WantError(t, 403, "is deactivated")
		updateShares(t, node.As("ada"), path, share("update", "user", eve, "edit")).Want(t, 200)
		updateShares(t, node.As("bob"), path, share("update", "user", eve, "view")).Want(t, 200)
		wantShares(t, node.As("bob").Get(t, "%s", path), []permitted{{dora, "view"}, {eve, "view"}}, []permitted{})
		wantShares(t, updateShares(t, node.As("bob"), path, share("destroy", "user", eve, ""), share("destroy", "user", dora, "edit")),
			[]permitted{}, []permitted{})
	})
}

func TestMediaPermissions_EveryField(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		path := mediaPath(lib, "tom", "/permissions")
		want := fmt.Sprintf(`{"users":[
			{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test","role_names":["Student"],"permission":"edit"},
			{"id":%d,"full_name":"Stan Both","display_name":"Stan Both","email":null,"role_names":["Teacher","Student"],"permission":"view"}],
			"groups":[{"id":%d,"name":"Choir","permission":"edit"},{"id":%d,"name":"Club","permission":"view"}]}`,
			lib.User("bob"), lib.User("stan"), lib.Group("choir"), lib.Group("club"))
		wantJSON(t, updateShares(t, node.As("tom"), path,
			share("create", "user", int64(lib.User("stan")), "view"),
			share("create", "group", int64(lib.Group("club")), "view"),
			share("create", "user", int64(lib.User("bob")), "edit"),
			share("create", "group", int64(lib.Group("choir")), "edit")), want)
		for _, caller := range []string{"tom", "bob", "eve", "ada"} { // an owner, an editor, one by a group, an admin
			wantJSON(t, node.As(caller).Get(t, "%s", path), want)
		}
		node.As("stan").Get(t, "%s", path).WantError(t, 403, "needs the permission edit")
		node.As("cat").Get(t, "%s", path).Want(t, 403)
		node.As("fay").Get(t, "%s", path).Want(t, 403)
	})
}

func TestMediaPermissions_InTheirOrderAllOrNothing(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		bob, stan, club := int64(lib.User("bob")), int64(lib.User("stan")), int64(lib.Group("club"))
		path, tom := mediaPath(lib, "tom", "/permissions"), node.As("tom")
		wantShares(t, updateShares(t, tom, path,
			share("create", "user", bob, "view"),
			share("create", "group", club, "edit"),
			share("update", "user", bob, "edit"),
			share("destroy", "group", club, ""),
			share("create", "user", stan, "edit"),
			share("update", "user", stan, "view"),
			share("create", "group", club, "view"),
		), []permitted{{bob, "edit"}, {stan, "view"}}, []permitted{{club, "view"}})
		then := func() {
			t.Helper()
			wantShares(t, tom.Get(t, "%s", path), []permitted{{bob, "edit"}, {stan, "view"}}, []permitted{{club, "view"}})
		}
		tess, good := int64(lib.User("tess")), share("update", "user", bob, "view")
		for bad, want := range map[string]struct {
			status   int
			sentence string
		}{
			share("create", "user", bob, "edit"):                                                {400, "permissions[1]: it is shared with user"},
			share("create", "user", tess, "view") + "," + share("create", "user", tess, "view"): {400, "permissions[2]: it is shared with user"},
			share("update", "user", tess, "view"):                                               {400, "is not shared with user"},
			share("destroy", "group", int64(lib.Group("choir")), ""):                            {400, "is not shared with group"},
			share("destroy", "user", stan, "") + "," + share("update", "user", stan, "view"):    {400, "is not shared with user"},
			share("create", "user", int64(stranger), "view"):                                    {404, "user 9223372036854775807 not found"},
			share("create", "group", int64(stranger), "view"):                                   {404, "group 9223372036854775807 not found"},
			share("destroy", "user", int64(stranger), ""):                                       {404, "not found"},
			share("create", "user", 0, "view"):                                                  {422, "id must be"},
			share("create", "course", tess, "view"):                                             {422, "share_type must be one of"},
			share("give", "user", tess, "view"):                                                 {422, "action must be one of"},
			share("create", "user", tess, "owner"):                                              {422, "permission_type must be one of"},
			share("create", "user", tess, ""):                                                   {400, "permissions[1].permission_type is required"},
			`{"action":"create","id":1,"permission_type":"view"}`:                               {400, "share_type is required"},
		} {
			updateShares(t, tom, path, good, bad).WantError(t, want.status, want.sentence)
			then()
		}
		wantShares(t, updateShares(t, tom, path), []permitted{{bob, "edit"}, {stan, "view"}}, []permitted{{club, "view"}})
		many := slices.Repeat([]string{good}, library.MaxShareChanges)
		updateShares(t, tom, path, append(many, good)...).WantError(t, 422, "must hold 0 to 1000 items")
		then()
		updateShares(t, tom, path, many...).Want(t, 200)
	})
}

func TestMediaPermissions_WhatAViewerMay(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		bob, cat, stan := int64(lib.User("bob")), int64(lib.User("cat")), int64(lib.User("stan"))
		path, viewer := mediaPath(lib, "tom", "/permissions"), node.As("bob")
		updateShares(t, viewer, path).Want(t, 403) // to whom it is not shared at all
		updateShares(t, node.As("tom"), path, share("create", "user", bob, "view"), share("create", "user", stan, "view")).Want(t, 200)

		for _, bad := range []string{
			share("create", "user", cat, "edit"), share("update", "user", stan, "view"), share("update", "user", stan, "edit"),
			share("destroy", "user", stan, ""), share("update", "user", bob, "edit"), share("update", "user", bob, "view"),
		} {
			updateShares(t, viewer, path, bad).WantError(t, 403, "this needs the permission edit")
		}
		// They see what they did, and not who else has it.
		wantShares(t, updateShares(t, viewer, path, share("create", "user", cat, "view")), []permitted{{cat, "view"}}, []permitted{})
		updateShares(t, viewer, path, share("create", "user", stan, "view")).Want(t, 400)
		wantShares(t, updateShares(t, viewer, path), []permitted{}, []permitted{})
		wantShares(t, updateShares(t, viewer, path, share("destroy", "user", bob, "")), []permitted{}, []permitted{})
		updateShares(t, viewer, path, share("destroy", "user", bob, "")).WantError(t, 400, "is not shared with user")
		updateShares(t, viewer, path, share("create", "user", cat, "view")).Want(t, 403)
		wantShares(t, node.As("tom").Get(t, "%s", path), []permitted{{cat, "view"}, {stan, "view"}}, []permitted{})

		// An archived media is kept from viewers, who may still give up their share.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			_, err := c.ArchiveMedia(ctx, lib.Media("tom"))
			return err
		})
		updateShares(t, node.As("cat"), path, share("create", "user", bob, "view")).Want(t, 403)
		updateShares(t, node.As("cat"), path, share("destroy", "user", cat, "")).Want(t, 200)
	})
}

// Those who reach a media item in a course alone share it with nobody.
func TestMediaPermissions_AccessSharesNothing(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.AddToCollection(ctx, lib.Media("waves"), lib.CourseCollection("101"))
		})
		path, bob := mediaPath(lib, "waves", "/permissions"), int64(lib.User("bob"))
		updateShares(t, node.As("bob"), path, share("create", "user", bob, "view")).WantError(t, 403, "needs the permission view")
		updateShares(t, node.As("tess"), path, share("create", "user", int64(lib.User("tom")), "view")).Want(t, 200)
		updateShares(t, node.As("sue"), path, share("create", "user", bob, "edit")).Want(t, 200) // it is in her reach
	})
}

func TestPermissions_Refusals(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		one := shareBody(share("create", "user", int64(lib.User("bob")), "view"))
		for thing, path := range map[string]string{
			"media":       mediaPath(lib, "tom", "/permissions"),
			"collections": fmt.Sprintf("/collections/%d/permissions", lib.Collection("lectures")),
		} {
			tom := node.As("tom")
			node.Nobody().Get(t, "%s", path).Want(t, 401)
			node.As("bob").Get(t, "%s", path).Want(t, 403)
			tom.Get(t, "/%s/%d/permissions", thing, stranger).Want(t, 404)
			tom.Get(t, "/%s/x/permissions", thing).Want(t, 422)
			for _, c := range []struct {
				by                      live.Client
				path, contentType, body string
				status                  int
			}{
				{tom, path, live.JSON, one[1:], 400},
				{tom, path, live.JSON, `{}`, 400},
				{node.Nobody(), path, live.JSON, one, 401},
				{node.As("bob"), path, live.JSON, one, 403},
				{tom, fmt.Sprintf("/%s/%d/permissions", thing, stranger), live.JSON, one, 404},
				{tom, path, live.JSON, one + strings.Repeat(" ", 1<<20), 413},
				{tom, path, "text/plain", one, 415},
				{tom, fmt.Sprintf("/%s/0/permissions", thing), live.JSON, one, 422},
				{tom, path, "application/x-www-form-urlencoded", "permissions=" + one[len(`{"permissions":`):len(one)-1], 200},
			} {
				c.by.Send(t, "POST", c.path, c.contentType, c.body).Want(t, c.status)
			}
		}
	})
}

func TestCollectionPermissions_AreItsOwners(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		bob, stan, club := int64(lib.User("bob")), int64(lib.User("stan")), int64(lib.Group("club"))
		path, tom := fmt.Sprintf("/collections/%d/permissions", lib.Collection("lectures")), node.As("tom")
		want := fmt.Sprintf(`{"users":[
			{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test","role_names":["Student"],"permission":"edit"}],
			"groups":[{"id":%d,"name":"Club","permission":"view"}]}`, bob, club)
		wantJSON(t, updateShares(t, tom, path,
			share("create", "user", bob, "view"), share("create", "group", club, "view"), share("update", "user", bob, "edit")), want)
		wantJSON(t, tom.Get(t, "%s", path), want)
		wantJSON(t, node.As("ada").Get(t, "%s", path), want)

		// Not even who may edit it shares it.
		node.As("bob").Get(t, "%s", path).WantError(t, 403, "needs the permission owner")
		updateShares(t, node.As("bob"), path, share("create", "user", stan, "view")).WantError(t, 403, "needs the permission owner")
		updateShares(t, node.As("bob"), path).Want(t, 403)
		updateShares(t, tom, path, share("create", "user", int64(lib.User("eve")), "view")).WantError(t, 403, "you may not share with")
		updateShares(t, tom, path, share("create", "user", bob, "view")).WantError(t, 400, "is shared with user")
		updateShares(t, tom, path, share("create", "user", int64(stranger), "view")).Want(t, 404)

		wantShares(t, updateShares(t, node.As("bob"), path, share("destroy", "user", bob, "")), []permitted{}, []permitted{})
		wantShares(t, tom.Get(t, "%s", path), []permitted{}, []permitted{{club, "view"}})
	})
}

func TestCollectionPermissions_OnlyOfWhatAPersonMade(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		one := share("create", "user", int64(lib.User("bob")), "view")
		own := live.Read[struct {
			Collection collection `json:"collection"`
		}](t, node.As("tom").Get(t, "%s", lib.UserPath("tom", "/library"))).Collection.ID
		path := fmt.Sprintf("/collections/%d/permissions", own)
		updateShares(t, node.As("tom"), path, one).WantError(t, 422, "cannot be shared")
		wantShares(t, node.As("tom").Get(t, "%s", path), []permitted{}, []permitted{})
		path = fmt.Sprintf("/collections/%d/permissions", lib.CourseCollection("101"))
		updateShares(t, node.As("ada"), path, one).WantError(t, 422, "cannot be shared")
		updateShares(t, node.As("tom"), path, one).Want(t, 403)
		wantShares(t, node.As("sue").Get(t, "%s", path), []permitted{}, []permitted{})
	})
}

// Everyone who reaches a media item, by whatever way, is in its list of users as the media is
// in their lists of media.
func TestMediaUsers_AgreeWithEveryonesLists(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		retire(t, lib)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			waves, lectures := lib.Media("waves"), lib.Collection("lectures")
			for _, do := range []func() error{
				func() error { return c.AddToCollection(ctx, waves, lib.CourseCollection("101")) },
				func() error { return c.ShareMedia(ctx, waves, library.Grantee{User: lib.User("eve")}, library.WayEdit) },
				func() error {
					return c.ShareCollection(ctx, lectures, library.Grantee{Group: lib.Group("club")}, library.WayEdit)
				},
				func() error {
					return c.ShareMedia(ctx, lib.Media("tom"), library.Grantee{Group: lib.Group("club")}, library.WayView)
				},
			} {
				if err := do(); err != nil {
					return err
				}
			}
			return nil
		})
		for id, key := range lib.MediaKeys() {
			var want []permitted
			for _, p := range slices.Backward(everyone) { // by id descending, as they were made
				list := live.Read[mediaList](t, node.As("ada").Get(t, "%s?per_page=50", lib.UserPath(p, "/media")))
				if i := slices.IndexFunc(list.Media, func(m media) bool { return m.ID == id }); i >= 0 {
					want = append(want, permitted{int64(lib.User(p)), list.Media[i].Permission})
				}
			}
			wantMediaUsers(t, node.As("ada").Get(t, "/media/%d/users", id), key, want)
			if key == "waves" && len(want) != 8 {
				t.Errorf("%d people reach the media, want 8: %v", len(want), want)
			}
			for _, least := range []string{"access", "view", "edit"} {
				some := slices.DeleteFunc(slices.Clone(want), func(p permitted) bool {
					return slices.Index(levels, p.Permission) < slices.Index(levels, least)
				})
				wantMediaUsers(t, node.As("ada").Get(t, "/media/%d/users?min_permission=%s", id, least), key+" for "+least, some)
			}
		}
	})
}

var levels = []string{"access", "view", "edit", "owner"}

func wantMediaUsers(t *testing.T, a live.Answer, name string, want []permitted) {
	t.Helper()
	got := live.Read[struct {
		UserPermissions []permitted `json:"user_permissions"`
	}](t, a).UserPermissions
	if !slices.Equal(got, want) || got == nil {
		t.Errorf("%s is reached by %v, want %v", name, got, want)
	}
}

func TestMediaUsers_EveryFieldAndWhoMayAsk(t *testing.T) {
	onEach(t, faculty, func(t *testing.T, node *live.Node) {
		lib := node.Library
		path := mediaPath(lib, "bob", "/users")
		want := fmt.Sprintf(`{"user_permissions":[{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test",
			"role_names":["Student"],"permission":"owner"}]}`, lib.User("bob"))
		wantJSON(t, node.As("bob").Get(t, "%s", path), want)
		wantJSON(t, node.As("ada").Get(t, "%s", path), want) // whom the role alone gives no row
		node.As("cat").Get(t, "%s", path).WantError(t, 403, "needs the permission edit")
		node.Nobody().Get(t, "%s", path).Want(t, 401)
		node.As("bob").Get(t, "/media/%d/users", stranger).Want(t, 404)
		node.As("bob").Get(t, "%s?min_permission=owner", path).WantError(t, 422, "min_permission must be one of")
		node.As("bob").Get(t, "/media/x/users").Want(t, 422)

		bob, stan, tom := int64(lib.User("bob")), int64(lib.User("stan")), int64(lib.User("tom"))
		updateShares(t, node.As("bob"), mediaPath(lib, "bob", "/permissions"),
			share("create", "user", stan, "view"), share("create", "user", tom, "edit")).Want(t, 200)
		node.As("stan").Get(t, "%s", path).Want(t, 403)
		wantMediaUsers(t, node.As("tom").Get(t, "%s", path), "bob's", []permitted{{bob, "owner"}, {stan, "view"}, {tom, "edit"}})
		// An archived media is reached by those who may unarchive it, and one that waits
		// for its upload by its owner.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return errorOf(c.ArchiveMedia(ctx, lib.Media("bob")))
		})
		wantMediaUsers(t, node.As("tom").Get(t, "%s", path), "archived", []permitted{{bob, "owner"}, {tom, "edit"}})
		var waits library.MediaID
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			m, err := c.StartUpload(ctx, library.NewUpload{Owner: library.UserID(bob)})
			waits = m.ID
			return err
		})
		updateShares(t, node.As("bob"), fmt.Sprintf("/media/%d/permissions", waits),
			share("create", "user", stan, "view"), share("create", "user", tom, "edit")).Want(t, 200)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return errorOf(c.ArchiveMedia(ctx, waits))
		})
		path = fmt.Sprintf("/media/%d/users", waits)
		wantMediaUsers(t, node.As("bob").Get(t, "%s", path), "waiting", []permitted{{bob, "owner"}})
		node.As("tom").Get(t, "%s", path).Want(t, 403)
	})
}
