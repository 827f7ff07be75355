package testkit

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver for PostgreSQL; that for SQLite comes with backup.go
)

// OnEachDatabase runs a test twice, in parallel: on an empty SQLite file and on
// an empty PostgreSQL database, each named by the URL that store.Open takes.
func OnEachDatabase(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	onEachDatabase(t, SQLiteURL, PostgresURL, test)
}

func onEachDatabase(t *testing.T, sqlite, postgres func(testing.TB) string, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, sqlite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		NeedsMore(t, "PostgreSQL")
		t.Parallel()
		test(t, postgres(t))
	})
}

// SQLiteURL returns the URL of a SQLite file that is not there yet, in a folder that
// is removed when the test ends.
func SQLiteURL(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "library.db")
}

// Tables opens the database at a URL that store.Open takes past the library, for what only
// somebody with the database can see or do. It is closed when the test ends.
func Tables(tb testing.TB, database string) *sql.DB {
	tb.Helper()
	driver, source := "pgx", database
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		// A server may be writing. The names of tests hold what means something in a URL.
		file := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "_pragma=busy_timeout(60000)"}
		driver, source = "sqlite", file.String()
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	return db
}
