package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Our own extensions of the contract, which are kept out of what is published.
const (
	sameAs         = "x-same-as"
	needsOneOf     = "x-needs-one-of"
	absentIfNull   = "x-absent-if-null"
	forServices    = "x-for-caption-services"
	takesTicket    = "x-takes-ticket"
	takesSignature = "x-takes-signature"
)

// lecternExtension marks what the vendor's API does not have. It is published in
// openapi.json and kept out of the Swagger view.
const lecternExtension = "x-lectern-extension"

// wire is the contract as the templates see it, in the order of the file.
type wire struct {
	BasePath   string
	Operations []operation
	Inputs     []object // what operations take, and the objects inside
	Models     []object // what operations answer, and the objects inside
}

// operation is one row of the operation table.
type operation struct {
	Name    string // in Go: ListUserMedia
	Summary string
	Method  string
	Path    string // below the base path, with {name} for a parameter
	Status  int    // of success
	Answer  string // the adapter function that serves this kind of answer
	Output  string // the Go type of the answer, empty where it has no body
	Options string // further fields of the operation table
	// AnsweredBy names the operation whose input and method this one shares; it is
	// Name unless the contract says x-same-as.
	AnsweredBy string
}

// object is a Go struct with what it takes to bind it or to write it.
type object struct {
	Name       string
	Doc        string
	Fields     []field
	NeedsOneOf []string // in an input: parameters of which one must be given
}

// field is one key of an object, or, without a Name, a struct that is embedded.
type field struct {
	Name string // in Go: UserID
	Key  string // on the wire: user_id
	Doc  string
	Type string // in Go
	Bind string // in an input: the expression that reads it from p
	JSON string // in an answer: the expression that appends v's field to b
}

// InputImports is what the types and the binding of the inputs need in addition to the library.
func (w *wire) InputImports() []string {
	return imports(w.Inputs, "math", "time", "github.com/google/uuid")
}

// ModelImports is what the types of the answers need.
func (w *wire) ModelImports() []string { return imports(w.Models, "encoding/json", "time") }

// imports is those of the packages that the fields of the objects need.
func imports(objects []object, packages ...string) []string {
	var needed []string
	for _, pkg := range packages {
		uses := func(f field) bool {
			return strings.Contains(f.Type+" "+f.Bind, path.Base(pkg)+".")
		}
		if slices.ContainsFunc(objects, func(o object) bool { return slices.ContainsFunc(o.Fields, uses) }) {
			needed = append(needed, pkg)
		}
	}
	return needed
}

// readWire collects everything that the operations reach.
func readWire(doc *openapi3.T) (*wire, error) {
	w := &wire{BasePath: doc.Servers[0].URL}
	paths := doc.Paths.Map()
	for _, p := range inOrder(paths, func(item *openapi3.PathItem) *openapi3.Origin { return item.Origin }) {
		for _, method := range []string{
			http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		} {
			spec := paths[p].GetOperation(method)
			if spec == nil {
				continue
			}
			if err := w.addOperation(p, method, spec); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, p, err)
			}
		}
	}
	slices.SortFunc(w.Models, func(a, b object) int { return cmp.Compare(a.Name, b.Name) })
	return w, nil
}

func (w *wire) addOperation(at, method string, spec *openapi3.Operation) error {
	op := operation{Name: goName(spec.OperationID), Summary: spec.Summary, Method: method, Path: at}
	op.AnsweredBy = op.Name
	if same, ok := spec.Extensions[sameAs].(string); ok {
		op.AnsweredBy = goName(same)
	}
	if err := w.addAnswer(&op, spec); err != nil {
		return err
	}
	if op.AnsweredBy == op.Name {
		if err := w.addInput(op, spec); err != nil {
			return err
		}
	}
	if spec.Extensions[forServices] == true {
		op.Options += ", forServices: true"
	}
	if spec.Extensions[takesTicket] == true {
		op.Options += ", takesTicket: true"
	}
	if spec.Extensions[takesSignature] == true {
		op.Options += ", takesSignature: true"
	}
	if spec.RequestBody != nil {
		content := spec.RequestBody.Value.Content
		if content[multipartForm] != nil {
			op.Options += ", takesFile: true"
		} else if body := content.Get("application/json"); body != nil && body.Schema.Value.Type.Is("array") {
			op.Options += ", takesList: true"
		}
	}
	w.Operations = append(w.Operations, op)
	return nil
}

// keysInOrder is the properties of an object in the order of the file.
func keysInOrder(schema *openapi3.Schema) []string {
	return inOrder(schema.Properties, func(ref *openapi3.SchemaRef) *openapi3.Origin {
		if ref.Origin != nil { // a reference: where it stands, not what it points to
			return ref.Origin
		}
		return ref.Value.Origin
	})
}

// inOrder is the keys of a piece of the contract in the order of the file.
func inOrder[T any](elements map[string]T, origin func(T) *openapi3.Origin) []string {
	return slices.SortedFunc(maps.Keys(elements), func(a, b string) int {
		keyA, keyB := origin(elements[a]).Key, origin(elements[b]).Key
		return cmp.Or(cmp.Compare(keyA.Line, keyB.Line), cmp.Compare(keyA.Column, keyB.Column))
	})
}

// stringList reads a list of strings out of a piece of YAML.
func stringList(value any) []string {
	items, _ := value.([]any)
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = fmt.Sprint(item)
	}
	return list
}

// typeDoc is the comment of a struct, made of the words of the contract.
func typeDoc(name string, schema *openapi3.Schema) string {
	if schema.Description == "" {
		return name + " is an object of the contract."
	}
	return name + " is " + strings.ToLower(schema.Description[:1]) + schema.Description[1:]
}

// fieldDoc is the comment of a field: what the contract says here, not about the
// type in general.
func fieldDoc(ref *openapi3.SchemaRef) string {
	if ref.Ref != "" {
		return ""
	}
	return ref.Value.Description
}

// goName turns a name of the contract into an exported name of Go: user_id is
// UserID, listUserMedia is ListUserMedia.
func goName(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		switch word {
		case "id", "url", "lti", "uuid", "asr", "tus":
			b.WriteString(strings.ToUpper(word))
		case "mime":
			b.WriteString("MIME")
		case "ids":
			b.WriteString("IDs")
		default:
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
