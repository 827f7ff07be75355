package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

// addAlways documents for each operation what any of them may answer: that there are too many
// requests, that the database or the storage is away, and, if it changes something, that there
// is no space.
func addAlways(doc *openapi3.T) {
	response := func(name string) *openapi3.ResponseRef {
		return &openapi3.ResponseRef{Ref: "#/components/responses/" + name, Value: doc.Components.Responses[name].Value}
	}
	for _, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.Responses.Value("429") == nil {
				op.Responses.Set("429", response("TooMany"))
			}
			op.Responses.Set("503", response("Unavailable"))
			if method != http.MethodGet {
				op.Responses.Set("507", response("NoSpace"))
			}
		}
	}
}

// modernView is the contract as OpenAPI 3 in JSON, without our own extensions. Its operations
// are in the order of the file, which is that of the docs page.
func modernView(doc *openapi3.T) ([]byte, error) {
	data, err := doc.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var view any
	if err := json.Unmarshal(data, &view); err != nil {
		return nil, err
	}
	dropExtensions(view)
	whole, isObject := view.(map[string]any)
	items, hasPaths := whole["paths"].(map[string]any)
	if !isObject || !hasPaths {
		return nil, errors.New("the contract has no paths")
	}
	paths := ordered{values: items}
	paths.keys = inOrder(doc.Paths.Map(), func(item *openapi3.PathItem) *openapi3.Origin { return item.Origin })
	for path, item := range items {
		operations, _ := item.(map[string]any)
		items[path] = ordered{operations, methodsInOrder(operations)}
	}
	whole["paths"] = paths
	return json.Marshal(whole)
}

// ordered is an object of JSON whose keys have an order.
type ordered struct {
	values map[string]any
	keys   []string
}

// MarshalJSON is [json.Marshaler]'s.
func (o ordered) MarshalJSON() ([]byte, error) {
	text := []byte{'{'}
	for i, key := range o.keys {
		name, err := json.Marshal(key)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(o.values[key])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(append(text, name...), ':'), value...)
	}
	return append(text, '}'), nil
}

// methodsInOrder is the keys of the operations of a path: first what reads.
func methodsInOrder(operations map[string]any) []string {
	order := []string{"get", "post", "put", "patch", "delete"}
	return slices.SortedFunc(maps.Keys(operations), func(a, b string) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a), slices.Index(order, b)), cmp.Compare(a, b))
	})
}

// swaggerView is the contract as Swagger 2.0, in the shape that old clients read at
// their start (the wire contract, section 1, "machine spec"): every parameter and
// every top schema in place instead of behind a reference, and `parameters` and
// `produces` in every operation. They die of what they don't know, so PATCH, paths with
// parameters beyond the contract's list, and our own extensions are left out. It
// changes doc.
func swaggerView(doc *openapi3.T) ([]byte, error) {
	for path, item := range doc.Paths.Map() {
		item.Patch = nil
		for method, op := range item.Operations() {
			if op.Extensions[lecternExtension] == true {
				item.SetOperation(method, nil)
			}
			op.Security = nil // every operation takes a token, which is all that old clients have
			inline(op)
		}
		if len(item.Operations()) == 0 || !knownToOldClients(path) {
			doc.Paths.Delete(path)
		}
	}
	doc.Components.Parameters = nil
	doc.Components.RequestBodies = nil
	doc.Components.Responses = nil

	converted, err := openapi2conv.FromV3(doc)
	if err != nil {
		return nil, err
	}
	data, err := converted.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var view struct {
		Paths map[string]map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal(data, &view); err != nil {
		return nil, err
	}
	for path, item := range view.Paths {
		for method, op := range item {
			complete(op, doc.Paths.Value(path).GetOperation(strings.ToUpper(method)))
		}
	}

	var whole map[string]any
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, err
	}
	whole["paths"] = view.Paths
	dropExtensions(whole)
	return json.Marshal(whole)
}

// oldPathParameters are those that old clients know.
var oldPathParameters = []string{
	"user_id", "media_id", "collection_id", "course_id", "group_id", "perspective_id", "tag_id", "caption_file_id",
}

func knownToOldClients(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		name, isParameter := strings.CutPrefix(segment, "{")
		if isParameter && !slices.Contains(oldPathParameters, strings.TrimSuffix(name, "}")) {
			return false
		}
	}
	return true
}

// inline puts what an operation refers to in its place: parameters, the body, the
// responses, and the top schema of each.
func inline(op *openapi3.Operation) {
	for _, parameter := range op.Parameters {
		parameter.Ref = ""
		parameter.Value.Schema.Ref = ""
	}
	if op.RequestBody != nil {
		op.RequestBody.Ref = ""
	}
	for _, response := range op.Responses.Map() {
		response.Ref = ""
		for _, content := range response.Value.Content {
			content.Schema.Ref = ""
		}
	}
}

// complete gives a converted operation what the converter leaves out: the list of
// parameters even when it is empty, in the order of the contract, and what it answers.
func complete(op map[string]any, source *openapi3.Operation) {
	order := make([]string, 0, len(source.Parameters))
	for _, parameter := range source.Parameters {
		order = append(order, parameter.Value.Name)
	}
	parameters, _ := op["parameters"].([]any)
	if parameters == nil {
		parameters = []any{}
	}
	place := func(parameter any) int {
		if p, ok := parameter.(map[string]any); ok {
			if i := slices.IndexFunc(order, func(name string) bool { return p["name"] == name }); i >= 0 {
				return i
			}
		}
		return len(order) // a body's parameters come last
	}
	for _, parameter := range parameters {
		simplify(parameter)
	}
	slices.SortStableFunc(parameters, func(a, b any) int { return place(a) - place(b) })
	op["parameters"] = parameters

	op["produces"] = []string{} // of its success: faults are JSON everywhere
	for code, response := range source.Responses.Map() {
		if strings.HasPrefix(code, "2") {
			op["produces"] = slices.Sorted(maps.Keys(response.Value.Content))
			nameNoProperties(op, code)
		}
	}
}

// simplify gives a parameter in the path or the query one of the types that old clients
// know there: integer, string and array.
func simplify(parameter any) {
	p, _ := parameter.(map[string]any)
	if p["in"] != "query" && p["in"] != "path" {
		return
	}
	switch p["type"] {
	case "boolean":
		p["enum"] = []string{"true", "false"}
		if otherwise, ok := p["default"].(bool); ok {
			p["default"] = strconv.FormatBool(otherwise)
		}
	case "number":
		delete(p, "format")
	default:
		return
	}
	p["type"] = "string"
}

// nameNoProperties says of an answer that is an object without properties that it has
// none, which the converter leaves out.
func nameNoProperties(op map[string]any, code string) {
	responses, _ := op["responses"].(map[string]any)
	response, _ := responses[code].(map[string]any)
	schema, _ := response["schema"].(map[string]any)
	if schema["type"] == "object" && schema["properties"] == nil && schema["allOf"] == nil {
		schema["properties"] = map[string]any{}
	}
}

// generatorsOwn are the extensions that only the generator reads.
var generatorsOwn = []string{sameAs, needsOneOf, absentIfNull, forServices, takesTicket, takesSignature}

// dropExtensions removes the extensions that only the generator reads.
func dropExtensions(view any) {
	switch view := view.(type) {
	case map[string]any:
		maps.DeleteFunc(view, func(key string, _ any) bool { return slices.Contains(generatorsOwn, key) })
		for _, value := range view {
			dropExtensions(value)
		}
	case []any:
		for _, value := range view {
			dropExtensions(value)
		}
	}
}
