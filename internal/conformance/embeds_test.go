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

func TestOneMedia_EveryField(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		id := lib.Media("lenses")
		answer := node.As("bob").Get(t, "/media/%d", id)
		one := live.Read[struct{ Media media }](t, answer).Media
		homeID := under[object](t, node.As("tom").Get(t, "%s", lib.UserPath("tom", "/library")), 200, "collection").ID
		tom := fmt.Sprintf(`{"id":%d,"full_name":"Tom Teal","display_name":"Tom","email":"tom@school.test"}`, lib.User("tom"))
		wantJSON(t, answer, fmt.Sprintf(`{"media":{"id":%d,"title":"Lenses","description":null,"duration":0,"size":0,
			"created_at":"2025-05-01T00:00:00Z","last_viewed":null,"last_viewed_by_student":null,
			"thumbnail_url":"%s/thumbnails/%s","transcoding_status":"finished","source":"upload",
			"embed_id":%q,"lti_launch_id":"%s-%d","archived_at":null,"owner":%s,
			"collection":{"id":%d,"name":"My Library","type":"user","permission":"access","owner":%s,
			 "created_at":"2026-01-05T09:00:00Z","course_id":null,"archived_at":null}}}`,
			id, node.URL, one.EmbedID, one.EmbedID, one.EmbedID, id, tom, homeID, tom))
	})
}

// Who sees a media item and its places, and what they are told of each collection. A
// collection that one sees only because of the media is told as "access".
func TestPlacesOfMedia_ByCaller(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		for _, c := range []struct {
			key, caller  string
			home, places string // "" where they are refused
			courses      string // "-" where they are refused
		}{
			{"mirrors", "tom", "owner", "owner Lectures, owner Viewed by Bob, view Optics", "view Optics"},
			{"mirrors", "tess", "access", "access Lectures, access Viewed by Bob, view Optics", "view Optics"},
			{"mirrors", "bob", "access", "access Lectures, access Optics, view Viewed by Bob", "access Optics"},
			{"mirrors", "otto", "access", "access Lectures, access Optics, access Viewed by Bob", "-"},
			{"mirrors", "ada", "owner", "owner Lectures, owner Optics, owner Viewed by Bob", "owner Optics"},
			{"mirrors", "sue", "access", "access Lectures, access Viewed by Bob, owner Optics", "owner Optics"},
			{"mirrors", "eve", "", "", "-"},
			{"prisms", "bob", "edit", "edit Edited by Bob", ""},
			{"prisms", "eve", "view", "view Edited by Bob", ""},
			{"prisms", "sue", "", "", "-"},
			{"waves", "tom", "owner", "access null, owner My Library", "access null"},
			{"waves", "sue", "access", "access My Library, owner null", "owner null"},
			{"waves", "tess", "", "", "-"},
		} {
			as, path := node.As(c.caller), fmt.Sprintf("/media/%d", lib.Media(c.key))
			one, perspectives, courses := as.Get(t, "%s", path), as.Get(t, "%s/perspectives", path), as.Get(t, "%s/courses", path)
			if c.courses == "-" {
				courses.Want(t, 403)
			} else {
				var list []string
				for _, o := range under[[]object](t, courses, 200, "courses") {
					name := "null"
					if o.Name != nil {
						name = *o.Name
					}
					list = append(list, o.Permission+" "+name)
					shown := as.Get(t, "/courses/%d", *o.CourseID)
					if shown.Status == 200 && under[object](t, shown, 200, "course").Permission != o.Permission {
						t.Errorf("%s is told %s of a course, and in the list %s", c.caller, shown.Body, courses.Body)
					}
				}
				if got := strings.Join(list, ", "); got != c.courses {
					t.Errorf("%s is told that %s is in the courses %q, want %q", c.caller, c.key, got, c.courses)
				}
			}
			if c.home == "" {
				one.Want(t, 403)
				perspectives.Want(t, 403)
				continue
			}
			if got := under[object](t, one, 200, "media").Collection.Permission; got != c.home {
				t.Errorf("%s is told %q of the home of %s, want %q", c.caller, got, c.key, c.home)
			}
			if got := places(t, as, lib.Media(c.key)); got != c.places {
				t.Errorf("%s is told that %s is in %q, want %q", c.caller, c.key, got, c.places)
			}
		}
	})
}

