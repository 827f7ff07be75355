package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/web"
)

// launch is the query of an address of create_embed, for the stage's recording.
func (s *stage) launch(kind string) string {
	return "?custom_arc_launch_type=" + kind + "&custom_arc_media_id=" + s.embed.String() + "-7"
}

// post sends a form.
func post(t *testing.T, address, contentType, body string) (answer, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header}, string(page)
}

const (
	needsLink  = "You need a personal link or a place in the course to watch this."
	noLTI      = "This server does not support launches from a learning platform (LTI) yet"
	expired    = "This link has expired. Go back to your course and open the recording again."
	nothing    = "There is no recording at this address."
	formType   = "application/x-www-form-urlencoded"
	theTicket  = "&ticket=t1"
	theCaption = "Optics, lecture 3: lenses"
)

// Whatever kind of launch it is, it plays; and what does not play says why.
func TestLaunch_PlaysOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	status := func(s library.State) func(*stage) {
		return func(b *stage) { b.plays.Media.State = s }
	}
	forbidden := func(b *stage) { b.err = library.Forbidden("secret words") }
	as := func(*stage) {}
	const embed = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
	for name, c := range map[string]struct {
		set   func(*stage)
		query string
		code  int
		says  string
	}{
		"with a ticket":            {as, "?custom_arc_launch_type=embed&custom_arc_media_id=" + embed + "-7&ticket=t1", 200, theCaption},
		"of another kind":          {as, "?custom_arc_launch_type=immersive_view&custom_arc_media_id=" + embed + "-7&ticket=t1", 200, theCaption},
		"of no kind":               {as, "?custom_arc_media_id=" + embed + "-7&ticket=t1", 200, theCaption},
		"with more that is odd":    {as, "?a;b&%zz=1&custom_arc_media_id=" + embed + "-7&ticket=t1", 200, theCaption},
		"while it is queued":       {status(library.StateQueued), "?custom_arc_media_id=" + embed + "-7&ticket=t1", 200, "This recording is queued"},
		"while it is prepared":     {status(library.StateTranscoding), "?custom_arc_media_id=" + embed + "-7&ticket=t1", 200, "is being prepared"},
		"before it came":           {status(library.StateWaiting), "?custom_arc_media_id=" + embed + "-7&ticket=t1", 200, "has not arrived yet"},
		"after it failed":          {status(library.StateFailed), "?custom_arc_media_id=" + embed + "-7&ticket=t1", 200, "cannot be played"},
		"without a ticket":         {forbidden, "?custom_arc_launch_type=embed&custom_arc_media_id=" + embed + "-7", 403, needsLink},
		"with an empty ticket":     {forbidden, "?custom_arc_media_id=" + embed + "-7&ticket=", 403, needsLink},
		"with an expired ticket":   {as, "?custom_arc_media_id=" + embed + "-7&ticket=expired", 403, expired},
		"for nobody any more":      {forbidden, "?custom_arc_media_id=" + embed + "-7&ticket=t1", 403, "archived, or it is not shared with you"},
		"of another recording":     {as, "?custom_arc_media_id=" + embed + "-8&ticket=t1", 404, nothing},
		"of what is not there":     {as, "?custom_arc_media_id=00000000-0000-4000-8000-000000000000-7&ticket=t1", 404, nothing},
		"of nothing":               {as, "?custom_arc_launch_type=global_nav&ticket=t1", 404, nothing},
		"without anything":         {as, "", 404, nothing},
		"without the number":       {as, "?custom_arc_media_id=" + embed + "&ticket=t1", 404, nothing},
		"with an empty number":     {as, "?custom_arc_media_id=" + embed + "-&ticket=t1", 404, nothing},
		"with a number in words":   {as, "?custom_arc_media_id=" + embed + "-x&ticket=t1", 404, nothing},
		"with zeros":               {as, "?custom_arc_media_id=" + embed + "-07&ticket=t1", 404, nothing},
		"with a sign":              {as, "?custom_arc_media_id=" + embed + "-%2B7&ticket=t1", 404, nothing},
		"below zero":               {as, "?custom_arc_media_id=" + embed + "--7&ticket=t1", 404, nothing},
		"with a huge number":       {as, "?custom_arc_media_id=" + embed + "-18446744073709551623&ticket=t1", 404, nothing},
		"in capitals":              {as, "?custom_arc_media_id=" + strings.ToUpper(embed) + "-7&ticket=t1", 404, nothing},
		"in braces":                {as, "?custom_arc_media_id=%7B" + embed + "%7D-7&ticket=t1", 404, nothing},
		"as a URN":                 {as, "?custom_arc_media_id=urn:uuid:" + embed + "-7&ticket=t1", 404, nothing},
		"with markup":              {as, "?custom_arc_media_id=%3Cscript%3Ealert(1)%3C/script%3E-7&ticket=t1", 404, nothing},
		"where something is wrong": {func(b *stage) { b.err = errors.New("secret words") }, "?custom_arc_media_id=" + embed + "-7&ticket=t1", 500, "cannot be shown now"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, t.TempDir(), web.Options{})
			c.set(s)
			a, page := get(t, s.url+"/lti/launch"+c.query)
			if a.code != c.code || !strings.Contains(page, c.says) || strings.Contains(page, "secret") {
				t.Errorf("%d, want %d and %q\n%s", a.code, c.code, c.says, page)
			}
			checkPage(t, a, page)
			if a, page := post(t, s.url+"/lti/launch", formType, strings.TrimPrefix(c.query, "?")); a.code != c.code || !strings.Contains(page, c.says) {
				t.Errorf("as a form: %d, want %d and %q\n%s", a.code, c.code, c.says, page)
			}
		})
	}
}

