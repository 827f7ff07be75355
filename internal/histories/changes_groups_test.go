package histories

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
