package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// user is a person as the API writes them.
type user struct {
	ID          int64    `json:"id"`
	FullName    string   `json:"full_name"`
	DisplayName string   `json:"display_name"`
	Email       *string  `json:"email"`
	RoleNames   []string `json:"role_names"`
}

func TestUser(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		email := "ada@school.test"

		var made struct{ User user }
		lectern(t, "user", "create", db, "--json", "--name=Ada Byron", "--display-name=Ada", "--email="+email,
			"--role=Admin", "--role=Teacher").ok(t).json(t, &made)
		ada := user{1, "Ada Byron", "Ada", &email, []string{"Admin", "Teacher"}}
		if !reflect.DeepEqual(made.User, ada) {
			t.Errorf("created %+v, want %+v", made.User, ada)
		}
		if said := lectern(t, "user", "create", db, "--name=Tom Wu").ok(t).stdout; said != "Created user 2 (Tom Wu).\n" {
			t.Errorf("said %q", said)
		}
		lectern(t, "user", "create", db, "--name=Ada", "--email=ADA@School.test").
			is(t, exitRefused, "lectern: email ADA@School.test belongs to another user")
		lectern(t, "user", "create", db, "--name= ").is(t, exitRefused, "lectern: full_name must not be blank")
		lectern(t, "user", "create", db, "--name=Eve", "--role=admin").
			is(t, exitRefused, `lectern: unknown role "admin"; use Admin, Subaccount admin, Teacher, Student, Observer`)

		var listed struct{ Users []user }
		lectern(t, "user", "list", db, "--json").ok(t).json(t, &listed)
		tom := user{2, "Tom Wu", "Tom Wu", nil, []string{"Student"}}
		if want := []user{ada, tom}; !reflect.DeepEqual(listed.Users, want) {
			t.Errorf("listed %+v, want %+v", listed.Users, want)
		}

		lectern(t, "user", "deactivate", db, "--user", email).
			is(t, exitRefused, "lectern: one active admin must always remain")
		if said := lectern(t, "user", "deactivate", db, "2").ok(t).stdout; said != "Deactivated user 2 (Tom Wu).\n" {
			t.Errorf("said %q", said)
		}
		table := lectern(t, "user", "list", db).ok(t).stdout
		for _, want := range []string{"ID  NAME", "1   Ada Byron  ada@school.test  Admin, Teacher  active", "2   Tom Wu     -                Student         deactivated"} {
			if !strings.Contains(table, want) {
				t.Errorf("the table lacks %q:\n%s", want, table)
			}
		}
		lectern(t, "user", "reactivate", db, "2", "--json").ok(t).json(t, &made)
		if !reflect.DeepEqual(made.User, tom) {
			t.Errorf("reactivated %+v", made.User)
		}

		lectern(t, "user", "deactivate", db, "3").is(t, exitRefused, "lectern: user 3 not found")
		lectern(t, "user", "deactivate", db, "eve@school.test").is(t, exitRefused, "lectern: no user has the e-mail eve@school.test")
		lectern(t, "user", "deactivate", db, "Tom").
			is(t, exitRefused, `lectern: user "Tom" is neither an id nor an e-mail address`)
	})
}

func TestUser_Delete(t *testing.T) {
	fixture := writeFile(t, "library.json", `{
		"users": [{"key": "ada", "full_name": "Ada Byron", "roles": ["Admin"]}, {"key": "tom", "full_name": "Tom Wu"},
			{"key": "eve", "full_name": "Eve Moss"}, {"key": "ian", "full_name": "Ian Ross"}],
		"media": [{"key": "m", "owner": "tom", "title": "Lenses"}, {"key": "n", "owner": "eve", "title": "Prisms"}]}`)
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "load", db, fixture).ok(t)

		lectern(t, "user", "delete", db, "2").is(t, exitRefused,
			"lectern: user 2 owns media items or collections; give a new owner, or delete them too")
		lectern(t, "user", "delete", db, "1", "--with-media").
			is(t, exitRefused, "lectern: one active admin must always remain")
		lectern(t, "user", "delete", db, "2", "--new-owner=2").is(t, exitRefused, "lectern: new_owner must be another person")
		lectern(t, "user", "delete", db, "2", "--new-owner=9").is(t, exitRefused, "lectern: user 9 not found")

		lectern(t, "user", "delete", db, "2", "--new-owner=1").ok(t)
		lectern(t, "user", "delete", db, "3", "--with-media").ok(t)
		var gone struct{ User user }
		lectern(t, "user", "delete", db, "--user=4", "--json").ok(t).json(t, &gone)
		if gone.User.FullName != "Ian Ross" {
			t.Errorf("deleted %+v", gone.User)
		}
		var listed struct{ Users []user }
		lectern(t, "user", "list", db, "--json").ok(t).json(t, &listed)
		if len(listed.Users) != 1 || listed.Users[0].ID != 1 {
			t.Errorf("left are %+v", listed.Users)
		}
	})
}
