package histories

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// atHomeInCustom is often a media item at home in a custom collection, archived or not.
func (a *author) atHomeInCustom(w *world) int {
	for _, m := range inOrder(w.media) {
		if w.collections[w.media[m].home].kind == "custom" && a.oneIn(3) {
			return m
		}
	}
	return a.medium(w)
}

// watchable is often a media item that the asker may watch, and does not own.
func (a *author) watchable(w *world, by asker) int {
	found := a.medium(w)
	for _, m := range inOrder(w.media) {
		if it := w.media[m]; it.owner != by.person && !it.archived && w.hasMedia(by, m, access) && a.oneIn(3) {
			if found = m; it.viewed && !it.viewedByStudent {
				break // the next view is told apart from it
			}
		}
	}
	return found
}

func (a *author) captionFile(w *world) int { return a.thing(inOrder(w.captions), a.captions) }

// shareItems writes changes of shares, of which most are fit for what is shared.
func (a *author) shareItems(w *world, shares map[grantee]level) []shareItem {
	shares = maps.Clone(shares)
	items := make([]shareItem, a.dice.IntN(4))
	for i := range items {
		it := shareItem{"create", a.grantee(w), oneOf(a, view, edit)}
		if len(shares) > 0 && a.oneIn(2) {
			it.with = a.sharedWith(shares)
		}
		if shares[it.with] != nothing {
			it.action = oneOf(a, "update", "destroy")
		}
		if a.oneIn(8) {
			it.action = oneOf(a, "create", "update", "destroy")
		}
		if shares[it.with] = it.gives; it.action == "destroy" {
			delete(shares, it.with)
		}
		items[i] = it
	}
	return items
}

var (
	roles       = []string{"Admin", "Subaccount admin", "Teacher", "Student", "Observer"}
	courseRoles = []string{"teacher", "ta", "designer", "student", "observer"}
)

func (a *author) deletion(w *world) change {
	x := &deletePerson{person: a.person(w)}
	switch a.dice.IntN(3) {
	case 0:
		x.newOwner = a.person(w)
	case 1:
		x.withMedia = true
	}
	return x
}

func (a *author) oneIn(n int) bool { return a.dice.IntN(n) == 0 }

// thing is the number of one that is there, or now and then of one that is gone or
// that never was.
func (a *author) thing(there []int, highest int) int {
	if len(there) == 0 || a.oneIn(30) {
		return 1 + a.dice.IntN(highest+1)
	}
	return pick(a, there)
}

// fix chooses what to be fixed on: a media item, its home, somebody who owns one of the two
// or nothing of it, a group and a course.
func (a *author) fix(w *world) {
	a.fixed.media = pick(a, inOrder(w.media))
	m := w.media[a.fixed.media]
	a.fixed.collection = m.home
	a.fixed.person = oneOf(a, m.owner, w.collections[m.home].owner, 0)
	if a.fixed.person == 0 { // or the home is a course's
		a.fixed.person = pick(a, inOrder(w.people))
	}
	a.fixed.group, a.fixed.course = pick(a, inOrder(w.groups)), pick(a, inOrder(w.courses))
}

// favourite is mostly the one that the author is fixed on, if any, and else any.
func (a *author) favourite(fixed int, there []int, highest int) int {
	if fixed != 0 && !a.oneIn(3) {
		return fixed
	}
	return a.thing(there, highest)
}

func (a *author) person(w *world) int {
	return a.favourite(a.fixed.person, inOrder(w.people), a.people)
}

func (a *author) medium(w *world) int { return a.favourite(a.fixed.media, inOrder(w.media), a.media) }

func (a *author) group(w *world) int {
	return a.favourite(a.fixed.group, inOrder(w.groups), len(foundedGroups))
}

func (a *author) course(w *world) int {
	return a.favourite(a.fixed.course, inOrder(w.courses), len(foundedCourses))
}

// collection is any; every third time it is a course's, and every third a custom one.
func (a *author) collection(w *world) int {
	switch a.dice.IntN(3) {
	case 0:
		return oneOf(a, foundedCourses...)
	case 1:
		return a.custom(w)
	default:
		return a.favourite(a.fixed.collection, inOrder(w.collections), a.collections)
	}
}

func (a *author) collectionOr0(w *world) int {
	if a.oneIn(3) {
		return 0
	}
	return a.collection(w)
}

// custom is mostly a custom collection, for what others are not open to.
func (a *author) custom(w *world) int {
	if a.oneIn(20) {
		return a.thing(inOrder(w.collections), a.collections)
	}
	var there []int
	for _, c := range inOrder(w.collections) {
		if w.collections[c].kind == "custom" {
			there = append(there, c)
		}
	}
	if slices.Contains(there, a.fixed.collection) {
		return a.favourite(a.fixed.collection, there, a.collections)
	}
	return a.thing(there, a.collections)
}

// archived is mostly an archived media, if there is one.
func (a *author) archived(w *world) int {
	var there []int
	for _, m := range inOrder(w.media) {
		if w.media[m].archived {
			there = append(there, m)
		}
	}
	if len(there) == 0 {
		return a.medium(w)
	}
	return a.thing(there, a.media)
}

// editorsReturn has the asker bring back a media item that they may edit and do not own, if
// there is one, into a collection of their own, if they have one: which is refused.
func (a *author) editorsReturn(w *world, by asker) change {
	x := &unarchiveMedia{a.archived(w), a.collectionOr0(w)}
	var editable []int
	for _, m := range inOrder(w.media) {
		if w.media[m].archived && by.person != 0 && w.onMedia(m, by.person) == edit {
			editable = append(editable, m)
		}
	}
	if len(editable) > 0 {
		x.media = pick(a, editable)
	}
	for _, c := range inOrder(w.collections) {
		if w.collections[c].kind == "custom" && w.collections[c].owner == by.person {
			x.to = c
		}
	}
	return x
}

// owner is often the asker, who alone may make things of their own.
func (a *author) owner(w *world, by asker) int {
	if by.person != 0 && !a.oneIn(4) {
		return by.person
	}
	return a.person(w)
}

func (a *author) grantee(w *world) grantee {
	if a.oneIn(2) {
		return grantee{group: a.group(w)}
	}
	return grantee{person: a.person(w)}
}

func (a *author) sharedWith(shares map[grantee]level) grantee {
	return pick(a, slices.SortedFunc(maps.Keys(shares), byWords))
}

func byWords[T any](a, b T) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

func pick[T any](a *author, from []T) T { return from[a.dice.IntN(len(from))] }

func oneOf[T any](a *author, of ...T) T { return pick(a, of) }
