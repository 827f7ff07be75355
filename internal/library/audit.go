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

// facts are what an event tells of a thing before or after a change.
type facts map[string]any

// record writes into the audit log what this change does to one thing, in the change's
// own transaction. The object is the part of the action before the point.
func (c *Change) record(ctx context.Context, object, verb, id string, before, after facts) error {
	e := AuditEvent{
		At: c.now, Action: object + "." + verb, Object: object, ObjectID: id, Origin: c.actor.Origin,
	}
	if c.actor.ID != 0 {
		e.Actor = &c.actor.ID
	}
	if c.actor.service != 0 {
		e.Service = &c.actor.service
	}
	if c.actor.Token != (TokenHash{}) {
		e.Token = tokenName(c.actor.Token)
	}
	var err error
	if e.Before, err = json.Marshal(before); err != nil {
		return err
	}
	if e.After, err = json.Marshal(after); err != nil {
		return err
	}
	return c.tx.InsertAuditEvent(ctx, e)
}

// tokenName is how the log tells tokens apart: half of the hash, which is long enough
// to be unique and of no use to who reads it.
func tokenName(h TokenHash) string { return hex.EncodeToString(h[:len(h)/2]) }

func idText[ID ~int64](id ID) string { return strconv.FormatInt(int64(id), 10) }
