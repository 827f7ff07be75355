package store

import (
	"embed"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/jobs"
)

//go:embed migrations
var migrationFiles embed.FS

// The migrations of jobs: one makes their tables, the other has PostgreSQL tell of changes.
const (
	jobTables        = 12
	jobNotifications = 33
)

// migrations make the schema of a library.
func migrations() db.Migrations {
	return db.Migrations{Files: migrationFiles, Steps: []db.Step{
		jobs.Tables(jobTables),
		{Version: randomVersions, SQLite: dropVersionDefaults},
		jobs.Notifications(jobNotifications),
	}}
}
