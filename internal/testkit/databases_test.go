package testkit_test

import (
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A template for tests of behaviour, which CONTRIBUTING.md points to.
func TestUnshareMedia_ShowsInTheNextAnswer(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := open(t, url)
		var bob library.User
		var lenses library.Media
		change(t, lib, func(c *library.Change) (err error) {
			ada, err := c.CreateUser(t.Context(), library.NewUser{FullName: "Ada Byron"})
			if err != nil {
				return err
			}
			if bob, err = c.CreateUser(t.Context(), library.NewUser{FullName: "Bob Hale"}); err != nil {
				return err
			}
			lenses, err = c.CreateMedia(t.Context(), library.NewMedia{Owner: ada.ID, Title: "Lenses"})
			return err
		})
		toBob := library.Grantee{User: bob.ID}

		change(t, lib, func(c *library.Change) error {
			return c.ShareMedia(t.Context(), lenses.ID, toBob, library.WayView)
		})
		if got := mediaOf(t, lib, bob); got != 1 {
			t.Errorf("once it is shared, Bob reaches %d media, want 1", got)
		}

		change(t, lib, func(c *library.Change) error {
			return c.UnshareMedia(t.Context(), lenses.ID, toBob)
		})
		if got := mediaOf(t, lib, bob); got != 0 {
			t.Errorf("once the share is gone, Bob reaches %d media, want 0", got)
		}
	})
}

func open(t *testing.T, url string) *library.Library {
	t.Helper()
	kept, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kept.Close(); err != nil {
			t.Error(err)
		}
	})
	return library.New(kept, nil)
}

func change(t *testing.T, lib *library.Library, fn func(*library.Change) error) {
	t.Helper()
	if err := lib.Change(t.Context(), library.Operator(), fn); err != nil {
		t.Fatal(err)
	}
}

func mediaOf(t *testing.T, lib *library.Library, user library.User) int64 {
	t.Helper()
	page := library.Page{Number: 1, Size: library.DefaultPageSize}
	media, err := lib.UserMedia(t.Context(), library.Operator(), user.ID, page)
	if err != nil {
		t.Fatal(err)
	}
	return media.Total
}
