package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/demo"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// teacher is a library with somebody in it who uploads.
type teacher struct {
	t    *testing.T
	lib  *live.Library
	node *live.Node
	ada  live.Client
}

func newTeacher(t *testing.T) *teacher {
	t.Helper()
	testkit.NeedsMore(t, "browser")
	lib := live.Open(t, "sqlite:"+filepath.Join(t.TempDir(), "library.db"))
	lib.Load(t, `{"users":[{"key":"ada","full_name":"Ada Byron","roles":["Teacher"]},{"key":"bob","full_name":"Bob Wu"}]}`)
	node := lib.Serve(t, live.Works)
	return &teacher{t, lib, node, node.As("ada")}
}

// plain sends a request without a token, as a browser does for files.
func (s *teacher) plain(method, address string, body []byte) int {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// upload uploads a file as the vendor's scripts do, and follows the work on it to its end.
// It returns the media's id and how the work ended.
func (s *teacher) upload(title, file string) (id int64, stage string) {
	s.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	var begun struct {
		Upload struct {
			ID  int64  `json:"id"`
			URL string `json:"url"`
		} `json:"upload"`
	}
	s.read(s.ada.Send(s.t, "POST", "/media/uploads", "", ""), 201, &begun)
	if status := s.plain(http.MethodPut, begun.Upload.URL, text); status != 200 {
		s.t.Fatalf("the PUT is answered %d", status)
	}
	id = begun.Upload.ID
	s.ada.Send(s.t, "POST", fmt.Sprintf("/media/uploads/%d/complete", id), live.JSON, `{"title":"`+title+`"}`).Want(s.t, 200)
	return id, s.follow(id)
}

func (s *teacher) read(a live.Answer, status int, into any) {
	s.t.Helper()
	a.Want(s.t, status)
	if err := json.Unmarshal(a.Body, into); err != nil {
		s.t.Fatalf("%s: %v", a.Body, err)
	}
}

// workPatience bounds how long the work on a short film is waited for: work that hangs
// should fail the test, not hang it too.
const workPatience = 3 * time.Minute

// follow reads the events of the work on a media item until they end.
func (s *teacher) follow(id int64) (stage string) {
	s.t.Helper()
	request := s.ada.Request(s.t, "GET", fmt.Sprintf("%s/media/%d/processing", live.BasePath, id), "", "")
	request.Header.Set("Accept", "text/event-stream")
	ctx, cancel := context.WithTimeout(s.t.Context(), workPatience)
	defer cancel()
	answer, err := http.DefaultClient.Do(request.WithContext(ctx))
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found {
			continue
		}
		var event struct {
			Stage string `json:"stage"`
		}
		if err := json.Unmarshal([]byte(data), &event); err != nil {
			s.t.Fatalf("%s: %v", data, err)
		}
		stage = event.Stage
	}
	return stage
}

