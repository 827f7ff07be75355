package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

func (t *tx) InsertAuditEvent(ctx context.Context, e library.AuditEvent) error {
	return t.q.InsertAuditEvent(ctx, dbq.InsertAuditEventParams{
		At: e.At.Unix(), ActorID: (*int64)(e.Actor), ServiceID: (*int64)(e.Service), Token: e.Token,
		Action: e.Action, Object: e.Object, ObjectID: e.ObjectID,
		Before: string(e.Before), After: string(e.After),
		Address: e.Origin.Address, RequestID: e.Origin.RequestID,
	})
}
