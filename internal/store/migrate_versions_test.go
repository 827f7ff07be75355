package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// migrationsUpTo leaves out the migrations after a version.
type migrationsUpTo struct {
	fs.FS
	version int64
}

// ReadDir is [fs.ReadDirFS]'s.
func (m migrationsUpTo) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(m.FS, name)
	return slices.DeleteFunc(all, func(file fs.DirEntry) bool {
		return path.Ext(file.Name()) == ".sql" && file.Name() >= fmt.Sprintf("%05d", m.version+1)
	}), err
}

// migrateTo brings an empty database to a version of the schema, and returns how its tables
// are reached. The returned function brings it up to date.
func migrateTo(t *testing.T, url string, version int64) (tables *sql.DB, upToDate func()) {
	t.Helper()
	upTo := func(with db.Migrations) {
		t.Helper()
		opened, err := db.Open(t.Context(), db.Options{URL: url, Migrations: with})
		if err == nil {
			err = opened.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	all := migrations()
	older := db.Migrations{Files: migrationsUpTo{all.Files, version}}
	for _, step := range all.Steps {
		if step.Version <= version {
			older.Steps = append(older.Steps, step)
		}
	}
	upTo(older)
	driver, source := "pgx", url
	if path, is := strings.CutPrefix(url, "sqlite:"); is {
		driver, source = "sqlite", path
	}
	tables, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tables.Close(); err != nil {
			t.Error(err)
		}
	})
	return tables, func() { t.Helper(); upTo(all) }
}

// olderLibrary makes a library as it was before migration 12, with some rows, and returns
// how its tables are reached.
func olderLibrary(t *testing.T, url string) *sql.DB {
	t.Helper()
	tables, _ := migrateTo(t, url, jobTables-1)
	for _, statement := range []string{
		"INSERT INTO users (full_name, display_name, created_at) VALUES ('Ada Byron', 'Ada', 1), ('Ida Rhodes', 'Ida', 1)",
		"INSERT INTO groups (name, created_at) VALUES ('Physics', 1)",
		"INSERT INTO group_members (group_id, user_id, permission) VALUES (1, 2, 'member')",
		"INSERT INTO collections (type, name, owner_id, created_at) VALUES ('user', 'My Library', 1, 1), ('user', 'My Library', 2, 1)",
		"INSERT INTO media (owner_id, home_collection_id, title, duration, size, source, transcoding_status, embed_id, created_at) " +
			"VALUES (1, 1, 'Lenses', 1, 1, 'upload', 'finished', '018f4e2a-0000-4000-8000-000000000001', 1)",
		"INSERT INTO perspectives (uuid, media_id, collection_id, created_at) VALUES ('018f4e2a-0000-4000-8000-000000000002', 1, 1, 1)",
		"INSERT INTO media_shares (media_id, group_id, permission) VALUES (1, 1, 'view')",
	} {
		if _, err := tables.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return tables
}

// Rows from before versions were random get versions that a restored backup does not come
// to, and go on working.
func TestMigration_DrawsTheVersionsOfOldRows(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		older := olderLibrary(t, url)
		s := open(t, url)
		found := versions(t, s)
		for row, version := range found {
			if version < 2 || version > 1<<32+1 {
				t.Errorf("%s has the version %d", row, version)
			}
		}
		if len(found) != 2+1+2+1 || found["users 1"] == found["users 2"] {
			t.Errorf("the versions are %v", found)
		}
		page := library.Page{Number: 1, Size: 10}
		if list, err := s.UserMedia(ctx, 2, page); err != nil || list.Total != 1 || list.Items[0].Title != "Lenses" {
			t.Errorf("a person reaches %d media, %v", list.Total, err)
		}
		lib := library.New(s, nil)
		err := lib.Change(ctx, library.Operator(), func(c *library.Change) error {
			return c.UnshareMedia(ctx, 1, library.Grantee{Group: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
		if list, err := s.UserMedia(ctx, 2, page); err != nil || list.Total != 0 {
			t.Errorf("a person reaches %d media after the share ended, %v", list.Total, err)
		}
		// A process that has had the database open sees the schema as it is now.
		for table, row := range withoutVersion {
			if _, err := older.ExecContext(ctx, fmt.Sprintf(row, "", "")); err == nil {
				t.Errorf("a row of %s without a version is taken", table)
			}
		}
		if strings.HasPrefix(url, "sqlite:") {
			checkSQLite(ctx, t, older)
		}
		if _, err := s.SearchMedia(ctx, library.MediaScope{All: true, Seeker: 1}, library.MediaFilter{Title: "lenses"}, page); err != nil {
			t.Error(err)
		}
	})
}

// checkSQLite asks SQLite what it finds wrong with a file.
func checkSQLite(ctx context.Context, t *testing.T, db *sql.DB) {
	t.Helper()
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Errorf("integrity_check says %q, %v", said, err)
	}
	var broken int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&broken); err != nil || broken > 0 {
		t.Errorf("%d foreign keys are broken, %v", broken, err)
	}
	var defaults int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema, pragma_table_info(sqlite_schema.name) c
		WHERE sqlite_schema.type = 'table' AND c.name = 'version' AND c.dflt_value IS NOT NULL`).Scan(&defaults)
	if err != nil || defaults > 0 {
		t.Errorf("%d versions have a default, %v", defaults, err)
	}
}
