package testkit

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
)

// Dump writes a PostgreSQL database into a file by pg_dump, and returns what restores it by
// psql in one transaction, while others are connected.
func Dump(tb testing.TB, database string) (restore func(context.Context) error) {
	tb.Helper()
	bin, err := newestPostgres(postgresFolders())
	if err != nil {
		tb.Fatal(err)
	}
	file := filepath.Join(tb.TempDir(), "dump.sql")
	run := func(ctx context.Context, program string, arguments ...string) error {
		said, err := exec.CommandContext(ctx, filepath.Join(bin, program), append(arguments, "--dbname="+database)...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w: %s", program, err, said)
		}
		return nil
	}
	if err := run(tb.Context(), "pg_dump", "--clean", "--if-exists", "--file="+file); err != nil {
		tb.Fatal(err)
	}
	return func(ctx context.Context) error {
		return run(ctx, "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--file="+file)
	}
}
