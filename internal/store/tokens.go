package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// tokenOwner is a token's owner as they were in some state of the database.
type tokenOwner struct {
	holds
	library.TokenOwner
}

// TokenOwner is [library.TokenReader]'s. What is remembered counts only while nothing
// at all has changed, so that no revocation has to reach it.
func (s *Store) TokenOwner(ctx context.Context, hash library.TokenHash) (library.TokenOwner, error) {
	now := s.db.state(ctx)
	known, ok := s.lists.tokens.GetIfPresent(hash)
	if ok && known.since(now) {
		return known.TokenOwner, nil
	}
	row, err := s.query().TokenOwner(ctx, hash[:])
	if errors.Is(err, sql.ErrNoRows) {
		return library.TokenOwner{}, &library.Error{Kind: library.KindNotFound, Field: "token", Message: "token not found"}
	}
	if err != nil {
		return library.TokenOwner{}, err
	}
	read := &tokenOwner{TokenOwner: library.TokenOwner{
		Token: library.Token{
			ID: library.TokenID(row.ID), User: library.UserID(row.UserID), CreatedAt: fromUnix(row.CreatedAt),
			ExpiresAt: fromUnix(row.ExpiresAt), LastUsedAt: fromUnixOrNil(row.LastUsedAt),
		},
		Roles: toRoles(row.Roles),
	}}
	copy(read.Token.Hash[:], row.Hash)
	if now != 0 {
		read.from(now)
		s.lists.tokens.Set(hash, read)
	}
	return read.TokenOwner, nil
}

// Tokens is [library.TokenReader]'s.
func (v *reader) Tokens(ctx context.Context, user *library.UserID) ([]library.ListedToken, error) {
	var only int64
	if user != nil {
		only = int64(*user)
	}
	rows, err := v.end.ListTokens(ctx, only)
	tokens := make([]library.ListedToken, len(rows))
	for i, r := range rows {
		tokens[i] = library.ListedToken{FullName: r.FullName, Token: library.Token{
			ID: library.TokenID(r.ID), User: library.UserID(r.UserID), Name: r.Name, CreatedAt: fromUnix(r.CreatedAt),
			ExpiresAt: fromUnix(r.ExpiresAt), LastUsedAt: fromUnixOrNil(r.LastUsedAt),
		}}
		copy(tokens[i].Hash[:], r.Hash)
	}
	return tokens, err
}

func (t *tx) InsertToken(ctx context.Context, token library.Token) (library.TokenID, error) {
	id, err := t.q.InsertToken(ctx, dbq.InsertTokenParams{
		Hash: token.Hash[:], UserID: int64(token.User), Name: token.Name,
		CreatedAt: token.CreatedAt.Unix(), ExpiresAt: token.ExpiresAt.Unix(),
	})
	return library.TokenID(id), err
}

func (t *tx) DeleteToken(ctx context.Context, hash library.TokenHash) (bool, error) {
	n, err := t.q.DeleteToken(ctx, hash[:])
	return n > 0, err
}

func (t *tx) DeleteTokenByID(ctx context.Context, id library.TokenID) (hash library.TokenHash, found bool, err error) {
	deleted, err := t.q.DeleteTokenByID(ctx, int64(id))
	if errors.Is(err, sql.ErrNoRows) {
		return hash, false, nil
	}
	copy(hash[:], deleted)
	return hash, err == nil, err
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
