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
	return `Brings the library up to date with this Lectern, after an upgrade. Older programs cannot open it afterwards: stop the servers that use it before. lectern serve does the same when it starts; all other commands reject a library of another schema version.

A library in a file is copied beside itself before: lectern.db.schema-12-20260901T083000.000000Z is the library as it was with schema version 12. Delete the copy when you are satisfied. Back up a library in PostgreSQL by pg_dump before.

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
		return printLine(w, fmt.Sprintf("The library has schema version %d already.", done.To))
	case done.Copy == "":
		return printLine(w, fmt.Sprintf("The library now has schema version %d; it had %d.", done.To, done.From))
	}
	return printLine(w, fmt.Sprintf("The library now has schema version %d; as it was with version %d, it is in %s.",
		done.To, done.From, done.Copy))
}
