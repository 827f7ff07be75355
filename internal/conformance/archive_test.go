package conformance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// shelf is a collection with all that its archiving or deletion must tell apart: media at
// home in it, live, archived before, and of another owner; and guests. Bob may edit the
// shelf, Eve studies in the course.
const shelf = `{
"users":[{"key":"ada","full_name":"Ada Byron","roles":["Admin"]},{"key":"tom","full_name":"Tom Teal","roles":["Teacher"]},
 {"key":"bob","full_name":"Bob Hale"},{"key":"eve","full_name":"Eve Moss"}],
"courses":[{"course_id":101,"enrollments":[{"user":"eve","role":"student"},{"user":"tom","role":"teacher"}]}],
"collections":[{"key":"shelf","owner":"tom","name":"Shelf"},{"key":"other","owner":"tom","name":"Other"},
 {"key":"bob's","owner":"bob","name":"Bob's"},{"key":"eve's","owner":"eve","name":"Eve's"}],
"media":[
 {"key":"home","owner":"tom","collection":"shelf","title":"home","also_in":["other","course:101"]},
 {"key":"before","owner":"tom","collection":"shelf","title":"before","also_in":["other"],"archived_at":"2025-01-01T00:00:00Z"},
 {"key":"bob's home","owner":"bob","collection":"shelf","title":"bob's home","also_in":["bob's"]},
 {"key":"guest","owner":"tom","title":"guest","also_in":["shelf","course:101"]},
 {"key":"guest of bob","owner":"bob","title":"guest of bob","also_in":["shelf"]}],
"shares":[{"collection":"shelf","user":"bob","permission":"edit"},{"collection":"other","user":"eve","permission":"view"}]
}`

// seenOf is what somebody sees of the media of a library: the status of each by its key,
// with an a where it is archived; and the lists that hold it.
func seenOf(t *testing.T, node *live.Node, caller string) string {
	t.Helper()
	lib, as := node.Library, node.As(caller)
	listed := make(map[int64][]string)
	lists := map[string]string{"mine": lib.UserPath(caller, "/media")}
	for _, name := range []string{"shelf", "other", "bob's"} {
		lists[name] = fmt.Sprintf("/collections/%d/media", lib.Collection(name))
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		if a := as.Get(t, "%s", lists[name]); a.Status == 200 {
			for _, m := range under[[]object](t, a, 200, "media") {
				listed[m.ID] = append(listed[m.ID], name)
			}
		}
	}
	if a := as.Get(t, "/courses/101/perspectives"); a.Status == 200 {
		for _, p := range under[[]object](t, a, 200, "perspectives") {
			listed[p.MediaID] = append(listed[p.MediaID], "course")
		}
	}
	var b strings.Builder
	keys := lib.MediaKeys()
	for _, id := range slices.SortedFunc(maps.Keys(keys), func(a, b int64) int { return strings.Compare(keys[a], keys[b]) }) {
		a := as.Get(t, "/media/%d", id)
		fmt.Fprintf(&b, "%s %d", keys[id], a.Status)
		if a.Status == 200 && under[object](t, a, 200, "media").ArchivedAt != nil {
			b.WriteString("a")
		}
		fmt.Fprintf(&b, " %v\n", listed[id])
	}
	return b.String()
}

func wantSeen(t *testing.T, node *live.Node, when string, want map[string]string) {
	t.Helper()
	for _, caller := range slices.Sorted(maps.Keys(want)) {
		lines := strings.Split(strings.TrimSpace(want[caller]), "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		if got := strings.TrimSpace(seenOf(t, node, caller)); got != strings.Join(lines, "\n") {
			t.Errorf("%s, %s sees\n%s\nwant\n%s", when, caller, got, strings.Join(lines, "\n"))
		}
	}
}

// live state of the shelf, by who looks.
var wholeShelf = map[string]string{
	"tom": `before 200a []
		bob's home 200 [mine shelf]
		guest 200 [mine shelf course]
		guest of bob 200 [mine shelf]
		home 200 [mine other shelf course]`,
	"bob": `before 200a []
		bob's home 200 [bob's mine shelf]
		guest 200 [mine shelf]
		guest of bob 200 [mine shelf]
		home 200 [mine shelf]`,
	"eve": `before 403 []
		bob's home 403 []
		guest 200 [mine course]
		guest of bob 403 []
		home 200 [mine other course]`,
}

