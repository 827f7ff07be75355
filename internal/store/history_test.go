package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
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

// An author writes histories: random ones, but such that much of what is tried
// succeeds. It knows the highest number of each kind that it has used.
type author struct {
	dice                       *rand.Rand
	people, collections, media int
	captions, requests         int
	detours                    bool // the database may go back

	// An author of races tries all kinds of changes equally often, and most of them are
	// about what it is fixed on, for they are to meet.
	evenly bool
	fixed  struct{ person, group, course, collection, media int }
}

func newAuthor(dice *rand.Rand) *author {
	return &author{dice: dice, people: len(founders), collections: len(foundedCourses)}
}

// An opening fills the founded library: so many steps of so many changes.
const (
	stepsInOpening = 10
	changesAtOnce  = 5
)

// history writes n steps after an opening.
func (a *author) history(n int) []step {
	w := foundedWorld()
	var steps []step
	for len(steps) < stepsInOpening+n {
		var s step
		if len(steps) < stepsInOpening {
			s = a.opening(w)
		} else if a.detours && a.oneIn(15) {
			var written []step
			written, w = a.detour(w)
			steps = append(steps, written...)
			continue
		} else {
			s = a.step(w)
		}
		steps = append(steps, s)
		w, _ = s.inModel(w)
	}
	return steps
}

// detour writes steps that the database goes back from, and as many that take their place,
// after the last of which the nodes are asked again. What they remember by then may be of
// the lost timeline, and ids are given to others than in that.
func (a *author) detour(w *world) ([]step, *world) {
	copied := step{turn: isCopied, questions: a.dice.Uint64()}
	back := step{turn: goesBack, unasked: !a.oneIn(4), questions: a.dice.Uint64()}
	lost, kept := []step{copied}, []step{back}
	var to grantee
	lostWorld := w
	switch n := 1 + a.dice.IntN(2); {
	case a.oneIn(2): // the same list changes as often in both
		to = a.grantee(w)
		lost, kept = append(lost, a.sharing(w, to)), append(kept, a.sharing(w, to))
		w, _ = kept[1].inModel(w)
	default:
		for range n {
			lost = append(lost, a.step(lostWorld))
			lostWorld, _ = lost[len(lost)-1].inModel(lostWorld)
		}
		for i := range n {
			s := a.step(w)
			s.unasked = i < n-1
			kept = append(kept, s)
			w, _ = s.inModel(w)
		}
	}
	return append(lost, kept...), w
}

// sharing writes a step in which the operator shares some media.
func (a *author) sharing(w *world, with grantee) step {
	return step{
		node: a.dice.IntN(2), questions: a.dice.Uint64(),
		changes: []change{&shareMedia{a.medium(w), with, oneOf(a, view, edit)}},
	}
}

// opening writes a step in which the operator makes, shares and joins things.
func (a *author) opening(w *world) step {
	s := step{questions: a.dice.Uint64()}
	w = w.clone()
	for len(s.changes) < changesAtOnce {
		c := a.from(repertoire[:builders], w, asker{operator: true})
		if c.inModel(w, asker{operator: true}) == ok {
			a.counts(c)
			s.changes = append(s.changes, c)
		}
	}
	return s
}

func (a *author) step(w *world) step {
	s := step{node: a.dice.IntN(2), takesBack: a.oneIn(12), questions: a.dice.Uint64()}
	if a.oneIn(2) {
		s.by = a.person(w)
	}
	n := 1
	if a.oneIn(4) {
		n = 2 + a.dice.IntN(3)
	}
	by, _ := w.signIn(s.by)
	w = w.clone()
	for range n {
		c := a.change(w, by)
		if _, alone := c.(*watch); alone {
			s.changes, s.takesBack = []change{c}, false
			break
		}
		s.changes = append(s.changes, c)
		people, courses := len(w.people), len(w.courses)
		if c.inModel(w, by) != ok || len(w.people) > people || len(w.courses) > courses {
			break // the collection of who or what is new is known only after the step
		}
	}
	return s
}

