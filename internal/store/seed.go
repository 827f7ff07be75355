package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/lectern-media/lectern/internal/store/dbq"
)

// SeedPlan says how large a library [Store.Seed] makes. The same plan makes the same
// library, to the last UUID, on every machine and both databases. Only the versions of
// its rows differ.
//
// Ids count from 1. Person 1 is an Admin, every twentieth a Teacher, the others are
// Students; person n has the e-mail usern@school.test and the My Library with id n.
// Custom collections follow the My Libraries, then those of the courses. Media and
// custom collections go round the people, so that each owns Media/Users of the one
// and Collections/Users of the other; a person's media are spread evenly over their
// My Library and their collections.
//
// Whatever the size, each person is in 4 groups and 2 courses, and reaches about 200
// media that are not their own: 100 through collections shared with their groups, 20
// through media shared with those, 40 through collections shared with themselves, 30
// through media shared with themselves, 10 in their courses. What a plan has none of
// (no courses, no custom collections) gives its part to media shared with the person.
type SeedPlan struct {
	Users, Groups, Collections, Media, Courses int64

	// WideReach, where it is not 0, is how many media the last person reaches in
	// addition: further collections of 1,000 media each, owned by others and shared
	// with that person, whose ids follow all others.
	WideReach int64
}

// The shape of a seeded library: see [SeedPlan].
const (
	groupsPerUser    = 4
	coursesPerUser   = 2
	mediaPerCourse   = 5
	mediaPerWide     = 1000
	reachGroupShares = 100 // through collections shared with groups
	reachGroupMedia  = 20  // through media shared with groups
	reachUserShares  = 40  // through collections shared with people
	reachUserMedia   = 30  // through media shared with people
)

// check refuses what cannot be made.
func (p SeedPlan) check() error {
	switch {
	case p.Users < 1:
		return errors.New("a seeded library needs at least one person")
	case p.Groups < 0 || p.Collections < 0 || p.Media < 0 || p.Courses < 0 || p.WideReach < 0:
		return errors.New("the numbers for a seeded library must not be negative")
	case p.WideReach > p.Media:
		return fmt.Errorf("%d media are too few for a person who reaches %d", p.Media, p.WideReach)
	}
	return nil
}

// Rows are written in transactions of seedChunk, by statements of at most
// seedParameters: SQLite's driver looks each parameter up among all, so that twice as
// many cost four times as much. Each transaction writes the pages of indexes that its
// rows fall into, which are all where the key is random: few large transactions, whose
// pages fit into seedCache, write a tenth of what many small ones do.
const (
	seedParameters = 300
	seedChunk      = 200_000
	seedCache      = 256 << 20 // bytes
)

// Seed fills an empty library according to the plan and has the database count it. A
// library with people in it is refused. It is no single transaction: where it fails,
// a part of the library is there. progress, if not nil, is called after each part
// how many rows of how many are written.
func (s *Store) Seed(ctx context.Context, plan SeedPlan, progress func(done, total int64)) error {
	if err := plan.check(); err != nil {
		return err
	}
	tables := newSeeder(plan).tables()
	var done, total int64
	for _, t := range tables {
		total += t.count
	}
	if err := s.seedIDs(ctx, plan); err != nil {
		return err
	}
	giveBack, err := s.roomForPages(ctx)
	if err != nil {
		return err
	}
	defer giveBack()
	for _, t := range tables {
		for chunk := range chunks(t.rows, seedChunk) {
			if err := s.db.change(ctx, func(conn dbq.DBTX) error { return t.insert(ctx, conn, chunk) }); err != nil {
				return fmt.Errorf("seeding %s: %w", t.name, err)
			}
			done += int64(len(chunk))
			if progress != nil {
				progress(done, total)
			}
		}
	}
	return s.Analyze(ctx)
}

// roomForPages has SQLite's one writing connection keep more pages, and returns what
// ends that.
func (s *Store) roomForPages(ctx context.Context) (giveBack func(), err error) {
	if !isSQLite(s.db.DB) {
		return func() {}, nil
	}
	writer := s.db.Writer()
	var before int64
	if err := writer.QueryRowContext(ctx, "PRAGMA cache_size").Scan(&before); err != nil {
		return nil, err
	}
	set := func(ctx context.Context, size int64) error { // of pages, or less than 0 of KiB
		_, err := writer.ExecContext(ctx, fmt.Sprintf("PRAGMA cache_size = %d", size))
		return err
	}
	return func() { _ = set(context.WithoutCancel(ctx), before) }, set(ctx, -seedCache/1024) // a failure costs memory only
}

// seedIDs checks that the library is empty and has the next ids follow the seeded
// ones. SQLite counts on from the largest by itself; a sequence of PostgreSQL does not
// see ids that it has not given.
func (s *Store) seedIDs(ctx context.Context, plan SeedPlan) error {
	return s.db.change(ctx, func(conn dbq.DBTX) error {
		var people int64
		if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM users").Scan(&people); err != nil {
			return err
		}
		if people > 0 {
			return errors.New("the library is not empty; only a new library can be seeded")
		}
		if isSQLite(s.db.DB) {
			return nil
		}
		for table, last := range map[string]int64{
			"users": plan.Users, "groups": plan.Groups, "collections": plan.allCollections(), "media": plan.Media,
		} {
			if last == 0 {
				continue
			}
			if _, err := conn.ExecContext(ctx, "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", table, last); err != nil {
				return err
			}
		}
		return nil
	})
}

// seedTable is the rows of one table, in the order of its columns.
type seedTable struct {
	name    string
	columns []string
	count   int64 // about how many rows there are
	rows    iter.Seq[[]any]
}

// versioned is the tables whose rows have versions.
var versioned = map[string]bool{"users": true, "groups": true, "collections": true, "media": true}

// withVersions returns the table with the version as one more column, the same in all rows.
func (t seedTable) withVersions(rows [][]any, version int64) (seedTable, [][]any) {
	t.columns = append(slices.Clone(t.columns), "version")
	with := make([][]any, len(rows))
	for i, row := range rows {
		with[i] = append(slices.Clip(row), version)
	}
	return t, with
}

// insert writes rows, many by a statement, in one transaction.
func (t seedTable) insert(ctx context.Context, conn dbq.DBTX, rows [][]any) error {
	if versioned[t.name] {
		t, rows = t.withVersions(rows, drawStep())
	}
	perStatement := seedParameters / len(t.columns)
	for len(rows) > 0 {
		batch := rows[:min(perStatement, len(rows))]
		rows = rows[len(batch):]
		args := make([]any, 0, len(batch)*len(t.columns))
		for _, row := range batch {
			args = append(args, row...)
		}
		if _, err := conn.ExecContext(ctx, t.statement(len(batch)), args...); err != nil {
			return err
		}
	}
	return nil
}

// statement is an INSERT of so many rows.
func (t seedTable) statement(rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", t.name, strings.Join(t.columns, ", "))
	for i := range rows * len(t.columns) {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%len(t.columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteByte(')')
	return b.String()
}

// chunks cuts a sequence into slices of at most size.
func chunks[T any](seq iter.Seq[T], size int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		chunk := make([]T, 0, size)
		for item := range seq {
			if chunk = append(chunk, item); len(chunk) < size {
				continue
			}
			if !yield(chunk) {
				return
			}
			chunk = make([]T, 0, size)
		}
		if len(chunk) > 0 {
			yield(chunk)
		}
	}
}
