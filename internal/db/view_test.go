package db

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// add adds a group in a change of its own.
func add(t *testing.T, d DB, name string) {
	t.Helper()
	err := d.Change(t.Context(), func(c Conn) error {
		_, err := c.ExecContext(t.Context(), "INSERT INTO groups (name) VALUES ($1)", name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func groupsIn(ctx context.Context, c Conn) (n int, err error) {
	err = c.QueryRowContext(ctx, "SELECT count(*) FROM groups").Scan(&n)
	return n, err
}

func TestView_SeesTheStateOfItsFirstStatement(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		d := open(t, url)
		ctx := t.Context()
		err := d.View(ctx, func(v *View) error {
			add(t, d, "before")
			if v.Begun() {
				t.Error("a view that was asked nothing has begun")
			}
			first, err := groupsIn(ctx, v)
			add(t, d, "after")
			second, errSecond := groupsIn(ctx, v)
			last, errLast := groupsIn(ctx, v.Last())
			if first != 1 || second != 1 || last != 1 {
				t.Errorf("a view sees %d, %d and %d groups, want 1", first, second, last)
			}
			return errors.Join(err, errSecond, errLast)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.View(ctx, func(v *View) error {
			n, err := groupsIn(ctx, v.Last())
			if n != 2 || v.Begun() {
				t.Errorf("one statement sees %d groups, want 2; it began a view: %t", n, v.Begun())
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestView_FailsAfterItsLastStatement(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		d := open(t, url)
		ctx := t.Context()
		for _, more := range []bool{false, true} {
			err := d.View(ctx, func(v *View) error {
				if more {
					if _, err := groupsIn(ctx, v); err != nil {
						return err
					}
				}
				if _, err := groupsIn(ctx, v.Last()); err != nil {
					return err
				}
				if _, err := groupsIn(ctx, v); err == nil {
					t.Error("a statement after the last one succeeds")
				}
				return nil
			})
			if !errors.Is(err, errAfterLast) {
				t.Errorf("the view ends with %v", err)
			}
		}
		if err := d.View(ctx, func(v *View) error { _, err := groupsIn(ctx, v); return err }); err != nil {
			t.Errorf("the next view: %v", err)
		}
	})
}

func TestView_EndsWithItsFunctionsError(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		d := open(t, url)
		ctx := t.Context()
		broken := errors.New("broken")
		for _, query := range []string{"SELECT count(*) FROM groups", "SELECT count(*) FROM nothing"} {
			err := d.View(ctx, func(v *View) error {
				var n int
				_ = v.QueryRowContext(ctx, query).Scan(&n)
				return broken
			})
			if !errors.Is(err, broken) {
				t.Errorf("%s: the view ends with %v", query, err)
			}
		}
		err := d.View(ctx, func(v *View) error {
			var n int
			return v.Last().QueryRowContext(ctx, "SELECT count(*) FROM nothing").Scan(&n)
		})
		if err == nil {
			t.Error("what is not there is counted")
		}
	})
}

func TestLater_IsDoneInItsOrder(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		d := open(t, url)
		ctx := t.Context()
		insert := func(ctx context.Context, c Conn, name string) error {
			_, err := c.ExecContext(ctx, "INSERT INTO groups (name) VALUES ($1)", name)
			return err
		}
		err := d.Change(ctx, func(c Conn) error {
			errs := []error{insert(Later(ctx), c, "a"), insert(Later(ctx), c, "b")}
			if n, err := groupsIn(ctx, c); n != 2 || err != nil {
				t.Errorf("the change sees %d groups, %v, want 2", n, err)
			}
			return errors.Join(append(errs, insert(Later(ctx), c, "c"), insert(ctx, c, "d"), insert(Later(ctx), c, "e"))...)
		})
		if err != nil {
			t.Fatal(err)
		}
		duplicate := d.Change(ctx, func(c Conn) error { return insert(Later(ctx), c, "a") })
		if !d.IsDuplicate(duplicate) {
			t.Errorf("a second group of the name ends with %v", duplicate)
		}
		failed := errors.New("failed")
		err = d.Change(ctx, func(c Conn) error { return errors.Join(failed, insert(Later(ctx), c, "f")) })
		if !errors.Is(err, failed) {
			t.Errorf("a change that fails ends with %v", err)
		}
		err = d.View(ctx, func(v *View) error {
			n, err := groupsIn(ctx, v)
			if n != 5 {
				t.Errorf("%d groups are there, want 5", n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestPostgres_SendsTogetherWhatCanWait(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	counted, _, trips := testkit.PostgresByTrips(t)
	d := open(t, counted)
	ctx := t.Context()
	insert := func(ctx context.Context, c Conn, name string) error {
		_, err := c.ExecContext(ctx, "INSERT INTO groups (name) VALUES ($1)", name)
		return err
	}
	for _, c := range []struct {
		what string
		do   func(name string) error
		want []string
	}{
		{"a view of two statements", func(string) error {
			return d.View(ctx, func(v *View) error {
				_, err := groupsIn(ctx, v)
				_, errLast := groupsIn(ctx, v.Last())
				return errors.Join(err, errLast)
			})
		}, []string{"begin isolation level repeatable read read only; SELECT", "SELECT; commit"}},
		{"a view of one", func(string) error {
			return d.View(ctx, func(v *View) error { _, err := groupsIn(ctx, v.Last()); return err })
		}, []string{"SELECT"}},
		{"a view of none", func(string) error { return d.View(ctx, func(*View) error { return nil }) }, nil},
		{"a view without a last one", func(string) error {
			return d.View(ctx, func(v *View) error { _, err := groupsIn(ctx, v); return err })
		}, []string{"begin isolation level repeatable read read only; SELECT", "rollback"}},
		{"a change", func(name string) error {
			return d.Change(ctx, func(c Conn) error {
				err := insert(ctx, c, name)
				return errors.Join(err, insert(Later(ctx), c, name+" later"))
			})
		}, []string{"begin; INSERT", "INSERT; commit"}},
		{"a change of nothing", func(string) error { return d.Change(ctx, func(Conn) error { return nil }) }, nil},
	} {
		var made []string
		for _, name := range []string{"cold ", "warm "} {
			trips.Take()
			if err := c.do(name + c.what); err != nil {
				t.Fatal(err)
			}
			made = nil
			for _, trip := range trips.Take() {
				var words []string
				for _, s := range trip.Statements {
					word := s
					if strings.HasPrefix(s, "SELECT") || strings.HasPrefix(s, "INSERT") {
						word = s[:6]
					}
					words = append(words, word)
				}
				made = append(made, strings.Join(words, "; "))
			}
		}
		if !slices.Equal(made, c.want) {
			t.Errorf("%s takes the trips %q, want %q", c.what, made, c.want)
		}
	}
}
