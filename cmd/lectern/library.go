package main

import (
	"context"
	"errors"

	"github.com/lectern-media/lectern/internal/operator"
)

// withLibrary opens the library of the settings for fn and closes it behind. A library
// that was created for fn is removed again if fn fails.
func withLibrary(
	w *world, open func(context.Context, operator.Options) (*operator.Console, error), o operator.Options,
	fn func(*operator.Console) error,
) error {
	library, err := open(w.ctx, o)
	if err != nil {
		return err
	}
	if err := fn(library); err != nil {
		return errors.Join(err, library.Discard(context.WithoutCancel(w.ctx)))
	}
	return library.Close()
}
