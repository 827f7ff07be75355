package histories

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A dismissal is a way in which a library can lose an admin.
type dismissal struct {
	name string
	do   func(ctx context.Context, c *library.Change, admin library.UserID) error
}

var dismissals = []dismissal{
	{"take the role from", func(ctx context.Context, c *library.Change, admin library.UserID) error {
		_, err := c.UpdateRoles(ctx, []library.RoleChange{{User: admin, Role: library.Admin, Action: library.RemoveRole}})
		return err
	}},
	{"deactivate", func(ctx context.Context, c *library.Change, admin library.UserID) error {
		return c.SetActive(ctx, admin, false)
	}},
	{"delete", func(ctx context.Context, c *library.Change, admin library.UserID) error {
		return c.DeleteUser(ctx, admin, library.Disposal{})
	}},
}

// A dismisser is who dismisses each of the last two admins, and what the later of the
// two is told.
type dismisser struct {
	name string
	of   func(admins [2]library.Actor, i int) library.Actor
	told []library.Kind
}

var dismissers = []dismisser{
	{
		"the operator", func([2]library.Actor, int) library.Actor { return library.Operator() },
		[]library.Kind{library.KindInvalid},
	},
	{
		"each themselves", func(admins [2]library.Actor, i int) library.Actor { return admins[i] },
		[]library.Kind{library.KindInvalid},
	},
	{ // who is no admin any more, or cannot even sign in, when their turn comes
		"each other", func(admins [2]library.Actor, i int) library.Actor { return admins[1-i] },
		[]library.Kind{library.KindForbidden, library.KindUnauthenticated},
	},
}

// The last two active admins are dismissed at the same moment, each through a node of
// their own: one of them stays, whatever the way.
func TestLastAdmin(t *testing.T) {
	t.Parallel()
	rounds := 5
	if testing.Short() || raceDetector {
		rounds = 1
	}
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		d := &duel{nodes: [2]*library.Library{openNode(t, url), openNode(t, url)}}
		d.admins = [2]library.Actor{newAdmin(t, d.nodes[0]), newAdmin(t, d.nodes[0])}
		for _, by := range dismissers {
			for _, first := range dismissals {
				for _, second := range dismissals {
					for range rounds {
						d.fight(t, by, [2]dismissal{first, second})
					}
				}
			}
		}
	})
}

// A duel is two nodes of a library with two admins.
type duel struct {
	nodes  [2]*library.Library
	admins [2]library.Actor
}

// fight dismisses both admins at once, and replaces the one who went.
func (d *duel) fight(t *testing.T, by dismisser, how [2]dismissal) {
	t.Helper()
	var errs [2]error
	var both sync.WaitGroup
	start := make(chan struct{})
	for i, n := range d.nodes {
		both.Go(func() {
			<-start
			errs[i] = n.Change(t.Context(), by.of(d.admins, i), func(c *library.Change) error {
				return how[i].do(t.Context(), c, d.admins[i].Person())
			})
		})
	}
	close(start)
	both.Wait()

	gone := slices.Index(errs[:], nil)
	if gone < 0 || errs[1-gone] == nil || !slices.Contains(by.told, library.KindOf(errs[1-gone])) {
		t.Fatalf("%s one and %s the other, by %s: %v and %v; want one success, and for the other one of %v",
			how[0].name, how[1].name, by.name, errs[0], errs[1], by.told)
	}
	for i, n := range d.nodes {
		if left := activeAdmins(t, n); !slices.Equal(left, []library.UserID{d.admins[1-gone].Person()}) {
			t.Fatalf("node %d finds the admins %v, not user %d alone", i+1, left, d.admins[1-gone].Person())
		}
	}
	d.admins[gone] = newAdmin(t, d.nodes[gone])
}

// newAdmin makes an admin and signs them in.
func newAdmin(t *testing.T, l *library.Library) library.Actor {
	t.Helper()
	var secret string
	err := l.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		roles := library.RolesOf(library.Admin)
		u, err := c.CreateUser(t.Context(), library.NewUser{FullName: "an admin", Roles: &roles})
		if err != nil {
			return err
		}
		secret, _, err = c.CreateToken(t.Context(), u.ID, time.Hour)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	admin, err := l.Authenticate(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return admin
}

func activeAdmins(t *testing.T, l *library.Library) []library.UserID {
	t.Helper()
	role := library.Admin
	found, err := l.SearchUsers(t.Context(), library.Operator(), library.UserFilter{Role: &role},
		library.Page{Number: 1, Size: library.MaxPageSize})
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]library.UserID, len(found.Items))
	for i, u := range found.Items {
		ids[i] = u.ID
	}
	return ids
}
