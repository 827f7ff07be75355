package histories

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

type enrol struct {
	course, person int
	role           string
}

func (x *enrol) String() string {
	return fmt.Sprintf("enrol p%d in k%d as %s", x.person, x.course, x.role)
}

func (x *enrol) inModel(w *world, by asker) verdict {
	if v := w.mayEnrol(by, x.course, x.person); v != ok {
		return v
	}
	w.courses[x.course].enrolled[enrolment{x.person, x.role}] = true
	return ok
}

// mayEnrol answers whether the asker may change the roles of people in a course. To a
// sub-account admin, who is not there looks like who is out of reach.
func (w *world) mayEnrol(by asker, k int, people ...int) verdict {
	if v := w.seesEnrolments(by, k); v != ok {
		return v
	}
	for _, p := range people {
		switch {
		case !by.all() && !w.personWithin(by, p):
			return forbidden
		case w.people[p] == nil:
			return notFound
		}
	}
	return ok
}

// seesEnrolments answers whether the asker may see who is enrolled in a course.
func (w *world) seesEnrolments(by asker, k int) verdict {
	switch {
	case !by.all() && !by.roles["Subaccount admin"]:
		return forbidden
	case w.courses[k] == nil:
		return notFound
	case !by.all() && !w.assignedTo(by, w.courses[k]):
		return forbidden
	}
	return ok
}

func (x *enrol) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.Enroll(ctx, library.CourseID(x.course), ids.people.id(x.person), library.Way(x.role))
}

type unenrol struct {
	course, person int
	role           string
}

func (x *unenrol) String() string {
	return fmt.Sprintf("unenrol p%d from k%d as %s", x.person, x.course, x.role)
}

func (x *unenrol) inModel(w *world, by asker) verdict {
	if v := w.mayEnrol(by, x.course, x.person); v != ok {
		return v
	}
	delete(w.courses[x.course].enrolled, enrolment{x.person, x.role})
	return ok
}

func (x *unenrol) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.Unenroll(ctx, library.CourseID(x.course), ids.people.id(x.person), library.Way(x.role))
}

// assign puts a sub-account into a person's reach.
type assign struct{ subAccount, person int }

func (x *assign) String() string {
	return fmt.Sprintf("assign sub-account %d to p%d", x.subAccount, x.person)
}

func (x *assign) inModel(w *world, by asker) verdict {
	switch {
	case !by.all():
		return forbidden
	case w.people[x.person] == nil:
		return notFound
	}
	w.people[x.person].assigned[x.subAccount] = true
	w.people[x.person].roles["Subaccount admin"] = true
	return ok
}

func (x *assign) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.AssignSubAccount(ctx, ids.subAccounts.id(x.subAccount), ids.people.id(x.person))
}

// unassign takes a sub-account out of a person's reach; the role stays.
type unassign struct{ subAccount, person int }

func (x *unassign) String() string {
	return fmt.Sprintf("unassign sub-account %d from p%d", x.subAccount, x.person)
}

func (x *unassign) inModel(w *world, by asker) verdict {
	switch {
	case !by.all():
		return forbidden
	case w.people[x.person] == nil:
		return notFound
	}
	delete(w.people[x.person].assigned, x.subAccount)
	return ok
}

func (x *unassign) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.UnassignSubAccount(ctx, ids.subAccounts.id(x.subAccount), ids.people.id(x.person))
}

// createCourse creates a course in a sub-account, or, for 0, in none.
type createCourse struct{ course, collection, subAccount int }

func (x *createCourse) String() string {
	return fmt.Sprintf("create k%d with c%d in sub-account %d", x.course, x.collection, x.subAccount)
}

func (x *createCourse) inModel(w *world, by asker) verdict {
	switch {
	case !by.all() && !w.assignedTo(by, &course{subAccount: x.subAccount}):
		return forbidden
	case w.courses[x.course] != nil:
		return conflict
	}
	w.courses[x.course] = &course{
		subAccount: x.subAccount, collection: x.collection, enrolled: make(map[enrolment]bool),
	}
	w.collections[x.collection] = &collection{kind: "course_wide", created: theNow, shares: make(map[grantee]level)}
	return ok
}

func (x *createCourse) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	wanted := library.NewCourse{ID: library.CourseID(x.course)}
	if x.subAccount != 0 {
		wanted.SubAccount = new(ids.subAccounts.id(x.subAccount))
	}
	made, err := c.CreateCourse(ctx, wanted)
	if err == nil {
		ids.collections.name(made.Collection, x.collection)
	}
	return err
}

// moveCourse puts a course into a sub-account, or takes it out of it if it is in it.
type moveCourse struct {
	course, subAccount int
	out                bool
}

func (x *moveCourse) String() string {
	if x.out {
		return fmt.Sprintf("take k%d out of sub-account %d", x.course, x.subAccount)
	}
	return fmt.Sprintf("put k%d into sub-account %d", x.course, x.subAccount)
}

func (x *moveCourse) inModel(w *world, by asker) verdict {
	switch k := w.courses[x.course]; {
	case !by.all():
		return forbidden
	case k == nil:
		return notFound
	case !x.out:
		k.subAccount = x.subAccount
	case k.subAccount == x.subAccount:
		k.subAccount = 0
	}
	return ok
}