func TestArchiveCollection_ArchivesAndRestoresOnlyMediaAtHome(t *testing.T) {
	onEach(t, shelf, func(t *testing.T, node *live.Node) {
		lib, tom := node.Library, node.As("tom")
		path := fmt.Sprintf("/collections/%d", lib.Collection("shelf"))
		wantSeen(t, node, "at first", wholeShelf)

		first := post(t, tom, path+"/archive", "")
		if got := under[object](t, first, 200, "collection"); got.ArchivedAt == nil || *got.ArchivedAt != "2026-01-05T09:00:00Z" ||
			got.Permission != "owner" || got.ID != int64(lib.Collection("shelf")) {
			t.Errorf("archiving it answers %s", first.Body)
		}
		// A person who may archive a media item still opens it; who owns the shelf opens it, and finds
		// it empty: the guests have left it for now, and are where else they were.
		archived := map[string]string{
			"tom": `before 200a []
				bob's home 200a []
				guest 200 [mine course]
				guest of bob 403 []
				home 200a []`,
			"bob": `before 200a []
				bob's home 200a []
				guest 403 []
				guest of bob 200 [mine]
				home 200a []`,
			"eve": `before 403 []
				bob's home 403 []
				guest 200 [mine course]
				guest of bob 403 []
				home 403 []`,
		}
		wantSeen(t, node, "archived", archived)
		tom.Get(t, "%s", path).Want(t, 200)
		node.As("ada").Get(t, "%s", path).Want(t, 200)
		node.As("bob").Get(t, "%s", path).Want(t, 403)
		node.As("bob").Get(t, "%s/media", path).Want(t, 403)
		post(t, node.As("bob"), path+"/unarchive", "").Want(t, 403)
		if got := titles(t, tom.Get(t, "%s/media?archived=true", path), "media"); got != "bob's home, before, home" {
			t.Errorf("the archived on the shelf are %q", got)
		}
		if got := collectionNames(t, node, "bob"); slices.Contains(got, "Shelf") {
			t.Errorf("Bob has %q", got)
		}

		// Again changes nothing, whenever it is.
		lib.Clock.Advance(time.Hour)
		if again := post(t, tom, path+"/archive", "").Want(t, 200); string(again.Body) != string(first.Body) {
			t.Errorf("archiving it again answers %s, not %s", again.Body, first.Body)
		}
		back := under[object](t, post(t, tom, path+"/unarchive", ""), 200, "collection")
		if back.ArchivedAt != nil {
			t.Errorf("bringing it back answers %+v", back)
		}
		wantSeen(t, node, "brought back", wholeShelf)
		post(t, tom, path+"/unarchive", "").Want(t, 200)
		wantSeen(t, node, "brought back twice", wholeShelf)
		before := under[object](t, tom.Get(t, "/media/%d", lib.Media("before")), 200, "media")
		if *before.ArchivedAt != "2025-01-01T00:00:00Z" {
			t.Errorf("what was archived before was so at %s", *before.ArchivedAt)
		}
	})
}

func TestDeleteCollection_DeletesMediaAtHomeAndKeepsOthers(t *testing.T) {
	onEach(t, shelf, func(t *testing.T, node *live.Node) {
		lib, tom := node.Library, node.As("tom")
		path := fmt.Sprintf("/collections/%d", lib.Collection("shelf"))
		node.As("bob").Send(t, "DELETE", path, "", "").Want(t, 403)
		wantSeen(t, node, "at first", wholeShelf)

		shown := tom.Get(t, "%s", path).Want(t, 200)
		if was := tom.Send(t, "DELETE", path, "", "").Want(t, 200); string(was.Body) != string(shown.Body) {
			t.Errorf("deleting it answers %s, and it was %s", was.Body, shown.Body)
		}
		wantSeen(t, node, "deleted", map[string]string{
			"tom": `before 404 []
				bob's home 404 []
				guest 200 [mine course]
				guest of bob 403 []
				home 404 []`,
			"bob": `before 404 []
				bob's home 404 []
				guest 403 []
				guest of bob 200 [mine]
				home 404 []`,
			"eve": `before 404 []
				bob's home 404 []
				guest 200 [mine course]
				guest of bob 403 []
				home 404 []`,
		})
		for _, caller := range []string{"tom", "bob", "ada"} {
			as := node.As(caller)
			as.Get(t, "%s", path).Want(t, 404)
			as.Get(t, "%s/media", path).Want(t, 404)
			as.Send(t, "DELETE", path, "", "").Want(t, 404)
			post(t, as, path+"/unarchive", "").Want(t, 404)
			as.Get(t, "/media/%d", lib.Media("home")).Want(t, 404)
			as.Get(t, "/media/%d/perspectives", lib.Media("home")).Want(t, 404)
		}
		if got := places(t, node.As("tom"), lib.Media("guest")); got != "owner My Library, view null" {
			t.Errorf("the guest is in %q", got)
		}
	})
}

