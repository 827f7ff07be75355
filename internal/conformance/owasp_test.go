package conformance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/studioapi"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// The OWASP API Security Top 10 of 2023: each test tries what its risk is, as it was possible
// here once or in a similar product. docs/security.md says what prevents each of them.

// The page names only tests that there are.
func TestOWASP_DocumentationNamesTheTests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	there := make(map[string]bool)
	files, err := filepath.Glob("../*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(source, -1) {
			there[string(name[1])] = true
		}
	}
	named := make(map[string]bool)
	for _, name := range regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(text), -1) {
		named[name] = true
		if !there[name] {
			t.Errorf("docs/security.md names %s, which is no test", name)
		}
	}
	for name := range there {
		if strings.HasPrefix(name, "TestOWASP_API") && !named[name] {
			t.Errorf("docs/security.md does not name %s", name)
		}
	}
}

// 1. Broken object level authorization: Eve, who studies Drawing, knows the ids of things of
// the course Optics and of Tom.
func TestOWASP_API1_IDsOfOthersOpenNothing(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib, eve, tom := node.Library, node.As("eve"), node.As("tom")
		media := mediaPath(lib, "lenses", "")
		captions := addCaptions(t, tom, media, "en", goodSRT)
		tagged := decode[struct{ Tag struct{ ID int64 } }](t, post(t, tom, media+"/tags", `{"name":"light"}`), 201).Tag
		perspective := decode[struct {
			Perspectives []struct {
				UUID string `json:"uuid"`
				ID   any    `json:"id"`
			} `json:"perspectives"`
		}](t, tom.Get(t, "%s/perspectives", media), 200).Perspectives[0]
		place := perspective.UUID
		if place == "" {
			place = fmt.Sprint(perspective.ID)
		}
		before := tom.Get(t, "%s", media).Body
		user, collection := lib.UserPath("tom", ""), fmt.Sprintf("/collections/%d", lib.Collection("lectures"))
		group := fmt.Sprintf("/groups/%d/users", lib.Group("physics"))
		insights, file := "/perspectives/"+place, captionPath(captions.ID, "")
		self := int64(lib.User("eve"))
		for _, c := range []struct{ method, path, body string }{
			{"GET", user, ""},
			{"GET", user + "/library", ""},
			{"GET", user + "/collections", ""},
			{"GET", user + "/media", ""},
			{"PATCH", user, `{"display_name":"Nick"}`},
			{"GET", collection, ""},
			{"DELETE", collection, ""},
			{"POST", collection + "/archive", ""},
			{"POST", collection + "/unarchive", ""},
			{"GET", collection + "/media", ""},
			{"POST", collection + "/media", `{"url":"https://a.test/x.mp4","title":"A"}`},
			{"GET", collection + "/permissions", ""},
			{"POST", collection + "/permissions", shareBody(share("create", "user", self, "edit"))},
			{"GET", "/courses/101", ""},
			{"GET", "/courses/101/media", ""},
			{"GET", "/courses/101/perspectives", ""},
			{"GET", "/courses/101/insights", ""},
			{"GET", "/courses/101/enrollments", ""},
			{"GET", group, ""},
			{"POST", group + "/batch_update", fmt.Sprintf(`[{"user_id":%d,"action":"add","permission":"member"}]`, self)},
			{"GET", media, ""},
			{"DELETE", media, ""},
			{"POST", media + "/archive", ""},
			{"POST", media + "/unarchive", ""},
			{"GET", media + "/courses", ""},
			{"POST", media + "/create_embed", `{"course_id":202}`},
			{"GET", media + "/download?quality=original", ""},
			{"GET", media + "/sources", ""},
			{"GET", media + "/processing", ""},
			{"POST", media + "/processing", ""},
			{"POST", media + "/embed_tickets", ""},
			{"GET", media + "/perspectives", ""},
			{"GET", media + "/users", ""},
			{"GET", media + "/permissions", ""},
			{"POST", media + "/permissions", shareBody(share("create", "user", self, "edit"))},
			{"GET", media + "/tags", ""},
			{"POST", media + "/tags", `{"name":"mine"}`},
			{"DELETE", fmt.Sprintf("%s/tags/%d", media, tagged.ID), ""},
			{"GET", media + "/caption_files", ""},
			{"POST", media + "/caption_file_requests", `{"srclang":"en","service_type":"human"}`},
			{"POST", "/media/uploads" + strings.TrimPrefix(media, "/media") + "/complete", `{"title":"Mine"}`},
			{"GET", file + "/download", ""},
			{"POST", file + "/publish", ""},
			{"POST", file + "/unpublish", ""},
			{"DELETE", file, ""},
			{"GET", insights + "/insights", ""},
			{"GET", insights + "/insights/overview", ""},
			{"GET", insights + "/insights/users", ""},
			{"GET", insights + "/insights/viewers", ""},
			{"POST", insights + "/view_tickets", ""},
			{"POST", insights + "/views", `{"client_id":"1","views":` + piece(1, 0, 5) + `}`},
		} {
			contentType := ""
			if c.body != "" {
				contentType = live.JSON
			}
			if got := eve.Send(t, c.method, c.path, contentType, c.body); got.Status != 403 {
				t.Errorf("%s %s answers %d, want 403: %.200s", c.method, c.path, got.Status, got.Body)
			}
		}
		sendForm(t, eve, "POST", media+"/caption_files?srclang=de", goodSRT).Want(t, 403)
		sendForm(t, eve, "PUT", file, goodSRT).Want(t, 403)

		// The id of somebody else's thing elsewhere than in the path changes nothing.
		own := lib.UserPath("eve", "")
		for _, path := range []string{own + "?user_id=%d", own + "/media?user_id=%d", own + "/collections?user_id=%d"} {
			if got := eve.Get(t, path, lib.User("tom")).Want(t, 200); bytes.Contains(got.Body, []byte("Tom")) || bytes.Contains(got.Body, []byte("Lenses")) {
				t.Errorf("%s shows %s", path, got.Body)
			}
		}
		if after := tom.Get(t, "%s", media).Body; !bytes.Equal(before, after) {
			t.Errorf("Tom's recording was %s, and is %s", before, after)
		}
	})
}

