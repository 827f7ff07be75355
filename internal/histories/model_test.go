package histories

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A world is a library as plainly as it can be said: maps and loops, nothing kept
// that could be worked out, nothing shared with the code that it judges. What is
// deleted is not in it. The sections named are those of docs/contract/rules.md.
//
// Things are known by number, which grows with each one made, as ids do.
type world struct {
	people      map[int]*person
	groups      map[int]map[int]string // who is in a group, and as what
	courses     map[int]*course
	collections map[int]*collection
	media       map[int]*media
	tags        map[string]tag // by their folded name
	captions    map[int]*captions
	requests    map[int]*request
	types       map[string]serviceType // that captions can be asked for, by key
}

type person struct {
	full     string
	display  string
	email    string // "" for none
	roles    map[string]bool
	active   bool
	library  int          // the collection that is their My Library
	assigned map[int]bool // the sub-accounts in their reach
}

// brief is what is told of a person beside what they own; "" for nobody.
func (w *world) brief(p int) string {
	if p == 0 {
		return ""
	}
	it := w.people[p]
	return fmt.Sprintf("%s/%s/%s", it.full, it.display, it.email)
}

type course struct {
	subAccount int // 0 for none
	collection int
	enrolled   map[enrolment]bool
}

type enrolment struct {
	person int
	role   string
}

type collection struct {
	kind     string // user, custom or course_wide
	owner    int    // 0 for a course's
	created  int64
	archived bool
	shares   map[grantee]level
}

type media struct {
	title    string // an m and a number
	owner    int
	home     int
	in       map[int]place // the collections that hold a perspective of it, its home too
	shares   map[grantee]level
	tags     map[string]bool // by their folded name
	state    string          // of its life cycle
	created  int64
	archived bool
	takenBy  int // the collection whose archiving took it, or 0

	viewed, viewedByStudent bool // today, by somebody but the owner

	bytes, made bool // it has its original, and what was made of that
	address     bool // it is an import
	held        bool // a worker has it
	startedBy   int  // who started the upload, or 0 for the operator
}

func (m *media) isIn(c int) bool {
	_, there := m.in[c]
	return there
}

// A place is a perspective: a media item in a collection.
type place struct {
	created      int64
	downloadable bool
}

// A tag is a word as it was first written, and how many were there before it.
type tag struct {
	name string
	made int
}

// A grantee is a person or a group, the other being 0.
type grantee struct{ person, group int }

// The levels of section 2.
type level int

const (
	nothing level = iota
	access
	view
	edit
	own
)

func (l level) String() string { return []string{"nothing", "access", "view", "edit", "owner"}[l] }

// worth is what a role in a course gives on the course's collection.
var worth = map[string]level{
	"teacher": view, "ta": view, "designer": view, "student": access, "observer": access,
}

// reaches says whether a grantee is the person, or a group that they are in.
func (w *world) reaches(g grantee, p int) bool {
	if g.group != 0 {
		return w.groups[g.group][p] != ""
	}
	return g.person == p
}

// leadsTo is the highest of a person's ways to a collection, archived or not.
func (w *world) leadsTo(c, p int) level {
	col := w.collections[c]
	best := nothing
	if col.owner == p {
		best = own
	}
	for g, gives := range col.shares {
		if w.reaches(g, p) {
			best = max(best, gives)
		}
	}
	for _, k := range w.courses {
		for e := range k.enrolled {
			if k.collection == c && e.person == p {
				best = max(best, worth[e.role])
			}
		}
	}
	return best
}

// onCollection is a person's permission on a collection. An archived one is kept
// from all but its owner, who alone may archive it.
func (w *world) onCollection(c, p int) level {
	best := w.leadsTo(c, p)
	if w.collections[c].archived && best < own {
		return nothing
	}
	return best
}

// onMedia is a person's permission on a media item: the highest of all the ways. One that
// waits for its upload is its owner's alone, and an archived one is kept from all who
// may not archive it.
func (w *world) onMedia(m, p int) level {
	it := w.media[m]
	if it.owner == p {
		return own
	}
	if it.state == "waiting" {
		return nothing
	}
	best := nothing
	for g, gives := range it.shares {
		if w.reaches(g, p) {
			best = max(best, gives)
		}
	}
	for c := range it.in {
		switch {
		case c == it.home:
			best = max(best, w.leadsTo(c, p))
		case !w.collections[c].archived:
			best = max(best, min(w.leadsTo(c, p), view))
		}
	}
	if it.archived && best < edit {
		return nothing
	}
	return best
}

// reaching is everyone who may do at least so much to a media item, the highest number first.
func (w *world) reaching(m int, least level) []int {
	var list []int
	for p := range w.people {
		if at := w.onMedia(m, p); at > nothing && at >= least {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	slices.Reverse(list)
	return list
}

// mediaOf is a person's list of media: newest first, ties by number descending.
func (w *world) mediaOf(p int) []int {
	var list []int
	for m, it := range w.media {
		if !it.archived && w.onMedia(m, p) > nothing {
			list = append(list, m)
		}
	}
	w.sortNewest(list)
	return list
}

// sortNewest puts media into the order of lists.
func (w *world) sortNewest(list []int) {
	slices.SortFunc(list, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.media[b].created, w.media[a].created), cmp.Compare(b, a))
	})
}

