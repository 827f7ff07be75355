package store

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// A migration whose copy cannot be made, as on a full disk, is not begun, and leaves
// nothing of the copy behind.
func TestMigrate_IsNotBegunWithoutItsCopy(t *testing.T) {
	t.Parallel()
	path := strings.TrimPrefix(testkit.SQLiteURL(t), "sqlite:")
	db := openShell(t, path)
	m, err := sqliteMigrator(db, path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	const old = 11
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

// What each policy does with each state of a database.
func TestOpen_FollowsThePolicyForTheSchema(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		try := func(what string, o Options, wantErr string) {
			t.Helper()
			o.URL = url
			s, err := Open(t.Context(), o)
			if err == nil {
				err = s.Close()
			}
			if wantErr == "" && err != nil || wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr)) {
				t.Errorf("%s: %v, want %q", what, err, wantErr)
			}
		}
		missing := "no such file"
		if strings.HasPrefix(url, "postgres") {
			missing = "there is no library in it yet"
		}
		try("reading nothing", Options{ReadOnly: true}, missing)
		try("changing nothing", Options{Schema: Current}, missing)
		try("creating", Options{Schema: Create}, "")
		try("creating what is there", Options{Schema: Create}, "")
		try("reading", Options{ReadOnly: true}, "")
		try("changing", Options{Schema: Current}, "")
		try("migrating", Options{}, "")
		s := open(t, url)
		err := s.db.change(t.Context(), func(conn dbq.DBTX) error {
			_, err := conn.ExecContext(t.Context(), "DELETE FROM goose_db_version WHERE version_id > 11")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		older := "its schema is version 11, and this Lectern needs version"
		try("reading an older one", Options{ReadOnly: true}, older)
		try("changing an older one", Options{Schema: Current}, older)
		try("creating an older one", Options{Schema: Create}, older)
	})
}

// What a read-only store is opened for changes nothing.
func TestOpen_ReadOnlyChangesNothing(t *testing.T) {
	t.Parallel()
	l := newFileLibrary(t)
	l.change(1)
	kept := l.store
	reader, err := Open(t.Context(), Options{URL: "sqlite:" + l.path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	l.store = reader
	if err := l.try(); err == nil {
		t.Error("it changes the library")
	}
	l.store = kept
	l.change(1)
}