// 2. Broken authentication: what is not a valid token, and what was one.
func TestOWASP_API2_OnlyAValidTokenSignsIn(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib := node.Library
		film := perspectives(t, node)["Film"]
		good, forViews := lib.Token("bob"), ticket(t, node.As("bob"), film)
		embed := under[string](t, post(t, node.As("tom"), mediaPath(lib, "film", "/embed_tickets"), ""), 201, "url")
		_, forEmbed, _ := strings.Cut(embed, "ticket=")
		lib.Clock.Advance(time.Minute)
		updateRoles(t, node.As("ada"), change(lib.User("bob"), "Observer", "add")).Want(t, 200)
		name := live.Read[auditEvents](t, node.As("ada").Get(t, "/audit_events?limit=1")).Events[0].Token
		key := lib.NewCaptionService(t, "Captions")
		var wrong []string
		for _, secret := range []string{"", name, forViews, forEmbed, good[:len(good)-1], good + "x", strings.ToUpper(good), "null", "undefined", "' OR ''='"} {
			wrong = append(wrong, "Bearer "+secret)
		}
		wrong = append(wrong, good, "Basic "+good, "Token "+good,
			fmt.Sprintf(`Bearer user_id="%d", token="%s"`, lib.User("ada"), good), // as somebody else
			fmt.Sprintf(`Bearer token="%s", token="%s"`, good, lib.Token("ada")),
			`{"alg":"none"}`, "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")
		for _, header := range wrong {
			node.With(header).Get(t, "%s", lib.UserPath("bob", "")).Want(t, 401)
		}
		// A secret in the address would be in logs and histories.
		for _, query := range []string{"access_token=", "token=", "ticket=", "authorization=Bearer%20"} {
			node.Nobody().Get(t, "%s?%s%s", lib.UserPath("bob", ""), query, good).Want(t, 401)
		}
		// The key of a captioning service signs nobody in.
		node.With("Bearer "+key).Get(t, "%s", lib.UserPath("bob", "")).Want(t, 403)

		// A ticket is for one perspective, until its time, and each of its bits counts.
		report := func(perspective, with string) live.Answer {
			body := url.Values{"client_id": {"player"}, "views": {piece(1, 0, 5)}, "ticket": {with}}
			return node.Nobody().Send(t, "POST", "/perspectives/"+perspective+"/views", "application/x-www-form-urlencoded", body.Encode())
		}
		report(perspectives(t, node)["Draft"], forViews).Want(t, 401)
		report(film, forEmbed).Want(t, 401)
		for i := range forViews {
			forged := []byte(forViews)
			if forged[i] ^= 1; forged[i] != '&' { // which would end it in the form
				report(film, string(forged)).Want(t, 401)
			}
		}
		report(film, forViews+"\n").Want(t, 401)
		report(film, forViews).Want(t, 204)
		lib.Clock.Advance(12 * time.Hour)
		report(film, forViews).Want(t, 401) // replayed when it has expired
		node.As("bob").Get(t, "/ping").Want(t, 401)

		// Who tries one after the other is stopped.
		node = limited(t, lib)
		tries := 0
		wantTaken(t, "guessing tokens", 10, 401, func() live.Answer {
			tries++
			return node.With(fmt.Sprintf("Bearer %064d", tries)).Get(t, "/ping")
		})
	})
}

