package app

import (
	"context"
	"errors"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
)

// pingTimeout is how long the database may take to be called ready.
const pingTimeout = 2 * time.Second

// readiness says whether requests should be sent here: not while the database does not
// answer, and not once the server is about to stop.
func (a *App) readiness(ctx context.Context) error {
	if !a.ready.Load() {
		return &library.Error{Kind: library.KindUnavailable, Message: "the server is stopping"}
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if err := a.store.Ping(ctx); err != nil {
		a.log.Warn("not ready", "error", err)
		return &library.Error{Kind: library.KindUnavailable, Message: "the database does not answer", Err: err}
	}
	return nil
}

// outage tells which errors of the database and of the storage are no faults of the
// program: that it cannot be reached, or that it is full.
func outage(err error) library.Kind {
	if kind := store.Outage(err); kind != library.KindInternal {
		return kind
	}
	_, notOurs := errors.AsType[*holdings.StorageError](err) // a disk that is not mounted, or a wrong one
	switch {
	case blob.IsFull(err):
		return library.KindNoSpace
	case notOurs, blob.IsUnavailable(err):
		return library.KindUnavailable
	}
	return library.KindInternal
}
