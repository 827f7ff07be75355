package web

import (
	"embed"
	"io"
	"net/http"
	"strconv"
	"strings"
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
func (p *Pages) home(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Vary", "Accept")
	h.Set("Cache-Control", "no-cache")
	if !acceptsHTML(r) {
		h.Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":"there is nothing at this path: the API is below /api/public/v1 and described at /api/public/docs/"}`) // the client may have gone
		return
	}
	h.Set("Content-Security-Policy", homePolicy)
	h.Set("Referrer-Policy", "no-referrer")
	p.show(w, r, http.StatusOK, "home.html", frame{assets: p.assets})
}

// acceptsHTML says whether a client accepts a page: a browser does, and a client that accepts
// anything or does not say. One that accepts only JSON expects the API here.
func acceptsHTML(r *http.Request) bool {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return true
	}
	for one := range strings.SplitSeq(accept, ",") {
		kind, parameters, _ := strings.Cut(one, ";")
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "text/html", "application/xhtml+xml", "text/*", "*/*":
			if weight(parameters) > 0 {
				return true
			}
		}
	}
	return false
}

// weight is the parameter q of what is accepted (RFC 9110, 12.4.2); 1 where there is none.
func weight(parameters string) float64 {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if q, err := strconv.ParseFloat(value, 64); err == nil && strings.EqualFold(name, "q") {
			return q
		}
	}
	return 1
}

// favicon is the icon at the address where browsers look for one.
func favicon(w http.ResponseWriter, _ *http.Request) {
	content, err := iconFiles.ReadFile("icons/favicon.ico")
	if err != nil {
		http.Error(w, "there is no icon", http.StatusInternalServerError)
		return
	}
	serveFixed(w, "image/x-icon", content)
}

// robots keeps crawlers away: a library is for the people it is shared with.
func robots(w http.ResponseWriter, _ *http.Request) {
	serveFixed(w, "text/plain; charset=utf-8", []byte("User-agent: *\nDisallow: /\n"))
}

// serveFixed answers with what changes only with the program.
func serveFixed(w http.ResponseWriter, contentType string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "public, max-age=86400")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	_, _ = w.Write(content) // the client may have gone
}
