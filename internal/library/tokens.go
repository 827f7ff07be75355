package library

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"time"
)

// AccessTokenLife is how long an access token lives unless asked otherwise (the wire
// contract, section 1).
const AccessTokenLife = 7200 * time.Second

// TokenHash is all that is kept of a token.
type TokenHash [sha256.Size]byte

// Token is an access token as it is kept.
type Token struct {
	Hash      TokenHash
	User      UserID
	CreatedAt time.Time
	ExpiresAt time.Time
}

// TokenOwner is a token and the person it acts for, as they are now.
type TokenOwner struct {
	Token Token
	Roles Roles
}

// TokenReader is what authentication needs of storage.
type TokenReader interface {
	// TokenOwner returns the token with this hash whose person is active. Revocation,
	// deactivation and deletion act at once: what is cached must not outlive them.
	// No such token is a KindNotFound error.
	TokenOwner(ctx context.Context, hash TokenHash) (TokenOwner, error)
}

// TokenWriter is what changing tokens needs of a transaction.
type TokenWriter interface {
	// InsertToken stores a token.
	InsertToken(ctx context.Context, t Token) error
	// DeleteToken ends a token, and says whether there was one.
	DeleteToken(ctx context.Context, hash TokenHash) (bool, error)
	// DeleteTokensOf ends all tokens of a person.
	DeleteTokensOf(ctx context.Context, user UserID) error
}

var errNotSignedIn = &Error{
	Kind: KindUnauthenticated, Message: "a valid access token is required: Authorization: Bearer <access token>",
}

// tokenBytes is the entropy of a token: 256 bits.
const tokenBytes = 32

// newSecret makes a secret, and what is kept of it.
func newSecret() (string, TokenHash) {
	random := make([]byte, tokenBytes)
	rand.Read(random) // never fails, see crypto/rand
	secret := hex.EncodeToString(random)
	return secret, sha256.Sum256([]byte(secret))
}

// CreateToken makes an access token that acts as the person and returns its secret,
// which is not kept and cannot be had again.
func (c *Change) CreateToken(ctx context.Context, user UserID, life time.Duration) (string, Token, error) {
	if !c.actor.mayAll() {
		return "", Token{}, Forbidden("making tokens for people is for admins")
	}
	if life < time.Second {
		return "", Token{}, Invalid("expires_in", "must be at least one second")
	}
	people, err := c.lockUsers(ctx, []UserID{user})
	if err != nil {
		return "", Token{}, err
	}
	if !people[user].Active() {
		return "", Token{}, Invalid("user", "%d is deactivated", user)
	}
	secret, hash := newSecret()
	t := Token{Hash: hash, User: user, CreatedAt: c.now, ExpiresAt: c.now.Add(life)}
	if err := c.tx.InsertToken(ctx, t); err != nil {
		return "", Token{}, err
	}
	return secret, t, c.record(ctx, "token", "create", tokenName(t.Hash), nil,
		facts{"user_id": user, "expires_at": t.ExpiresAt})
}

// RevokeToken ends a token; it stops with the next request. An unknown token is
// KindNotFound.
func (c *Change) RevokeToken(ctx context.Context, secret string) error {
	if !c.actor.mayAll() {
		return Forbidden("revoking tokens is for admins")
	}
	hash := TokenHash(sha256.Sum256([]byte(secret)))
	found, err := c.tx.DeleteToken(ctx, hash)
	if err != nil {
		return err
	}
	if !found {
		return &Error{Kind: KindNotFound, Field: "token", Message: "there is no such token"}
	}
	return c.record(ctx, "token", "revoke", tokenName(hash), nil, nil)
}

// RevokeTokensOf ends all tokens of a person.
func (c *Change) RevokeTokensOf(ctx context.Context, user UserID) error {
	if !c.actor.mayAll() {
		return Forbidden("revoking tokens is for admins")
	}
	if _, err := c.lockUsers(ctx, []UserID{user}); err != nil {
		return err
	}
	if err := c.tx.DeleteTokensOf(ctx, user); err != nil {
		return err
	}
	return c.record(ctx, "user", "revoke_tokens", idText(user), nil, nil)
}

// Authenticate returns the person a token acts for, or the captioning service whose key
// it is. One that is unknown, expired or revoked, or whose person is not active any
// more, is KindUnauthenticated.
func (l *Library) Authenticate(ctx context.Context, secret string) (Actor, error) {
	hash := TokenHash(sha256.Sum256([]byte(secret)))
	owner, err := l.store.TokenOwner(ctx, hash)
	if KindOf(err) == KindNotFound {
		return l.authenticateService(ctx, hash)
	}
	if err != nil {
		return Actor{}, err
	}
	// The look-up is by the hash of a random secret, so its time tells nothing of any
	// secret; the comparison in constant time keeps that so whatever storage compares.
	if subtle.ConstantTimeCompare(owner.Token.Hash[:], hash[:]) != 1 || !l.clock().Before(owner.Token.ExpiresAt) {
		return Actor{}, errNotSignedIn
	}
	return Actor{ID: owner.Token.User, Roles: owner.Roles, Token: hash}, nil
}
