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

// TokenUseStep is how far apart two uses of a token are at least for the later one to be
// kept: the last use is exact to that.
const TokenUseStep = 5 * time.Minute

// TokenID is a token's id, by which it is listed and revoked.
type TokenID int64

// TokenHash is all that is kept of a token's secret.
type TokenHash [sha256.Size]byte

// Token is an access token as it is kept.
type Token struct {
	ID         TokenID
	Hash       TokenHash
	User       UserID
	Name       *string // what its maker calls it, nil for nothing
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time // about when, see [TokenUseStep]; nil before the first use
}

// ListedToken is a token and the name of the person it acts for.
type ListedToken struct {
	Token
	FullName string
}

// TokenOwner is a token and the person it acts for, as they are now.
type TokenOwner struct {
	Token Token
	Roles Roles
}

// TokenReader is what reading tokens needs of storage.
type TokenReader interface {
	// Tokens returns all tokens by id, the expired too, or those of one person.
	Tokens(ctx context.Context, user *UserID) ([]ListedToken, error)
}

// TokenWriter is what changing tokens needs of a transaction.
type TokenWriter interface {
	// InsertToken stores a token, whose ID it gives out.
	InsertToken(ctx context.Context, t Token) (TokenID, error)
	// DeleteToken deletes a token, and reports whether there was one.
	DeleteToken(ctx context.Context, hash TokenHash) (bool, error)
	// DeleteTokenByID deletes a token, and returns its hash if there was one.
	DeleteTokenByID(ctx context.Context, id TokenID) (hash TokenHash, found bool, err error)
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

// CreateToken is [Change.CreateNamedToken] without a name.
func (c *Change) CreateToken(ctx context.Context, user UserID, life time.Duration) (string, Token, error) {
	return c.CreateNamedToken(ctx, user, "", life)
}

// CreateNamedToken creates an access token that acts as the person, and returns its secret,
// which is not stored and cannot be shown again. The name is for lists of tokens; it may be
// empty.
func (c *Change) CreateNamedToken(
	ctx context.Context, user UserID, name string, life time.Duration,
) (string, Token, error) {
	if !may(c.actor, ManageTokens, given{}) {
		return "", Token{}, Forbidden("only admins may create tokens for people")
	}
	if life < time.Second {
		return "", Token{}, Invalid("expires_in", "must be at least one second")
	}
	if name != "" {
		if err := CheckText("name", name); err != nil {
			return "", Token{}, err
		}
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
	if name != "" {
		t.Name = &name
	}
	if t.ID, err = c.tx.InsertToken(ctx, t); err != nil {
		return "", Token{}, err
	}
	return secret, t, c.record(ctx, "token", "create", tokenName(t.Hash), nil,
		facts{"token_id": t.ID, "name": t.Name, "user_id": user, "expires_at": t.ExpiresAt})
}

// Tokens returns all tokens by id, the expired too, or those of one person. Only the
// operator may call it. A token's secret is not stored, so it is not listed.
func (l *Library) Tokens(ctx context.Context, actor Actor, user *UserID) ([]ListedToken, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]ListedToken, error) {
		if !may(actor, Operate, given{}) {
			return nil, Forbidden("only the operator may list tokens")
		}
		return v.in.Last().Tokens(ctx, user)
	})
}

// RevokeToken ends a token; it stops with the next request. An unknown token is
// KindNotFound.
func (c *Change) RevokeToken(ctx context.Context, secret string) error {
	if !may(c.actor, ManageTokens, given{}) {
		return Forbidden("only admins may revoke tokens")
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

// RevokeTokenByID deletes the token with an id; it stops with the next request.
func (c *Change) RevokeTokenByID(ctx context.Context, id TokenID) error {
	if !may(c.actor, ManageTokens, given{}) {
		return Forbidden("only admins may revoke tokens")
	}
	hash, found, err := c.tx.DeleteTokenByID(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		return NotFound("token", id)
	}
	return c.record(ctx, "token", "revoke", tokenName(hash), nil, nil)
}

// RevokeTokensOf ends all tokens of a person.
func (c *Change) RevokeTokensOf(ctx context.Context, user UserID) error {
	if !may(c.actor, ManageTokens, given{}) {
		return Forbidden("only admins may revoke tokens")
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
	now := l.clock()
	if subtle.ConstantTimeCompare(owner.Token.Hash[:], hash[:]) != 1 || !now.Before(owner.Token.ExpiresAt) {
		return Actor{}, errNotSignedIn
	}
	if last := owner.Token.LastUsedAt; last == nil || now.Sub(*last) >= TokenUseStep {
		l.store.TokenUsed(owner.Token.ID, now)
	}
	return Person(owner.Token.User, owner.Roles, Credential{Token: hash}), nil
}
