package web_test

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/web"
)

// ahead is how many seconds are there beyond what is shown.
const ahead = `((b) => b.length ? b.end(b.length - 1) - ` + video + `.currentTime : 0)(` + video + `.buffered)`

// Until it is played a player loads seconds, not minutes; then half a minute ahead.
func TestPlayer_LoadsAheadWhatIsPlayed(t *testing.T) {
	t.Parallel()
	s := newStage(t, lecture(t), web.Options{})
	b := openBrowser(t)
	b.open(s.page(""))
	b.until(ahead + ` >= 4`)
	// Whatever else it loads has come once another piece of its own has.
	if got := value[float64](b, `(async () => {
		for (let i = 0; i < 20; i++) await fetch(`+video+`.dataset.hls, { cache: "no-store" });
		return `+ahead+`;
	})()`); got > 8 {
		t.Errorf("unplayed, it has %g s", got)
	}
	b.press("k")
	b.until(ahead + ` >= 28`)
	if got := value[float64](b, ahead); got > 36 {
		t.Errorf("played, it has %g s ahead", got)
	}
	b.press("k")
	b.wantNoComplaints()
}

// stalls plays a lecture at another speed until there is nothing left to play.
func (b *browser) stalls() {
	b.t.Helper()
	b.until(ahead + ` >= 4`)
	b.hurry()
	b.press("k")
	b.until(`!` + video + `.paused && ` + video + `.currentTime > 1 && ` + video + `.readyState < 3 && ` + ahead + ` < 2`)
}

// hurry doubles the speed.
func (b *browser) hurry() {
	b.t.Helper()
	value[float64](b, video+`.playbackRate = 2`)
}

// wantGoesOn waits until a lecture goes on where it stalled, as it was.
func (b *browser) wantGoesOn(at float64) {
	b.t.Helper()
	b.until(fmt.Sprintf(`%s.currentTime > %g`, video, at+4))
	if value[bool](b, video+`.paused`) || value[float64](b, video+`.playbackRate`) != 2 {
		b.t.Errorf("it does not go on as it was: at %g, paused %t, at speed %g", value[float64](b, video+`.currentTime`),
			value[bool](b, video+`.paused`), value[float64](b, video+`.playbackRate`))
	}
	if got := value[float64](b, `((p) => p.length ? p.start(p.length - 1) : -1)(`+video+`.played)`); got > at+0.5 {
		b.t.Errorf("it goes on at %g, and stopped at %g", got, at)
	}
}

// hasty has a page's timers go off ten times as soon, but for the test's own.
const hasty = `
	const wait = window.setTimeout;
	window.setTimeout = (go, pause = 0, ...all) => wait(go, pause < 30_000 ? pause / 10 : pause, ...all);
`

// A network that goes away and comes back stops a lecture, and does not end it.
func TestPlayer_GoesOnAfterAGap(t *testing.T) {
	t.Parallel()
	for name, gap := range map[string]http.HandlerFunc{"no network": hangUp, "a server that starts": answers(503)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lecture(t), web.Options{})
			b := openBrowser(t)
			b.before(hasty)
			b.open(s.page(""))
			b.until(ahead + ` >= 4`)
			asked := make(chan struct{}, 1000)
			s.close(func(w http.ResponseWriter, r *http.Request) {
				asked <- struct{}{}
				gap(w, r)
			})
			b.stalls()
			for range 16 { // more often than hls.js would by itself
				select {
				case <-asked:
				case <-time.After(patience):
					t.Fatal("it has given up")
				}
			}
			at := value[float64](b, video+`.currentTime`)
			s.close(nil)
			value[bool](b, `dispatchEvent(new Event("online"))`)
			b.wantGoesOn(at)
			if source := value[string](b, video+`.currentSrc`); !strings.HasPrefix(source, "blob:") {
				t.Errorf("plays %q, not HLS", source)
			}
		})
	}
}

// other is another address of the same files.
var other = uuid.MustParse("c2a4b1f0-3b63-4a3c-8f5d-2f4a0c8d9e10")