// 3. Broken object property level authorization: what a client may not set, it sends along.
func TestOWASP_API3_PropertiesThatAreNotTheClientsAreNotSet(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib, eve := node.Library, node.As("eve")
		tom, self := lib.User("tom"), lib.User("eve")
		extra := fmt.Sprintf(`"id":1,"owner_id":%[1]d,"owner":{"id":%[1]d},"permission":"owner","role_names":["Admin"],"roles":["Admin"],`+
			`"is_admin":true,"transcoding_status":"finished","source":"youtube","size":1,"duration":9,"version":9,"state":"finished",`+
			`"embed_id":"%[2]s","type":"course_wide","course_id":101,"created_at":"2001-01-01T00:00:00Z"`, tom, uuid.Nil)
		type made struct {
			ID         int64               `json:"id"`
			Owner      *struct{ ID int64 } `json:"owner"`
			Permission string              `json:"permission"`
			Status     string              `json:"transcoding_status"`
			Source     string              `json:"source"`
			Type       string              `json:"type"`
			CreatedAt  string              `json:"created_at"`
			EmbedID    string              `json:"embed_id"`
			Size       int64               `json:"size"`
		}
		want := func(what string, got made) {
			t.Helper()
			if got.ID == 1 || got.Owner != nil && got.Owner.ID != int64(self) || got.Status == "finished" || got.Source == "youtube" ||
				got.Type == "course_wide" || strings.HasPrefix(got.CreatedAt, "2001") || got.EmbedID == uuid.Nil.String() || got.Size == 1 {
				t.Errorf("%s, it is %+v", what, got)
			}
		}
		want("a collection was created", under[made](t, post(t, eve, "/collections", `{"name":"Mine",`+extra+`}`), 201, "collection"))
		want("a recording was imported", under[made](t, post(t, eve, "/media", `{"title":"A","url":"https://a.test/x.mp4",`+extra+`}`), 201, "media"))
		begun := startUpload(t, eve, "{"+extra+"}")
		put(t, node, begun.URL, "video/mp4", strings.NewReader("a film"), 6).Want(t, 200)
		want("an upload was completed", under[made](t, post(t, eve, completePath(begun.ID), `{"title":"B",`+extra+`}`), 200, "media"))

		// What may be set by others, Eve may not set; and not beside what she may.
		post(t, eve, "/collections", fmt.Sprintf(`{"name":"Theirs","user_id":%d}`, tom)).Want(t, 403)
		post(t, eve, "/media/uploads", fmt.Sprintf(`{"user_id":%d}`, tom)).Want(t, 403)
		eve.Send(t, "PATCH", lib.UserPath("bob", ""), live.JSON, `{"display_name":"Nick",`+extra+`}`).Want(t, 403)
		eve.Send(t, "PATCH", lib.UserPath("eve", ""), live.JSON, `{"display_name":"Evie",`+extra+`}`).Want(t, 200)
		sue := node.As("sue") // may change what Bob is called, and neither his address nor more of his roles
		sue.Send(t, "PATCH", lib.UserPath("bob", ""), live.JSON, `{"display_name":"Nick",`+extra+`}`).Want(t, 200)
		sue.Send(t, "PATCH", lib.UserPath("bob", ""), live.JSON, `{"display_name":"Nico","email":"sue@school.test"}`).Want(t, 403)
		wantRoles(t, node, "bob", "Student")
		wantRoles(t, node, "eve", "Student")
		if got := node.As("bob").Get(t, "%s", lib.UserPath("bob", "")); !bytes.Contains(got.Body, []byte(`"Nick"`)) {
			t.Errorf("Bob is %s", got.Body)
		}
		// No level is given to oneself, nor one that the API does not give to anybody.
		path := fmt.Sprintf("/media/%d/permissions", begun.ID)
		for _, level := range []string{"owner", "admin", "access"} {
			updateShares(t, eve, path, share("create", "user", int64(lib.User("bob")), level)).Want(t, 422)
		}
	})
}

