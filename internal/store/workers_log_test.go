package store

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestCalm_LogsErrorsAsWarnings(t *testing.T) {
	t.Parallel()
	var book bytes.Buffer
	log := slog.New(calm{slog.NewTextHandler(&book, &slog.HandlerOptions{Level: slog.LevelInfo})})
	log.Error("a", "n", 1)
	log.With("n", 2).Error("b")
	log.WithGroup("g").Info("c", "n", 3)
	log.Debug("d")
	for _, want := range []string{"level=WARN msg=a n=1", "level=WARN msg=b n=2", "level=INFO msg=c g.n=3"} {
		if !strings.Contains(book.String(), want) {
			t.Errorf("%q is not in\n%s", want, book.String())
		}
	}
	if n := strings.Count(book.String(), "\n"); n != 3 {
		t.Errorf("%d lines", n)
	}
}
