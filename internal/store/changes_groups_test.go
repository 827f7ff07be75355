package store_test

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
)

type join struct {
	group, person int
	as            string
}

func (x *join) String() string { return fmt.Sprintf("p%d joins g%d as %s", x.person, x.group, x.as) }

func (x *join) inModel(w *world, by asker) verdict {
	if v := w.mayManage(by, x.group, x.person); v != ok {
		return v
	}
	if w.groups[x.group][x.person] == "" && !w.mayShareWith(by, grantee{person: x.person}) {
		return forbidden
	}
	w.groups[x.group][x.person] = x.as
	return ok
}

// mayManage answers whether the asker may change what a person is in a group.
func (w *world) mayManage(by asker, g, p int) verdict {
	switch {
	case w.groups[g] == nil:
		return notFound
	case !by.all() && w.groups[g][by.person] != "manager":
		return forbidden
	case w.people[p] == nil:
		return notFound
	}
	return ok
}

func (x *join) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.SetMember(ctx, ids.groups.id(x.group), ids.people.id(x.person), library.Membership(x.as))
}

type leave struct{ group, person int }

func (x *leave) String() string { return fmt.Sprintf("p%d leaves g%d", x.person, x.group) }

func (x *leave) inModel(w *world, by asker) verdict {
	if v := w.mayManage(by, x.group, x.person); v != ok {
		return v
	}
	delete(w.groups[x.group], x.person)
	return ok
}

func (x *leave) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.RemoveMember(ctx, ids.groups.id(x.group), ids.people.id(x.person))
}

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

// mayEnrol answers whether the asker may change a person's roles in a course.
func (w *world) mayEnrol(by asker, k, p int) verdict {
	switch {
	case !by.all():
		return forbidden
	case w.courses[k] == nil, w.people[p] == nil:
		return notFound
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