// 4. Unrestricted resource consumption: what is large, deep, many, or does not end.
func TestOWASP_API4_NobodyTakesAllThereIs(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib, eve := node.Library, node.As("eve")
		post(t, eve, "/collections", `{"name":"`+strings.Repeat("x", 1<<20)+`"}`).Want(t, 413)
		post(t, eve, "/collections", `{"name":`+strings.Repeat(`[`, 500_000)+`}`).Want(t, 400)
		post(t, eve, "/collections", `{`+strings.Repeat(`"a":1,`, 100_000)+`"name":"A"}`).Want(t, 400)
		post(t, eve, "/collections", `{"name":"`+strings.Repeat("x", 256)+`"}`).Want(t, 422)
		r := eve.Request(t, "POST", live.BasePath+"/collections", live.JSON, "a bomb")
		r.Header.Set("Content-Encoding", "gzip")
		eve.Do(t, r).Want(t, 415)
		for _, query := range []string{"per_page=51", "per_page=1000000000", "page=99999999999999999999", "per_page=-1"} {
			eve.Get(t, "%s?%s", lib.UserPath("eve", "/media"), query).Want(t, 422)
		}
		eve.Get(t, "/audit_events?limit=101").Want(t, 422)
		many := make([]string, 1001)
		for i := range many {
			many[i] = change(lib.User("bob"), "Teacher", "add")
		}
		updateRoles(t, node.As("ada"), many...).Want(t, 422)

		// A file that is too large is rejected before it is sent.
		begun := startUpload(t, eve, "")
		connection := dial(t, node)
		_, err := fmt.Fprintf(connection, "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", node.Path(t, begun.URL), int64(library.MaxUpload+1))
		if err != nil {
			t.Fatal(err)
		}
		tooLarge, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _ = tooLarge.Body.Close(); tooLarge.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("a file of more than 10 GB is answered %d before it is sent", tooLarge.StatusCode)
		}

		// More requests than a person can make, and more streams than a person can watch.
		node = lib.Serve(t, func(o *app.Options) { o.Streams = 1 })
		stream := func() (status int) {
			as := node.As("eve")
			r := as.Request(t, "GET", fmt.Sprintf("%s/media/%d/processing", live.BasePath, begun.ID), "", "")
			r.Header.Set("Accept", "text/event-stream")
			response := as.Listen(t, r)
			t.Cleanup(func() { _ = response.Body.Close() })
			return response.StatusCode
		}
		if first, second := stream(), stream(); first != 200 || second != 429 {
			t.Errorf("two streams answer %d and %d", first, second)
		}
		node = limited(t, lib)
		wantTaken(t, "with one token", 8, 200, func() live.Answer { return node.As("eve").Get(t, "/ping") })
		node.As("tom").Get(t, "/ping").Want(t, 200)
	})
}

