package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// counted counts the looks that reach the database.
type counted struct {
	riverdriver.Executor
	looks int
}

// JobGetAvailable finds nothing.
func (c *counted) JobGetAvailable(
	context.Context, *riverdriver.JobGetAvailableParams,
) (*riverdriver.JobGetAvailableResult, error) {
	c.looks++
	return &riverdriver.JobGetAvailableResult{}, nil
}

// Jobs are looked for again when somebody has changed the database, each queue for itself,
// and when a second has passed.
func TestQuietExecutor(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Options{URL: "sqlite:" + filepath.Join(t.TempDir(), "library.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	below := &counted{}
	now := time.Unix(1_800_000_000, 0)
	quiet := quietExecutor{below, newLookouts(s.db.State, func() time.Time { return now })}
	look := func(queue string, want int) {
		t.Helper()
		if _, err := quiet.JobGetAvailable(t.Context(), &riverdriver.JobGetAvailableParams{Queue: queue}); err != nil || below.looks != want {
			t.Errorf("%d looks, want %d (%v)", below.looks, want, err)
		}
	}
	look("short", 1)
	look("long", 2)
	look("short", 2)
	if _, err := s.db.Writer().ExecContext(t.Context(), "UPDATE users SET id = id"); err != nil {
		t.Fatal(err)
	}
	look("short", 2) // of nothing, which is no change
	if _, err := s.db.Writer().ExecContext(t.Context(), "CREATE TABLE another (id INTEGER)"); err != nil {
		t.Fatal(err)
	}
	look("short", 3)
	look("short", 3)
	look("long", 4)
	now = now.Add(longestLookout)
	look("long", 5)
	look("long", 5)
	quiet.lookouts.saw("long", lookout{0, now})
	if quiet.lookouts.nothing("long", 0, now) {
		t.Error("a state that is not known is the same as another")
	}
}
