package dataset

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/lectern-media/lectern/internal/seed"
)

// SQLitePath is the file of a library on SQLite.
func (l *Library) SQLitePath() string { return strings.TrimPrefix(l.URL, "sqlite:") }

func (w *Workshop) openSQLite(ctx context.Context, l *Library) error {
	seeded, err := w.seedSQLite(ctx, l.Plan)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(w.Folder, "copy")
	if err != nil {
		return err
	}
	l.drop = func() error { return os.RemoveAll(folder) }
	path := filepath.Join(folder, "lectern.db")
	l.URL = "sqlite:" + path
	if err := copyFile(path, seeded); err != nil {
		return errors.Join(err, l.drop())
	}
	l.db, err = sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	return err
}

// seedSQLite returns the file with the plan's seed, which it makes if it is not there.
// It gets its name when it is whole.
func (w *Workshop) seedSQLite(ctx context.Context, plan seed.Plan) (string, error) {
	name, err := w.name(plan)
	if err != nil {
		return "", err
	}
	seeded := filepath.Join(w.Folder, name+".db")
	if _, err := os.Stat(seeded); !errors.Is(err, os.ErrNotExist) {
		return seeded, err
	}
	half := filepath.Join(w.Folder, "half")
	if err := os.RemoveAll(half); err != nil { // left of a run that was ended
		return "", err
	}
	path := filepath.Join(half, "lectern.db")
	if err := w.seed(ctx, "sqlite:"+path, plan); err != nil {
		return "", err
	}
	// The last connection to close has left all in the one file.
	return seeded, errors.Join(os.Rename(path, seeded), os.RemoveAll(half))
}

func copyFile(to, from string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = source.Close() }() // it was only read
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	_, err = io.Copy(target, source)
	return err
}
