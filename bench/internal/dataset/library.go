// Package dataset makes the libraries that the benchmark asks about. All contestants
// see what one seed made: Lectern's own, by `lectern seed`.
package dataset

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
)

// A Workshop makes libraries. What it has seeded it keeps, and gives out copies, so
// that no section of the benchmark sees what another has changed.
type Workshop struct {
	Folder   string    // for seeded libraries and their copies
	Source   string    // the folder of Lectern's module: what makes seeds
	Postgres string    // the URL of a server on which databases may be made; empty for none
	Progress io.Writer // is told of what takes long
}

// The databases that a library can be on.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// A Library is a seeded library that its holder may change.
type Library struct {
	Plan    store.SeedPlan
	URL     string // as Lectern takes it
	Shelves int64  // of the floor; 0 while everyone's own media are a shelf

	Store   *store.Store     // on the same database as the server that is measured
	Library *library.Library // over Store
	db      *sql.DB          // for what the benchmark asks around Lectern
	drop    func() error
}

// Open gives out a library of the plan on the database of this kind.
func (w *Workshop) Open(ctx context.Context, kind string, plan store.SeedPlan) (*Library, error) {
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

// shelf is the shelf of a media, in SQL.
func (l *Library) shelf() string {
	if l.Shelves == 0 {
		return "owner_id"
	}
	return fmt.Sprintf("owner_id %% %d", l.Shelves)
}

// onShelf is how many media a shelf has: five pages.
const onShelf = 100

// Shelve sees that the floor has pages to list. Where people own fewer media than fill
// a page, it puts those of several people together: those whose ids have the same
// remainder, so that neighbours on a shelf are as far from each other in the file as
// one person's media are in a small library. An index stands in for media_by_owner.
func (l *Library) Shelve(ctx context.Context) error {
	if l.Plan.Media >= onShelf*l.Plan.Users {
		return nil
	}
	l.Shelves = max(1, l.Plan.Media/onShelf)
	for _, statement := range []string{
		"CREATE INDEX bench_shelves ON media ((" + l.shelf() + "), created_at, id)", "ANALYZE media",
	} {
		if _, err := l.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
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
func (w *Workshop) name(plan store.SeedPlan) (string, error) {
	sum := sha256.New()
	_, _ = fmt.Fprint(sum, plan) // a hash takes everything
	for _, pattern := range []string{"migrations/*.sql", "seed*.go"} {
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

func (w *Workshop) seed(ctx context.Context, url string, plan store.SeedPlan) (err error) {
	_, _ = fmt.Fprintf(w.Progress, "· seeding %d people and %d media\n", plan.Users, plan.Media)
	s, err := store.Open(ctx, store.Options{URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Seed(ctx, plan, nil)
}

// SQLitePath is the file of a library on SQLite.
func (l *Library) SQLitePath() string { return strings.TrimPrefix(l.URL, "sqlite:") }

func (w *Workshop) openSQLite(ctx context.Context, l *Library) error {
	name, err := w.name(l.Plan)
	if err != nil {
		return err
	}
	seeded := filepath.Join(w.Folder, name+".db")
	if _, err := os.Stat(seeded); errors.Is(err, os.ErrNotExist) {
		half := seeded + ".half"
		if err := w.seed(ctx, "sqlite:"+half, l.Plan); err != nil {
			return err
		}
		// The last connection to close leaves all in the one file; only then has it its name.
		if err := os.Rename(half, seeded); err != nil {
			return err
		}
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

// errNoPostgres says what to do about a missing server.
var errNoPostgres = errors.New("there is no PostgreSQL server: give -postgres URL, or ask for -database sqlite only")

func (w *Workshop) openPostgres(ctx context.Context, l *Library) (err error) {
	if w.Postgres == "" {
		return errNoPostgres
	}
	server, err := pgx.Connect(ctx, w.Postgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close(ctx)) }()
	seeded, err := w.name(l.Plan)
	if err != nil {
		return err
	}
	var there bool
	if err := server.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", seeded).Scan(&there); err != nil {
		return err
	}
	if !there {
		half := seeded + "_half"
		for _, statement := range []string{
			"DROP DATABASE IF EXISTS " + half,
			"CREATE DATABASE " + half + " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'",
		} {
			if _, err := server.Exec(ctx, statement); err != nil {
				return err
			}
		}
		if err := w.seed(ctx, w.databaseURL(half), l.Plan); err != nil {
			return err
		}
		if _, err := server.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+seeded); err != nil {
			return err
		}
	}
	mine := "lectern_bench_copy_" + strings.ToLower(rand.Text())
	if _, err := server.Exec(ctx, "CREATE DATABASE "+mine+" TEMPLATE "+seeded+" STRATEGY file_copy"); err != nil {
		return err
	}
	l.URL = w.databaseURL(mine)
	// What was made is dropped however the benchmark ends.
	l.drop = func() error { return w.dropDatabase(context.WithoutCancel(ctx), mine) }
	config, err := pgx.ParseConfig(l.URL)
	if err != nil {
		return errors.Join(err, l.drop())
	}
	// Counting what one person reaches is a chain of look-ups; PostgreSQL would rather
	// start other processes for it, and wait for them.
	config.RuntimeParams["random_page_cost"] = "1.1"
	config.RuntimeParams["max_parallel_workers_per_gather"] = "0"
	l.db = stdlib.OpenDB(*config)
	return nil
}

func (w *Workshop) databaseURL(name string) string {
	address, err := url.Parse(w.Postgres)
	if err != nil {
		return w.Postgres // connecting has its say
	}
	address.Path = "/" + name
	return address.String()
}

func (w *Workshop) dropDatabase(ctx context.Context, name string) (err error) {
	server, err := pgx.Connect(ctx, w.Postgres)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close(ctx)) }()
	_, err = server.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	return err
}
