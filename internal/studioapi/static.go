package studioapi

import (
	"embed"
	"net/http"
	"path"

	"github.com/lectern-media/lectern/internal/front"
)

var (
	//go:embed openapi.json
	openAPIView []byte

	//go:embed swagger.json
	swaggerView []byte

	// docsFiles is the docs page: our own index.html, start.js and page.css, and the
	// parts of swagger-ui-dist that script/copy-swagger-ui copies.
	//
	//go:embed docs
	docsFiles embed.FS

	//go:embed thumbnail.png
	neutralThumbnail []byte
)

// file serves bytes that are the same for everyone until the next version.
func file(contentType string, content []byte) front.Handler {
	return func(x *front.Exchange, _ *http.Request) error {
		x.Header().Set("Cache-Control", "no-cache")
		x.Answer(http.StatusOK, contentType, content)
		return nil
	}
}

// openAPI serves the contract as OpenAPI 3. It takes no token, and counts as a request
// without one.
func openAPI(x *front.Exchange, r *http.Request) error {
	if err := x.CountAddress(); err != nil {
		return err
	}
	return file(front.JSONType, openAPIView)(x, r)
}

// swagger serves the contract as Swagger 2.0, which wants a token like the operations.
func swagger(x *front.Exchange, r *http.Request) error {
	return file(front.JSONType, swaggerView)(x, r)
}

// docsTypes is what the docs page is made of.
var docsTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".png":  "image/png",
	".txt":  "text/plain; charset=utf-8",
}

// docsPolicy lets the docs page load and run nothing but the files beside it; the
// pictures inside swagger-ui.css are data URLs.
const docsPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'"

// docsPage shows the contract to a person.
func docsPage(x *front.Exchange, r *http.Request) error {
	x.Header().Set("Content-Security-Policy", docsPolicy)
	r.SetPathValue("file", "index.html")
	return docsFile(x, r)
}

func docsFile(x *front.Exchange, r *http.Request) error {
	name := r.PathValue("file")
	content, err := docsFiles.ReadFile("docs/" + name)
	if err != nil {
		return front.ErrNoPath
	}
	return file(docsTypes[path.Ext(name)], content)(x, r)
}
