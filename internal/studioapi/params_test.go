package studioapi

import (
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

func TestPaging(t *testing.T) {
	for query, want := range map[string]any{
		"":                                     ListUserMediaInput{7, 1, 20},
		"page=3&per_page=50":                   ListUserMediaInput{7, 3, 50},
		"page=9223372036854775807":             ListUserMediaInput{7, math.MaxInt64, 20},
		"page=007":                             ListUserMediaInput{7, 7, 20},
		"page=1&page=0":                        ListUserMediaInput{7, 1, 20}, // of a repeated one the first counts
		"pages=0&unknown=&%zz=1&x=%zz&Page=99": ListUserMediaInput{7, 1, 20}, // unknown ones are ignored
		"a;b=1&page=2":                         ListUserMediaInput{7, 2, 20},
		"p%61ge=2":                             ListUserMediaInput{7, 2, 20},
		"page=0":                               "page must be a whole number from 1 to 9223372036854775807",
		"page=-1":                              "page must be a whole number",
		"page=%2B1":                            "page must be a whole number",
		"page=+1":                              "page must be a whole number",
		"page=1.0":                             "page must be a whole number",
		"page=1e3":                             "page must be a whole number",
		"page=0x10":                            "page must be a whole number",
		"page=1_000":                           "page must be a whole number",
		"page=%D9%A1":                          "page must be a whole number", // an Arabic 1
		"page=first":                           "page must be a whole number",
		"page=null":                            "page must be a whole number",
		"page=9223372036854775808":             "page must be a whole number",
		"page=" + strings.Repeat("9", 1000):    "page must be a whole number",
		"page=":                                "page must not be empty",
		"page":                                 "page must not be empty",
		"page=%zz":                             "page is not correctly percent-encoded",
		"page=0&page=1":                        "page must be a whole number",
		"per_page=0":                           "per_page must be a whole number from 1 to 50",
		"per_page=51":                          "per_page must be a whole number from 1 to 50",
		"per_page=x&page=y":                    "page must be a whole number", // in the order of the contract
	} {
		t.Run(query, func(t *testing.T) {
			b := setup(t)
			w := b.ask("GET", BasePath+"/users/7/media?"+query, "", "")
			if sentence, isFault := want.(string); isFault {
				wantFault(t, w, http.StatusUnprocessableEntity, sentence)
				want = nil
			}
			if b.server.input != want {
				t.Errorf("input %v, want %v", b.server.input, want)
			}
		})
	}
}

func TestIDs(t *testing.T) {
	for id, want := range map[string]any{
		"1":                    GetUserInput{1},
		"9223372036854775807":  GetUserInput{math.MaxInt64},
		"0":                    nil,
		"-1":                   nil,
		"9223372036854775808":  nil,
		"18446744073709551617": nil, // 1 in 64 bits
		"ada":                  nil,
		"1%00":                 nil,
		"%20":                  nil,
		"%FF":                  nil,
		"Roles":                nil,
	} {
		t.Run(id, func(t *testing.T) {
			b := setup(t)
			w := b.ask("GET", BasePath+"/users/"+id+"?page=0", "", "")
			if want == nil {
				wantFault(t, w, http.StatusUnprocessableEntity, "user_id must be a whole number from 1 to")
			}
			if b.server.input != want {
				t.Errorf("input %v, want %v", b.server.input, want)
			}
		})
	}
}

func TestSearch(t *testing.T) {
	type fault struct {
		status   int
		sentence string
	}
	invalid := func(sentence string) fault { return fault{422, sentence} }
	text := func(s string) *string { return &s }
	for query, want := range map[string]any{
		"role=Teacher":                      SearchUsersInput{text("Teacher"), nil, 1, 20},
		"role=Subaccount+admin":             SearchUsersInput{text("Subaccount admin"), nil, 1, 20},
		"email=Ada%40School.test&page=2":    SearchUsersInput{nil, text("Ada@School.test"), 2, 20},
		"email=a%2Bb@x&role=Admin":          SearchUsersInput{text("Admin"), text("a+b@x"), 1, 20},
		"":                                  fault{400, "one of role, email is required"},
		"page=0":                            fault{400, "one of role, email is required"}, // role stands before page
		"Role=Teacher":                      fault{400, "one of role, email is required"},
		"role=":                             invalid("role must not be empty"),
		"role=&email=ada@school.test":       invalid("role must not be empty"),
		"role=teacher":                      invalid("role must be one of Admin, Subaccount admin, Teacher, Student, Observer"),
		"role=Teacher%20":                   invalid("role must be one of"),
		"role=%FF":                          invalid("role must be one of"),
		"role=[]":                           invalid("role must be one of"),
		"role=Nobody&email=none&page=0":     invalid("role must be one of"),
		"email=none&page=0":                 invalid("email must be a whole e-mail address"),
		"email=a@b@c":                       invalid("email must be"),
		"email=@school.test":                invalid("email must be"),
		"email=ada@":                        invalid("email must be"),
		"email=a da@school.test":            invalid("email must be"),
		"email=ada@school.test%00":          invalid("email must be"),
		"email=%FF@school.test":             invalid("email must be"),
		"email=":                            invalid("email must not be empty"),
		"email=ada@school.test&per_page=51": invalid("per_page must be"),
		"email=" + strings.Repeat("a", 250) + "@x.y": SearchUsersInput{
			nil, text(strings.Repeat("a", 250) + "@x.y"), 1, 20,
		},
		"email=" + strings.Repeat("a", 251) + "@x.y": invalid("email must be"),
	} {
		t.Run(query, func(t *testing.T) {
			b := setup(t)
			target := BasePath + "/users/search?" + strings.ReplaceAll(query, " ", "%20")
			w := b.ask("GET", target, "", "")
			if f, isFault := want.(fault); isFault {
				wantFault(t, w, f.status, f.sentence)
				want = nil
			}
			if !reflect.DeepEqual(b.server.input, want) {
				t.Errorf("input %v, want %v", b.server.input, want)
			}
		})
	}
}

func TestRoleChanges(t *testing.T) {
	items := func(n int) string {
		return `{"roles":[` + strings.TrimSuffix(strings.Repeat(`{"user_id":7,"role":"Teacher","action":"add"},`, n), ",") + `]}`
	}
	for _, c := range []struct {
		name, body string
		status     int
		sentence   string
	}{
		{"a thousand", items(1000), 200, ""},
		{"one more", items(1001), 422, "roles must hold 1 to 1000 items, not 1001"},
		{"none", `{"roles":[]}`, 422, "roles must hold 1 to 1000 items, not 0"},
		{"missing", `{"role":[]}`, 400, "roles is required"},
		{"other case", `{"Roles":[{}]}`, 400, "roles is required"},
		{"null", `{"roles":null}`, 400, "roles is required"},
		{"no list", `{"roles":{"user_id":7,"role":"Teacher","action":"add"}}`, 422, "roles must be a JSON array"},
		{"text", `{"roles":"Teacher"}`, 422, "roles must be a JSON array"},
		{"empty text", `{"roles":""}`, 422, "roles must not be empty"},
		{"no object", `{"roles":[1]}`, 422, "roles[0] must be a JSON object"},
		{"null object", `{"roles":[null]}`, 422, "roles[0] must be a JSON object"},
		{"list in a list", `{"roles":[[]]}`, 422, "roles[0] must be a JSON object"},
		{"no user", `{"roles":[{"role":"Teacher","action":"add"}]}`, 400, "roles[0].user_id is required"},
		{"no role", `{"roles":[{"user_id":7,"action":"add"}]}`, 400, "roles[0].role is required"},
		{"no action", `{"roles":[{"user_id":7,"role":"Teacher","action":null}]}`, 400, "roles[0].action is required"},
		{"user 0", `{"roles":[{"user_id":0,"role":"Teacher","action":"add"}]}`, 422, "roles[0].user_id must be"},
		{"half a user", `{"roles":[{"user_id":7.5,"role":"Teacher","action":"add"}]}`, 422, "roles[0].user_id must be"},
		{"user as text", `{"roles":[{"user_id":"7","role":"Teacher","action":"add"}]}`, 422, "roles[0].user_id must be"},
		{"huge user", `{"roles":[{"user_id":1e400,"role":"Teacher","action":"add"}]}`, 422, "roles[0].user_id must be"},
		{"user true", `{"roles":[{"user_id":true,"role":"Teacher","action":"add"}]}`, 422, "roles[0].user_id must be"},
		{"unknown role", `{"roles":[{"user_id":7,"role":"teacher","action":"add"}]}`, 422, "roles[0].role must be one of"},
		{"role 1", `{"roles":[{"user_id":7,"role":1,"action":"add"}]}`, 422, "roles[0].role must be one of"},
		{"empty role", `{"roles":[{"user_id":7,"role":"","action":"add"}]}`, 422, "roles[0].role must not be empty"},
		{"unknown action", `{"roles":[{"user_id":7,"role":"Teacher","action":"give"}]}`, 422, "must be one of add, remove"},
		{"the first fault counts", `{"roles":[` + oneChange[10:len(oneChange)-2] + `,{"user_id":0},{}]}`, 422, "roles[1].user_id"},
		{"unknown keys", `{"roles":[{"user_id":7,"role":"Teacher","action":"add","why":[]}],"by":{}}`, 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := setup(t)
			w := b.ask("POST", BasePath+"/users/roles", "application/json", c.body)
			if c.status != 200 {
				wantFault(t, w, c.status, c.sentence)
			} else if w.Code != 200 {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

// What each reader takes, as text and as JSON, and what it says of the rest.
func TestReaders(t *testing.T) {
	asJSON := func(s string) value { return value{at: place{name: "it"}, json: []byte(s)} }
	asText := func(s string) value { return value{at: place{name: "it"}, text: s} }
	check := func(v value, got any, err error, want any) {
		t.Helper()
		if sentence, isFault := want.(string); isFault && err != nil {
			if !strings.Contains(err.Error(), sentence) {
				t.Errorf("%q %s: %q, want %q", v.text, v.json, err, sentence)
			}
		} else if err != nil || got != want {
			t.Errorf("%q %s: %v, %v, want %v", v.text, v.json, got, err, want)
		}
	}
	for v, want := range map[string]any{
		"true": true, "false": false, "True": "must be true or false", "1": "must be", "yes": "must be",
	} {
		got, err := boolean(asText(v))
		check(asText(v), got, err, want)
	}
	for v, want := range map[string]any{`true`: true, `"false"`: false, `1`: "must be true or false", `[]`: "must be"} {
		got, err := boolean(asJSON(v))
		check(asJSON(v), got, err, want)
	}
	for v, want := range map[string]any{
		"0": 0.0, "1.5": 1.5, "1e1": 10.0, "-1": "must be a number from 0 to 10", "10.1": "must be", "NaN": "must be",
		"Inf": "must be", "0x1p-2": "must be", "1_0": "must be", "one": "must be",
	} {
		got, err := number(0, 10)(asText(v))
		check(asText(v), got, err, want)
	}
	got, err := number(0, 10)(asJSON(`"1"`))
	check(asJSON(`"1"`), got, err, "must be a number")
	for v, want := range map[string]any{
		"2026-01-31": time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), "2026-02-30": "must be a date like 2026-01-31",
		"2026-1-31": "must be", "31.1.2026": "must be", "2026-01-31T00:00:00Z": "must be",
	} {
		got, err := date(asText(v))
		check(asText(v), got, err, want)
	}
	for v, want := range map[string]any{
		"2026-01-31T10:00:00+01:00": time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC), "2026-01-31": "must be a time like",
	} {
		got, err := instant(asText(v))
		check(asText(v), got, err, want)
	}
	const id = "0b7e2f5a-95b1-4e6b-8f0e-6a1f0f3c7a11"
	for v, want := range map[string]any{
		id: uuid.MustParse(id), "{" + id + "}": "must be a UUID", "urn:uuid:" + id: "must be", "5": "must be",
	} {
		got, err := uuidText(asText(v))
		check(asText(v), got, err, want)
	}
	sum := strings.Repeat("ab", 32)
	for v, want := range map[string]any{
		sum: sum, strings.ToUpper(sum): sum, sum[1:]: "must be a SHA-256", sum + "ab": "must be", strings.Repeat("zz", 32): "must be",
	} {
		got, err := sha256Text(asText(v))
		check(asText(v), got, err, want)
	}
	for v, want := range map[string]any{
		`"äöü"`: "äöü", `"äöüß"`: "it is longer than 3 characters", `7`: "it must be text", `" "`: "it must not be blank",
	} {
		got, err := text(3)(asJSON(v))
		check(asJSON(v), got, err, want)
	}
}

// A file is a part of a form with a file's name; a field in its place will do, and a
// JSON value other than a text will not.
func TestReaders_Files(t *testing.T) {
	whole := File{Name: "a.srt", Data: []byte("1")}
	if got, err := filePart(value{file: &whole}); err != nil || !reflect.DeepEqual(got, whole) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := filePart(value{text: "1"}); err != nil || string(got.Data) != "1" {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := filePart(value{at: place{name: "it"}, json: []byte("1")}); err == nil {
		t.Error("a number was taken for a file")
	}
	if _, ok := (value{file: &whole}).string(); ok {
		t.Error("a file was taken for a text")
	}
	p := &params{form: map[string]value{"it": {file: &File{Name: "empty.srt"}}}}
	if required(p, "it", filePart); p.fault == nil || !strings.Contains(p.fault.Error(), "must not be empty") {
		t.Errorf("an empty file: %v", p.fault)
	}
}

func TestWholeBody(t *testing.T) {
	p := &params{whole: []byte(`[3,0]`)}
	list := wholeBody(p, listOf(0, 2, integer(1, 9)))
	if p.fault == nil || !strings.Contains(p.fault.Error(), "body[1] must be a whole number from 1 to 9") {
		t.Errorf("%v, %v", list, p.fault)
	}
	p = &params{}
	if wholeBody(p, listOf(0, 2, integer(1, 9))); library.KindOf(p.fault) != library.KindMissing {
		t.Errorf("without a body: %v", p.fault)
	}
	for body, want := range map[string]string{`{"a":1}`: "must be a JSON array", `[`: "not JSON", "\n[1]": ""} {
		_, err := parseJSONList([]byte(body))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", body, err)
		}
	}
}
