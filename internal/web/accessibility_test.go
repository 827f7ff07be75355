package web_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/lectern-media/lectern/internal/web"
)

// The player says which one it is, and shows that it has the focus.
func TestPlayer_IsNamedAndShowsItsFocus(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.open(s.page(""))
	b.until(video + `.readyState >= 2`)
	if name := value[string](b, `document.querySelector("media-controller").getAttribute("aria-label")`); name != "Player: Optics, lecture 3: lenses" {
		t.Errorf("it is called %q", name)
	}
	b.press(kb.Tab)
	b.until(`document.activeElement.localName === "media-controller"`)
	b.until(`((s) => s.borderTopWidth === "3px" && s.borderTopStyle === "solid" && s.position === "absolute")(
		getComputedStyle(document.activeElement, "::after"))`)
	b.photograph("stage-focus")
	b.look(1280, 860, "dark")
	b.photograph("stage-focus-dark")
	b.look(320, 400, "dark")
	b.photograph("stage-focus-320")
}

// On a phone captions can be read, and stand above the controls.
func TestPlayer_HasReadableCaptionsOnPhones(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.look(375, 667, "light")
	b.prefer("prefers-reduced-motion", "reduce") // or the picture is taken on the way
	b.open(s.page("?t=6"))
	b.until(video + `.readyState >= 2`)
	b.press("c")
	b.press("k")
	b.until(video + `.textTracks[0].activeCues?.length === 1 && ` + video + `.currentTime > 6.5`)
	b.press("k")
	b.until(video + `.parentElement.hasAttribute("mediapaused")`)
	b.photograph("stage-captions-375")
	cue := b.box("The second cue")
	if cue.Height < 17 { // a line of letters of 15 pixels
		t.Errorf("captions are %d pixels high", cue.Height)
	}
	bar := value[float64](b, `document.querySelector("media-time-range").getBoundingClientRect().top`)
	if bottom := cue.Border[len(cue.Border)-1]; bottom > bar {
		t.Errorf("captions end at %g, and the controls begin at %g", bottom, bar)
	}
}

// Who wants no motion has none within the player's elements either.
func TestPlayer_KeepsStill(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.prefer("prefers-reduced-motion", "reduce")
	b.open(s.page(""))
	b.until(video + `.readyState >= 2`)
	b.until(`[...document.querySelector("media-loading-indicator").shadowRoot.querySelectorAll("svg")].every((s) => s.animationsPaused())`)
	b.until(`getComputedStyle(document.querySelector("media-settings-menu")).transitionDuration === "0s"`)
	b.until(`getComputedStyle(document.querySelector("media-time-range").shadowRoot.querySelector("#preview-rail, [part~=preview-box]") ?? document.body).transitionDuration === "0s"`)
}

// Keys that mean something elsewhere stay there, and all of them can be switched off.
func TestPlayer_LeavesKeysToOthers(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.open(s.page("?t=1"))
	b.until(video + `.readyState >= 2`)
	value[bool](b, `((h) => { h.tabIndex = 0; h.focus(); window.seen = []; return true })(document.querySelector("h1"))`)
	value[bool](b, `addEventListener("keyup", (e) => seen.push(e.key + e.defaultPrevented)) ?? true`)
	value[bool](b, `addEventListener("keydown", (e) => seen.push(e.key + e.defaultPrevented)) ?? true`)
	const untouched = video + `.paused && ` + video + `.currentTime === 1 && ` + video + `.volume === 1`
	for _, key := range []string{" ", kb.ArrowLeft, kb.ArrowRight, kb.ArrowUp, kb.ArrowDown} {
		b.press(key)
	}
	b.until(`seen.length === 10 && !seen.join().includes("true") && ` + untouched)
	b.press("m") // a letter is the player's wherever the focus is
	b.until(video + `.parentElement.getAttribute("mediavolumelevel") === "off"`)
	b.press("m")
	b.until(video + `.parentElement.getAttribute("mediavolumelevel") === "high"`)

	// On a page that scrolls, up and down scroll it.
	value[bool](b, `((h) => { h.blur(); h.style.marginBottom = "200vh"; seen.length = 0; return true })(document.querySelector("h1"))`)
	b.press(kb.ArrowUp)
	b.press(kb.ArrowDown)
	b.until(`seen.length === 4 && !seen.join().includes("true") && ` + untouched)
	b.press(kb.ArrowRight)
	b.until(video + `.currentTime > 10`)
	b.press("0")
	b.until(video + `.currentTime === 0`)

	// Without shortcuts, on this page and the next.
	b.until(`document.querySelector("media-settings-menu-button").click() ?? true`)
	b.until(`document.getElementById("shortcuts").offsetHeight > 20`)
	b.photograph("stage-settings")
	b.look(320, 400, "dark")
	b.photograph("stage-settings-320")
	b.look(1280, 860, "light")
	b.until(`document.getElementById("shortcuts").click() ?? true`)
	b.until(`document.querySelector("media-controller").hasAttribute("nohotkeys")`)
	b.open(s.page("?t=1"))
	b.until(video + `.readyState >= 2 && document.querySelector("media-controller").hasAttribute("nohotkeys")`)
	value[bool](b, `((window.seen = []), addEventListener("keyup", (e) => seen.push(e.key))) ?? true`)
	for _, key := range []string{"k", "m", "9", "c", " "} {
		b.press(key)
	}
	b.until(`seen.length === 5 && ` + showing + ` === "" && !` + video + `.muted && ` + untouched)
	b.until(`document.getElementById("shortcuts").click() ?? true`)
	b.press("m")
	b.until(video + `.muted`)
	b.wantNoComplaints()
}
