package studioapi

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// jsonObject is an answer, or an object in one, that writes itself.
type jsonObject interface {
	AppendJSON(b []byte) []byte
}

func appendObject[T jsonObject](b []byte, v T) []byte { return v.AppendJSON(b) }

// appendNullable appends null for nil.
func appendNullable[T any](b []byte, v *T, appendTo func([]byte, T) []byte) []byte {
	if v == nil {
		return append(b, "null"...)
	}
	return appendTo(b, *v)
}

// appendUnlessNil appends a key, with the comma before it, and its value, or nothing
// for nil.
func appendUnlessNil[T any](b []byte, key string, v *T, appendTo func([]byte, T) []byte) []byte {
	if v == nil {
		return b
	}
	return appendTo(append(b, key...), *v)
}

// appendList appends an array; that of nil is empty, not null.
func appendList[T any](b []byte, list []T, appendTo func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendTo(b, v)
	}
	return append(b, ']')
}

func appendBoolean(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

func appendInteger(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }

// appendNumber appends a finite number, without an exponent, in as few digits as
// give it back.
func appendNumber(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'f', -1, 64) }

// appendRaw appends a JSON object as it is kept.
func appendRaw(b []byte, object json.RawMessage) []byte { return append(b, object...) }

// appendTime appends an instant in UTC and whole seconds: "2018-07-07T09:23:03Z".
func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339)
	return append(b, '"')
}

// appendDate appends the day of an instant, in UTC: "2018-07-07".
func appendDate(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.DateOnly)
	return append(b, '"')
}

// appendString appends a JSON string. It escapes what JSON asks for and no more: the
// answers are never read as HTML. Bytes that are no UTF-8 become U+FFFD, as in
// encoding/json, which this replaces because lists are mostly strings.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0 // of what is not copied yet
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, '\\', 'n')
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, s[start:i]...)
			b = utf8.AppendRune(b, utf8.RuneError)
			start = i + 1
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
