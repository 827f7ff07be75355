package jobs

import (
	"context"
	"log/slog"
)

// calm logs all that river says as details. What fails river, a database that goes away or
// answers late, it tries again by itself; the keeper of the node says that, too, and an attempt
// that fails is logged by its caller.
type calm struct{ slog.Handler }

// level is the level at which river's messages of a level are logged.
func (calm) level(of slog.Level) slog.Level {
	return min(of, slog.LevelDebug)
}

// Enabled is [slog.Handler]'s.
func (c calm) Enabled(ctx context.Context, level slog.Level) bool {
	return c.Handler.Enabled(ctx, c.level(level))
}

// Handle is [slog.Handler]'s.
func (c calm) Handle(ctx context.Context, r slog.Record) error {
	r.Level = c.level(r.Level)
	return c.Handler.Handle(ctx, r)
}

// WithAttrs is [slog.Handler]'s.
func (c calm) WithAttrs(attrs []slog.Attr) slog.Handler { return calm{c.Handler.WithAttrs(attrs)} }

// WithGroup is [slog.Handler]'s.
func (c calm) WithGroup(name string) slog.Handler { return calm{c.Handler.WithGroup(name)} }
