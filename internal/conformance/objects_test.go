package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// physics is where the stories of single things play.
//
//	ada   admin
//	sue   sub-account admin of the sciences, which have Optics and Waves
//	tom   teacher of Optics, owner of nearly everything
//	tess  teaching assistant of Optics
//	bob   student of Optics
//	eve   student of Drawing
//	otto  observer in Optics
const physics = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","roles":["Admin"]},
 {"key":"sue","full_name":"Sue Storm","roles":["Subaccount admin"]},
 {"key":"tom","full_name":"Tom Teal","display_name":"Tom","email":"tom@school.test","roles":["Teacher"]},
 {"key":"tess","full_name":"Tess Tan","roles":["Teacher"]},
 {"key":"bob","full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test"},
 {"key":"eve","full_name":"Eve Moss"},
 {"key":"otto","full_name":"Otto Look","roles":["Observer"]}],
"groups":[{"key":"club","name":"Club","members":[{"user":"eve","permission":"member"}]}],
"sub_accounts":[{"key":"sciences","name":"Sciences","admins":["sue"]},{"key":"arts","name":"Arts"}],
"courses":[
 {"course_id":101,"name":"Optics","sub_account":"sciences","enrollments":[
  {"user":"tom","role":"teacher"},{"user":"tess","role":"ta"},{"user":"bob","role":"student"},{"user":"otto","role":"observer"}]},
 {"course_id":102,"sub_account":"sciences"},
 {"course_id":202,"name":"Drawing","sub_account":"arts","enrollments":[{"user":"eve","role":"student"}]}],
"collections":[
 {"key":"lectures","owner":"tom","name":"Lectures"},
 {"key":"viewed","owner":"tom","name":"Viewed by Bob"},
 {"key":"edited","owner":"tom","name":"Edited by Bob"},
 {"key":"bob's","owner":"bob","name":"Bob's"}],
"media":[
 {"key":"lenses","owner":"tom","title":"Lenses","created_at":"2025-05-01T00:00:00Z"},
 {"key":"mirrors","owner":"tom","collection":"lectures","title":"Mirrors","also_in":["viewed","course:101"]},
 {"key":"prisms","owner":"tom","collection":"edited","title":"Prisms"},
 {"key":"waves","owner":"tom","title":"Waves","also_in":["course:102"]},
 {"key":"secret","owner":"tom","title":"Secret"}],
