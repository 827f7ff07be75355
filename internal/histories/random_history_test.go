package histories

import (
	"math/rand/v2"
)

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
		if isAlone(c) {
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
	case *arrive:
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
