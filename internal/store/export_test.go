package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/jobs"
)

// In how many looks in a row an attempt may be silent, may be unknown to its own node, and
// how many looks a media item waits for a job that is over.
const (
	SilentLooks  = int(silentPatience / jobs.LookInterval)
	UnknownLooks = int(jobs.UnknownPatience / jobs.LookInterval)
	AwaitedLooks = int(jobs.AwaitedPatience / jobs.LookInterval)
)

// NewLooks returns how a node looks for attempts that nobody makes any more, and knows of
// none of its own, for tests that do not wait for the next look.
func (s *Store) NewLooks(node string) (look func(context.Context) error) {
	return s.jobs.NewRescuer(s.kinds(nil), node).Look
}
