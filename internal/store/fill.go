package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Rows are written by statements of at most fillParameters: SQLite's driver looks each
// parameter up among all, so that twice as many cost four times as much. The pages that a
// large transaction writes fit into fillCache.
const (
	fillParameters = 300
	fillCache      = 256 << 20 // bytes
)

// Fill fills an empty library with rows and has the database count them. A library with
// people in it is refused. fill inserts rows of a table, in one transaction each time; the
// columns that a change counts in, it leaves out. The largest ids that it gives are named by
// table, so that the next ids follow them.
func (s *Store) Fill(
	ctx context.Context, largest map[string]int64,
	fill func(insert func(ctx context.Context, table string, columns []string, rows [][]any) error) error,
) error {
	if err := s.reserveIDs(ctx, largest); err != nil {
		return err
	}
	giveBack, err := s.roomForPages(ctx)
	if err != nil {
		return err
	}
	defer giveBack()
	err = fill(func(ctx context.Context, table string, columns []string, rows [][]any) error {
		return s.db.change(ctx, func(conn dbq.DBTX) error { return insertRows(ctx, conn, table, columns, rows) })
	})
	if err != nil {
		return err
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
	return func() { _ = set(context.WithoutCancel(ctx), before) }, set(ctx, -fillCache/1024) // a failure costs memory only
}

// reserveIDs checks that the library is empty and has the next ids follow the largest
// given. SQLite counts on from the largest by itself; a sequence of PostgreSQL does not
// see ids that it has not given.
func (s *Store) reserveIDs(ctx context.Context, largest map[string]int64) error {
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
		for table, last := range largest {
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

// versioned is the tables whose rows have versions.
var versioned = map[string]bool{"users": true, "groups": true, "collections": true, "media": true}

// withVersions returns rows with the version as one more column, the same in all.
func withVersions(columns []string, rows [][]any, version int64) ([]string, [][]any) {
	with := make([][]any, len(rows))
	for i, row := range rows {
		with[i] = append(slices.Clip(row), version)
	}
	return append(slices.Clone(columns), "version"), with
}

// insertRows writes rows, many by a statement.
func insertRows(ctx context.Context, conn dbq.DBTX, table string, columns []string, rows [][]any) error {
	if versioned[table] {
		columns, rows = withVersions(columns, rows, drawStep())
	}
	perStatement := fillParameters / len(columns)
	for len(rows) > 0 {
		batch := rows[:min(perStatement, len(rows))]
		rows = rows[len(batch):]
		args := make([]any, 0, len(batch)*len(columns))
		for _, row := range batch {
			args = append(args, row...)
		}
		if _, err := conn.ExecContext(ctx, insertStatement(table, columns, len(batch)), args...); err != nil {
			return err
		}
	}
	return nil
}

// insertStatement is an INSERT of so many rows.
func insertStatement(table string, columns []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "INSERT INTO %s (%s) VALUES ", table, strings.Join(columns, ", "))
	for i := range rows * len(columns) {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%len(columns) == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", i+1)
	}
	b.WriteByte(')')
	return b.String()
}
