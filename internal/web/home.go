package web

import (
	"embed"
	"net/http"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// iconFiles are the icons of the pages. favicon.ico is icon.svg as a PNG of 32 × 32 pixels,
// for browsers that ask for it of themselves.
//
//go:embed icons
var iconFiles embed.FS

// homePolicy allows the front page its own style sheet and icon, and nothing else. The page
// cannot be framed.
const homePolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// home is the front page. It says what this server is, for people who open its address.
func (p *Pages) home(x *front.Exchange, r *http.Request) error {
	if !acceptsHTML(r) {
		return errNoHome
	}
	if err := x.CountAddress(); err != nil {
		return err
	}
	h := x.Header()
	h.Set("Vary", "Accept")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", homePolicy)
	h.Set("Referrer-Policy", "no-referrer")
	return p.show(x, "home.html", frame{assets: p.assets})
}

// errNoHome tells a program where the API is that it looks for.
var errNoHome = &library.Error{
	Kind: library.KindNotFound, Message: "there is nothing at this path: the API is below /api/public/v1 and described at /api/public/docs/",
}

// acceptsHTML says whether a client accepts a page: a browser does, and a client that accepts
// anything or does not say. One that accepts only JSON expects the API here.
func acceptsHTML(r *http.Request) bool {
	return front.Accepts(r, "text/html") > 0 || front.Accepts(r, "application/xhtml+xml") > 0
}

// favicon is the icon at the address where browsers look for one.
func favicon(x *front.Exchange, _ *http.Request) error {
	content, err := iconFiles.ReadFile("icons/favicon.ico")
	if err != nil {
		return err
	}
	serveFixed(x, "image/x-icon", content)
	return nil
}

// robots keeps crawlers away: a library is for the people it is shared with.
func robots(x *front.Exchange, _ *http.Request) error {
	serveFixed(x, front.TextType, []byte("User-agent: *\nDisallow: /\n"))
	return nil
}

// serveFixed answers with what changes only with the program.
func serveFixed(x *front.Exchange, contentType string, content []byte) {
	x.Header().Set("Cache-Control", "public, max-age=86400")
	x.Answer(http.StatusOK, contentType, content)
}