// change writes a change: one that the model allows if a few tries find one, and
// now and then whatever comes first.
func (a *author) change(w *world, by asker) change {
	tries := 5
	if a.oneIn(5) {
		tries = 1
	}
	var c change
	for range tries {
		c = a.from(repertoire, w, by)
		if v := c.inModel(w.clone(), by); v == ok || v == unfit || v == forbidden && a.oneIn(4) {
			break // what is refused for want of a level is worth a try now and then
		}
	}
	a.counts(c)
	return c
}

// counts remembers the number that a change gave away.
func (a *author) counts(c change) {
	switch c := c.(type) {
	case *createPerson:
		a.people = c.person
	case *createCollection:
		a.collections = c.collection
	case *createMedia:
		a.media = c.media
	case *createCourse:
		a.collections = max(a.collections, c.collection)
	case *embedMedia:
		a.collections = max(a.collections, c.collection)
	case *addCaptions:
		a.captions = c.captions
	case *requestCaptions:
		a.captions, a.requests = c.captions, c.request
	}
}

// from writes a change out of a repertoire.
func (a *author) from(repertoire []number, w *world, by asker) change {
	if a.evenly {
		return pick(a, repertoire).write(a, w, by)
	}
	total := 0
	for _, r := range repertoire {
		total += r.weight
	}
	roll := a.dice.IntN(total)
	for _, r := range repertoire {
		if roll -= r.weight; roll < 0 {
			return r.write(a, w, by)
		}
	}
	panic("the weights do not add up")
}

// A number of a repertoire is one kind of change, and how often it is tried.
type number struct {
	weight int
	write  func(a *author, w *world, by asker) change
}

// builders is how many of the repertoire, its first, fill a library.
const builders = 9

