package main

import (
	"cmp"
	"slices"
	"strings"
)

// edits are what is put into a text, in any order: wraps may be within each other.
type edits struct {
	list []edit
}

type edit struct {
	at, until int    // what is replaced; the same where something is only put in
	text      string // instead
	other     int    // where the other end of a wrap is
	closes    bool
}

// wrap puts text before and after what is between two places. Of two wraps of the same, the
// first is outside.
func (e *edits) wrap(from, to int, before, after string) {
	e.list = append(e.list,
		edit{at: from, until: from, text: before, other: to},
		edit{at: to, until: to, text: after, other: from, closes: true})
}

// replace puts other text between two places, which no wrap begins or ends in.
func (e *edits) replace(from, to int, text string) {
	e.list = append(e.list, edit{at: from, until: to, text: text})
}

// apply returns the text with all edits.
func (e *edits) apply(text string) string {
	list := make([]int, len(e.list))
	for i := range list {
		list[i] = i
	}
	slices.SortFunc(list, func(i, j int) int { return compare(e.list[i], e.list[j], i, j) })
	var out strings.Builder
	done := 0
	for _, i := range list {
		one := e.list[i]
		out.WriteString(text[done:one.at])
		out.WriteString(one.text)
		done = one.until
	}
	out.WriteString(text[done:])
	return out.String()
}

// compare says which of two edits, the i-th and the j-th, comes first in the text.
func compare(a, b edit, i, j int) int {
	if a.at != b.at {
		return cmp.Compare(a.at, b.at)
	}
	if a.closes != b.closes { // what ends here ends before something begins
		if a.closes {
			return -1
		}
		return 1
	}
	if a.closes { // the inner one first, which began later
		return cmp.Or(cmp.Compare(b.other, a.other), cmp.Compare(j, i))
	}
	return cmp.Or(cmp.Compare(b.other, a.other), cmp.Compare(i, j))
}
