package testkit_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// Each copy has what was prepared, once, and is its test's own.
func TestPrepared_IsCopied(t *testing.T) {
	t.Parallel()
	times := make(map[string]int)
	p := testkit.Prepared{Prepare: func(ctx context.Context, database string) error {
		driver, source := "pgx", database
		if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
			driver, source = "sqlite", path
		}
		times[driver]++
		db, err := sql.Open(driver, source)
		if err != nil {
			return err
		}
		_, err = db.ExecContext(ctx, "CREATE TABLE lessons (id INTEGER)")
		return errors.Join(err, db.Close())
	}}
	urls := map[string]func(testing.TB) string{"sqlite": p.SQLiteURL, "postgres": p.PostgresURL}
	for name, url := range urls {
		for range 2 {
			var rows int
			db := testkit.Tables(t, url(t))
			_, err := db.ExecContext(t.Context(), "INSERT INTO lessons VALUES (1)")
			if err == nil {
				err = db.QueryRowContext(t.Context(), "SELECT count(*) FROM lessons").Scan(&rows)
			}
			if err != nil || rows != 1 {
				t.Errorf("%s: %d rows, %v; want the one that was inserted here", name, rows, err)
			}
		}
	}
	if times["pgx"] != 1 || times["sqlite"] != 1 {
		t.Errorf("prepared %v times, want once each", times)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}