// A platform's signed message opens nothing, whatever it claims: nobody reads it yet. It is
// told so.
func TestLaunch_IgnoresSignedMessages(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	s.refuse(library.Forbidden("secret words"))
	at := s.url + "/lti/launch" + s.launch("embed")
	for name, message := range map[string]url.Values{
		"LTI 1.3": {"id_token": {"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."}, "state": {"x"}},
		"LTI 1.1": {
			"lti_message_type": {"basic-lti-launch-request"}, "lti_version": {"LTI-1p0"}, "roles": {"Instructor"},
			"oauth_signature": {"x"}, "user_id": {"1"}, "custom_arc_media_id": {s.embed.String() + "-7"},
		},
	} {
		if a, page := post(t, at, formType, message.Encode()); a.code != 403 || !strings.Contains(page, needsLink) || !strings.Contains(page, noLTI) {
			t.Errorf("%s: %d\n%s", name, a.code, page)
		}
	}
	// One with a ticket in its address is its bearer's.
	s.refuse(nil)
	if a, page := post(t, at+theTicket, formType, "id_token=x"); a.code != 200 || !strings.Contains(page, theCaption) {
		t.Errorf("with a ticket: %d\n%s", a.code, page)
	}
	// Other and larger bodies are not read, and what the address says counts.
	for contentType, body := range map[string]string{
		"application/json": `{"custom_arc_media_id":"x"}`, "multipart/form-data; boundary=x": "--x--", "": "x",
		formType: "a=" + strings.Repeat("x", 1<<20),
	} {
		if a, page := post(t, at+theTicket, contentType, body); a.code != 200 || !strings.Contains(page, theCaption) {
			t.Errorf("with %q: %d\n%.300s", contentType, a.code, page)
		}
	}
}

// A bare embed is the player alone, and a launch begins where its address says.
func TestLaunch_FollowsItsParameters(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	for query, want := range map[string][2]string{ // the class of the page, the start
		s.launch("embed"):                                 {"", "0"},
		s.launch("bare_embed"):                            {"framed", "0"},
		s.launch("embed") + "&custom_arc_start_at=30":     {"", "30"},
		s.launch("bare_embed") + "&custom_arc_start_at=x": {"framed", "0"},
	} {
		_, page := get(t, s.url+"/lti/launch"+query+theTicket)
		found := elements(t, page, true)
		if got := [2]string{attribute(found["html"][0], "class"), attribute(found["video"][0], "data-start")}; got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
		if address := attribute(found["video"][0], "data-status"); address != "/embed/"+s.embed.String()+"/status?ticket=t1" {
			t.Errorf("%s: it asks at %s how it goes on", query, address)
		}
	}
}

// It plays in a browser, and looks as it should where it does not.
func TestLaunch_PlaysInABrowser(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.open(s.url + "/lti/launch" + s.launch("embed") + theTicket)
	b.until(video + `.readyState >= 2`)
	b.press("k")
	b.until(video + `.currentTime > 0.5`)
	b.photograph("launch-plays")
	b.wantNoComplaints()
	s.refuse(library.Forbidden("x"))
	for _, look := range []struct {
		width        int64
		scheme, name string
	}{{1280, "light", "wide"}, {420, "dark", "narrow"}} {
		b.look(look.width, 700, look.scheme)
		b.open(s.url + "/lti/launch" + s.launch("embed"))
		b.until(`document.querySelector("#message").textContent === "` + needsLink + `"`)
		b.until(`document.documentElement.scrollWidth <= innerWidth`)
		b.photograph("launch-refused-" + look.name)
	}
}
