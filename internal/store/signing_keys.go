package store

import (
	"context"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// SigningKeys is [library.SigningKeyReader]'s.
func (v *reader) SigningKeys(ctx context.Context) ([]library.SigningKey, error) {
	rows, err := v.q.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]library.SigningKey, len(rows))
	for i, r := range rows {
		keys[i] = library.SigningKey{
			ID: r.ID, Secret: r.Secret, CreatedAt: fromUnix(r.CreatedAt), RetiredAt: fromUnixOrNil(r.RetiredAt),
		}
	}
	return keys, nil
}

func (t *tx) LockSigningKeys(ctx context.Context) error { return t.db.lockSigningKeys(ctx, t.raw) }

func (t *tx) InsertSigningKey(ctx context.Context, k library.SigningKey) error {
	return t.q.InsertSigningKey(ctx, dbq.InsertSigningKeyParams{ID: k.ID, Secret: k.Secret, CreatedAt: k.CreatedAt.Unix()})
}

func (t *tx) RetireSigningKeys(ctx context.Context, at time.Time) error {
	return t.q.RetireSigningKeys(ctx, at.Unix())
}

func (t *tx) DeleteSigningKeys(ctx context.Context, retiredBefore time.Time) error {
	return t.q.DeleteSigningKeys(ctx, retiredBefore.Unix())
}
