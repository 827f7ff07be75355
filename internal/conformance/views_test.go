package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// The kinds of bodies that a page can send, and those that are none.
func TestViews_EveryKindOfBody(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		film := perspectives(t, node)["Film"]
		bob, path := node.As("bob"), "/perspectives/"+film+"/views"
		form := func(n int) string {
			return url.Values{"client_id": {"player"}, "views": {piece(n, float64(n), float64(n)+1)}}.Encode()
		}
		bob.Send(t, "POST", path, "application/x-www-form-urlencoded", form(1)).Want(t, 204)
		bob.Send(t, "POST", path+"?"+form(2), "", "").Want(t, 204)
		bob.Send(t, "POST", path, "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"client_id\"\r\n\r\nplayer\r\n"+
			"--x\r\nContent-Disposition: form-data; name=\"views\"\r\n\r\n"+piece(3, 3, 4)+"\r\n--x--\r\n").Want(t, 204)
		many := `{"client_id":"player","views":[{"sequence":5,"intervals":[]},{"sequence":4,"intervals":[{"start":4,"end":4.5}]},
			{"sequence":4,"intervals":[{"start":0,"end":100}]}]}`
		if a := bob.Send(t, "POST", path, live.JSON, many).Want(t, 204); len(a.Body) > 0 {
			t.Errorf("the answer has a body: %s", a.Body)
		}
		film1 := func(n insights) bool { return n.PerspectiveID == film }
		all := courseInsights(t, node.As("tom"))
		got := all[slices.IndexFunc(all, film1)]
		if got.Views != 1 || got.TimeViewed != 3.5 || got.UniqueViewers != 1 {
			t.Errorf("it all adds up to %+v", got)
		}

		tooMany := `{"client_id":"x","views":[` + strings.Repeat(`{"sequence":1,"intervals":[]},`, 100) + `{"sequence":1,"intervals":[]}]}`
		long := `{"client_id":"x","views":[{"sequence":1,"intervals":[` + strings.Repeat(`{"start":0,"end":1},`, 100) + `{"start":0,"end":1}]}]}`
		for body, want := range map[string]int{
			"": 400, "{": 400, `{}`: 400, `{"client_id":"x"}`: 400, `{"views":[]}`: 400, `{"client_id":"","views":[]}`: 422,
			`{"client_id":"x","views":[]}`: 422, `{"client_id":"x","views":{}}`: 422, `{"client_id":7,"views":` + piece(1) + `}`: 422,
			`{"client_id":"x","views":[{"intervals":[]}]}`: 400, `{"client_id":"x","views":[{"sequence":1}]}`: 400,
			`{"client_id":"x","views":[{"sequence":0,"intervals":[]}]}`:                      422,
			`{"client_id":"x","views":[{"sequence":1,"intervals":[{"start":0}]}]}`:           400,
			`{"client_id":"x","views":[{"sequence":1,"intervals":[{"start":"0","end":1}]}]}`: 422,
			`{"client_id":"x","views":` + piece(1, 5, 5) + `}`:                               422,
			`{"client_id":"x","views":` + piece(1, 6, 5) + `}`:                               422,
			`{"client_id":"x","views":` + piece(1, -1, 5) + `}`:                              422,
			`{"client_id":"x","views":` + piece(1, 0, 102.1) + `}`:                           422,
			`{"client_id":"` + strings.Repeat("x", 101) + `","views":` + piece(1) + `}`:      422,
			tooMany: 422, long: 422, strings.Repeat(" ", 1<<20+1): 413,
		} {
			bob.Send(t, "POST", path, live.JSON, body).Want(t, want)
		}
		bob.Send(t, "POST", path, "text/plain", "{}").Want(t, 415)
		watch(t, bob, film, "x", 1, 0, 5, 0, 103).WantError(t, 422, "views[0].intervals[1] ends at 103 seconds")
		watch(t, bob, "7", "x", 1, 0, 5).Want(t, 422)
		watch(t, bob, nowhere, "x", 1, 0, 5).Want(t, 404)
		watch(t, node.As("eve"), film, "x", 1, 0, 5).Want(t, 403)
		watch(t, node.Nobody(), film, "x", 1, 0, 5).Want(t, 401)
		all = courseInsights(t, node.As("tom"))
		if again := all[slices.IndexFunc(all, film1)]; again.TimeViewed != got.TimeViewed || again.Views != got.Views {
			t.Errorf("what was refused adds up to %+v", again)
		}
	})
}

