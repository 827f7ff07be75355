package histories

import (
	"context"
	"fmt"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// editPerson changes a name or the address of a person; the address "" removes it.
type editPerson struct {
	person       int
	field, value string
	expected, is string
}

func (x *editPerson) String() string {
	return fmt.Sprintf("change the %s of p%d to %q", x.field, x.person, x.value)
}

func (x *editPerson) inModel(w *world, by asker) verdict {
	p := w.people[x.person]
	if !by.all() {
		switch {
		case by.person != x.person && (!by.roles["Subaccount admin"] || !w.personWithin(by, x.person)):
			return forbidden
		case x.field != "display_name":
			return forbidden
		case p != nil && p.roles["Admin"] && by.person != x.person:
			return forbidden
		}
	}
	if p == nil {
		return notFound
	}
	switch x.field {
	case "full_name":
		p.full = x.value
	case "display_name":
		p.display = x.value
	case "email":
		for n, other := range w.people {
			if n != x.person && x.value != "" && strings.EqualFold(other.email, x.value) {
				return conflict
			}
		}
		p.email = x.value
	}
	if x.value == " " {
		return invalid
	}
	x.expected = w.brief(x.person)
	return ok
}

func (x *editPerson) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	var edit library.UserEdit
	switch {
	case x.field == "full_name":
		edit.FullName = &x.value
	case x.field == "display_name":
		edit.DisplayName = &x.value
	case x.value == "":
		edit.NoEmail = true
	default:
		edit.Email = &x.value
	}
	u, err := c.EditUser(ctx, ids.people.id(x.person), edit)
	x.is = briefOfUser(u)
	return err
}

func (x *editPerson) misled() string {
	if x.is == x.expected {
		return ""
	}
	return fmt.Sprintf("%s: it tells %q, should be %q", x, x.is, x.expected)
}

// edit writes a change of a person: often by themselves, or by a sub-account admin of
// somebody within reach. Addresses are few, so that people meet at them.
func (a *author) edit(w *world, by asker) change {
	x := &editPerson{person: a.person(w), field: oneOf(a, "full_name", "display_name", "email")}
	if !by.all() && !a.oneIn(4) {
		x.person, x.field = by.person, "display_name"
		for _, p := range inOrder(w.people) {
			if w.personWithin(by, p) && a.oneIn(3) {
				x.person = p
			}
		}
	}
	x.value = fmt.Sprintf("name %d", a.dice.IntN(5))
	if x.field == "email" {
		x.value = oneOf(a, "", "x@school.test", "X@School.test", "y@school.test", "p1@school.test")
	} else if a.oneIn(20) {
		x.value = " "
	}
	return x
}
