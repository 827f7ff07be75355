package studioapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// What a JSON body may be made of. Reading costs time for each value, so a body of many
// tiny ones would cost more than its size allows for. The largest body of the contract, a
// full report of views, has 50,000 values with its keys.
const (
	maxJSONDepth  = 32      // arrays and objects inside each other, far above what the contract knows
	maxJSONKeys   = 200     // of one object; the contract's largest takes a tenth
	maxJSONValues = 1 << 16 // values and keys together
)

// asEncodingJSON makes the decoder take what encoding/json takes: \ud800, half of a pair,
// stands for U+FFFD.
var asEncodingJSON = jsontext.AllowInvalidUTF8(true)

// checkJSON rejects what cannot be one value, what encoding/json would silently correct
// (bytes that are not UTF-8, a key that an object has twice), and what is larger than the
// bounds above. It reads the text once and stops where it is wrong.
func checkJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	tokens := jsontext.NewDecoder(bytes.NewBuffer(data), asEncodingJSON)
	for values := 0; ; {
		token, err := tokens.ReadToken()
		switch {
		case errors.Is(err, io.EOF) && tokens.InputOffset() > 0:
			return nil
		case err != nil:
			return jsonFault(err)
		}
		if kind := token.Kind(); kind != '}' && kind != ']' {
			values++
		}
		if err := checkBounds(tokens, values); err != nil {
			return err
		}
		if tokens.StackDepth() == 0 {
			return checkJSONEnds(tokens)
		}
	}
}

// checkBounds compares what has been read with the bounds.
func checkBounds(tokens *jsontext.Decoder, values int) error {
	depth := tokens.StackDepth()
	container, length := tokens.StackIndex(depth)
	switch {
	case depth > maxJSONDepth:
		return fmt.Errorf("its values are nested deeper than %d", maxJSONDepth)
	case container == '{' && length > 2*maxJSONKeys: // a key and its value count as two
		return fmt.Errorf("an object in it has more than %d keys", maxJSONKeys)
	case values > maxJSONValues:
		return fmt.Errorf("it has more than %d values and keys", maxJSONValues)
	}
	return nil
}

// checkJSONEnds rejects anything but white space behind the value.
func checkJSONEnds(tokens *jsontext.Decoder) error {
	if _, err := tokens.ReadToken(); !errors.Is(err, io.EOF) {
		return errNotJSON
	}
	return nil
}

var errNotJSON = errors.New("it is not JSON")

// jsonFault says in our words why text cannot be read.
func jsonFault(err error) error {
	if syntax, is := errors.AsType[*jsontext.SyntacticError](err); is && errors.Is(err, jsontext.ErrDuplicateName) {
		return fmt.Errorf("the key %q appears twice", syntax.JSONPointer.LastToken())
	}
	return errNotJSON
}

// object is a JSON object that checkJSON has accepted. It is searched from the beginning,
// since most have two or three keys.
type object []field

// field is a key of an object, without its quotation marks and escapes, and its value.
type field struct {
	key   []byte
	value json.RawMessage
}

// find returns the value under a key.
func (o object) find(key string) (json.RawMessage, bool) {
	for _, f := range o {
		if string(f.key) == key {
			return f.value, true
		}
	}
	return nil, false
}

// splitObject cuts a JSON object into its fields.
func splitObject(data []byte) (fields object, is bool) {
	s := newSplitter(data)
	defer s.free()
	if !s.opens('{') {
		return nil, false
	}
	fields = make(object, 0, 4)
	for !s.closes() {
		fields = append(fields, field{s.key(), s.value()})
	}
	return fields, true
}

// splitList returns the items of a JSON array, of which it keeps at most so many, and how
// many there are.
func splitList(data []byte, most int) (items []json.RawMessage, length int, is bool) {
	s := newSplitter(data)
	defer s.free()
	if !s.opens('[') {
		return nil, 0, false
	}
	for ; !s.closes(); length++ {
		if item := s.value(); length < most {
			items = append(items, item)
		}
	}
	return items, length, true
}

// splitter cuts arrays and objects that checkJSON has accepted. One decoder serves for many
// of them: it is larger than what it reads.
type splitter struct {
	decoder jsontext.Decoder
	data    []byte
	broken  bool // which what checkJSON has accepted cannot be
}

var splitters = sync.Pool{New: func() any { return new(splitter) }}

func newSplitter(data []byte) *splitter {
	s, _ := splitters.Get().(*splitter) // the pool holds nothing else
	s.data, s.broken = data, false
	s.decoder.Reset(bytes.NewBuffer(data), asEncodingJSON, jsontext.AllowDuplicateNames(true))
	return s
}

func (s *splitter) free() {
	s.data = nil
	s.decoder.Reset(bytes.NewBuffer(nil))
	splitters.Put(s)
}

// opens says whether the value is such a container, and goes into it.
func (s *splitter) opens(container jsontext.Kind) bool {
	if s.decoder.PeekKind() != container {
		return false
	}
	_, err := s.decoder.ReadToken()
	return err == nil
}

// closes says whether the container has no more values.
func (s *splitter) closes() bool {
	kind := s.decoder.PeekKind()
	return s.broken || kind == '}' || kind == ']'
}

// value is the next value.
func (s *splitter) value() json.RawMessage {
	value, err := s.decoder.ReadValue()
	s.broken = s.broken || err != nil
	end := s.decoder.InputOffset()
	return s.data[end-int64(len(value)) : end : end]
}

// key is the next key.
func (s *splitter) key() []byte {
	quoted := s.value()
	if len(quoted) < 2 || bytes.IndexByte(quoted, '\\') >= 0 {
		key, _ := jsontext.AppendUnquote(nil, quoted)
		return key
	}
	return quoted[1 : len(quoted)-1]
}

// jsonString returns the text that a JSON string stands for.
func jsonString(data []byte) (text string, is bool) {
	if len(data) == 0 || data[0] != '"' {
		return "", false
	}
	unquoted, _ := jsontext.AppendUnquote(nil, data) // its only error here is that of half a pair
	return string(unquoted), true
}
