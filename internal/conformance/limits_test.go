package conformance

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// limited serves a library with low limits of requests: 8 and 10 at once. Its buckets are full.
func limited(t *testing.T, lib *live.Library) *live.Node {
	t.Helper()
	node := lib.Serve(t, func(o *app.Options) { o.Rates = front.Rates{Token: 2, Address: 2} })
	lib.Clock.Advance(time.Minute) // a node is asked for the contract at its start
	return node
}

// wantTaken asks many times, and says how often the answer has a status before it is 429.
func wantTaken(t *testing.T, what string, taken, status int, ask func() live.Answer) {
	t.Helper()
	const asked = 15
	for i := range asked {
		want := status
		if i >= taken {
			want = http.StatusTooManyRequests
		}
		if is := ask(); is.Status != want {
			t.Fatalf("%s: request %d answers %d, want %d: %s", what, i+1, is.Status, want, is.Body)
		}
	}
}

// all is more than are ever asked.
const all = 1000

// A token that asks too often is told when to ask again, and no other token is.
func TestLimits_RequestsWithAToken(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		node = limited(t, lib)
		ada, bob := node.As("ada"), node.As("bob")
		ping := func(c live.Client) func() live.Answer {
			return func() live.Answer { return c.Get(t, "/ping") }
		}
		wantTaken(t, "with a token", 8, 200, ping(ada))
		over := ada.Get(t, "/users/%d", lib.User("ada"))
		over.WantError(t, 429, "too many requests with this token: at most 2 a second, and 8 at once after a pause")
		if is := [...]string{over.Header.Get("Retry-After"), over.Header.Get("RateLimit-Policy"), over.Header.Get("RateLimit")}; is !=
			[...]string{"1", `"requests";q=8;w=4`, `"requests";r=0;t=1`} {
			t.Errorf("the headers are %q", is)
		}
		wantTaken(t, "with another's token", 8, 200, ping(bob))
		wantTaken(t, "with another token of the same person", 8, 200, ping(node.With("Bearer "+lib.NewToken(t, "ada"))))
		wantTaken(t, "a captioning service", 8, 200, ping(node.With("Bearer "+lib.NewCaptionService(t, "Captions"))))
		lib.Clock.Advance(time.Second)
		wantTaken(t, "after a second", 2, 200, ping(ada))

		for _, operation := range operationsOf(t, node) {
			ada.Send(t, operation.method, operation.path, live.JSON, "{}").WantError(t, 429, "too many requests with this token")
		}
		ada.Fetch(t, "/api/public/apidocs").Want(t, 429)
	})
}

// A report of views by a ticket counts for that ticket alone: others at the same address, and
// the token of the same person, may have sent too many.
func TestLimits_ViewsWithATicket(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		film := perspectives(t, node)["Film"]
		node = limited(t, node.Library)
		bob, path := node.As("bob"), "/perspectives/"+film+"/views"
		first, second := ticket(t, bob, film), ticket(t, node.As("cat"), film)
		report := func(ticket string) func() live.Answer {
			return func() live.Answer {
				body := url.Values{"client_id": {"player"}, "views": {piece(1, 0, 1)}, "ticket": {ticket}}
				return node.Nobody().Send(t, "POST", path, "application/x-www-form-urlencoded", body.Encode())
			}
		}
		node.Library.Clock.Advance(time.Minute)
		wantTaken(t, "with a token", 8, 200, func() live.Answer { return bob.Get(t, "/ping") })
		wantTaken(t, "without one", 10, 401, func() live.Answer { return node.Nobody().Get(t, "/ping") })
		wantTaken(t, "with a ticket", 8, 204, report(first))
		over := report(first)()
		over.WantError(t, 429, "too many requests with this ticket: at most 2 a second, and 8 at once after a pause")
		if is := over.Header.Get("RateLimit-Policy"); is != `"requests";q=8;w=4` {
			t.Errorf("the limit is %q", is)
		}
		wantTaken(t, "with another ticket", 8, 204, report(second))
		node.Library.Clock.Advance(time.Second)
		wantTaken(t, "after a second", 2, 204, report(first))
	})
}

