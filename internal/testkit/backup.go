package testkit

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"modernc.org/sqlite"
)

// Backup copies a database as it is now, and returns what sets it back to the copy under
// whatever has it open. On SQLite both do what .backup and .restore of its command line do.
// On PostgreSQL all rows and sequences of the schema public are restored in one transaction.
func Backup(tb testing.TB, database string) (restore func(context.Context) error) {
	tb.Helper()
	var err error
	if path, is := strings.CutPrefix(database, "sqlite:"); is {
		restore, err = backupSQLite(tb.Context(), path, filepath.Join(tb.TempDir(), "copy.db"))
	} else {
		restore, err = backupPostgres(tb.Context(), database)
	}
	if err != nil {
		tb.Fatalf("copy the database: %v", err)
	}
	return restore
}

// copier is what the driver of SQLite offers on a connection.
type copier interface {
	NewBackup(to string) (*sqlite.Backup, error)
	NewRestore(from string) (*sqlite.Backup, error)
}

func backupSQLite(ctx context.Context, path, copied string) (func(context.Context) error, error) {
	to := (&url.URL{Scheme: "file", OmitHost: true, Path: copied}).String()
	copying := func(ctx context.Context, begin func(copier) (*sqlite.Backup, error)) (err error) {
		source := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "_pragma=busy_timeout(60000)"}
		db, err := sql.Open("sqlite", source.String())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, conn.Close()) }()
		return conn.Raw(func(driver any) error {
			from, is := driver.(copier)
			if !is {
				return fmt.Errorf("a %T copies nothing", driver)
			}
			pages, err := begin(from)
			if err != nil {
				return err
			}
			_, err = pages.Step(-1)
			return errors.Join(err, pages.Finish())
		})
	}
	err := copying(ctx, func(c copier) (*sqlite.Backup, error) { return c.NewBackup(to) })
	return func(ctx context.Context) error {
		return copying(ctx, func(c copier) (*sqlite.Backup, error) { return c.NewRestore(to) })
	}, err
}

// copiedTable is the rows of a table as COPY tells them, and copiedSequence what a sequence
// gave last, nil for nothing yet.
type (
	copiedTable struct {
		name string
		rows []byte
	}
	copiedSequence struct {
		name string
		last *int64
	}
)

func backupPostgres(ctx context.Context, database string) (_ func(context.Context) error, err error) {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(ctx) }() // it changes nothing
	rows, err := tx.Query(ctx, "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	tables := make([]copiedTable, len(names))
	for i, name := range names {
		var copied bytes.Buffer
		if _, err := conn.PgConn().CopyTo(ctx, &copied, "COPY "+name+" TO STDOUT (FORMAT binary)"); err != nil {
			return nil, err
		}
		tables[i] = copiedTable{name, copied.Bytes()}
	}
	rows, err = tx.Query(ctx, "SELECT quote_ident(sequencename), last_value FROM pg_sequences WHERE schemaname = 'public'")
	if err != nil {
		return nil, err
	}
	sequences, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s copiedSequence, err error) {
		return s, row.Scan(&s.name, &s.last)
	})
	return func(ctx context.Context) error { return restorePostgres(ctx, database, tables, sequences) }, err
}

func restorePostgres(ctx context.Context, database string, tables []copiedTable, sequences []copiedSequence) (err error) {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// Neither foreign keys nor the triggers of the audit log are asked.
		if _, err := tx.Exec(ctx, "SET LOCAL session_replication_role = replica"); err != nil {
			return err
		}
		for _, t := range tables {
			if _, err := tx.Exec(ctx, "DELETE FROM "+t.name); err != nil {
				return err
			}
			if _, err := conn.PgConn().CopyFrom(ctx, bytes.NewReader(t.rows), "COPY "+t.name+" FROM STDIN (FORMAT binary)"); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		for _, s := range sequences {
			if _, err := tx.Exec(ctx, "SELECT setval($1::text::regclass, COALESCE($2, 1), $2 IS NOT NULL)", s.name, s.last); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		return nil
	})
}
