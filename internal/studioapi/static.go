package studioapi

import (
	"embed"
	"errors"
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

// The views of the contract, compressed once for those who take that.
var (
	openAPIFile = front.NewStatic(front.JSONType, openAPIView)
	swaggerFile = front.NewStatic(front.JSONType, swaggerView)
	docs        = readDocs()
)

// openAPI serves the contract as OpenAPI 3. It takes no token, and counts as a request
// without one.
func openAPI(x *front.Exchange, r *http.Request) error {
	if err := x.CountAddress(); err != nil {
		return err
	}
	return openAPIFile.Serve(x, r)
}

// swagger serves the contract as Swagger 2.0, which wants a token like the operations.
func swagger(x *front.Exchange, r *http.Request) error { return swaggerFile.Serve(x, r) }

// docsTypes is what the docs page is made of.
var docsTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".png":  "image/png",
	".txt":  "text/plain; charset=utf-8",
}

// readDocs reads the files of the docs page, by their names.
func readDocs() map[string]*front.Static {
	entries, err := docsFiles.ReadDir("docs")
	files := make(map[string]*front.Static, len(entries))
	for _, entry := range entries {
		content, failed := docsFiles.ReadFile("docs/" + entry.Name())
		err = errors.Join(err, failed)
		files[entry.Name()] = front.NewStatic(docsTypes[path.Ext(entry.Name())], content)
	}
	if err != nil {
		panic(err) // the files are in the program
	}
	return files
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
	file, found := docs[r.PathValue("file")]
	if !found {
		return front.ErrNoPath
	}
	return file.Serve(x, r)
}
