package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"golang.org/x/sys/unix"
)

// postgresMigrator migrates a database on PostgreSQL. Of several nodes that start at once
// one migrates and the others wait, a minute at most.
func postgresMigrator(db *sql.DB, with Migrations, log *slog.Logger) (*migrator, error) {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return nil, err
	}
	var steps []*goose.Migration
	for _, step := range with.Steps {
		if step.Postgres != nil {
			steps = append(steps, goose.NewGoMigration(step.Version, &goose.GoFunc{RunDB: step.Postgres}, nil))
		}
	}
	m, err := newMigrator(db, goose.DialectPostgres, migrationsFor{with.Files, "postgres"},
		goose.WithSessionLocker(locker), goose.WithGoMigrations(steps...))
	if err != nil {
		return nil, err
	}
	m.log, m.hasVersion = log, "SELECT to_regclass('goose_db_version') IS NOT NULL"
	return m, nil
}

// sqliteMigrator migrates a database in a file, whose lock its caller must have: goose has
// no lock for SQLite, so that two nodes that start at once would both migrate.
func sqliteMigrator(db *sql.DB, path string, with Migrations, log *slog.Logger) (*migrator, error) {
	var steps []*goose.Migration
	for _, step := range with.Steps {
		if step.SQLite != nil {
			steps = append(steps, goose.NewGoMigration(step.Version, &goose.GoFunc{RunTx: step.SQLite}, nil))
		}
	}
	m, err := newMigrator(db, goose.DialectSQLite3, migrationsFor{with.Files, "sqlite"}, goose.WithGoMigrations(steps...))
	if err != nil {
		return nil, err
	}
	m.log, m.hasVersion = log, "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'goose_db_version'"
	m.copy = func(ctx context.Context, version int64) (string, error) {
		return copyBeforeMigration(ctx, db, path, version)
	}
	return m, nil
}

// lockSuffix ends the name of the file whose lock is held while a library is opened.
const lockSuffix = ".lock"

// lockLibrary waits until nobody else opens, creates or migrates a library in a file.
// Closing the file ends the lock.
func lockLibrary(ctx context.Context, path string) (*os.File, error) {
	for {
		file, err := os.OpenFile(path+lockSuffix, os.O_CREATE|os.O_RDWR, privateMode)
		if err != nil {
			return nil, err
		}
		if err := lockFile(ctx, file); err != nil {
			return nil, errors.Join(fmt.Errorf("waiting for another process that opens or creates it: %w", err), file.Close())
		}
		// A process that gave up creating the library has removed the file.
		mine, err := file.Stat()
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		if named, err := os.Stat(path + lockSuffix); err == nil && os.SameFile(mine, named) {
			return file, nil
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
	}
}

// lockFile waits for the only lock on a file.
func lockFile(ctx context.Context, f *os.File) error {
	locked := make(chan error, 1)
	go func() { // ends with the lock, or when closing the file ends the wait
		for {
			err := unix.Flock(int(f.Fd()), unix.LOCK_EX)
			if !errors.Is(err, unix.EINTR) {
				locked <- err
				return
			}
		}
	}()
	select {
	case err := <-locked:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Minute):
		return errors.New("it did not end within a minute")
	}
}

// newMigrator makes a migrator for the migrations in a folder.
func newMigrator(db *sql.DB, dialect goose.Dialect, files fs.FS, options ...goose.ProviderOption) (*migrator, error) {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return nil, err
	}
	provider, err := goose.NewProvider(dialect, db, dir, options...)
	if err != nil {
		return nil, err
	}
	sources := provider.ListSources()
	return &migrator{db: db, newest: sources[len(sources)-1].Version, up: func(ctx context.Context, to int64) error {
		_, err := provider.UpTo(ctx, to)
		return err
	}}, nil
}

// migrationsFor reads the migrations for one of the databases: those for all, for SQLite
// in its words, and those in the folder of its name, which hold what the other cannot.
type migrationsFor struct {
	fs.FS
	database string
}

// ReadDir is [fs.ReadDirFS]'s, which wants the names in order: goose takes the last one
// for the newest.
func (m migrationsFor) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(m.FS, name)
	if err != nil {
		return nil, err
	}
	own, err := fs.ReadDir(m.FS, path.Join(name, m.database))
	all = append(all, own...)
	slices.SortFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return all, err
}

// Open is [fs.FS]'s.
func (m migrationsFor) Open(name string) (fs.File, error) {
	if f, err := m.FS.Open(path.Join(path.Dir(name), m.database, path.Base(name))); err == nil {
		return f, nil
	}
	f, err := m.FS.Open(name)
	if err != nil || m.database != "sqlite" || !strings.HasSuffix(name, ".sql") {
		return f, err
	}
	return &sqliteFile{File: f}, nil
}

type sqliteFile struct {
	fs.File
	text *strings.Reader
}

// Read is [fs.File]'s.
func (f *sqliteFile) Read(p []byte) (int, error) {
	if f.text == nil {
		text, err := io.ReadAll(f.File)
		if err != nil {
			return 0, err
		}
		f.text = strings.NewReader(toSQLite(string(text)))
	}
	return f.text.Read(p)
}