// 5. Broken function level authorization: each role tries what is for another one.
func TestOWASP_API5_FunctionsAreForTheirRoles(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		service := "Bearer " + lib.NewCaptionService(t, "Captions")
		functions := []struct{ method, path, body string }{
			{"POST", "/users/roles", rolesBody(change(lib.User("eve"), "Admin", "add"))},
			{"PUT", "/users/roles", rolesBody(change(lib.User("ada"), "Admin", "remove"))},
			{"PATCH", "/users/roles", rolesBody(change(lib.User("eve"), "Admin", "add"))},
			{"PATCH", lib.UserPath("eve", ""), `{"email":"mine@school.test"}`},
			{"GET", "/audit_events", ""},
			{"POST", "/transfer_media", fmt.Sprintf(`{"from_user_id":%d,"to_user_id":%d}`, lib.User("tom"), lib.User("eve"))},
			{"POST", "/courses/202/enrollments/batch_update", fmt.Sprintf(`[{"user_id":%d,"role":"teacher","action":"add"}]`, lib.User("eve"))},
			{"DELETE", fmt.Sprintf("/collections/%d", lib.CourseCollection("202")), ""},
		}
		rejected := func(caller string, as live.Client, method, path, body string) {
			t.Helper()
			contentType := ""
			if body != "" {
				contentType = live.JSON
			}
			if got := as.Send(t, method, path, contentType, body); got.Status != 403 {
				t.Errorf("%s %s %s answers %d, want 403: %.200s", caller, method, path, got.Status, got.Body)
			}
		}
		for _, caller := range []string{"bob", "eve", "tom", "otto", "rolf", "asa", "sue"} {
			for _, f := range functions {
				rejected(caller, node.As(caller), f.method, f.path, f.body)
			}
			// What a captioning service does, no person does.
			rejected(caller, node.As(caller), "GET", "/caption_file_requests", "")
			rejected(caller, node.As(caller), "PUT", "/captioning_service_types/mine", `{"label":"Mine","is_asr":false}`)
			// The method counts that is sent, and not one that is named.
			as := node.As(caller)
			r := as.Request(t, "GET", live.BasePath+"/users/roles?_method=POST", live.JSON, rolesBody(change(lib.User("eve"), "Admin", "add")))
			r.Header.Set("X-HTTP-Method-Override", "POST")
			as.Do(t, r).Want(t, 405)
			head := as.Listen(t, as.Request(t, "HEAD", live.BasePath+"/audit_events", "", ""))
			if _ = head.Body.Close(); head.StatusCode != http.StatusForbidden {
				t.Errorf("%s: HEAD answers %d", caller, head.StatusCode)
			}
		}
		for _, caller := range []string{"bob", "eve", "tom", "otto", "asa"} { // sub-account admins may in their courses
			rejected(caller, node.As(caller), "GET", "/users/search?role=Admin", "")
			rejected(caller, node.As(caller), "POST", "/courses", `{"course_id":303,"name":"Mine"}`)
		}
		for _, f := range functions {
			rejected("a captioning service", node.With(service), f.method, f.path, f.body)
		}
		wantRoles(t, node, "eve", "Student")
		node.As("ada").Get(t, "/audit_events").Want(t, 200)
	})
}

// 6. Unrestricted access to sensitive business flows: teachers read from views who has watched
// what, so nobody may have watched more than there was time for.
func TestOWASP_API6_ViewsCannotBeForged(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		lib := node.Library
		film := perspectives(t, node)["Film"]
		forViews := ticket(t, node.As("bob"), film)
		lib.Clock.Advance(5 * time.Second) // time for 20 seconds of the film, at four times the speed
		report := func(client string, start, end float64) live.Answer {
			body := url.Values{"client_id": {client}, "views": {piece(1, start, end)}, "ticket": {forViews}}
			return node.Nobody().Send(t, "POST", "/perspectives/"+film+"/views", "application/x-www-form-urlencoded", body.Encode())
		}
		taken := 0
		for i := range 6 { // one ticket, six players
			switch got := report(fmt.Sprint("player", i), float64(10*i), float64(10*i+10)); got.Status {
			case 204:
				taken++
			case 429:
			default:
				t.Errorf("a report answers %d: %s", got.Status, got.Body)
			}
		}
		if taken != 2 {
			t.Errorf("%d of six players may report 10 seconds each, want 2", taken)
		}
		for _, interval := range [][2]float64{{-5, 5}, {0, 1e9}, {50, 20}} {
			if got := report("odd", interval[0], interval[1]); got.Status < 400 {
				t.Errorf("an interval from %g to %g is taken", interval[0], interval[1])
			}
		}
		got := live.Read[struct{ Insights insights }](t, node.As("tom").Get(t, "/perspectives/%s/insights?role=Student", film)).Insights
		if got.TimeViewed > 20 {
			t.Errorf("in 5 seconds Bob has watched %g", got.TimeViewed)
		}
		views := 0
		for i := range 30 { // a program says that it was offline while it played them all
			if watch(t, node.As("cat"), film, fmt.Sprint("program", i), 1, 0, 4).Status == 204 {
				views++
			}
		}
		if views != 1 {
			t.Errorf("a token alone makes %d views in a moment, want 1", views)
		}
	})
}