func TestCourse_EveryFieldAndWhatItHolds(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		course := func(permission string) string {
			return fmt.Sprintf(`{"id":%d,"name":"Optics","type":"course_wide","permission":%q,"owner":null,
				"created_at":"2026-01-05T09:00:00Z","course_id":101,"archived_at":null}`, lib.CourseCollection("101"), permission)
		}
		for caller, permission := range map[string]string{
			"tom": "view", "tess": "view", "bob": "access", "otto": "access", "ada": "owner", "sue": "owner",
		} {
			as := node.As(caller)
			wantJSON(t, as.Get(t, "/courses/101"), `{"course":`+course(permission)+`}`)
			held := as.Get(t, "/courses/101/perspectives")
			list := under[[]object](t, held, 200, "perspectives")
			if len(list) != 1 {
				t.Fatalf("%s is told that Optics holds %s", caller, held.Body)
			}
			wantJSON(t, held, fmt.Sprintf(`{"perspectives":[{"uuid":%q,"title":"Mirrors","media_id":%d,
				"created_at":"2026-01-05T09:00:00Z","collection":%s}]}`, list[0].UUID, lib.Media("mirrors"), course(permission)))
			// The same place in the list of the media's.
			all := under[[]object](t, as.Get(t, "/media/%d/perspectives", lib.Media("mirrors")), 200, "perspectives")
			if !slices.ContainsFunc(all, func(o object) bool { return o.UUID == list[0].UUID && o.Collection.ID == list[0].Collection.ID }) {
				t.Errorf("%s is told that the media is in %+v, not in %+v", caller, all, list[0])
			}
		}
		for _, page := range []string{"", "/perspectives"} {
			node.As("eve").Get(t, "/courses/101%s", page).Want(t, 403)
			node.As("ada").Get(t, "/courses/%d%s", stranger, page).WantError(t, 404, "course 9223372036854775807 not found")
			node.As("sue").Get(t, "/courses/202%s", page).Want(t, 403)
		}
		if got := node.As("eve").Get(t, "/courses/202/perspectives"); string(got.Body) != `{"perspectives":[]}` {
			t.Errorf("an empty course holds %s", got.Body)
		}
	})
}

// Who may embed what where.
func TestCreateEmbed_ByCaller(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			for _, who := range []string{"otto", "tess"} {
				if err := c.ShareMedia(ctx, lib.Media("lenses"), library.Grantee{User: lib.User(who)}, library.WayView); err != nil {
					return err
				}
			}
			return nil
		})
		for _, c := range []struct {
			caller, key string
			course      int64
			want        int
		}{
			{"sue", "secret", 102, 403}, // this media is in none of hers
			{"tom", "secret", 101, 200},
			{"tess", "lenses", 101, 200},
			{"bob", "lenses", 101, 200},   // students too
			{"otto", "lenses", 101, 403},  // who observes, never
			{"otto", "mirrors", 101, 403}, // and has but access
			{"bob", "secret", 101, 403},   // no way to the media
			{"bob", "lenses", 202, 403},   // not enrolled there
			{"bob", "lenses", 999, 403},   // not there, which looks alike
			{"tom", "secret", 102, 403},   // a teacher elsewhere
			{"eve", "prisms", 202, 200},   // through her group
			{"sue", "waves", 102, 200},    // both within reach
			{"sue", "waves", 202, 403},    // this course is not
			{"ada", "secret", 202, 200},   // everywhere
			{"ada", "prisms", 777, 200},   // even where nothing is yet
			{"tom", "prisms", 777, 403},   // which opens it to nobody else
			{"tom", "secret", 101, 200},   // again
			{"sue", "mirrors", 778, 403},  // courses are made for admins
			{"ada", "lenses", 1 << 60, 200},
		} {
			body := fmt.Sprintf(`{"course_id":%d}`, c.course)
			post(t, node.As(c.caller), fmt.Sprintf("/media/%d/create_embed", lib.Media(c.key)), body).Want(t, c.want)
		}
		ada := node.As("ada")
		for course, want := range map[int64]string{
			101: "Secret, Lenses, Mirrors", 102: "Waves", 202: "Secret, Prisms", 777: "Prisms", 1 << 60: "Lenses",
		} {
			got := strings.Split(titles(t, ada.Get(t, "/courses/%d/perspectives", course), "perspectives"), ", ")
			wanted := strings.Split(want, ", ")
			slices.Sort(got)
			slices.Sort(wanted)
			if !slices.Equal(got, wanted) {
				t.Errorf("course %d holds %q, want %q", course, got, wanted)
			}
		}
		for _, course := range []int64{778, 999} {
			ada.Get(t, "/courses/%d", course).Want(t, 404)
		}
		made := under[object](t, ada.Get(t, "/courses/777"), 200, "course")
		if made.Name != nil || *made.CourseID != 777 {
			t.Errorf("the course that was made is %+v", made)
		}
		// The sentence does not say whether there is such a course.
		for _, course := range []int64{202, 999} {
			post(t, node.As("bob"), fmt.Sprintf("/media/%d/create_embed", lib.Media("lenses")), fmt.Sprintf(`{"course_id":%d}`, course)).
				WantError(t, 403, fmt.Sprintf("only teachers, teaching assistants, designers and students of course %d may embed in it", course))
		}
		// What is not there is said before who may, and then no course is made.
		post(t, ada, fmt.Sprintf("/media/%d/create_embed", stranger), `{"course_id":999}`).Want(t, 404)
		ada.Get(t, "/courses/999").Want(t, 404)
	})
}

