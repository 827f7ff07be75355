package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// Random histories of a small library, on two nodes that share a database but no
// cache. After each step both nodes are asked about everybody's lists and held
// against a plain model of the rules (model_test.go).
//
//	LECTERN_HISTORIES_SEED=N  repeats a run
//	LECTERN_HISTORIES_FOR=10m goes on for that long
//
// A library of pgregory.net/rapid's kind would shrink a failing history too, but
// knows neither two nodes nor histories told as sentences; what it would spare us is
// the thirty lines of shorten.

// stepsInHistory is long enough for a library to fill, and short enough that few
// histories end in a library where everything is archived and everybody gone.
const stepsInHistory = 80

// answersWanted is how many answers one run compares on each database.
const answersWanted = 100_000

// engines are the databases that the library is kept on.
var engines = []struct {
	name  string
	fresh func(testing.TB) string // returns the URL of an empty one
}{
	{"sqlite", testkit.SQLiteURL},
	{"postgres", testkit.PostgresURL},
}

func TestHistories(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			effort := newEffort(t, answersWanted)
			for n := uint64(0); effort.goesOn(); n++ {
				steps := newAuthor(rand.New(rand.NewPCG(effort.seed, n))).history(stepsInHistory)
				failed := play(t, engine.fresh, steps, &effort.answers)
				if failed == nil {
					continue
				}
				t.Logf("histories: %s, seed %d: history %d fails after %d answers; looking for a shorter one",
					engine.name, effort.seed, n, effort.answers)
				steps, failed = shorten(steps, failed, func(steps []step) *failure {
					return play(t, engine.fresh, steps, new(int))
				})
				t.Fatalf("%s\nLECTERN_HISTORIES_SEED=%d repeats it.", tell(steps, failed), effort.seed)
			}
			t.Logf("histories: %s, %d answers compared, seed %d", engine.name, effort.answers, effort.seed)
		})
	}
}

// An effort is how much of random testing is to be done, and what has been.
type effort struct {
	seed    uint64
	answers int

	wanted int
	until  context.Context // ends a run that goes on for a time; nil where wanted counts
}

// newEffort makes one of so many answers, of a tenth where the test is to be short or
// is slowed down tenfold by the race detector, or of the time that is asked for.
func newEffort(t *testing.T, wanted int) *effort {
	t.Helper()
	e := &effort{seed: rand.Uint64N(1_000_000_000), wanted: wanted}
	if testing.Short() || raceDetector {
		e.wanted /= 10
	}
	if seed := os.Getenv("LECTERN_HISTORIES_SEED"); seed != "" {
		var err error
		if e.seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
			t.Fatalf("LECTERN_HISTORIES_SEED: %v", err)
		}
	}
	if span := os.Getenv("LECTERN_HISTORIES_FOR"); span != "" {
		d, err := time.ParseDuration(span)
		if err != nil {
			t.Fatalf("LECTERN_HISTORIES_FOR: %v", err)
		}
		until, cancel := context.WithTimeout(t.Context(), d)
		t.Cleanup(cancel)
		e.until = until
	}
	return e
}

func (e *effort) goesOn() bool {
	if e.until != nil {
		return e.until.Err() == nil
	}
	return e.answers < e.wanted
}

// A failure is an answer that a history should not have led to.
type failure struct {
	after int // the steps that had been made
	err   error
}

// play makes the steps of a history in a fresh library and asks after each. It has a
// subtest of its own so that what it opens is gone before the next begins.
func play(t *testing.T, fresh func(testing.TB) string, steps []step, answers *int) *failure {
	t.Helper()
	var failed *failure
	t.Run("", func(t *testing.T) {
		p := found(t, fresh(t), answers)
		for i, s := range steps {
			if err := p.step(t.Context(), s); err != nil {
				failed = &failure{after: i + 1, err: err}
				return
			}
		}
	})
	return failed
}

// A stage is where a history is played: one world, two nodes.
type stage struct {
	world *world
	nodes [2]*observer
}

// found opens two nodes on a database and makes the beginning of a history.
func found(t *testing.T, url string, answers *int) *stage {
	t.Helper()
	ids, secrets := newNames(strangers), make(map[int]string)
	st := &stage{world: foundedWorld()}
	for i := range st.nodes {
		st.nodes[i] = &observer{
			node: i, library: openNode(t, url), ids: ids, secrets: secrets, answers: answers,
		}
	}
	if err := st.nodes[0].library.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		return makeFounded(t.Context(), c, ids)
	}); err != nil {
		t.Fatal(err)
	}
	if err := st.welcome(t.Context(), &world{}); err != nil {
		t.Fatal(err)
	}
	return st
}

// strangers lie beyond all ids of a test.
const strangers = 1 << 40

// openNode opens a store of its own, with caches of its own.
func openNode(t *testing.T, url string) *library.Library {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return library.New(s, func() time.Time { return time.Unix(theNow, 0) })
}

