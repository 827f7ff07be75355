package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

func (t *tx) LockGroup(ctx context.Context, id library.GroupID) (library.Group, error) {
	row, err := t.q.LockGroup(ctx, int64(id))
	if err != nil {
		return library.Group{}, orNotFound(err, "group", id)
	}
	return library.Group{ID: library.GroupID(row.ID), Name: row.Name, CreatedAt: fromUnix(row.CreatedAt)}, nil
}

func (t *tx) GroupMembership(
	ctx context.Context, group library.GroupID, user library.UserID,
) (library.Membership, error) {
	m, err := t.q.GroupMembership(ctx, dbq.GroupMembershipParams{GroupID: int64(group), UserID: int64(user)})
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return library.Membership(m), err
}

func (t *tx) InsertGroup(ctx context.Context, g library.Group) (library.GroupID, error) {
	id, err := t.q.InsertGroup(ctx, dbq.InsertGroupParams{Name: g.Name, CreatedAt: g.CreatedAt.Unix()})
	return library.GroupID(id), err
}

func (t *tx) SetMember(
	ctx context.Context, group library.GroupID, user library.UserID, m library.Membership,
) error {
	err := t.q.SetMember(ctx, dbq.SetMemberParams{GroupID: int64(group), UserID: int64(user), Permission: string(m)})
	if err != nil {
		return err
	}
	return t.q.BumpUser(ctx, int64(user))
}

func (t *tx) RemoveMember(ctx context.Context, group library.GroupID, user library.UserID) error {
	err := t.q.RemoveMember(ctx, dbq.RemoveMemberParams{GroupID: int64(group), UserID: int64(user)})
	if err != nil {
		return err
	}
	return t.q.BumpUser(ctx, int64(user))
}
