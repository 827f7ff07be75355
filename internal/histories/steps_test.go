package histories

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A step of a history is one transaction: what one asker does together, and whether
// they take it back in the end.
type step struct {
	by        int // the person who asks, 0 for the operator
	node      int // of the two on the database, the one that is asked
	changes   []change
	takesBack bool

	// A turn of the database is a step without changes.
	turn turn
	// unasked has nobody asked after the step, so that what nodes remember stays as it is.
	unasked bool

	// questions seeds what is asked after the step. It belongs to the step, so that
	// the questions stay the same when a history is shortened.
	questions uint64
}

// A turn is what happens to the database as a whole.
type turn int

const (
	goesOn   turn = iota
	isCopied      // as a backup does, which is kept instead of the one before
	goesBack      // to the copy, under the running nodes; to nothing where there is none
)

func (s step) String() string {
	switch s.turn {
	case isCopied:
		return "the database is copied"
	case goesBack:
		return "the database goes back to the copy"
	case goesOn:
	}
	words := make([]string, 0, len(s.changes)+1)
	for _, c := range s.changes {
		words = append(words, c.String())
	}
	if s.takesBack {
		words = append(words, "take it all back")
	}
	return fmt.Sprintf("%s at node %d: %s", askerName(s.by), s.node+1, strings.Join(words, "; then "))
}

func askerName(by int) string {
	if by == 0 {
		return "the operator"
	}
	return fmt.Sprintf("p%d", by)
}

// inModel returns the world after the step, which is the world before unless the
// step went well.
func (s step) inModel(w *world) (*world, verdict) {
	by, v := w.signIn(s.by)
	if v != ok {
		return w, v
	}
	return s.askedBy(by, w)
}

// askedBy is inModel for an asker who has signed in before.
func (s step) askedBy(by asker, w *world) (*world, verdict) {
	after := w.clone()
	for _, c := range s.changes {
		if v := c.inModel(after, by); v != ok {
			return w, v
		}
	}
	if s.takesBack {
		return w, rolledBack
	}
	return after, ok
}

// signIn returns a person, or the operator for 0, with the roles that they hold now.
func (w *world) signIn(p int) (asker, verdict) {
	if p == 0 {
		return asker{operator: true}, ok
	}
	if w.people[p] == nil || !w.people[p].active {
		return asker{}, signedOut
	}
	return asker{person: p, roles: maps.Clone(w.people[p].roles)}, ok
}

// The beginning of every history: six people, three empty groups, two courses, each in
// a sub-account of its own, of which p6 administers the first, and a third in none.
var (
	founders = []change{
		&createPerson{1, "Admin"},
		&createPerson{2, "Teacher"},
		&createPerson{3, "Teacher"},
		&createPerson{4, "Student"},
		&createPerson{5, "Observer"},
		&createPerson{6, "Student"},
		&assign{subAccount: 1, person: 6},
		&putServiceType{key: "people"},
	}
	foundedGroups  = []int{1, 2, 3}
	foundedCourses = []int{1, 2, 3} // course n has collection n
	foundedAbove   = []int{1, 2}    // sub-account n has course n; the third is in none
)

// theNow is the time of the test's clock. Media and collections are made at a few
// times around it, so that ties happen.
const theNow = 2

var times = []int64{1, theNow, 3}

func foundedWorld() *world {
	w := emptyWorld()
	for _, c := range founders {
		c.inModel(w, asker{operator: true})
	}
	for _, g := range foundedGroups {
		w.groups[g] = make(map[int]string)
	}
	for _, k := range foundedCourses {
		w.courses[k] = &course{subAccount: subAccountOf(k), collection: k, enrolled: make(map[enrolment]bool)}
		w.collections[k] = &collection{kind: "course_wide", created: theNow, shares: make(map[grantee]level)}
	}
	return w
}

// subAccountOf is the sub-account of a course, 0 for none.
func subAccountOf(k int) int {
	if slices.Contains(foundedAbove, k) {
		return k
	}
	return 0
}
