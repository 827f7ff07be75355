package main

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

// modernView is the contract as OpenAPI 3 in JSON, without our own extensions.
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
	return json.Marshal(view)
}

// swaggerView is the contract as Swagger 2.0, in the shape that old clients read at
// their start (the wire contract, section 1, "machine spec"): every parameter and
// every top schema in place instead of behind a reference, no PATCH, and `parameters`
// and `produces` in every operation. It changes doc.
func swaggerView(doc *openapi3.T) ([]byte, error) {
	for _, item := range doc.Paths.Map() {
		item.Patch = nil
		for _, op := range item.Operations() {
			inline(op)
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
	slices.SortStableFunc(parameters, func(a, b any) int { return place(a) - place(b) })
	op["parameters"] = parameters

	op["produces"] = []string{} // of its success: faults are JSON everywhere
	for code, response := range source.Responses.Map() {
		if strings.HasPrefix(code, "2") {
			op["produces"] = slices.Sorted(maps.Keys(response.Value.Content))
		}
	}
}

// dropExtensions removes the extensions that only the generator reads.
func dropExtensions(view any) {
	switch view := view.(type) {
	case map[string]any:
		maps.DeleteFunc(view, func(key string, _ any) bool { return key == sameAs || key == needsOneOf })
		for _, value := range view {
			dropExtensions(value)
		}
	case []any:
		for _, value := range view {
			dropExtensions(value)
		}
	}
}
