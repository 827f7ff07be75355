package db

import (
	"path/filepath"
	"testing"
)

// SQLite keeps no samples of columns: with them it plans a statement again for each value. What
// somebody else's ANALYZE has left is gone once a server opens the database, and the sums stay.
func TestAnalyze_KeepsNoSamples(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "library.db")
	count := func(s *SQLite, table string) (n int) {
		t.Helper()
		if err := s.write.db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	open := func() *SQLite {
		t.Helper()
		opened, err := Open(t.Context(), Options{URL: "sqlite:" + path, Migrations: groupsSchema()})
		if err != nil {
			t.Fatal(err)
		}
		s, is := opened.(*SQLite)
		if !is {
			t.Fatal("the database is not SQLite")
		}
		return s
	}
	s := open()
	_, err := s.write.db.ExecContext(t.Context(), `INSERT INTO events (happened)
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT 'event ' || (i % 7) FROM n`)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Analyze(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, sums := count(s, "sqlite_stat4"), count(s, "sqlite_stat1"); n != 0 || sums == 0 {
		t.Errorf("after Analyze there are %d samples and %d sums", n, sums)
	}
	if _, err := s.write.db.ExecContext(t.Context(), "ANALYZE"); err != nil {
		t.Fatal(err)
	}
	if count(s, "sqlite_stat4") == 0 {
		t.Error("SQLite takes no samples, so this test shows nothing")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open()
	if n, sums := count(s, "sqlite_stat4"), count(s, "sqlite_stat1"); n != 0 || sums == 0 {
		t.Errorf("after opening there are %d samples and %d sums", n, sums)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
