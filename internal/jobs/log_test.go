package jobs

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestCalm_LogsDetails(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level][]string{
		slog.LevelInfo:  nil,
		slog.LevelDebug: {"level=DEBUG msg=a n=1", "level=DEBUG msg=b n=2", "level=DEBUG msg=c g.n=3", "level=DEBUG msg=d"},
		slog.LevelError: nil,
	} {
		var book bytes.Buffer
		log := slog.New(calm{slog.NewTextHandler(&book, &slog.HandlerOptions{Level: level})})
		log.Error("a", "n", 1)
		log.With("n", 2).Warn("b")
		log.WithGroup("g").Info("c", "n", 3)
		log.Debug("d")
		for _, line := range want {
			if !strings.Contains(book.String(), line) {
				t.Errorf("at %s, %q is not in\n%s", level, line, book.String())
			}
		}
		if n := strings.Count(book.String(), "\n"); n != len(want) {
			t.Errorf("at %s: %d lines, want %d", level, n, len(want))
		}
	}
}
