package store

import (
	"embed"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/jobs"
)

//go:embed migrations
var migrationFiles embed.FS

// The migrations of jobs: their tables, PostgreSQL's telling of changes, and turns.
const (
	jobTables        = 12
	jobNotifications = 33
	jobTurns         = 35
)

// migrations make the schema of a library.
func migrations() db.Migrations {
	return db.Migrations{Files: migrationFiles, Steps: []db.Step{
		jobs.Tables(jobTables),
		{Version: randomVersions, SQLite: dropVersionDefaults},
		jobs.Notifications(jobNotifications),
		jobs.Turns(jobTurns),
	}}
}
