// Package dataset makes the libraries that the benchmark asks about. All contestants
// see what one seed made: Lectern's own, by `lectern seed`.
package dataset

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seed"
	"github.com/lectern-media/lectern/internal/store"
)

// A Workshop makes libraries. What it has seeded it keeps, and gives out copies, so
// that no section of the benchmark sees what another has changed.
type Workshop struct {
	Folder   string    // for seeded libraries and their copies
	Source   string    // the folder of Lectern's module: what makes seeds
	Postgres string    // the URL of a server on which databases may be made; empty for none
	Progress io.Writer // gets a line for each step that takes long
}

// The databases that a library can be on.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// A Library is a seeded library that its holder may change.
type Library struct {
	Plan    seed.Plan
	URL     string // as Lectern takes it
	Shelves int64  // of the floor; 0 while everyone's own media are a shelf

	Store   *store.Store     // on the same database as the server that is measured
	Library *library.Library // over Store
	db      *sql.DB          // for what the benchmark asks around Lectern
	drop    func() error
}

// Open gives out a library of the plan on the database of this kind.
func (w *Workshop) Open(ctx context.Context, kind string, plan seed.Plan) (*Library, error) {
	l := &Library{Plan: plan}
	var err error
	if kind == SQLite {
		err = w.openSQLite(ctx, l)
	} else {
		err = w.openPostgres(ctx, l)
	}
	if err != nil {
		return nil, fmt.Errorf("make a library on %s: %w", kind, err)
	}
	if l.Store, err = store.Open(ctx, store.Options{URL: l.URL}); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	l.Library = library.New(l.Store, nil)
	return l, nil
}

// Close removes the library.
func (l *Library) Close() error {
	var errs []error
	if l.Store != nil {
		errs = append(errs, l.Store.Close())
	}
	if l.db != nil {
		errs = append(errs, l.db.Close())
	}
	return errors.Join(append(errs, l.drop())...)
}

// name is that of a plan's seed. It changes with the schema and with what seeds write,
// so that no seed is taken for what this Lectern would make.
func (w *Workshop) name(plan seed.Plan) (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprint(sum, plan) // a hash takes everything
	for _, pattern := range []string{"migrations/*.sql", "migrations/*/*.sql", "seed*.go"} {
		files, err := filepath.Glob(filepath.Join(w.Source, "internal", "store", pattern))
		if err != nil {
			return "", err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			_, _ = sum.Write(text)
		}
	}
	return fmt.Sprintf("lectern_bench_%d_%d_%x", plan.Users, plan.Media, sum.Sum(nil)[:6]), nil
}

func (w *Workshop) seed(ctx context.Context, url string, plan seed.Plan) (err error) {
	_, _ = fmt.Fprintf(w.Progress, "· seeding %d people and %d media\n", plan.Users, plan.Media)
	s, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return seed.Make(ctx, s, plan, nil)
}
