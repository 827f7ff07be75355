package conformance

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// A change of what Bob reaches shows in the next answer of each of two nodes, both of
// which have just said, and may have remembered, what was true before.
func TestNodes_ShowEachChangeInTheirNextAnswer(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		bob, physics := lib.User("bob"), lib.Group("physics")
		lenses, mirrors, lectures := lib.Media("lenses"), lib.Media("mirrors"), lib.Collection("lectures")
		toBob, toPhysics := library.Grantee{User: bob}, library.Grantee{Group: physics}
		optics := lib.CourseCollection("101")

		for _, step := range []struct {
			what        string
			change      func(ctx context.Context, c *library.Change) error
			media       string // what Bob then reaches, as "key permission" in order of the keys
			collections string // and the names of his collections beside My Library
		}{
			{"nothing yet", func(context.Context, *library.Change) error { return nil }, "", "Optics"},
			{"a media item is shared", func(ctx context.Context, c *library.Change) error {
				return c.ShareMedia(ctx, lenses, toBob, library.WayView)
			}, "lenses view", "Optics"},
			{"its share is raised", func(ctx context.Context, c *library.Change) error {
				return c.ShareMedia(ctx, lenses, toBob, library.WayEdit)
			}, "lenses edit", "Optics"},
			{"a collection is shared with a group", func(ctx context.Context, c *library.Change) error {
				return c.ShareCollection(ctx, lectures, toPhysics, library.WayEdit)
			}, "lenses edit", "Optics"},
			{"he joins the group", func(ctx context.Context, c *library.Change) error {
				return c.SetMember(ctx, physics, bob, library.Member)
			}, "lenses edit, mirrors edit", "Lectures, Optics"},
			{"a media item is put into the collection", func(ctx context.Context, c *library.Change) error {
				return c.AddToCollection(ctx, lenses, lectures)
			}, "lenses edit, mirrors edit", "Lectures, Optics"},
			{"the media's own share ends", func(ctx context.Context, c *library.Change) error {
				return c.UnshareMedia(ctx, lenses, toBob)
			}, "lenses view, mirrors edit", "Lectures, Optics"},
			{"the collection is archived", func(ctx context.Context, c *library.Change) error {
				return errorOf(c.ArchiveCollection(ctx, lectures))
			}, "", "Optics"},
			{"and brought back", func(ctx context.Context, c *library.Change) error {
				return errorOf(c.UnarchiveCollection(ctx, lectures))
			}, "lenses view, mirrors edit", "Lectures, Optics"},
			{"a media item in it is archived", func(ctx context.Context, c *library.Change) error {
				return errorOf(c.ArchiveMedia(ctx, mirrors))
			}, "lenses view", "Lectures, Optics"},
			{"and brought back", func(ctx context.Context, c *library.Change) error {
				return errorOf(c.UnarchiveMedia(ctx, mirrors, 0))
			}, "lenses view, mirrors edit", "Lectures, Optics"},
			{"he leaves the group", func(ctx context.Context, c *library.Change) error {
				return c.RemoveMember(ctx, physics, bob)
			}, "", "Optics"},
			{"a media item is put into his course", func(ctx context.Context, c *library.Change) error {
				return c.AddToCollection(ctx, lenses, optics)
			}, "lenses access", "Optics"},
			{"he leaves the course", func(ctx context.Context, c *library.Change) error {
				return c.Unenroll(ctx, 101, bob, library.WayStudent)
			}, "", ""},
			{"he comes back to teach", func(ctx context.Context, c *library.Change) error {
				return c.Enroll(ctx, 101, bob, library.WayTeacher)
			}, "lenses view", "Optics"},
			{"a media item becomes his", func(ctx context.Context, c *library.Change) error {
				return c.TransferMedia(ctx, lenses, bob)
			}, "lenses owner", "Optics"},
			{"a collection becomes his", func(ctx context.Context, c *library.Change) error {
				return c.TransferCollection(ctx, lectures, bob)
			}, "lenses owner, mirrors owner", "Lectures, Optics"},
			{"the other media's owner is deactivated", func(ctx context.Context, c *library.Change) error {
				return c.SetActive(ctx, lib.User("tom"), false)
			}, "lenses owner, mirrors owner", "Lectures, Optics"},
			{"and deleted, leaving him what he owned", func(ctx context.Context, c *library.Change) error {
				return c.DeleteUser(ctx, lib.User("tom"), library.Disposal{NewOwner: bob})
			}, "lenses owner, mirrors owner", "Lectures, Optics"},
			{"a media item is deleted", func(ctx context.Context, c *library.Change) error {
				return errorOf(c.DeleteMedia(ctx, lenses))
			}, "mirrors owner", "Lectures, Optics"},
			{"the collection is deleted", func(ctx context.Context, c *library.Change) error {
				return errorOf(c.DeleteCollection(ctx, lectures))
			}, "", "Optics"},
		} {
			lib.Change(t, step.change)
			for i, n := range nodes {
				if got := mediaOf(t, n, "bob"); got != step.media {
					t.Errorf("%s: node %d tells Bob that he reaches %q, want %q", step.what, i+1, got, step.media)
				}
				names := collectionNames(t, n, "bob")
				slices.Sort(names)
				got := strings.ReplaceAll(strings.Join(names, ", ")+", ", "My Library, ", "")
				if got = strings.TrimSuffix(got, ", "); got != step.collections {
					t.Errorf("%s: node %d tells Bob that he has %q, want %q", step.what, i+1, got, step.collections)
				}
			}
		}
	})
}