// secret is a server inside, and how often it was asked.
func secret(t *testing.T) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = new(atomic.Int64)
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write(tone())
	}), asked
}

// on serves at an address of loopback that stands for a public one.
func on(t *testing.T, host string, handler http.HandlerFunc) string {
	t.Helper()
	listener, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: handler}}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

// outside is an address that nodes may fetch from as if it were public.
const outside = "127.0.0.2"

func fetching(o *app.Options) { o.Workers, o.Fetch.AllowPrivate = 1, []string{outside + "/32"} }

// wantFailure imports from an address, and wants it to fail.
func wantFailure(t *testing.T, as live.Client, address string) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"title": "A", "url": address})
	if err != nil {
		t.Fatal(err)
	}
	made := post(t, as, "/media", string(body))
	if made.Status == 422 {
		return
	}
	id := under[media](t, made, 201, "media").ID
	if last := lastOf(t, as, id); !strings.Contains(last, `"stage":"failed"`) {
		t.Errorf("an import from %s ends with %s", address, last)
	}
}

// 7. Server side request forgery: an import from inside, by its address, its name, or by a
// redirect from outside.
func TestOWASP_API7_ImportsComeFromOutside(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		inside, asked := secret(t)
		_, port, _ := strings.Cut(strings.TrimPrefix(inside, "http://"), ":")
		var redirect atomic.Pointer[string]
		at := on(t, outside, func(w http.ResponseWriter, r *http.Request) {
			if to := redirect.Load(); to != nil {
				http.Redirect(w, r, *to, http.StatusFound)
				return
			}
			_, _ = w.Write(tone())
		})
		node = node.Library.Serve(t, fetching)
		tom := node.As("tom")
		addresses := []string{
			inside + "/a.wav", "http://localhost:" + port + "/a.wav", "http://[::1]:" + port, "http://[::ffff:127.0.0.1]:" + port,
			"http://2130706433:" + port, "http://0x7f.1:" + port, "http://0177.0.0.1:" + port, "http://127.1:" + port, "http://0.0.0.0:" + port,
			"http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/a.wav",
			"http://tom:secret@127.0.0.1:" + port, "file:///etc/passwd", "gopher://127.0.0.1:" + port, "data:audio/wav;base64,UklGRg==",
		}
		for _, address := range addresses {
			wantFailure(t, tom, address)
		}
		for _, address := range addresses[:2] {
			redirect.Store(&address)
			wantFailure(t, tom, at+"/a.wav")
		}
		if n := asked.Load(); n != 0 {
			t.Errorf("the server inside was asked %d times", n)
		}
		redirect.Store(nil) // or else nothing could be imported from there at all
		made := under[media](t, post(t, tom, "/media", `{"title":"Tone","url":"`+at+`/a.wav"}`), 201, "media")
		if last := lastOf(t, tom, made.ID); !strings.Contains(last, `"stage":"finished"`) {
			t.Errorf("an import from outside ends with %s", last)
		}
	})
}

