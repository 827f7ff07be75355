package library

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/seal"
)

// SigningKey is a key that the library signs with, or has signed with.
type SigningKey struct {
	ID        string
	Secret    []byte
	CreatedAt time.Time
	RetiredAt *time.Time // since when it signs nothing any more; nil: it signs
}

// VerifiesUntil is when signatures by a retired key stop being valid, zero for one that
// signs.
func (k SigningKey) VerifiesUntil() time.Time {
	if k.RetiredAt == nil {
		return time.Time{}
	}
	return seal.VerifiesUntil(*k.RetiredAt)
}

// SigningKeyReader is what signing needs of storage.
type SigningKeyReader interface {
	// SigningKeys returns all keys, the newest first.
	SigningKeys(ctx context.Context) ([]SigningKey, error)
}

// SigningKeyWriter is what replacing keys needs of a transaction.
type SigningKeyWriter interface {
	// LockSigningKeys has no other transaction change the keys until this one ends, so that
	// of two that replace the key at once the second retires the key of the first.
	LockSigningKeys(ctx context.Context) error
	// InsertSigningKey stores a key that signs.
	InsertSigningKey(ctx context.Context, k SigningKey) error
	// RetireSigningKeys has the keys that sign now sign nothing any more from a time on.
	RetireSigningKeys(ctx context.Context, at time.Time) error
	// DeleteSigningKeys deletes the keys that were retired before a time.
	DeleteSigningKeys(ctx context.Context, retiredBefore time.Time) error
}

// sealing is the library's signer, which the first use makes.
type sealing struct {
	mu     sync.Mutex
	signer *seal.Signer
}

// Seals returns what signs for the library and verifies what it has signed.
func (l *Library) Seals(ctx context.Context) (*seal.Signer, error) {
	l.seals.mu.Lock()
	defer l.seals.mu.Unlock()
	if l.seals.signer != nil {
		return l.seals.signer, nil
	}
	signer, err := seal.New(ctx, l.signingKeys, l.clock)
	if err == nil {
		l.seals.signer = signer
	}
	return signer, err
}

// signingKeys reads the keys, of which the first use makes the first.
func (l *Library) signingKeys(ctx context.Context) ([]seal.Key, error) {
	kept, err := view(ctx, l, Actor{}, func(v *Snapshot) ([]SigningKey, error) { return v.in.Last().SigningKeys(ctx) })
	if err != nil || oneSigns(kept) {
		return sealKeys(kept), err
	}
	err = l.store.Change(ctx, func(tx Tx) error {
		if err := tx.LockSigningKeys(ctx); err != nil {
			return err
		}
		kept, err = tx.SigningKeys(ctx)
		if err != nil || oneSigns(kept) { // another node was first
			return err
		}
		fresh := SigningKey(seal.NewKey(l.now()))
		kept = append(kept, fresh)
		return tx.InsertSigningKey(ctx, fresh)
	})
	return sealKeys(kept), err
}

func oneSigns(keys []SigningKey) bool {
	return slices.ContainsFunc(keys, func(k SigningKey) bool { return k.RetiredAt == nil })
}

func sealKeys(kept []SigningKey) []seal.Key {
	keys := make([]seal.Key, len(kept))
	for i, k := range kept {
		keys[i] = seal.Key(k)
	}
	return keys
}

