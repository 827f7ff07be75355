package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// A new institution is set up by the command line alone: sub-accounts, courses, people.
func TestCourse(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "user", "create", db, "--name=Ada Byron", "--email=ada@school.test", "--role=Admin").ok(t)
		lectern(t, "user", "create", db, "--name=Tom Wu", "--email=tom@school.test").ok(t)

		if said := lectern(t, "subaccount", "create", db, "--name=Sciences").ok(t).stdout; said != "Created sub-account 1 (Sciences).\n" {
			t.Errorf("said %q", said)
		}
		lectern(t, "subaccount", "create", db, "--name= ").is(t, exitRefused, "lectern: name must not be blank")

		var made struct {
			Course struct {
				ID         int64   `json:"id"`
				Name       *string `json:"name"`
				Type       string  `json:"type"`
				Permission string  `json:"permission"`
				Owner      *user   `json:"owner"`
				CreatedAt  string  `json:"created_at"`
				CourseID   int64   `json:"course_id"`
				ArchivedAt *string `json:"archived_at"`
			} `json:"course"`
		}
		lectern(t, "course", "create", db, "101", "--name=Optics", "--sub-account=1", "--json").ok(t).json(t, &made)
		if made.Course.CourseID != 101 || *made.Course.Name != "Optics" || made.Course.Type != "course_wide" {
			t.Errorf("created %+v", made.Course)
		}
		if said := lectern(t, "course", "create", db, "102").ok(t).stdout; said != "Created course 102.\n" {
			t.Errorf("said %q", said)
		}
		lectern(t, "course", "create", db, "101").is(t, exitRefused, "lectern: course_id 101 already exists")
		lectern(t, "course", "create", db, "103", "--sub-account=9").is(t, exitRefused, "lectern: sub-account 9 not found")
		lectern(t, "course", "create", db, "0").is(t, exitRefused, "lectern: course_id must be 1 or more")
		lectern(t, "course", "create", db, "103", "--name=").is(t, exitRefused, "lectern: name must not be blank")

		if said := lectern(t, "course", "enroll", db, "101", "tom@school.test", "--role=student", "--role=ta").ok(t).stdout; said != "Created 2 of 2 enrolments.\n" {
			t.Errorf("said %q", said)
		}
		wantChanged(t, lectern(t, "course", "enroll", db, "101", "2", "--role=ta", "--json"), 1, 0)
		wantChanged(t, lectern(t, "course", "enroll", db, "102", "1", "--role=teacher", "--json"), 1, 1)
		lectern(t, "course", "enroll", db, "101", "2", "--role=Teacher").
			is(t, exitRefused, `lectern: unknown role "Teacher"; use teacher, ta, designer, student, observer`)
		lectern(t, "course", "enroll", db, "103", "2", "--role=ta").is(t, exitRefused, "lectern: course 103 not found")
		lectern(t, "course", "enroll", db, "101", "9", "--role=ta").is(t, exitRefused, "lectern: user 9 not found")

		for _, empty := range [][]string{{"101", "2", "--role="}, {"101", "2", "--role=ta", "--role="}} { // a script's unset variable
			lectern(t, append([]string{"course", "unenroll", db}, empty...)...).
				is(t, exitRefused, `lectern: unknown role ""; use teacher, ta, designer, student, observer`)
		}
		table := lectern(t, "course", "list", db).ok(t).stdout
		if want := "COURSE  NAME    SUB-ACCOUNT  PEOPLE\n101     Optics  1            1\n102     -       -            1\n"; table != want {
			t.Errorf("listed\n%s\nwant\n%s", table, want)
		}

		wantChanged(t, lectern(t, "course", "unenroll", db, "101", "2", "--role=ta", "--json"), 1, 1)
		wantChanged(t, lectern(t, "course", "unenroll", db, "101", "2", "--role=ta", "--json"), 1, 0)
		lectern(t, "course", "enroll", db, "101", "2", "--role=observer").ok(t)
		if said := lectern(t, "course", "unenroll", db, "101", "tom@school.test").ok(t).stdout; said != "Removed 2 enrolments.\n" {
			t.Errorf("said %q", said)
		}
		for _, args := range []string{
			"course enroll 101", "course enroll 101 2", "course enroll", "course enroll --role=ta", "course enroll 101 2 --csv=x",
			"course enroll --csv=x --role=ta", "course unenroll 101", "course create", "course create optics", "subaccount create",
			"subaccount assign 1", "user edit 2", "user edit --name=X", "user edit 2 --email=a@b --no-email",
		} {
			if r := lectern(t, append(strings.Fields(args), db)...); r.code != exitUsage {
				t.Errorf("%s ends with %d: %s", args, r.code, r.stderr)
			}
		}
	})
}

func wantChanged(t *testing.T, r result, rows, changed int) {
	t.Helper()
	var got struct{ Rows, Changed int }
	r.ok(t).json(t, &got)
	if got.Rows != rows || got.Changed != changed {
		t.Errorf("of %d rows, %d changed something; want %d of %d", got.Rows, got.Changed, changed, rows)
	}
}

