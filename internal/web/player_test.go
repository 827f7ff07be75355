package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/web"
)

const video = `document.querySelector("video")`

// nextViews waits for what a player reports.
func (s *stage) nextViews() viewsRequest {
	s.t.Helper()
	select {
	case body := <-s.views:
		return body
	case <-time.After(30 * time.Second):
		s.t.Fatal("no views are reported")
		return viewsRequest{}
	}
}

func TestPlayer_PlaysWithCaptionsAndReportsViews(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.open(s.page("?ticket=t1&t=1"))
	b.until(video + `.readyState >= 2 && ` + video + `.currentTime >= 1`)
	b.photograph("stage-start")

	b.press(" ")
	b.press("c")
	b.until(video + `.currentTime > 2.5`)
	if source := value[string](b, video+`.currentSrc`); !strings.HasPrefix(source, "blob:") {
		t.Errorf("plays %q, not HLS", source)
	}
	b.until(`[...` + video + `.textTracks].some((t) => t.mode === "showing" && t.activeCues?.[0]?.getCueAsHTML().textContent === "Salt & light")`)
	b.photograph("stage-captions")
	b.press("k")
	b.until(video + `.paused`)
	b.look(420, 760, "dark")
	b.photograph("stage-420")
	b.look(1280, 860, "dark")

	seen := s.nextViews()
	if seen.Ticket != "for-views" || len(seen.Client) != 32 || len(seen.Views) != 1 || seen.Views[0].Sequence != 1 {
		t.Errorf("reports %+v", seen)
	}
	watched := value[float64](b, video+`.currentTime - 1`)
	var sum float64
	for _, interval := range seen.Views[0].Intervals {
		sum += interval.End - interval.Start
	}
	if sum < watched-0.4 || sum > watched+0.1 {
		t.Errorf("reports %g s of %g s: %+v", sum, watched, seen)
	}
	b.wantNoComplaints()
}

func TestPlayer_TakesKeys(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.open(s.page(""))
	b.until(video + `.readyState >= 2`)
	// A key acts on what the controller knows, which hears of it a moment after.
	is := func(attribute, value string) string {
		return `.parentElement.getAttribute("` + attribute + `") === "` + value + `"`
	}
	for _, c := range []struct{ key, then string }{
		{"5", `.parentElement.getAttribute("mediacurrenttime").startsWith("6")`},
		{"0", is("mediacurrenttime", "0")},
		{kb.ArrowRight, is("mediacurrenttime", "10")},
		{"j", is("mediacurrenttime", "0")},
		{"l", is("mediacurrenttime", "10")},
		{kb.ArrowLeft, is("mediacurrenttime", "0")},
		{"m", is("mediavolumelevel", "off")},
		{"m", is("mediavolumelevel", "high")},
		{kb.ArrowDown, `.parentElement.getAttribute("mediavolume") < 1`},
		{kb.ArrowUp, is("mediavolume", "1")},
		{">", is("mediaplaybackrate", "1.25")},
		{"<", is("mediaplaybackrate", "1")},
		{"k", `.parentElement.hasAttribute("mediapaused") === false`},
		{" ", is("mediapaused", "")},
	} {
		b.press(c.key)
		b.until(video + c.then)
	}
	b.press("c")
	b.until(`document.getElementById("announce").textContent.startsWith("Captions: ")`)
	b.press("c")
	b.until(`document.getElementById("announce").textContent === "Captions off"`)
	b.press("f")
	b.until(`document.fullscreenElement !== null`)
	b.wantNoComplaints()
}

// The menus name every language of captions, off, and every size of the film; and what
// they set is set.
func TestPlayer_HasMenus(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.look(1000, 700, "dark")
	b.open(s.page(""))
	b.until(video + `.readyState >= 2 && document.querySelector("media-poster-image").offsetHeight > 100`)
	b.photograph("stage-poster")
	const items = `[...document.querySelector("%s").shadowRoot.querySelectorAll("[role=menuitemradio]")]`
	captions := strings.Replace(items, "%s", "media-captions-menu", 1)
	b.until(`document.querySelector("media-captions-menu-button").click() ?? true`)
	b.until(captions + `.map((i) => i.textContent.trim()).join() === "Off,English,Deutsch"`)
	b.photograph("stage-menu")
	b.until(captions + `[2].click() ?? true`)
	b.until(`[...` + video + `.textTracks].find((t) => t.mode === "showing").language === "de"`)
	b.until(captions + `[0].click() ?? true`)
	b.until(`[...` + video + `.textTracks].every((t) => t.kind !== "captions" || t.mode !== "showing")`)

	b.until(`document.querySelector("media-settings-menu-button").click() ?? true`)
	sizes := strings.Replace(items, "%s", "media-rendition-menu", 1)
	b.until(sizes + `.length === 3`)
	b.until(sizes + `.find((i) => i.textContent.includes("180p")).click() ?? true`)
	b.until(`((list) => list[list.selectedIndex]?.height === 180)(` + video + `.videoRenditions)`)
	speeds := strings.Replace(items, "%s", "media-playback-rate-menu", 1)
	b.until(speeds + `.find((i) => i.value === "1.5").click() ?? true`)
	b.until(video + `.playbackRate === 1.5`)
	b.until(`document.querySelector("media-time-range").mediaPreviewImage === null ||
		!document.querySelector("media-preview-thumbnail").hasAttribute("broken")`)
	b.wantNoComplaints()
}

