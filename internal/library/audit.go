package library

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
)

// AuditEvent is one change of one thing, as the audit log keeps it: who, with which
// token, what, before and after, from where.
type AuditEvent struct {
	ID       int64
	At       time.Time
	Actor    *UserID           // nil for the operator and for services
	Service  *CaptionServiceID // nil for people and for the operator
	Token    string            // the first half of the token's hash in hex; "" for the operator
	Action   string            // the thing and what was done to it: media.archive
	Object   string            // the kind of the thing: media
	ObjectID string            // its id, or a perspective's UUID
	Before   json.RawMessage   // what the change was about as it was; null for what is new
	After    json.RawMessage   // and as it became; null for what is gone
	Origin   Origin
}

// AuditWriter is what keeping the audit log needs of a transaction.
type AuditWriter interface {
	// InsertAuditEvent adds an event to the log; its ID is the log's to give.
	InsertAuditEvent(ctx context.Context, e AuditEvent) error
}

// AuditEntry is an event as it is read, with who the actor is.
type AuditEntry struct {
	AuditEvent
	By *UserBrief // nil for the operator and for services
}

// AuditFilter says which events are wanted; what is given is ANDed.
type AuditFilter struct {
	Actor    *UserID
	Object   *string
	ObjectID *string
	Action   *string
	Since    *time.Time // at that time or later
	Until    *time.Time // at that time or earlier
	Before   *AuditMark // only what stands after this event in the list
}

// AuditMark is where an event stands in the log.
type AuditMark struct {
	At time.Time
	ID int64
}

// Mark is where the event stands in the log.
func (e AuditEvent) Mark() AuditMark { return AuditMark{At: e.At, ID: e.ID} }

// The limits of a piece of the audit log.
const (
	DefaultAuditLimit = 50
	MaxAuditLimit     = 100
)

// AuditReader is what reading the audit log needs of storage.
type AuditReader interface {
	// AuditEvents returns the newest events that the filter lets through, so many at
	// most; of those of one second the one with the larger id is the newer.
	AuditEvents(ctx context.Context, filter AuditFilter, limit int64) ([]AuditEntry, error)
}

// AuditEvents returns the newest events that the filter lets through, and whether there
// are more. Only admins may call it.
func (l *Library) AuditEvents(
	ctx context.Context, actor Actor, filter AuditFilter, limit int64,
) (events []AuditEntry, more bool, err error) {
	if !may(actor, ReadAudit, given{}) {
		return nil, false, Forbidden("only admins may read the audit log")
	}
	events, err = view(ctx, l, actor, func(v *Snapshot) ([]AuditEntry, error) {
		return v.in.AuditEvents(ctx, filter, limit+1)
	})
	if int64(len(events)) > limit {
		return events[:limit], true, err
	}
	return events, false, err
}

// facts are what an event tells of a thing before or after a change.
type facts map[string]any

// record writes into the audit log what this change does to one thing, in the change's
// own transaction. The object is the part of the action before the point.
func (c *Change) record(ctx context.Context, object, verb, id string, before, after facts) error {
	e := AuditEvent{
		At: c.now, Action: object + "." + verb, Object: object, ObjectID: id, Origin: c.actor.origin,
	}
	if c.actor.IsPerson() {
		e.Actor = new(c.actor.Person())
	}
	if c.actor.IsService() {
		e.Service = new(c.actor.Service())
	}
	e.Token = c.actor.TokenName()
	var err error
	if e.Before, err = json.Marshal(before); err != nil {
		return err
	}
	if e.After, err = json.Marshal(after); err != nil {
		return err
	}
	return c.tx.InsertAuditEvent(ctx, e)
}

// Token is the hash of the token that the actor came with, zero for none.
func (a Actor) Token() TokenHash { return a.with.Token }

// TokenName is how the log names the token that the actor came with; "" for none.
func (a Actor) TokenName() string {
	if a.with.Token == (TokenHash{}) {
		return ""
	}
	return tokenName(a.with.Token)
}

// tokenName is how the log tells tokens apart: half of the hash, which is long enough
// to be unique and of no use to who reads it.
func tokenName(h TokenHash) string { return hex.EncodeToString(h[:len(h)/2]) }

func idText[ID ~int64](id ID) string { return strconv.FormatInt(int64(id), 10) }
