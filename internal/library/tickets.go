package library

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"

	"github.com/google/uuid"
)

// A ticket for views lets a page that is being left report what was watched, when it can
// send no header: it names the perspective, the person and when it ends, and is signed
// with a key of the library's. It names both by UUID: a ticket outlives a restore of the
// database to an earlier state, after which an id may be somebody else's.
type ticketClaim struct {
	Perspective uuid.UUID
	User        uuid.UUID
	Ends        int64 // unix seconds
}

const (
	ticketKeyName  = "view tickets"
	addressKeyName = "addresses"
	idName         = "id"
	secretBytes    = 32
	claimBytes     = 16 + 16 + 8 // of a ticketClaim, as it is signed
	// oldClaimBytes is the length of a claim that names the person by id: the perspective's
	// UUID, the id and the end. Tickets were made like that before people had UUIDs.
	oldClaimBytes = 16 + 8 + 8
)

var errBadTicket = &Error{
	Kind: KindUnauthenticated, Field: "ticket", Message: "the ticket is not for this perspective, or has expired",
}

// ErrOldTicket rejects a genuine ticket that names a person by id, who may be another person
// by now. Tickets were made like that before people had UUIDs.
var ErrOldTicket error = &Error{
	Kind: KindForbidden, Field: "ticket",
	Message: "this ticket was issued before an upgrade: open the recording again where you found it to get a new one",
}

// ViewTicket makes a ticket with which the actor's views of a perspective are taken
// without their token, and says how long it is valid. Only people who may play the media item may call it.
func (l *Library) ViewTicket(ctx context.Context, actor Actor, perspective uuid.UUID) (string, time.Duration, error) {
	user, err := view(ctx, l, actor, func(v *Snapshot) (uuid.UUID, error) {
		p, err := v.watched(ctx, perspective, PlayMedia)
		if err != nil {
			return uuid.UUID{}, err
		}
		return v.mayWatch(ctx, p)
	})
	if err != nil {
		return "", 0, err
	}
	return l.ticket(ctx, perspective, user)
}

// mayWatch returns the UUID of the actor, who may play the media, if the perspective plays.
func (v *Snapshot) mayWatch(ctx context.Context, p watched) (uuid.UUID, error) {
	if err := p.playable(); err != nil {
		return uuid.UUID{}, err
	}
	if !may(v.actor, Watch, given{}) {
		return uuid.UUID{}, errNobodyWatches
	}
	return v.in.Last().UserUUID(ctx, v.actor.Person())
}

// ticket makes a ticket with which a person's views of a perspective are taken.
func (l *Library) ticket(ctx context.Context, perspective, user uuid.UUID) (string, time.Duration, error) {
	key, err := l.signingKey(ctx, ticketKeyName)
	if err != nil {
		return "", 0, err
	}
	claim, err := binary.Append(nil, binary.BigEndian, ticketClaim{perspective, user, l.now().Add(viewTicketLife).Unix()})
	if err != nil {
		return "", 0, err
	}
	ticket := slices.Concat(claim, sign(key, claim))
	return base64.RawURLEncoding.EncodeToString(ticket), viewTicketLife, nil
}

// readTicket returns what a ticket says that is genuine and has not expired.
func (l *Library) readTicket(ctx context.Context, ticket string) (ticketClaim, error) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(ticket)
	if err != nil || len(text) != claimBytes+sha256.Size && len(text) != oldClaimBytes+sha256.Size {
		return ticketClaim{}, errBadTicket
	}
	said, signature := text[:len(text)-sha256.Size], text[len(text)-sha256.Size:]
	genuine, err := l.verifies(ctx, ticketKeyName, func(key []byte) bool { return hmac.Equal(sign(key, said), signature) })
	if err != nil {
		return ticketClaim{}, err
	}
	if !genuine {
		return ticketClaim{}, errBadTicket
	}
	if len(said) == oldClaimBytes {
		return ticketClaim{}, ErrOldTicket
	}
	var claim ticketClaim
	if _, err := binary.Decode(said, binary.BigEndian, &claim); err != nil {
		return ticketClaim{}, err
	}
	if l.clock().Unix() >= claim.Ends {
		return ticketClaim{}, errBadTicket
	}
	return claim, nil
}

// holder returns whom a claim was made for, as they are now. It takes one statement of the
// Reader.
func (t ticketClaim) holder(ctx context.Context, in Reader) (Actor, error) {
	u, err := in.UserByUUID(ctx, t.User)
	if KindOf(err) == KindNotFound || err == nil && !u.Active() {
		return Actor{}, errBadTicket
	}
	if err != nil {
		return Actor{}, err
	}
	return Person(u.ID, u.Roles, Credential{Via: ViaTicket}), nil
}

// AddressKey returns the key that the addresses of bytes are signed with.
func (l *Library) AddressKey(ctx context.Context) ([]byte, error) {
	return l.secret(ctx, addressKeyName)
}

// ID tells the library from every other one. It stays for as long as the database does, and
// is that of a copy of the database too. It is no secret, but made and kept like one.
func (l *Library) ID(ctx context.Context) (uuid.UUID, error) {
	random, err := l.secret(ctx, idName)
	if err != nil {
		return uuid.UUID{}, err
	}
	return uuid.NewRandomFromReader(bytes.NewReader(random))
}

// sign is the signature of a ticket.
func sign(key, said []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(ticketKeyName)) // so that nothing else the key may sign is a ticket
	mac.Write(said)
	return mac.Sum(nil)
}
