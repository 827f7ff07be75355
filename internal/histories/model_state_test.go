package histories

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

func emptyWorld() *world {
	return &world{
		people:      make(map[int]*person),
		groups:      make(map[int]map[int]string),
		courses:     make(map[int]*course),
		collections: make(map[int]*collection),
		media:       make(map[int]*media),
		tags:        make(map[string]tag),
		captions:    make(map[int]*captions),
		requests:    make(map[int]*request),
		types:       make(map[string]serviceType),
	}
}

// clone is a copy that shares nothing, for a change that may be taken back.
func (w *world) clone() *world {
	c := emptyWorld()
	for n, p := range w.people {
		it := *p
		it.roles, it.assigned = maps.Clone(p.roles), maps.Clone(p.assigned)
		c.people[n] = &it
	}
	for n, members := range w.groups {
		c.groups[n] = maps.Clone(members)
	}
	for n, k := range w.courses {
		it := *k
		it.enrolled = maps.Clone(k.enrolled)
		c.courses[n] = &it
	}
	for n, col := range w.collections {
		it := *col
		it.shares = maps.Clone(col.shares)
		c.collections[n] = &it
	}
	for n, m := range w.media {
		it := *m
		it.in, it.shares, it.tags = maps.Clone(m.in), maps.Clone(m.shares), maps.Clone(m.tags)
		c.media[n] = &it
	}
	c.tags, c.types = maps.Clone(w.tags), maps.Clone(w.types)
	for n, f := range w.captions {
		c.captions[n] = new(*f)
	}
	for n, r := range w.requests {
		c.requests[n] = new(*r)
	}
	return c
}

// String tells all of a world, a line for each thing, so that two worlds are equal
// when their strings are.
func (w *world) String() string {
	var b strings.Builder
	for _, n := range inOrder(w.people) {
		p := w.people[n]
		fmt.Fprintf(&b, "p%d (%s): %s", n, w.brief(n), strings.Join(inOrder(p.roles), ", "))
		if len(p.assigned) > 0 {
			fmt.Fprintf(&b, "; reaches sub-accounts %v", inOrder(p.assigned))
		}
		if !p.active {
			b.WriteString("; deactivated")
		}
		fmt.Fprintf(&b, "; My Library is %s\n", collectionName(p.library))
	}
	for _, n := range inOrder(w.groups) {
		fmt.Fprintf(&b, "g%d:", n)
		for _, p := range inOrder(w.groups[n]) {
			fmt.Fprintf(&b, " p%d as %s", p, w.groups[n][p])
		}
		b.WriteString("\n")
	}
	for _, n := range inOrder(w.courses) {
		k := w.courses[n]
		fmt.Fprintf(&b, "k%d: sub-account %d; its collection is %s;", n, k.subAccount, collectionName(k.collection))
		fmt.Fprintln(&b, told(k.enrolled, func(e enrolment, _ bool) string {
			return fmt.Sprintf("p%d as %s", e.person, e.role)
		}))
	}
	for _, n := range inOrder(w.collections) {
		c := w.collections[n]
		fmt.Fprintf(&b, "%s: %s of p%d, created %d, archived %t; shared with %s\n",
			collectionName(n), c.kind, c.owner, c.created, c.archived, told(c.shares, shareName))
	}
	for _, n := range inOrder(w.media) {
		m := w.media[n]
		fmt.Fprintf(&b, "m%d: of p%d, at home in %s, in %s, created %d, %s, archived %t with %d; shared with %s; tags %v; viewed %t, by a student %t; original %t, renditions %t, address %t, held %t\n",
			n, m.owner, collectionName(m.home),
			told(m.in, func(c int, p place) string {
				return fmt.Sprintf("%s since %d (for download %t)", collectionName(c), p.created, p.downloadable)
			}),
			m.created, m.state, m.archived, m.takenBy, told(m.shares, shareName), inOrder(m.tags), m.viewed, m.viewedByStudent,
			m.bytes, m.made, m.address, m.held)
	}
	for _, folded := range inOrder(w.tags) {
		fmt.Fprintf(&b, "tag %s is written %s\n", folded, w.tags[folded].name)
	}
	for _, n := range inOrder(w.captions) {
		fmt.Fprintf(&b, "captions f%d: %s\n", n, w.captions[n])
	}
	for _, n := range inOrder(w.requests) {
		r := w.requests[n]
		fmt.Fprintf(&b, "request r%d: f%d of m%d in %s of %s, %s\n", n, r.captions, r.media, r.language, r.service, r.status)
	}
	for _, key := range inOrder(w.types) {
		fmt.Fprintf(&b, "captions can be asked for of %s in %q\n", key, w.types[key].language)
	}
	return b.String()
}

func shareName(g grantee, gives level) string { return fmt.Sprintf("%s for %s", g, gives) }

func (g grantee) String() string {
	if g.group != 0 {
		return fmt.Sprintf("g%d", g.group)
	}
	return fmt.Sprintf("p%d", g.person)
}

// collectionName is c3, or p7's library: the number of a My Library is that of its
// person below zero, where one is made together with the person.
func collectionName(n int) string {
	if n < 0 {
		return fmt.Sprintf("p%d's library", -n)
	}
	return fmt.Sprintf("c%d", n)
}

// told is the entries of a map in words, in an order that is always the same.
func told[K comparable, V any](entries map[K]V, tell func(K, V) string) string {
	words := make([]string, 0, len(entries))
	for k, v := range entries {
		words = append(words, tell(k, v))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

func inOrder[K int | string, V any](entries map[K]V) []K { return slices.Sorted(maps.Keys(entries)) }

// broken names what must be true of every library and is not of this one, or is "".
func (w *world) broken() string {
	if len(w.admins()) == 0 {
		return "there is no active admin"
	}
	for c, col := range w.collections {
		if col.kind != "custom" && (col.archived || len(col.shares) > 0) {
			return fmt.Sprintf("%s is a %s collection, and archived or shared", collectionName(c), col.kind)
		}
		if col.owner != 0 && w.people[col.owner] == nil {
			return fmt.Sprintf("%s is of p%d, who is gone", collectionName(c), col.owner)
		}
	}
	for m, it := range w.media {
		home := w.collections[it.home]
		switch {
		case w.people[it.owner] == nil:
			return fmt.Sprintf("m%d is of p%d, who is gone", m, it.owner)
		case home == nil:
			return fmt.Sprintf("m%d is at home in %s, which is gone", m, collectionName(it.home))
		case !it.isIn(it.home):
			return fmt.Sprintf("m%d has no perspective in its home %s", m, collectionName(it.home))
		case home.archived && !it.archived:
			return fmt.Sprintf("m%d is live, and its home %s archived", m, collectionName(it.home))
		case home.kind == "user" && home.owner != it.owner:
			return fmt.Sprintf("m%d is at home in the My Library of p%d, and not theirs", m, home.owner)
		case it.takenBy != 0 && (it.takenBy != it.home || !home.archived):
			return fmt.Sprintf("m%d was taken by archiving %s, which is not its archived home", m, collectionName(it.takenBy))
		}
	}
	return ""
}
