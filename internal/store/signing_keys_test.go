package store

import (
	"sync"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// signingKeys is the migration that gives keys ids.
const signingKeys = 34

// The keys of an older library verify what they have signed, and sign nothing any more.
func TestMigration_KeepsTheKeysThatSigned(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db, upToDate := migrateTo(t, url, signingKeys-1)
		for name, secret := range map[string]string{"addresses": "a secret", "view tickets": "another", "id": "which stays"} {
			if _, err := db.ExecContext(t.Context(), "INSERT INTO secrets (name, secret) VALUES ($1, $2)", name, []byte(secret)); err != nil {
				t.Fatal(err)
			}
		}
		upToDate()
		s := open(t, url)
		keysOf := func() (keys []library.SigningKey, err error) {
			err = s.View(t.Context(), func(in library.Reader) error {
				keys, err = in.SigningKeys(t.Context())
				return err
			})
			return keys, err
		}
		keys, err := keysOf()
		if err != nil || len(keys) != 2 {
			t.Fatalf("the keys are %+v, %v", keys, err)
		}
		for i, want := range []library.SigningKey{{ID: "addresses", Secret: []byte("a secret")}, {ID: "view tickets", Secret: []byte("another")}} {
			if got := keys[i]; got.ID != want.ID || string(got.Secret) != string(want.Secret) || got.RetiredAt == nil {
				t.Errorf("key %d is %+v, want %+v, retired", i, got, want)
			}
		}
		var left string
		if err := db.QueryRowContext(t.Context(), "SELECT name FROM secrets").Scan(&left); err != nil || left != "id" {
			t.Errorf("among the secrets is %q, %v", left, err)
		}
		if _, err := library.New(s, nil).Seals(t.Context()); err != nil {
			t.Fatal(err)
		}
		if keys, err := keysOf(); err != nil || len(keys) != 3 || keys[0].RetiredAt != nil {
			t.Errorf("after the first use the keys are %+v, %v", keys, err)
		}
	})
}

// Of the first keys of nodes that start at once, and one that is replaced beside them, one signs.
func TestSeals_FirstUsedByManyAtOnceMakeOneKey(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		nodes := []*library.Library{library.New(s, nil), library.New(open(t, url), nil)}
		const atOnce = 6
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range atOnce {
			all.Go(func() {
				<-start
				if _, err := nodes[i%2].Seals(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			<-start
			err := nodes[0].Change(t.Context(), library.Operator(), func(c *library.Change) error {
				_, _, err := c.RotateSigningKey(t.Context(), s.Now)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
		close(start)
		all.Wait()
		var sign int
		err := s.db.change(t.Context(), func(conn dbq.DBTX) error {
			return conn.QueryRowContext(t.Context(), "SELECT count(*) - count(retired_at) FROM signing_keys").Scan(&sign)
		})
		if err != nil || sign != 1 {
			t.Errorf("%d keys sign, %v", sign, err)
		}
	})
}

// Of keys that are replaced at once, one signs in the end, by the time of the database.
func TestChange_OfSigningKeysAtOnceLeavesOneThatSigns(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		if _, err := library.New(s, nil).Seals(t.Context()); err != nil {
			t.Fatal(err)
		}
		const atOnce = 4
		nodes := []*library.Library{library.New(s, nil), library.New(open(t, url), nil)}
		start := make(chan struct{})
		var all sync.WaitGroup
		for i := range atOnce {
			all.Go(func() {
				<-start
				err := nodes[i%2].Change(t.Context(), library.Operator(), func(c *library.Change) error {
					_, _, err := c.RotateSigningKey(t.Context(), s.Now)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		all.Wait()
		var keys, sign int
		err := s.db.change(t.Context(), func(conn dbq.DBTX) error {
			return conn.QueryRowContext(t.Context(),
				"SELECT count(*), count(*) - count(retired_at) FROM signing_keys").Scan(&keys, &sign)
		})
		if err != nil || keys != 1+atOnce || sign != 1 {
			t.Errorf("of %d keys %d sign, %v", keys, sign, err)
		}
	})
}