// 8. Security misconfiguration: other sites, odd methods, answers that tell too much, and what
// is left open.
func TestOWASP_API8_NothingIsLeftOpen(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib, eve := node.Library, node.As("eve")
		own := live.BasePath + lib.UserPath("eve", "")
		// A page of another site reads nothing, with whatever headers it asks.
		for _, method := range []string{"GET", "OPTIONS", "POST"} {
			r := eve.Request(t, method, own, "", "")
			r.Header.Set("Origin", "https://evil.test")
			r.Header.Set("Access-Control-Request-Method", "GET")
			r.Header.Set("Access-Control-Request-Headers", "authorization")
			got := eve.Do(t, r)
			for name := range got.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s: another site is told %s: %s", method, name, got.Header.Get(name))
				}
			}
			if (got.Status == 200) != (method == "GET") {
				t.Errorf("%s answers %d", method, got.Status)
			}
		}
		for _, method := range []string{"TRACE", "TRACK", "CONNECTED", "PROPFIND", "FOO"} {
			eve.SendTo(t, method, own, "", "").Want(t, 405)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Server": "", "X-Powered-By": ""} {
			if got := eve.Fetch(t, own).Want(t, 200).Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		// Failures tell of the request, and nothing of the server.
		for _, path := range []string{
			live.BasePath + "/users/'", live.BasePath + "/users/1%00", live.BasePath + "/media/search?title=%ff%fe", live.BasePath + "/nowhere",
			live.BasePath + "/users/search?email=%27--", live.BasePath + "/media/search?page=x", "/files/x/y", "/embed/x",
		} {
			got := eve.Fetch(t, path)
			for _, told := range []string{".go", "goroutine", "sqlite", "SQL", "pgx", "postgres", "/tmp", "panic", "internal/", lib.Token("eve")} {
				if got.Status < 400 || bytes.Contains(got.Body, []byte(told)) {
					t.Errorf("%s answers %d, with %q: %.300s", path, got.Status, told, got.Body)
				}
			}
		}
		// Nothing else is at the address that everyone knows.
		for _, path := range []string{
			"/debug/pprof/", "/debug/vars", "/metrics", "/admin", "/.env", "/.git/config", "/config", "/lectern.db", "/server-status",
			"/api/public/v1/../../../etc/passwd", "/files/..%2f..%2flectern.db", "/assets/..%2fpage.go", "/api/public/docs/..%2fapi.go",
		} {
			if got := node.Nobody().Fetch(t, path); got.Status < 400 || got.Status >= 500 {
				t.Errorf("%s answers %d: %.100s", path, got.Status, got.Body)
			}
		}
	})
}

// 9. Improper inventory management: openapi.json describes every operation and method, and
// there is nothing else below /api/.
func TestOWASP_API9_TheContractIsAllThereIs(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		var spec struct {
			Paths map[string]map[string]json.RawMessage `json:"paths"`
		}
		if err := json.Unmarshal(node.Nobody().Fetch(t, "/api/public/openapi.json").Body, &spec); err != nil {
			t.Fatal(err)
		}
		documented := []string{ // what shows the contract
			"GET /api/public/openapi.json", "GET /api/public/apidocs", "GET /api/public/docs", "GET /api/public/docs/{file}",
		}
		for path, operations := range spec.Paths {
			for method := range operations {
				documented = append(documented, strings.ToUpper(method)+" "+live.BasePath+path)
			}
		}
		var served []string
		for _, group := range studioapi.RouteGroups(nil, studioapi.Options{}) {
			for _, route := range group.Routes {
				if strings.Contains(route.Pattern, " /api/") {
					served = append(served, route.Pattern)
				}
			}
		}
		slices.Sort(documented)
		slices.Sort(served)
		if !slices.Equal(documented, served) {
			t.Errorf("the server answers\n%s\nand the contract has\n%s", strings.Join(served, "\n"), strings.Join(documented, "\n"))
		}
		// Each is there, and asks who comes.
		for _, operation := range operationsOf(t, node) {
			node.Nobody().Send(t, operation.method, operation.path, live.JSON, "{}").Want(t, 401)
		}
		for _, path := range []string{
			"/api", "/api/", "/api/public", "/api/public/v0/ping", "/api/public/v2/ping", "/api/v1/ping", "/api/internal", "/api/private/v1/ping",
			"/api/public/beta/ping", "/api/public/v1/internal/ping", "/api/public/v1/graphql", "/api/public/swagger.json",
		} {
			node.As("ada").Fetch(t, path).Want(t, 404)
		}
	})
}

