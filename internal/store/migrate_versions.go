package store

import (
	"context"
	"database/sql"
	"fmt"
)

// randomVersions is the migration after which versions begin with random steps and grow by
// them; migrations/postgres/00020_random_versions.sql is the same for PostgreSQL.
const randomVersions = 20

// dropVersionDefaults takes the default from the columns version, and gives the rows that
// are there a random step. SQLite has no ALTER TABLE for the former. Its manual names two
// ways (lang_altertable.html, section 7): to recreate each table, with everything that
// refers to it, or, for a default, to change the schema's text, which is done here.
func dropVersionDefaults(ctx context.Context, tx *sql.Tx) error {
	var schema int64
	if err := tx.QueryRowContext(ctx, "PRAGMA schema_version").Scan(&schema); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "PRAGMA writable_schema = ON"); err != nil {
		return err
	}
	result, err := tx.ExecContext(ctx, `UPDATE sqlite_schema
		SET sql = substr(sql, 1, instr(sql, ' DEFAULT 1') - 1) || substr(sql, instr(sql, ' DEFAULT 1') + length(' DEFAULT 1'))
		WHERE type = 'table' AND name IN ('users', 'groups', 'collections', 'media')
		AND sql GLOB '* version *BIGINT NOT NULL DEFAULT 1*'`)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if n != 4 {
		return fmt.Errorf("%d of 4 tables have a default version", n)
	}
	for _, statement := range []string{
		fmt.Sprintf("PRAGMA schema_version = %d", schema+1), // has other connections read the schema again
		"PRAGMA writable_schema = RESET",                    // and this one
		"UPDATE users SET version = version + 1 + (random() & 4294967295)",
		"UPDATE groups SET version = version + 1 + (random() & 4294967295)",
		"UPDATE collections SET version = version + 1 + (random() & 4294967295)",
		"UPDATE media SET version = version + 1 + (random() & 4294967295)",
	} {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
