package db

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

// logged is the lines of a log.
type logged chan string

func (l logged) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

// wants waits for a line that begins with a level and has a text.
func (l logged) wants(t *testing.T, level, text string) {
	t.Helper()
	select {
	case line := <-l:
		if !strings.Contains(line, "level="+level) || !strings.Contains(line, text) {
			t.Errorf("the log says %q, want %s with %q", line, level, text)
		}
	case <-time.After(time.Minute):
		t.Fatalf("the log does not say %q", text)
	}
}

// Who listens to PostgreSQL looks once for itself when the connection is lost, says so, and
// goes on once there is another one.
func TestListen_SaysWhenItIsDeaf(t *testing.T) {
	t.Parallel()
	p, is := open(t, testkit.PostgresURL(t)).(*Postgres)
	if !is {
		t.Fatal("the database is not PostgreSQL")
	}
	lines, changed := make(logged, 10), make(chan struct{}, 10)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.Listen(ctx, slog.New(slog.NewTextHandler(lines, nil)), "groups", func() { changed <- struct{}{} })
	}()
	defer func() { cancel(); <-ended }()
	look := func(why string) {
		t.Helper()
		select {
		case <-changed:
		case <-time.After(time.Minute):
			t.Fatal("nobody looks " + why)
		}
	}
	look("when it has begun to listen")
	err := p.Change(t.Context(), func(c Conn) error {
		_, err := c.ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	lines.wants(t, "WARN", "does not tell of changes")
	look("when the connection is lost")
	lines.wants(t, "INFO", "tells of changes again")
	look("when it listens again")
}
