package operator

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/studioapi"
)

// Scripts read what --json prints: keys, order and spelling do not change.
func TestUserJSON_IsExactly(t *testing.T) {
	t.Parallel()
	ada := User{
		ID: 1, FullName: `Ada "<&>" Byron`, DisplayName: "Åda\tKing\\n", Email: new("ada@school.test"),
		Roles: library.Roles(0).With(library.Teacher).With(library.Admin), CreatedAt: time.Unix(1, 0),
	}
	tom := User{ID: 2, FullName: "Tom", DisplayName: "Tom", DuplicateOf: 1}
	const adaIs = `{"id":1,"full_name":"Ada \"<&>\" Byron","display_name":"Åda\u0009King\\n","email":"ada@school.test","role_names":["Admin","Teacher"]`
	const tomIs = `{"id":2,"full_name":"Tom","display_name":"Tom","email":null,"role_names":[]`
	one, err := UserJSON(ada)
	is(t, one, err, `{"user":`+adaIs+`}}`)
	one, err = UserJSON(tom)
	is(t, one, err, `{"user":`+tomIs+`}}`)
	all, err := UsersJSON([]User{ada, tom})
	is(t, all, err, `{"users":[`+adaIs+`},`+tomIs+`,"email_duplicate_of":1}]}`)
	none, err := UsersJSON(nil)
	is(t, none, err, `{"users":[]}`)
}

func TestCourseJSON_IsExactly(t *testing.T) {
	t.Parallel()
	c := library.CollectionWithPermission{
		Collection: library.Collection{
			ID: 7, Type: library.CourseWide, Name: "Optics", CourseID: new(library.CourseID(101)),
			CreatedAt: time.Date(2026, 3, 4, 6, 7, 8, 987654321, time.FixedZone("", 3600)),
		},
		Permission: library.Owner,
	}
	const begins, ends = `{"course":{"id":7,"name":`, `,"type":"course_wide","permission":"owner","owner":null,"created_at":"2026-03-04T05:07:08Z","course_id":101,"archived_at":`
	named, err := courseJSON(c)
	is(t, named, err, begins+`"Optics"`+ends+`null}}`)
	c.Name, c.ArchivedAt = "", &c.CreatedAt
	unnamed, err := courseJSON(c)
	is(t, unnamed, err, begins+`null`+ends+`"2026-03-04T05:07:08Z"}}`)
}

// Each character of a name is written with the bytes with which the API writes it.
func TestUserJSON_EscapesAsTheAPI(t *testing.T) {
	t.Parallel()
	texts := []string{"\u2028\u2029\ufffd\u202e😀", "\xff", `\t\\t\u2028\\u2028\"`}
	for c := rune(0); c < 0x180; c++ {
		texts = append(texts, string(c), `\`+string(c)+`\\`)
	}
	for _, text := range texts {
		got, err := UserJSON(User{ID: 1, FullName: text, DisplayName: text, Email: &text})
		brief := studioapi.UserBrief{ID: 1, FullName: text, DisplayName: text, Email: &text}
		is(t, got, err, string(studioapi.GetUserOutput{User: studioapi.User{UserBrief: brief}}.AppendJSON(nil)))
	}
}

func is(t *testing.T, got []byte, err error, want string) {
	t.Helper()
	if err != nil || string(got) != want || !json.Valid(got) {
		t.Errorf("the JSON is\n%s, want\n%s, %v", got, want, err)
	}
}
