package studioapi

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// ListCollections lists what the caller owns and reaches.
func (h *handlers) ListCollections(
	ctx context.Context, actor library.Actor, in ListCollectionsInput,
) (ListCollectionsOutput, error) {
	page := library.Page{Number: in.Page, Size: in.PerPage}
	found, err := h.library.Collections(ctx, actor, in.Archived, page)
	if err != nil {
		return ListCollectionsOutput{}, err
	}
	return ListCollectionsOutput{
		Collections:    mapList(found.Items, wireCollection),
		PaginationMeta: wireMeta(found),
	}, nil
}

// CreateCollection makes a collection.
func (h *handlers) CreateCollection(
	ctx context.Context, actor library.Actor, in CreateCollectionInput,
) (CreateCollectionOutput, error) {
	wanted := library.NewCollection{Name: in.Name, Owner: actor.Person()}
	if in.UserID != nil {
		wanted.Owner = library.UserID(*in.UserID)
	}
	made, err := changed(ctx, h, actor, func(c *library.Change) (library.CollectionWithPermission, error) {
		return c.CreateCollection(ctx, wanted)
	})
	if err != nil {
		return CreateCollectionOutput{}, err
	}
	return CreateCollectionOutput{Collection: wireCollection(made)}, nil
}

// GetCollection shows one collection.
func (h *handlers) GetCollection(
	ctx context.Context, actor library.Actor, in GetCollectionInput,
) (GetCollectionOutput, error) {
	found, err := h.library.Collection(ctx, actor, library.CollectionID(in.CollectionID))
	if err != nil {
		return GetCollectionOutput{}, err
	}
	return GetCollectionOutput{Collection: wireCollection(found)}, nil
}

// DeleteCollection deletes a collection with what is at home in it.
func (h *handlers) DeleteCollection(
	ctx context.Context, actor library.Actor, in DeleteCollectionInput,
) (DeleteCollectionOutput, error) {
	was, err := changed(ctx, h, actor, func(c *library.Change) (library.CollectionWithPermission, error) {
		return c.DeleteCollection(ctx, library.CollectionID(in.CollectionID))
	})
	if err != nil {
		return DeleteCollectionOutput{}, err
	}
	return DeleteCollectionOutput{Collection: wireCollection(was)}, nil
}

// ArchiveCollection archives a collection with what is at home in it.
func (h *handlers) ArchiveCollection(
	ctx context.Context, actor library.Actor, in ArchiveCollectionInput,
) (ArchiveCollectionOutput, error) {
	is, err := changed(ctx, h, actor, func(c *library.Change) (library.CollectionWithPermission, error) {
		return c.ArchiveCollection(ctx, library.CollectionID(in.CollectionID))
	})
	if err != nil {
		return ArchiveCollectionOutput{}, err
	}
	return ArchiveCollectionOutput{Collection: wireCollection(is)}, nil
}

// UnarchiveCollection restores a collection with what was archived with it.
func (h *handlers) UnarchiveCollection(
	ctx context.Context, actor library.Actor, in UnarchiveCollectionInput,
) (UnarchiveCollectionOutput, error) {
	is, err := changed(ctx, h, actor, func(c *library.Change) (library.CollectionWithPermission, error) {
		return c.UnarchiveCollection(ctx, library.CollectionID(in.CollectionID))
	})
	if err != nil {
		return UnarchiveCollectionOutput{}, err
	}
	return UnarchiveCollectionOutput{Collection: wireCollection(is)}, nil
}

// ListCollectionMedia lists what a collection holds.
func (h *handlers) ListCollectionMedia(
	ctx context.Context, actor library.Actor, in ListCollectionMediaInput,
) (ListCollectionMediaOutput, error) {
	page := library.Page{Number: in.Page, Size: in.PerPage}
	found, err := h.library.CollectionMedia(ctx, actor, library.CollectionID(in.CollectionID), in.Archived, page)
	if err != nil {
		return ListCollectionMediaOutput{}, err
	}
	return ListCollectionMediaOutput{
		Media:          mapList(found.Items, h.wireMedia),
		PaginationMeta: wireMeta(found),
	}, nil
}

// changed runs one use case as a change and returns what it returns.
func changed[T any](
	ctx context.Context, h *handlers, actor library.Actor, useCase func(*library.Change) (T, error),
) (result T, err error) {
	err = h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		result, err = useCase(c)
		return err
	})
	return result, err
}
