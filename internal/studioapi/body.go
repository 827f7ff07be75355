package studioapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

const (
	// maxFileBodyBytes is the largest body with a file in it: the largest caption file,
	// and what a form says around it.
	maxFileBodyBytes = library.MaxCaptionBytes + 1<<16

	// maxJSONDepth is how deep arrays and objects may be nested, far above what the
	// contract knows.
	maxJSONDepth = 32
)

// readBody reads the parameters in a body into p. Clients send the same ones as JSON, as
// an urlencoded form or as multipart; a body without bytes has none, whatever type it
// claims.
func readBody(x *front.Exchange, r *http.Request, op operation, p *params) error {
	data, err := x.ReadBody(r)
	if err != nil || len(data) == 0 {
		return err
	}
	if coding := r.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return front.Unsupported("the body must not be compressed")
	}
	mediaType, options, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return front.Unsupported("the body needs a Content-Type: application/json or a form")
	}
	if charset := options["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8") {
		return front.Unsupported("the body must be UTF-8")
	}
	switch {
	case mediaType == "application/json" && op.takesList:
		p.whole, err = parseJSONList(data)
	case mediaType == "application/json":
		p.body, err = parseJSONBody(data)
	case op.takesList:
		return front.Unsupported("the body must be application/json")
	case mediaType == "application/x-www-form-urlencoded":
		var whole bool
		if p.body, whole = parseForm(string(data)); !whole {
			err = errors.New("its percent-encoding is broken")
		}
	case mediaType == "multipart/form-data":
		p.body, err = parseMultipart(data, options["boundary"])
	default:
		return front.Unsupported("the body must be application/json or a form, not " + mediaType)
	}
	if err != nil {
		return front.Malformed("the body cannot be read: "+err.Error(), nil)
	}
	return nil
}

// parseJSONList checks a body that is a bare JSON array.
func parseJSONList(data []byte) (json.RawMessage, error) {
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	data = bytes.TrimSpace(data)
	if data[0] != '[' {
		return nil, errors.New("it must be a JSON array")
	}
	return data, nil
}

// parseJSONBody reads a JSON object, the keys of which are the parameters.
func parseJSONBody(data []byte) (map[string]value, error) {
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return nil, errors.New("it must be a JSON object")
	}
	return jsonFields(fields), nil
}

// jsonFields makes parameters of the keys of an object.
func jsonFields(fields map[string]json.RawMessage) map[string]value {
	values := make(map[string]value, len(fields))
	for name, piece := range fields {
		values[name] = value{json: piece}
	}
	return values
}

// checkJSON refuses what encoding/json would quietly put right: bytes that are no
// UTF-8, a key that stands twice in an object, and nesting without bounds.
func checkJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	if !json.Valid(data) {
		return errors.New("it is not JSON")
	}
	tokens := json.NewDecoder(bytes.NewReader(data))
	tokens.UseNumber()
	return checkJSONValue(tokens, maxJSONDepth)
}

func checkJSONValue(tokens *json.Decoder, depth int) error {
	open, err := tokens.Token()
	if err != nil {
		return err
	}
	if _, nested := open.(json.Delim); !nested {
		return nil
	}
	if depth == 0 {
		return fmt.Errorf("its values are nested deeper than %d", maxJSONDepth)
	}
	seen := make(map[json.Token]bool)
	for tokens.More() {
		if open == json.Delim('{') {
			key, err := tokens.Token()
			if err != nil {
				return err
			}
			if seen[key] {
				return fmt.Errorf("the key %q appears twice", key)
			}
			seen[key] = true
		}
		if err := checkJSONValue(tokens, depth-1); err != nil {
			return err
		}
	}
	_, err = tokens.Token() // the closing one
	return err
}

// parseMultipart reads the fields and the files of a multipart form.
func parseMultipart(data []byte, boundary string) (map[string]value, error) {
	fields := make(map[string]value)
	parts := multipart.NewReader(bytes.NewReader(data), boundary)
	for {
		part, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // NextPart wraps the EOF of a body that is cut off
			return fields, nil
		}
		if err != nil {
			return nil, errors.New("it is not multipart as its Content-Type says")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, errors.New("a part of it is not terminated")
		}
		name := part.FormName()
		if _, again := fields[name]; again {
			continue
		}
		if part.FileName() != "" {
			fields[name] = value{file: &File{Name: part.FileName(), Data: data}}
		} else {
			fields[name] = value{text: string(data)}
		}
	}
}
