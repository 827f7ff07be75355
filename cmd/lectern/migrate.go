package main

import (
	"encoding/json"
	"fmt"

	"github.com/lectern-media/lectern/internal/operator"
)

type migrateCommand struct {
	librarySettings
	JSON bool `name:"json" help:"Print {\"from\",\"to\",\"copy\"}: the schema versions, and the copy or \"\"."`
}

// Help is the longer help.
func (migrateCommand) Help() string {
	return `Migrates the library to the schema of this version of Lectern. Older versions cannot open it afterwards: first stop the servers that use it. lectern serve does the same when it starts; all other commands reject a library with another schema version.

Before the migration, a library in SQLite is copied to the same folder: lectern.db.schema-12-20260901T083000.000000Z is the library as it was with schema version 12. Delete the copy when you are satisfied. Back up a library in PostgreSQL with pg_dump first.

Examples:

    lectern migrate --data /var/lib/lectern
    lectern migrate --database postgres://lectern@db/lectern`
}

// Run migrates the library.
func (c *migrateCommand) Run(w *world) error {
	done, err := operator.Migrate(w.ctx, c.library(w))
	if err != nil {
		return err
	}
	switch {
	case c.JSON:
		return json.NewEncoder(w.stdout).Encode(map[string]any{"from": done.From, "to": done.To, "copy": done.Copy})
	case done.From == done.To:
		return printLine(w, fmt.Sprintf("The library already has schema version %d.", done.To))
	case done.Copy == "":
		return printLine(w, fmt.Sprintf("Migrated the library from schema version %d to %d.", done.From, done.To))
	}
	return printLine(w, fmt.Sprintf("Migrated the library from schema version %d to %d. A copy from before the migration is in %s.",
		done.From, done.To, done.Copy))
}
