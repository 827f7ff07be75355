package jobs

import (
	"context"
	"database/sql"
	"log/slog"

	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/lectern-media/lectern/internal/db"
)

// riverVersion is the version of river's tables that [Tables] makes. A river that wants a
// later one gets a migration of its own.
const riverVersion = 8

// Tables is the migration that makes the tables of jobs.
func Tables(version int64) db.Step {
	return db.Step{Version: version, SQLite: tablesInSQLite, Postgres: tablesInPostgres}
}

func tablesInPostgres(ctx context.Context, conn *sql.DB) error {
	migrator, err := rivermigrate.New(riverdatabasesql.New(conn), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: riverVersion})
	return err
}

func tablesInSQLite(ctx context.Context, tx *sql.Tx) error {
	migrator, err := rivermigrate.New(riversqlite.New(nil), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	//nolint:staticcheck // what it warns of is PostgreSQL's; here the one connection is goose's
	_, err = migrator.MigrateTx(ctx, tx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: riverVersion})
	return err
}

// channel is what PostgreSQL tells those who listen whenever a change of jobs is committed.
const channel = "lectern_jobs"

// Notifications is the migration after which PostgreSQL notifies of each change of a job by
// any process. SQLite has no notifications: it counts commits.
func Notifications(version int64) db.Step {
	return db.Step{Version: version, Postgres: func(ctx context.Context, conn *sql.DB) error {
		_, err := conn.ExecContext(ctx, `
			CREATE OR REPLACE FUNCTION lectern_job_changed() RETURNS trigger LANGUAGE plpgsql AS
				$$ BEGIN PERFORM pg_notify('`+channel+`', ''); RETURN NULL; END $$;
			CREATE OR REPLACE TRIGGER lectern_job_changed AFTER INSERT OR UPDATE ON river_job
				FOR EACH ROW EXECUTE FUNCTION lectern_job_changed();`)
		return err
	}}
}
