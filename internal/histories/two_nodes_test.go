package histories

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A stage is where a history is played: one world, two nodes.
type stage struct {
	url    string
	world  *world
	nodes  [2]*observer
	tables *sql.DB // what the library does not answer, it is asked past the library
	copied *copied // what the database last was copied as, nil for never

	ahead time.Duration // by how much the clock is ahead while somebody watches, and 0 otherwise
	views int           // how often somebody watched

	held  map[int]library.Work       // by media item, what a worker last began to do with it
	lived map[library.Transition]int // how often each transition of the life cycle happened
}

// copied is what can be gone back to.
type copied struct {
	world   *world
	ids     *names
	secrets map[int]string
	held    map[int]library.Work
	restore func(context.Context) error
}

// found opens two nodes on a database and makes the beginning of a history.
func found(t *testing.T, url string, answers *int) *stage {
	t.Helper()
	ids, secrets := newNames(unknownIDs), make(map[int]string)
	st := &stage{
		url: url, world: foundedWorld(), tables: testkit.Tables(t, url),
		held: make(map[int]library.Work), lived: make(map[library.Transition]int),
	}
	for i := range st.nodes {
		st.nodes[i] = &observer{
			node: i, library: openNodeAt(t, url, st.clock), ids: ids, secrets: secrets, answers: answers,
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

// unknownIDs are those beyond all ids of a test.
const unknownIDs = 1 << 40

// clock is always the same time, but while somebody watches.
func (st *stage) clock() time.Time { return time.Unix(theNow, 0).Add(st.ahead) }

// openNode opens a store of its own, with caches of its own.
func openNode(t *testing.T, url string) *library.Library {
	t.Helper()
	return openNodeAt(t, url, func() time.Time { return time.Unix(theNow, 0) })
}

func openNodeAt(t *testing.T, url string, clock library.Clock) *library.Library {
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
	return library.New(s, clock)
}

// makeFounded makes what foundedWorld has.
func makeFounded(ctx context.Context, c *library.Change, ids *names) error {
	if _, _, err := c.CreateCaptionService(ctx, "a captioning service"); err != nil {
		return err // without one nothing could be asked for
	}
	for range foundedGroups {
		g, err := c.CreateGroup(ctx, "a group")
		if err != nil {
			return err
		}
		ids.groups.name(g.ID, len(ids.groups.ids)+1)
	}
	for _, k := range foundedCourses {
		wanted := library.NewCourse{ID: library.CourseID(k)}
		if subAccountOf(k) != 0 {
			sub, err := c.CreateSubAccount(ctx, "a sub-account")
			if err != nil {
				return err
			}
			ids.subAccounts.name(sub.ID, k)
			wanted.SubAccount = &sub.ID
		}
		made, err := c.CreateCourse(ctx, wanted)
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

// isAlone says whether a change is a step of its own.
func isAlone(c change) bool {
	switch c.(type) {
	case *watch, *happen:
		return true
	}
	return false
}

var errTakeBack = errors.New("taken back")

// step makes a step in the world and in the library, and compares how it ended and
// what both nodes answer after it.
func (st *stage) step(t *testing.T, s step) error {
	t.Helper()
	ctx := t.Context()
	var err error
	switch s.turn {
	case isCopied:
		first := st.nodes[0]
		st.copied = &copied{st.world, first.ids.clone(), maps.Clone(first.secrets), maps.Clone(st.held), testkit.Backup(t, st.url)}
	case goesBack:
		err = st.goBack(ctx)
	case goesOn:
		err = st.act(ctx, s)
	}
	if err != nil || s.unasked {
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

// goBack sets the database back to the copy. A person who was given a token since is signed out.
func (st *stage) goBack(ctx context.Context) error {
	if st.copied == nil {
		return nil
	}
	if err := st.copied.restore(ctx); err != nil {
		return err
	}
	st.world, st.held = st.copied.world, maps.Clone(st.copied.held)
	ids, secrets := st.copied.ids.clone(), maps.Clone(st.copied.secrets)
	for _, n := range st.nodes {
		lost := n.secrets
		n.ids, n.secrets = ids, secrets
		for p, secret := range lost {
			if secret == n.secrets[p] {
				continue
			}
			_, err := n.library.Authenticate(ctx, secret)
			if differs := n.judge(fmt.Sprintf("p%d signs in by a token that is lost", p), verdictOf(err), signedOut); differs != nil {
				return differs
			}
		}
	}
	return nil
}

// act makes a step and compares how it ended.
func (st *stage) act(ctx context.Context, s step) error {
	before := st.world
	var want verdict
	st.world, want = s.inModel(before)

	n := st.nodes[s.node]
	actor, err := n.actor(ctx, s.by)
	if err != nil {
		return n.judge(s.String(), verdictOf(err), want)
	}
	events, err := st.events(ctx)
	if err != nil {
		return err
	}
	reached, err := st.reached(ctx)
	if err != nil {
		return err
	}
	var got verdict
	var ids *names
	switch x := s.changes[0].(type) {
	case *watch:
		got, ids, err = st.watches(ctx, n, actor, x)
	case *happen:
		got, ids, err = st.happens(ctx, n, x)
	default:
		got, ids, err = n.act(ctx, s, actor)
	}
	if differs := n.judge(s.String(), got, want); differs != nil {
		return fmt.Errorf("%w\n  it says   %w", differs, err)
	}
	if err := st.audited(ctx, s, before, events, n); err != nil || want != ok {
		return err
	}
	if err := st.raised(ctx, reached); err != nil {
		return fmt.Errorf("%s: %w", s, err)
	}
	if wrong := s.misled(); wrong != "" {
		return fmt.Errorf("node %d: %s", n.node+1, wrong)
	}
	for _, n := range st.nodes {
		n.ids = ids
	}
	if err := st.inState(ctx, s, before); err != nil {
		return err
	}
	return st.welcome(ctx, before)
}

// events counts the events in the audit log.
func (st *stage) events(ctx context.Context) (n int64, err error) {
	return n, each(ctx, st.tables, "SELECT COUNT(*) FROM audit_events", func() {}, &n)
}

// audited compares whether the audit log tells of a step with whether it changed
// anything. What a step of several changes did, it may have undone.
func (st *stage) audited(ctx context.Context, s step, before *world, events int64, n *observer) error {
	now, err := st.events(ctx)
	if err != nil {
		return err
	}
	for _, c := range s.changes {
		if isAlone(c) { // what viewers and the library itself do is in no audit log
			return nil
		}
	}
	changed := st.world != before && st.world.String() != before.String()
	if !changed && st.world != before && len(s.changes) > 1 {
		return nil
	}
	return n.judge("the audit log tells of "+s.String(), now > events, changed)
}

// actor signs in a person, or the operator for 0.
func (o *observer) actor(ctx context.Context, p int) (library.Actor, error) {
	if p == 0 {
		return library.Operator(), nil
	}
	return o.library.Authenticate(ctx, o.secrets[p])
}

// act makes a step in the library, and returns how it ended and, if well, all names.
func (o *observer) act(ctx context.Context, s step, actor library.Actor) (verdict, *names, error) {
	var ids *names
	err := o.library.Change(ctx, actor, func(c *library.Change) error {
		ids = o.ids.clone() // again each time that this runs
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
// My Libraries of those who are new, and the collections of new courses.
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
	for _, k := range inOrder(st.world.courses) {
		if before.courses[k] != nil {
			continue
		}
		col, err := n.library.Course(ctx, library.Operator(), library.CourseID(k))
		if err != nil {
			return err
		}
		n.ids.collections.name(col.ID, st.world.courses[k].collection)
	}
	return nil
}
