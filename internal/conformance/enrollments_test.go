package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// enrolled is one item of an update of enrolments; role is empty where all are removed.
func enrolled(action string, id library.UserID, role string) string {
	if role == "" {
		return fmt.Sprintf(`{"action":%q,"user_id":%d}`, action, id)
	}
	return fmt.Sprintf(`{"action":%q,"user_id":%d,"role":%q}`, action, id, role)
}

func updateEnrolments(t *testing.T, by live.Client, course int64, items ...string) live.Answer {
	t.Helper()
	path := fmt.Sprintf("/courses/%d/enrollments/batch_update", course)
	return by.Send(t, "POST", path, live.JSON, "["+strings.Join(items, ",")+"]")
}

// enrolments is an answer's, as "bob student" for each.
func enrolments(t *testing.T, lib *live.Library, a live.Answer, people ...string) []string {
	t.Helper()
	keys := make(map[int64]string)
	for _, key := range people {
		keys[int64(lib.User(key))] = key
	}
	a.Want(t, 200)
	found := live.Read[struct {
		Enrollments []struct {
			ID   int64  `json:"id"`
			Role string `json:"role"`
		} `json:"enrollments"`
	}](t, a).Enrollments
	if found == nil {
		t.Errorf("no list of enrolments in %s", a.Body)
	}
	rows := make([]string, len(found))
	for i, e := range found {
		rows[i] = keys[e.ID] + " " + e.Role
	}
	return rows
}

func wantEnrolments(t *testing.T, lib *live.Library, a live.Answer, want ...string) {
	t.Helper()
	got := enrolments(t, lib, a, "ada", "sue", "rolf", "asa", "tom", "bob", "ann", "eve", "otto", "dora", "dan")
	if !slices.Equal(got, want) {
		t.Errorf("enrolled are %q, want %q", got, want)
	}
}

func TestEnrollments_EveryFieldAndWhoMayAsk(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib) // the deactivated stay enrolled, the deleted do not
		want := fmt.Sprintf(`{"enrollments":[
			{"id":%d,"full_name":"Dora Gone","display_name":"Dora Gone","email":"dora@school.test","role":"student"},
			{"id":%d,"full_name":"Ann Able","display_name":"Ann Able","email":null,"role":"student"},
			{"id":%d,"full_name":"Bob Hale","display_name":"Bob","email":"bob@school.test","role":"student"},
			{"id":%d,"full_name":"Tom Teal","display_name":"Tom Teal","email":"tom@school.test","role":"teacher"}]}`,
			lib.User("dora"), lib.User("ann"), lib.User("bob"), lib.User("tom"))
		for _, caller := range []string{"ada", "ann", "sue"} {
			wantJSON(t, node.As(caller).Get(t, "/courses/101/enrollments"), want)
		}
		for _, caller := range []string{"tom", "bob", "eve", "otto", "asa"} { // nobody of the course, whatever they teach
			for _, course := range []int{101, 202, 999} {
				node.As(caller).Get(t, "/courses/%d/enrollments", course).WantError(t, 403, "only admins may")
				updateEnrolments(t, node.As(caller), int64(course)).WantError(t, 403, "only admins may")
			}
		}
		for caller, course := range map[string]int64{"sue": 202, "rolf": 101} {
			node.As(caller).Get(t, "/courses/%d/enrollments", course).WantError(t, 403, "not in one of your sub-accounts")
			updateEnrolments(t, node.As(caller), course).WantError(t, 403, "not in one of your sub-accounts")
		}
		for _, caller := range []string{"ada", "sue"} {
			node.As(caller).Get(t, "/courses/999/enrollments").WantError(t, 404, "course 999 not found")
			node.As(caller).Get(t, "/courses/0/enrollments").Want(t, 422)
			updateEnrolments(t, node.As(caller), 999).Want(t, 404)
		}
		node.Nobody().Get(t, "/courses/101/enrollments").Want(t, 401)
		updateEnrolments(t, node.Nobody(), 101).Want(t, 401)
	})
}

