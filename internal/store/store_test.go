package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// open opens a store that the test closes.
func open(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{URL: url})
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

func TestOpen_NodesThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		const nodes = 6
		errs := make([]error, nodes)
		var started sync.WaitGroup
		for i := range nodes {
			started.Go(func() {
				s, err := Open(t.Context(), Options{URL: url})
				if err == nil {
					err = errors.Join(s.Ping(t.Context()), s.Close())
				}
				errs[i] = err
			})
		}
		started.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOpen_RefusesANewerDatabase(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		err := open(t, url).db.change(t.Context(), func(conn dbq.DBTX) error {
			_, err := conn.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, $1)", true)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = Open(t.Context(), Options{URL: url})
		if err == nil || !strings.Contains(err.Error(), "version 999") {
			t.Fatalf("opening a database of a newer Lectern: %v", err)
		}
	})
}

func TestOpen_NamesWhatIsWrongWithTheURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"":                            "must be sqlite:PATH or postgres://",
		"mysql://localhost/x":         "must be sqlite:PATH or postgres://",
		"sqlite:":                     "path of the file is missing",
		"sqlite:/dev/null/x/db":       "not a directory",
		"postgres://127.0.0.1:1/x":    "refused",
		"postgres://127.0.0.1:port/x": "cannot parse",
	} {
		_, err := Open(t.Context(), Options{URL: url})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%q) = %v, want an error with %q", url, err, want)
		}
	}
}

func TestChange_RollsBackWithItsFunction(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		lib := library.New(s, nil)
		enough := errors.New("enough")
		err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			if _, err := c.CreateUser(t.Context(), library.NewUser{FullName: "Ada Byron"}); err != nil {
				return err
			}
			return enough
		})
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
		users, err := lib.Users(t.Context(), library.Operator())
		if err != nil || len(users) != 0 {
			t.Fatalf("after a change that was given up there are %d people, %v", len(users), err)
		}
	})
}

func TestChange_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := library.New(open(t, url), nil)
		ctx, cancel := context.WithCancel(t.Context())
		err := lib.Change(ctx, library.Operator(), func(c *library.Change) error {
			if _, err := c.CreateGroup(ctx, "Physics"); err != nil {
				return err
			}
			cancel()
			_, err := c.CreateGroup(ctx, "Chemistry")
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("a cancelled change ended with %v", err)
		}
		err = lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			g, err := c.CreateGroup(t.Context(), "Optics")
			if err == nil {
				err = c.SetMember(t.Context(), g.ID, 1, library.Member)
			}
			return err
		})
		if library.KindOf(err) != library.KindNotFound {
			t.Fatalf("the change after it ended with %v", err)
		}
	})
}

func TestInsertUser_RefusesAnEmailTwice(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := library.New(open(t, url), nil)
		create := func(email string) error {
			return lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
				_, err := c.CreateUser(t.Context(), library.NewUser{FullName: "Ada Byron", Email: email})
				return err
			})
		}
		if err := create("ada@school.test"); err != nil {
			t.Fatal(err)
		}
		if err := create("ADA@School.test"); library.KindOf(err) != library.KindConflict {
			t.Fatalf("the same e-mail in other letters: %v", err)
		}
	})
}

// A list that sorts all its rows for one page is slow where it matters and fast in
// every test with a dozen rows, so the plan is looked at.
func TestSearchByRole_PlansWithoutSorting(t *testing.T) {
	t.Parallel()
	const query = `SELECT u.id FROM user_roles wanted JOIN users u ON u.id = wanted.user_id
		WHERE wanted.role = 'Student' AND u.deactivated_at IS NULL AND u.deleted_at IS NULL
		ORDER BY wanted.user_id DESC LIMIT 20 OFFSET 0`
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		explain := "EXPLAIN "
		if strings.HasPrefix(url, "sqlite:") {
			explain = "EXPLAIN QUERY PLAN "
		}
		plan := ""
		err := s.db.View(t.Context(), func(conn *db.View) error {
			if !strings.HasPrefix(url, "sqlite:") {
				// An empty table is read and sorted whole, whatever indexes it has. With
				// sorting dear, it is sorted only if no index has the order.
				if _, err := conn.ExecContext(t.Context(), "SET LOCAL enable_sort = off"); err != nil {
					return err
				}
			}
			rows, err := conn.QueryContext(t.Context(), explain+query)
			if err != nil {
				return err
			}
			defer rows.Close()
			columns, err := rows.Columns()
			if err != nil {
				return err
			}
			for rows.Next() {
				cells, scan := make([]string, len(columns)), make([]any, len(columns))
				for i := range cells {
					scan[i] = &cells[i]
				}
				if err := rows.Scan(scan...); err != nil {
					return err
				}
				plan += cells[len(cells)-1] + "\n"
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, "user_roles_by_role") || strings.Contains(plan, "TEMP B-TREE") ||
			strings.Contains(plan, "Sort") {
			t.Errorf("the plan sorts:\n%s", plan)
		}
	})
}

func TestParseContainers_TakesTheHighestWay(t *testing.T) {
	t.Parallel()
	got, err := parseContainers("u7:12:owner c9:3:view c9:3:edit c9:3:student c4:8: g2:1:owner")
	if err != nil {
		t.Fatal(err)
	}
	want := map[listKey]container{
		{ofUser, 7}:       {12, library.Owner},
		{ofGroup, 2}:      {1, library.Owner},
		{ofCollection, 9}: {3, library.Edit},
		{ofCollection, 4}: {8, library.NoPermission},
	}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for key, c := range want {
		if got[key] != c {
			t.Errorf("%c%d is %v, want %v", key.kind, key.id, got[key], c)
		}
	}
	if _, err := parseContainers("u7:x:owner"); err == nil {
		t.Error("a version that is no number was taken")
	}
}