// ticket makes a ticket and returns it.
func ticket(t *testing.T, as live.Client, perspective string) string {
	t.Helper()
	made := as.Send(t, "POST", "/perspectives/"+perspective+"/view_tickets", "", "").Want(t, 201)
	body := struct {
		Ticket    string  `json:"ticket"`
		ExpiresIn float64 `json:"expires_in"`
	}{}
	if err := json.Unmarshal(made.Body, &body); err != nil {
		t.Fatalf("%v: %s", err, made.Body)
	}
	if body.ExpiresIn != 43200 {
		t.Errorf("a ticket is good for %g seconds", body.ExpiresIn)
	}
	return body.Ticket
}

// A page that is being left sends what was watched without a header.
func TestViews_ByTicket(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib, other := node.Library, node.Library.Serve(t)
		ids := perspectives(t, node)
		film := ids["Film"]
		good := ticket(t, node.As("bob"), film)
		beacon := func(on *live.Node, perspective, ticket string, sequence int) live.Answer {
			t.Helper()
			at := float64(10 * sequence)
			body := url.Values{"client_id": {"player"}, "views": {piece(sequence, at, at+10)}, "ticket": {ticket}}
			return on.Nobody().Send(t, "POST", "/perspectives/"+perspective+"/views",
				"application/x-www-form-urlencoded", body.Encode())
		}
		tooSoon := beacon(node, film, good, 1)
		tooSoon.WantError(t, 429, "more was watched than there was time for")
		if got := tooSoon.Header.Get("Retry-After"); got != "3" { // 10 seconds at four times the speed
			t.Errorf("a report that is too soon is to be sent again after %q seconds", got)
		}
		wantLimit(t, tooSoon, `"watched-seconds";q=4;w=1`, `"watched-seconds";r=0;t=3`)
		lib.Clock.Advance(time.Minute)
		beacon(node, film, good, 1).Want(t, 204)
		beacon(other, film, good, 2).Want(t, 204) // all nodes know the key
		beacon(other, film, good, 1).Want(t, 204)
		beacon(other, film, ticket(t, other.As("bob"), film), 3).Want(t, 204)
		node.Nobody().Send(t, "POST", "/perspectives/"+film+"/views", live.JSON,
			`{"client_id":"player","views":`+piece(4, 40, 50)+`,"ticket":"`+good+`"}`).Want(t, 204)

		// A ticket opens just this, and not beside a token that is bad.
		beacon(node, ids["Draft"], good, 1).WantError(t, 401, "ticket")
		beacon(node, film, good[:len(good)-1], 1).Want(t, 401)
		spoilt := "x"
		if good[0] == 'x' {
			spoilt = "y"
		}
		beacon(node, film, spoilt+good[1:], 1).Want(t, 401)
		node.With("Bearer x").Send(t, "POST", "/perspectives/"+film+"/views", live.JSON,
			`{"client_id":"player","views":`+piece(5, 50, 60)+`,"ticket":"`+good+`"}`).Want(t, 401)
		node.Nobody().Get(t, "/perspectives/%s/insights?ticket=%s", film, good).Want(t, 401)

		lib.Clock.Advance(12*time.Hour - time.Minute - time.Second)
		beacon(node, film, good, 6).Want(t, 204)
		lib.Clock.Advance(time.Second)
		beacon(node, film, good, 7).Want(t, 401)
		tom := node.With("Bearer " + lib.NewToken(t, "tom"))
		got := live.Read[struct{ Insights insights }](t, tom.Get(t, "/perspectives/%s/insights?role=Student", film)).Insights
		if got.Views != 1 || got.TimeViewed != 50 {
			t.Errorf("the beacons add up to %+v", got)
		}
	})
}