func TestEnrollments_InTheirOrderAllOrNothing(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ada := node.As("ada")
		bob, eve, tom := lib.User("bob"), lib.User("eve"), lib.User("tom")
		before := []string{"dan student", "dora student", "ann student", "bob student", "tom teacher"}
		for bad, want := range map[string]struct {
			status   int
			sentence string
		}{
			enrolled("update", lib.User("otto"), "student"):                          {404, "is not enrolled in course 101"},
			enrolled("remove", bob, "student") + "," + enrolled("update", bob, "ta"): {404, "is not enrolled in course 101"},
			enrolled("remove", bob, "") + "," + enrolled("update", bob, "ta"):        {404, "is not enrolled in course 101"},
			enrolled("add", stranger, "student"):                                     {404, "user 9223372036854775807 not found"},
			enrolled("remove", stranger, ""):                                         {404, "user 9223372036854775807 not found"},
			enrolled("add", 0, "student"):                                            {422, "user_id must be"},
			`{"action":"add","user_id":"x","role":"student"}`:                        {422, "user_id must be"},
			enrolled("add", eve, "Student"):                                          {422, "role must be one of"},
			enrolled("add", eve, "manager"):                                          {422, "role must be one of"},
			fmt.Sprintf(`{"action":"add","user_id":%d,"role":""}`, eve):              {422, "role must not be empty"},
			fmt.Sprintf(`{"action":"remove","user_id":%d,"role":"principal"}`, eve):  {422, "role must be one of"},
			enrolled("enrol", eve, "student"):                                        {422, "action must be one of"},
			enrolled("add", eve, ""):                                                 {400, "body[1].role is required"},
			enrolled("update", bob, ""):                                              {400, "body[1].role is required"},
			`{"action":"remove"}`:                                                    {400, "user_id is required"},
			fmt.Sprintf(`{"user_id":%d,"role":"student"}`, eve):                      {400, "action is required"},
			`[]`: {422, "must be a JSON object"},
		} {
			updateEnrolments(t, ada, 101, enrolled("add", eve, "student"), bad).WantError(t, want.status, want.sentence)
			wantEnrolments(t, lib, ada.Get(t, "/courses/101/enrollments"), before...)
		}
		wantEnrolments(t, lib, updateEnrolments(t, ada, 101), before...)
		wantEnrolments(t, lib, updateEnrolments(t, ada, 101,
			enrolled("add", eve, "observer"),
			enrolled("add", eve, "ta"), // beside the other
			enrolled("add", eve, "ta"), // which she holds
			enrolled("update", tom, "designer"),
			enrolled("add", tom, "student"),
			enrolled("add", tom, "observer"),
			enrolled("update", bob, "student"), // what he is
			enrolled("remove", lib.User("otto"), ""),
			enrolled("remove", lib.User("ann"), "teacher"), // what she is not
			enrolled("remove", lib.User("dora"), "student"),
			enrolled("remove", lib.User("dan"), ""),
		), "eve ta", "eve observer", "ann student", "bob student", "tom designer", "tom student", "tom observer")
		wantEnrolments(t, lib, updateEnrolments(t, ada, 101,
			enrolled("update", tom, "teacher"), // instead of all three
			enrolled("remove", eve, ""),
			enrolled("add", eve, "student"), enrolled("remove", eve, "student"), // and back
		), "ann student", "bob student", "tom teacher")

		many := slices.Repeat([]string{enrolled("remove", eve, "")}, library.MaxEnrollmentChanges)
		updateEnrolments(t, ada, 101, many...).Want(t, 200)
		updateEnrolments(t, ada, 101, append(many, many[0])...).WantError(t, 422, "must hold 0 to 1000 items")
		const path = "/courses/101/enrollments/batch_update"
		for _, body := range []string{"", "{}", "[", "null", `{"enrollments":[]}`, "\xff"} {
			ada.Send(t, "POST", path, live.JSON, body).Want(t, 400)
		}
		ada.Send(t, "POST", path, live.JSON, "[]"+strings.Repeat(" ", 1<<20)).Want(t, 413)
		ada.Send(t, "POST", path, "application/x-www-form-urlencoded", "action=add").Want(t, 415)
		ada.Send(t, "POST", "/courses/x/enrollments/batch_update", live.JSON, "[]").Want(t, 422)
		ada.Send(t, "PUT", path, live.JSON, "[]").Want(t, 405)
	})
}

