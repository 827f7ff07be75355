package studioapi

import (
	"math"
	"net/http"
	"reflect"
	"strings"
	"testing"
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
		"page=%zz":                             "page is not percent-encoded",
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