func wantLimit(t *testing.T, a live.Answer, policy, state string) {
	t.Helper()
	if a.Header.Get("RateLimit-Policy") != policy || a.Header.Get("RateLimit") != state {
		t.Errorf("the limit is %q, %q; want %q, %q", a.Header.Get("RateLimit-Policy"), a.Header.Get("RateLimit"), policy, state)
	}
}

// Who begins too many playbacks is told how many they may begin, and when.
func TestViews_OfTooManyPlaybacks(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		film := perspectives(t, node)["Film"]
		for i := range 30 {
			watch(t, node.As("bob"), film, fmt.Sprint("player", i), 1, 0, 1).Want(t, 204)
			node.Library.Clock.Advance(time.Second)
		}
		over := watch(t, node.As("bob"), film, "player", 1, 0, 1)
		over.WantError(t, 429, "more than 30 views of this recording began within an hour")
		wantLimit(t, over, `"views";q=30;w=3600`, `"views";r=0;t=3570`)
	})
}

// The log has the person whose ticket a page or a report shows, whether or not it is of use, and
// nothing of the ticket.
func TestTickets_LogSaysWhose(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib, film := node.Library, perspectives(t, node)["Film"]
		forViews := ticket(t, node.As("bob"), film)
		page := under[string](t, post(t, node.As("emil"), mediaPath(lib, "film", "/embed_tickets"), ""), 201, "url")
		embed, forEmbed, _ := strings.Cut(strings.TrimPrefix(page, node.URL), "?ticket=")
		lib.Clock.Advance(time.Minute)
		report := func(views string) live.Answer {
			body := url.Values{"client_id": {"player"}, "views": {views}, "ticket": {forViews}}
			return node.Nobody().Send(t, "POST", "/perspectives/"+film+"/views", "application/x-www-form-urlencoded", body.Encode())
		}
		for what, c := range map[string]struct {
			answer live.Answer
			status int
			key    string
		}{
			"a report":               {report(piece(1, 0, 5)), 204, "bob"},
			"one that is too much":   {report(piece(2, 0, 100, 0, 100, 0, 100)), 429, "bob"},
			"a page":                 {node.Nobody().Fetch(t, embed+"?ticket="+forEmbed), 200, "emil"},
			"its status":             {node.Nobody().Fetch(t, embed+"/status?ticket="+forEmbed), 200, "emil"},
			"captions there are not": {node.Nobody().Fetch(t, embed+"/captions/1.vtt?ticket="+forEmbed), 404, "emil"},
			"a page without one":     {node.Nobody().Fetch(t, embed), 403, ""},
		} {
			c.answer.Want(t, c.status)
			line := node.WaitForRequest(t.Context(), t, c.answer.Header.Get("X-Request-Id"))
			var want any
			if c.key != "" {
				want = float64(lib.User(c.key))
			}
			if line["user_id"] != want {
				t.Errorf("%s: the log says %v, want user_id %v", what, line, want)
			}
			if text := fmt.Sprint(line); strings.Contains(text, forViews) || strings.Contains(text, forEmbed) {
				t.Errorf("%s: the log has the ticket: %s", what, text)
			}
		}
	})
}

