package conformance

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// The media that bob reaches are named by the way and by what it gives: tom owns all
// that bob does not, and "persp" is one whose home is elsewhere.
const bobsMedia = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","roles":["Admin"]},
 {"key":"bob","full_name":"Bob Hale"},
 {"key":"tom","full_name":"Tom Teal","display_name":"Tom","email":"tom@school.test","roles":["Teacher"]}],
"groups":[{"key":"club","name":"Club","members":[{"user":"bob","permission":"member"}]},
 {"key":"others","name":"Others","members":[{"user":"tom","permission":"member"}]}],
"courses":[
 {"course_id":1,"enrollments":[{"user":"bob","role":"student"}]},
 {"course_id":2,"enrollments":[{"user":"bob","role":"observer"}]},
 {"course_id":3,"enrollments":[{"user":"bob","role":"ta"}]},
 {"course_id":4,"enrollments":[{"user":"bob","role":"designer"}]},
 {"course_id":5,"enrollments":[{"user":"bob","role":"teacher"}]},
 {"course_id":6,"enrollments":[{"user":"tom","role":"teacher"}]}],
"collections":[
 {"key":"bob's","owner":"bob","name":"Bob's"},
 {"key":"viewed","owner":"tom","name":"Shared to view"},
 {"key":"edited","owner":"tom","name":"Shared to edit"},
 {"key":"club's","owner":"tom","name":"Shared with the club"},
 {"key":"tom's","owner":"tom","name":"Tom's"},
 {"key":"archived","owner":"tom","name":"Archived","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"deleted","owner":"tom","name":"Deleted"}],
"media":[
 {"key":"own","owner":"bob","title":"m"},
 {"key":"own, waiting","owner":"bob","title":"m","transcoding_status":"waiting_for_upload"},
 {"key":"home in own","owner":"tom","collection":"bob's","title":"m"},
 {"key":"persp in own","owner":"tom","title":"m","also_in":["bob's"]},
 {"key":"share view","owner":"tom","title":"m"},
 {"key":"share edit","owner":"tom","title":"m"},
 {"key":"group view","owner":"tom","title":"m"},
 {"key":"group edit","owner":"tom","title":"m"},
 {"key":"home in viewed","owner":"tom","collection":"viewed","title":"m"},
 {"key":"persp in viewed","owner":"tom","title":"m","also_in":["viewed"]},
 {"key":"home in edited","owner":"tom","collection":"edited","title":"m"},
 {"key":"persp in edited","owner":"tom","title":"m","also_in":["edited"]},
 {"key":"home in club's","owner":"tom","collection":"club's","title":"m"},
 {"key":"persp in club's","owner":"tom","title":"m","also_in":["club's"]},
 {"key":"student","owner":"tom","title":"m","also_in":["course:1"]},
 {"key":"student at home","owner":"tom","collection":"course:1","title":"m"},
 {"key":"observer","owner":"tom","title":"m","also_in":["course:2"]},
 {"key":"ta","owner":"tom","title":"m","also_in":["course:3"]},
 {"key":"designer","owner":"tom","title":"m","also_in":["course:4"]},
 {"key":"teacher","owner":"tom","title":"m","also_in":["course:5"]},
 {"key":"student and ta","owner":"tom","title":"m","also_in":["course:1","course:3"]},
 {"key":"student and share edit","owner":"tom","title":"m","also_in":["course:1"]},
 {"key":"persp in edited, share edit","owner":"tom","title":"m","also_in":["edited"]},
 {"key":"home in viewed, persp in edited","owner":"tom","collection":"viewed","title":"m","also_in":["edited"]},
 {"key":"share view, group edit","owner":"tom","title":"m"},
 {"key":"every way","owner":"bob","collection":"edited","title":"m","also_in":["bob's","club's","course:1","course:5"]},
 {"key":"failed","owner":"bob","title":"m","transcoding_status":"failed"},

 {"key":"of tom","owner":"tom","collection":"tom's","title":"m"},
 {"key":"of another course","owner":"tom","title":"m","also_in":["course:6"]},
 {"key":"of another group","owner":"tom","title":"m"},
 {"key":"waiting, shared","owner":"tom","title":"m","transcoding_status":"waiting_for_upload","also_in":["course:5"]},
 {"key":"waiting in own","owner":"tom","collection":"bob's","title":"m","transcoding_status":"waiting_for_upload"},
 {"key":"archived own","owner":"bob","title":"m","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"archived shared","owner":"tom","title":"m","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"in archived","owner":"bob","collection":"archived","title":"m"},
 {"key":"deleted own","owner":"bob","title":"m"},
 {"key":"in deleted","owner":"bob","collection":"deleted","title":"m"},
 {"key":"persp in deleted","owner":"tom","title":"m","also_in":["deleted"]}],
"shares":[
 {"media":"share view","user":"bob","permission":"view"},
 {"media":"share edit","user":"bob","permission":"edit"},
 {"media":"group view","group":"club","permission":"view"},
 {"media":"group edit","group":"club","permission":"edit"},
 {"media":"student and share edit","user":"bob","permission":"edit"},
 {"media":"persp in edited, share edit","user":"bob","permission":"edit"},
 {"media":"share view, group edit","user":"bob","permission":"view"},
 {"media":"share view, group edit","group":"club","permission":"edit"},
 {"media":"every way","user":"bob","permission":"view"},
 {"media":"every way","group":"club","permission":"edit"},
 {"media":"of another group","group":"others","permission":"edit"},
 {"media":"waiting, shared","user":"bob","permission":"edit"},
 {"media":"archived shared","user":"bob","permission":"edit"},
 {"collection":"viewed","user":"bob","permission":"view"},
 {"collection":"edited","user":"bob","permission":"edit"},
 {"collection":"club's","group":"club","permission":"edit"},
 {"collection":"archived","user":"bob","permission":"edit"},
 {"collection":"deleted","user":"bob","permission":"edit"}]
}`

// Everything that Bob reaches by any way, once each, with the highest permission; and
// nothing else.
func TestMedia_EveryWay(t *testing.T) {
	want := map[string]string{
		"own": "owner", "own, waiting": "owner", "failed": "owner",
		"home in own": "owner", "persp in own": "view",
		"share view": "view", "share edit": "edit", "group view": "view", "group edit": "edit",
		"home in viewed": "view", "persp in viewed": "view",
		"home in edited": "edit", "persp in edited": "view", // at most, or one could raise one's own level
		"home in club's": "edit", "persp in club's": "view",
		"student": "access", "student at home": "access", "observer": "access",
		"ta": "view", "designer": "view", "teacher": "view",
		"student and ta": "view", "student and share edit": "edit",
		"persp in edited, share edit": "edit", "home in viewed, persp in edited": "view",
		"share view, group edit": "edit", "every way": "owner",
	}
	onEach(t, bobsMedia, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			if err := errorOf(c.DeleteMedia(ctx, lib.Media("deleted own"))); err != nil {
				return err
			}
			return errorOf(c.DeleteCollection(ctx, lib.Collection("deleted")))
		})
		for _, caller := range []string{"bob", "ada"} { // the permissions are Bob's, no matter who asks
			got := reached(t, node.As(caller), lib, "bob")
			if !maps.Equal(got, want) {
				t.Errorf("%s is told that Bob reaches\n%v, want\n%v", caller, got, want)
			}
		}
		// Being an admin gives no row in one's own list.
		if got := reached(t, node.As("ada"), lib, "ada"); len(got) != 0 {
			t.Errorf("Ada reaches %v", got)
		}
		// Who owns a media item that waits for its upload sees it, and nobody else.
		toms := reached(t, node.As("tom"), lib, "tom")
		if toms["waiting, shared"] != "owner" || toms["waiting in own"] != "owner" || toms["own, waiting"] != "" {
			t.Errorf("of the media that wait, Tom reaches %v", toms)
		}
	})
}

// reached is all that a person reaches: permissions by the fixture's keys. A media item that
// comes twice fails the test.
func reached(t *testing.T, as live.Client, lib *live.Library, key string) map[string]string {
	t.Helper()
	names, permissions := lib.MediaKeys(), make(map[string]string)
	for page, last := int64(1), int64(1); page <= last; page++ {
		got := live.Read[mediaList](t, as.Get(t, "%s?per_page=50&page=%d", lib.UserPath(key, "/media"), page))
		for _, m := range got.Media {
			name := names[m.ID]
			if _, twice := permissions[name]; twice || name == "" {
				t.Errorf("media %d (%s) is unknown, or listed twice", m.ID, name)
			}
			permissions[name] = m.Permission
		}
		last = got.Meta.LastPage
		if page == last && got.Meta.TotalCount != int64(len(permissions)) {
			t.Errorf("total_count is %d, and there are %d", got.Meta.TotalCount, len(permissions))
		}
	}
	return permissions
}

func TestMedia_EveryField(t *testing.T) {
	const text = `{
	"users":[{"key":"tom","full_name":"Tom Teal","display_name":"Tom","email":"tom@school.test"},{"key":"bob","full_name":"Bob Hale"}],
	"media":[
	 {"key":"full","owner":"tom","title":"Lenses & <mirrors> „ß“ 🎬","description":"Two\nlines","duration":61.5,"size":1099511627776,
	  "source":"vimeo","transcoding_status":"external","created_at":"2025-12-31T23:59:59Z","tags":["optics"]},
	 {"key":"bare","owner":"bob","title":"Bare"}],
	"shares":[{"media":"full","user":"bob","permission":"edit"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		lib := node.Library
		answer := node.As("bob").Get(t, "%s", lib.UserPath("bob", "/media"))
		list := live.Read[mediaList](t, answer).Media
		if len(list) != 2 {
			t.Fatalf("Bob reaches %v", list)
		}
		object := func(m media, fields string) string { // with what nobody can know before
			return fmt.Sprintf(`{"id":%d,"embed_id":%q,"lti_launch_id":"%s-%d","thumbnail_url":"%s/thumbnails/%s",
				"last_viewed":null,"last_viewed_by_student":null,"archived_at":null,%s}`,
				m.ID, m.EmbedID, m.EmbedID, m.ID, node.URL, m.EmbedID, fields)
		}
		bare, full := list[0], list[1]
		if bare.ID != int64(lib.Media("bare")) || full.ID != int64(lib.Media("full")) || bare.EmbedID == full.EmbedID {
			t.Errorf("Bob reaches %v", list)
		}
		wantJSON(t, answer, `{"media":[`+
			object(bare, fmt.Sprintf(`"title":"Bare","description":null,"duration":0,"size":0,
				"source":"upload","transcoding_status":"finished","created_at":"2026-01-05T09:00:00Z","permission":"owner",
				"owner":{"id":%d,"full_name":"Bob Hale","display_name":"Bob Hale","email":null}`, lib.User("bob")))+`,`+
			object(full, fmt.Sprintf(`"title":"Lenses & <mirrors> „ß“ 🎬","description":"Two\nlines","duration":61.5,"size":1099511627776,
				"source":"vimeo","transcoding_status":"external","created_at":"2025-12-31T23:59:59Z","permission":"edit",
				"owner":{"id":%d,"full_name":"Tom Teal","display_name":"Tom","email":"tom@school.test"}`, lib.User("tom")))+
			`],"meta":{"current_page":1,"last_page":1,"total_count":2}}`)

		for _, m := range list { // as a browser would load it, with no token
			path, isOurs := strings.CutPrefix(m.ThumbnailURL, node.URL)
			picture := node.Nobody().Fetch(t, path).Want(t, 200)
			if !isOurs || picture.Header.Get("Content-Type") != "image/png" {
				t.Errorf("%s is %s", m.ThumbnailURL, picture.Header.Get("Content-Type"))
			}
		}
	})
}