// Without a token or a ticket an address counts; with one it does not.
func TestLimits_RequestsOfAnAddress(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		node = limited(t, lib)
		ada, nobody := node.As("ada"), node.Nobody()
		embed, item := uuid.NewString(), fmt.Sprintf("/perspectives/%s/views", uuid.Nil)
		fetch := func(path string) func() live.Answer {
			return func() live.Answer { return nobody.Fetch(t, path) }
		}
		for _, c := range []struct {
			what   string
			taken  int
			status int
			ask    func() live.Answer
		}{
			{"no token", 10, 401, func() live.Answer { return nobody.Get(t, "/ping") }},
			{"a wrong token", 10, 401, func() live.Answer { return node.With("Bearer wrong").Get(t, "/ping") }},
			{"a report of views without a ticket", 10, 401, func() live.Answer { return nobody.Send(t, "POST", item, live.JSON, "{}") }},
			{"a report that is no JSON", 10, 400, func() live.Answer { return nobody.Send(t, "POST", item, live.JSON, "{") }},
			{"a report with a wrong ticket and nothing else", 10, 400, func() live.Answer {
				return nobody.Send(t, "POST", item, live.JSON, `{"ticket":"`+uuid.NewString()+`"}`)
			}},
			{"the contract", 10, 200, fetch("/api/public/openapi.json")},
			{"a page without a ticket", 10, 404, fetch("/embed/" + embed)},
			{"the status of a page without a ticket", 10, 404, fetch("/embed/" + embed + "/status")},
			{"captions of a page without a ticket", 10, 404, fetch("/embed/" + embed + "/captions/1.vtt")},
			{"a page with a wrong ticket", 10, 403, fetch("/embed/" + embed + "?ticket=wrong")},
			{"the status of a page with a wrong ticket", 10, 403, fetch("/embed/" + embed + "/status?ticket=wrong")},
			{"captions of a page with a wrong ticket", 10, 403, fetch("/embed/" + embed + "/captions/1.vtt?ticket=wrong")},
			{"a launch of nothing", 10, 404, fetch("/lti/launch")},
			{"a launch without a ticket", 10, 404, fetch("/lti/launch?custom_arc_media_id=" + embed + "-1")},
			{"the docs", all, 200, fetch("/api/public/docs/")},
			{"an icon", all, 200, fetch("/favicon.ico")},
			{"health", all, 200, fetch("/healthz")},
			{"a file", all, 403, fetch("/files/grant/key")},
			{"a thumbnail", all, 200, fetch("/thumbnails/" + embed)},
		} {
			lib.Clock.Advance(time.Minute)
			wantTaken(t, c.what, c.taken, c.status, c.ask)
			ada.Get(t, "/ping").Want(t, 200) // no matter who else is at this address
		}
	})
}

// A person may have so many streams of events open, and another one when one has ended.
func TestLimits_Streams(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		node = lib.Serve(t, func(o *app.Options) { o.Streams = 2 })
		open := func(key string) *http.Response {
			as := node.As(key)
			begun := startUpload(t, as, "")
			request := as.Request(t, http.MethodGet, fmt.Sprintf("%s/media/%d/processing", live.BasePath, begun.ID), "", "")
			request.Header.Set("Accept", "text/event-stream")
			response := as.Listen(t, request)
			if response.StatusCode == http.StatusOK {
				if line, err := bufio.NewReader(response.Body).ReadString('\n'); err != nil || line != "event: processing\n" {
					t.Fatalf("the events begin with %q, %v", line, err)
				}
			}
			return response
		}
		closed := func(response *http.Response) {
			if err := response.Body.Close(); err != nil {
				t.Error(err)
			}
		}
		first, second := open("tom"), open("tom") //nolint:bodyclose // closed closes it
		defer closed(second)
		third := open("tom") //nolint:bodyclose // closed closes it
		body, err := io.ReadAll(third.Body)
		closed(third)
		want := `{"error":"you have 2 streams of events open already, which is the limit; close one of them"}`
		if third.StatusCode != http.StatusTooManyRequests || err != nil || string(body) != want || third.Header.Get("Retry-After") != "10" ||
			third.Header.Get("RateLimit-Policy") != `"streams";q=2` || third.Header.Get("RateLimit") != `"streams";r=0` {
			t.Errorf("a third stream answers %d with %v: %s, %v", third.StatusCode, third.Header, body, err)
		}
		closed(open("ada")) //nolint:bodyclose // closed closes that of another person
		closed(first)
		node.WaitForRequest(t.Context(), t, first.Header.Get("X-Request-Id")) // which comes with its end
		again := open("tom")                                                  //nolint:bodyclose // closed closes it
		defer closed(again)
		if again.StatusCode != http.StatusOK {
			t.Errorf("when one has ended, another answers %d", again.StatusCode)
		}
	})
}