// A ticket is worth what its person may do when it is used.
func TestViews_ByTicketOfWhoMayNoMore(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib, film := node.Library, perspectives(t, node)["Film"]
		path := "/perspectives/" + film + "/view_tickets"
		tickets := make(map[string]string)
		for _, who := range []string{"bob", "cat", "uma", "otto"} {
			tickets[who] = ticket(t, node.As(who), film)
		}
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			if err := c.Unenroll(ctx, 101, lib.User("bob"), library.WayStudent); err != nil {
				return err
			}
			if err := c.SetActive(ctx, lib.User("cat"), false); err != nil {
				return err
			}
			return c.DeleteUser(ctx, lib.User("uma"), library.Disposal{})
		})
		lib.Clock.Advance(time.Minute)
		for who, want := range map[string]int{"bob": 403, "cat": 401, "uma": 401, "otto": 204} {
			node.Nobody().Send(t, "POST", "/perspectives/"+film+"/views", live.JSON,
				`{"client_id":"player","views":`+piece(1, 0, 5)+`,"ticket":"`+tickets[who]+`"}`).Want(t, want)
		}
		node.As("bob").Send(t, "POST", path, "", "").Want(t, 403)
		node.Nobody().Send(t, "POST", path, "", "").Want(t, 401)
		otto := node.As("otto")
		otto.Send(t, "POST", "/perspectives/"+nowhere+"/view_tickets", "", "").Want(t, 404)
		otto.Send(t, "POST", "/perspectives/7/view_tickets", "", "").Want(t, 422)
		otto.Send(t, "POST", path, live.JSON, "{").Want(t, 400)
		otto.Send(t, "POST", path, "text/plain", "x").Want(t, 415)
		otto.Send(t, "POST", path, live.JSON, strings.Repeat(" ", 1<<20+1)).Want(t, 413)
	})
}

// The last view is a day, of anyone but the owner, and of students.
func TestViews_LastViewed(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib, film := node.Library, perspectives(t, node)["Film"]
		other := lib.Serve(t)
		want := func(viewed, byStudent string) {
			t.Helper()
			for _, n := range []*live.Node{node, other} { // which had it in memory
				tom := n.With("Bearer " + lib.NewToken(t, "tom"))
				list := live.Read[struct {
					Media []struct {
						Title               string  `json:"title"`
						LastViewed          *string `json:"last_viewed"`
						LastViewedByStudent *string `json:"last_viewed_by_student"`
					} `json:"media"`
				}](t, tom.Get(t, "%s", lib.UserPath("tom", "/media"))).Media
				for _, m := range list {
					if m.Title == "Film" && (text(m.LastViewed) != viewed || text(m.LastViewedByStudent) != byStudent) {
						t.Errorf("it was last viewed on %s, by a student on %s; want %s and %s",
							text(m.LastViewed), text(m.LastViewedByStudent), viewed, byStudent)
					}
				}
			}
		}
		as := func(key string) live.Client { return node.With("Bearer " + lib.NewToken(t, key)) }
		want("never", "never")
		watch(t, as("tom"), film, "1", 1, 0, 50).Want(t, 204)
		want("never", "never")
		watch(t, as("bob"), film, "1", 1, 0, 2).Want(t, 204) // no view yet
		want("never", "never")
		watch(t, as("uma"), film, "1", 1, 0, 50).Want(t, 204) // a teacher there, a student by account
		want("2026-01-05", "never")
		watch(t, as("bob"), film, "1", 2, 0, 2).Want(t, 204)
		want("2026-01-05", "2026-01-05")
		lib.Clock.Advance(15*time.Hour - time.Second) // 23:59:59
		watch(t, as("bob"), film, "1", 3, 0, 2).Want(t, 204)
		want("2026-01-05", "2026-01-05")
		lib.Clock.Advance(time.Second)
		watch(t, as("otto"), film, "1", 1, 0, 50).Want(t, 204)
		want("2026-01-06", "2026-01-05")
		watch(t, as("bob"), film, "1", 4, 0, 2).Want(t, 204)
		want("2026-01-06", "2026-01-06")
		lib.Clock.Advance(-24 * time.Hour) // a node whose clock is behind
		watch(t, as("bob"), film, "1", 5, 0, 2).Want(t, 204)
		want("2026-01-06", "2026-01-06")
	})
}

func text(s *string) string {
	if s == nil {
		return "never"
	}
	return *s
}
