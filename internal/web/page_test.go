package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/web"
)

// answer is the head of an answer.
type answer struct {
	code   int
	header http.Header
}

// get asks for an address and returns the answer and its body.
func get(t *testing.T, address string, header ...string) (answer, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header}, string(body)
}

// elements parses a page, scripting or not, and returns its elements by name.
func elements(t *testing.T, page string, scripting bool) map[string][]*html.Node {
	t.Helper()
	root, err := html.ParseWithOptions(strings.NewReader(page), html.ParseOptionEnableScripting(scripting))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string][]*html.Node)
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			found[n.Data] = append(found[n.Data], n)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// checkPage holds a page to what all of them promise: words for every reader, and
// nothing in it that a strict policy would have to let in.
func checkPage(t *testing.T, a answer, page string) {
	t.Helper()
	found := elements(t, page, false)
	if len(found["title"]) != 1 || len(found["h1"]) != 1 || len(found["main"]) != 1 || attribute(found["html"][0], "lang") != "en" {
		t.Errorf("wants a title, a heading, a main part and a language:\n%s", page)
	}
	for name, list := range found {
		for _, n := range list {
			if name == "style" || name == "script" && (attribute(n, "src") == "" || n.FirstChild != nil) {
				t.Errorf("<%s> with something in it", name)
			}
			for _, said := range n.Attr {
				if said.Key == "style" || strings.HasPrefix(said.Key, "on") {
					t.Errorf("<%s %s>", name, said.Key)
				}
			}
			if name == "img" && !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "alt" }) {
				t.Error("a picture without words")
			}
		}
	}
	h := a.header
	policy := h.Get("Content-Security-Policy")
	for _, rule := range []string{"default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors *"} {
		if !strings.Contains(policy, rule) {
			t.Errorf("the policy %q has no %q", policy, rule)
		}
	}
	if strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" ||
		h.Get("Cache-Control") != "private, no-store" || h.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("headers %v", h)
	}
}

func TestPages_SayWhatIsTheCase(t *testing.T) {
	t.Parallel()
	status := func(s library.State) func(*stage) {
		return func(b *stage) { b.plays.Media.State = s }
	}
	for _, c := range []struct {
		name   string
		set    func(*stage)
		path   string // "" is the embed
		code   int
		says   string
		script string // that the page runs, besides the one that all do
	}{
		{"plays", func(*stage) {}, "", 200, "Optics, lecture 3: lenses", "player"},
		{"transcoding", status(library.StateTranscoding), "", 200, "is being prepared", "waiting"},
		{"queued", status(library.StateQueued), "", 200, "This recording is queued", "waiting"},
		{"waiting", status(library.StateWaiting), "", 200, "has not arrived yet", "waiting"},
		{"failed", status(library.StateFailed), "", 200, "cannot be played", ""},
		{"failed, for who may edit", func(b *stage) {
			b.plays.Media.State, b.plays.Failure = library.StateFailed, "The file ends in the middle."
		}, "", 200, "The file ends in the middle.", ""},
		{"archived", func(b *stage) { b.err = library.Forbidden("secret words") }, "?ticket=t", 403, "archived, or it is not shared", ""},
		{"without a ticket", func(b *stage) { b.err = library.Forbidden("secret words") }, "", 403, "You need a personal link or a place in the course", ""},
		{"expired", func(*stage) {}, "?ticket=expired", 403, "Go back to your course and open the recording again.", ""},
		{"broken", func(b *stage) { b.err = errors.New("secret words") }, "", 500, "cannot be shown now", ""},
		{"not there", func(*stage) {}, "/../00000000-0000-4000-8000-000000000000", 404, "no recording", ""},
		{"no id", func(*stage) {}, "/../x", 404, "no recording", ""},
		{"no page", func(*stage) {}, "/x", 404, "no recording", ""},
		{"no page beside", func(*stage) {}, "/../x/nowhere", 404, "no recording", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, t.TempDir(), web.Options{})
			c.set(s)
			address, err := url.JoinPath(s.page(""), strings.SplitN(c.path, "?", 2)[0])
			if err != nil {
				t.Fatal(err)
			}
			if _, query, has := strings.Cut(c.path, "?"); has {
				address += "?" + query
			}
			a, page := get(t, address)
			if a.code != c.code || !strings.Contains(page, c.says) || strings.Contains(page, "secret") {
				t.Errorf("%d\n%s", a.code, page)
			}
			checkPage(t, a, page)
			script := ""
			for _, n := range elements(t, page, true)["script"] {
				script += strings.TrimPrefix(strings.SplitN(attribute(n, "src"), ".", 2)[0], "/assets/")
			}
			if script != "framed"+c.script {
				t.Errorf("runs %q, want %q after framed", script, c.script)
			}
		})
	}
}