// In a frame the player is all there is, and the smallest one has all its buttons inside.
func TestPlayer_FitsSmallFrames(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.look(320, 400, "light")
	b.open(s.page(""))
	b.until(video + `.readyState >= 2`)
	b.until(`document.documentElement.scrollWidth <= 320`)
	b.until(`[...document.querySelectorAll("media-control-bar > *")].every((e) => e.getBoundingClientRect().right <= 320)`)
	b.photograph("stage-320")
}

// What was watched arrives once, though the first reports fail and the page is left.
func TestPlayer_KeepsViewsThatWereNotTaken(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	s.deny <- 503
	b := openBrowser(t)
	b.open(s.page(""))
	b.until(video + `.readyState >= 2`)
	b.press("k")
	b.until(video + `.currentTime > 1`)
	b.press("k")
	b.until(video + `.paused`)
	first := s.nextViews()
	b.press("9")
	b.until(video + `.currentTime > 10 && !` + video + `.seeking`)
	b.press("k")
	b.until(video + `.currentTime > 11.2`)
	b.open("about:blank")
	last := s.nextViews()
	for len(last.Views) < 2 { // an answer may have been under way
		last = s.nextViews()
	}
	if last.Client != first.Client || last.Views[0].Sequence != 1 || last.Views[1].Sequence != 2 {
		t.Errorf("first %+v, then %+v", first, last)
	}
	if jump := last.Views[1].Intervals[0]; jump.Start < 10.7 || jump.End < 11 {
		t.Errorf("the stretch after the jump is %+v", jump)
	}
}

func TestPlayer_FallsBackToTheMP4(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	s.set(func(p *library.Playing) { p.Files.HLS = "hls/none.m3u8" })
	b := openBrowser(t)
	b.open(s.page("?t=3"))
	b.until(video + `.currentSrc.endsWith("/mp4/best.mp4") && ` + video + `.currentTime === 3`)
}

// A sound is a picture, a waveform and the same controls; and its captions are seen.
func TestPlayer_PlaysASound(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	s.set(func(p *library.Playing) {
		p.Media.Title = "Why the sea is salt: a podcast"
		p.Files = library.PlayFiles{MP4: "mp4/sound.m4a", Poster: "thumbnail.jpg", Waveform: "waveform.png", AudioOnly: true}
	})
	b := openBrowser(t)
	b.look(1280, 700, "dark")
	b.open(s.page(""))
	b.until(video + `.readyState >= 2`)
	b.press("c")
	b.press("k")
	b.until(video + `.currentTime > 0.5`)
	b.press("k")
	b.photograph("stage-sound")
	b.look(420, 700, "dark")
	b.photograph("stage-sound-420")
	b.wantNoComplaints()
}

func TestWaiting_StartsThePlayerByItself(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	s.set(func(p *library.Playing) { p.Media.State, p.Percent = library.StateTranscoding, 42 })
	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.open(s.page("?ticket=t1"))
	b.until(`document.querySelector("progress").value === 42`)
	b.photograph("waiting")
	s.set(func(p *library.Playing) { p.Percent = 70 })
	b.until(`document.querySelector("progress").value === 70 && document.getElementById("progress").textContent === "70 %"`)
	s.set(func(p *library.Playing) { p.Media.State = library.StateFinished })
	b.until(`!!` + video + ` && ` + video + `.currentTime > 0.3`)
	b.wantNoComplaints()
}

// timers has a page's timers wait until the test has them go off, and counts what is
// asked and what is written where screen readers listen.
const timers = `
	window.waits = [];
	const wait = window.setTimeout; // which the test's own waiting uses for longer ones
	window.setTimeout = (go, pause) => (pause < 20_000 ? waits.push({ go, pause }) : wait(go, pause));
	window.goOff = () => waits.pop().go();
	window.asked = 0;
	const ask = window.fetch;
	window.fetch = (...all) => (asked++, ask(...all));
	Object.defineProperty(document, "hidden", { get: () => window.away ?? false });
	addEventListener("DOMContentLoaded", () => {
		window.written = 0;
		new MutationObserver(() => written++).observe(document.getElementById("message"), { childList: true, characterData: true, subtree: true });
	});
`

// A page that waits asks ever more rarely, and not at all while nobody sees it; and says
// something only where there is something new.
func TestWaiting_PollsMoreRarelyAndAnnouncesChanges(t *testing.T) {
	t.Parallel()
	s := newStage(t, t.TempDir(), web.Options{})
	s.set(func(p *library.Playing) { p.Media.State, p.Percent = library.StateTranscoding, 42 })
	b := openBrowser(t)
	b.before(timers)
	b.open(s.page(""))
	last := 0.0
	for asks := 1; last < 15_000; asks++ {
		b.until(`waits.length === 1`)
		pause := value[float64](b, `waits[0].pause`)
		if pause <= last || pause > 15_000 || asks > 10 {
			t.Fatalf("after %g ms it waits %g ms", last, pause)
		}
		last = pause
		value[bool](b, `!goOff()`)
	}
	b.until(`waits.length === 1`)
	if written := value[int](b, `written`); written != 0 {
		t.Errorf("it says %d times what it has said", written)
	}

	value[bool](b, `((window.away = true), (window.before = asked), !goOff())`)
	if value[bool](b, `asked !== before || waits.length > 0`) {
		t.Error("it asks where nobody sees it")
	}
	s.set(func(p *library.Playing) { p.Percent = 70 })
	value[bool](b, `((window.away = false), document.dispatchEvent(new Event("visibilitychange")))`)
	b.until(`document.getElementById("progress").textContent === "70 %" && waits.length === 1 && waits[0].pause === 2000`)
	b.wantNoComplaints()
}
