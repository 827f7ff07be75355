package studioapi

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// ListAuditEvents reads a piece of the audit log.
func (h *handlers) ListAuditEvents(
	ctx context.Context, actor library.Actor, in ListAuditEventsInput,
) (ListAuditEventsOutput, error) {
	filter := library.AuditFilter{
		Actor: (*library.UserID)(in.ActorID), Object: in.Object, ObjectID: in.ObjectID, Action: in.Action,
		Since: in.Since, Until: in.Until,
	}
	if in.Cursor != nil {
		mark, err := readCursor(*in.Cursor)
		if err != nil {
			return ListAuditEventsOutput{}, err
		}
		filter.Before = &mark
	}
	events, more, err := h.library.AuditEvents(ctx, actor, filter, in.Limit)
	if err != nil {
		return ListAuditEventsOutput{}, err
	}
	out := ListAuditEventsOutput{AuditEvents: mapList(events, wireAuditEvent)}
	if more {
		out.NextCursor = new(cursorOf(events[len(events)-1].Mark()))
	}
	return out, nil
}

// cursorOf writes a mark as callers get it.
func cursorOf(m library.AuditMark) string { return fmt.Sprintf("%d-%d", m.At.Unix(), m.ID) }

// readCursor reads what cursorOf wrote, and nothing else.
func readCursor(cursor string) (m library.AuditMark, err error) {
	var at int64
	if _, err := fmt.Sscanf(cursor, "%d-%d", &at, &m.ID); err != nil {
		return m, library.Invalid("cursor", "must be the next_cursor of an answer")
	}
	m.At = time.Unix(at, 0)
	if cursorOf(m) != cursor {
		return m, library.Invalid("cursor", "must be the next_cursor of an answer")
	}
	return m, nil
}

func wireAuditEvent(e library.AuditEntry) AuditEvent {
	w := AuditEvent{
		ID: e.ID, CreatedAt: e.At, ServiceID: (*int64)(e.Service), Token: e.Token, Action: e.Action,
		Object: e.Object, ObjectID: e.ObjectID, Before: rawOrNil(e.Before), After: rawOrNil(e.After),
		Address: e.Origin.Address, RequestID: e.Origin.RequestID,
	}
	if e.By != nil {
		by := wireUserBrief(*e.By)
		w.Actor = &by
	}
	return w
}

// rawOrNil is nil for JSON's null.
func rawOrNil(object json.RawMessage) *json.RawMessage {
	if string(object) == "null" {
		return nil
	}
	return &object
}
