package main

import (
	"context"
	"errors"

	"github.com/lectern-media/lectern/internal/app"
)

// withLibrary opens the library of the settings for fn and closes it behind. A library
// that was created for fn is removed again if fn fails.
func withLibrary(
	w *world, open func(context.Context, app.Options) (*app.Console, error), s librarySettings,
	fn func(*app.Console) error,
) error {
	library, err := open(w.ctx, s.options(w))
	if err != nil {
		return err
	}
	if err := fn(library); err != nil {
		return errors.Join(err, library.Discard(context.WithoutCancel(w.ctx)))
	}
	return library.Close()
}
