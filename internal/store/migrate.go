package store

import (
	"context"
	"database/sql"
	"embed"
	"log/slog"

	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/lectern-media/lectern/internal/db"
)

//go:embed migrations
var migrationFiles embed.FS

// The migration that makes river's tables, and the version of theirs that it makes. A
// river that wants a later one gets a migration of its own.
const (
	jobTables    = 12
	riverVersion = 8
)

// migrations make the schema of a library.
func migrations() db.Migrations {
	return db.Migrations{Files: migrationFiles, Steps: []db.Step{
		{Version: jobTables, SQLite: jobTablesInSQLite, Postgres: jobTablesInPostgres},
		{Version: randomVersions, SQLite: dropVersionDefaults},
	}}
}

func jobTablesInPostgres(ctx context.Context, conn *sql.DB) error {
	migrator, err := rivermigrate.New(riverdatabasesql.New(conn), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: riverVersion})
	return err
}

func jobTablesInSQLite(ctx context.Context, tx *sql.Tx) error {
	migrator, err := rivermigrate.New(riversqlite.New(nil), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	//nolint:staticcheck // what it warns of is PostgreSQL's; here the one connection is goose's
	_, err = migrator.MigrateTx(ctx, tx, rivermigrate.DirectionUp, &rivermigrate.MigrateOpts{TargetVersion: riverVersion})
	return err
}