// Beside the pages, too, a browser that shows an answer to people is shown a page; programs, and
// the scripts and players of a page, get what they can read.
func TestFailures_ArePagesForWhoPrefersThem(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	const browser, script = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "*/*"
	s.refuse(library.Forbidden("secret words"))
	for _, c := range []struct {
		path       string
		code       int
		says, kind string // to a program
	}{
		{"/nowhere", 404, `{"error":"there is nothing at this path"}`, "application/json; charset=utf-8"},
		{"/assets/player.js", 404, "there is nothing at this path\n", "text/plain; charset=utf-8"},
		{"/embed/" + s.embed.String() + "/captions/3.vtt", 403, "You need a personal link or a place in the course to watch this.\n", "text/plain; charset=utf-8"},
		{"/embed/" + s.embed.String() + "/status", 403, `{"title":"This recording is not public","message":"You need a personal link or a place in the course to watch this."}`, "application/json"},
	} {
		a, body := get(t, s.url+c.path, "Accept", script)
		if a.code != c.code || body != c.says || a.header.Get("Content-Type") != c.kind || a.header.Get("Vary") != "Accept" {
			t.Errorf("%s: %d %v %s", c.path, a.code, a.header, body)
		}
		a, page := get(t, s.url+c.path, "Accept", browser)
		if a.code != c.code || !strings.Contains(page, map[int]string{404: "There is no recording at this address", 403: "a personal link or a place in the course"}[c.code]) ||
			strings.Contains(page, "secret") || !slices.Contains(a.header.Values("Vary"), "Accept") {
			t.Errorf("%s as a page: %d %v %s", c.path, a.code, a.header, page)
		}
		checkPage(t, a, page)
	}
}

// While the database is away or full, pages and what they ask answer as the API does, and as
// before once it is back.
func TestPages_SayThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	away, full := errors.New("away"), errors.New("full")
	s := newStageIn(t, t.TempDir(), web.Options{}, func(err error) library.Kind {
		switch {
		case errors.Is(err, away):
			return library.KindUnavailable
		case errors.Is(err, full):
			return library.KindNoSpace
		}
		return library.KindInternal
	})
	for _, address := range []string{
		s.page("?ticket=t1"), s.page("/status?ticket=t1"), s.page("/captions/3.vtt?ticket=t1"), s.url + "/lti/launch" + s.launch("embed") + theTicket,
	} {
		for err, code := range map[error]int{away: 503, full: 503, errors.New("a fault"): 500} {
			s.refuse(err)
			retry := map[int]string{503: "5"}[code]
			if a, body := get(t, address); a.code != code || a.header.Get("Retry-After") != retry || !strings.Contains(body, "cannot be shown now") {
				t.Errorf("%s with %q: %d, Retry-After %q\n%s", address, err, a.code, a.header.Get("Retry-After"), body)
			}
		}
		s.refuse(nil)
		if a, body := get(t, address); a.code != 200 && !strings.Contains(address, "captions") {
			t.Errorf("%s afterwards: %d\n%s", address, a.code, body)
		}
	}
}

