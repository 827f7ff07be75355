package dataset

import (
	"context"
	"errors"
	"net/url"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/lectern-media/lectern/internal/seed"
)

// errNoPostgres says what to do about a missing server.
var errNoPostgres = errors.New("there is no PostgreSQL server: give -postgres URL, or ask for -database sqlite only")

func (w *Workshop) openPostgres(ctx context.Context, l *Library) error {
	if w.Postgres == "" {
		return errNoPostgres
	}
	seeded, err := w.seedPostgres(ctx, l.Plan)
	if err != nil {
		return err
	}
	mine, err := w.createDatabase(ctx, "TEMPLATE "+seeded+" STRATEGY file_copy")
	if err != nil {
		return err
	}
	l.URL, l.drop = mine.URL, mine.Drop
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

// seedPostgres returns the name of the database with the plan's seed, which it makes
// if it is not there. It gets its name when it is whole.
func (w *Workshop) seedPostgres(ctx context.Context, plan seed.Plan) (seeded string, err error) {
	server, err := pgx.Connect(ctx, w.Postgres)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, server.Close(ctx)) }()
	seeded, err = w.name(plan)
	if err != nil {
		return "", err
	}
	var there bool
	err = server.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", seeded).Scan(&there)
	if err != nil || there {
		return seeded, err
	}
	half := seeded + "_half"
	for _, statement := range []string{
		"DROP DATABASE IF EXISTS " + half, // left of a run that was ended
		"CREATE DATABASE " + half + " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'",
	} {
		if _, err := server.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	if err := w.seed(ctx, w.databaseURL(half), plan); err != nil {
		return "", err
	}
	_, err = server.Exec(ctx, "ALTER DATABASE "+half+" RENAME TO "+seeded)
	return seeded, err
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
