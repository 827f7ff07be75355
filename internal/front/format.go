package front

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// The types of bodies.
const (
	JSONType = "application/json; charset=utf-8"
	TextType = "text/plain; charset=utf-8"
)

// Writer writes the body of a failure and returns its type. It may set headers of this body,
// but the status is the front's.
type Writer func(h http.Header, r *http.Request, f Failure) (contentType string, body []byte)

// Format is how failures of a group are written.
type Format struct {
	// Write writes the body; [JSON] where it is nil.
	Write Writer
	// Headers sets the headers that every failure of the group has, also one that is
	// shown as a page: which other sites may read it. It may be nil.
	Headers func(http.Header)
	// Challenge returns the header WWW-Authenticate of a 401; where it is nil, that is
	// "Bearer".
	Challenge func(r *http.Request) string
	// Programs says that only programs ask here: nobody gets a page, whatever they prefer.
	Programs bool
	// People says that what is answered here is shown to people by a browser, or asked for
	// by what a browser shows: the status is that of a page, also where none is written.
	People bool
}

// JSON writes the API's body of a failure: {"error": sentence} (the wire contract, section 1).
func JSON(_ http.Header, _ *http.Request, f Failure) (contentType string, body []byte) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // it is never read as HTML
	if err := encoder.Encode(struct {
		Error string `json:"error"`
	}{f.Message}); err != nil {
		panic(err) // a string can always be encoded
	}
	return JSONType, bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// Text writes the sentence of a failure and nothing else.
func Text(_ http.Header, _ *http.Request, f Failure) (contentType string, body []byte) {
	return TextType, []byte(f.Message + "\n")
}

// anybody is the format of what is in no group.
var anybody = Format{Write: JSON}

// format is that of the group where the exchange is.
func (x *Exchange) format() *Format {
	if x.group == nil {
		return &anybody
	}
	return &x.group.Format
}

// negotiable says whether a failure here can be a page for people, whatever the group's
// format is.
func (x *Exchange) negotiable() bool {
	return !x.format().Programs && x.front.page != nil
}

// asPage says whether a failure is a page for people who prefer HTML, instead of in the
// group's format.
func (x *Exchange) asPage(r *http.Request) bool {
	return x.negotiable() && prefersHTML(r)
}

// body writes the body of a failure, with the headers that depend on it.
func (x *Exchange) body(h http.Header, r *http.Request, f Failure) (contentType string, body []byte) {
	format := x.format()
	if format.Headers != nil {
		format.Headers(h)
	}
	write := format.Write
	if x.asPage(r) {
		write = x.front.page
	}
	contentType, body = write(h, r, f)
	if x.negotiable() {
		h.Add("Vary", "Accept")
	}
	return contentType, body
}

// challenge is the header WWW-Authenticate of a 401.
func (f *Format) challenge(r *http.Request) string {
	if f.Challenge == nil {
		return "Bearer"
	}
	return f.Challenge(r)
}