func TestCreateEmbed_Answer(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		lib, tom, bob := node.Library, node.As("tom"), node.As("bob")
		id := lib.Media("lenses")
		path := fmt.Sprintf("/media/%d/create_embed", id)
		launch := live.Read[struct{ Media media }](t, tom.Get(t, "/media/%d", id)).Media.EmbedID
		for body, kind := range map[string]string{
			`{"course_id":101}`:                                               "embed",
			`{"course_id":"101","embed_type":"embed"}`:                        "embed",
			`{"course_id":101,"embed_type":"bare_embed"}`:                     "bare_embed",
			`{"course_id":101,"embed_type":"embed","downloadable":false}`:     "embed",
			`{"course_id":101,"embed_type":"bare_embed","downloadable":null}`: "bare_embed",
		} {
			if strings.Contains(body, `"101"`) { // as text, in a form
				body = ""
			}
			a := post(t, bob, path, body)
			if body == "" {
				a = bob.Send(t, "POST", path, "application/x-www-form-urlencoded", "course_id=101&embed_type=embed&downloadable=false")
			}
			want := fmt.Sprintf(`%s/lti/launch?custom_arc_launch_type=%s&custom_arc_media_id=%s-%d`, node.URL, kind, launch, id)
			if got := under[string](t, a, 200, "embed_url"); got != want {
				t.Errorf("%s answers %s, want %s", body, got, want)
			}
		}
		if got := titles(t, bob.Get(t, "/courses/101/perspectives"), "perspectives"); got != "Mirrors, Lenses" && got != "Lenses, Mirrors" {
			t.Errorf("embedded five times, and the course holds %q", got)
		}
		post(t, bob, path, `{}`).WantError(t, 400, "course_id is required")
		post(t, bob, path, `{"course_id":0}`).WantError(t, 422, "course_id must be")
		post(t, bob, path, `{"course_id":101,"embed_type":"frame"}`).WantError(t, 422, "embed_type must be one of embed, bare_embed")
		post(t, bob, path, `{"course_id":101,"downloadable":"yes"}`).WantError(t, 422, "downloadable must be true or false")

		// Only its owners let others download a media item, and only they take that back.
		post(t, bob, path, `{"course_id":101,"downloadable":true}`).WantError(t, 403, "needs the permission owner")
		post(t, tom, path, `{"course_id":101,"downloadable":true}`).Want(t, 200)
		post(t, bob, path, `{"course_id":101,"downloadable":true}`).Want(t, 200) // it is so already
		post(t, bob, path, `{"course_id":101}`).Want(t, 200)                     // and stays so
		post(t, bob, path, `{"course_id":101,"downloadable":false}`).Want(t, 403)
		post(t, tom, path, `{"course_id":101,"downloadable":false}`).Want(t, 200)
		post(t, bob, path, `{"course_id":101,"downloadable":false}`).Want(t, 200)

		post(t, tom, fmt.Sprintf("/media/%d/archive", id), "").Want(t, 200)
		post(t, bob, path, `{"course_id":101}`).Want(t, 403)
		post(t, tom, path, `{"course_id":101}`).WantError(t, 422, "is archived")
		post(t, node.As("ada"), path, `{"course_id":555}`).WantError(t, 422, "is archived")
		node.As("ada").Get(t, "/courses/555").Want(t, 404)
	})
}

// A media item that waits for its upload is in its owner's view of a course only.
func TestCoursePerspectives_OfLiveMedia(t *testing.T) {
	const text = `{
	"users":[{"key":"tom","full_name":"Tom Teal"},{"key":"bob","full_name":"Bob Hale"}],
	"courses":[{"course_id":1,"enrollments":[{"user":"tom","role":"teacher"},{"user":"bob","role":"teacher"}]}],
	"media":[{"key":"a","owner":"tom","title":"live","also_in":["course:1"]},
	 {"key":"b","owner":"tom","title":"waits","also_in":["course:1"],"transcoding_status":"waiting_for_upload"},
	 {"key":"c","owner":"tom","title":"archived","also_in":["course:1"],"archived_at":"2025-01-01T00:00:00Z"},
	 {"key":"d","owner":"tom","title":"failed","collection":"course:1","transcoding_status":"failed"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		for caller, want := range map[string]string{"tom": "failed, waits, live", "bob": "failed, live"} {
			if got := titles(t, node.As(caller).Get(t, "/courses/1/perspectives"), "perspectives"); got != want {
				t.Errorf("%s is told that the course holds %q, want %q", caller, got, want)
			}
		}
		node.As("bob").Get(t, "/media/%d", node.Library.Media("b")).Want(t, 403)
	})
}
