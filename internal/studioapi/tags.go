package studioapi

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// ListMediaTags lists the tags of a media item.
func (h *handlers) ListMediaTags(
	ctx context.Context, actor library.Actor, in ListMediaTagsInput,
) (ListMediaTagsOutput, error) {
	found, err := h.library.MediaTags(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return ListMediaTagsOutput{}, err
	}
	return ListMediaTagsOutput{Tags: mapList(found, wireTag)}, nil
}

// AddMediaTag tags a media item.
func (h *handlers) AddMediaTag(
	ctx context.Context, actor library.Actor, in AddMediaTagInput,
) (AddMediaTagOutput, error) {
	var tag library.Tag
	err := h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		tag, err = c.TagMedia(ctx, library.MediaID(in.MediaID), in.Name)
		return err
	})
	if err != nil {
		return AddMediaTagOutput{}, err
	}
	return AddMediaTagOutput{Tag: wireTag(tag)}, nil
}

// RemoveMediaTag takes a tag from a media item.
func (h *handlers) RemoveMediaTag(
	ctx context.Context, actor library.Actor, in RemoveMediaTagInput,
) (RemoveMediaTagOutput, error) {
	return RemoveMediaTagOutput{}, h.library.Change(ctx, actor, func(c *library.Change) error {
		return c.UntagMedia(ctx, library.MediaID(in.MediaID), library.TagID(in.TagID))
	})
}
