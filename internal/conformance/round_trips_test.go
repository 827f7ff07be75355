package conformance

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// lectureHall is a course with one of everything: what requests read is there.
const lectureHall = `{
"users":[
 {"key":"owner","full_name":"Tom Teal","email":"tom@school.test","roles":["Teacher"]},
 {"key":"student","full_name":"Bob Hale","email":"bob@school.test"},
 {"key":"colleague","full_name":"Tess Tan","roles":["Teacher"]}],
"groups":[{"key":"team","name":"Team","members":[{"user":"student","permission":"member"},{"user":"owner","permission":"manager"}]}],
"sub_accounts":[{"key":"sciences","name":"Sciences"}],
"courses":[{"course_id":101,"name":"Optics","sub_account":"sciences","enrollments":[
 {"user":"owner","role":"teacher"},{"user":"student","role":"student"}]}],
"collections":[{"key":"lectures","owner":"owner","name":"Lectures"}],
"media":[
 {"key":"film","owner":"owner","collection":"lectures","title":"Lenses","tags":["optics"],"duration":600,"also_in":["course:101"]},
 {"key":"new","owner":"owner","collection":"lectures","title":"Waves","transcoding_status":"transcoding","also_in":["course:101"]},
 {"key":"broken","owner":"owner","collection":"lectures","title":"Prisms","transcoding_status":"failed","also_in":["course:101"]}],
"shares":[
 {"media":"film","group":"team","permission":"view"},
 {"collection":"lectures","user":"colleague","permission":"view"},
 {"collection":"lectures","group":"team","permission":"view"}]
}`

// roundTrips is how many round trips to PostgreSQL a request may make once the server has
// answered it before: for the owner of what it is about or for a student who may watch it,
// the one of the two that takes more. A request that begins with a slash and no method is a page. In braces
// is what [hall] names; {n} is another number in each request.
var roundTrips = []struct {
	request, body string
	most          int
}{
	{"GET /media/{film}", "", 3},
	{"GET /media/{film}/tags", "", 3},
	{"GET /media/{film}/sources", "", 3},
	{"GET /media/{film}/caption_files", "", 3},
	{"GET /media/{film}/processing", "", 3},
	{"GET /media/{film}/permissions", "", 4},
	{"GET /media/{film}/perspectives", "", 4},
	{"GET /media/{film}/courses", "", 4},
	{"GET /media/{film}/users", "", 3},
	{"GET /media/{uploaded}/download?quality=original", "", 3},
	{"GET /media/search?title=len", "", 6},
	{"GET /media/search?title=lenses&tags=optics&sort=created_at", "", 6},
	{"GET /perspectives/{perspective}/insights", "", 4},
	{"GET /perspectives/{perspective}/insights/overview", "", 4},
	{"GET /perspectives/{perspective}/insights/users", "", 5},
	{"GET /perspectives/{perspective}/insights/viewers", "", 5},
	{"GET /courses/101/insights", "", 5},
	{"/files/{uploaded file}", "", 1}, // for each range
	{"/embed/{film embed}?ticket={film ticket}", "", 6},
	{"/embed/{new embed}?ticket={new ticket}", "", 6},
	{"/embed/{broken embed}?ticket={broken ticket}", "", 6},
	{"/embed/{film embed}/status?ticket={film ticket}", "", 6},
	{"/embed/{new embed}/status?ticket={new ticket}", "", 6},
	{"/embed/{film embed}/captions/{captions}.vtt?ticket={film ticket}", "", 5},
	{"POST /media/{film}/tags", `{"name":"tag {n}"}`, 8},
	{"POST /media/uploads", `{}`, 8},
	{"POST /perspectives/{perspective}/views", `{"client_id":"c","views":[{"sequence":{n},"intervals":[{"start":0,"end":30}]}]}`, 8},
	{"POST /perspectives/{perspective}/views", `{"client_id":"c","views":[{"sequence":{n},"intervals":[{"start":0,"end":30}]}],"ticket":"{views ticket}"}`, 8},
	{"POST /perspectives/{perspective}/view_tickets", "", 4},
	{"POST /media/{film}/embed_tickets", "", 3},
	{"GET /users/{self}/media", "", 2},
	{"GET /users/{self}/collections", "", 3},
	{"GET /users/{self}/library", "", 2},
	{"GET /users/{self}", "", 2},
	{"GET /collections", "", 3},
	{"GET /collections/{collection}", "", 3},
	{"GET /collections/{collection}/media", "", 6},
	{"GET /collections/{collection}/permissions", "", 4},
	{"GET /courses/101", "", 4},
	{"GET /courses/101/media", "", 9},
	{"GET /courses/101/perspectives", "", 4},
	{"GET /groups/{group}/users", "", 4},
	{"GET /caption_files/{captions}/download", "", 4},
}

// Each round trip is a wait, and nothing but counting shows one that was added.
func TestRoundTrips_ByRequest(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	counted, direct, trips := testkit.PostgresByTrips(t)
	lib := live.Open(t, direct)
	lib.Load(t, lectureHall)
	node := lib.Serve(t, func(o *app.Options) {
		o.Place.Database = settings.DatabaseURL(counted)
		o.Library.Uploads = app.DefaultOptions().Library.Uploads
	})
	h := newHall(t, node)

	var table strings.Builder
	for _, row := range roundTrips {
		var most []testkit.Trip
		by := ""
		if byTicket(row.body) {
			by = " by ticket"
		}
		for _, caller := range []string{"owner", "student"} {
			made := h.measure(t, trips, row.request, row.body, caller)
			if len(made) > row.most {
				t.Errorf("%s by the %s takes %d round trips, want %d at most:\n%s", row.request, caller, len(made), row.most, lines(made))
			}
			if len(made) > len(most) {
				most = made
			}
		}
		fmt.Fprintf(&table, "  %2d of %2d  %s%s\n", len(most), row.most, row.request, by)
	}
	testkit.Report("round trips to PostgreSQL, the owner's or a student's, whichever are more:\n%s", table.String())
}

