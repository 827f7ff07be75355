package store

import (
	"context"
	"testing"
)

// SilentLooks is in how many looks in a row a job that runs may be silent, UnknownLooks one
// that its own node does not know of, ForgottenLooks how many looks a media waits for a job
// that is over.
const (
	UnknownLooks   = unknownLooks
	SilentLooks    = silentLooks
	ForgottenLooks = forgottenEvery * forgottenLooks
)

// NewLooks returns how another node looks for jobs that nobody works on, for tests that do
// not wait for the next look.
func (s *Store) NewLooks() (look func(context.Context) error) {
	return newRescuer(s, "another", &atWork{}).look
}

// NewLooks returns how the node of these workers looks, which knows what they work on.
func (w *Workers) NewLooks(s *Store) (look func(context.Context) error) {
	return newRescuer(s, w.client.ID(), w.busy).look
}

// NewOwnLooks returns how the node looks that has the job which runs, and knows of none.
func (s *Store) NewOwnLooks(t *testing.T) (look func(context.Context) error) {
	t.Helper()
	running, err := s.backend.runningJobs(t.Context())
	if err != nil || len(running) != 1 {
		t.Fatalf("%d jobs run, %v", len(running), err)
	}
	return newRescuer(s, running[0].node, &atWork{}).look
}