"shares":[
 {"media":"lenses","user":"bob","permission":"view"},
 {"collection":"viewed","user":"bob","permission":"view"},
 {"collection":"edited","user":"bob","permission":"edit"},
 {"collection":"edited","group":"club","permission":"view"}]
}`

// post sends a POST with a JSON body, or without one where it is empty.
func post(t *testing.T, as live.Client, path, body string) live.Answer {
	t.Helper()
	contentType := live.JSON
	if body == "" {
		contentType = ""
	}
	return as.Send(t, "POST", path, contentType, body)
}

// object is what a story looks for in the answer of one thing, or in a list of them.
type object struct {
	ID         int64   `json:"id"`
	UUID       string  `json:"uuid"`
	Title      string  `json:"title"`
	Name       *string `json:"name"`
	Permission string  `json:"permission"`
	MediaID    int64   `json:"media_id"`
	CourseID   *int64  `json:"course_id"`
	ArchivedAt *string `json:"archived_at"`
	Owner      *user   `json:"owner"`
	Collection *object `json:"collection"`
}

// under reads what stands under the key of an answer with the status.
func under[T any](t *testing.T, a live.Answer, status int, key string) (found T) {
	t.Helper()
	a.Want(t, status)
	var body map[string]json.RawMessage
	if err := json.Unmarshal(a.Body, &body); err != nil {
		t.Fatalf("%v: %.300s", err, a.Body)
	}
	if err := json.Unmarshal(body[key], &found); err != nil {
		t.Fatalf("%s: %v in %.300s", key, err, a.Body)
	}
	return found
}

// titles is the titles of what a list holds under a key, in its order.
func titles(t *testing.T, a live.Answer, key string) string {
	t.Helper()
	var list []string
	for _, o := range under[[]object](t, a, 200, key) {
		list = append(list, o.Title)
	}
	return strings.Join(list, ", ")
}

// Every documented refusal of the operations on single things, which are alike but for
// what they are about. The last two of a row are paths that are not there and that the
// caller may not.
func TestObjects_Refuse(t *testing.T) {
	type row struct{ method, path, body, missing, forbidden string }
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		secret, lectures := int64(lib.Media("secret")), int64(lib.Collection("lectures"))
		rows := []row{}
		add := func(method, form, body string, unknown, forbidden int64) {
			path := func(id any) string { return strings.Replace(form, "{}", fmt.Sprint(id), 1) }
			rows = append(rows, row{method, path("0"), body, path(unknown), path(forbidden)})
		}
		for _, page := range []string{"", "/media"} {
			add("GET", "/collections/{}"+page, "", int64(stranger), lectures)
		}
		add("DELETE", "/collections/{}", "", int64(stranger), lectures)
		add("POST", "/collections/{}/archive", "", int64(stranger), lectures)
		add("POST", "/collections/{}/unarchive", "", int64(stranger), lectures)
		for _, page := range []string{"", "/perspectives"} {
			add("GET", "/courses/{}"+page, "", 999, 202)
		}
		for _, page := range []string{"", "/perspectives", "/courses"} {
			add("GET", "/media/{}"+page, "", int64(stranger), secret)
		}
		add("DELETE", "/media/{}", "", int64(stranger), secret)
		add("POST", "/media/{}/archive", "", int64(stranger), secret)
		add("POST", "/media/{}/unarchive", "", int64(stranger), secret)
		add("POST", "/media/{}/create_embed", `{"course_id":101}`, int64(stranger), secret)

		bob := node.As("bob")
		for _, r := range rows {
			node.Nobody().Send(t, r.method, r.path, live.JSON, r.body).Want(t, 401)
			bob.Send(t, r.method, r.path, live.JSON, r.body).Want(t, 422)
			bob.Send(t, r.method, r.missing, live.JSON, r.body).WantError(t, 404, "not found")
			bob.Send(t, r.method, r.forbidden, live.JSON, r.body).Want(t, 403)
			if r.method == "POST" {
				refusesBodies(t, bob, r.missing)
			}
		}
		for _, path := range []string{"/collections", "/transfer_media"} {
			node.Nobody().Send(t, "POST", path, live.JSON, `{}`).Want(t, 401)
			refusesBodies(t, bob, path)
		}
		node.Nobody().Get(t, "/collections").Want(t, 401)
		for _, list := range []string{"/collections", fmt.Sprintf("/collections/%d/media", lectures)} {
			node.As("tom").Get(t, "%s?archived=maybe", list).WantError(t, 422, "archived must be true or false")
			node.As("tom").Get(t, "%s?archived=", list).WantError(t, 422, "archived must not be empty")
			node.As("tom").Get(t, "%s?per_page=51", list).WantError(t, 422, "per_page must be")
		}
	})
}

// refusesBodies sends bodies that cannot be read, which counts before anything else.
func refusesBodies(t *testing.T, as live.Client, path string) {
	t.Helper()
	as.Send(t, "POST", path, live.JSON, `{`).WantError(t, 400, "the body cannot be read")
	as.Send(t, "POST", path, "text/plain", "x").WantError(t, 415, "the body must be")
	as.Send(t, "POST", path, live.JSON, strings.Repeat(" ", 1<<20+1)).WantError(t, 413, "larger than")
}

func TestMakeCollection(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		bob, ada := node.As("bob"), node.As("ada")
		made := post(t, bob, "/collections", `{"name":"Prisms"}`).Want(t, 201)
		id := under[object](t, made, 201, "collection").ID
		want := fmt.Sprintf(`{"collection":{"id":%d,"name":"Prisms","type":"custom","permission":"owner",
			"owner":{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test"},
			"created_at":"2026-01-05T09:00:00Z","course_id":null,"archived_at":null}}`, id, lib.User("bob"))
		wantJSON(t, bob.Get(t, "/collections/%d", id), want)
		if got, shown := string(made.Body), string(bob.Get(t, "/collections/%d", id).Body); got != shown {
			t.Errorf("making it answers %s, and showing it %s", got, shown)
		}

		// The name may come in the query or in a form; whose it is, an admin says.
		bob.Send(t, "POST", "/collections?name=Waves", "", "").Want(t, 201)
		bob.Send(t, "POST", "/collections", "application/x-www-form-urlencoded", "name=Waves").Want(t, 201)
		forBob := fmt.Sprintf(`{"name":"From Ada","user_id":%d}`, lib.User("bob"))
		if got := under[object](t, post(t, ada, "/collections", forBob), 201, "collection"); got.Permission != "owner" ||
			got.Owner.FullName != "Bob Hale" {
			t.Errorf("Ada makes %+v", got)
		}
		if got := collectionNames(t, node, "bob"); !slices.Equal(got[:5], []string{"My Library", "From Ada", "Waves", "Waves", "Prisms"}) {
			t.Errorf("Bob has the collections %q", got)
		}
		post(t, bob, "/collections", forBob).Want(t, 201) // oneself may be named

		post(t, bob, "/collections", fmt.Sprintf(`{"name":"X","user_id":%d}`, lib.User("tom"))).Want(t, 403)
		post(t, bob, "/collections", fmt.Sprintf(`{"name":"X","user_id":%d}`, stranger)).Want(t, 403)
		post(t, ada, "/collections", fmt.Sprintf(`{"name":"X","user_id":%d}`, stranger)).WantError(t, 404, "user 9223372036854775807 not found")
		post(t, bob, "/collections", `{}`).WantError(t, 400, "name is required")
		post(t, bob, "/collections", `{"name":null}`).WantError(t, 400, "name is required")
		for _, name := range []string{``, ` `, strings.Repeat("ä", 256)} {
			post(t, bob, "/collections", fmt.Sprintf(`{"name":%q}`, name)).WantError(t, 422, "name ")
		}
		post(t, bob, "/collections", fmt.Sprintf(`{"name":%q}`, strings.Repeat("ä", 255))).Want(t, 201)
		post(t, bob, "/collections", `{"name":"X","user_id":0}`).WantError(t, 422, "user_id must be")
	})
}

// Who sees a collection is told their own permission, and an admin without one "owner".
func TestCollection_ByCaller(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		myLibrary := under[object](t, node.As("tom").Get(t, "%s", lib.UserPath("tom", "/library")), 200, "collection").ID
		for _, c := range []struct {
			id   int64
			want map[string]string // by who asks; nobody else may
		}{
			{int64(lib.Collection("lectures")), map[string]string{"tom": "owner", "ada": "owner"}},
			{int64(lib.Collection("viewed")), map[string]string{"tom": "owner", "ada": "owner", "bob": "view"}},
			{int64(lib.Collection("edited")), map[string]string{"tom": "owner", "ada": "owner", "bob": "edit", "eve": "view"}},
			{myLibrary, map[string]string{"tom": "owner", "ada": "owner"}},
			{int64(lib.CourseCollection("101")), map[string]string{
				"tom": "view", "tess": "view", "bob": "access", "otto": "access", "ada": "owner", "sue": "owner",
			}},
			{int64(lib.CourseCollection("202")), map[string]string{"eve": "access", "ada": "owner"}},
		} {
			for _, caller := range []string{"ada", "sue", "tom", "tess", "bob", "eve", "otto"} {
				want, may := c.want[caller]
				answer := node.As(caller).Get(t, "/collections/%d", c.id)
				media := node.As(caller).Get(t, "/collections/%d/media", c.id)
				if !may {
					answer.Want(t, 403)
					media.Want(t, 403)
					continue
				}
				media.Want(t, 200)
				if got := under[object](t, answer, 200, "collection").Permission; got != want {
					t.Errorf("%s is told %q of collection %d, want %q", caller, got, c.id, want)
				}
			}
		}
	})
}

// The caller's list is the one under /users, and of the archived ones those that the
// caller may bring back.
func TestMyCollections(t *testing.T) {
	onEach(t, bobsCollections, func(t *testing.T, node *live.Node) {
		lib := node.Library
		for _, caller := range []string{"ada", "bob", "tom"} {
			for _, query := range []string{"", "?page=2&per_page=3", "?archived=false"} {
				mine := node.As(caller).Get(t, "/collections%s", query).Want(t, 200)
				theirs := node.As(caller).Get(t, "%s%s", lib.UserPath(caller, "/collections"), query).Want(t, 200)
				if string(mine.Body) != string(theirs.Body) {
					t.Errorf("%s has\n%s, and under /users\n%s", caller, mine.Body, theirs.Body)
				}
			}
		}
		archived := func(caller string) []object {
			return under[[]object](t, node.As(caller).Get(t, "/collections?archived=true"), 200, "collections")
		}
		if got := archived("bob"); len(got) != 1 || got[0].ID != int64(lib.Collection("own archived")) ||
			got[0].Permission != "owner" || *got[0].ArchivedAt != "2025-01-01T00:00:00Z" {
			t.Errorf("Bob has the archived collections %+v", got)
		}
		if got := archived("ada"); len(got) != 0 { // an admin's role gives no row
			t.Errorf("Ada has the archived collections %+v", got)
		}
		past := live.Read[collections](t, node.As("bob").Get(t, "/collections?archived=true&page=2&per_page=1"))
		if len(past.Collections) != 0 || past.Meta != (meta{2, 1, 1}) {
			t.Errorf("page 2 of Bob's archived collections is %+v", past)
		}
		post(t, node.As("bob"), fmt.Sprintf("/collections/%d/unarchive", lib.Collection("own archived")), "").Want(t, 200)
		if got := archived("bob"); len(got) != 0 {
			t.Errorf("Bob still has the archived collections %+v", got)
		}
		if got := collectionNames(t, node, "bob"); !slices.Contains(got, "Archived") {
			t.Errorf("Bob has %q", got)
		}
	})
}

// Only custom collections can be archived and deleted, and only by their owner.
func TestCollection_ThatIsNotCustom(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		mine := under[object](t, node.As("bob").Get(t, "%s", lib.UserPath("bob", "/library")), 200, "collection").ID
		course := int64(lib.CourseCollection("101"))
		for _, c := range []struct {
			caller string
			id     int64
			want   int
		}{
			{"bob", mine, 422},
			{"ada", mine, 422},
			{"tom", mine, 403},
			{"tom", course, 403},
			{"bob", course, 403},
			{"ada", course, 422},
			{"sue", course, 422},
			{"bob", int64(lib.Collection("edited")), 403}, // to edit is not to own
		} {
			as := node.As(c.caller)
			as.Send(t, "DELETE", fmt.Sprintf("/collections/%d", c.id), "", "").Want(t, c.want)
			post(t, as, fmt.Sprintf("/collections/%d/archive", c.id), "").Want(t, c.want)
			post(t, as, fmt.Sprintf("/collections/%d/unarchive", c.id), "").Want(t, c.want)
		}
	})
}

// What a collection holds, newest first, pages and all.
func TestCollectionMedia(t *testing.T) {
	const text = `{
	"users":[{"key":"ada","full_name":"Ada Byron","roles":["Admin"]},{"key":"tom","full_name":"Tom Teal"},
	 {"key":"bob","full_name":"Bob Hale"},{"key":"eve","full_name":"Eve Moss"}],
	"collections":[{"key":"c","owner":"tom","name":"C"},{"key":"d","owner":"bob","name":"D"}],
	"media":[
	 {"key":"m1","owner":"tom","collection":"c","title":"old","created_at":"2024-01-01T00:00:00Z"},
	 {"key":"m2","owner":"tom","collection":"c","title":"twin 1","created_at":"2025-01-01T00:00:00Z"},
	 {"key":"m3","owner":"tom","title":"twin 2, guest","also_in":["c"],"created_at":"2025-01-01T00:00:00Z"},
	 {"key":"m4","owner":"tom","collection":"c","title":"newest","created_at":"2026-01-01T00:00:00Z"},
	 {"key":"m5","owner":"tom","collection":"c","title":"waits for Tom","transcoding_status":"waiting_for_upload","created_at":"2025-06-01T00:00:00Z"},
	 {"key":"m6","owner":"bob","collection":"d","title":"waits for Bob","also_in":["c"],"transcoding_status":"waiting_for_upload","created_at":"2023-01-01T00:00:00Z"},
	 {"key":"m7","owner":"tom","collection":"c","title":"archived at home","archived_at":"2025-01-01T00:00:00Z","created_at":"2025-03-01T00:00:00Z"},
	 {"key":"m8","owner":"bob","collection":"d","title":"archived guest","also_in":["c"],"archived_at":"2025-01-01T00:00:00Z","created_at":"2025-04-01T00:00:00Z"},
	 {"key":"m9","owner":"tom","title":"elsewhere"}],
	"shares":[{"collection":"c","user":"bob","permission":"edit"},{"collection":"c","user":"eve","permission":"view"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		path := fmt.Sprintf("/collections/%d/media", node.Library.Collection("c"))
		live1 := "newest, twin 2, guest, twin 1, old"
		for caller, want := range map[string]struct{ live, archived string }{
			"tom": {"newest, waits for Tom, twin 2, guest, twin 1, old", "archived at home"},
			"bob": {live1 + ", waits for Bob", "archived guest, archived at home"}, // owns the one, edits the other
			"eve": {live1, ""},
			"ada": {live1, "archived guest, archived at home"},
		} {
			for range 2 { // the second time it is remembered
				if got := titles(t, node.As(caller).Get(t, "%s", path), "media"); got != want.live {
					t.Errorf("%s sees %q, want %q", caller, got, want.live)
				}
			}
			if got := titles(t, node.As(caller).Get(t, "%s?archived=true", path), "media"); got != want.archived {
				t.Errorf("%s sees the archived %q, want %q", caller, got, want.archived)
			}
		}
		for number, want := range []string{"newest, waits for Tom", "twin 2, guest, twin 1", "old", ""} {
			answer := node.As("tom").Get(t, "%s?per_page=2&page=%d", path, number+1)
			if got := titles(t, answer, "media"); got != want {
				t.Errorf("page %d is %q, want %q", number+1, got, want)
			}
			if got := live.Read[mediaList](t, answer).Meta; got != (meta{int64(number + 1), 3, 5}) {
				t.Errorf("page %d has the meta %v", number+1, got)
			}
		}
		second := node.As("ada").Get(t, "%s?archived=true&per_page=1&page=2", path)
		if got := titles(t, second, "media"); got != "archived at home" || live.Read[mediaList](t, second).Meta != (meta{2, 2, 2}) {
			t.Errorf("page 2 of the archived is %q, %s", got, second.Body)
		}
		// Plain media: the keys of a media item, without a permission or a home.
		if body := string(second.Body); strings.Contains(body, "permission") || strings.Contains(body, `"collection"`) ||
			!strings.Contains(body, `"archived_at":"2025-01-01T00:00:00Z"`) {
			t.Errorf("a media item in a collection is %s", body)
		}
	})
}
