package conformance

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// cinema is a course with films in it, and who watches them.
//
//	tom   teaches the course and owns the films
//	emil  may edit the film, and is in no course
//	uma   assists in the course, bob and cat study in it, otto observes
//	sue   sub-account admin of the sciences, where the course is
//	eve   is in another course
const cinema = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","roles":["Admin"]},
 {"key":"tom","full_name":"Tom Teal","email":"tom@school.test","roles":["Teacher"]},
 {"key":"emil","full_name":"Emil Edit","roles":["Teacher"]},
 {"key":"sue","full_name":"Sue Storm","roles":["Subaccount admin"]},
 {"key":"uma","full_name":"Uma Aide","roles":["Student"]},
 {"key":"bob","full_name":"Hale, Bob","email":"bob@school.test"},
 {"key":"cat","full_name":"=Cat","roles":[]},
 {"key":"otto","full_name":"Otto Look","roles":["Teacher"]},
 {"key":"eve","full_name":"Eve Moss"}],
"sub_accounts":[{"key":"sciences","name":"Sciences","admins":["sue"]}],
"courses":[
 {"course_id":101,"name":"Optics","sub_account":"sciences","enrollments":[
  {"user":"tom","role":"teacher"},{"user":"uma","role":"ta"},{"user":"bob","role":"student"},
  {"user":"cat","role":"student"},{"user":"otto","role":"observer"}]},
 {"course_id":202,"name":"Drawing","enrollments":[{"user":"eve","role":"student"}]}],
"media":[
 {"key":"film","owner":"tom","title":"Film","duration":100,"also_in":["course:101"]},
 {"key":"draft","owner":"tom","title":"Draft","also_in":["course:101"]},
 {"key":"old","owner":"tom","title":"Old","duration":10,"also_in":["course:101"]}],