// RotateSigningKey has a new key sign, and deletes the keys by which nothing valid is
// signed any more. What was signed before stays valid until it expires. It returns the new
// key, and how long the one before verifies. Only the operator may do it.
//
// The time is that of a clock which all nodes share, and is asked for after the lock: nodes
// count from it how long the key before verifies.
func (c *Change) RotateSigningKey(ctx context.Context, clock func(context.Context) (time.Time, error)) (
	fresh SigningKey, oldVerifiesUntil time.Time, err error,
) {
	if !may(c.actor, Operate, given{}) {
		return fresh, oldVerifiesUntil, Forbidden("signing keys are replaced by the operator")
	}
	if err := c.tx.LockSigningKeys(ctx); err != nil {
		return fresh, oldVerifiesUntil, err
	}
	now, err := clock(ctx)
	if err != nil {
		return fresh, oldVerifiesUntil, err
	}
	now = now.UTC().Truncate(time.Second) // as the library keeps it
	fresh, oldVerifiesUntil = SigningKey(seal.NewKey(now)), seal.VerifiesUntil(now)
	if err := c.tx.RetireSigningKeys(ctx, now); err != nil {
		return fresh, oldVerifiesUntil, err
	}
	if err := c.tx.DeleteSigningKeys(ctx, now.Add(now.Sub(oldVerifiesUntil))); err != nil {
		return fresh, oldVerifiesUntil, err
	}
	if err := c.tx.InsertSigningKey(ctx, fresh); err != nil {
		return fresh, oldVerifiesUntil, err
	}
	return fresh, oldVerifiesUntil, c.record(ctx, "signing_key", "rotate", fresh.ID, nil, nil)
}

// ticketPurpose is that of tickets, whose audience is a perspective and whose payload is a
// person, each as the bytes of a UUID.
const ticketPurpose seal.Purpose = "view tickets"

// sealTicket makes a ticket.
func (l *Library) sealTicket(ctx context.Context, claim ticketClaim) (string, error) {
	seals, err := l.Seals(ctx)
	if err != nil {
		return "", err
	}
	return seals.Seal(ticketPurpose, string(claim.Perspective[:]), string(claim.User[:]), time.Unix(claim.Ends, 0)), nil
}

// readTicket returns what a genuine ticket says that has not expired. Any other is
// errBadTicket. Callers compare the perspective with the one that they serve.
func (l *Library) readTicket(ctx context.Context, ticket string) (ticketClaim, error) {
	seals, err := l.Seals(ctx)
	if err != nil {
		return ticketClaim{}, err
	}
	if !seal.IsSealed(ticket) {
		return l.openOldTicket(ctx, seals, ticket)
	}
	opened, err := seals.Open(ctx, ticketPurpose, ticket)
	if err != nil {
		return ticketClaim{}, asBadTicket(err)
	}
	claim := ticketClaim{Ends: opened.Expiry.Unix()}
	if claim.Perspective, err = uuid.FromBytes([]byte(opened.Audience())); err != nil {
		return ticketClaim{}, err
	}
	user, err := opened.For(opened.Audience())
	if err != nil {
		return ticketClaim{}, err
	}
	claim.User, err = uuid.FromBytes([]byte(user))
	return claim, err
}

// asBadTicket is errBadTicket for what is wrong with a ticket, and any other error itself.
func asBadTicket(err error) error {
	if errors.Is(err, seal.ErrNotGenuine) || errors.Is(err, seal.ErrExpired) {
		return errBadTicket
	}
	return err
}

// openOldTicket is readTicket for one from before tickets were sealed: a claim, and a MAC
// over the key's name and the claim.
func (l *Library) openOldTicket(ctx context.Context, seals *seal.Signer, ticket string) (claim ticketClaim, err error) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(ticket)
	if strings.ContainsAny(ticket, "\r\n") { // which decoding leaves out
		return claim, errBadTicket
	}
	if err != nil || len(text) != claimBytes+sha256.Size && len(text) != oldClaimBytes+sha256.Size {
		return claim, errBadTicket
	}
	said, signature := text[:len(text)-sha256.Size], text[len(text)-sha256.Size:]
	if err := seals.CheckOld(ctx, oldTicketKey, append([]byte(oldTicketKey), said...), signature); err != nil {
		return claim, asBadTicket(err)
	}
	if len(said) == oldClaimBytes {
		return claim, ErrOldTicket
	}
	if _, err := binary.Decode(said, binary.BigEndian, &claim); err != nil {
		return claim, err
	}
	if l.clock().Unix() >= claim.Ends {
		return claim, errBadTicket
	}
	return claim, nil
}