// Addresses of files end while a page is open; for who may still play it, it finds the
// next ones.
func TestPlayer_FindsItsFilesAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, before, source string }{
		{"HLS", "", "blob:"},
		{"MP4", `delete window.MediaSource; delete window.ManagedMediaSource; HTMLMediaElement.prototype.canPlayType = () => "";`, "http"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, lecture(t), web.Options{})
			b := openBrowser(t)
			b.before(c.before)
			b.open(s.page(""))
			b.until(ahead + ` >= 3`)
			b.press("c")
			b.until(`[...` + video + `.textTracks].some((t) => t.mode === "showing" && t.cues?.length === 2)`)
			s.set(func(*library.Playing) { s.generation = other })
			b.hurry()
			b.press("k")
			at := 4.0
			if c.name == "MP4" { // of which Chromium may have loaded more
				at = value[float64](b, video+`.currentTime = 60`)
			}
			b.until(`performance.getEntriesByType("resource").some((r) => r.name.includes("` + other.String() + `/` + strings.ToLower(c.name) + `"))`)
			b.wantGoesOn(at)
			if source := value[string](b, video+`.currentSrc`); !strings.HasPrefix(source, c.source) {
				t.Errorf("plays %q", source)
			}
			if sprites := value[string](b, `document.querySelector("track[kind=metadata]").src`); !strings.Contains(sprites, other.String()) {
				t.Errorf("the pictures of the scrub bar are %q", sprites)
			}
			b.until(`[...` + video + `.textTracks].some((t) => t.mode === "showing" && t.cues?.length === 2)`)
		})
	}
}

// A page that nobody may play any more says so itself, to see and to hear.
func TestPlayer_SaysThatItHasExpired(t *testing.T) {
	t.Parallel()
	s := newStage(t, lecture(t), web.Options{})
	b := openBrowser(t)
	b.look(1280, 860, "light")
	b.open(s.page("?ticket=t1"))
	b.until(ahead + ` >= 4`)
	s.refuse(&library.Error{Kind: library.KindUnauthenticated, Message: "the ticket has expired"})
	s.set(func(*library.Playing) { s.generation = other })
	b.press("k")
	b.until(`document.querySelector("media-error-dialog").open`)
	says := value[string](b, `document.querySelector("media-error-dialog").innerText`)
	if !strings.HasPrefix(says, "This link has expired") || !strings.Contains(says, "open the recording again") {
		t.Errorf("it says %q", says)
	}
	b.until(`document.getElementById("announce").textContent.startsWith("This link has expired. Go back to your course and open the recording again")`)
	b.until(video + `.paused`)
	b.until(`getComputedStyle(document.querySelector("media-error-dialog")).opacity === "1"`)
	b.photograph("stage-expired")
	b.look(320, 400, "dark")
	b.photograph("stage-expired-320")
}

// spoil overwrites the samples of an fMP4 file, whose boxes stay.
func spoil(t *testing.T, file string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at+8 <= len(content); {
		size := int(binary.BigEndian.Uint32(content[at:]))
		if string(content[at+4:at+8]) == "mdat" {
			for i := at + 8; i < at+size; i++ {
				content[i] = 0xff
			}
		}
		at += size
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// What cannot be decoded in the middle goes on as the MP4.
func TestPlayer_FallsBackInTheMiddle(t *testing.T) {
	t.Parallel()
	folder := lecture(t)
	s := newStage(t, folder, web.Options{})
	b := openBrowser(t)
	b.open(s.page("?t=30"))
	b.until(ahead + ` >= 4`)
	spoil(t, filepath.Join(folder, "hls", "long.m4s"))
	b.hurry()
	b.press("k")
	b.until(video + `.currentSrc.endsWith("/mp4/best.mp4")`)
	b.wantGoesOn(33)
	b.press("k")
	for end := 0.0; end < 37; {
		for _, piece := range s.nextViews().Views {
			for _, interval := range piece.Intervals {
				if end = interval.End; interval.Start < 30 {
					t.Errorf("it has played %+v", interval)
				}
			}
		}
	}
}

// Where there is a list of what plays, and nothing of it, it is the MP4.
func TestPlayer_FallsBackWhereNothingComes(t *testing.T) {
	t.Parallel()
	folder := film(t)
	s := newStage(t, folder, web.Options{})
	s.close(func(w http.ResponseWriter, r *http.Request) {
		_, file, _ := strings.Cut(r.URL.Path, generation.String())
		if strings.HasPrefix(file, "/hls/") && file != "/hls/master.m3u8" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		http.ServeFile(w, r, filepath.Join(folder, filepath.FromSlash(file)))
	})
	b := openBrowser(t)
	b.open(s.page("?t=3"))
	b.until(video + `.currentSrc.endsWith("/mp4/best.mp4") && ` + video + `.currentTime === 3`)
}

// A browser that says that it plays HLS itself, and does not, is given the MP4.
func TestPlayer_FallsBackWhereTheBrowserFails(t *testing.T) {
	t.Parallel()
	s := newStage(t, film(t), web.Options{})
	s.set(func(p *library.Playing) { p.Files.HLS = "hls/none.m3u8" })
	b := openBrowser(t)
	b.before(`delete window.MediaSource; delete window.ManagedMediaSource; HTMLMediaElement.prototype.canPlayType = () => "maybe";`)
	b.open(s.page("?t=3"))
	b.until(video + `.currentSrc.endsWith("/mp4/best.mp4") && ` + video + `.currentTime === 3`)
}