// mediaOf is what a person reaches, told to the person: "key permission" by key.
func mediaOf(t *testing.T, node *live.Node, key string) string {
	t.Helper()
	got := reached(t, node.As(key), node.Library, key)
	list := make([]string, 0, len(got))
	for _, name := range slices.Sorted(maps.Keys(got)) {
		list = append(list, name+" "+got[name])
	}
	return strings.Join(list, ", ")
}

// A role acts, and acts no more, from the next request on, whichever node is asked.
func TestNodes_RolesActOnTheNextRequest(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		for i, n := range nodes {
			other := nodes[1-i]
			for _, step := range []struct {
				action string
				status int
			}{{"add", 200}, {"remove", 403}} {
				updateRoles(t, n.As("ada"), change(lib.User("bob"), "Admin", step.action)).Want(t, 200)
				for _, asked := range []*live.Node{other, n} {
					asked.As("bob").Get(t, "/users/search?role=Admin").Want(t, step.status)
					asked.As("bob").Get(t, "%s", lib.UserPath("eve", "/media")).Want(t, step.status)
					updateRoles(t, asked.As("bob"), change(lib.User("eve"), "Student", "add")).Want(t, step.status)
				}
			}
		}
	})
}

// Two admins, the last, dismiss themselves or each other at the same moment, through a
// node each: one of them stays, and the later is told why.
func TestNodes_LastTwoAdminsDismissedAtOnce(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		admins := []string{"ada", "ann"}
		for round := range rounds {
			for _, each := range []struct {
				of   string
				whom func(i int) int
				told int // the later
			}{
				{"themselves", func(i int) int { return i }, 422},
				{"the other", func(i int) int { return 1 - i }, 403}, // no admin any more when their turn comes
			} {
				var both sync.WaitGroup
				answers := make([]live.Answer, 2)
				start := make(chan struct{})
				for i, admin := range admins {
					dismissal := change(lib.User(admins[each.whom(i)]), "Admin", "remove")
					by := nodes[i].As(admin)
					both.Go(func() {
						<-start
						answers[i] = updateRoles(t, by, dismissal)
					})
				}
				close(start)
				both.Wait()

				won := slices.IndexFunc(answers, func(a live.Answer) bool { return a.Status == 200 })
				if won < 0 || answers[1-won].Status != each.told {
					t.Fatalf("round %d: each dismisses %s: %d %s and %d %s; one should be answered 200, the other %d",
						round, each.of, answers[0].Status, answers[0].Body, answers[1].Status, answers[1].Body, each.told)
				}
				gone := each.whom(won)
				stays := admins[1-gone]
				for i, n := range nodes {
					found := live.Read[users](t, n.As(stays).Get(t, "/users/search?role=Admin"))
					if len(found.Users) != 1 || found.Users[0].ID != int64(lib.User(stays)) {
						t.Fatalf("round %d: node %d finds the admins %v, not %s", round, i+1, found.Users, stays)
					}
				}
				updateRoles(t, nodes[0].As(stays), change(lib.User(admins[gone]), "Admin", "add")).Want(t, 200)
			}
		}
	})
}

// Role updates that meet lose nothing of each other.
func TestNodes_RoleUpdatesAtOnce(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		nodes := []*live.Node{node, lib.Serve(t)}
		var all sync.WaitGroup
		for i, role := range []string{"Admin", "Subaccount admin", "Teacher", "Observer"} {
			for _, by := range nodes {
				items := []string{change(lib.User("bob"), role, "add"), change(lib.User("eve"), role, "add")}
				if i%2 == 1 {
					slices.Reverse(items) // which must not make them wait for each other in a circle
				}
				all.Go(func() { updateRoles(t, by.As("ada"), items...).Want(t, 200) })
			}
		}
		all.Wait()
		want := []string{"Admin", "Subaccount admin", "Teacher", "Student", "Observer"}
		for _, n := range nodes {
			wantRoles(t, n, "bob", want...)
			wantRoles(t, n, "eve", want...)
		}
	})
}
