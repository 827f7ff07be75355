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

// How long the database and the storage may take to be called ready.
const (
	pingTimeout        = 2 * time.Second
	storagePingTimeout = 5 * time.Second
)

// readiness says whether requests should be sent here: not while the database or the storage
// does not answer or is not the library's, and not once the server is about to stop.
func (a *App) readiness(ctx context.Context) error {
	if !a.ready.Load() {
		return &library.Error{Kind: library.KindUnavailable, Message: "the server is stopping"}
	}
	if err := within(ctx, pingTimeout, a.store.Ping); err != nil {
		return &library.Error{Kind: library.KindUnavailable, Message: "the database does not answer", Err: err}
	}
	return a.storageReadiness(ctx)
}

// storageReadiness is the part of readiness about the storage.
func (a *App) storageReadiness(ctx context.Context) error {
	err := within(ctx, storagePingTimeout, func(ctx context.Context) error { return holdings.Check(ctx, a.library, a.blobs) })
	if err == nil {
		return nil
	}
	message := "the storage does not answer"
	if _, wrong := errors.AsType[*holdings.StorageError](err); wrong {
		message = "the storage is not this library's: a disk may not be mounted"
	}
	return &library.Error{Kind: library.KindUnavailable, Message: message, Err: err}
}

// within calls ask with a context that ends after a time.
func within(ctx context.Context, limit time.Duration, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return ask(ctx)
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