// makeFounded makes what foundedWorld has.
func makeFounded(ctx context.Context, c *library.Change, ids *names) error {
	for range foundedGroups {
		g, err := c.CreateGroup(ctx, "a group")
		if err != nil {
			return err
		}
		ids.groups.name(g.ID, len(ids.groups.ids)+1)
	}
	for _, k := range foundedCourses {
		sub, err := c.CreateSubAccount(ctx, "a sub-account")
		if err != nil {
			return err
		}
		ids.subAccounts.name(sub.ID, k)
		made, err := c.CreateCourse(ctx, library.NewCourse{ID: library.CourseID(k), SubAccount: &sub.ID})
		if err != nil {
			return err
		}
		ids.collections.name(made.Collection, k)
	}
	for _, x := range founders {
		if err := x.inLibrary(ctx, c, ids); err != nil {
			return err
		}
	}
	return nil
}

var errTakeBack = errors.New("taken back")

// step makes a step in the world and in the library, and compares how it ended and
// what both nodes answer after it.
func (st *stage) step(ctx context.Context, s step) error {
	if err := st.make(ctx, s); err != nil {
		return err
	}
	dice := rand.New(rand.NewPCG(s.questions, 0))
	for _, n := range st.nodes {
		if err := n.check(ctx, st.world, dice); err != nil {
			return err
		}
	}
	return nil
}

// make makes a step and compares how it ended.
func (st *stage) make(ctx context.Context, s step) error {
	before := st.world
	var want verdict
	st.world, want = s.inModel(before)

	n := st.nodes[s.node]
	actor, err := n.actor(ctx, s.by)
	if err != nil {
		return n.judge(s.String(), verdictOf(err), want)
	}
	got, ids, err := n.make(ctx, s, actor)
	if differs := n.judge(s.String(), got, want); differs != nil {
		return fmt.Errorf("%w\n  it says   %w", differs, err)
	}
	if want != ok {
		return nil
	}
	for _, n := range st.nodes {
		n.ids = ids
	}
	return st.welcome(ctx, before)
}

// actor signs in a person, or the operator for 0.
func (o *observer) actor(ctx context.Context, p int) (library.Actor, error) {
	if p == 0 {
		return library.Operator(), nil
	}
	return o.library.Authenticate(ctx, o.secrets[p])
}

// make makes a step in the library, and returns how it ended and, if well, all names.
func (o *observer) make(ctx context.Context, s step, actor library.Actor) (verdict, *names, error) {
	var ids *names
	err := o.library.Change(ctx, actor, func(c *library.Change) error {
		ids = o.ids.clone() // anew each time that this runs
		for _, x := range s.changes {
			if err := x.inLibrary(ctx, c, ids); err != nil {
				return err
			}
		}
		if s.takesBack {
			return errTakeBack
		}
		return nil
	})
	if errors.Is(err, errTakeBack) {
		return rolledBack, nil, nil
	}
	return verdictOf(err), ids, err
}

// welcome gives a token to everyone who is active and was not before, and names the
// My Libraries of those who are new.
func (st *stage) welcome(ctx context.Context, before *world) error {
	n := st.nodes[0]
	for _, p := range inOrder(st.world.people) {
		was := before.people[p]
		if !st.world.people[p].active || was != nil && was.active {
			continue
		}
		id := n.ids.people.id(p)
		err := n.library.Change(ctx, library.Operator(), func(c *library.Change) error {
			var err error
			n.secrets[p], _, err = c.CreateToken(ctx, id, time.Hour)
			return err
		})
		if err != nil {
			return err
		}
		lib, err := n.library.UserLibrary(ctx, library.Operator(), id)
		if err != nil {
			return err
		}
		n.ids.collections.name(lib.ID, st.world.people[p].library)
	}
	return nil
}

// shorten looks for a history that fails too and from which no step and no change can
// be left out any more, by leaving out halves, then quarters, down to single ones.
func shorten(steps []step, failed *failure, replay func([]step) *failure) ([]step, *failure) {
	steps = steps[:failed.after]
	try := func(fewer []step) bool {
		again := replay(fewer)
		if again != nil {
			steps, failed = fewer[:again.after], again
		}
		return again != nil
	}
	for size := max(1, len(steps)/2); ; {
		shorter := false
		for i := len(steps) - size; i >= 0; i-- {
			if i+size <= len(steps) && try(slices.Delete(slices.Clone(steps), i, i+size)) {
				shorter = true
			}
		}
		if size == 1 && !shorter {
			break
		}
		size = max(1, size/2)
	}
	for i := len(steps) - 1; i >= 0; i-- {
		for j := len(steps[i].changes) - 1; j >= 0 && len(steps[i].changes) > 1; j-- {
			fewer := slices.Clone(steps)
			fewer[i].changes = slices.Delete(slices.Clone(steps[i].changes), j, j+1)
			try(fewer)
		}
	}
	return steps, failed
}

func tell(steps []step, failed *failure) string {
	var b strings.Builder
	b.WriteString("The shortest failing history begins with")
	for _, c := range founders {
		fmt.Fprintf(&b, " %s;", c)
	}
	for _, k := range foundedCourses {
		fmt.Fprintf(&b, " course k%d in sub-account %d with collection c%d;", k, k, k)
	}
	fmt.Fprintf(&b, " and groups g%d without members. Then\n", foundedGroups)
	for i, s := range steps {
		fmt.Fprintf(&b, "%3d. %s\n", i+1, s)
	}
	fmt.Fprintf(&b, "and %v", failed.err)
	return b.String()
}
