package db

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// A migration whose copy cannot be made, as on a full disk, is not begun, and leaves
// nothing of the copy behind.
func TestMigrate_IsNotBegunWithoutItsCopy(t *testing.T) {
	t.Parallel()
	path := strings.TrimPrefix(testkit.SQLiteURL(t), "sqlite:")
	db := openShell(t, path)
	m, err := sqliteMigrator(db, path, groupsSchema(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	const old = 1
	if err := m.up(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left")
	for name, fails := range map[string]func(context.Context, int64) (string, error){
		"full": func(ctx context.Context, _ int64) (string, error) {
			_, err := db.ExecContext(ctx, "VACUUM INTO '/dev/full'")
			return "", errors.Join(err, full)
		},
		"interrupted": func(ctx context.Context, version int64) (string, error) {
			ended, end := context.WithCancel(ctx)
			end()
			return copyBeforeMigration(ended, db, path, version)
		},
		"the folder is away": func(ctx context.Context, version int64) (string, error) {
			return copyBeforeMigration(ctx, db, filepath.Join(filepath.Dir(path), "nowhere", "library.db"), version)
		},
	} {
		m.copy = fails
		if _, err := m.migrate(t.Context(), Migrate); err == nil {
			t.Errorf("%s: it migrates", name)
		}
		if now, err := m.current(t.Context()); err != nil || now != old {
			t.Errorf("%s: the schema is version %d, %v", name, now, err)
		}
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("left are %v, %v", files, err)
	}
	m.copy = func(ctx context.Context, version int64) (string, error) {
		return copyBeforeMigration(ctx, db, path, version)
	}
	done, err := m.migrate(t.Context(), Migrate)
	if err != nil || done.From != old || done.To != m.newest || done.Copy == "" {
		t.Errorf("the migration is %+v, %v", done, err)
	}
}

// What a read-only database is opened for changes nothing.
func TestOpen_ReadOnlyChangesNothing(t *testing.T) {
	t.Parallel()
	l := newFileLibrary(t)
	l.change(1)
	kept := l.db
	reader, err := Open(t.Context(), Options{URL: "sqlite:" + l.path, Migrations: groupsSchema(), ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	l.db = reader
	if err := l.try(); err == nil {
		t.Error("it changes the library")
	}
	l.db = kept
	l.change(1)
}
