package testkit

import (
	"os"
	"testing"
)

// Quick reports whether tests run for a first look, as `make check` runs them: on SQLite
// and a disk alone, without a browser and without films that take long to make.
// LECTERN_TEST_QUICK=1 says so.
func Quick() bool { return os.Getenv("LECTERN_TEST_QUICK") == "1" }

// NeedsMore skips a test that a first look leaves out. Nothing else skips tests.
func NeedsMore(tb testing.TB, what string) {
	tb.Helper()
	if Quick() {
		tb.Skipf("make check uses no %s; make test does", what)
	}
}
