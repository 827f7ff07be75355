package web

import (
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// externalFrames are the origins of others' players.
var externalFrames = map[library.Source]string{
	library.SourceYouTube: "https://www.youtube-nocookie.com",
	library.SourceVimeo:   "https://player.vimeo.com",
}

// setPolicy sends what a page may load and who may frame it. The nonce lets in the styles
// that the player's elements write into their shadow roots; a page has none of its own.
// frames is the origin of another's player, or "".
func (p *Pages) setPolicy(h http.Header, nonce, frames string) {
	files := "'self'"
	if p.options.FileOrigin != "" {
		files += " " + p.options.FileOrigin
	}
	ancestors := p.options.FrameAncestors
	if ancestors == "" {
		ancestors = "*"
	}
	styles := "'self'"
	if nonce != "" {
		styles += " 'nonce-" + nonce + "'"
	}
	rules := []string{
		"default-src 'self'", "style-src " + styles, "img-src " + files + " data:",
		"media-src " + files + " blob:", "connect-src " + files,
		"object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors " + ancestors,
	}
	if frames == "" {
		frames = "'none'"
	}
	rules = append(rules, "frame-src "+frames)
	h.Set("Content-Security-Policy", strings.Join(rules, "; "))
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin") // others' players want an origin; the ticket is none of theirs
	h.Set("Cache-Control", "private, no-store")                 // holds a ticket and addresses that expire
	h.Set("Vary", "Sec-Fetch-Dest")
}

// newNonce is a word that nobody can guess.
func newNonce() string { return rand.Text() }
