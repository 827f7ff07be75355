package store

import (
	"context"
	"log/slog"
)

// calm logs errors as warnings. What fails river, a database that goes away or answers
// late, it tries again by itself, and says so.
type calm struct{ slog.Handler }

// Handle is [slog.Handler]'s.
func (c calm) Handle(ctx context.Context, r slog.Record) error {
	r.Level = min(r.Level, slog.LevelWarn)
	return c.Handler.Handle(ctx, r)
}

// WithAttrs is [slog.Handler]'s.
func (c calm) WithAttrs(attrs []slog.Attr) slog.Handler { return calm{c.Handler.WithAttrs(attrs)} }

// WithGroup is [slog.Handler]'s.
func (c calm) WithGroup(name string) slog.Handler { return calm{c.Handler.WithGroup(name)} }
