package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// loaded is what load prints.
type loaded struct {
	Users       map[string]int64  `json:"users"`
	Groups      map[string]int64  `json:"groups"`
	SubAccounts map[string]int64  `json:"sub_accounts"`
	Courses     map[string]int64  `json:"courses"`
	Collections map[string]int64  `json:"collections"`
	Media       map[string]int64  `json:"media"`
	Tokens      map[string]string `json:"tokens"`
}

const oneOfEach = "../../internal/fixture/testdata/one_of_each.json"

func TestLoad(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		var got loaded
		lectern(t, "load", db, oneOfEach).ok(t).json(t, &got)
		// Ada's My Library and the course's collection are collections 1 and 2.
		want := loaded{
			Users: map[string]int64{"ada": 1}, Groups: map[string]int64{"g1": 1}, SubAccounts: map[string]int64{"sci": 1},
			Courses: map[string]int64{"101": 2}, Collections: map[string]int64{"c1": 3}, Media: map[string]int64{"m1": 1},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("printed %+v, want %+v", got, want)
		}

		// What is there already is refused, with its place, and nothing of the file is
		// loaded: a second file may use the same keys, but not the same address or course.
		text, err := os.ReadFile(oneOfEach)
		if err != nil {
			t.Fatal(err)
		}
		other := strings.Replace(string(text), "ada@school.test", "Ada@School.TEST", 1)
		lecternWith(t, nil, other, "load", db, "-").is(t, exitRefused, "lectern: users[0].email: Ada@School.TEST belongs to another user")
		other = strings.Replace(string(text), "ada@school.test", "ada@other.test", 1)
		lecternWith(t, nil, other, "load", db, "-").is(t, exitRefused, "lectern: courses[0].course_id: 101 already exists")
		var listed struct{ Users []user }
		lectern(t, "user", "list", db, "--json").ok(t).json(t, &listed)
		if len(listed.Users) != 1 {
			t.Errorf("a refused file left %+v", listed.Users)
		}
		other = strings.ReplaceAll(other, "101", "102")
		lecternWith(t, nil, other, "load", db, "-").ok(t).json(t, &got)
		if got.Courses["102"] == 0 {
			t.Errorf("printed %+v", got)
		}
	})
}

// What docs/fixtures.md shows is what it says.
func TestLoad_AsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/fixtures.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```json\n")
	example, rest, _ := strings.Cut(example, "```\n")
	printed := strings.TrimSpace(lecternWith(t, nil, example, "load", sqlite(t), "-").ok(t).stdout)
	if !strings.Contains(rest, "`"+printed+"`") {
		t.Errorf("the text does not show %s", printed)
	}
}

func TestLoad_Mistakes(t *testing.T) {
	db := sqlite(t)
	lecternWith(t, nil, `{"users":[{"key":"ada","full_name":"Ada"}],"media":[{"key":"m","owner":"bob","title":""}]}`, "load", db, "-").
		is(t, exitRefused, `lectern: media[0].owner: no user "bob"`)
	// What only the library can tell has its place too.
	lecternWith(t, nil, `{"users":[{"key":"ada","full_name":"Ada"}],"media":[{"key":"m","owner":"ada","title":" "}]}`, "load", db, "-").
		is(t, exitRefused, `lectern: media[0].title: must not be blank`)
	lecternWith(t, nil, `{"users":[{"key":"ada","full_name":"Ada"}],"media":[{"key":"m","owner":"ada","title":"M","tags":["a",""]}]}`, "load", db, "-").
		is(t, exitRefused, `lectern: media[0].tags[1]: must not be blank`)
	lecternWith(t, nil, `{"people":[],"users":7}`, "load", db, "-").
		is(t, exitRefused, "lectern: people: unknown key\nlectern: users: must be a list")
}

func TestLoad_Tokens(t *testing.T) {
	db := sqlite(t)
	var got loaded
	lectern(t, "load", db, "--tokens", "../../internal/demo/school.json").ok(t).json(t, &got)
	if len(got.Tokens) != len(got.Users) || len(got.Users) < 25 {
		t.Errorf("%d tokens for %d users", len(got.Tokens), len(got.Users))
	}
	base := serve(t, db)
	for _, key := range slices.Sorted(maps.Keys(got.Users)) {
		address := fmt.Sprintf("%s/api/public/v1/users/%d", base, got.Users[key])
		if code := status(t, got.Tokens[key], address); code != http.StatusOK {
			t.Errorf("%s's token is answered %d", key, code)
		}
	}
}

// A server that runs on the library goes on answering, reads and changes alike, while
// a large fixture is loaded.
func TestLoad_WhileServing(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		var before loaded
		lectern(t, "load", db, "--tokens", oneOfEach).ok(t).json(t, &before)
		base := serve(t, db, "--limit-requests=0")
		ada := fmt.Sprintf("%s/api/public/v1/users/%d/media", base, before.Users["ada"])

		finished := make(chan result)
		go func() { finished <- lecternWith(t, nil, largeFixture(1000), "load", db, "-") }()
		for {
			select {
			case r := <-finished:
				var got loaded
				r.ok(t).json(t, &got)
				if len(got.Media) != 1000 {
					t.Errorf("loaded %d media", len(got.Media))
				}
				return
			default:
			}
			if code := status(t, before.Tokens["ada"], ada); code != http.StatusOK {
				t.Fatalf("reading is answered %d", code)
			}
			if code := changeRoles(t, before.Tokens["ada"], base); code != http.StatusOK {
				t.Fatalf("changing is answered %d", code)
			}
		}
	})
}

// largeFixture is a person with so many media.
func largeFixture(media int) string {
	var b strings.Builder
	b.WriteString(`{"users":[{"key":"tom","full_name":"Tom Wu"}],"media":[`)
	for i := range media {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"key":"m%d","owner":"tom","title":"Lecture %d"}`, i, i)
	}
	b.WriteString("]}")
	return b.String()
}

func changeRoles(t *testing.T, token, base string) int {
	t.Helper()
	body := strings.NewReader(`{"roles":[{"user_id":1,"role":"Observer","action":"add"}]}`)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/public/v1/users/roles", body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
