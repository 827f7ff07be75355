package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// GroupMembers is [library.GroupReader]'s.
func (v *reader) GroupMembers(ctx context.Context, id library.GroupID) ([]library.GroupMember, error) {
	if _, err := v.q.GroupExists(ctx, int64(id)); err != nil {
		return nil, orNotFound(err, "group", id)
	}
	rows, err := v.end.GroupMembers(ctx, int64(id))
	members := make([]library.GroupMember, len(rows))
	for i, r := range rows {
		members[i] = library.GroupMember{
			UserBrief: library.UserBrief{
				ID: library.UserID(r.ID), FullName: r.FullName, DisplayName: r.DisplayName, Email: r.Email,
			},
			Membership: library.Membership(r.Permission),
		}
	}
	return members, err
}

// GroupMembership is [library.GroupReader]'s.
func (v *reader) GroupMembership(
	ctx context.Context, group library.GroupID, user library.UserID,
) (library.Membership, error) {
	m, err := v.end.GroupMembership(ctx, dbq.GroupMembershipParams{GroupID: int64(group), UserID: int64(user)})
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return library.Membership(m), err
}

func (t *tx) GroupMemberships(
	ctx context.Context, group library.GroupID, users []library.UserID,
) (map[library.UserID]library.Membership, error) {
	rows, err := t.q.GroupMemberships(ctx, dbq.GroupMembershipsParams{GroupID: int64(group), Users: int64s(users)})
	held := make(map[library.UserID]library.Membership, len(rows))
	for _, r := range rows {
		held[library.UserID(r.UserID)] = library.Membership(r.Permission)
	}
	return held, err
}

func (t *tx) LockGroups(ctx context.Context, ids []library.GroupID) ([]library.Group, error) {
	rows, err := t.q.LockGroups(ctx, int64s(ids))
	groups := make([]library.Group, len(rows))
	for i, r := range rows {
		groups[i] = library.Group{ID: library.GroupID(r.ID), Name: r.Name, CreatedAt: fromUnix(r.CreatedAt)}
	}
	return groups, err
}

func (t *tx) InsertGroup(ctx context.Context, g library.Group) (library.GroupID, error) {
	id, err := t.q.InsertGroup(ctx, dbq.InsertGroupParams{Version: t.step, Name: g.Name, CreatedAt: g.CreatedAt.Unix()})
	return library.GroupID(id), err
}

func (t *tx) SetMember(
	ctx context.Context, group library.GroupID, user library.UserID, m library.Membership,
) error {
	err := t.q.SetMember(ctx, dbq.SetMemberParams{GroupID: int64(group), UserID: int64(user), Permission: string(m)})
	if err != nil {
		return err
	}
	return t.bumpUser(ctx, int64(user))
}

func (t *tx) RemoveMember(ctx context.Context, group library.GroupID, user library.UserID) error {
	err := t.q.RemoveMember(ctx, dbq.RemoveMemberParams{GroupID: int64(group), UserID: int64(user)})
	if err != nil {
		return err
	}
	return t.bumpUser(ctx, int64(user))
}
