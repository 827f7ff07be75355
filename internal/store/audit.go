package store

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// AuditEvents is [library.AuditReader]'s.
func (v *reader) AuditEvents(
	ctx context.Context, filter library.AuditFilter, limit int64,
) (events []library.AuditEntry, err error) {
	c := &conditions{}
	if filter.Actor != nil {
		c.and("e.actor_id = ?", int64(*filter.Actor))
	}
	if filter.Object != nil {
		c.and("e.object = ?", *filter.Object)
	}
	if filter.ObjectID != nil {
		c.and("e.object_id = ?", *filter.ObjectID)
	}
	if filter.Action != nil {
		c.and("e.action = ?", *filter.Action)
	}
	if filter.Since != nil {
		c.and("e.at >= ?", filter.Since.Unix())
	}
	if filter.Until != nil {
		c.and("e.at <= ?", filter.Until.Unix())
	}
	if after := filter.Before; after != nil {
		c.and("(e.at, e.id) < (?, ?)", after.At.Unix(), after.ID)
	}
	c.and("TRUE")
	query := `SELECT e.id, e.at, e.actor_id, e.service_id, e.token, e.action, e.object, e.object_id,
	                 e.before, e.after, e.address, e.request_id,
	                 COALESCE(u.full_name, ''), COALESCE(u.display_name, ''), u.email
	            FROM audit_events e LEFT JOIN users u ON u.id = e.actor_id
	           WHERE ` + c.take() + ` ORDER BY e.at DESC, e.id DESC LIMIT ` + c.arg(limit)
	if _, err := v.searching(ctx); err != nil {
		return nil, err
	}
	return readAuditEvents(ctx, v.conn, query, c.args)
}

func readAuditEvents(
	ctx context.Context, conn dbq.DBTX, query string, args []any,
) (events []library.AuditEntry, err error) {
	rows, err := db.QueryOnce(ctx, conn, query, args)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var (
			e                library.AuditEntry
			by               library.UserBrief
			at               int64
			actor, service   *int64
			before, after    string
			address, request string
		)
		err := rows.Scan(&e.ID, &at, &actor, &service, &e.Token, &e.Action, &e.Object, &e.ObjectID,
			&before, &after, &address, &request, &by.FullName, &by.DisplayName, &by.Email)
		if err != nil {
			return nil, err
		}
		e.At, e.Before, e.After = fromUnix(at), json.RawMessage(before), json.RawMessage(after)
		e.Origin = library.Origin{Address: address, RequestID: request}
		e.Actor, e.Service = (*library.UserID)(actor), (*library.CaptionServiceID)(service)
		if actor != nil {
			by.ID = library.UserID(*actor)
			e.By = &by
		}
		events = append(events, e)
	}
	return events, rows.Err()
}

func (t *tx) InsertAuditEvent(ctx context.Context, e library.AuditEvent) error {
	return t.later.InsertAuditEvent(ctx, dbq.InsertAuditEventParams{
		At: e.At.Unix(), ActorID: (*int64)(e.Actor), ServiceID: (*int64)(e.Service), Token: e.Token,
		Action: e.Action, Object: e.Object, ObjectID: e.ObjectID,
		Before: string(e.Before), After: string(e.After),
		Address: e.Origin.Address, RequestID: e.Origin.RequestID,
	})
}
