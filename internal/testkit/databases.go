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
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "library.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, PostgresURL(t))
	})
}
