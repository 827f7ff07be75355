package histories

import (
	"context"
	"fmt"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

type createPerson struct {
	person int
	role   string
}

func (x *createPerson) String() string { return fmt.Sprintf("create p%d, %s", x.person, x.role) }

func (x *createPerson) name() string { return fmt.Sprintf("p%d", x.person) }

// email is empty for every third person, for it is optional.
func (x *createPerson) email() string {
	if x.person%3 == 0 {
		return ""
	}
	return fmt.Sprintf("p%d@school.test", x.person)
}

func (x *createPerson) inModel(w *world, by asker) verdict {
	if !by.all() {
		return forbidden
	}
	library := -x.person
	w.people[x.person] = &person{
		full: x.name(), display: x.name(), email: x.email(), roles: map[string]bool{x.role: true}, active: true, library: library,
		assigned: make(map[int]bool),
	}
	w.collections[library] = &collection{
		kind: "user", owner: x.person, created: theNow, shares: make(map[grantee]level),
	}
	return ok
}

func (x *createPerson) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	role, err := library.ParseRole(x.role)
	if err != nil {
		return err
	}
	roles := library.RolesOf(role)
	u, err := c.CreateUser(ctx, library.NewUser{FullName: x.name(), Email: x.email(), Roles: &roles})
	ids.people.name(u.ID, x.person)
	return err
}

// askedAnew is the asker as they are now. What can lessen the admins looks again,
// so that two who dismiss each other cannot both.
func (w *world) askedAnew(by asker) (asker, verdict) {
	if by.operator {
		return by, ok
	}
	p := w.people[by.person]
	if p == nil || !p.active {
		return by, signedOut
	}
	by.roles = p.roles
	return by, ok
}

// anAdminRemains answers for a world that has just been changed.
func (w *world) anAdminRemains() verdict {
	if len(w.admins()) == 0 {
		return invalid
	}
	return ok
}

type setActive struct {
	person int
	active bool
}

func (x *setActive) String() string {
	if x.active {
		return fmt.Sprintf("reactivate p%d", x.person)
	}
	return fmt.Sprintf("deactivate p%d", x.person)
}

func (x *setActive) inModel(w *world, by asker) verdict {
	by, v := w.askedAnew(by)
	switch {
	case v != ok:
		return v
	case !by.all():
		return forbidden
	case w.people[x.person] == nil:
		return notFound
	}
	w.people[x.person].active = x.active
	return w.anAdminRemains()
}

func (x *setActive) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.SetActive(ctx, ids.people.id(x.person), x.active)
}

type roleItem struct {
	person int
	role   string
	add    bool
}

type updateRoles struct{ items []roleItem }

func (x *updateRoles) String() string {
	words := make([]string, len(x.items))
	for i, it := range x.items {
		if it.add {
			words[i] = fmt.Sprintf("give p%d %s", it.person, it.role)
		} else {
			words[i] = fmt.Sprintf("take %s from p%d", it.role, it.person)
		}
	}
	return "roles: " + strings.Join(words, ", ")
}

func (x *updateRoles) inModel(w *world, by asker) verdict {
	by, v := w.askedAnew(by)
	if v != ok {
		return v
	}
	if !by.all() {
		for _, it := range x.items {
			if !by.roles["Subaccount admin"] || it.role == "Admin" || it.role == "Subaccount admin" ||
				!w.personWithin(by, it.person) {
				return forbidden
			}
		}
	}
	for _, it := range x.items {
		if w.people[it.person] == nil {
			return notFound
		}
	}
	for _, it := range x.items {
		if !by.all() && w.people[it.person].roles["Admin"] {
			return forbidden
		}
	}
	for _, it := range x.items {
		if it.add {
			w.people[it.person].roles[it.role] = true
		} else {
			delete(w.people[it.person].roles, it.role)
		}
	}
	return w.anAdminRemains()
}

func (x *updateRoles) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	changes := make([]library.RoleChange, len(x.items))
	for i, it := range x.items {
		role, err := library.ParseRole(it.role)
		if err != nil {
			return err
		}
		changes[i] = library.RoleChange{User: ids.people.id(it.person), Role: role, Action: library.RoleAction(it.add)}
	}
	_, err := c.UpdateRoles(ctx, changes)
	return err
}

// deletePerson says who gets what the person owns, or that it goes too, or neither.
type deletePerson struct {
	person, newOwner int
	withMedia        bool
}

func (x *deletePerson) String() string {
	switch {
	case x.newOwner != 0:
		return fmt.Sprintf("delete p%d, p%d gets what they own", x.person, x.newOwner)
	case x.withMedia:
		return fmt.Sprintf("delete p%d with what they own", x.person)
	}
	return fmt.Sprintf("delete p%d, who owns nothing", x.person)
}

func (x *deletePerson) inModel(w *world, by asker) verdict {
	if x.newOwner == x.person {
		return invalid
	}
	by, v := w.askedAnew(by)
	switch {
	case v != ok:
		return v
	case !by.all():
		return forbidden
	case w.people[x.person] == nil, x.newOwner != 0 && w.people[x.newOwner] == nil:
		return notFound
	case w.owns(x.person) && x.newOwner == 0 && !x.withMedia:
		return conflict
	}
	if x.newOwner != 0 {
		w.giveAllOf(x.person, x.newOwner)
	} else {
		w.deleteAllOf(x.person)
	}
	w.removePerson(x.person)
	return w.anAdminRemains()
}

func (w *world) owns(p int) bool {
	for _, it := range w.media {
		if it.owner == p {
			return true
		}
	}
	for _, c := range w.collections {
		if c.owner == p && c.kind == "custom" {
			return true
		}
	}
	return false
}

// giveAllOf gives all that a person owns to another.
func (w *world) giveAllOf(from, to int) {
	for m, it := range w.media {
		if it.owner == from {
			if it.home == w.people[from].library {
				w.move(m, w.people[to].library)
			}
			it.owner = to
		}
	}
	for _, c := range w.collections {
		if c.owner == from && c.kind == "custom" {
			c.owner = to
		}
	}
}

// deleteAllOf deletes all that a person owns. Media of others at home in it go to the
// My Library of their owners, archived as before.
func (w *world) deleteAllOf(p int) {
	for m, it := range w.media {
		if it.owner == p {
			w.removeMedia(m)
		}
	}
	for c, col := range w.collections {
		if col.owner != p || col.kind != "custom" {
			continue
		}
		for m, it := range w.media {
			if it.home == c {
				w.move(m, w.people[it.owner].library)
				it.takenBy = 0
			}
		}
		w.removeCollection(c)
	}
}

// removePerson takes a person who owns nothing out of the world.
func (w *world) removePerson(p int) {
	for _, members := range w.groups {
		delete(members, p)
	}
	for _, k := range w.courses {
		for e := range k.enrolled {
			if e.person == p {
				delete(k.enrolled, e)
			}
		}
	}
	for _, c := range w.collections {
		delete(c.shares, grantee{person: p})
	}
	for _, m := range w.media {
		delete(m.shares, grantee{person: p})
	}
	w.removeCollection(w.people[p].library)
	delete(w.people, p)
}

func (x *deletePerson) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.DeleteUser(ctx, ids.people.id(x.person), library.Disposal{
		NewOwner: ids.people.id(x.newOwner), WithMedia: x.withMedia,
	})
}
