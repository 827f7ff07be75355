package operator

import (
	"context"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// SigningKey is a new key that signs addresses and tickets. Its secret is not shown.
type SigningKey struct {
	ID        string    `json:"id"`
	CreatedAt time.Time `json:"created_at"`
	// PreviousVerifiesUntil is when what the previous key has signed stops being valid at the
	// latest.
	PreviousVerifiesUntil time.Time `json:"previous_verifies_until"`
}

// RotateSigningKey has a new key sign. What the previous one has signed stays valid until it
// expires. The times are the database's, which all nodes share.
func (c *Console) RotateSigningKey(ctx context.Context) (SigningKey, error) {
	var key SigningKey
	err := c.change(ctx, func(change *library.Change) error {
		fresh, until, err := change.RotateSigningKey(ctx, c.now)
		key = SigningKey{ID: fresh.ID, CreatedAt: fresh.CreatedAt, PreviousVerifiesUntil: until}
		return err
	})
	return key, err
}

// now is the time by the clock of the options, or else by the database's.
func (c *Console) now(ctx context.Context) (time.Time, error) {
	if c.options.Clock != nil {
		return c.options.Clock(), nil
	}
	return c.store.Now(ctx)
}