func (s *teacher) caption(id int64, language, text string) {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("caption_file", language+".vtt")
	if err == nil {
		_, err = file.Write([]byte(text))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.ada.Send(s.t, "POST", fmt.Sprintf("/media/%d/caption_files?srclang=%s", id, language), form.FormDataContentType(), body.String()).Want(s.t, 201)
}

// embed is the address of the page that plays a media item for Ada.
func (s *teacher) embed(id int64) string {
	s.t.Helper()
	var ticket struct {
		URL string `json:"url"`
	}
	s.read(s.ada.Send(s.t, "POST", fmt.Sprintf("/media/%d/embed_tickets", id), "", ""), 201, &ticket)
	return ticket.URL
}

// clips has recordings of the demo as they came, to be uploaded: VP9, which is given two
// sizes, and a sound.
const clips = "../demo/clips/"

// The way of a recording through the whole product: from the file that a script uploads
// to the lecture that plays with captions, and whose views are counted.
func TestLecture_GoesFromAFileToAPageThatPlaysIt(t *testing.T) {
	t.Parallel()
	s := newTeacher(t)
	id, stage := s.upload("Light as a ray: Fermat and Snell", clips+"lecture/original")
	if stage != "finished" {
		t.Fatalf("the work ends %s", stage)
	}
	for _, language := range []string{"en", "de"} {
		text, err := os.ReadFile(clips + "lecture." + language + ".vtt")
		if err != nil {
			t.Fatal(err)
		}
		s.caption(id, language, string(text))
	}

	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.openWithPreviews(s.embed(id))
	s.lib.Clock.Advance(time.Minute) // in which one may watch
	b.until(video + `.readyState >= 2`)
	b.press("c")
	b.press("k")
	b.until(video + `.currentTime > 2`)
	b.until(`[...` + video + `.textTracks].some((t) => t.mode === "showing" && t.activeCues?.[0]?.text.startsWith("Welcome."))`)
	b.press("k")
	b.until(video + `.parentElement.hasAttribute("mediapaused")`)
	b.photograph("player-captions")
	b.look(1280, 860, "dark")
	b.photograph("player-captions-dark")
	b.look(420, 760, "light")
	b.photograph("player-420-light")
	b.look(420, 760, "dark")
	b.photograph("player-420")
	b.look(1280, 860, "light")
	b.press("k")
	b.until(`!` + video + `.paused`)

	// What is pointed at on the bar is shown: the picture of the sprite is really there.
	b.pointAtBar(0.7)
	b.until(`((picture) => picture.complete && picture.naturalWidth >= 160 && new URL(picture.src).pathname.endsWith("/sprite.jpg"))(
		document.querySelector("media-preview-thumbnail").shadowRoot.querySelector("img"))`)
	b.photograph("lecture-preview")

	// Jumping, and both sizes in the menu.
	b.until(video + `.seekable.length === 1 && ((` + video + `.currentTime = 10) || true)`)
	b.until(video + `.currentTime > 10.5 && !` + video + `.seeking`)
	b.until(`document.querySelector("media-settings-menu-button").click() ?? true`)
	b.until(`["360p","720p"].every((size) => [...document.querySelector("media-rendition-menu").shadowRoot
		.querySelectorAll("[role=menuitemradio]")].some((item) => item.textContent.includes(size)))`)
	// Who has watched three seconds in all has viewed it.
	b.until(`((played) => [...Array(played.length).keys()].reduce((sum, i) => sum + played.end(i) - played.start(i), 0))(` +
		video + `.played) > 3.5`)
	b.press("k")
	b.until(video + `.paused`)

	s.wantViews(b, id)
	s.wantSignedSegments(b, id)
	b.wantNoComplaints()
}

// openWithPreviews opens a page again until it has the pictures of the scrub bar, which come
// soon after the media plays.
func (b *browser) openWithPreviews(page string) {
	b.t.Helper()
	for end := time.Now().Add(patience); ; {
		b.open(page)
		if value[bool](b, `document.querySelector("track[label=thumbnails]") !== null`) {
			return
		}
		if time.Now().After(end) {
			b.t.Fatal("the page gets no pictures for its scrub bar")
		}
	}
}

// pointAtBar moves the mouse to a place of the scrub bar, 0 to 1.
func (b *browser) pointAtBar(at float64) {
	b.t.Helper()
	place := func(of string) float64 {
		return value[float64](b, `((r) => `+of+`)(document.querySelector("media-time-range").getBoundingClientRect())`)
	}
	x, y := place(fmt.Sprintf("r.left + r.width * %g", at)), place("r.top + r.height / 2")
	for _, step := range []float64{-8, 0} {
		move := input.DispatchMouseEventParams{Type: chromedp.MouseMoved, X: x + step, Y: y}
		if _, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, move); err != nil {
			b.fatal("pointing", err)
		}
	}
}

// wantSignedSegments makes sure that what the browser played came from signed addresses,
// which open nothing else and end.
func (s *teacher) wantSignedSegments(b *browser, id int64) {
	s.t.Helper()
	segment := value[string](b, `performance.getEntriesByType("resource").map((r) => r.name).find((n) => /\/hls\/\d+p\.mp4$/.test(n)) ?? ""`)
	at, err := url.Parse(segment)
	if err != nil || !strings.HasPrefix(at.Path, "/files/") {
		s.t.Fatalf("segments come from %q", segment)
	}
	if status := s.plain(http.MethodGet, segment, nil); status != 200 {
		s.t.Errorf("a segment's address is answered %d", status)
	}
	foreign := strings.Replace(segment, fmt.Sprintf("/media/%d/", id), fmt.Sprintf("/media/%d/", id+1), 1)
	if foreign == segment {
		s.t.Fatalf("%s does not name the media", segment)
	}
	if status := s.plain(http.MethodGet, foreign, nil); status != 403 {
		s.t.Errorf("the same for another media is answered %d, want 403", status)
	}
	s.lib.Clock.Advance(48 * time.Hour)
	if status := s.plain(http.MethodGet, segment, nil); status != 403 {
		s.t.Errorf("two days later it is answered %d, want 403", status)
	}
}

