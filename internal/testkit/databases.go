package testkit

import (
	"path/filepath"
	"testing"
)

// OnEachDatabase runs a test twice, in parallel: on an empty SQLite file and on
// an empty PostgreSQL database, each named by the URL that store.Open takes.
func OnEachDatabase(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLiteURL(t))
	})
	t.Run("postgres", func(t *testing.T) {
		NeedsMore(t, "PostgreSQL")
		t.Parallel()
		test(t, PostgresURL(t))
	})
}

// SQLiteURL returns the URL of a SQLite file that is not there yet, in a folder that
// is removed when the test ends.
func SQLiteURL(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "library.db")
}