// collectionsOf is a person's list of collections: My Library, then the newest, ties
// by number descending.
func (w *world) collectionsOf(p int) []int {
	var list []int
	for c, it := range w.collections {
		if !it.archived && it.kind != "user" && w.onCollection(c, p) > nothing {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.collections[b].created, w.collections[a].created), cmp.Compare(b, a))
	})
	return append([]int{w.people[p].library}, list...)
}

// An asker is who asks for a change or an answer: a person with the roles that they
// held when they signed in, or the operator.
type asker struct {
	operator bool
	person   int
	roles    map[string]bool
}

// all says whether the asker may do everything (section 1).
func (a asker) all() bool { return a.operator || a.roles["Admin"] }

// assignedTo says whether the asker administers the sub-account of a course.
func (w *world) assignedTo(a asker, k *course) bool {
	p := w.people[a.person]
	return p != nil && a.roles["Subaccount admin"] && k.subAccount != 0 && p.assigned[k.subAccount]
}

// personWithin says whether a person is within a sub-account admin's reach, and
// collectionWithin and mediaWithin the same of what is in their courses.
func (w *world) personWithin(a asker, p int) bool {
	for _, k := range w.courses {
		for e := range k.enrolled {
			if e.person == p && w.assignedTo(a, k) {
				return true
			}
		}
	}
	return false
}

func (w *world) collectionWithin(a asker, c int) bool {
	for _, k := range w.courses {
		if k.collection == c && w.assignedTo(a, k) {
			return true
		}
	}
	return false
}

func (w *world) mediaWithin(a asker, m int) bool {
	for c := range w.media[m].in {
		if w.collectionWithin(a, c) {
			return true
		}
	}
	return false
}

// hasMedia says whether the asker may do to a media item what needs the level, and
// hasCollection the same of a collection.
func (w *world) hasMedia(a asker, m int, need level) bool {
	return a.all() || w.onMedia(m, a.person) >= need || w.mediaWithin(a, m)
}

func (w *world) hasCollection(a asker, c int, need level) bool {
	return a.all() || w.onCollection(c, a.person) >= need || w.collectionWithin(a, c)
}

// mayShareWith says whether the asker may give somebody something new (section 2). The
// operator may give anything to anybody; to the deactivated nobody else may.
func (w *world) mayShareWith(by asker, g grantee) bool {
	switch {
	case by.operator:
		return true
	case g.group != 0:
		return w.staff(by.roles) || by.roles["Student"] && w.groups[g.group][by.person] != ""
	case !w.people[g.person].active:
		return false
	case by.roles["Admin"]:
		return true
	case by.roles["Student"] && (w.classmates(by.person, g.person) || w.inOneGroup(by.person, g.person)):
		return true
	case by.roles["Subaccount admin"] && w.personWithin(by, g.person):
		return true
	case w.staff(by.roles) && (w.classmates(by.person, g.person) || w.colleagues(by.person, g.person)):
		return true
	}
	return g.person == by.person && (w.staff(by.roles) || by.roles["Student"])
}

func (w *world) staff(roles map[string]bool) bool {
	return roles["Teacher"] || roles["Subaccount admin"] || roles["Admin"]
}

func (w *world) inOneGroup(a, b int) bool {
	for _, members := range w.groups {
		if members[a] != "" && members[b] != "" {
			return true
		}
	}
	return false
}

func (w *world) classmates(a, b int) bool {
	for _, k := range w.courses {
		if k.has(a, courseRoles...) && k.has(b, courseRoles...) {
			return true
		}
	}
	return false
}

// has says whether a person has one of the roles in a course.
func (k *course) has(p int, roles ...string) bool {
	for _, role := range roles {
		if k.enrolled[enrolment{p, role}] {
			return true
		}
	}
	return false
}

// colleagues says whether the second is of the staff that a teacher knows: that of the
// sub-accounts in whose courses the teacher teaches, and without such courses, all.
func (w *world) colleagues(teacher, p int) bool {
	if !w.staff(w.people[p].roles) {
		return false
	}
	bounded := false
	for _, k := range w.courses {
		if k.subAccount == 0 || !k.has(teacher, "teacher", "ta", "designer") {
			continue
		}
		bounded = true
		if w.people[p].assigned[k.subAccount] {
			return true
		}
		for _, other := range w.courses {
			if other.subAccount == k.subAccount && other.has(p, courseRoles...) {
				return true
			}
		}
	}
	return !bounded
}

// seesPagesOf says whether the asker may see what is under /users/{id} of a person,
// who need not exist.
func (w *world) seesPagesOf(a asker, p int) bool {
	return a.all() || a.person == p || w.personWithin(a, p)
}

// search is the active people with a role and an e-mail, "" for any, as far as the
// asker reaches, the highest number first. The asker is some kind of admin.
func (w *world) search(a asker, role, email string) []int {
	var found []int
	for n, p := range w.people {
		if p.active && (role == "" || p.roles[role]) && (email == "" || strings.EqualFold(p.email, email)) &&
			(a.all() || w.personWithin(a, n)) {
			found = append(found, n)
		}
	}
	slices.Sort(found)
	slices.Reverse(found)
	return found
}

// admins are the active ones, whom section 1 never lets come to none.
func (w *world) admins() []int {
	var list []int
	for _, n := range inOrder(w.people) {
		if p := w.people[n]; p.active && p.roles["Admin"] {
			list = append(list, n)
		}
	}
	return list
}
