package web_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/web"
)

// A page in a frame is the player alone, though the browser does not tell the server.
func TestPages_KnowThatTheyAreFramed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  func(*library.Playing)
		then string
	}{
		"player":  {func(*library.Playing) {}, `getComputedStyle(page.querySelector(".about")).display === "none" && page.querySelector("media-controller").offsetHeight === 360`},
		"waiting": {func(p *library.Playing) { p.Media.State = library.StateTranscoding }, `page.documentElement.className === "framed"`},
		"failed":  {func(p *library.Playing) { p.Media.State = library.StateFailed }, `page.documentElement.className === "framed"`},
		"external": {func(p *library.Playing) {
			p.Media.State = library.StateExternal
			p.External = library.ExternalPlayer{Provider: library.SourceVimeo, URL: "about:blank"}
		}, `page.querySelector("iframe").offsetHeight === 360`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, film(t), web.Options{})
			s.secretive = true
			s.set(c.set)
			b := openBrowser(t)
			b.open(s.url + "/frame?of=/embed/" + s.embed.String())
			b.until(`((page) => page.readyState === "complete" && ` + c.then + `)(document.querySelector("iframe").contentDocument)`)
		})
	}
}
