package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

const (
	contract  = "../studio.yaml"
	generated = "../../internal/studioapi"
)

// The generated files are committed; a change of the contract without them, or of them
// without the contract, is noticed here.
func TestGenerate_CommittedFilesAreFresh(t *testing.T) {
	out := t.TempDir()
	if err := generate(contract, out); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		fresh, err := os.ReadFile(filepath.Join(out, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		committed, err := os.ReadFile(filepath.Join(generated, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if string(fresh) != string(committed) {
			t.Errorf("%s is not what the generator writes: run go run ./api/gen", f.Name())
		}
	}
}

// What the generator cannot write faithfully, it refuses.
func TestGenerate_RefusesWhatItDoesNotKnow(t *testing.T) {
	spec, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]struct{ old, new, want string }{
		"an answer with an optional key": {
			"required: [id, full_name, display_name, email]", "required: [id, full_name, display_name]",
			"UserBrief.email: every key of an answer is required",
		},
		"an answer that is neither JSON nor text": {"text/plain:", "image/png:", "neither JSON nor plain text"},
		"an unbounded list in a body":             {"maxItems: 1000\n", "\n", "needs maxItems"},
		"a parameter of an unknown type":          {"format: email\n", "format: password\n", "email: no reader"},
		"a nameless object in an answer": {
			"meta:\n          $ref: \"#/components/schemas/Pagination\"", "meta:\n          type: object",
			"an object needs a name",
		},
		"no success": {
			`"200":` + "\n          description: The token is valid.",
			`"400":` + "\n          description: The token is valid.", "no successful answer",
		},
	} {
		t.Run(name, func(t *testing.T) {
			broken := strings.Replace(string(spec), change.old, change.new, 1)
			if broken == string(spec) {
				t.Fatalf("the contract no longer holds %q", change.old)
			}
			file := filepath.Join(t.TempDir(), "broken.yaml")
			if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
				t.Fatal(err)
			}
			err := generate(file, t.TempDir())
			if err == nil || !strings.Contains(err.Error(), change.want) {
				t.Errorf("got %v, want %q", err, change.want)
			}
		})
	}
}

func TestModernView_IsValidAndWithoutOurExtensions(t *testing.T) {
	data := readView(t, "openapi.json")
	doc, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if doc.Paths.Value("/users/roles").Patch == nil {
		t.Error("PATCH is missing: this view alone has it")
	}
	for _, found := range regexp.MustCompile(`"x-[a-z-]+"`).FindAllString(string(data), -1) {
		if found != strconv.Quote(lecternExtension) {
			t.Errorf("holds the extension %s", found)
		}
	}
}

// In OpenAPI 3.0 nullable says nothing in a schema without a type: clients that follow it
// would take the null in an answer for a fault.
func TestModernView_NullableHasAType(t *testing.T) {
	for _, name := range []string{"openapi.json", "swagger.json"} {
		var view any
		if err := json.Unmarshal(readView(t, name), &view); err != nil {
			t.Fatal(err)
		}
		for _, at := range nullableWithoutType(nodes(view), "") {
			t.Errorf("%s: %s is nullable and has no type", name, at)
		}
	}
	broken := node{"schemas": []any{node{"nullable": true, "allOf": []any{}}, node{"x-nullable": true}, node{"nullable": true, "type": "object"}}}
	if found := nullableWithoutType(broken, ""); len(found) != 2 {
		t.Errorf("finds %q", found)
	}
}

func nullableWithoutType(v any, at string) (found []string) {
	switch v := v.(type) {
	case node:
		if (v["nullable"] == true || v["x-nullable"] == true) && v["type"] == nil {
			found = append(found, at)
		}
		for key, value := range v {
			found = append(found, nullableWithoutType(value, at+"/"+key)...)
		}
	case []any:
		for i, value := range v {
			found = append(found, nullableWithoutType(value, at+"/"+strconv.Itoa(i))...)
		}
	}
	return found
}

// A boolean in the query is a text with two values in the old view.
func TestSwaggerView_BooleansAreEnums(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(readView(t, "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	view, checked := readSwagger(t), 0
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for _, p := range view.at("paths", path, strings.ToLower(method)).list("parameters") {
				source := op.Parameters.GetByInAndName(fmt.Sprint(p["in"]), fmt.Sprint(p["name"]))
				if source == nil || !source.Schema.Value.Type.Is("boolean") {
					continue
				}
				checked++
				if !slices.Equal(asList(p["enum"]), []any{"true", "false"}) {
					t.Errorf("%s %s: %v has the values %v", method, path, p["name"], p["enum"])
				}
			}
		}
	}
	if checked == 0 {
		t.Error("there is no boolean in a query any more: is this test about anything?")
	}
}

func TestSwaggerView_IsValid(t *testing.T) {
	var doc openapi2.T
	if err := json.Unmarshal(readView(t, "swagger.json"), &doc); err != nil {
		t.Fatal(err)
	}
	doc3, err := openapi2conv.ToV3(&doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc3.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if doc.BasePath != "/api/public/v1" {
		t.Errorf("basePath is %q", doc.BasePath)
	}
}

func TestSwaggerView_KeepsTheContract(t *testing.T) {
	for _, violation := range violations(readSwagger(t)) {
		t.Error(violation)
	}
}

// Each clause of the check bites: a view that breaks it is noticed.
func TestSwaggerView_CheckBites(t *testing.T) {
	search := func(view node) node { return view.at("paths", "/users/search", "get") }
	parameter := func(view node) node { return search(view).list("parameters")[0] }
	schema := func(view node) node { return search(view).at("responses", "200", "schema") }
	for want, breakIt := range map[string]func(view node){
		"is not relative": func(v node) {
			v.at("paths")["/api/public/v1/users"] = v.at("paths")["/users/{user_id}"]
		},
		"parameters is no method": func(v node) { v.at("paths", "/users/search")["parameters"] = []any{} },
		"patch is no method":      func(v node) { v.at("paths", "/users/search")["patch"] = search(v) },
		"no summary":              func(v node) { delete(search(v), "summary") },
		"percent":                 func(v node) { search(v)["description"] = "100 % of them" },
		"no parameters":           func(v node) { delete(search(v), "parameters") },
		"no responses":            func(v node) { delete(search(v), "responses") },
		"is a $ref":               func(v node) { parameter(v)["$ref"] = "#/parameters/Role" },
		"has no description":      func(v node) { delete(parameter(v), "description") },
		"has no type":             func(v node) { delete(parameter(v), "type") },
		"of type boolean":         func(v node) { parameter(v)["type"] = "boolean" },
		"is not among":            func(v node) { v.at("paths")["/tags/{tag}"] = node{"get": search(v)} },
		"no whole segment":        func(v node) { v.at("paths")["/tags/{tag_id}.json"] = node{"get": search(v)} },
		"no such parameter":       func(v node) { v.at("paths")["/tags/{tag_id}"] = node{"get": search(v)} },
		"answer 200 is a $ref":    func(v node) { schema(v)["$ref"] = "#/definitions/User" },
		"nor a page":              func(v node) { delete(schema(v), "allOf") },
		"is no page":              func(v node) { slices.Reverse(asList(schema(v)["allOf"])) },
		"is in header":            func(v node) { parameter(v)["in"] = "header" },
		"stands in no path":       func(v node) { parameter(v)["in"] = "path" },
		"a form has no such type": func(v node) {
			search(v)["parameters"] = []any{node{"name": "x", "in": "formData", "description": "X.", "type": "object"}}
		},
		"percent sign in /definitions/Error": func(v node) { v.at("definitions", "Error")["description"] = "50 % of them" },
		"answer 201 is a $ref": func(v node) {
			v.at("paths", "/collections", "post", "responses", "201", "schema")["$ref"] = "#/definitions/Collection"
		},
		"answer 302 is no JSON": func(v node) {
			v.at("paths", "/media/{media_id}/download", "get", "responses", "302")["schema"] = node{"type": "file"}
		},
		"should have no schema": func(v node) {
			v.at("paths", "/ping", "get", "responses", "200")["schema"] = node{"type": "string"}
		},
	} {
		t.Run(want, func(t *testing.T) {
			view := readSwagger(t)
			breakIt(view)
			if found := violations(view); !strings.Contains(strings.Join(found, "\n"), want) {
				t.Errorf("found only %q", found)
			}
		})
	}
}

// violations checks the Swagger view against the row "machine spec" of the wire
// contract, section 1, clause by clause.
func violations(view node) (found []string) {
	for path, item := range view.at("paths") {
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "/api/") {
			found = append(found, path+" is not relative to the base path")
		}
		for method, op := range asNode(item) {
			say := func(format string, args ...any) {
				found = append(found, method+" "+path+": "+fmt.Sprintf(format, args...))
			}
			if !slices.Contains([]string{"get", "post", "put", "delete"}, method) {
				say("%s is no method that clients know", method)
				continue
			}
			checkOperation(asNode(op), path, say)
		}
	}
	return append(found, percentSigns(view, "")...)
}

// percentSigns finds them in all summaries and descriptions, in which clients format.
func percentSigns(v any, at string) (found []string) {
	switch v := v.(type) {
	case node:
		for key, value := range v {
			text, _ := value.(string)
			if (key == "summary" || key == "description") && strings.Contains(text, "%") {
				found = append(found, "a percent sign in "+at+"/"+key)
			}
			found = append(found, percentSigns(value, at+"/"+key)...)
		}
	case []any:
		for i, value := range v {
			found = append(found, percentSigns(value, at+"/"+strconv.Itoa(i))...)
		}
	}
	return found
}

type complaint func(format string, args ...any)

var wholeSegment = regexp.MustCompile(`^\{([a-z_]+)\}$`)

func checkOperation(op node, path string, say complaint) {
	if summary, _ := op["summary"].(string); summary == "" {
		say("no summary")
	}
	parameters, ok := op["parameters"].([]any)
	if !ok {
		say("no parameters")
	}
	inPath := make(map[string]bool)
	for _, p := range parameters {
		parameter := asNode(p)
		checkParameter(parameter, say)
		if parameter["in"] == "path" {
			inPath[fmt.Sprint(parameter["name"])] = true
		}
	}
	for segment := range strings.SplitSeq(path, "/") {
		if !strings.ContainsAny(segment, "{}") {
			continue
		}
		match := wholeSegment.FindStringSubmatch(segment)
		switch {
		case match == nil:
			say("%s is no whole segment", segment)
		case !slices.Contains(oldPathParameters, match[1]):
			say("%s is not among the path parameters of the contract", match[1])
		case !inPath[match[1]]:
			say("%s: no such parameter", match[1])
		}
		if match != nil {
			delete(inPath, match[1])
		}
	}
	for name := range inPath {
		say("parameter %s stands in no path", name)
	}
	responses, ok := op["responses"].(node)
	if !ok {
		say("no responses")
		return
	}
	for code, response := range responses {
		if code < "400" {
			checkSuccess(code, asNode(response), op, say)
		}
	}
}

func checkParameter(p node, say complaint) {
	if p["$ref"] != nil {
		say("a parameter is a $ref")
		return
	}
	for _, key := range []string{"name", "in", "description"} {
		if text, _ := p[key].(string); text == "" {
			say("parameter %v has no %s", p["name"], key)
		}
	}
	kind, _ := p["type"].(string)
	if kind == "" && p["in"] != "body" {
		say("parameter %v has no type", p["name"])
		return
	}
	switch p["in"] {
	case "path", "query":
		if !slices.Contains([]string{"integer", "string", "array"}, kind) {
			say("parameter %v is of type %v", p["name"], kind)
		}
	case "formData":
		if !slices.Contains([]string{"integer", "string", "array", "boolean", "number", "file"}, kind) {
			say("parameter %v is of type %s: a form has no such type", p["name"], kind)
		}
	case "body":
	default:
		say("parameter %v is in %v", p["name"], p["in"])
	}
}

// checkSuccess looks at what is answered: JSON has a schema in place, with properties
// or as a page of a list; text, files and redirects have none.
func checkSuccess(code string, success, op node, say complaint) {
	schema, hasSchema := success["schema"].(node)
	isJSON := slices.Contains(asList(op["produces"]), any("application/json")) && code < "300"
	switch {
	case !isJSON && hasSchema:
		say("its answer %s is no JSON and should have no schema", code)
		return
	case !isJSON:
		return
	case schema["$ref"] != nil:
		say("its answer %s is a $ref", code)
		return
	case schema["properties"] != nil:
		return
	case schema["type"] == "array" && op["operationId"] == "listCourseMedia": // the contract's one exception
		return
	case schema["allOf"] == nil:
		say("its answer %s has neither properties nor a page", code)
		return
	}
	parts := schema.list("allOf")
	if len(parts) != 2 || parts[1]["$ref"] != "#/definitions/PaginationMeta" {
		say("its allOf is no page")
		return
	}
	properties := slices.Collect(maps.Values(parts[0].at("properties")))
	if len(properties) != 1 || asNode(properties[0])["type"] != "array" {
		say("its page holds no single list")
	}
}

// node is an object in a decoded piece of JSON.
type node map[string]any

// asNode and asList are nil for what is of another type.
func asNode(v any) node {
	n, _ := v.(node)
	return n
}

func asList(v any) []any {
	list, _ := v.([]any)
	return list
}

func (o node) at(keys ...string) node {
	for _, key := range keys {
		o = asNode(o[key])
	}
	return o
}

func (o node) list(key string) (found []node) {
	for _, item := range asList(o[key]) {
		found = append(found, asNode(item))
	}
	return found
}

func readSwagger(t *testing.T) node {
	t.Helper()
	var view any
	if err := json.Unmarshal(readView(t, "swagger.json"), &view); err != nil {
		t.Fatal(err)
	}
	return asNode(nodes(view))
}

// nodes gives every object in a decoded piece of JSON the methods above.
func nodes(v any) any {
	switch v := v.(type) {
	case map[string]any:
		o := make(node, len(v))
		for key, value := range v {
			o[key] = nodes(value)
		}
		return o
	case []any:
		for i := range v {
			v[i] = nodes(v[i])
		}
	}
	return v
}

func readView(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(generated, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
