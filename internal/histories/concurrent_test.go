package histories

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// Several writers at once. A round begins with a quiet library, whose world is read
// from its tables. A few changes race each other through both nodes, beside readers
// who fill the caches at the worst moments. When the library is quiet again,
//
//   - some order of the changes, one after the other in the model, must lead to just
//     the world that the tables now hold, with those done that really were done;
//   - both nodes, whose caches lived through the race, and now and then a new one,
//     whose caches are empty, must answer what that world says.
//
// What fails in one moment cannot be shortened by trying again. So a round is small,
// and is told whole.

const (
	racers          = 3  // changes in a race; all their orders are tried
	readersOfNode   = 2  // people at each node who read meanwhile
	roundsInLibrary = 50 // then a new library begins
	roundsOfNode    = 10 // then a new node is asked too
)

func TestConcurrentHistories(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			effort := newEffort(t, answersWanted/2)
			rounds, rejected := 0, 0
			for n := uint64(0); effort.goesOn() && !t.Failed(); n++ {
				dice := rand.New(rand.NewPCG(effort.seed, n))
				t.Run("library", func(t *testing.T) {
					r := newRaceTrack(t, engine.fresh(t), dice, &effort.answers)
					for i := range roundsInLibrary {
						if err := r.round(t, i%roundsOfNode == 0); err != nil {
							t.Fatalf("%v\nLECTERN_HISTORIES_SEED=%d repeats the changes, if not the moment.", err, effort.seed)
						}
						rounds++
					}
					rejected += r.rejected
				})
			}
			if rejected > 1+rounds/50 {
				t.Errorf("%d changes of %d races were unavailable", rejected, rounds)
			}
			testkit.Report("histories: %s, %d answers compared after %d races, %d changes unavailable, seed %d",
				engine.name, effort.answers, rounds, rejected, effort.seed)
		})
	}
}

// A raceTrack is a stage whose world is read from the tables, by ids.
type raceTrack struct {
	*stage
	url  string
	dice *rand.Rand

	newcomers int // the people made between races
	rejected  int // changes that the database rejected until the time for retries was over
}

