package studioapi

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
)

// ListMediaPermissions lists the direct shares of a media item.
func (h *handlers) ListMediaPermissions(
	ctx context.Context, actor library.Actor, in ListMediaPermissionsInput,
) (ListMediaPermissionsOutput, error) {
	found, err := h.library.MediaShares(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return ListMediaPermissionsOutput{}, err
	}
	return ListMediaPermissionsOutput{
		Users: mapList(found.Users, wireUserPermission), Groups: mapList(found.Groups, wireGroupPermission),
	}, nil
}

// UpdateMediaPermissions shares a media item, changes its shares and ends them, all or none.
func (h *handlers) UpdateMediaPermissions(
	ctx context.Context, actor library.Actor, in UpdateMediaPermissionsInput,
) (UpdateMediaPermissionsOutput, error) {
	changes, err := shareChanges(in.Permissions)
	if err != nil {
		return UpdateMediaPermissionsOutput{}, err
	}
	var now library.Shares
	err = h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		now, err = c.UpdateMediaShares(ctx, library.MediaID(in.MediaID), changes)
		return err
	})
	if err != nil {
		return UpdateMediaPermissionsOutput{}, err
	}
	return UpdateMediaPermissionsOutput{
		Users: mapList(now.Users, wireUserPermission), Groups: mapList(now.Groups, wireGroupPermission),
	}, nil
}

// ListCollectionPermissions lists the shares of a collection.
func (h *handlers) ListCollectionPermissions(
	ctx context.Context, actor library.Actor, in ListCollectionPermissionsInput,
) (ListCollectionPermissionsOutput, error) {
	found, err := h.library.CollectionShares(ctx, actor, library.CollectionID(in.CollectionID))
	if err != nil {
		return ListCollectionPermissionsOutput{}, err
	}
	return ListCollectionPermissionsOutput{
		Users: mapList(found.Users, wireUserPermission), Groups: mapList(found.Groups, wireGroupPermission),
	}, nil
}

// UpdateCollectionPermissions shares a collection, changes its shares and ends them,
// all or none.
func (h *handlers) UpdateCollectionPermissions(
	ctx context.Context, actor library.Actor, in UpdateCollectionPermissionsInput,
) (UpdateCollectionPermissionsOutput, error) {
	changes, err := shareChanges(in.Permissions)
	if err != nil {
		return UpdateCollectionPermissionsOutput{}, err
	}
	var now library.Shares
	err = h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		now, err = c.UpdateCollectionShares(ctx, library.CollectionID(in.CollectionID), changes)
		return err
	})
	if err != nil {
		return UpdateCollectionPermissionsOutput{}, err
	}
	return UpdateCollectionPermissionsOutput{
		Users: mapList(now.Users, wireUserPermission), Groups: mapList(now.Groups, wireGroupPermission),
	}, nil
}

// ListMediaUsers lists everyone who reaches a media item.
func (h *handlers) ListMediaUsers(
	ctx context.Context, actor library.Actor, in ListMediaUsersInput,
) (ListMediaUsersOutput, error) {
	least, err := library.ParsePermission(in.MinPermission)
	if err != nil {
		return ListMediaUsersOutput{}, err
	}
	found, err := h.library.MediaUsers(ctx, actor, library.MediaID(in.MediaID), least)
	if err != nil {
		return ListMediaUsersOutput{}, err
	}
	return ListMediaUsersOutput{UserPermissions: mapList(found, wireUserPermission)}, nil
}

// shareChanges is the items of a batch as the library knows them.
func shareChanges(items []PermissionChange) ([]library.ShareChange, error) {
	changes := make([]library.ShareChange, len(items))
	for i, item := range items {
		change := library.ShareChange{Action: library.ShareAction(item.Action)}
		if item.ShareType == "group" {
			change.With.Group = library.GroupID(item.ID)
		} else {
			change.With.User = library.UserID(item.ID)
		}
		if change.Action != library.DestroyShare {
			if item.PermissionType == nil {
				return nil, library.Missing(fmt.Sprintf("permissions[%d].permission_type", i))
			}
			var err error
			if change.Gives, err = library.ParseShare(*item.PermissionType); err != nil {
				return nil, err
			}
		}
		changes[i] = change
	}
	return changes, nil
}
