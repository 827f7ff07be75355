package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// cleanups is what has been started and must be ended, the last first.
type cleanups struct {
	log  *slog.Logger
	list []cleanup
}

type cleanup struct {
	name string
	run  func(context.Context) error
}

// add registers what ends a thing. It belongs right behind what starts the thing.
func (c *cleanups) add(name string, run func(context.Context) error) {
	c.list = append(c.list, cleanup{name, run})
}

// run ends everything, the last first, whatever fails on the way, and only once.
func (c *cleanups) run(ctx context.Context) error {
	var errs []error
	for i := len(c.list) - 1; i >= 0; i-- {
		each := c.list[i]
		c.log.Debug("stopping", "part", each.name)
		if err := each.run(ctx); err != nil {
			errs = append(errs, fmt.Errorf("stopping the %s: %w", each.name, err))
		}
	}
	c.list = nil
	return errors.Join(errs...)
}