// What people write stays text, wherever it stands in a page.
func TestPages_KeepTextText(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>'` + "`${alert(3)}" + `</title></noscript><svg onload=x>{{.}}`
	for _, status := range []library.State{library.StateFinished, library.StateTranscoding, library.StateFailed, library.StateExternal} {
		s := newStage(t, t.TempDir(), web.Options{})
		text := hostile
		s.set(func(p *library.Playing) {
			p.Media.State, p.Media.Title, p.Media.Description = status, hostile, &text
			p.Ticket, p.Failure, p.Captions[0].Language = hostile, hostile, library.Language(hostile)
			p.External = library.ExternalPlayer{Provider: library.SourceVimeo, URL: "javascript:alert(4)//" + hostile}
		})
		a, page := get(t, s.page("?ticket="+url.QueryEscape(hostile)+"&t="+url.QueryEscape(hostile)))
		checkPage(t, a, page)
		found := elements(t, page, true)
		if title := found["title"][0].FirstChild.Data; title != hostile {
			t.Errorf("%s: the title is %q", status, title)
		}
		if len(found["img"]) > 0 || len(found["script"]) > 2 || len(found["svg"]) > 1 {
			t.Errorf("%s: elements that nobody meant:\n%s", status, page)
		}
		for _, frame := range found["iframe"] {
			if strings.HasPrefix(attribute(frame, "src"), "javascript:") {
				t.Errorf("a frame of %s", attribute(frame, "src"))
			}
		}
	}
}

func TestPlayerPage_WorksWithoutScripts(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	_, page := get(t, s.page("?ticket=a%26b"))
	var plain *html.Node
	for _, v := range elements(t, page, false)["video"] {
		if attribute(v, "slot") == "" {
			plain = v
		}
	}
	if plain == nil || attribute(plain, "src") != "/files/7/"+generation.String()+"/mp4/best.mp4" {
		t.Fatalf("no plain video:\n%s", page)
	}
	var languages []string
	for track := range plain.Descendants() {
		if track.Data != "track" {
			continue
		}
		languages = append(languages, attribute(track, "srclang")+" "+attribute(track, "label"))
		a, vtt := get(t, s.url+attribute(track, "src"))
		if a.code != 200 || a.header.Get("Content-Type") != "text/vtt; charset=utf-8" || !strings.HasPrefix(vtt, "WEBVTT\n\n00:00:00.200 --> ") {
			t.Errorf("%s: %d %s", attribute(track, "src"), a.code, vtt)
		}
		if !strings.HasSuffix(attribute(track, "src"), "?ticket=a%26b") {
			t.Errorf("captions without the ticket: %s", attribute(track, "src"))
		}
	}
	if strings.Join(languages, ", ") != "en English, de Deutsch" {
		t.Errorf("captions in %v", languages)
	}
}

// A page that plays asks where its files are by now; and why there are none, in words.
func TestStatus_SaysWhereFilesAre(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	a, body := get(t, s.page("/status"))
	folder := "/files/7/" + generation.String() + "/"
	want := `{"status":"finished","percent":0,"message":"","files":{"hls":"` + folder + `hls/master.m3u8","mp4":"` + folder + `mp4/best.mp4","sprites":"` + folder + `sprite.vtt"}}`
	if a.code != 200 || body != want || a.header.Get("Cache-Control") != "private, no-store" || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d %s, want %s; %v", a.code, body, want, a.header)
	}
	a, body = get(t, s.page("/status?ticket=expired"))
	if a.code != 403 || !strings.HasPrefix(body, `{"title":"This link has expired","message":"Go back to your course and open the recording again`) {
		t.Errorf("with an expired ticket: %d %s", a.code, body)
	}
	s.set(func(p *library.Playing) { p.Media.State, p.Percent = library.StateTranscoding, 3 })
	if _, body = get(t, s.page("/status")); strings.Contains(body, "files") || !strings.Contains(body, `"percent":3`) {
		t.Errorf("while it is transcoded: %s", body)
	}
}

