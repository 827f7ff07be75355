package studioapi

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
)

// ListGroupUsers lists the people in a group.
func (h *handlers) ListGroupUsers(
	ctx context.Context, actor library.Actor, in ListGroupUsersInput,
) (ListGroupUsersOutput, error) {
	found, err := h.library.GroupMembers(ctx, actor, library.GroupID(in.GroupID))
	if err != nil {
		return ListGroupUsersOutput{}, err
	}
	return ListGroupUsersOutput{GroupUsers: mapList(found, wireGroupUser)}, nil
}

// UpdateGroupUsers changes who is in a group, all or none.
func (h *handlers) UpdateGroupUsers(
	ctx context.Context, actor library.Actor, in UpdateGroupUsersInput,
) (UpdateGroupUsersOutput, error) {
	changes, err := memberChanges(in.Items)
	if err != nil {
		return UpdateGroupUsersOutput{}, err
	}
	var now []library.GroupMember
	err = h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		now, err = c.UpdateMembers(ctx, library.GroupID(in.GroupID), changes)
		return err
	})
	if err != nil {
		return UpdateGroupUsersOutput{}, err
	}
	return UpdateGroupUsersOutput{GroupUsers: mapList(now, wireGroupUser)}, nil
}

// memberChanges is the items of a batch as the library knows them.
func memberChanges(items []GroupUserChange) ([]library.MemberChange, error) {
	changes := make([]library.MemberChange, len(items))
	for i, item := range items {
		change := library.MemberChange{Action: library.MemberAction(item.Action), User: library.UserID(item.UserID)}
		if change.Action != library.RemoveMember {
			if item.Permission == nil {
				return nil, library.Missing(fmt.Sprintf("body[%d].permission", i))
			}
			var err error
			if change.As, err = library.ParseMembership(*item.Permission); err != nil {
				return nil, err
			}
		}
		changes[i] = change
	}
	return changes, nil
}
