package studioapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// params is what one request says, by name. The generated bind functions take from
// it in the order of the contract; the first fault stays, and nothing is looked at
// after it.
type params struct {
	path   func(name string) string // segments of the path
	query  map[string]value
	form   map[string]value // a body that is a form
	object object           // a body that is JSON, or an object inside it
	whole  json.RawMessage  // a body that is a bare array
	at     place            // in an object inside a body, where it is: roles[3]

	fault   error // the first parameter that was missing or invalid
	refusal error // what the caller is told when there is no fault
}

// value is one parameter as it was uploaded: a piece of JSON, or text from a path, a query
// or a form.
type value struct {
	at     place           // for the caller to find it again: roles[3].user_id
	json   json.RawMessage // nil when it came as text
	text   string
	broken bool // its percent-encoding cannot be undone
	file   *File
}

// place is where in a request a value is. It becomes text when somebody is told of it: a
// report of views has 20,000 values, and nobody asks where they are unless one is wrong.
type place struct {
	list string // views[2].intervals, where the value is an item of a list, or inside one
	item int
	name string // end
}

// String is the place as the caller knows it: views[2].intervals[7].end.
func (p place) String() string {
	if p.list == "" {
		return p.name
	}
	item := p.list + "[" + strconv.Itoa(p.item) + "]"
	if p.name == "" {
		return item
	}
	return item + "." + p.name
}

// in is the place of a parameter of an object that is here.
func (p place) in(name string) place {
	if p.name != "" {
		name = p.name + "." + name
	}
	return place{p.list, p.item, name}
}

// File is a part of a form that is a file.
type File struct {
	Name string // as the client calls it, often empty
	Data []byte
}

// readParams reads the body, where the method has one, and the query.
func readParams(x *front.Exchange, r *http.Request, op operation) (*params, error) {
	p := &params{path: r.PathValue}
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		if err := readBody(x, r, op, p); err != nil {
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
	v, given = p.inBody(name)
	if !given || string(v.json) == "null" {
		v, given = p.query[name]
	}
	v.at = p.at.in(name)
	return v, given
}

// inBody finds a parameter in the body, or in the object inside it.
func (p *params) inBody(name string) (v value, given bool) {
	if p.object == nil {
		v, given = p.form[name]
		return v, given
	}
	v.json, given = p.object.find(name)
	return v, given
}

// hasAll says whether all these parameters are given.
func (p *params) hasAll(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		_, given := p.lookup(name)
		return !given
	})
}

// ticket is the ticket among the parameters, "" where it is not a text.
func (p *params) ticket() string {
	v, _ := p.lookup("ticket")
	ticket, _ := v.string()
	return ticket
}

// The sources. Each takes one parameter out of p and hands it to its reader; after a
// fault they return zero values.

// segment takes a parameter from the path, where it always is.
func segment[T any](p *params, name string, read reader[T]) T {
	return take(p, value{at: place{name: name}, text: p.path(name)}, read)
}