func (x *moveCourse) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	sub := ids.subAccounts.id(x.subAccount)
	if x.out {
		return c.TakeCourseFrom(ctx, sub, library.CourseID(x.course))
	}
	return c.SetCourseSubAccount(ctx, library.CourseID(x.course), &sub)
}

// enrolItem is one change of a batch of changes of who is enrolled in a course.
type enrolItem struct {
	action string // add, update or remove
	person int
	role   string // "" where all roles are removed
}

type enrolBatch struct {
	course       int
	items        []enrolItem
	expected, is string
}

func (x *enrolBatch) String() string {
	words := make([]string, len(x.items))
	for i, it := range x.items {
		words[i] = fmt.Sprintf("%s p%d as %q", it.action, it.person, it.role)
	}
	return fmt.Sprintf("enrolments in k%d: %s", x.course, strings.Join(words, ", "))
}

func (x *enrolBatch) inModel(w *world, by asker) verdict {
	people := make([]int, len(x.items))
	for i, it := range x.items {
		people[i] = it.person
	}
	if v := w.mayEnrol(by, x.course, people...); v != ok {
		return v
	}
	k := w.courses[x.course]
	for _, it := range x.items {
		if it.action == "update" && !k.has(it.person, courseRoles...) {
			return notFound
		}
		if it.action == "update" || it.role == "" {
			for _, role := range courseRoles {
				delete(k.enrolled, enrolment{it.person, role})
			}
		}
		if it.action == "remove" {
			delete(k.enrolled, enrolment{it.person, it.role})
		} else {
			k.enrolled[enrolment{it.person, it.role}] = true
		}
	}
	x.expected = k.rows()
	return ok
}

// rows is who is enrolled in a course: the highest number first, and the roles of one
// person in the order of courseRoles.
func (k *course) rows() string {
	var list []enrolment
	for e := range k.enrolled {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b enrolment) int {
		if a.person != b.person {
			return b.person - a.person
		}
		return slices.Index(courseRoles, a.role) - slices.Index(courseRoles, b.role)
	})
	words := make([]string, len(list))
	for i, e := range list {
		words[i] = fmt.Sprintf("p%d as %s", e.person, e.role)
	}
	return strings.Join(words, ", ")
}

// enrolmentRows is the same of an answer.
func (n *names) enrolmentRows(found []library.Enrollment) string {
	words := make([]string, len(found))
	for i, e := range found {
		words[i] = fmt.Sprintf("p%d as %s", n.people.number(e.ID), e.Role)
	}
	return strings.Join(words, ", ")
}

func (x *enrolBatch) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	changes := make([]library.EnrollmentChange, len(x.items))
	for i, it := range x.items {
		changes[i] = library.EnrollmentChange{
			Action: library.EnrollmentAction(it.action), User: ids.people.id(it.person), Role: library.Way(it.role),
		}
	}
	now, err := c.UpdateEnrollments(ctx, library.CourseID(x.course), changes)
	x.is = ids.enrolmentRows(now)
	return err
}

func (x *enrolBatch) misled() string {
	if x.is == x.expected {
		return ""
	}
	return fmt.Sprintf("%s: it tells %q, should be %q", x, x.is, x.expected)
}

// enrolments writes a batch of changes of who is enrolled, often by a sub-account admin
// in a course within reach and of people within reach.
func (a *author) enrolments(w *world, by asker) change {
	x := &enrolBatch{course: a.course(w), items: make([]enrolItem, a.dice.IntN(4))}
	var within []int
	if !by.all() && by.roles["Subaccount admin"] && !a.oneIn(4) {
		for _, k := range inOrder(w.courses) {
			if w.assignedTo(by, w.courses[k]) {
				x.course = k
			}
		}
		for _, p := range inOrder(w.people) {
			if w.personWithin(by, p) {
				within = append(within, p)
			}
		}
	}
	for i := range x.items {
		it := enrolItem{oneOf(a, "add", "add", "update", "remove"), a.person(w), oneOf(a, courseRoles...)}
		if len(within) > 0 && !a.oneIn(8) {
			it.person = pick(a, within)
		}
		if it.action == "remove" && a.oneIn(3) {
			it.role = ""
		}
		x.items[i] = it
	}
	return x
}

// newCourse writes the creation of a course, now and then of one that exists.
func (a *author) newCourse(w *world, by asker) change {
	x := &createCourse{a.course(w), a.collections + 1, oneOf(a, append(foundedAbove, 0)...)}
	if len(w.courses) < 7 && !a.oneIn(4) {
		x.course = slices.Max(inOrder(w.courses)) + 1
	}
	for _, sub := range foundedAbove {
		if !by.all() && w.assignedTo(by, &course{subAccount: sub}) && !a.oneIn(4) {
			x.subAccount = sub
		}
	}
	return x
}

func (o *observer) enrollments(ctx context.Context, q inquiry) error {
	k := q.aNumber(inOrder(q.world.courses))
	got, err := o.library.Enrollments(ctx, q.actor, library.CourseID(k))
	want, should := q.world.seesEnrolments(q.as, k), ""
	if want == ok {
		should = q.world.courses[k].rows()
	}
	return o.compare(q.asks("the enrolments in k%d", k), err, want, o.ids.enrolmentRows(got), should)
}
