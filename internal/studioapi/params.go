package studioapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// params is what one request says, by name. The generated bind functions take from
// it in the order of the contract; the first fault stays, and nothing is looked at
// after it.
type params struct {
	path  func(name string) string // segments of the path
	query map[string]value
	body  map[string]value
	place string // in an object inside a body, where it stands: "roles[3]."
	fault error  // the first parameter that was missing or invalid
}

// value is one parameter as it came: a piece of JSON, or text from a path, a query or
// a form.
type value struct {
	name   string          // for the caller to find it again: roles[3].user_id
	json   json.RawMessage // nil when it came as text
	text   string
	broken bool // its percent-encoding cannot be undone
}

// readParams reads the body, where the method has one, and the query.
func readParams(r *http.Request) (*params, error) {
	p := &params{path: r.PathValue}
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		var err error
		if p.body, err = readBody(r); err != nil {
			return nil, err
		}
	}
	if r.URL.RawQuery != "" {
		p.query, _ = parseForm(r.URL.RawQuery) // a broken value is invalid only if it is asked for
	}
	return p, nil
}

// parseForm reads a query or an urlencoded body: of a repeated name the first counts.
// The second result is false when some of it is broken.
func parseForm(encoded string) (map[string]value, bool) {
	fields, whole := make(map[string]value), true
	for pair := range strings.SplitSeq(encoded, "&") {
		key, text, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(key)
		if err != nil {
			whole = false
			continue
		}
		if _, again := fields[name]; again {
			continue
		}
		text, err = url.QueryUnescape(text)
		if err != nil {
			whole = false
		}
		fields[name] = value{text: text, broken: err != nil}
	}
	return fields, whole
}

// lookup finds a parameter: the body wins over the query. A JSON null says that there
// is no value, here as in the answers, so it counts as not given.
func (p *params) lookup(name string) (v value, given bool) {
	v, given = p.body[name]
	if !given || string(v.json) == "null" {
		v, given = p.query[name]
	}
	v.name = p.place + name
	return v, given
}

// The sources. Each takes one parameter out of p and hands it to its reader; after a
// fault they return zero values.

// segment takes a parameter from the path, where it always is.
func segment[T any](p *params, name string, read reader[T]) T {
	return take(p, value{name: name, text: p.path(name)}, read)
}

// required takes a parameter that must be given.
func required[T any](p *params, name string, read reader[T]) (t T) {
	v, given := p.lookup(name)
	if !given && p.fault == nil {
		p.fault = library.Missing(v.name)
	}
	return take(p, v, read)
}

// optional takes a parameter that may be given; nil is not given.
func optional[T any](p *params, name string, read reader[T]) *T {
	v, given := p.lookup(name)
	if !given {
		return nil
	}
	t := take(p, v, read)
	return &t
}

// withDefault takes a parameter that has a default.
func withDefault[T any](p *params, name string, otherwise T, read reader[T]) T {
	v, given := p.lookup(name)
	if !given {
		return otherwise
	}
	return take(p, v, read)
}

// needsOneOf faults when none of these parameters is given.
func needsOneOf(p *params, names ...string) {
	for _, name := range names {
		if _, given := p.lookup(name); given {
			return
		}
	}
	p.fault = &library.Error{
		Kind: library.KindMissing, Field: names[0], Message: "one of " + strings.Join(names, ", ") + " is required",
	}
}

func take[T any](p *params, v value, read reader[T]) (t T) {
	switch {
	case p.fault != nil:
	case v.broken:
		p.fault = library.Invalid(v.name, "is not percent-encoded as it should be")
	case v.json == nil && v.text == "", string(v.json) == `""`:
		p.fault = library.Invalid(v.name, "must not be empty")
	default:
		t, p.fault = read(v)
	}
	return t
}

// reader checks a value that is there and turns it into a T; its error is a
// library.KindInvalid.
type reader[T any] func(v value) (T, error)

// integer reads a whole number in decimal digits.
//
//nolint:unparam // the contract gives the limits; that all begin at 1 is chance
func integer(least, most int64) reader[int64] {
	return func(v value) (int64, error) {
		digits := v.text
		if v.json != nil {
			digits = string(v.json)
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		notDigit := func(r rune) bool { return r < '0' || r > '9' } // ParseInt takes a sign
		if err != nil || n < least || n > most || strings.ContainsFunc(digits, notDigit) {
			return 0, library.Invalid(v.name, "must be a whole number from %d to %d", least, most)
		}
		return n, nil
	}
}

// oneOf reads one of some names, which must match exactly.
func oneOf(names ...string) reader[string] {
	return func(v value) (string, error) {
		name, ok := v.string()
		if !ok || !slices.Contains(names, name) {
			return "", library.Invalid(v.name, "must be one of %s", strings.Join(names, ", "))
		}
		return name, nil
	}
}

// email reads a whole e-mail address.
func email(v value) (string, error) {
	address, _ := v.string()
	return library.ParseEmail(v.name, address)
}

// listOf reads a list: a JSON array, or in a query or form the text of one.
func listOf[T any](least, most int, item reader[T]) reader[[]T] {
	return func(v value) ([]T, error) {
		var pieces []json.RawMessage
		if err := v.decode(&pieces); err != nil {
			return nil, library.Invalid(v.name, "must be a JSON array")
		}
		if len(pieces) < least || len(pieces) > most {
			return nil, library.Invalid(v.name, "must hold %d to %d items, not %d", least, most, len(pieces))
		}
		list := make([]T, len(pieces))
		for i, piece := range pieces {
			var err error
			if list[i], err = item(value{name: v.name + "[" + strconv.Itoa(i) + "]", json: piece}); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
}

// objectOf reads an object with its generated bind function.
func objectOf[T any](bind func(*params) T) reader[T] {
	return func(v value) (t T, err error) {
		var fields map[string]json.RawMessage
		if err := v.decode(&fields); err != nil || fields == nil {
			return t, library.Invalid(v.name, "must be a JSON object")
		}
		p := &params{body: jsonFields(fields), place: v.name + "."}
		t = bind(p)
		return t, p.fault
	}
}

// string is the value as text; false for a JSON value of another type.
func (v value) string() (s string, ok bool) {
	if v.json == nil {
		return v.text, true
	}
	return s, v.json[0] == '"' && json.Unmarshal(v.json, &s) == nil
}

// decode reads JSON, which in a query or form comes as text and is unchecked yet.
func (v value) decode(into any) error {
	piece := v.json
	if piece == nil {
		piece = json.RawMessage(v.text)
		if err := checkJSON(piece); err != nil {
			return err
		}
	}
	return json.Unmarshal(piece, into)
}
