package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// TokenOwner is [library.TokenReader]'s. It is read anew every time: what a cache
// would save is one look-up by key, and no revocation has to reach it.
func (s *Store) TokenOwner(ctx context.Context, hash library.TokenHash) (library.TokenOwner, error) {
	row, err := s.query().TokenOwner(ctx, hash[:])
	if errors.Is(err, sql.ErrNoRows) {
		return library.TokenOwner{}, &library.Error{Kind: library.KindNotFound, Field: "token", Message: "token not found"}
	}
	if err != nil {
		return library.TokenOwner{}, err
	}
	owner := library.TokenOwner{
		Token: library.Token{
			User: library.UserID(row.UserID), CreatedAt: fromUnix(row.CreatedAt), ExpiresAt: fromUnix(row.ExpiresAt),
		},
		Roles: toRoles(row.Roles),
	}
	copy(owner.Token.Hash[:], row.Hash)
	return owner, nil
}

func (t *tx) InsertToken(ctx context.Context, token library.Token) error {
	return t.q.InsertToken(ctx, dbq.InsertTokenParams{
		Hash: token.Hash[:], UserID: int64(token.User),
		CreatedAt: token.CreatedAt.Unix(), ExpiresAt: token.ExpiresAt.Unix(),
	})
}

func (t *tx) DeleteToken(ctx context.Context, hash library.TokenHash) (bool, error) {
	n, err := t.q.DeleteToken(ctx, hash[:])
	return n > 0, err
}

func (t *tx) DeleteTokensOf(ctx context.Context, user library.UserID) error {
	return t.q.DeleteTokensOf(ctx, int64(user))
}

// fromUnix reads a time as it is stored.
func fromUnix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

// fromUnixOrNil reads a time that may be absent.
func fromUnixOrNil(seconds *int64) *time.Time {
	if seconds == nil {
		return nil
	}
	t := fromUnix(*seconds)
	return &t
}

// toUnixOrNil stores a time that may be absent.
func toUnixOrNil(t *time.Time) *int64 {
	if t == nil {
		return nil
	}
	seconds := t.Unix()
	return &seconds
}
