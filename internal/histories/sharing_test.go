package histories

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

// schoolsWanted is how many random schools are asked who may share with whom.
const schoolsWanted = 12

// Random schools, in which everyone tries to share a media item of theirs with everyone and
// every group. The histories ask the same in passing; here people have many roles and
// courses, which is where the rule is not plain.
func TestSharing_WithWhomTheModelSays(t *testing.T) {
	t.Parallel()
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			effort := newEffort(t, 0)
			schools := schoolsWanted
			if testing.Short() || raceDetector {
				schools = 2
			}
			for n := range schools {
				t.Run("school", func(t *testing.T) {
					dice := rand.New(rand.NewPCG(effort.seed, uint64(n)))
					st := found(t, engine.fresh(t), &effort.answers)
					if err := st.mingle(t, newAuthor(dice)); err != nil {
						t.Fatal(err)
					}
					if err := st.askWhoSharesWithWhom(t); err != nil {
						t.Fatalf("%v\nin\n%s\nLECTERN_HISTORIES_SEED=%d repeats it.", err, st.world, effort.seed)
					}
				})
			}
			t.Logf("sharing: %s, %d answers compared, seed %d", engine.name, effort.answers, effort.seed)
		})
	}
}

// mingle gives everyone a media item, roles, courses and groups at random.
func (st *stage) mingle(t *testing.T, a *author) error {
	t.Helper()
	everybody := inOrder(st.world.people)
	var changes []change
	for _, p := range everybody {
		changes = append(changes, &createMedia{p, p, 0, theNow, "finished"})
		for _, role := range roles {
			switch { // one Admin is there from the beginning
			case role == "Admin" || a.oneIn(2):
			default:
				changes = append(changes, &updateRoles{[]roleItem{{p, role, !st.world.people[p].roles[role]}}})
			}
		}
		for range a.dice.IntN(4) {
			changes = append(changes, &enrol{oneOf(a, foundedCourses...), p, oneOf(a, courseRoles...)})
		}
		if a.oneIn(2) {
			changes = append(changes, &join{oneOf(a, foundedGroups...), p, oneOf(a, "member", "manager")})
		}
		if a.oneIn(6) {
			changes = append(changes, &assign{oneOf(a, foundedAbove...), p})
		}
	}
	if err := st.act(t.Context(), step{changes: changes}); err != nil {
		return err
	}
	gone := oneOf(a, everybody[1:]...) // not the one admin
	return st.act(t.Context(), step{changes: []change{&setActive{person: gone}}})
}

func (st *stage) askWhoSharesWithWhom(t *testing.T) error {
	t.Helper()
	n := st.nodes[0]
	var all []grantee
	for _, p := range inOrder(st.world.people) {
		all = append(all, grantee{person: p})
	}
	for _, g := range foundedGroups {
		all = append(all, grantee{group: g})
	}
	for _, p := range inOrder(st.world.people) {
		if !st.world.people[p].active {
			continue
		}
		actor, err := n.actor(t.Context(), p)
		if err != nil {
			return err
		}
		as, _ := st.world.signIn(p)
		try := func(with []grantee) verdict {
			changes := make([]library.ShareChange, len(with))
			for i, g := range with {
				changes[i] = library.ShareChange{Action: library.CreateShare, With: n.ids.grantee(g), Gives: library.WayView}
			}
			err := n.library.Change(t.Context(), actor, func(c *library.Change) error {
				if _, err := c.UpdateMediaShares(t.Context(), n.ids.media.id(p), changes); err != nil {
					return err
				}
				return errTakeBack
			})
			if errors.Is(err, errTakeBack) {
				return ok
			}
			return verdictOf(err)
		}
		var inside []grantee
		for _, g := range all {
			want := forbidden
			if st.world.mayShareWith(as, g) {
				want = ok
				inside = append(inside, g)
			}
			if err := n.judge(fmt.Sprintf("p%d shares with %s", p, g), try([]grantee{g}), want); err != nil {
				return err
			}
		}
		// All that each may share with they may share with at once, and with one more, no.
		if err := n.judge(fmt.Sprintf("p%d shares with %v", p, inside), try(inside), ok); err != nil {
			return err
		}
		for _, g := range all {
			if !slices.Contains(inside, g) {
				with := slices.Insert(slices.Clone(inside), len(inside)/2, g)
				if err := n.judge(fmt.Sprintf("p%d shares with %v", p, with), try(with), forbidden); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
