package main

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// addAnswer finds the one successful answer of an operation and its Go type.
func (w *wire) addAnswer(op *operation, spec *openapi3.Operation) error {
	for code, response := range spec.Responses.Map() {
		status, err := strconv.Atoi(code)
		if err != nil || status >= 300 && status != http.StatusFound {
			continue
		}
		if op.Status != 0 {
			return errors.New("more than one successful answer")
		}
		op.Status = status
		if status == http.StatusFound {
			op.Answer, op.Output = "answerRedirect", "string"
			continue
		}
		if response.Value.Content.Get("text/plain") != nil {
			op.Answer, op.Output = "answerText", "string"
			continue
		}
		if len(response.Value.Content) == 0 {
			op.Answer = "answerNothing"
			continue
		}
		content := response.Value.Content.Get("application/json")
		if content == nil {
			return fmt.Errorf("answer %s: neither JSON nor plain text", code)
		}
		if content.Schema.Value.Type.Is("array") {
			// A bare list has no pages, so it is written item by item.
			if _, err := w.answerType(content.Schema); err != nil {
				return fmt.Errorf("answer %s: %w", code, err)
			}
			op.Answer, op.Output = "answerList", "listAnswer"
			continue
		}
		op.Answer, op.Output = "answerJSON", op.AnsweredBy+"Output"
		doc := fmt.Sprintf("%s is the answer of %s %s.", op.Output, op.Method, op.Path)
		if err := w.addModel(op.Output, doc, content.Schema.Value); err != nil {
			return fmt.Errorf("answer %s: %w", code, err)
		}
	}
	if op.Status == 0 {
		return errors.New("no successful answer")
	}
	return nil
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
			property := part.Value.Properties[key]
			mayLack := property.Value.Extensions[absentIfNull] == true
			if mayLack == slices.Contains(part.Value.Required, key) {
				return fmt.Errorf("%s.%s: every key of an answer is required; without a value it is null, "+
					"unless %s says otherwise", name, key, absentIfNull)
			}
			a, err := w.answerType(property)
			if err != nil {
				return fmt.Errorf("%s.%s: %w", name, key, err)
			}
			f := field{Name: goName(key), Key: key, Doc: fieldDoc(property)}
			f.Type, f.JSON = a.field("v." + f.Name)
			if mayLack {
				if len(model.Fields) == 0 || a.list {
					return fmt.Errorf("%s.%s: the first key and lists are never absent", name, key)
				}
				f.Type, f.JSON = "*"+a.element, fmt.Sprintf("appendUnlessNil(b, `,%q:`, v.%s, %s)", key, f.Name, a.appender)
				f.Key = "" // the expression writes it
			}
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
	case isRawObject(schema):
		a.element, a.appender = "json.RawMessage", "appendRaw"
	case len(schema.AllOf) > 0, schema.Type.Is("object"):
		if ref.Ref == "" {
			return a, errors.New("an object needs a name: put it into components")
		}
		a.element = path.Base(ref.Ref)
		a.appender = "appendObject"
		return a, w.addModel(a.element, typeDoc(a.element, schema), schema)
	case schema.Type.Is("array"):
		item, err := w.answerType(schema.Items)
		if item.list || item.nullable || a.nullable {
			return a, errors.New("no appender for such a list")
		}
		item.list = true
		return item, err
	case schema.Type.Is("string") && schema.Format == "date-time":
		a.element, a.appender = "time.Time", "appendTime"
	case schema.Type.Is("string") && schema.Format == "date":
		a.element, a.appender = "time.Time", "appendDate"
	case schema.Type.Is("string"):
		a.element, a.appender = "string", "appendString"
	case schema.Type.Is("boolean"):
		a.element, a.appender = "bool", "appendBoolean"
	case schema.Type.Is("integer"):
		a.element, a.appender = "int64", "appendInteger"
	case schema.Type.Is("number"):
		a.element, a.appender = "float64", "appendNumber"
	default:
		return a, errors.New("no appender for this type")
	}
	return a, nil
}

// isRawObject says whether a value is a JSON object whose keys are not the contract's to
// say, which is handed out as it is.
func isRawObject(schema *openapi3.Schema) bool {
	anyKey := schema.AdditionalProperties.Has
	return schema.Type.Is("object") && len(schema.Properties) == 0 && anyKey != nil && *anyKey
}
