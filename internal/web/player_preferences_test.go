package web_test

import (
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/web"
)

// showing is the language of the captions that are shown, with how many there are.
const showing = `[...` + video + `.textTracks].filter((t) => t.mode === "showing").map((t) => t.language + t.cues?.length).join()`

// Captions can be switched on where the browser keeps nothing, as in other sites' frames.
func TestPlayer_ShowsCaptionsWithoutStorage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, before string
		sandbox      bool
	}{
		{name: "blocked", before: `Object.defineProperty(window, "localStorage", { configurable: true, get() { throw new DOMException("no", "SecurityError"); } })`},
		{name: "sandboxed", sandbox: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, film(t), web.Options{})
			s.sandbox = c.sandbox
			b := openBrowser(t)
			b.before(c.before)
			b.open(s.page(""))
			b.until(video + `.readyState >= 2`)
			if source := value[string](b, video+`.currentSrc`); !strings.HasPrefix(source, "blob:") {
				t.Errorf("plays %q, not HLS", source)
			}
			b.press("c")
			b.until(showing + ` === "en2"`)
			b.press("c")
			b.until(showing + ` === ""`)
			b.until(`document.querySelector("media-captions-menu-button").click() ?? true`)
			b.until(`[...document.querySelector("media-captions-menu").shadowRoot.querySelectorAll("[role=menuitemradio]")][2].click() ?? true`)
			b.until(showing + ` === "de2"`)
			b.press("c")
			b.until(showing + ` === ""`)
			b.press("c")
			b.until(showing + ` === "de2"`)
			b.wantNoComplaints()
		})
	}
}

// The next page has the speed and the captions of the last.
func TestPlayer_RemembersSpeedAndCaptions(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	b := openBrowser(t)
	b.open(s.page(""))
	b.until(video + `.readyState >= 2`)
	b.press(">")
	b.until(`document.getElementById("announce").textContent === "Speed 1.25×"`)
	b.until(`[...document.querySelector("media-captions-menu").shadowRoot.querySelectorAll("[role=menuitemradio]")][2].click() ?? true`)
	b.until(`document.getElementById("announce").textContent === "Captions: Deutsch"`)

	b.open(s.page("?t=2"))
	b.until(video + `.readyState >= 2 && ` + video + `.playbackRate === 1.25`)
	b.until(showing + ` === "de2"`)
	if said := value[string](b, `document.getElementById("announce").textContent`); said != "" {
		t.Errorf("it says %q", said)
	}
	b.press("c")
	b.until(showing + ` === ""`)
	b.press("<")
	b.until(video + `.playbackRate === 1`)

	b.open(s.page("?t=3"))
	b.until(video + `.readyState >= 2 && ` + video + `.playbackRate === 1`)
	b.until(showing + ` === ""`)
	b.wantNoComplaints()
}
