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

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

const (
	// maxFileBodyBytes is the largest body with a file in it: the largest caption file,
	// and what a form says around it.
	maxFileBodyBytes = library.MaxCaptionBytes + 1<<16

	// maxFormFields is how many fields a form may have, far above what the contract knows.
	maxFormFields = 1000
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
	if mediaType == "application/json" {
		data = bytes.TrimPrefix(data, byteOrderMark)
	}
	switch {
	case mediaType == "application/json" && op.takesList:
		p.whole, err = parseJSONList(data)
	case mediaType == "application/json":
		p.object, err = parseJSONBody(data)
	case op.takesList:
		return front.Unsupported("the body must be application/json")
	case mediaType == "application/x-www-form-urlencoded":
		p.form, err = parseFormBody(data)
	case mediaType == "multipart/form-data":
		p.form, err = parseMultipart(data, options["boundary"])
	default:
		return front.Unsupported("the body must be application/json or a form, not " + mediaType)
	}
	if err != nil {
		return front.Malformed("the body cannot be read: "+err.Error(), nil)
	}
	return nil
}

// byteOrderMark is what some editors and clients write before UTF-8. JSON has none, but a
// reader may leave it out (RFC 8259, 8.1).
var byteOrderMark = []byte("\ufeff")

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
func parseJSONBody(data []byte) (object, error) {
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	fields, is := splitObject(data)
	if !is {
		return nil, errors.New("it must be a JSON object")
	}
	return fields, nil
}

// parseFormBody reads an urlencoded form.
func parseFormBody(data []byte) (map[string]value, error) {
	if bytes.Count(data, []byte("&")) >= maxFormFields {
		return nil, errManyFields
	}
	fields, whole := parseForm(string(data))
	if !whole {
		return nil, errors.New("its percent-encoding is broken")
	}
	return fields, nil
}

var errManyFields = fmt.Errorf("it has more than %d fields", maxFormFields)

// parseMultipart reads the fields and the files of a multipart form.
func parseMultipart(data []byte, boundary string) (map[string]value, error) {
	fields := make(map[string]value)
	parts := multipart.NewReader(bytes.NewReader(data), boundary)
	for count := 0; ; count++ {
		part, err := parts.NextPart()
		if err == io.EOF { //nolint:errorlint // NextPart wraps the EOF of a body that is cut off
			return fields, nil
		}
		if err != nil {
			return nil, errors.New("it is not multipart as its Content-Type says")
		}
		if count == maxFormFields {
			return nil, errManyFields
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
