package store

import (
	"context"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// college is a small library in which Ada, Bob, Eve and Dora reach Carl's film, each through
// a collection in another way. Everyone has a film of their own too: an empty page would be
// read again in any case.
type college struct {
	ada, bob, eve, dora, carl library.UserID
	group                     library.GroupID
	shared, private           library.CollectionID // Ada's
}

const course = 7

// everyFilm is how many media each of the four reaches: their own and Carl's, and Bob Ada's.
func (c *college) everyFilm(user library.UserID) int64 {
	if user == c.bob {
		return 3
	}
	return 2
}

// make makes the library.
func (c *college) make(ctx context.Context, tx *library.Change) error {
	films := map[string]library.MediaID{}
	for _, person := range []struct {
		name string
		id   *library.UserID
	}{{"Ada", &c.ada}, {"Bob", &c.bob}, {"Eve", &c.eve}, {"Dora", &c.dora}, {"Carl", &c.carl}} {
		user, err := tx.CreateUser(ctx, library.NewUser{FullName: person.name})
		if err != nil {
			return err
		}
		film, err := tx.CreateMedia(ctx, library.NewMedia{Owner: user.ID, Title: "A film by " + person.name})
		if err != nil {
			return err
		}
		*person.id, films[person.name] = user.ID, film.ID
	}
	for _, id := range []*library.CollectionID{&c.shared, &c.private} {
		col, err := tx.CreateCollection(ctx, library.NewCollection{Owner: c.ada, Name: "Optics"})
		if err != nil {
			return err
		}
		*id = col.ID
	}
	made, err := tx.CreateCourse(ctx, library.NewCourse{ID: course})
	if err != nil {
		return err
	}
	for _, to := range []library.CollectionID{c.shared, c.private, made.Collection} {
		if err := tx.AddToCollection(ctx, films["Carl"], to); err != nil {
			return err
		}
	}
	// Shared, Ada's film stays with her when all else is transferred, and does not raise her
	// version then.
	if err := tx.ShareMedia(ctx, films["Ada"], library.Grantee{User: c.bob}, library.WayView); err != nil {
		return err
	}
	return c.share(ctx, tx)
}

// share gives Bob, Eve and Dora their ways to collections.
func (c *college) share(ctx context.Context, tx *library.Change) error {
	group, err := tx.CreateGroup(ctx, "Physics")
	if err != nil {
		return err
	}
	c.group = group.ID
	if err := tx.SetMember(ctx, c.group, c.eve, library.Member); err != nil {
		return err
	}
	for _, with := range []library.Grantee{{User: c.bob}, {Group: c.group}} {
		if err := tx.ShareCollection(ctx, c.shared, with, library.WayView); err != nil {
			return err
		}
	}
	return tx.Enroll(ctx, course, c.dora, library.WayStudent)
}

// A list that a person had after they lost a way to a collection is not theirs any more once
// the database is back at a time when they had it.
func TestUserMedia_AfterWaysWereLostAndTheDatabaseWentBack(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		s := open(t, url)
		lib := library.New(s, nil)
		var c college
		change := func(t *testing.T, fn func(*library.Change) error) {
			t.Helper()
			if err := lib.Change(ctx, library.Operator(), fn); err != nil {
				t.Fatal(err)
			}
		}
		change(t, func(tx *library.Change) error { return c.make(ctx, tx) })
		restore := testkit.Backup(t, url)
		for name, lost := range c.losses(ctx) {
			t.Run(name, func(t *testing.T) {
				change(t, lost.by)
				total := func(user library.UserID) int64 {
					t.Helper()
					list, err := s.UserMedia(ctx, user, library.Page{Number: 1, Size: 50})
					if err != nil {
						t.Fatal(err)
					}
					return list.Total
				}
				for _, user := range lost.who {
					if n := total(user); n == 0 || n >= c.everyFilm(user) {
						t.Errorf("person %d reaches %d media after losing a way", user, n)
					}
				}
				if err := restore(context.WithoutCancel(ctx)); err != nil {
					t.Fatal(err)
				}
				for _, user := range lost.who {
					if n := total(user); n != c.everyFilm(user) {
						t.Errorf("person %d reaches %d media when the database went back, want %d", user, n, c.everyFilm(user))
					}
				}
			})
		}
	})
}

// A loss is a change and the people who lose a way to Carl's film by it.
type loss struct {
	by  func(*library.Change) error
	who []library.UserID
}

// losses is everything by which a way to a collection ends.
func (c *college) losses(ctx context.Context) map[string]loss {
	return map[string]loss{
		"the collections are transferred": {func(tx *library.Change) error {
			if err := tx.TransferCollection(ctx, c.private, c.carl); err != nil {
				return err
			}
			return tx.TransferCollection(ctx, c.shared, c.carl)
		}, []library.UserID{c.ada}},
		"the shared one is deleted, and all that Ada does not share is transferred": {func(tx *library.Change) error {
			if _, err := tx.DeleteCollection(ctx, c.shared); err != nil {
				return err
			}
			_, err := tx.TransferAll(ctx, c.ada, c.carl)
			return err
		}, []library.UserID{c.ada, c.bob, c.eve}},
		"the collections are deleted": {func(tx *library.Change) error {
			if _, err := tx.DeleteCollection(ctx, c.private); err != nil {
				return err
			}
			_, err := tx.DeleteCollection(ctx, c.shared)
			return err
		}, []library.UserID{c.ada, c.bob, c.eve}},
		"their owner is deleted with them": {func(tx *library.Change) error {
			return tx.DeleteUser(ctx, c.ada, library.Disposal{WithMedia: true})
		}, []library.UserID{c.bob, c.eve}},
		"it is not shared any more": {func(tx *library.Change) error {
			if err := tx.UnshareCollection(ctx, c.shared, library.Grantee{User: c.bob}); err != nil {
				return err
			}
			return tx.UnshareCollection(ctx, c.shared, library.Grantee{Group: c.group})
		}, []library.UserID{c.bob, c.eve}},
		"they leave": {func(tx *library.Change) error {
			if err := tx.RemoveMember(ctx, c.group, c.eve); err != nil {
				return err
			}
			return tx.Unenroll(ctx, course, c.dora, library.WayStudent)
		}, []library.UserID{c.eve, c.dora}},
	}
}