// Names of courses and sub-accounts do nothing to a terminal, and JSON has them exactly.
func TestCourse_NamesAreHarmless(t *testing.T) {
	db := sqlite(t)
	name := strings.ReplaceAll(strings.ReplaceAll(hostile, "\x00", ""), "\xff", "")
	lectern(t, "user", "create", db, "--name=Ada Byron").ok(t) // which creates the library
	isHarmless(t, lectern(t, "subaccount", "create", db, "--name="+name).ok(t).stdout, 1)
	var made struct{ Course struct{ Name string } }
	written := lectern(t, "course", "create", db, "101", "--name="+name, "--json").ok(t).stdout
	if err := json.Unmarshal([]byte(written), &made); err != nil || made.Course.Name != name {
		t.Errorf("JSON has the course %q, want %q, %v", made.Course.Name, name, err)
	}
	for _, noun := range []string{"course", "subaccount"} {
		isHarmless(t, lectern(t, noun, "list", db).ok(t).stdout, 2)
	}
}

// The admins of a sub-account get the role, and what is unassigned reaches nothing.
func TestSubaccount(t *testing.T) {
	type subAccount struct {
		ID      int64   `json:"id"`
		Name    string  `json:"name"`
		Admins  []int64 `json:"admin_ids"`
		Courses int64   `json:"courses"`
	}
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "user", "create", db, "--name=Ada Byron", "--email=ada@school.test").ok(t)
		lectern(t, "user", "create", db, "--name=Tom Wu").ok(t)
		for _, name := range []string{"Sciences", "Arts"} {
			lectern(t, "subaccount", "create", db, "--name", name).ok(t)
		}
		for _, id := range []string{"101", "102"} {
			lectern(t, "course", "create", db, id).ok(t)
		}
		var got struct {
			Sub subAccount `json:"sub_account"`
		}
		is := func(r result, want subAccount) {
			t.Helper()
			if r.ok(t).json(t, &got); !reflect.DeepEqual(got.Sub, want) {
				t.Errorf("the sub-account is %+v, want %+v", got.Sub, want)
			}
		}
		is(lectern(t, "subaccount", "assign", db, "--json", "1", "--admin=ada@school.test", "--admin=2", "--course=101", "--course=102"),
			subAccount{1, "Sciences", []int64{1, 2}, 2})
		is(lectern(t, "subaccount", "assign", db, "--json", "2", "--course=102"), subAccount{2, "Arts", []int64{}, 1}) // it moves
		is(lectern(t, "subaccount", "unassign", db, "--json", "1", "--admin=2", "--course=102"), subAccount{1, "Sciences", []int64{1}, 1})
		if said := lectern(t, "subaccount", "assign", db, "1", "--admin=1").ok(t).stdout; said != "Assigned to sub-account 1: 1 people, 0 courses.\n" {
			t.Errorf("said %q", said)
		}

		// All of it, or nothing.
		for args, told := range map[string]string{
			"assign 1 --admin=9 --course=102":  "user 9 not found",
			"assign 1 --admin=2 --course=999":  "course 999 not found",
			"assign 9 --admin=2":               "sub-account 9 not found",
			"assign 9 --course=102":            "sub-account 9 not found",
			"unassign 9 --admin=2":             "sub-account 9 not found",
			"unassign 1 --course=999":          "course 999 not found",
			"unassign 1 --admin=1 --admin=9":   "user 9 not found",
			"assign 1 --admin=Tom":             `user "Tom" is neither an id nor an e-mail address`,
			"unassign 2 --course=102 --admin=": `user "" is neither an id nor an e-mail address`,
		} {
			lectern(t, append(strings.Fields("subaccount "+args), db)...).is(t, exitRefused, "lectern: "+told)
		}
		table := lectern(t, "subaccount", "list", db).ok(t).stdout
		if want := "ID  NAME      ADMINS  COURSES\n1   Sciences  1       1\n2   Arts      -       1\n"; table != want {
			t.Errorf("listed\n%s\nwant\n%s", table, want)
		}
		var people struct{ Users []user }
		lectern(t, "user", "list", db, "--json").ok(t).json(t, &people)
		for _, u := range people.Users {
			if want := []string{"Subaccount admin", "Student"}; !reflect.DeepEqual(u.RoleNames, want) {
				t.Errorf("user %d has the roles %v, want %v", u.ID, u.RoleNames, want)
			}
		}
	})
}

