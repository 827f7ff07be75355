package operator

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// How people and courses are written for --json. The fields, their order and the bytes are
// those of the API's answers, so that a script reads both in the same way.

// writtenUser is a person.
type writtenUser struct {
	ID          int64    `json:"id"`
	FullName    string   `json:"full_name"`
	DisplayName string   `json:"display_name"`
	Email       *string  `json:"email"`
	RoleNames   []string `json:"role_names"`
}

// listedUser is a person in the list of all.
type listedUser struct {
	writtenUser
	DuplicateOf int64 `json:"email_duplicate_of,omitempty"`
}

// writtenCourse is the collection of a course. It has no owner, but the key for one.
type writtenCourse struct {
	ID         int64      `json:"id"`
	Name       *string    `json:"name"` // null for a course without a name
	Type       string     `json:"type"`
	Permission string     `json:"permission"`
	Owner      *struct{}  `json:"owner"`
	CreatedAt  time.Time  `json:"created_at"` // UTC, whole seconds
	CourseID   *int64     `json:"course_id"`
	ArchivedAt *time.Time `json:"archived_at"`
}

// UserJSON is {"user":…} with a person as the API writes them.
func UserJSON(user User) ([]byte, error) {
	return encode(struct {
		User writtenUser `json:"user"`
	}{written(user)})
}

// UsersJSON is {"users":[…]} with people as the API writes them. A person with the same e-mail
// address as an older one also has "email_duplicate_of", the id of the older one.
func UsersJSON(users []User) ([]byte, error) {
	list := make([]listedUser, len(users))
	for i, user := range users {
		list[i] = listedUser{writtenUser: written(user), DuplicateOf: int64(user.DuplicateOf)}
	}
	return encode(struct {
		Users []listedUser `json:"users"`
	}{list})
}

func written(user User) writtenUser {
	roles := []string{} // an empty list is written as [], not as null
	for _, role := range user.Roles.List() {
		roles = append(roles, role.String())
	}
	return writtenUser{
		ID: int64(user.ID), FullName: user.FullName, DisplayName: user.DisplayName, Email: user.Email, RoleNames: roles,
	}
}

// courseJSON is {"course":…} with the collection of a new course as the API writes it.
func courseJSON(c library.CollectionWithPermission) ([]byte, error) {
	course := writtenCourse{
		ID: int64(c.ID), Type: string(c.Type), Permission: c.Permission.String(),
		CreatedAt: wholeSeconds(c.CreatedAt), CourseID: (*int64)(c.CourseID),
	}
	if c.Name != "" {
		course.Name = &c.Name
	}
	if c.ArchivedAt != nil {
		course.ArchivedAt = new(wholeSeconds(*c.ArchivedAt))
	}
	return encode(struct {
		Course writtenCourse `json:"course"`
	}{course})
}

func wholeSeconds(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// apiEscapes changes how encoding/json escapes characters in strings to how the API does: no
// short forms but that of the line feed, and no escape that JSON does not ask for.
var apiEscapes = strings.NewReplacer(
	`\\`, `\\`, // so that the second backslash begins no escape
	`\b`, `\u0008`, `\t`, `\u0009`, `\f`, `\u000c`, `\r`, `\u000d`,
	`\u2028`, "\u2028", `\u2029`, "\u2029", `\ufffd`, "\ufffd",
)

// encode writes JSON on one line, without the line feed at its end.
func encode(v any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return []byte(apiEscapes.Replace(strings.TrimSuffix(text.String(), "\n"))), err
}
