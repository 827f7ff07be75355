package store_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// dismissals are the ways in which a library can lose an admin.
var dismissals = []struct {
	name string
	do   func(ctx context.Context, c *library.Change, admin library.UserID) error
}{
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

// Who dismisses the last two admins, and what the later of them is told.
var dismissers = []struct {
	name string
	of   func(admins [2]library.Actor, i int) library.Actor
	told []library.Kind
}{
	{
		"the operator", func([2]library.Actor, int) library.Actor { return library.Operator() },
		[]library.Kind{library.KindInvalid},
	},
	{
		"each of themselves", func(admins [2]library.Actor, i int) library.Actor { return admins[i] },
		[]library.Kind{library.KindInvalid},
	},
	{ // who is no admin any more, or cannot even sign in, when their turn comes
		"each of the other", func(admins [2]library.Actor, i int) library.Actor { return admins[1-i] },
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
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			t.Parallel()
			url := engine.fresh(t)
			nodes := [2]*library.Library{openNode(t, url), openNode(t, url)}
			admins := [2]library.Actor{newAdmin(t, nodes[0]), newAdmin(t, nodes[0])}
			for _, by := range dismissers {
				for _, first := range dismissals {
					for _, second := range dismissals {
						for range rounds {
							errs := dismissBoth(t.Context(), nodes, [2]library.Actor{by.of(admins, 0), by.of(admins, 1)},
								[2]func(*library.Change) error{
									func(c *library.Change) error { return first.do(t.Context(), c, admins[0].ID) },
									func(c *library.Change) error { return second.do(t.Context(), c, admins[1].ID) },
								})
							gone := slices.Index(errs[:], nil)
							if gone < 0 || !slices.Contains(by.told, library.KindOf(errs[1-gone])) || errs[1-gone] == nil {
								t.Fatalf("%s by %s, %s by %s: %v and %v; one should succeed, the other be told %v",
									first.name, by.name, second.name, by.name, errs[0], errs[1], by.told)
							}
							for i, n := range nodes {
								if left := activeAdmins(t, n); !slices.Equal(left, []library.UserID{admins[1-gone].ID}) {
									t.Fatalf("node %d finds the admins %v, not user %d", i+1, left, admins[1-gone].ID)
								}
							}
							admins[gone] = newAdmin(t, nodes[gone])
						}
					}
				}
			}
		})
	}
}

// dismissBoth runs both changes at the same time, one on each node.
func dismissBoth(
	ctx context.Context, nodes [2]*library.Library, by [2]library.Actor, dismiss [2]func(*library.Change) error,
) (errs [2]error) {
	var both sync.WaitGroup
	start := make(chan struct{})
	for i, n := range nodes {
		both.Go(func() {
			<-start
			errs[i] = n.Change(ctx, by[i], dismiss[i])
		})
	}
	close(start)
	both.Wait()
	return errs
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
