package library

import (
	"bytes"
	"context"
	"time"

	"github.com/google/uuid"
)

// A ticket for views lets a page that is being left report what was watched, when it can
// send no header: it names the perspective, the person and when it ends, and is sealed. It
// names both by UUID: a ticket outlives a restore of the database to an earlier state, after
// which an id may be somebody else's.
type ticketClaim struct {
	Perspective uuid.UUID
	User        uuid.UUID
	Ends        int64 // unix seconds
}

// issued is when the ticket was made.
func (t ticketClaim) issued() time.Time { return time.Unix(t.Ends, 0).UTC().Add(-viewTicketLife) }

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
// without their token, and says how long it is valid. Only people who may play the media item
// may call it.
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
	ticket, err := l.sealTicket(ctx, ticketClaim{perspective, user, l.now().Add(viewTicketLife).Unix()})
	return ticket, viewTicketLife, err
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
	viewer := Person(u.ID, u.Roles, Credential{Via: ViaTicket})
	if found, asked := ctx.Value(viewerKey{}).(func(Actor)); asked {
		found(viewer)
	}
	return viewer, nil
}

// viewerKey is the key in a context of what [WithViewer] gave it.
type viewerKey struct{}

// WithViewer is a context in which the library calls found once it knows the person of a ticket,
// whether or not they may do what they ask for. It is for logs.
func WithViewer(ctx context.Context, found func(Actor)) context.Context {
	return context.WithValue(ctx, viewerKey{}, found)
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