// required takes a parameter that must be given.
func required[T any](p *params, name string, read reader[T]) (t T) {
	v, given := p.lookup(name)
	if !given && p.fault == nil {
		p.fault = library.Missing(v.at.String())
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

// Nullable is a parameter of which null is a value: it may be absent, null, or have a
// value. Only a JSON body can say null.
type Nullable[T any] struct {
	Given bool
	Value *T // nil for null, and where the parameter is absent
}

// nullable takes a parameter that may be given, and may be null. A null in the body wins
// over a value in the query, as every value in the body does.
func nullable[T any](p *params, name string, read reader[T]) Nullable[T] {
	if p.isNull(name) {
		return Nullable[T]{Given: true}
	}
	value := optional(p, name, read)
	return Nullable[T]{Given: value != nil, Value: value}
}

// notNull takes a parameter that may be given, and is not null, beside a nullable one.
func notNull[T any](p *params, name string, read reader[T]) *T {
	if p.isNull(name) && p.fault == nil {
		p.fault = library.Invalid(p.at.in(name).String(), "must not be null")
	}
	return optional(p, name, read)
}

// isNull says whether the body says null for a parameter.
func (p *params) isNull(name string) bool {
	v, _ := p.inBody(name)
	return string(v.json) == "null"
}

// withDefault takes a parameter that has a default.
func withDefault[T any](p *params, name string, otherwise T, read reader[T]) T {
	v, given := p.lookup(name)
	if !given {
		return otherwise
	}
	return take(p, v, read)
}

// wholeBody takes a body that is a bare array.
func wholeBody[T any](p *params, read reader[T]) (t T) {
	if p.whole == nil {
		if p.fault == nil {
			p.fault = library.Missing("a body, which is a JSON array,")
		}
		return t
	}
	return take(p, value{at: place{name: "body"}, json: p.whole}, read)
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
		p.fault = library.Invalid(v.at.String(), "is not correctly percent-encoded")
	case v.file != nil && len(v.file.Data) == 0, v.file == nil && v.json == nil && v.text == "", string(v.json) == `""`:
		p.fault = library.Invalid(v.at.String(), "must not be empty")
	default:
		t, p.fault = read(v)
	}
	return t
}

// reader checks a value that is there and turns it into a T; its error is a
// library.KindInvalid.
type reader[T any] func(v value) (T, error)

// integer reads a whole number in decimal digits.
func integer(least, most int64) reader[int64] {
	return func(v value) (int64, error) {
		digits := v.text
		if v.json != nil {
			digits = string(v.json)
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		notDigit := func(r rune) bool { return r < '0' || r > '9' } // ParseInt takes a sign
		if err != nil || n < least || n > most || strings.ContainsFunc(digits, notDigit) {
			return 0, library.Invalid(v.at.String(), "must be a whole number from %d to %d", least, most)
		}
		return n, nil
	}
}

// oneOf reads one of some names, which must match exactly.
func oneOf(names ...string) reader[string] {
	return func(v value) (string, error) {
		name, ok := v.string()
		if !ok || !slices.Contains(names, name) {
			return "", library.Invalid(v.at.String(), "must be one of %s", strings.Join(names, ", "))
		}
		return name, nil
	}
}

// text reads a text of at most so many characters that something is to be called.
func text(most int) reader[string] { return checkedText(most, library.CheckText) }

// term reads a text of at most so many characters that is looked for. It may be one that
// nothing can be called: then it finds nothing.
func term(most int) reader[string] { return checkedText(most, library.CheckTerm) }

func checkedText(most int, check func(field, text string) error) reader[string] {
	return func(v value) (string, error) {
		s, ok := v.string()
		switch {
		case !ok:
			return "", library.Invalid(v.at.String(), "must be text")
		case utf8.RuneCountInString(s) > most:
			return "", library.Invalid(v.at.String(), "is longer than %d characters", most)
		}
		return s, check(v.at.String(), s)
	}
}

// boolean reads true or false.
func boolean(v value) (bool, error) {
	word, ok := v.string()
	if !ok {
		word = string(v.json)
	}
	switch word {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, library.Invalid(v.at.String(), "must be true or false")
}

// number reads a finite number.
func number(least, most float64) reader[float64] {
	return func(v value) (float64, error) {
		digits := v.text
		if v.json != nil {
			digits = string(v.json)
		}
		n, err := strconv.ParseFloat(digits, 64)
		inWords := func(r rune) bool { return r > '9' && r != 'e' && r != 'E' } // ParseFloat takes Inf and 0x1p-2
		if err != nil || !(n >= least && n <= most) || strings.ContainsFunc(digits, inWords) {
			return 0, library.Invalid(v.at.String(), "must be a number from %g to %g", least, most)
		}
		return n, nil
	}
}

// date reads a day, as the instant at which it begins in UTC.
func date(v value) (time.Time, error) {
	day, _ := v.string()
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return t, library.Invalid(v.at.String(), "must be a date like 2026-01-31")
	}
	return t, nil
}

// instant reads a point in time.
func instant(v value) (time.Time, error) {
	s, _ := v.string()
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, library.Invalid(v.at.String(), "must be a time like 2026-01-31T09:00:00Z")
	}
	return t.UTC(), nil
}

// uuidText reads a UUID in its usual form of 36 characters.
func uuidText(v value) (uuid.UUID, error) {
	s, _ := v.string()
	id, err := uuid.Parse(s)
	if err != nil || len(s) != len(uuid.Nil.String()) {
		return uuid.Nil, library.Invalid(v.at.String(), "must be a UUID")
	}
	return id, nil
}

// sha256Text reads a SHA-256 in hex, in small letters as the library keeps it.
func sha256Text(v value) (string, error) {
	s, _ := v.string()
	sum, err := hex.DecodeString(s)
	if err != nil || len(sum) != sha256.Size {
		return "", library.Invalid(v.at.String(), "must be a SHA-256: %d hexadecimal digits", hex.EncodedLen(sha256.Size))
	}
	return hex.EncodeToString(sum), nil
}

// filePart reads a file out of a multipart form, or the text of a field in its place.
func filePart(v value) (File, error) {
	if v.file != nil {
		return *v.file, nil
	}
	s, ok := v.string()
	if !ok {
		return File{}, library.Invalid(v.at.String(), "must be a file in a multipart form")
	}
	return File{Data: []byte(s)}, nil
}

// email reads a whole e-mail address.
func email(v value) (string, error) {
	address, _ := v.string()
	return library.ParseEmail(v.at.String(), address)
}

// listOf reads a list: a JSON array, or in a query or form the text of one.
func listOf[T any](least, most int, item reader[T]) reader[[]T] {
	return func(v value) ([]T, error) {
		items, length, is := splitList(v.checked(), most)
		if !is {
			return nil, library.Invalid(v.at.String(), "must be a JSON array")
		}
		if length < least || length > most {
			return nil, library.Invalid(v.at.String(), "must hold %d to %d items, not %d", least, most, length)
		}
		list, at := make([]T, length), v.at.String()
		for i, piece := range items {
			var err error
			if list[i], err = item(value{at: place{list: at, item: i}, json: piece}); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
}

// objectOf reads an object with its generated bind function.
func objectOf[T any](bind func(*params) T) reader[T] {
	return func(v value) (t T, err error) {
		fields, is := splitObject(v.checked())
		if !is {
			return t, library.Invalid(v.at.String(), "must be a JSON object")
		}
		p := &params{object: fields, at: v.at}
		t = bind(p)
		return t, p.fault
	}
}

// string is the value as text; false for a JSON value of another type, and a file.
func (v value) string() (s string, ok bool) {
	if v.file != nil {
		return "", false
	}
	if v.json == nil {
		return v.text, true
	}
	return jsonString(v.json)
}

// checked is the value as JSON, which in a query or form comes as text and is unchecked
// until here; nil if it is not JSON.
func (v value) checked() json.RawMessage {
	if v.json != nil || v.file != nil {
		return v.json
	}
	if checkJSON([]byte(v.text)) != nil {
		return nil
	}
	return json.RawMessage(v.text)
}