var repertoire = []number{
	{12, func(a *author, w *world, by asker) change {
		if len(w.media) >= 12 { // so that pages stay few and things meet often
			return &deleteMedia{a.medium(w)}
		}
		status := oneOf(a, "finished", "finished", "external", "waiting_for_upload")
		return &createMedia{a.media + 1, a.owner(w, by), a.collectionOr0(w), oneOf(a, times...), status}
	}},
	{5, func(a *author, w *world, by asker) change {
		if len(w.collections)-len(w.people) >= 7 {
			return &shareCollection{a.custom(w), a.grantee(w), oneOf(a, view, edit)}
		}
		return &createCollection{a.collections + 1, a.owner(w, by), oneOf(a, times...)}
	}},
	{8, func(a *author, w *world, _ asker) change {
		return &shareMedia{a.medium(w), a.grantee(w), oneOf(a, view, edit)}
	}},
	{8, func(a *author, w *world, _ asker) change {
		return &shareCollection{a.custom(w), a.grantee(w), oneOf(a, view, edit)}
	}},
	{6, func(a *author, w *world, _ asker) change {
		return &join{a.group(w), a.person(w), oneOf(a, "member", "manager")}
	}},
	{5, func(a *author, w *world, _ asker) change {
		return &enrol{a.course(w), a.person(w), oneOf(a, courseRoles...)}
	}},
	{9, func(a *author, w *world, _ asker) change { return &addMedia{a.medium(w), a.collection(w)} }},
	{5, func(a *author, w *world, _ asker) change { return &tagMedia{a.medium(w), oneOf(a, words...)} }},
	{4, func(a *author, w *world, _ asker) change {
		return &addCaptions{a.captions + 1, a.medium(w), oneOf(a, languages...)}
	}},
	{2, func(a *author, w *world, _ asker) change {
		if len(w.people) >= 7 {
			return &join{a.group(w), a.person(w), oneOf(a, "member", "manager")}
		}
		return &createPerson{a.people + 1, oneOf(a, roles...)}
	}},
	{5, func(a *author, w *world, _ asker) change {
		m := a.medium(w)
		if it := w.media[m]; it != nil && len(it.shares) > 0 {
			return &unshareMedia{m, a.sharedWith(it.shares)}
		}
		return &unshareMedia{m, a.grantee(w)}
	}},
	{5, func(a *author, w *world, _ asker) change {
		c := a.custom(w)
		if it := w.collections[c]; it != nil && len(it.shares) > 0 {
			return &unshareCollection{c, a.sharedWith(it.shares)}
		}
		return &unshareCollection{c, a.grantee(w)}
	}},
	{4, func(a *author, w *world, _ asker) change { return &leave{a.group(w), a.person(w)} }},
	{3, func(a *author, w *world, _ asker) change {
		k := a.course(w)
		if it := w.courses[k]; it != nil && len(it.enrolled) > 0 {
			e := pick(a, slices.SortedFunc(maps.Keys(it.enrolled), byWords))
			return &unenrol{k, e.person, e.role}
		}
		return &unenrol{k, a.person(w), oneOf(a, courseRoles...)}
	}},
	{4, func(a *author, w *world, by asker) change { return a.enrolments(w, by) }},
	{2, func(a *author, w *world, by asker) change { return a.newCourse(w, by) }},
	{1, func(a *author, w *world, _ asker) change {
		return &moveCourse{a.course(w), oneOf(a, foundedAbove...), a.oneIn(2)}
	}},
	{1, func(a *author, w *world, _ asker) change {
		return &assign{oneOf(a, foundedAbove...), a.person(w)}
	}},
	{1, func(a *author, w *world, _ asker) change {
		return &unassign{oneOf(a, foundedAbove...), a.person(w)}
	}},
	{5, func(a *author, w *world, by asker) change { return a.edit(w, by) }},
	{12, func(a *author, w *world, _ asker) change { return &archiveMedia{a.atHomeInCustom(w)} }},
	{4, func(a *author, w *world, _ asker) change { return &unarchiveMedia{a.archived(w), a.collectionOr0(w)} }},
	{8, func(a *author, w *world, by asker) change { return a.editorsReturn(w, by) }},
	{12, func(a *author, w *world, _ asker) change {
		for _, m := range inOrder(w.media) { // where something is archived that the collection's archiving leaves alone
			if w.media[m].archived && a.oneIn(2) {
				return &archiveCollection{w.media[m].home}
			}
		}
		return &archiveCollection{a.custom(w)}
	}},
	{16, func(a *author, w *world, _ asker) change {
		for _, c := range inOrder(w.collections) {
			if w.collections[c].archived && !a.oneIn(4) {
				return &unarchiveCollection{c}
			}
		}
		return &unarchiveCollection{a.custom(w)}
	}},
	{6, func(a *author, w *world, _ asker) change { return &moveMedia{a.medium(w), a.collection(w)} }},
	{5, func(a *author, w *world, _ asker) change {
		away := []change{&removeMedia{a.medium(w), a.collection(w)}}
		for _, m := range inOrder(w.media) {
			for _, c := range inOrder(w.media[m].in) {
				if c != w.media[m].home {
					away = append(away, &removeMedia{m, c})
				}
			}
		}
		return pick(a, away)
	}},
	{3, func(a *author, w *world, _ asker) change { return &transferMedia{a.medium(w), a.person(w)} }},
	{3, func(a *author, w *world, _ asker) change { return &transferCollection{a.custom(w), a.person(w)} }},
	{1, func(a *author, w *world, _ asker) change { return &deleteMedia{a.medium(w)} }},
	{1, func(a *author, w *world, _ asker) change { return &deleteCollection{a.custom(w)} }},
	{1, func(a *author, w *world, _ asker) change { return a.deletion(w) }},
	{5, func(a *author, w *world, _ asker) change {
		return &setStatus{a.medium(w), oneOf(a, "waiting_for_upload", "queued", "finished")}
	}},
	{2, func(a *author, w *world, _ asker) change { return &transferAll{from: a.person(w), to: a.person(w)} }},
	{3, func(a *author, w *world, _ asker) change { return &setActive{a.person(w), a.oneIn(2)} }},
	{3, func(a *author, w *world, _ asker) change {
		items := make([]roleItem, 1+a.dice.IntN(3))
		for i := range items {
			items[i] = roleItem{a.person(w), oneOf(a, roles...), a.oneIn(2)}
		}
		return &updateRoles{items}
	}},
	{6, func(a *author, w *world, _ asker) change {
		m, items := a.medium(w), map[grantee]level{}
		if w.media[m] != nil {
			items = w.media[m].shares
		}
		return &shareMediaBatch{m, batch{items: a.shareItems(w, items)}}
	}},
	{5, func(a *author, w *world, _ asker) change {
		c, items := a.custom(w), map[grantee]level{}
		if w.collections[c] != nil {
			items = w.collections[c].shares
		}
		return &shareCollectionBatch{c, batch{items: a.shareItems(w, items)}}
	}},
	{4, func(a *author, w *world, _ asker) change {
		items := make([]memberItem, a.dice.IntN(4))
		for i := range items {
			items[i] = memberItem{oneOf(a, "add", "add", "update", "remove"), a.person(w), oneOf(a, "member", "manager")}
		}
		return &memberBatch{group: a.group(w), items: items}
	}},
	{6, func(a *author, w *world, _ asker) change {
		k := a.course(w)
		if !a.evenly && len(w.courses) < 6 && a.oneIn(6) {
			k = slices.Max(inOrder(w.courses)) + 1
		}
		return &embedMedia{a.medium(w), k, a.collections + 1, oneOf(a, "", "allowed", "refused")}
	}},
	{3, func(a *author, w *world, _ asker) change {
		m := a.medium(w)
		for _, n := range inOrder(w.media) {
			if len(w.media[n].tags) > 0 && a.oneIn(3) {
				return &untagMedia{n, pick(a, inOrder(w.media[n].tags))}
			}
		}
		return &untagMedia{m, oneOf(a, words...)}
	}},
	{3, func(a *author, w *world, _ asker) change {
		if len(w.captions) == 0 {
			return &addCaptions{a.captions + 1, a.medium(w), oneOf(a, languages...)}
		}
		return &replaceCaptions{a.captionFile(w), oneOf(a, append(languages, "")...), fmt.Sprintf("text %d", a.dice.IntN(1_000_000))}
	}},
	{3, func(a *author, w *world, _ asker) change { return &publishCaptions{a.captionFile(w), a.oneIn(2)} }},
	{2, func(a *author, w *world, _ asker) change { return &deleteCaptions{a.captionFile(w)} }},
	{4, func(a *author, w *world, _ asker) change {
		if len(w.types) == 0 {
			return &putServiceType{oneOf(a, serviceTypes...), oneOf(a, "", "en")}
		}
		of := oneOf(a, append(serviceTypes, inOrder(w.types)...)...)
		return &requestCaptions{a.requests + 1, a.captions + 1, a.medium(w), oneOf(a, languages...), of}
	}},
	{3, func(a *author, w *world, _ asker) change {
		r := a.thing(inOrder(w.requests), a.requests)
		for _, n := range inOrder(w.requests) {
			if !w.requests[n].closed() && !a.oneIn(4) {
				r = n
			}
		}
		return &answerRequest{r, oneOf(a, "processing", "fulfilled", "failed"), a.oneIn(6)}
	}},
	{1, func(a *author, _ *world, _ asker) change {
		return &putServiceType{oneOf(a, serviceTypes...), oneOf(a, "", "en")}
	}},
	{1, func(a *author, _ *world, _ asker) change { return &deleteServiceType{oneOf(a, serviceTypes...)} }},
	{14, func(a *author, w *world, by asker) change {
		m := a.watchable(w, by)
		if it := w.media[m]; a.evenly || by.operator || it == nil || len(it.in) == 0 { // races of viewers are insights_test.go's
			return &tagMedia{m, oneOf(a, words...)}
		} else if !a.oneIn(5) {
			return &watch{m, pick(a, inOrder(it.in)), fmt.Sprintf("player %d", a.dice.Uint64())}
		}
		return &watch{m, a.collection(w), fmt.Sprintf("player %d", a.dice.Uint64())}
	}},
}

// atHomeInCustom is often a media at home in a custom collection, archived or not.
func (a *author) atHomeInCustom(w *world) int {
	for _, m := range inOrder(w.media) {
		if w.collections[w.media[m].home].kind == "custom" && a.oneIn(3) {
			return m
		}
	}
	return a.medium(w)
}

// watchable is often a media that the asker may watch, and does not own.
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

// fix chooses what to be fixed on: a media, its home, somebody who owns one of the two
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

// editorsReturn has the asker bring back a media that they may edit and do not own, if
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