// places is where somebody sees a media item: "permission name" of each collection, in order
// of the words.
func places(t *testing.T, as live.Client, id library.MediaID) string {
	t.Helper()
	var list []string
	for _, p := range under[[]object](t, as.Get(t, "/media/%d/perspectives", id), 200, "perspectives") {
		name := "null"
		if p.Collection.Name != nil {
			name = *p.Collection.Name
		}
		list = append(list, p.Collection.Permission+" "+name)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func TestArchiveMedia(t *testing.T) {
	onEach(t, shelf, func(t *testing.T, node *live.Node) {
		lib := node.Library
		path := fmt.Sprintf("/media/%d", lib.Media("home"))
		post(t, node.As("eve"), path+"/archive", "").Want(t, 403) // who may view
		first := post(t, node.As("bob"), path+"/archive", "")     // who may edit
		if got := under[object](t, first, 200, "media"); *got.ArchivedAt != "2026-01-05T09:00:00Z" ||
			*got.Collection.Name != "Shelf" || got.Collection.Permission != "edit" {
			t.Errorf("archiving it answers %s", first.Body)
		}
		wantSeen(t, node, "archived", map[string]string{
			"tom": strings.Replace(wholeShelf["tom"], "home 200 [mine other shelf course]", "home 200a []", 1),
			"bob": strings.Replace(wholeShelf["bob"], "\t\thome 200 [mine shelf]", "\t\thome 200a []", 1),
			"eve": strings.Replace(wholeShelf["eve"], "home 200 [mine other course]", "home 403 []", 1),
		})
		post(t, node.As("eve"), path+"/unarchive", "").Want(t, 403)
		lib.Clock.Advance(time.Hour)
		if again := post(t, node.As("ada"), path+"/archive", ""); *under[object](t, again, 200, "media").ArchivedAt != "2026-01-05T09:00:00Z" {
			t.Errorf("archiving it again answers %s", again.Body)
		}
		// A collection's archiving leaves alone what was archived before.
		shelfPath := fmt.Sprintf("/collections/%d", lib.Collection("shelf"))
		post(t, node.As("tom"), shelfPath+"/archive", "").Want(t, 200)
		post(t, node.As("tom"), shelfPath+"/unarchive", "").Want(t, 200)
		if got := under[object](t, node.As("tom").Get(t, "%s", path), 200, "media"); got.ArchivedAt == nil {
			t.Error("bringing back the shelf brought back what was archived alone")
		}
		back := post(t, node.As("bob"), path+"/unarchive", "")
		if got := under[object](t, back, 200, "media"); got.ArchivedAt != nil || *got.Collection.Name != "Shelf" {
			t.Errorf("bringing it back answers %s", back.Body)
		}
		wantSeen(t, node, "brought back", wholeShelf)
		post(t, node.As("bob"), path+"/unarchive", `{"collection_id":9223372036854775807}`).Want(t, 200) // live: nothing to do
		wantSeen(t, node, "brought back twice", wholeShelf)
		post(t, node.As("bob"), path+"/unarchive", `{"collection_id":0}`).WantError(t, 422, "collection_id must be")
	})
}

// Where an archived media may go when it comes back. Nobody raises their own level: an
// editor may choose nothing but its home and its owner's My Library.
func TestUnarchiveMedia_To(t *testing.T) {
	onEach(t, shelf, func(t *testing.T, node *live.Node) {
		lib := node.Library
		id := lib.Media("home")
		path := fmt.Sprintf("/media/%d", id)
		toms := under[object](t, node.As("tom").Get(t, "%s", lib.UserPath("tom", "/library")), 200, "collection").ID
		bobs := under[object](t, node.As("bob").Get(t, "%s", lib.UserPath("bob", "/library")), 200, "collection").ID
		shelfID := int64(lib.Collection("shelf"))
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.ShareCollection(ctx, lib.Collection("eve's"), library.Grantee{User: lib.User("tom")}, library.WayView)
		})
		for _, c := range []struct {
			caller string
			to     int64 // 0 for none
			want   int
			home   string // with what it is answered
		}{
			{"bob", int64(lib.Collection("bob's")), 403, ""},
			{"bob", int64(lib.Collection("other")), 403, ""},
			{"bob", bobs, 403, ""},
			{"bob", int64(stranger), 404, ""},
			{"bob", shelfID, 200, "edit Shelf"},
			{"bob", 0, 200, "edit Shelf"},
			{"tom", int64(lib.Collection("bob's")), 403, ""}, // no way to add to it
			{"tom", int64(lib.Collection("eve's")), 403, ""}, // a way to view it
			{"tom", bobs, 403, ""},
			{"ada", bobs, 422, ""}, // another person's My Library
			{"tom", int64(lib.Collection("other")), 200, "owner Other"},
			{"tom", shelfID, 200, "owner Shelf"},
			{"ada", int64(lib.Collection("bob's")), 200, "owner Bob's"},
			{"tom", shelfID, 200, "owner Shelf"},
			{"bob", toms, 200, "access My Library"},
		} {
			post(t, node.As("ada"), path+"/archive", "").Want(t, 200)
			body := ""
			if c.to != 0 {
				body = fmt.Sprintf(`{"collection_id":%d}`, c.to)
			}
			a := post(t, node.As(c.caller), path+"/unarchive", body).Want(t, c.want)
			if a.Status != 200 {
				continue
			}
			got := under[object](t, a, 200, "media").Collection
			if home := got.Permission + " " + *got.Name; home != c.home || c.to != 0 && got.ID != c.to {
				t.Errorf("%s brings it back into %d: it is at home in %d, %q, want %q", c.caller, c.to, got.ID, home, c.home)
			}
		}
		// At home in an archived collection: a choice of it is refused, and none brings the
		// media to its owner's My Library.
		post(t, node.As("tom"), fmt.Sprintf("/collections/%d/archive", shelfID), "").Want(t, 200)
		theirs := fmt.Sprintf("/media/%d/unarchive", lib.Media("bob's home"))
		post(t, node.As("bob"), theirs, fmt.Sprintf(`{"collection_id":%d}`, shelfID)).WantError(t, 422, "is archived")
		back := under[object](t, post(t, node.As("bob"), theirs, ""), 200, "media")
		if back.Collection.ID != bobs || back.Collection.Permission != "owner" {
			t.Errorf("it comes back into %+v", back.Collection)
		}
	})
}

