// Command gen generates half of internal/studioapi from the contract, api/studio.yaml. Run it
// from the top of the repository:
//
//	go run ./api/gen
//
// It works in three steps:
//
//   - wire.go reads the contract into what the templates need: the operations, the input of
//     each (inputs.go), and the objects of their answers (answers.go). If it cannot generate
//     something, it fails and names the place.
//   - templates/*.tmpl write operations_gen.go (the Server interface, the operation
//     table, an input and a bind function for each operation) and models_gen.go (the
//     answers, which write themselves as JSON).
//   - views.go writes openapi.json and swagger.json, which the server serves.
//
// The result is committed, so that building Lectern needs no generator, and the
// server binary does not link the OpenAPI library that this program uses.
package main

import (
	"bytes"
	"embed"
	"flag"
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"text/template"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed templates/*.tmpl
var templateFiles embed.FS

func main() {
	spec := flag.String("spec", "api/studio.yaml", "the contract")
	out := flag.String("out", "internal/studioapi", "the folder to write to")
	flag.Parse()
	if err := generate(*spec, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// generate writes all files, or none when the contract cannot be generated.
func generate(spec, out string) error {
	files := make(map[string][]byte)

	doc, err := load(spec)
	if err != nil {
		return err
	}
	w, err := readWire(doc)
	if err != nil {
		return fmt.Errorf("%s: %w", spec, err)
	}
	templates, err := template.ParseFS(templateFiles, "templates/*.tmpl")
	if err != nil {
		return err
	}
	for _, name := range []string{"operations_gen.go", "models_gen.go"} {
		var source bytes.Buffer
		if err := templates.ExecuteTemplate(&source, name+".tmpl", w); err != nil {
			return err
		}
		if files[name], err = format.Source(source.Bytes()); err != nil {
			return fmt.Errorf("%s is not Go: %w\n%s", name, err, source.Bytes())
		}
	}

	addAlways(doc)
	if files["openapi.json"], err = modernView(doc); err != nil {
		return err
	}
	if files["swagger.json"], err = swaggerView(doc); err != nil {
		return err
	}

	for name, content := range files {
		if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// load reads the contract and checks that it is valid OpenAPI. It keeps the place of
// every element, because the order of the file has a meaning that maps lose.
func load(spec string) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IncludeOrigin = true
	doc, err := loader.LoadFromFile(spec)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(loader.Context)
}
