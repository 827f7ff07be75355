package conformance

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// What a launch says to people who may not watch.
const (
	needsLink = "You need a personal link or a place in the course to watch this."
	isExpired = "This link has expired. Go back to your course and open the recording again."
	notYours  = "This recording is archived, or it is not shared with you."
	isNothing = "There is no recording at this address."
)

// launchOf embeds a media item and returns the path that launches it, and a ticket of the
// caller's for it.
func launchOf(t *testing.T, node *live.Node, as live.Client, key, kind string) (path, ticket string) {
	t.Helper()
	id := node.Library.Media(key)
	made := post(t, node.As("tom"), fmt.Sprintf("/media/%d/create_embed", id), fmt.Sprintf(`{"course_id":101,"embed_type":%q}`, kind))
	path = node.Path(t, under[string](t, made, 200, "embed_url"))
	ticket = under[string](t, post(t, as, fmt.Sprintf("/media/%d/embed_tickets", id), ""), 201, "ticket")
	return path, ticket
}

// wantPage wants a page with a status that says something.
func wantPage(t *testing.T, what string, a live.Answer, status int, says string) {
	t.Helper()
	if a.Status != status || !strings.Contains(string(a.Body), says) || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%s is answered %d, want %d and %q: %.2000s", what, a.Status, status, says, a.Body)
	}
}

// The address that create_embed answers plays for those who have a ticket for that media item
// and may still watch it, and for nobody else.
func TestLaunch_IsForWhoMayWatch(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		for _, kind := range []string{"embed", "bare_embed"} {
			path, ticket := launchOf(t, node, node.As("bob"), "lenses", kind)
			with := path + "&ticket=" + url.QueryEscape(ticket)
			wantPage(t, kind, node.Nobody().Fetch(t, with), 200, "<video")
			wantPage(t, kind+", posted", node.Nobody().SendTo(t, http.MethodPost, with, "application/x-www-form-urlencoded", "id_token=x&state=y"), 200, "<video")
			wantPage(t, kind+" without a ticket", node.Nobody().Fetch(t, path), 403, needsLink)
			wantPage(t, kind+" with a token instead", node.As("tom").Fetch(t, path), 403, needsLink)
			wantPage(t, kind+" with a token in the address", node.Nobody().Fetch(t, path+"&access_token="+node.Library.Token("tom")), 403, needsLink)
		}
		lenses, ofLenses := launchOf(t, node, node.As("bob"), "lenses", "embed")
		mirrors, ofMirrors := launchOf(t, node, node.As("tom"), "mirrors", "embed")
		for what, c := range map[string]struct{ path, ticket, says string }{
			"another's ticket":   {lenses, ofMirrors, isExpired},
			"a ticket cut off":   {lenses, ofLenses[:len(ofLenses)-4], isExpired},
			"a ticket and more":  {lenses, ofLenses + "AAAA", isExpired},
			"no ticket of ours":  {lenses, "x", isExpired},
			"a hostile ticket":   {lenses, `"><script>alert(1)</script>`, isExpired},
			"a ticket of spaces": {lenses, "  ", isExpired},
		} {
			a := node.Nobody().Fetch(t, c.path+"&ticket="+url.QueryEscape(c.ticket))
			wantPage(t, what, a, 403, c.says)
			if strings.Contains(string(a.Body), "<script>alert") {
				t.Errorf("%s gets into the page", what)
			}
		}

		// The two parts of the id must belong together, else one would launch what another is
		// counted for.
		id := fmt.Sprintf("%d", node.Library.Media("lenses"))
		mixed := strings.TrimSuffix(mirrors, fmt.Sprintf("%d", node.Library.Media("mirrors"))) + id
		wantPage(t, "two ids of two", node.Nobody().Fetch(t, mixed+"&ticket="+ofMirrors), 404, isNothing)

		node.Library.Clock.Advance(13 * time.Hour)
		wantPage(t, "after the ticket's end", node.Nobody().Fetch(t, lenses+"&ticket="+ofLenses), 403, isExpired)
	})
}

// What becomes of a media item after it was embedded, its launch says.
func TestLaunch_FollowsTheMediaItem(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		path, ticket := launchOf(t, node, node.As("bob"), "lenses", "embed")
		_, toms := launchOf(t, node, node.As("tom"), "lenses", "embed")
		media := fmt.Sprintf("/media/%d", node.Library.Media("lenses"))
		tom, launch := node.As("tom"), func(ticket string) live.Answer { return node.Nobody().Fetch(t, path+"&ticket="+ticket) }

		wantPage(t, "at first", launch(ticket), 200, "<video")
		post(t, tom, media+"/archive", "").Want(t, 200)
		wantPage(t, "archived", launch(ticket), 403, notYours)
		wantPage(t, "archived, its owner", launch(toms), 403, notYours)
		wantPage(t, "archived, without a ticket", node.Nobody().Fetch(t, path), 403, needsLink)
		post(t, tom, media+"/unarchive", "").Want(t, 200)
		wantPage(t, "back from the archive", launch(ticket), 200, "<video")
		tom.Send(t, http.MethodDelete, media, "", "").Want(t, 200)
		wantPage(t, "deleted", launch(ticket), 404, isNothing)
		wantPage(t, "deleted, without a ticket", node.Nobody().Fetch(t, path), 404, isNothing)
	})
}

// Where embeds are public, so are launches.
func TestLaunch_OfPublicEmbeds(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		path, _ := launchOf(t, node, node.As("tom"), "lenses", "embed")
		open := node.Library.Serve(t, func(o *app.Options) { o.Library.PublicEmbeds = true })
		wantPage(t, "a public embed", open.Nobody().Fetch(t, path), 200, "<video")
	})
}

// The front page and what browsers ask for of themselves need no token.
func TestFrontPage_IsForEveryone(t *testing.T) {
	onEach(t, physics, func(t *testing.T, node *live.Node) {
		wantPage(t, "the front page", node.Nobody().Fetch(t, "/"), 200, "/api/public/docs/")
		wantPage(t, "the front page, with slashes", node.Nobody().Fetch(t, "//"), 200, "/api/public/docs/")
		for _, path := range []string{"/robots.txt", "/favicon.ico", "/api/public/docs/", "/api/public/openapi.json"} {
			node.Nobody().Fetch(t, path).Want(t, 200)
		}
		node.Nobody().SendTo(t, http.MethodPost, "/", "", "").Want(t, 405)
	})
}