// 10. Unsafe consumption of APIs: what the servers answer that Lectern asks, and what a
// captioning service sends.
func TestOWASP_API10_AnswersOfOthersAreNotTrusted(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		inside, asked := secret(t)
		script := `<script>alert(1)</script>`
		at := on(t, outside, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			switch r.URL.Path {
			case "/playlist.mp4": // which would have ffmpeg fetch from inside
				_, _ = io.WriteString(w, "#EXTM3U\n#EXTINF:1,\n"+inside+"/a.wav\n#EXT-X-ENDLIST\n")
			case "/concat.mp4":
				_, _ = io.WriteString(w, "ffconcat version 1.0\nfile "+inside+"/a.wav\nfile /etc/passwd\n")
			case "/page.mp4":
				h.Set("Content-Type", "video/mp4")
				_, _ = io.WriteString(w, "<!doctype html>"+script)
			case "/loop.mp4":
				http.Redirect(w, r, "/loop.mp4", http.StatusFound)
			case "/large.mp4":
				h.Set("Content-Length", fmt.Sprint(library.MaxUpload+1))
				_, _ = io.WriteString(w, "large")
			case "/oembed":
				_, _ = fmt.Fprintf(w, `{"version":"1.0","type":"video","title":%q,"duration":-5,"html":%q,"thumbnail_url":%q}`, script, script, inside+"/a.png")
			default:
				h.Set("Content-Disposition", "attachment; filename=\"../../../etc/\u202epm3.wav\"")
				h.Set("Set-Cookie", "a=b")
				_, _ = w.Write(tone())
			}
		})
		node = node.Library.Serve(t, fetching, func(o *app.Options) { o.Fetch.YouTubeOEmbed = at + "/oembed" })
		lib, tom := node.Library, node.As("tom")
		for _, path := range []string{"/playlist.mp4", "/concat.mp4", "/page.mp4", "/loop.mp4", "/large.mp4"} {
			wantFailure(t, tom, at+path)
		}

		// The name that a server gives is a name, and neither a path nor hidden letters.
		made := under[media](t, post(t, tom, "/media", `{"title":"../../etc/passwd","url":"`+at+`/tone"}`), 201, "media")
		if last := lastOf(t, tom, made.ID); !strings.Contains(last, `"stage":"finished"`) {
			t.Fatalf("the import ends with %s", last)
		}
		saved := node.Follow(t, tom.Get(t, "/media/%d/download?quality=original", made.ID).Want(t, 302).Header.Get("Location")).Want(t, 200)
		name := saved.Header.Get("Content-Disposition")
		if decoded, err := url.PathUnescape(name); err != nil || strings.ContainsAny(decoded, "\u202e/\\") || saved.Header.Get("Set-Cookie") != "" {
			t.Errorf("it is saved as %s", name)
		}

		// A provider's title is a text.
		film := under[media](t, post(t, tom, "/media", `{"is_external":true,"url":"https://youtu.be/dQw4w9WgXcQ"}`), 201, "media")
		if last := lastOf(t, tom, film.ID); !strings.Contains(last, `"stage":"finished"`) {
			t.Fatalf("looking it up ends with %s", last)
		}
		ticket := decode[struct{ URL string }](t, post(t, tom, fmt.Sprintf("/media/%d/embed_tickets", film.ID), ""), 201)
		if page := node.Follow(t, ticket.URL).Want(t, 200); bytes.Contains(page.Body, []byte(script)) || page.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("the page runs the title: %.500s", page.Body)
		}
		if n := asked.Load(); n != 0 {
			t.Errorf("the server inside was asked %d times", n)
		}

		// A captioning service sends captions, for what it was asked.
		service := node.With("Bearer " + lib.NewCaptionService(t, "Captions"))
		putType(t, service, "human", `["en"]`).Want(t, 200)
		lenses := mediaPath(lib, "lenses", "")
		path := fmt.Sprintf("/caption_file_requests/%d", request(t, tom, lenses, "en", "human").ID)
		for _, file := range []string{
			"<html>" + script, "1\n00:00:09,000 --> 00:00:01,000\nBack\n", strings.Repeat("x", 6<<20), "\x00\x01\x02",
		} {
			if got := sendForm(t, service, "PATCH", path, file, "status", "fulfilled"); got.Status != 422 && got.Status != 413 {
				t.Errorf("captions %.20q answer %d", file, got.Status)
			}
		}
		other := node.With("Bearer " + lib.NewCaptionService(t, "Others"))
		if got := sendForm(t, other, "PATCH", path, goodSRT, "status", "fulfilled"); got.Status != 403 && got.Status != 404 {
			t.Errorf("another service answers it: %d", got.Status)
		}
	})
}
