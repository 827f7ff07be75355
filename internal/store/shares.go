package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// split gives a grantee's two columns to a statement, one of them nil.
func split(g library.Grantee) (user, group *int64) {
	if g.Group != 0 {
		return nil, (*int64)(&g.Group)
	}
	return (*int64)(&g.User), nil
}

// MediaShares is [library.ShareReader]'s.
func (v *reader) MediaShares(ctx context.Context, id library.MediaID) (library.Shares, error) {
	users, err := v.q.UsersOfMediaShares(ctx, int64(id))
	if err != nil {
		return library.Shares{}, err
	}
	groups, err := v.end.GroupsOfMediaShares(ctx, int64(id))
	return toShares(users, groups), err
}

// CollectionShares is [library.ShareReader]'s.
func (v *reader) CollectionShares(ctx context.Context, id library.CollectionID) (library.Shares, error) {
	rows, err := v.q.UsersOfCollectionShares(ctx, int64(id))
	if err != nil {
		return library.Shares{}, err
	}
	users := make([]userOfShareRow, len(rows))
	for i, r := range rows {
		users[i] = userOfShareRow(r)
	}
	found, err := v.end.GroupsOfCollectionShares(ctx, int64(id))
	groups := make([]groupOfShareRow, len(found))
	for i, r := range found {
		groups[i] = groupOfShareRow(r)
	}
	return toShares(users, groups), err
}

// A share as the queries of shares return one.
type (
	userOfShareRow  = dbq.UsersOfMediaSharesRow
	groupOfShareRow = dbq.GroupsOfMediaSharesRow
)

func toShares(users []userOfShareRow, groups []groupOfShareRow) library.Shares {
	shares := library.Shares{
		Users:  make([]library.UserWithPermission, len(users)),
		Groups: make([]library.GroupWithPermission, len(groups)),
	}
	for i, r := range users {
		shares.Users[i] = library.UserWithPermission{
			User: toUser(userRow{
				ID: r.ID, FullName: r.FullName, DisplayName: r.DisplayName, Email: r.Email,
				CreatedAt: r.CreatedAt, DeactivatedAt: r.DeactivatedAt, Roles: r.Roles,
			}),
			Permission: library.Way(r.Permission).Level(),
		}
	}
	for i, r := range groups {
		shares.Groups[i] = library.GroupWithPermission{
			Group:      library.Group{ID: library.GroupID(r.ID), Name: r.Name, CreatedAt: fromUnix(r.CreatedAt)},
			Permission: library.Way(r.Permission).Level(),
		}
	}
	return shares
}

// splitAll gives the columns of many grantees to a statement.
func splitAll(grantees []library.Grantee) (users, groups []int64) {
	for _, g := range grantees {
		if g.Group != 0 {
			groups = append(groups, int64(g.Group))
		} else {
			users = append(users, int64(g.User))
		}
	}
	return users, groups
}

// granteeOf is the grantee of a row's two columns.
func granteeOf(user, group *int64) library.Grantee {
	if group != nil {
		return library.Grantee{Group: library.GroupID(*group)}
	}
	return library.Grantee{User: library.UserID(*user)}
}

func (t *tx) MediaSharesWith(
	ctx context.Context, id library.MediaID, grantees []library.Grantee,
) (map[library.Grantee]library.Way, error) {
	users, groups := splitAll(grantees)
	rows, err := t.q.MediaSharesWith(ctx, dbq.MediaSharesWithParams{MediaID: int64(id), Users: users, Groups: groups})
	shares := make(map[library.Grantee]library.Way, len(rows))
	for _, r := range rows {
		shares[granteeOf(r.UserID, r.GroupID)] = library.Way(r.Permission)
	}
	return shares, err
}

func (t *tx) SetMediaShare(ctx context.Context, id library.MediaID, g library.Grantee, gives library.Way) error {
	user, group := split(g)
	if _, err := t.q.DeleteMediaShare(ctx, dbq.DeleteMediaShareParams{
		MediaID: int64(id), UserID: user, GroupID: group,
	}); err != nil {
		return err
	}
	if err := t.q.InsertMediaShare(ctx, dbq.InsertMediaShareParams{
		MediaID: int64(id), UserID: user, GroupID: group, Permission: string(gives),
	}); err != nil {
		return err
	}
	return t.bumpGrantee(ctx, g)
}

func (t *tx) RemoveMediaShare(ctx context.Context, id library.MediaID, g library.Grantee) error {
	user, group := split(g)
	n, err := t.q.DeleteMediaShare(ctx, dbq.DeleteMediaShareParams{MediaID: int64(id), UserID: user, GroupID: group})
	if err != nil || n == 0 {
		return err
	}
	return t.bumpGrantee(ctx, g)
}

// bumpGrantee makes stale what the grantee is directly given.
func (t *tx) bumpGrantee(ctx context.Context, g library.Grantee) error {
	if g.Group != 0 {
		return t.bumpGroup(ctx, int64(g.Group))
	}
	return t.bumpUser(ctx, int64(g.User))
}

func (t *tx) CollectionSharesWith(
	ctx context.Context, id library.CollectionID, grantees []library.Grantee,
) (map[library.Grantee]library.Way, error) {
	users, groups := splitAll(grantees)
	rows, err := t.q.CollectionSharesWith(ctx, dbq.CollectionSharesWithParams{
		CollectionID: int64(id), Users: users, Groups: groups,
	})
	shares := make(map[library.Grantee]library.Way, len(rows))
	for _, r := range rows {
		shares[granteeOf(r.UserID, r.GroupID)] = library.Way(r.Permission)
	}
	return shares, err
}

func (t *tx) SetCollectionShare(
	ctx context.Context, id library.CollectionID, g library.Grantee, gives library.Way,
) error {
	user, group := split(g)
	if _, err := t.q.DeleteCollectionShare(ctx, dbq.DeleteCollectionShareParams{
		CollectionID: int64(id), UserID: user, GroupID: group,
	}); err != nil {
		return err
	}
	if err := t.q.InsertCollectionShare(ctx, dbq.InsertCollectionShareParams{
		CollectionID: int64(id), UserID: user, GroupID: group, Permission: string(gives),
	}); err != nil {
		return err
	}
	return t.bumpGrantee(ctx, g)
}

func (t *tx) RemoveCollectionShare(ctx context.Context, id library.CollectionID, g library.Grantee) error {
	user, group := split(g)
	n, err := t.q.DeleteCollectionShare(ctx, dbq.DeleteCollectionShareParams{
		CollectionID: int64(id), UserID: user, GroupID: group,
	})
	if err != nil || n == 0 {
		return err
	}
	return t.bumpGrantee(ctx, g)
}
