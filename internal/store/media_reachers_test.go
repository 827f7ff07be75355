package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// crowd is how many people reach the film of the tests without a right to change it.
const crowd = 600

// crowded makes a film that a few may edit, and that a crowd reaches through a share, a group
// and a course. It returns the film and who may edit it.
func crowded(ctx context.Context, c *library.Change) (film library.MediaID, editors []library.UserID, err error) {
	person := func(name string) library.UserID {
		u, failed := c.CreateUser(ctx, library.NewUser{FullName: name})
		err = cmp.Or(err, failed)
		return u.ID
	}
	owner, editor := person("Ada Byron"), person("Bob Hale")
	m, failed := c.CreateMedia(ctx, library.NewMedia{Owner: owner, Title: "Waves"})
	err = cmp.Or(err, failed)
	physics, failed := c.CreateGroup(ctx, "Physics")
	err = cmp.Or(err, failed)
	made, failed := c.CreateCourse(ctx, library.NewCourse{ID: course})
	err = cmp.Or(err, failed)
	err = cmp.Or(err, c.AddToCollection(ctx, m.ID, made.Collection))
	err = cmp.Or(err, c.ShareMedia(ctx, m.ID, library.Grantee{User: editor}, library.WayEdit))
	err = cmp.Or(err, c.ShareMedia(ctx, m.ID, library.Grantee{Group: physics.ID}, library.WayView))
	for i := range crowd {
		someone := person(fmt.Sprint("Person ", i))
		err = cmp.Or(err, c.SetMember(ctx, physics.ID, someone, library.Member))
		err = cmp.Or(err, c.Enroll(ctx, course, someone, library.WayStudent))
	}
	return m.ID, []library.UserID{editor, owner}, err
}

// Who asks for the few who may edit waits for these, and not for the thousands who may watch.
func TestMediaUsers_ReadsNobodyWhoIsNotAskedFor(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, ctx := open(t, url), t.Context()
		lib := library.New(s, nil)
		var film library.MediaID
		var editors []library.UserID
		err := lib.Change(ctx, library.Operator(), func(c *library.Change) (err error) {
			film, editors, err = crowded(ctx, c)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		asked := &rowCounter{DBTX: s.db.reads()}
		for least, want := range map[library.Permission]int{library.Edit: 2, library.Access: crowd + 2} {
			users, err := lib.MediaUsers(ctx, library.Operator(), film, least)
			if err != nil {
				t.Fatal(err)
			}
			if len(users) != want {
				t.Errorf("%d people may %s, want %d", len(users), least, want)
			}
			for i, id := range editors {
				if at := slices.IndexFunc(users, func(u library.UserWithPermission) bool { return u.ID == id }); at < 0 || users[at].Permission != library.Edit+library.Permission(i) {
					t.Errorf("person %d is not among those who may %s, or with another permission", id, least)
				}
			}
			// What the library asks storage for.
			var by library.WaysToMedia
			spied := library.New(spyStore{s, &by}, nil)
			if _, err := spied.MediaUsers(ctx, library.Operator(), film, least); err != nil {
				t.Fatal(err)
			}
			rows, err := dbq.New(asked).MediaReachers(ctx, dbq.MediaReachersParams{
				MediaID: int64(film), AtHome: texts(by.AtHome), Elsewhere: texts(by.Elsewhere), ByRole: by.ByRole,
			})
			if err != nil || len(rows) != want {
				t.Errorf("the database returns %d people who may %s, want %d: %v", len(rows), least, want, err)
			}
			if isSQLite(s.db.DB) {
				continue // which does not tell what it read
			}
			if read := rowsRead(t, s, asked); read > crowd/6 && least == library.Edit || read < crowd && least == library.Access {
				t.Errorf("the database reads %d rows for those who may %s", read, least)
			}
		}
	})
}

// spyStore tells by which ways the library searches for people.
type spyStore struct {
	library.Store
	by *library.WaysToMedia
}

func (s spyStore) View(ctx context.Context, fn func(library.Reader) error) error {
	return s.Store.View(ctx, func(in library.Reader) error { return fn(spyReader{in, s.by}) })
}

type spyReader struct {
	library.Reader
	by *library.WaysToMedia
}

func (r spyReader) Last() library.Reader { return spyReader{r.Reader.Last(), r.by} }

func (r spyReader) MediaReachers(
	ctx context.Context, m library.Media, by library.WaysToMedia,
) ([]library.MediaReacher, error) {
	*r.by = by
	return r.Reader.MediaReachers(ctx, m, by)
}

// rowCounter keeps the last query.
type rowCounter struct {
	dbq.DBTX
	query string
	args  []any
}

func (r *rowCounter) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.query, r.args = query, args
	return r.DBTX.QueryContext(ctx, query, args...)
}

var actualRows = regexp.MustCompile(`actual rows=(\d+)[^ ]* loops=(\d+)`)

// rowsRead is how many rows PostgreSQL read in all steps of a query, those that it then left
// out included.
func rowsRead(t *testing.T, s *Store, asked *rowCounter) (read int) {
	t.Helper()
	// Of tables this small PostgreSQL reads all; of those of a school it does not.
	plan := explain(t, s, "(ANALYZE, COSTS OFF, TIMING OFF) "+asked.query, asked.args,
		"enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_bitmapscan")
	counts := append(actualRows.FindAllStringSubmatch(plan, -1),
		regexp.MustCompile(`Rows Removed by \w+ ?\w*: (\d+)()`).FindAllStringSubmatch(plan, -1)...)
	for _, count := range counts {
		rows, _ := strconv.Atoi(count[1])
		loops, err := strconv.Atoi(count[2])
		if err != nil {
			loops = 1
		}
		read += rows * loops
	}
	if read == 0 {
		t.Fatalf("this plan has no counts:\n%s", plan)
	}
	t.Logf("%d rows:\n%s", read, plan)
	return read
}
