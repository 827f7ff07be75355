package main

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

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
	Output  string // the Go type of the answer
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

// readWire collects everything that the operations reach.
func readWire(doc *openapi3.T) (*wire, error) {
	w := &wire{BasePath: doc.Servers[0].URL}
	paths := doc.Paths.Map()
	for _, p := range slices.SortedFunc(maps.Keys(paths), func(a, b string) int {
		return cmp.Compare(paths[a].Origin.Key.Line, paths[b].Origin.Key.Line)
	}) {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			spec := paths[p].GetOperation(method)
			if spec == nil {
				continue
			}
			if err := w.addOperation(p, method, spec); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, p, err)
			}
		}
	}
	byName := func(a, b object) int { return cmp.Compare(a.Name, b.Name) }
	slices.SortFunc(w.Models, byName)
	return w, nil
}

func (w *wire) addOperation(path, method string, spec *openapi3.Operation) error {
	op := operation{Name: goName(spec.OperationID), Summary: spec.Summary, Method: method, Path: path}
	op.AnsweredBy = op.Name
	if same, ok := spec.Extensions["x-same-as"].(string); ok {
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
	w.Operations = append(w.Operations, op)
	return nil
}

// addAnswer finds the one successful answer of an operation and its Go type.
func (w *wire) addAnswer(op *operation, spec *openapi3.Operation) error {
	for code, response := range spec.Responses.Map() {
		status, err := strconv.Atoi(code)
		if err != nil || status >= 300 {
			continue
		}
		if op.Status != 0 {
			return fmt.Errorf("more than one successful answer")
		}
		op.Status = status
		if response.Value.Content.Get("text/plain") != nil {
			op.Answer, op.Output = "answerText", "string"
			continue
		}
		content := response.Value.Content.Get("application/json")
		if content == nil {
			return fmt.Errorf("answer %s: neither JSON nor plain text", code)
		}
		op.Answer, op.Output = "answerJSON", op.AnsweredBy+"Output"
		doc := fmt.Sprintf("%s is the answer of %s %s.", op.Output, op.Method, op.Path)
		if err := w.addModel(op.Output, doc, content.Schema.Value); err != nil {
			return fmt.Errorf("answer %s: %w", code, err)
		}
	}
	if op.Status == 0 {
		return fmt.Errorf("no successful answer")
	}
	return nil
}

// addInput collects the parameters of an operation, those of its body last.
func (w *wire) addInput(op operation, spec *openapi3.Operation) error {
	input := object{
		Name: op.Name + "Input",
		Doc:  fmt.Sprintf("%sInput is what %s %s takes.", op.Name, op.Method, op.Path),
	}
	for _, name := range stringList(spec.Extensions["x-needs-one-of"]) {
		input.NeedsOneOf = append(input.NeedsOneOf, strconv.Quote(name))
	}
	for _, ref := range spec.Parameters {
		source := "optional"
		if ref.Value.In == openapi3.ParameterInPath {
			source = "segment"
		} else if ref.Value.Required {
			source = "required"
		}
		f, err := w.inputField(ref.Value.Name, ref.Value.Description, source, ref.Value.Schema)
		if err != nil {
			return err
		}
		input.Fields = append(input.Fields, f)
	}
	if spec.RequestBody != nil {
		content := spec.RequestBody.Value.Content.Get("application/json")
		if content == nil {
			return fmt.Errorf("body: no JSON form")
		}
		fields, err := w.inputFields(content.Schema.Value)
		if err != nil {
			return fmt.Errorf("body: %w", err)
		}
		input.Fields = append(input.Fields, fields...)
	}
	w.Inputs = append(w.Inputs, input)
	return nil
}

// inputFields reads the properties of an object that a caller sends.
func (w *wire) inputFields(schema *openapi3.Schema) ([]field, error) {
	var fields []field
	for _, key := range keysInOrder(schema) {
		source := "optional"
		if slices.Contains(schema.Required, key) {
			source = "required"
		}
		f, err := w.inputField(key, fieldDoc(schema.Properties[key]), source, schema.Properties[key])
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// inputField makes the field of one parameter and the expression that binds it: a
// source (segment, required, optional, withDefault) around a reader.
func (w *wire) inputField(key, doc, source string, ref *openapi3.SchemaRef) (field, error) {
	goType, reader, err := w.reader(ref)
	if err != nil {
		return field{}, fmt.Errorf("%s: %w", key, err)
	}
	f := field{Name: goName(key), Key: key, Doc: doc, Type: goType}
	switch {
	case source == "optional" && ref.Value.Default != nil:
		f.Bind = fmt.Sprintf("withDefault(p, %q, %#v, %s)", key, ref.Value.Default, reader)
	case source == "optional":
		f.Type = "*" + goType
		fallthrough
	default:
		f.Bind = fmt.Sprintf("%s(p, %q, %s)", source, key, reader)
	}
	return f, nil
}

// reader gives the Go type of a parameter and the reader of package studioapi that
// checks it.
func (w *wire) reader(ref *openapi3.SchemaRef) (goType, reader string, err error) {
	schema := ref.Value
	switch {
	case schema.Type.Is("integer"):
		return "int64", fmt.Sprintf("integer(%s, %s)", bound(schema.Min), bound(schema.Max)), nil
	case schema.Type.Is("string") && schema.Format == "email":
		return "string", "email", nil
	case schema.Type.Is("string") && len(schema.Enum) > 0:
		names := make([]string, len(schema.Enum))
		for i, name := range stringList(schema.Enum) {
			names[i] = strconv.Quote(name)
		}
		return "string", "oneOf(" + strings.Join(names, ", ") + ")", nil
	case schema.Type.Is("array"):
		if schema.MaxItems == nil {
			return "", "", fmt.Errorf("a list that callers send needs maxItems")
		}
		item, itemReader, err := w.reader(schema.Items)
		return "[]" + item, fmt.Sprintf("listOf(%d, %d, %s)", schema.MinItems, *schema.MaxItems, itemReader), err
	case schema.Type.Is("object") && ref.Ref != "":
		name := path.Base(ref.Ref)
		return name, "objectOf(bind" + name + ")", w.addItem(name, schema)
	}
	return "", "", fmt.Errorf("no reader for this type of parameter")
}

// addItem collects an object inside a body.
func (w *wire) addItem(name string, schema *openapi3.Schema) error {
	if slices.ContainsFunc(w.Inputs, func(o object) bool { return o.Name == name }) {
		return nil
	}
	fields, err := w.inputFields(schema)
	w.Inputs = append(w.Inputs, object{Name: name, Doc: typeDoc(name, schema), Fields: fields})
	return err
}

// addModel collects an object of an answer. The parts of an allOf that have a name of
// their own are embedded.
func (w *wire) addModel(name, doc string, schema *openapi3.Schema) error {
	if slices.ContainsFunc(w.Models, func(o object) bool { return o.Name == name }) {
		return nil
	}
	model := object{Name: name, Doc: doc}
	parts := schema.AllOf
	if len(parts) == 0 {
		parts = openapi3.SchemaRefs{{Value: schema}}
	}
	for _, part := range parts {
		if part.Ref != "" {
			embedded := path.Base(part.Ref)
			model.Fields = append(model.Fields, field{Type: embedded, JSON: "v." + embedded + ".appendKeys(b)"})
			if err := w.addModel(embedded, typeDoc(embedded, part.Value), part.Value); err != nil {
				return err
			}
			continue
		}
		for _, key := range keysInOrder(part.Value) {
			if !slices.Contains(part.Value.Required, key) {
				return fmt.Errorf("%s.%s: every key of an answer is required; without a value it is null", name, key)
			}
			property := part.Value.Properties[key]
			a, err := w.answerType(property)
			if err != nil {
				return fmt.Errorf("%s.%s: %w", name, key, err)
			}
			f := field{Name: goName(key), Key: key, Doc: fieldDoc(property)}
			f.Type, f.JSON = a.field("v." + f.Name)
			model.Fields = append(model.Fields, f)
		}
	}
	w.Models = append(w.Models, model)
	return nil
}

// answerType is the Go type of a value in an answer.
type answerType struct {
	element  string // the Go type of the value, or of the items of a list
	appender string // the function of package studioapi that appends an element
	list     bool
	nullable bool
}

// field is the type of a struct's field, and the expression that appends it.
func (a answerType) field(v string) (goType, expression string) {
	switch {
	case a.list:
		return "[]" + a.element, fmt.Sprintf("appendList(b, %s, %s)", v, a.appender)
	case a.nullable:
		return "*" + a.element, fmt.Sprintf("appendNullable(b, %s, %s)", v, a.appender)
	}
	return a.element, fmt.Sprintf("%s(b, %s)", a.appender, v)
}

func (w *wire) answerType(ref *openapi3.SchemaRef) (answerType, error) {
	schema := ref.Value
	if len(schema.AllOf) == 1 && schema.AllOf[0].Ref != "" { // a $ref with words of its own
		a, err := w.answerType(schema.AllOf[0])
		a.nullable = schema.Nullable
		return a, err
	}
	a := answerType{nullable: schema.Nullable}
	switch {
	case len(schema.AllOf) > 0, schema.Type.Is("object"):
		if ref.Ref == "" {
			return a, fmt.Errorf("an object needs a name: put it into components")
		}
		a.element = path.Base(ref.Ref)
		a.appender = "appendObject"
		return a, w.addModel(a.element, typeDoc(a.element, schema), schema)
	case schema.Type.Is("array"):
		item, err := w.answerType(schema.Items)
		if item.list || item.nullable || a.nullable {
			return a, fmt.Errorf("no appender for such a list")
		}
		item.list = true
		return item, err
	case schema.Type.Is("string") && schema.Format == "date-time":
		a.element, a.appender = "time.Time", "appendTime"
	case schema.Type.Is("string") && schema.Format == "date":
		a.element, a.appender = "time.Time", "appendDate"
	case schema.Type.Is("string"):
		a.element, a.appender = "string", "appendString"
	case schema.Type.Is("integer"):
		a.element, a.appender = "int64", "appendInteger"
	case schema.Type.Is("number"):
		a.element, a.appender = "float64", "appendNumber"
	default:
		return a, fmt.Errorf("no appender for this type")
	}
	return a, nil
}

// keysInOrder is the properties of an object in the order of the file.
func keysInOrder(schema *openapi3.Schema) []string {
	return slices.SortedFunc(maps.Keys(schema.Properties), func(a, b string) int {
		return cmp.Compare(line(schema.Properties[a]), line(schema.Properties[b]))
	})
}

// line is where a schema stands in the file: for a reference, the reference.
func line(ref *openapi3.SchemaRef) int {
	if ref.Origin != nil {
		return ref.Origin.Key.Line
	}
	return ref.Value.Origin.Key.Line
}

// bound writes a limit as a Go constant; without one it is the largest number.
func bound(limit *float64) string {
	if limit == nil {
		return "math.MaxInt64"
	}
	return strconv.FormatInt(int64(math.Round(*limit)), 10)
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
		case "id", "url", "lti", "uuid":
			b.WriteString(strings.ToUpper(word))
		default:
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