// lines shows trips one below the other.
func lines(trips []testkit.Trip) string {
	var text strings.Builder
	for i, trip := range trips {
		fmt.Fprintf(&text, "  %d. %s\n", i+1, trip)
	}
	return text.String()
}

// hall is a server on the [lectureHall].
type hall struct {
	node  *live.Node
	names map[string]map[string]string // by caller: what is in braces
	n     int
}

func newHall(t *testing.T, node *live.Node) *hall {
	t.Helper()
	lib, owner := node.Library, node.As("owner")
	h := &hall{node: node, names: map[string]map[string]string{}}
	film := fmt.Sprintf("/media/%d", lib.Media("film"))
	uploaded := startUpload(t, owner, "")
	put(t, node, uploaded.URL, "text/plain", strings.NewReader("no film"), -1).Want(t, http.StatusOK)
	post(t, owner, completePath(uploaded.ID), `{"title":"Notes"}`).Want(t, http.StatusOK)
	captions := newCaptions(t, owner, matrixThing{"media": strconv.FormatInt(int64(lib.Media("film")), 10)})
	post(t, owner, "/caption_files/"+captions+"/publish", "").Want(t, 200)
	download := owner.Get(t, "/media/%d/download?quality=original", uploaded.ID).Want(t, 302).Header.Get("Location")
	perspective := under[[]object](t, node.As("student").Get(t, "/courses/101/perspectives"), 200, "perspectives")
	for _, caller := range []string{"owner", "student"} {
		names := map[string]string{
			"film": film[len("/media/"):], "captions": captions, "uploaded": strconv.FormatInt(uploaded.ID, 10),
			"uploaded file": strings.TrimPrefix(node.Path(t, download), "/files/"),
			"self":          strconv.FormatInt(int64(lib.User(caller)), 10),
			"collection":    strconv.FormatInt(int64(lib.Collection("lectures")), 10), "group": strconv.FormatInt(int64(lib.Group("team")), 10),
		}
		for _, p := range perspective {
			if p.Title == "Lenses" {
				names["perspective"] = p.UUID
				names["views ticket"] = under[string](t, post(t, node.As(caller), "/perspectives/"+p.UUID+"/view_tickets", ""), 201, "ticket")
			}
		}
		for _, key := range []string{"film", "new", "broken"} {
			path := fmt.Sprintf("/media/%d", lib.Media(key))
			names[key+" embed"] = under[media](t, owner.Get(t, "%s", path), 200, "media").EmbedID
			names[key+" ticket"] = url.QueryEscape(under[string](t, post(t, node.As(caller), path+"/embed_tickets", ""), 201, "ticket"))
		}
		h.names[caller] = names
	}
	return h
}

// measure returns the trips of a request that has been made before. Twice in a row they
// are as many, or something besides the request has asked the database meanwhile.
func (h *hall) measure(t *testing.T, trips *testkit.Trips, request, body, caller string) []testkit.Trip {
	t.Helper()
	const third, patience = 3, 10
	var before []testkit.Trip
	for call := 1; call <= patience; call++ {
		trips.Take()
		h.ask(t, request, body, caller)
		made := trips.Take()
		if call > third && len(made) == len(before) {
			return made
		}
		before = made
	}
	t.Errorf("%s by the %s never takes as many round trips as before", request, caller)
	return before
}

// ask makes a request that must be answered well, but for a student who may be refused.
func (h *hall) ask(t *testing.T, request, body, caller string) {
	t.Helper()
	answer := h.send(t, request, body, caller)
	refused := answer.Status == http.StatusForbidden && caller == "student"
	if answer.Status >= http.StatusBadRequest && !refused {
		t.Fatalf("%s by the %s answers %d: %.300s", request, caller, answer.Status, answer.Body)
	}
}

// nonce is in each page another.
var nonce = regexp.MustCompile(`nonce="?[-\w]+"?`)

// answer is what a request is answered.
func (h *hall) answer(t *testing.T, request, caller string) string {
	t.Helper()
	answer := h.send(t, request, "", caller)
	return fmt.Sprintf("%d %s %s", answer.Status, answer.Header.Get("Location"), nonce.ReplaceAll(answer.Body, nil))
}

func (h *hall) send(t *testing.T, request, body, caller string) live.Answer {
	t.Helper()
	h.n++
	fill := []string{"{n}", strconv.Itoa(h.n)}
	for name, value := range h.names[caller] {
		fill = append(fill, "{"+name+"}", value)
	}
	filler := strings.NewReplacer(fill...)
	request, body = filler.Replace(request), filler.Replace(body)
	method, path, isAPI := strings.Cut(request, " ")
	if !isAPI {
		return h.node.Nobody().Fetch(t, request)
	}
	contentType := live.JSON
	if body == "" {
		contentType = ""
	}
	as := h.node.As(caller)
	if byTicket(body) {
		as = h.node.Nobody()
	}
	return as.Send(t, method, path, contentType, body)
}

// byTicket says whether a body says who asks, so that no token does.
func byTicket(body string) bool { return strings.Contains(body, `"ticket"`) }