// newRaceTrack makes a library with something in it.
func newRaceTrack(t *testing.T, url string, dice *rand.Rand, answers *int) *raceTrack {
	t.Helper()
	r := &raceTrack{
		stage: found(t, url, answers), url: url, dice: dice,
	}
	for _, s := range newAuthor(dice).history(stepsInOpening) {
		if err := r.act(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	// From here on things are known by id, for that is what the tables know.
	secrets := make(map[int]string)
	for p, secret := range r.nodes[0].secrets {
		secrets[int(r.nodes[0].ids.people.id(p))] = secret
	}
	for _, n := range r.nodes {
		n.ids, n.secrets = newNames(0), secrets
	}
	var err error
	if r.world, err = readWorld(t.Context(), r.tables); err != nil {
		t.Fatal(err)
	}
	return r
}

// A racer is one change of a race, and how it ended.
type racer struct {
	step  step
	as    asker
	actor library.Actor
	ended verdict
	err   error
}

func (r *racer) String() string { return fmt.Sprintf("%s: %s", r.step, r.ended) }

// round runs one race and asks about its end.
func (r *raceTrack) round(t *testing.T, newNode bool) error {
	t.Helper()
	ctx := t.Context()
	if err := r.refill(ctx); err != nil {
		return err
	}
	for _, n := range r.nodes {
		for folded, t := range r.world.tags {
			n.ids.tags[folded] = library.TagID(t.made)
		}
	}
	field := r.field()
	for _, it := range field {
		var err error
		if it.actor, err = r.nodes[it.step.node].actor(ctx, it.step.by); err != nil {
			return err
		}
	}
	if err := r.race(ctx, field); err != nil {
		return fmt.Errorf("%w\nbeside %v\nin\n%s", err, field, r.world)
	}
	for _, it := range field {
		if it.ended == unavailable {
			r.rejected++
		}
	}
	before := r.world
	var err error
	if r.world, err = readWorld(ctx, r.tables); err != nil {
		return err
	}
	if broken := r.world.broken(); broken != "" {
		return fmt.Errorf("%s\nafter a race of\n%sin\n%s", broken, tellField(field), before)
	}
	if !explained(before, field, r.world) {
		return fmt.Errorf("no order of these changes\n%sleads from\n%sto\n%s", tellField(field), before, r.world)
	}
	if err := r.welcome(ctx, before); err != nil {
		return err
	}
	asked := r.nodes[:]
	if newNode {
		fresh := *r.nodes[0]
		fresh.node, fresh.library = len(r.nodes), openNode(t, r.url)
		asked = append(asked, &fresh)
	}
	for _, n := range asked {
		if err := n.check(ctx, r.world, r.dice); err != nil {
			return fmt.Errorf("after a race of\n%sin\n%s%w", tellField(field), before, err)
		}
	}
	return nil
}

func tellField(field []*racer) string {
	var b strings.Builder
	for _, it := range field {
		fmt.Fprintf(&b, "  %s", it)
		if it.err != nil {
			fmt.Fprintf(&b, " (%v)", it.err)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// refill makes up for what the races deleted. People are made only here, for nobody
// tells the id of the My Library that a person is made with.
func (r *raceTrack) refill(ctx context.Context) error {
	for len(r.world.people) < 5 || len(r.world.media) < 5 {
		before := r.world
		a := r.author()
		s := a.opening(before)
		if len(before.people) < 5 {
			r.newcomers++
			s.changes = []change{&createPerson{unknownIDs + r.newcomers, oneOf(a, roles...)}}
		}
		if _, _, err := r.nodes[0].act(ctx, s, library.Operator()); err != nil {
			return err
		}
		var err error
		if r.world, err = readWorld(ctx, r.tables); err != nil {
			return err
		}
		if err := r.welcome(ctx, before); err != nil {
			return err
		}
	}
	return nil
}

// author returns one who knows the numbers of the world as it is.
func (r *raceTrack) author() *author {
	return &author{
		dice: r.dice, people: slices.Max(inOrder(r.world.people)),
		collections: slices.Max(inOrder(r.world.collections)), media: slices.Max(append(inOrder(r.world.media), 0)),
		captions: slices.Max(append(inOrder(r.world.captions), 0)), requests: slices.Max(append(inOrder(r.world.requests), 0)),
	}
}

// field writes the changes of a race: at random, or such that their order matters.
func (r *raceTrack) field() []*racer {
	tries := 30
	if r.dice.IntN(3) == 0 {
		tries = 1
	}
	var field []*racer
	for range tries {
		field = r.anyField()
		if orderMatters(r.world, field) {
			break
		}
	}
	return field
}

func (r *raceTrack) anyField() []*racer {
	a := r.author()
	a.evenly = true
	a.fix(r.world)
	field := make([]*racer, racers)
	for i := range field {
		by := 0
		if r.dice.IntN(2) == 0 {
			by = a.person(r.world)
		}
		as, v := r.world.signIn(by)
		if v != ok {
			as, by = asker{operator: true}, 0
		}
		var c change
		for c == nil {
			c = a.change(r.world, as)
			if _, person := c.(*createPerson); person {
				c = nil // see refill
			}
		}
		field[i] = &racer{as: as, step: step{
			by: by, node: r.dice.IntN(2), changes: []change{c}, takesBack: r.dice.IntN(12) == 0,
		}}
	}
	return field
}

// race runs the changes at once, beside readers at both nodes until they are over.
func (r *raceTrack) race(ctx context.Context, field []*racer) error {
	var writers, readers sync.WaitGroup
	start, over := make(chan struct{}), make(chan struct{})
	for _, it := range field {
		n := r.nodes[it.step.node]
		writers.Go(func() {
			<-start
			var ids *names
			it.ended, ids, it.err = n.act(ctx, it.step, it.actor)
			if it.ended == ok {
				settle(it.step.changes[0], ids)
			}
		})
	}
	faults := make([]error, len(r.nodes)*readersOfNode)
	everyone := inOrder(r.world.people)
	for i := range faults {
		n, dice := r.nodes[i%len(r.nodes)], rand.New(rand.NewPCG(r.dice.Uint64(), 0))
		readers.Go(func() {
			<-start
			for faults[i] == nil {
				select {
				case <-over:
					return
				default:
					faults[i] = n.glance(ctx, everyone[dice.IntN(len(everyone))], dice)
				}
			}
		})
	}
	close(start)
	writers.Wait()
	close(over)
	readers.Wait()
	return errors.Join(faults...)
}

// settle gives what a change made the number that its id is.
func settle(c change, ids *names) {
	switch c := c.(type) {
	case *createCollection:
		c.collection = int(ids.collections.id(c.collection))
	case *createCourse:
		c.collection = int(ids.collections.id(c.collection))
	case *createMedia:
		c.media = int(ids.media.id(c.media))
	case *addCaptions:
		c.captions = int(ids.captions.id(c.captions))
	case *requestCaptions:
		c.request, c.captions = int(ids.requests.id(c.request)), int(ids.captions.id(c.captions))
	}
}

// glance reads a page of a person's media while the library changes. Whatever state
// of it the answer is of, it must agree with itself.
func (o *observer) glance(ctx context.Context, p int, dice *rand.Rand) error {
	page := library.Page{Number: 1, Size: library.MaxPageSize} // mostly what check asks for too
	if dice.IntN(3) == 0 {
		page = library.Page{Number: 1 + dice.Int64N(3), Size: 1 + dice.Int64N(4)}
	}
	list, err := o.library.UserMedia(ctx, library.Operator(), o.ids.people.id(p), page)
	if verdictOf(err) == notFound {
		return nil // deleted in this race
	}
	if err != nil {
		return fmt.Errorf("node %d, p%d's media: %w", o.node+1, p, err)
	}
	rows := o.mediaRows(list.Items)
	told := fmt.Errorf("node %d, page %d of %d each of p%d's media, during a race, does not agree with itself: %s",
		o.node+1, page.Number, page.Size, p, pageOf(rows, list.Total))
	if int64(len(rows)) != min(page.Size, max(0, list.Total-page.Offset())) {
		return told
	}
	for i, row := range rows {
		if row.permission == nothing.String() {
			return told
		}
		if i > 0 && (row.created > rows[i-1].created || row.created == rows[i-1].created && row.media >= rows[i-1].media) {
			return told
		}
	}
	return nil
}

// explained says whether some order of the changes leads from one world to the other
// with every change done or refused as it was. What a refused one was told need not be
// the same: it may have found its asker's membership, waited for a lock, and then not
// found the asker.
func explained(before *world, field []*racer, after *world) bool {
	want := after.String()
	for order := range orders(field) {
		w, same := before, true
		for _, it := range order {
			if it.ended == unavailable {
				continue // nothing of it may have been done
			}
			var v verdict
			w, v = it.step.askedBy(it.as, w)
			same = same && (v == it.ended || refused(v) && refused(it.ended)) && (v != ok || it.step.misled() == "")
		}
		if same && w.String() == want {
			return true
		}
	}
	return false
}

func refused(v verdict) bool {
	return slices.Contains([]verdict{signedOut, missing, notFound, forbidden, invalid, conflict}, v)
}

// orderMatters says whether the changes end differently in different orders.
func orderMatters(before *world, field []*racer) bool {
	first := ""
	for order := range orders(field) {
		w := before
		ends := make(map[*racer]verdict)
		for _, it := range order {
			w, ends[it] = it.step.askedBy(it.as, w)
		}
		end := w.String()
		for _, it := range field {
			end += string(ends[it])
		}
		if first == "" {
			first = end
		}
		if end != first {
			return true
		}
	}
	return false
}

// orders yields every order of the items.
func orders[T any](items []T) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		var extend func(chosen, left []T) bool
		extend = func(chosen, left []T) bool {
			if len(left) == 0 {
				return yield(chosen)
			}
			for i := range left {
				rest := slices.Delete(slices.Clone(left), i, i+1)
				if !extend(append(slices.Clone(chosen), left[i]), rest) {
					return false
				}
			}
			return true
		}
		extend(nil, items)
	}
}
