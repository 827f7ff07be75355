package conformance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// bobsCollections is a library in which bob has a collection by every way there is, and
// does not have those that he should not.
const bobsCollections = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","roles":["Admin"]},
 {"key":"bob","full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test"},
 {"key":"tom","full_name":"Tom Teal","roles":["Teacher"]}],
"groups":[
 {"key":"club","name":"Club","members":[{"user":"bob","permission":"member"}]},
 {"key":"led","name":"Led by Bob","members":[{"user":"bob","permission":"manager"}]},
 {"key":"others","name":"Others","members":[{"user":"tom","permission":"member"}]}],
"courses":[
 {"course_id":101,"name":"Optics","enrollments":[{"user":"bob","role":"student"}]},
 {"course_id":9007199254740993,"enrollments":[{"user":"bob","role":"ta"}]},
 {"course_id":303,"name":"Watched","enrollments":[{"user":"bob","role":"observer"}]},
 {"course_id":304,"name":"Designed","enrollments":[{"user":"bob","role":"designer"}]},
 {"course_id":305,"name":"Taught","enrollments":[{"user":"bob","role":"teacher"},{"user":"bob","role":"student"}]},
 {"course_id":404,"name":"Of others","enrollments":[{"user":"tom","role":"teacher"}]}],
"collections":[
 {"key":"own old","owner":"bob","name":"Own","created_at":"2020-02-03T04:05:06Z"},
 {"key":"own first","owner":"bob","name":"Twin","created_at":"2021-01-01T00:00:00Z"},
 {"key":"own second","owner":"bob","name":"Twin","created_at":"2021-01-01T00:00:00Z"},
 {"key":"own next","owner":"bob","name":"Tomorrow's","created_at":"2027-01-01T00:00:00Z"},
 {"key":"lent","owner":"tom","name":"Lent to Bob","created_at":"2022-01-01T00:00:00Z"},
 {"key":"team","owner":"tom","name":"Lent to the club","created_at":"2023-01-01T00:00:00Z"},
 {"key":"both","owner":"tom","name":"Lent twice","created_at":"2024-01-01T00:00:00Z"},
 {"key":"own archived","owner":"bob","name":"Archived","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"lent archived","owner":"tom","name":"Archived","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"deleted","owner":"bob","name":"Deleted"},
 {"key":"hidden","owner":"tom","name":"Tom's"},
 {"key":"theirs","owner":"tom","name":"Lent to others"}],
"shares":[
 {"collection":"lent","user":"bob","permission":"view"},
 {"collection":"team","group":"club","permission":"edit"},
 {"collection":"both","user":"bob","permission":"view"},
 {"collection":"both","group":"club","permission":"view"},
 {"collection":"both","group":"led","permission":"edit"},
 {"collection":"lent archived","user":"bob","permission":"edit"},
 {"collection":"theirs","group":"others","permission":"edit"}]
}`

func TestCollections_EveryFieldAndOrder(t *testing.T) {
	onEach(t, bobsCollections, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return errorOf(c.DeleteCollection(ctx, lib.Collection("deleted")))
		})
		bob := fmt.Sprintf(`{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test"}`, lib.User("bob"))
		tom := fmt.Sprintf(`{"id":%d,"full_name":"Tom Teal","display_name":"Tom Teal","email":null}`, lib.User("tom"))
		object := func(id library.CollectionID, name, kind, permission, owner, created, course string) string {
			return fmt.Sprintf(`{"id":%d,"name":%s,"type":%q,"permission":%q,"owner":%s,"created_at":%q,"course_id":%s,"archived_at":null}`,
				id, name, kind, permission, owner, created, course)
		}
		custom := func(key, name, permission, owner, created string) string {
			return object(lib.Collection(key), name, "custom", permission, owner, created, "null")
		}
		const now = "2026-01-05T09:00:00Z"
		course := func(id, name, permission string) string {
			return object(lib.CourseCollection(id), name, "course_wide", permission, "null", now, id)
		}
		bobs := live.Read[struct{ Collection collection }](t, node.As("bob").Get(t, "%s", lib.UserPath("bob", "/library")))
		myLibrary := object(library.CollectionID(bobs.Collection.ID), `"My Library"`, "user", "owner", bob, now, "null")

		// Bob himself and an admin get the same: the permissions are Bob's.
		for _, caller := range []string{"bob", "ada"} {
			wantJSON(t, node.As(caller).Get(t, "%s", lib.UserPath("bob", "/library")), `{"collection":`+myLibrary+`}`)
			wantJSON(t, node.As(caller).Get(t, "%s", lib.UserPath("bob", "/collections")), `{"collections":[`+
				myLibrary+`,`+ // before all others, also those that are newer
				custom("own next", `"Tomorrow's"`, "owner", bob, "2027-01-01T00:00:00Z")+`,`+
				course("305", `"Taught"`, "view")+`,`+ // the highest of two enrolments
				course("304", `"Designed"`, "view")+`,`+
				course("303", `"Watched"`, "access")+`,`+
				course("9007199254740993", `null`, "view")+`,`+
				course("101", `"Optics"`, "access")+`,`+
				custom("both", `"Lent twice"`, "edit", tom, "2024-01-01T00:00:00Z")+`,`+
				custom("team", `"Lent to the club"`, "edit", tom, "2023-01-01T00:00:00Z")+`,`+
				custom("lent", `"Lent to Bob"`, "view", tom, "2022-01-01T00:00:00Z")+`,`+
				custom("own second", `"Twin"`, "owner", bob, "2021-01-01T00:00:00Z")+`,`+
				custom("own first", `"Twin"`, "owner", bob, "2021-01-01T00:00:00Z")+`,`+
				custom("own old", `"Own"`, "owner", bob, "2020-02-03T04:05:06Z")+
				`],"meta":{"current_page":1,"last_page":1,"total_count":13}}`)
		}

		// An admin's role gives no row in their own list: Ada has her My Library.
		if got := collectionNames(t, node, "ada"); !slices.Equal(got, []string{"My Library"}) {
			t.Errorf("Ada has the collections %q", got)
		}
	})
}

// collectionNames asks, as the person, for the names of their collections; that of a
// course without a name is empty.
func collectionNames(t *testing.T, node *live.Node, key string) (names []string) {
	t.Helper()
	for _, c := range live.Read[collections](t, node.As(key).Get(t, "%s", node.Library.UserPath(key, "/collections"))).Collections {
		if c.Name == nil {
			names = append(names, "")
			continue
		}
		names = append(names, *c.Name)
	}
	return names
}
