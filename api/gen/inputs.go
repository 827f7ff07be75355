package main

import (
	"errors"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// addInput collects the parameters of an operation, those of its body last.
func (w *wire) addInput(op operation, spec *openapi3.Operation) error {
	input := object{
		Name: op.Name + "Input",
		Doc:  fmt.Sprintf("%sInput is what %s %s takes.", op.Name, op.Method, op.Path),
	}
	for _, name := range stringList(spec.Extensions[needsOneOf]) {
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
		if ref.Value.In == openapi3.ParameterInQuery { // what is looked for, not what something is called
			f.Bind = strings.Replace(f.Bind, " text(", " term(", 1)
		}
		input.Fields = append(input.Fields, f)
	}
	if spec.RequestBody != nil {
		fields, err := w.bodyFields(spec.RequestBody.Value.Content)
		if err != nil {
			return fmt.Errorf("body: %w", err)
		}
		input.Fields = append(input.Fields, fields...)
	}
	w.Inputs = append(w.Inputs, input)
	return nil
}

// multipartForm is the type of the bodies that hold files.
const multipartForm = "multipart/form-data"

// bodyFields reads the parameters in a body: the properties of an object, or the whole
// of a bare list.
func (w *wire) bodyFields(content openapi3.Content) ([]field, error) {
	body := content.Get("application/json")
	if body == nil {
		body = content[multipartForm]
	}
	switch {
	case body == nil:
		return nil, errors.New("neither JSON nor a multipart form")
	case body.Schema.Value.Type.Is("array"):
		goType, reader, err := w.reader(body.Schema)
		return []field{{
			Name: "Items", Doc: body.Schema.Value.Description, Type: goType, Bind: "wholeBody(p, " + reader + ")",
		}}, err
	}
	return w.inputFields(body.Schema.Value)
}

// inputFields reads the properties of an object that a caller sends.
func (w *wire) inputFields(schema *openapi3.Schema) ([]field, error) {
	var fields []field
	nullIsAValue := false
	for _, property := range schema.Properties {
		nullIsAValue = nullIsAValue || property.Value.Nullable
	}
	for _, key := range keysInOrder(schema) {
		source := "optional"
		switch {
		case slices.Contains(schema.Required, key):
			source = "required"
		case schema.Properties[key].Value.Nullable:
			source = "nullable"
		case nullIsAValue:
			source = "notNull"
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
// source (segment, required, optional, notNull, nullable, withDefault) around a reader.
func (w *wire) inputField(key, doc, source string, ref *openapi3.SchemaRef) (field, error) {
	goType, reader, err := w.reader(ref)
	if err != nil {
		return field{}, fmt.Errorf("%s: %w", key, err)
	}
	f := field{Name: goName(key), Key: key, Doc: doc, Type: goType}
	f.Bind = fmt.Sprintf("%s(p, %q, %s)", source, key, reader)
	switch {
	case source == "optional" && ref.Value.Default != nil:
		f.Bind = fmt.Sprintf("withDefault(p, %q, %#v, %s)", key, ref.Value.Default, reader)
	case source == "optional", source == "notNull":
		f.Type = "*" + goType
	case source == "nullable":
		f.Type = "Nullable[" + goType + "]"
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
	case schema.Type.Is("number"):
		return "float64", fmt.Sprintf("number(%s, %s)", limit(schema.Min, "-"), limit(schema.Max, "")), nil
	case schema.Type.Is("boolean"):
		return "bool", "boolean", nil
	case schema.Type.Is("string") && schema.Format == "email":
		return "string", "email", nil
	case schema.Type.Is("string") && schema.Format == "date":
		return "time.Time", "date", nil
	case schema.Type.Is("string") && schema.Format == "date-time":
		return "time.Time", "instant", nil
	case schema.Type.Is("string") && schema.Format == "uuid":
		return "uuid.UUID", "uuidText", nil
	case schema.Type.Is("string") && schema.Format == "sha256":
		return "string", "sha256Text", nil
	case schema.Type.Is("string") && schema.Format == "binary":
		return "File", "filePart", nil
	case schema.Type.Is("string") && len(schema.Enum) > 0:
		names := make([]string, len(schema.Enum))
		for i, name := range stringList(schema.Enum) {
			names[i] = strconv.Quote(name)
		}
		return "string", "oneOf(" + strings.Join(names, ", ") + ")", nil
	case schema.Type.Is("string") && schema.Format == "":
		if schema.MaxLength == nil {
			return "", "", errors.New("a text that callers send needs maxLength")
		}
		return "string", fmt.Sprintf("text(%d)", *schema.MaxLength), nil
	case schema.Type.Is("array"):
		if schema.MaxItems == nil {
			return "", "", errors.New("a list that callers send needs maxItems")
		}
		item, itemReader, err := w.reader(schema.Items)
		return "[]" + item, fmt.Sprintf("listOf(%d, %d, %s)", schema.MinItems, *schema.MaxItems, itemReader), err
	case schema.Type.Is("object") && ref.Ref != "":
		name := path.Base(ref.Ref)
		return name, "objectOf(bind" + name + ")", w.addItem(name, schema)
	}
	return "", "", errors.New("no reader for this type of parameter")
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

// bound writes a limit as a Go constant; without one it is the largest number.
func bound(limit *float64) string {
	if limit == nil {
		return "math.MaxInt64"
	}
	return strconv.FormatInt(int64(math.Round(*limit)), 10)
}

// limit writes a limit of a number as a Go constant; without one it is infinite.
func limit(of *float64, sign string) string {
	if of == nil {
		return sign + "math.MaxFloat64"
	}
	return strconv.FormatFloat(*of, 'f', -1, 64)
}