func TestCaptions_AreForWhoMayPlay(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	for path, code := range map[string]int{
		"/captions/3.vtt": 200, "/captions/99.vtt": 404, "/captions/3.srt": 404, "/captions/x.vtt": 404,
		"/captions/3.vtt?ticket=expired": 403, "/status?ticket=expired": 403,
	} {
		if a, body := get(t, s.page(path)); a.code != code {
			t.Errorf("%s: %d %s", path, a.code, body)
		}
	}
}

func TestExternalPage_FramesItsPlayerOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	const player = "https://www.youtube-nocookie.com/embed/abc"
	s.set(func(p *library.Playing) {
		p.Media.State, p.External = library.StateExternal, library.ExternalPlayer{Provider: library.SourceYouTube, URL: player}
	})
	a, page := get(t, s.page(""))
	checkPage(t, a, page)
	policy := a.header.Get("Content-Security-Policy")
	if !strings.HasSuffix(policy, "; frame-src https://www.youtube-nocookie.com") {
		t.Errorf("policy %q", policy)
	}
	frame := elements(t, page, true)["iframe"][0]
	if attribute(frame, "src") != player || attribute(frame, "title") == "" {
		t.Errorf("the frame is %v", frame.Attr)
	}
}

func TestAssets_MayBeKeptForEver(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	_, page := get(t, s.page(""))
	found := elements(t, page, false)
	for _, n := range slices.Concat(found["script"], found["link"]) {
		address := attribute(n, "src") + attribute(n, "href")
		if strings.HasPrefix(address, "data:") {
			continue
		}
		plain, content := get(t, s.url+address, "Accept-Encoding", "gzip;q=0, br")
		packed, small := get(t, s.url+address, "Accept-Encoding", "gzip")
		if plain.code != 200 || plain.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || plain.header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", address, plain.code, plain.header)
		}
		if len(content) > 2000 && (packed.header.Get("Content-Encoding") != "gzip" || len(small)*2 > len(content) || packed.header.Get("Vary") == "") {
			t.Errorf("%s: %d bytes are %d packed, %v", address, len(content), len(small), packed.header)
		}
	}
	if a, _ := get(t, s.url+"/assets/player.js"); a.code != 404 {
		t.Errorf("an asset without its sum: %d", a.code)
	}
}

func TestOptions_ReachThePolicy(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{FrameAncestors: "'self' https://canvas.example.edu", FileOrigin: "https://s3.example.edu"})
	a, page := get(t, s.page(""), "Sec-Fetch-Dest", "iframe")
	policy := a.header.Get("Content-Security-Policy")
	for _, rule := range []string{
		"frame-ancestors 'self' https://canvas.example.edu;", "media-src 'self' https://s3.example.edu blob:;",
		"connect-src 'self' https://s3.example.edu;", "img-src 'self' https://s3.example.edu data:;",
	} {
		if !strings.Contains(policy, rule) {
			t.Errorf("policy %q has no %q", policy, rule)
		}
	}
	found := elements(t, page, true)
	if attribute(found["video"][0], "crossorigin") != "anonymous" || attribute(found["html"][0], "class") != "framed" {
		t.Errorf("page %s", page)
	}
	for _, wrong := range []web.Options{
		{},
		{Player: s, Addresses: s, FrameAncestors: "*; script-src *"},
		{Player: s, Addresses: s, FrameAncestors: "self"},
		{Player: s, Addresses: s, FrameAncestors: "'self'\nhttps://canvas.example.edu"},
		{Player: s, Addresses: s, FileOrigin: "s3.example.edu"},
		{Player: s, Addresses: s, FileOrigin: "https://s3.example.edu/bucket"},
		{Player: s, Addresses: s, FileOrigin: "https://a;b"},
	} {
		if _, err := web.New(wrong); err == nil {
			t.Errorf("takes %+v", wrong)
		}
	}
}