func TestDeleteMedia(t *testing.T) {
	onEach(t, shelf, func(t *testing.T, node *live.Node) {
		lib := node.Library
		for _, c := range []struct {
			caller, key string
			want        int
		}{
			{"bob", "home", 403}, {"eve", "home", 403}, // to edit is not to own
			{"tom", "bob's home", 200}, // the owner of its home
			{"tom", "home", 200}, {"bob", "guest of bob", 200}, {"ada", "guest", 200}, {"tom", "before", 200},
		} {
			as, path := node.As(c.caller), fmt.Sprintf("/media/%d", lib.Media(c.key))
			shown := as.Get(t, "%s", path)
			was := as.Send(t, "DELETE", path, "", "").Want(t, c.want)
			if c.want != 200 {
				continue
			}
			if string(was.Body) != string(shown.Body) {
				t.Errorf("deleting %s answers %s, and it was %s", c.key, was.Body, shown.Body)
			}
			as.Send(t, "DELETE", path, "", "").Want(t, 404)
			post(t, as, path+"/unarchive", "").Want(t, 404)
			post(t, as, path+"/create_embed", `{"course_id":101}`).Want(t, 404)
		}
		gone := "before 404 []\nbob's home 404 []\nguest 404 []\nguest of bob 404 []\nhome 404 []"
		wantSeen(t, node, "deleted", map[string]string{"tom": gone, "bob": gone, "eve": gone})
	})
}