// A sub-account admin enrols people within reach, and nobody else: enrolling somebody
// extends the reach over them.
func TestEnrollments_ASubAccountAdminEnrolsWhoIsWithinReach(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		sue := node.As("sue")
		before := enrolments(t, lib, sue.Get(t, "/courses/101/enrollments"), "tom", "bob", "ann", "dora")
		for _, out := range []library.UserID{lib.User("eve"), lib.User("ada"), lib.User("sue"), lib.User("dan"), stranger} {
			for _, item := range []string{enrolled("add", out, "student"), enrolled("update", out, "ta"), enrolled("remove", out, "")} {
				updateEnrolments(t, sue, 101, enrolled("remove", lib.User("bob"), ""), item).
					WantError(t, 403, "is not enrolled in a course of one of your sub-accounts")
				sue.Get(t, "%s", live.UserPath(out, "/media")).Want(t, map[bool]int{true: 200, false: 403}[out == lib.User("sue")])
			}
		}
		wantEnrolments(t, lib, sue.Get(t, "/courses/101/enrollments"), before...)

		// In a new course of hers, she enrols whom she reaches; an admin enrols Eve, who is
		// then within reach, until she leaves.
		post(t, sue, "/courses", fmt.Sprintf(`{"course_id":303,"sub_account_id":%d}`, lib.SubAccount("sciences"))).Want(t, 201)
		wantEnrolments(t, lib, updateEnrolments(t, sue, 303,
			enrolled("add", lib.User("bob"), "ta"), enrolled("add", lib.User("dora"), "student")), "dora student", "bob ta")
		wantEnrolments(t, lib, updateEnrolments(t, node.As("ada"), 303, enrolled("add", lib.User("eve"), "student")),
			"dora student", "eve student", "bob ta")
		updateEnrolments(t, sue, 101, enrolled("add", lib.User("eve"), "observer")).Want(t, 200)
		updateEnrolments(t, sue, 101, enrolled("remove", lib.User("eve"), "")).Want(t, 200)
		// Removed and added again in one batch, she was within reach when it began.
		updateEnrolments(t, sue, 303, enrolled("remove", lib.User("eve"), ""), enrolled("add", lib.User("eve"), "observer")).Want(t, 200)
		sue.Get(t, "%s", lib.UserPath("eve", "/media")).Want(t, 200)
		updateEnrolments(t, sue, 303, enrolled("remove", lib.User("eve"), "")).Want(t, 200)
		sue.Get(t, "%s", lib.UserPath("eve", "/media")).Want(t, 403)
		updateEnrolments(t, sue, 303, enrolled("add", lib.User("eve"), "student")).Want(t, 403)
	})
}

// Each change of a role is in the audit log, with who made it; what changes nothing is not.
func TestEnrollments_AreAudited(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ada, bob := node.As("ada"), lib.User("bob")
		lib.Clock.Advance(time.Second)
		post(t, ada, "/courses", `{"course_id":303,"name":"Prisms"}`).Want(t, 201)
		updateEnrolments(t, ada, 303, enrolled("add", bob, "student")).Want(t, 200)
		updateEnrolments(t, ada, 303, enrolled("add", bob, "student")).Want(t, 200)
		updateEnrolments(t, ada, 303, enrolled("update", bob, "ta")).Want(t, 200)
		updateEnrolments(t, ada, 303, enrolled("add", bob, "observer"), enrolled("update", stranger, "ta")).Want(t, 404)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			if err := c.SetCourseSubAccount(ctx, 303, new(lib.SubAccount("arts"))); err != nil {
				return err
			}
			return c.AssignSubAccount(ctx, lib.SubAccount("arts"), lib.User("rolf"))
		})
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.UnassignSubAccount(ctx, lib.SubAccount("arts"), lib.User("rolf"))
		})
		var told []string
		for _, e := range live.Read[auditEvents](t, ada.Get(t, "/audit_events?object=course&object_id=303")).Events {
			told = append(told, fmt.Sprintf("%s %v %v", e.Action, e.Before, e.After))
		}
		student, ta := fmt.Sprintf("map[role:student user_id:%d]", bob), fmt.Sprintf("map[role:ta user_id:%d]", bob)
		made := fmt.Sprintf("course.create map[] map[collection_id:%d name:Prisms sub_account_id:<nil>]", collectionOf(t, ada, 303))
		want := []string{ // the newest first
			fmt.Sprintf("course.change_sub_account map[sub_account_id:<nil>] map[sub_account_id:%d]", lib.SubAccount("arts")),
			"course.unenroll " + student + " map[]", "course.enroll map[] " + ta, "course.enroll map[] " + student, made,
		}
		if !slices.Equal(told, want) {
			t.Errorf("the log tells\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
		}
		subs := live.Read[auditEvents](t, ada.Get(t, "/audit_events?object=sub_account&object_id=%d", lib.SubAccount("arts"))).Events
		if len(subs) != 3 || subs[0].Action != "sub_account.unassign" || subs[0].After != nil {
			t.Errorf("of the sub-account the log tells %+v", subs)
		}
	})
}

// collectionOf is the id of a course's collection.
func collectionOf(t *testing.T, by live.Client, course int64) int64 {
	t.Helper()
	return live.Read[struct{ Course collection }](t, by.Get(t, "/courses/%d", course)).Course.ID
}
