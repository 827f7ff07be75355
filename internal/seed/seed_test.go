package seed_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seed"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// smallPlan has the proportions of the bench's library, at a fifth.
var smallPlan = seed.Plan{Users: 200, Groups: 40, Collections: 1000, Media: 20_000, Courses: 20, WideReach: 2500}

func TestSeed_Shape(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := openStore(t, url)
		var last, total int64
		err := seed.Make(t.Context(), s, smallPlan, func(done, all int64) { last, total = done, all })
		if err != nil {
			t.Fatal(err)
		}
		if last == 0 || last < total*99/100 || last > total*101/100 {
			t.Errorf("progress ended at %d of %d", last, total)
		}

		lib := library.New(s, nil)
		var owned, reached int64
		for user := int64(1); user < smallPlan.Users; user++ {
			mine, others := reach(t, lib, library.UserID(user))
			if mine != smallPlan.Media/smallPlan.Users {
				t.Errorf("user %d owns %d media", user, mine)
			}
			owned += mine
			reached += others
		}
		if mean := reached / (smallPlan.Users - 1); mean < 180 || mean > 220 {
			t.Errorf("a person reaches %d media of others on average, want about 200", mean)
		}
		if _, others := reach(t, lib, library.UserID(smallPlan.Users)); others < smallPlan.WideReach {
			t.Errorf("the last person reaches %d media, want %d and more", others, smallPlan.WideReach)
		}

		// The library goes on behind the seeded ids.
		err = lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			u, err := c.CreateUser(t.Context(), library.NewUser{FullName: "Ada Byron"})
			if err == nil && int64(u.ID) <= smallPlan.Users {
				t.Errorf("the next person has the id %d", u.ID)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if err := seed.Make(t.Context(), s, smallPlan, nil); err == nil || !strings.Contains(err.Error(), "not empty") {
			t.Errorf("seeding a second time: %v", err)
		}
	})
}

func TestSeed_EveryPlanCanBeMade(t *testing.T) {
	for _, plan := range []seed.Plan{
		{Users: 1},
		{Users: 3, Media: 2},
		{Users: 2, Groups: 1, Collections: 1, Media: 5, Courses: 1},
		{Users: 5, Groups: 9, Collections: 3, Courses: 2},
		{Users: 30, Groups: 3, Collections: 7, Media: 11, WideReach: 11},
	} {
		s := sqlite(t)
		if err := seed.Make(t.Context(), s, plan, nil); err != nil {
			t.Errorf("%+v: %v", plan, err)
		}
	}
}

func TestSeed_ImpossiblePlans(t *testing.T) {
	s := sqlite(t)
	for _, plan := range []seed.Plan{{}, {Users: 1, Media: -1}, {Users: 1, Media: 5, WideReach: 6}} {
		if err := seed.Make(t.Context(), s, plan, nil); err == nil {
			t.Errorf("%+v was made", plan)
		}
	}
}

func TestSeed_IsTheSameEachTime(t *testing.T) {
	plan := seed.Plan{Users: 20, Groups: 5, Collections: 40, Media: 200, Courses: 3}
	var first library.Paged[library.MediaWithPermission]
	for i := range 2 {
		s := sqlite(t)
		if err := seed.Make(t.Context(), s, plan, nil); err != nil {
			t.Fatal(err)
		}
		page, err := library.New(s, nil).UserMedia(t.Context(), library.Operator(), 7, library.Page{Number: 1, Size: 50})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = page
			continue
		}
		if page.Total != first.Total {
			t.Errorf("person 7 reaches %d media, and %d the next time", first.Total, page.Total)
		}
		for j := range page.Items {
			if page.Items[j].EmbedID != first.Items[j].EmbedID || page.Items[j].Title != first.Items[j].Title {
				t.Fatalf("item %d is %+v, and %+v the next time", j, first.Items[j], page.Items[j])
			}
		}
	}
}

// reach counts the media that a person owns and those of others that they reach.
func reach(t *testing.T, lib *library.Library, user library.UserID) (mine, others int64) {
	t.Helper()
	for page := int64(1); ; page++ {
		list, err := lib.UserMedia(t.Context(), library.Operator(), user, library.Page{Number: page, Size: library.MaxPageSize})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list.Items {
			if m.Owner.ID == user {
				mine++
			} else {
				others++
			}
		}
		if page >= list.LastPage() {
			return mine, others
		}
	}
}

// sqlite opens an empty library in a file, for what does not depend on the database.
func sqlite(t *testing.T) *store.Store {
	t.Helper()
	return openStore(t, "sqlite:"+filepath.Join(t.TempDir(), "lectern.db"))
}

func openStore(t *testing.T, url string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
