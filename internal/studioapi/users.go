package studioapi

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// ListUserCollections lists what the user in question owns and reaches.
func (h *handlers) ListUserCollections(
	ctx context.Context, actor library.Actor, in ListUserCollectionsInput,
) (ListUserCollectionsOutput, error) {
	page := library.Page{Number: in.Page, Size: in.PerPage}
	found, err := h.library.UserCollections(ctx, actor, library.UserID(in.UserID), page)
	if err != nil {
		return ListUserCollectionsOutput{}, err
	}
	return ListUserCollectionsOutput{
		Collections:    mapList(found.Items, wireCollection),
		PaginationMeta: wireMeta(found),
	}, nil
}

// GetUserLibrary shows the My Library of the user in question.
func (h *handlers) GetUserLibrary(
	ctx context.Context, actor library.Actor, in GetUserLibraryInput,
) (GetUserLibraryOutput, error) {
	found, err := h.library.UserLibrary(ctx, actor, library.UserID(in.UserID))
	if err != nil {
		return GetUserLibraryOutput{}, err
	}
	return GetUserLibraryOutput{Collection: wireCollection(found)}, nil
}

// ListUserMedia lists all media that the user in question reaches.
func (h *handlers) ListUserMedia(
	ctx context.Context, actor library.Actor, in ListUserMediaInput,
) (ListUserMediaOutput, error) {
	page := library.Page{Number: in.Page, Size: in.PerPage}
	found, err := h.library.UserMedia(ctx, actor, library.UserID(in.UserID), page)
	if err != nil {
		return ListUserMediaOutput{}, err
	}
	return ListUserMediaOutput{
		Media:          mapList(found.Items, h.wireUserMedia),
		PaginationMeta: wireMeta(found),
	}, nil
}

// GetUser shows one person.
func (h *handlers) GetUser(ctx context.Context, actor library.Actor, in GetUserInput) (GetUserOutput, error) {
	found, err := h.library.User(ctx, actor, library.UserID(in.UserID))
	if err != nil {
		return GetUserOutput{}, err
	}
	return GetUserOutput{User: wireUser(found)}, nil
}

// UpdateUser changes what a person is called, and their e-mail address.
func (h *handlers) UpdateUser(
	ctx context.Context, actor library.Actor, in UpdateUserInput,
) (UpdateUserOutput, error) {
	edit := library.UserEdit{
		FullName: in.FullName, DisplayName: in.DisplayName,
		Email: in.Email.Value, NoEmail: in.Email.Given && in.Email.Value == nil,
	}
	user, err := changed(ctx, h, actor, func(c *library.Change) (library.User, error) {
		return c.EditUser(ctx, library.UserID(in.UserID), edit)
	})
	if err != nil {
		return UpdateUserOutput{}, err
	}
	return UpdateUserOutput{User: wireUser(user)}, nil
}

// SearchUsers finds people by role, by e-mail, or by both.
func (h *handlers) SearchUsers(
	ctx context.Context, actor library.Actor, in SearchUsersInput,
) (SearchUsersOutput, error) {
	filter := library.UserFilter{Email: in.Email}
	if in.Role != nil {
		role, err := library.ParseRole(*in.Role)
		if err != nil {
			return SearchUsersOutput{}, err
		}
		filter.Role = &role
	}
	page := library.Page{Number: in.Page, Size: in.PerPage}
	found, err := h.library.SearchUsers(ctx, actor, filter, page)
	if err != nil {
		return SearchUsersOutput{}, err
	}
	return SearchUsersOutput{
		Users:          mapList(found.Items, wireUser),
		PaginationMeta: wireMeta(found),
	}, nil
}

// UpdateUserRoles gives and takes roles, all or none.
func (h *handlers) UpdateUserRoles(
	ctx context.Context, actor library.Actor, in UpdateUserRolesInput,
) (UpdateUserRolesOutput, error) {
	changes := make([]library.RoleChange, len(in.Roles))
	for i, item := range in.Roles {
		role, err := library.ParseRole(item.Role)
		if err != nil {
			return UpdateUserRolesOutput{}, err
		}
		changes[i] = library.RoleChange{
			User: library.UserID(item.UserID), Role: role, Action: item.Action == "add",
		}
	}
	var users []library.User
	err := h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		users, err = c.UpdateRoles(ctx, changes)
		return err
	})
	if err != nil {
		return UpdateUserRolesOutput{}, err
	}
	return UpdateUserRolesOutput{Users: mapList(users, wireUser)}, nil
}

// Ping answers everyone who gets here: the token was good.
func (h *handlers) Ping(context.Context, library.Actor, PingInput) (string, error) {
	return "pong", nil
}