// A file is done whole or not at all, may be given again, and comes from spreadsheets.
func TestCourse_EnrollFromCSV(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		for i := range 3 {
			lectern(t, "user", "create", db, fmt.Sprintf("--name=P%d", i+1), fmt.Sprintf("--email=p%d@school.test", i+1)).ok(t)
		}
		for _, id := range []string{"101", "102"} {
			lectern(t, "course", "create", db, id).ok(t)
		}
		people := func(want string) {
			t.Helper()
			if got := lectern(t, "course", "list", db).ok(t).stdout; got != want {
				t.Errorf("listed\n%s\nwant\n%s", got, want)
			}
		}
		none := "COURSE  NAME  SUB-ACCOUNT  PEOPLE\n101     -     -            0\n102     -     -            0\n"
		file := filepath.Join(t.TempDir(), "term.csv")
		write := func(text string) {
			t.Helper()
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write("course_id,user,role\n101,p1@school.test,teacher\n101,9,student\n999,p2@school.test,student\n101,p8@school.test,boss\n")
		lectern(t, "course", "enroll", db, "--csv", file).is(t, exitRefused,
			`lectern: line 5, column 3 (role): unknown role "boss"; use teacher, ta, designer, student, observer`)
		write("course_id,user,role\n101,p1@school.test,teacher\n101,9,student\n999,p2@school.test,student\n101,p8@school.test,ta\n")
		lectern(t, "course", "enroll", db, "--csv", file).is(t, exitRefused, "lectern: line 3, column 2 (user): user 9 not found\n"+
			"lectern: line 4, column 1 (course_id): course 999 not found\nlectern: line 5, column 2 (user): no user has the e-mail p8@school.test")
		people(none)

		write("\ufeff\"course_id\";\"role\";\"user\"\r\n101;teacher;P1@School.test\r\n101;student;2\r\n102;\"student\";p3@school.test\r\n102;ta;p3@school.test\r\n;;\r\n")
		for _, changed := range []int{4, 0} { // again, it changes nothing
			wantChanged(t, lectern(t, "course", "enroll", db, "--json", "--csv", file), 4, changed)
		}
		people("COURSE  NAME  SUB-ACCOUNT  PEOPLE\n101     -     -            2\n102     -     -            1\n")
		wantChanged(t, lecternWith(t, nil, "user,role\n3,observer\n", "course", "enroll", db, "--json", "101", "--csv=-"), 1, 1)
		wantChanged(t, lecternWith(t, nil, "user\n1\n3\n", "course", "unenroll", db, "--json", "101", "--csv=-"), 2, 2)
		for _, changed := range []int{3, 0} {
			wantChanged(t, lectern(t, "course", "unenroll", db, "--json", "--csv", file), 4, changed)
		}
		people(none)
		if r := lectern(t, "course", "enroll", db, "--csv", file+".missing"); r.code != exitFailed || !strings.Contains(r.stderr, "no such file") {
			t.Errorf("a file that is missing ends with %d: %s", r.code, r.stderr)
		}
	})
}

func TestUser_Edit(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db := "--database=" + url
		lectern(t, "user", "create", db, "--name=Ada Byron", "--email=ada@school.test").ok(t)
		lectern(t, "user", "create", db, "--name=Tom Wu").ok(t)
		text := func(s string) *string { return &s }
		for _, c := range []struct {
			args []string
			want user
		}{
			{[]string{"1", "--name=Ada King"}, user{1, "Ada King", "Ada Byron", text("ada@school.test"), []string{"Student"}}},
			{[]string{"ADA@school.test", "--display-name=Ada"}, user{1, "Ada King", "Ada", text("ada@school.test"), []string{"Student"}}},
			{[]string{"--user=1", "--no-email"}, user{1, "Ada King", "Ada", nil, []string{"Student"}}},
			{[]string{"1", "--email=king@school.test", "--name=Ada"}, user{1, "Ada", "Ada", text("king@school.test"), []string{"Student"}}},
			{[]string{"2", "--email=ada@school.test"}, user{2, "Tom Wu", "Tom Wu", text("ada@school.test"), []string{"Student"}}},
		} {
			var edited struct{ User user }
			lectern(t, append([]string{"user", "edit", db, "--json"}, c.args...)...).ok(t).json(t, &edited)
			if !reflect.DeepEqual(edited.User, c.want) {
				t.Errorf("%v makes %+v, want %+v", c.args, edited.User, c.want)
			}
		}
		if said := lectern(t, "user", "edit", db, "2", "--name=Tom").ok(t).stdout; said != "Changed user 2 (Tom).\n" {
			t.Errorf("said %q", said)
		}
		for args, told := range map[string]string{
			"2 --email=KING@school.test":  "email KING@school.test belongs to another user",
			"2 --email=king":              "email must be a whole e-mail address like ada@school.test",
			"2 --email=":                  "email must be a whole e-mail address like ada@school.test",
			"2 --name=":                   "full_name must not be blank",
			"2 --display-name=":           "display_name must not be blank",
			"9 --name=X":                  "user 9 not found",
			"eve@school.test --name=X":    "no user has the e-mail eve@school.test",
			"2 --name=X --email=king@b@c": "email must be a whole e-mail address like ada@school.test",
		} {
			lectern(t, append([]string{"user", "edit", db}, strings.Fields(args)...)...).is(t, exitRefused, "lectern: "+told)
		}
		if table := lectern(t, "user", "list", db).ok(t).stdout; !strings.Contains(table, "2   Tom   ada@school.test") {
			t.Errorf("listed\n%s", table)
		}
	})
}