"shares":[{"media":"film","user":"emil","permission":"edit"}]
}`

// nowhere is a perspective that there is not.
const nowhere = "00000000-0000-4000-8000-000000000000"

// insights are the numbers of a perspective.
type insights struct {
	PerspectiveID string  `json:"perspective_id"`
	Title         string  `json:"title"`
	Duration      float64 `json:"duration"`
	Views         int64   `json:"views"`
	TimeViewed    float64 `json:"time_viewed"`
	UniqueViewers int64   `json:"unique_viewers"`
	Slices        []struct {
		Start   float64 `json:"start"`
		End     float64 `json:"end"`
		Viewers int64   `json:"viewers"`
	} `json:"slices"`
}

// perspectives are those in the course, by the title of their media.
func perspectives(t *testing.T, node *live.Node) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for _, n := range courseInsights(t, node.As("ada")) {
		found[n.Title] = n.PerspectiveID
	}
	return found
}

func courseInsights(t *testing.T, as live.Client) []insights {
	t.Helper()
	return live.Read[struct {
		Insights []insights `json:"insights"`
	}](t, as.Get(t, "/courses/101/insights")).Insights
}

// watch reports one piece of a playing: pairs of seconds.
func watch(t *testing.T, as live.Client, perspective, client string, sequence int, seconds ...float64) live.Answer {
	t.Helper()
	return as.Send(t, "POST", "/perspectives/"+perspective+"/views", live.JSON,
		fmt.Sprintf(`{"client_id":%q,"views":%s}`, client, piece(sequence, seconds...)))
}

func piece(sequence int, seconds ...float64) string {
	var intervals []string
	for pair := range slices.Chunk(seconds, 2) {
		intervals = append(intervals, fmt.Sprintf(`{"start":%g,"end":%g}`, pair[0], pair[1]))
	}
	return fmt.Sprintf(`[{"sequence":%d,"intervals":[%s]}]`, sequence, strings.Join(intervals, ","))
}

// audience has the film watched by five people.
func audience(t *testing.T, node *live.Node, film string) {
	t.Helper()
	watch(t, node.As("bob"), film, "b1", 1, 0, 30, 10, 20).Want(t, 204)
	watch(t, node.As("bob"), film, "b1", 1, 0, 30, 10, 20).Want(t, 204) // a beacon comes twice
	node.Library.Clock.Advance(time.Second)
	watch(t, node.As("bob"), film, "b2", 1, 98, 101.9).Want(t, 204) // a player is past the end; 2 s are no view
	watch(t, node.As("uma"), film, "u1", 2, 50, 100).Want(t, 204)
	watch(t, node.As("cat"), film, "c1", 1, 0, 2.9).Want(t, 204) // no view
	watch(t, node.As("otto"), film, "o1", 1, 0, 5).Want(t, 204)
	watch(t, node.As("ada"), film, "a1", 1, 0, 4.5).Want(t, 204)
}

func wantText(t *testing.T, a live.Answer, want string) {
	t.Helper()
	a.Want(t, 200)
	if got := a.Header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
		t.Errorf("the type is %q", got)
	}
	if string(a.Body) != want {
		t.Errorf("got\n%s\nwant\n%s", a.Body, want)
	}
}

// slicesOfFilm is the time-based part of the film, with the viewers of some slices.
func slicesOfFilm(viewers func(i int) int) string {
	var b strings.Builder
	b.WriteString("Time Slice,Viewers\n")
	for i := range 20 {
		fmt.Fprintf(&b, "%ds to %ds,%d\n", 5*i, 5*i+5, viewers(i))
	}
	return b.String()
}

func TestInsights_Overview(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		film := perspectives(t, node)["Film"]
		tom := node.As("tom")
		nobody := slicesOfFilm(func(int) int { return 0 })
		overview := "/perspectives/" + film + "/insights/overview"
		wantText(t, tom.Get(t, "%s", overview),
			"Metric,Value\nViews,0\nTime Viewed [min],0.0\nUnique Viewers,0\n"+nobody)

		audience(t, node, film)
		// 40 and 2 of Bob's, 50, 2.9, 5 and 4.5 seconds.
		wantText(t, tom.Get(t, "%s", overview),
			"Metric,Value\nViews,4\nTime Viewed [min],1.7\nUnique Viewers,4\n"+slicesOfFilm(func(i int) int {
				switch {
				case i == 0:
					return 3
				case i < 6, i >= 10 && i < 19:
					return 1
				case i == 19:
					return 2
				}
				return 0
			}))
		wantText(t, tom.Get(t, "%s?role=Student", overview),
			"Metric,Value\nViews,1\nTime Viewed [min],0.7\nUnique Viewers,1\n"+slicesOfFilm(func(i int) int {
				if i < 6 || i == 19 {
					return 1
				}
				return 0
			}))
		wantText(t, tom.Get(t, "%s?role=Subaccount%%20admin", overview),
			"Metric,Value\nViews,0\nTime Viewed [min],0.0\nUnique Viewers,0\n"+nobody)
	})
}

func TestInsights_Users(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		film := perspectives(t, node)["Film"]
		audience(t, node, film)
		watch(t, node.As("cat"), film, "c1", 2, 10, 11).Want(t, 204) // now she has a view
		header := "Name,Email,Role,Completion rate [%]"
		for i := range 20 {
			header += fmt.Sprintf(",%ds to %ds [%%]", 5*i, 5*i+5)
		}
		// Where who is a teacher observes, the course decides; where nobody is enrolled, their
		// highest role does. What a spreadsheet would run begins with an apostrophe.
		otto := "Otto Look,,Observer,5.0,100.0" + strings.Repeat(",0.0", 19) + "\n"
		cat := "'=Cat,,Student,3.9,58.0,0.0,20.0" + strings.Repeat(",0.0", 17) + "\n"
		bob := `"Hale, Bob",bob@school.test,Student,32.0` + strings.Repeat(",100.0", 6) + strings.Repeat(",0.0", 13) + ",40.0\n"
		uma := "Uma Aide,,Teacher,50.0" + strings.Repeat(",0.0", 10) + strings.Repeat(",100.0", 10) + "\n"
		ada := "Ada Byron,,Admin,4.5,90.0" + strings.Repeat(",0.0", 19) + "\n"

		users := "/perspectives/" + film + "/insights/users"
		wantText(t, node.As("tom").Get(t, "%s", users), header+"\n"+otto+cat+bob+uma+ada)
		wantText(t, node.As("tom").Get(t, "%s?role=Student", users), header+"\n"+cat+bob)
		wantText(t, node.As("tom").Get(t, "%s?role=Subaccount%%20admin", users), header+"\n")
		if _, err := csv.NewReader(strings.NewReader(header + "\n" + otto + cat + bob + uma + ada)).ReadAll(); err != nil {
			t.Error(err)
		}
	})
}

// A deleted person still counts in the sums, without a name.
func TestInsights_OfPeopleWhoAreGone(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib, film := node.Library, perspectives(t, node)["Film"]
		audience(t, node, film)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			if err := c.SetActive(ctx, lib.User("uma"), false); err != nil {
				return err
			}
			return c.DeleteUser(ctx, lib.User("otto"), library.Disposal{})
		})
		found := live.Read[struct {
			Viewers []struct {
				FullName string `json:"full_name"`
			} `json:"viewers"`
			Meta meta `json:"meta"`
		}](t, node.As("tom").Get(t, "/perspectives/%s/insights/viewers?per_page=2", film))
		if found.Meta != (meta{1, 2, 3}) || len(found.Viewers) != 2 || found.Viewers[0].FullName != "Hale, Bob" {
			t.Errorf("the viewers are %+v", found)
		}
		all := live.Read[struct{ Insights insights }](t, node.As("tom").Get(t, "/perspectives/%s/insights", film))
		if all.Insights.UniqueViewers != 4 {
			t.Errorf("the sums are %+v", all)
		}
	})
}

func TestInsights_AsJSON(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib, tom := node.Library, node.As("tom")
		ids := perspectives(t, node)
		film, draft := ids["Film"], ids["Draft"]
		audience(t, node, film)
		watch(t, node.As("bob"), draft, "d1", 1, 0, 500).Want(t, 204)

		var slices []string
		for i := range 20 {
			viewers := 0
			if i < 6 || i == 19 {
				viewers = 1
			}
			slices = append(slices, fmt.Sprintf(`{"start":%d,"end":%d,"viewers":%d}`, 5*i, 5*i+5, viewers))
		}
		ofFilm := fmt.Sprintf(`{"perspective_id":%q,"media_id":%d,"title":"Film","duration":100,"views":1,"time_viewed":44.9,
			"unique_viewers":1,"slices":[%s]}`, film, lib.Media("film"), strings.Join(slices, ","))
		wantJSON(t, tom.Get(t, "/perspectives/%s/insights?role=Student", film), `{"insights":`+ofFilm+`}`)

		// Of a media item whose length is unknown there are no parts.
		ofDraft := fmt.Sprintf(`{"perspective_id":%q,"media_id":%d,"title":"Draft","duration":0,"views":1,"time_viewed":500,
			"unique_viewers":1,"slices":[]}`, draft, lib.Media("draft"))
		wantJSON(t, tom.Get(t, "/perspectives/%s/insights", draft), `{"insights":`+ofDraft+`}`)
		wantText(t, tom.Get(t, "/perspectives/%s/insights/overview", draft),
			"Metric,Value\nViews,1\nTime Viewed [min],8.3\nUnique Viewers,1\nTime Slice,Viewers\n")
		wantText(t, tom.Get(t, "/perspectives/%s/insights/users", draft),
			"Name,Email,Role,Completion rate [%]\n\"Hale, Bob\",bob@school.test,Student,0.0\n")

		wantJSON(t, tom.Get(t, "/perspectives/%s/insights/viewers?role=Student", film), fmt.Sprintf(`{"viewers":[
			{"id":%d,"full_name":"Hale, Bob","display_name":"Hale, Bob","email":"bob@school.test","role":"Student","views":1,
			"time_viewed":42,"completion_rate":32,"last_viewed_at":"2026-01-05T09:00:00Z",
			"slices":[100,100,100,100,100,100,0,0,0,0,0,0,0,0,0,0,0,0,0,40]}],
			"meta":{"current_page":1,"last_page":1,"total_count":1}}`, lib.User("bob")))

		all := fmt.Sprintf(`{"perspective_id":%q,"media_id":%d,"title":"Old","duration":10,"views":0,"time_viewed":0,
			"unique_viewers":0,"slices":[`, ids["Old"], lib.Media("old"))
		for i := range 20 {
			all += fmt.Sprintf(`{"start":%g,"end":%g,"viewers":0},`, float64(i)/2, float64(i+1)/2)
		}
		wantJSON(t, tom.Get(t, "/courses/101/insights?role=Student"),
			`{"insights":[`+strings.TrimSuffix(all, ",")+`]},`+ofDraft+`,`+ofFilm+`]}`)
	})
}

// Who sees the insights of the film, of the draft, and which of the course.
func TestInsights_ByCaller(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ids := perspectives(t, node)
		all := []string{"Old", "Draft", "Film"}
		for caller, want := range map[string]struct {
			film, draft, course int
			titles              []string
		}{
			"ada":  {200, 200, 200, all},
			"sue":  {200, 200, 200, all},
			"tom":  {200, 200, 200, all},
			"emil": {200, 403, 403, nil}, // who is in no course sees none as a whole
			"uma":  {403, 403, 200, []string{}},
			"bob":  {403, 403, 200, []string{}},
			"otto": {403, 403, 200, []string{}},
			"eve":  {403, 403, 403, nil},
		} {
			as := node.As(caller)
			for _, page := range []string{"", "/overview", "/users", "/viewers"} {
				as.Get(t, "/perspectives/%s/insights%s", ids["Film"], page).Want(t, want.film)
				as.Get(t, "/perspectives/%s/insights%s", ids["Draft"], page).Want(t, want.draft)
				as.Get(t, "/perspectives/%s/insights%s", nowhere, page).Want(t, 404)
				as.Get(t, "/perspectives/7/insights%s", page).Want(t, 422)
				as.Get(t, "/perspectives/%s/insights%s?role=Janitor", ids["Film"], page).Want(t, 422)
				node.Nobody().Get(t, "/perspectives/%s/insights%s", ids["Film"], page).Want(t, 401)
			}
			if as.Get(t, "/courses/101/insights").Want(t, want.course).Status == 200 {
				titles := []string{}
				for _, n := range courseInsights(t, as) {
					titles = append(titles, n.Title)
				}
				if !slices.Equal(titles, want.titles) {
					t.Errorf("%s sees the insights of %v in the course, want %v", caller, titles, want.titles)
				}
			}
			as.Get(t, "/courses/303/insights").Want(t, 404)
			as.Get(t, "/courses/0/insights").Want(t, 422)
			as.Get(t, "/courses/101/insights?role=student").Want(t, 422)
		}
		node.Nobody().Get(t, "/courses/101/insights").Want(t, 401)

		// In a course, who shares in editing a film sees its insights and no others.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.Enroll(ctx, 101, lib.User("emil"), library.WayStudent)
		})
		if got := courseInsights(t, node.As("emil")); len(got) != 1 || got[0].Title != "Film" {
			t.Errorf("Emil sees the insights %+v", got)
		}
	})
}

// What is archived is played by nobody, but who may bring it back sees its insights. What
// is deleted is gone.
func TestInsights_OfWhatIsArchivedOrDeleted(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ids := perspectives(t, node)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			if _, err := c.DeleteMedia(ctx, lib.Media("draft")); err != nil {
				return err
			}
			return errorOf(c.ArchiveMedia(ctx, lib.Media("old")))
		})
		for _, who := range []string{"ada", "tom", "bob"} {
			watch(t, node.As(who), ids["Old"], "x", 1, 0, 5).Want(t, 403)
			node.As(who).Send(t, "POST", "/perspectives/"+ids["Old"]+"/view_tickets", "", "").Want(t, 403)
			watch(t, node.As(who), ids["Draft"], "x", 1, 0, 5).Want(t, 404)
			node.As(who).Send(t, "POST", "/perspectives/"+ids["Draft"]+"/view_tickets", "", "").Want(t, 404)
			node.As(who).Get(t, "/perspectives/%s/insights/overview", ids["Draft"]).Want(t, 404)
		}
		node.As("tom").Get(t, "/perspectives/%s/insights/overview", ids["Old"]).Want(t, 200)
		node.As("bob").Get(t, "/perspectives/%s/insights/overview", ids["Old"]).Want(t, 403)
		if got := courseInsights(t, node.As("tom")); len(got) != 1 || got[0].Title != "Film" {
			t.Errorf("in the course are %+v", got)
		}
	})
}
