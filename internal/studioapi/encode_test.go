package studioapi

import (
	"encoding/json"
	"testing"
	"time"
)

func TestAppend(t *testing.T) {
	instant := time.Date(2018, 7, 7, 11, 23, 3, 999_999_999, time.FixedZone("CEST", 7200))
	late := time.Date(2018, 7, 8, 1, 0, 0, 0, time.FixedZone("CEST", 7200))
	text := "x"
	for want, got := range map[string][]byte{
		`"2018-07-07T09:23:03Z"`: appendTime(nil, instant),
		`"2018-07-07"`:           appendDate(nil, late), // the day in UTC
		`61.5`:                   appendNumber(nil, 61.5),
		`0`:                      appendNumber(nil, 0),
		`31536000.000001`:        appendNumber(nil, 31536000.000001),
		`-9223372036854775808`:   appendInteger(nil, -1<<63),
		`null`:                   appendNullable(nil, nil, appendString),
		`"x"`:                    appendNullable(nil, &text, appendString),
		`[]`:                     appendList(nil, nil, appendString),
		`[1,2]`:                  appendList(nil, []int64{1, 2}, appendInteger),
		`[{"meta":{"current_page":1,"last_page":1,"total_count":0}}]`: appendList(nil,
			[]PaginationMeta{{Pagination{1, 1, 0}}}, appendObject),
		"\"</script>\u2028é\"": appendString(nil, "</script>\u2028é"),
		`"\"\\\n\u0000\u001f"`: appendString(nil, "\"\\\n\x00\x1f"),
		"\"\ufffd\ufffdx\"":    appendString(nil, "\xff\xc3x"),
	} {
		if string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// What is appended reads back as what encoding/json makes of the same string.
func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "plain", "\"\\\x00\x1f\n\r\t\x7f", "é\u2028\U0001f600", "\xff\xed\xa0\x80\xf0\x9f", "a\xffb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		encoded, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var got, want string
		if err := json.Unmarshal(encoded, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil || got != want {
			t.Errorf("%q reads back as %q, want %q (%v)", s, got, want, err)
		}
	})
}