// wantViews makes sure that what was watched is counted, once the browser has told: it may
// have told of the beginning before.
func (s *teacher) wantViews(b *browser, id int64) {
	s.t.Helper()
	var home struct {
		Perspectives []struct {
			ID string `json:"uuid"`
		} `json:"perspectives"`
	}
	s.read(s.ada.Get(s.t, "/media/%d/perspectives", id), 200, &home)
	var counted struct {
		Insights struct {
			Views int64 `json:"views"`
		} `json:"insights"`
	}
	for told := 1; counted.Insights.Views == 0; told++ {
		b.until(fmt.Sprintf(`performance.getEntriesByType("resource").filter((r) => r.name.endsWith("/views") && r.responseStatus === 204).length >= %d`, told))
		s.read(s.ada.Get(s.t, "/perspectives/%s/insights", home.Perspectives[0].ID), 200, &counted)
	}
	if counted.Insights.Views != 1 {
		s.t.Errorf("%d views are counted", counted.Insights.Views)
	}
}

// A sound plays in the same page.
func TestLecture_PlaysASound(t *testing.T) {
	t.Parallel()
	s := newTeacher(t)
	id, stage := s.upload("Why the sea is salt: a podcast", clips+"podcast/original")
	if stage != "finished" {
		t.Fatalf("the work ends %s", stage)
	}
	b := openBrowser(t)
	b.look(1280, 700, "light")
	b.open(s.embed(id))
	b.until(video + `.readyState >= 2`)
	b.press("k")
	b.until(video + `.currentTime > 1`)
	// Its waveform once: the thumbnail is the same, since it came without a cover.
	b.until(`((all) => all.length === 1 && all[0].complete && all[0].naturalWidth > 0)([...document.querySelectorAll(".cover img")])`)
	b.press("k")
	b.photograph("player-sound")
	b.wantNoComplaints()
}

// What does not play says so: a file that is none, a page without a ticket, and none at all.
func TestLecture_ThatDoesNotPlaySaysWhy(t *testing.T) {
	t.Parallel()
	s := newTeacher(t)
	file := filepath.Join(t.TempDir(), "clip")
	if err := os.WriteFile(file, []byte("this is no film at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	id, stage := s.upload("Broken", file)
	if stage != "failed" {
		t.Fatalf("the work ends %s", stage)
	}
	b := openBrowser(t)
	b.look(1280, 700, "light")
	page := s.embed(id)
	b.open(page)
	b.photograph("lecture-failed")
	b.until(`document.body.innerText.length > 40 && document.querySelector("video") === null`)
	without, _, _ := strings.Cut(page, "?")
	if status := s.plain(http.MethodGet, without, nil); status != 403 {
		t.Errorf("without a ticket the page is answered %d", status)
	}
	b.open(without)
	b.photograph("lecture-403")
	b.open(s.node.URL + "/embed/7c9e6679-7425-40de-944b-e07fc1f90ae7")
	b.photograph("lecture-404")
}

// The demo's lecture plays with its captions, and shows them over its controls.
func TestLecture_OfTheDemoPlays(t *testing.T) {
	t.Parallel()
	o := app.DefaultOptions().Unlimited()
	o.Listen.API, o.Workers, o.Log.Level = "127.0.0.1:0", 0, "error"
	running, err := demo.Start(t.Context(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.open(running.PlayerURL)
	b.until(video + `.readyState >= 2`)
	b.press("c")
	b.press("k")
	b.until(video + `.currentTime > 1.5`)
	b.until(`[...` + video + `.textTracks].some((t) => t.mode === "showing" && t.activeCues?.[0]?.text.startsWith("Welcome."))`)
	b.press("k")
	b.until(video + `.paused`)
	b.pointAtBar(0.8)
	b.until(`((picture) => picture.complete && picture.naturalWidth >= 160)(
		document.querySelector("media-preview-thumbnail").shadowRoot.querySelector("img"))`)
	b.photograph("demo-lecture")
	b.look(420, 760, "dark")
	b.photograph("demo-lecture-420-dark")
	b.wantNoComplaints()
}
