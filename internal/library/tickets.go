package library

import (
	"bytes"
	"context"
	"crypto/rand"
	"time"

	"github.com/google/uuid"
)

// A ticket for views lets a page that is being left report what was watched, when it can
// send no header: it names the perspective, the person and when it ends, and is sealed. It names both by UUID: a ticket outlives a restore of the
// database to an earlier state, after which an id may be somebody else's.
type ticketClaim struct {
	Perspective uuid.UUID
	User        uuid.UUID
	Ends        int64 // unix seconds
}

const (
	idName      = "id"
	secretBytes = 32

	// oldTicketKey signed tickets before they were sealed. Those were a claim and a MAC.
	oldTicketKey = "view tickets"
	claimBytes   = 16 + 16 + 8 // of a ticketClaim, as it was signed
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
	p, err := l.store.WatchedPerspective(ctx, perspective)
	if err != nil {
		return "", 0, err
	}
	if err := l.needMedia(ctx, actor, p.Media.ID, PlayMedia); err != nil {
		return "", 0, err
	}
	if err := p.playable(); err != nil {
		return "", 0, err
	}
	if !may(actor, Watch, given{}) {
		return "", 0, errNobodyWatches
	}
	user, err := l.store.UserUUID(ctx, actor.Person())
	if err != nil {
		return "", 0, err
	}
	ticket, err := l.sealTicket(ctx, ticketClaim{p.ID, user, l.now().Add(viewTicketLife).Unix()})
	return ticket, viewTicketLife, err
}

// ticketHolder returns the person that a ticket for a perspective was created for, as they
// are now.
func (l *Library) ticketHolder(ctx context.Context, perspective uuid.UUID, ticket string) (Actor, error) {
	held, err := l.openTicket(ctx, ticket)
	if err != nil {
		return Actor{}, err
	}
	user, err := held.userFor(perspective)
	if err != nil {
		return Actor{}, err
	}
	u, err := l.store.UserByUUID(ctx, user)
	if KindOf(err) == KindNotFound || err == nil && !u.Active() {
		return Actor{}, errBadTicket
	}
	if err != nil {
		return Actor{}, err
	}
	return Person(u.ID, u.Roles, Credential{Via: ViaTicket}), nil
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

// secret returns a key of the library's, which the first use makes.
func (l *Library) secret(ctx context.Context, name string) ([]byte, error) {
	key, err := l.store.Secret(ctx, name)
	if KindOf(err) != KindNotFound {
		return key, err
	}
	fresh := make([]byte, secretBytes)
	rand.Read(fresh) // never fails, see crypto/rand
	err = l.store.Change(ctx, func(tx Tx) (err error) {
		key, err = tx.MakeSecret(ctx, name, fresh)
		return err
	})
	return key, err
}
