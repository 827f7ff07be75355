package store

import "context"

// SilentLooks is in how many looks in a row a job that runs may be silent, ForgottenLooks
// how many looks a media waits for a job that is over.
const (
	SilentLooks    = silentLooks
	ForgottenLooks = forgottenEvery * forgottenLooks
)

// NewLooks returns how a node looks for jobs that nobody works on, for tests that do not
// wait for the next look.
func (s *Store) NewLooks() (look func(context.Context) error) { return newRescuer(s).look }
