// Package seed makes large libraries of made-up people and media, the same each time: to
// measure with, or to see how Lectern behaves at a given size.
package seed

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Plan says how large a library [Make] makes. The same plan makes the same
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
type Plan struct {
	Users, Groups, Collections, Media, Courses int64

	// WideReach, where it is not 0, is how many media the last person reaches in
	// addition: further collections of 1,000 media each, owned by others and shared
	// with that person, whose ids follow all others.
	WideReach int64
}

// The shape of a seeded library: see [Plan].
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
func (p Plan) check() error {
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

// Rows are written in transactions of chunkRows. Each transaction writes the pages of
// indexes that its rows fall into, which are all where the key is random: few large
// transactions write a tenth of what many small ones do.
const chunkRows = 200_000

// Insert writes rows of a table in one transaction.
type Insert = func(ctx context.Context, table string, columns []string, rows [][]any) error

// Filler is an empty library that rows are written into, as store.Store is.
type Filler interface {
	// Fill has fill insert all rows, whose largest ids are these, and has the database
	// count them.
	Fill(ctx context.Context, largest map[string]int64, fill func(Insert) error) error
}

// Make fills an empty library according to the plan and has the database count it. A
// library with people in it is refused. It is no single transaction: where it fails,
// a part of the library is there. progress, if not nil, is called after each part
// how many rows of how many are written.
func Make(ctx context.Context, into Filler, plan Plan, progress func(done, total int64)) error {
	if err := plan.check(); err != nil {
		return err
	}
	tables := newSeeder(plan).tables()
	var done, total int64
	for _, t := range tables {
		total += t.count
	}
	largest := map[string]int64{
		"users": plan.Users, "groups": plan.Groups, "collections": plan.allCollections(), "media": plan.Media,
	}
	return into.Fill(ctx, largest, func(insert Insert) error {
		for _, t := range tables {
			for chunk := range chunks(t.rows, chunkRows) {
				if err := insert(ctx, t.name, t.columns, chunk); err != nil {
					return fmt.Errorf("seeding %s: %w", t.name, err)
				}
				done += int64(len(chunk))
				if progress != nil {
					progress(done, total)
				}
			}
		}
		return nil
	})
}

// table is the rows of one table, in the order of its columns.
type table struct {
	name    string
	columns []string
	count   int64 // about how many rows there are
	rows    iter.Seq[[]any]
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
