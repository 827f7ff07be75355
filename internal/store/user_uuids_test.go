package store

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seed"
	"github.com/lectern-media/lectern/internal/testkit"
)

// userUUIDColumn is the migration that gives people UUIDs.
const userUUIDColumn = 21

// People of an older library get UUIDs of their own, and nobody is without one from then on.
func TestMigration_GivesEveryPersonAUUID(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db, upToDate := migrateTo(t, url, userUUIDColumn-1)
		const people = 1000
		for i := range people {
			_, err := db.ExecContext(t.Context(), fmt.Sprintf(
				"INSERT INTO users (full_name, display_name, version, created_at) VALUES ('Person %d', 'P', 1, 1)", i))
			if err != nil {
				t.Fatal(err)
			}
		}
		upToDate()
		seen := make(map[uuid.UUID]bool)
		rows, err := db.QueryContext(t.Context(), "SELECT uuid FROM users")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		last := ""
		for rows.Next() {
			if err := rows.Scan(&last); err != nil {
				t.Fatal(err)
			}
			id, err := uuid.Parse(last)
			if err != nil || id.String() != last || id.Version() != 4 || id.Variant() != uuid.RFC4122 {
				t.Fatalf("a person's UUID is %q (%v)", last, err)
			}
			seen[id] = true
		}
		if err := rows.Err(); err != nil || len(seen) != people {
			t.Fatalf("%d people have %d UUIDs (%v)", people, len(seen), err)
		}
		for name, statement := range map[string]string{
			"none":            "INSERT INTO users (full_name, display_name, version, created_at) VALUES ('X', 'X', 1, 1)",
			"another's":       "INSERT INTO users (uuid, full_name, display_name, version, created_at) VALUES ('" + last + "', 'X', 'X', 1, 1)",
			"taken away":      "UPDATE users SET uuid = NULL WHERE id = 1",
			"made another's":  "UPDATE users SET uuid = '" + last + "' WHERE id = 1",
			"none, in secret": "INSERT INTO users (uuid, full_name, display_name, version, created_at) VALUES (NULL, 'X', 'X', 1, 1)",
		} {
			if _, err := db.ExecContext(t.Context(), statement); err == nil {
				t.Errorf("%s: the database takes it", name)
			}
		}
	})
}

// All code that makes people, a use case or seeding, gives each a UUID, by which they are
// found until they are deleted.
func TestUserByUUID_FindsWhoWasMade(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		if err := seed.Make(t.Context(), s, seed.Plan{Users: 20, Media: 20}, nil); err != nil {
			t.Fatal(err)
		}
		lib := library.New(s, nil)
		var ada library.User
		change := func(fn func(c *library.Change) error) {
			t.Helper()
			if err := lib.Change(t.Context(), library.Operator(), fn); err != nil {
				t.Fatal(err)
			}
		}
		change(func(c *library.Change) (err error) {
			ada, err = c.CreateUser(t.Context(), library.NewUser{FullName: "Ada"})
			return err
		})
		seen := make(map[uuid.UUID]bool)
		for id := library.UserID(1); id <= ada.ID; id++ {
			named, err := s.UserUUID(t.Context(), id)
			if err != nil || seen[named] || named.Version() != 4 {
				t.Fatalf("user %d is %s, %v", id, named, err)
			}
			seen[named] = true
			if found, err := s.UserByUUID(t.Context(), named); err != nil || found.ID != id {
				t.Errorf("%s is user %d, want %d (%v)", named, found.ID, id, err)
			}
		}
		name, err := s.UserUUID(t.Context(), ada.ID)
		if err != nil {
			t.Fatal(err)
		}
		change(func(c *library.Change) error { return c.DeleteUser(t.Context(), ada.ID, library.Disposal{}) })
		if _, err := s.UserByUUID(t.Context(), name); library.KindOf(err) != library.KindNotFound {
			t.Errorf("a deleted person's UUID gives %v", err)
		}
		if _, err := s.UserUUID(t.Context(), ada.ID); library.KindOf(err) != library.KindNotFound {
			t.Errorf("a deleted person has a UUID: %v", err)
		}
		if _, err := s.UserByUUID(t.Context(), uuid.New()); library.KindOf(err) != library.KindNotFound {
			t.Errorf("nobody's UUID gives %v", err)
		}
	})
}
