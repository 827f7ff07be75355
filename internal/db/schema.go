package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
)

// Schema says what opening a library may do to its schema.
type Schema int

const (
	// Migrate creates a library where there is none, and brings an existing one up to date.
	Migrate Schema = iota
	// Create creates a library where there is none, and rejects an existing one whose
	// schema is not this program's.
	Create
	// Current rejects a database without a library, and one whose schema is not this
	// program's.
	Current
)

// Migration is what opening a library did to its schema.
type Migration struct {
	From int64  // the schema version before; 0: there was no library
	To   int64  // the schema version now
	Copy string // the copy of a SQLite library as it was before, "" where there is none
}

// schemaError says that a program cannot use a database as it is.
type schemaError struct{ found, known int64 }

// Error says what to do.
func (e *schemaError) Error() string {
	switch {
	case e.found == 0:
		return "there is no library in it yet: lectern serve, lectern user create or lectern load creates one"
	case e.found > e.known:
		return fmt.Sprintf("its schema is version %d, and this Lectern knows up to %d: run the newer Lectern that made it",
			e.found, e.known)
	}
	return fmt.Sprintf("its schema is version %d, and this Lectern needs version %d: stop the older Lectern that uses it, "+
		"which cannot open it afterwards, and run lectern migrate (lectern serve migrates it, too)", e.found, e.known)
}

// migrator is what the schemas of SQLite and PostgreSQL are migrated with.
type migrator struct {
	db *sql.DB
	// hasVersion is a query that says whether there is a library.
	hasVersion string
	newest     int64 // the version that this program has
	// up runs the migrations that are missing up to a version.
	up func(ctx context.Context, to int64) error
	// copy copies a library before it is migrated; nil where nothing does.
	copy func(ctx context.Context, version int64) (path string, err error)
	log  *slog.Logger
}

// migrate does what a policy allows, and returns an error where that is not enough.
func (m *migrator) migrate(ctx context.Context, policy Schema) (Migration, error) {
	found, err := m.current(ctx)
	if err != nil {
		return Migration{}, err
	}
	done := Migration{From: found, To: m.newest}
	switch {
	case found == m.newest:
		return done, nil
	case found > m.newest, found == 0 && policy == Current, found != 0 && policy != Migrate:
		return done, &schemaError{found: found, known: m.newest}
	}
	if found != 0 {
		if m.copy != nil {
			if done.Copy, err = m.copy(ctx, found); err != nil {
				return done, err
			}
			m.log.Info("copied the library before its migration; delete the copy when you are satisfied", "copy", done.Copy)
		}
		m.log.Info("migrating the library, which older programs cannot open afterwards", "from", found, "to", m.newest)
	}
	if err := m.up(ctx, m.newest); err != nil {
		return done, err
	}
	return done, nil
}

// current returns the version of the schema, 0 where there is none.
func (m *migrator) current(ctx context.Context) (version int64, err error) {
	var found bool
	if err := m.db.QueryRowContext(ctx, m.hasVersion).Scan(&found); err != nil || !found {
		return 0, err
	}
	err = m.db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version").Scan(&version)
	return version, err
}
