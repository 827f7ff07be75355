package studioapi

import (
	"context"
	"net/url"

	"github.com/lectern-media/lectern/internal/library"
)

// GetMedia shows one media item.
func (h *handlers) GetMedia(ctx context.Context, actor library.Actor, in GetMediaInput) (GetMediaOutput, error) {
	found, err := h.library.Media(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return GetMediaOutput{}, err
	}
	return GetMediaOutput{Media: h.wireMediaAtHome(found)}, nil
}

// DeleteMedia deletes a media item.
func (h *handlers) DeleteMedia(
	ctx context.Context, actor library.Actor, in DeleteMediaInput,
) (DeleteMediaOutput, error) {
	was, err := changed(ctx, h, actor, func(c *library.Change) (library.MediaAtHome, error) {
		return c.DeleteMedia(ctx, library.MediaID(in.MediaID))
	})
	if err != nil {
		return DeleteMediaOutput{}, err
	}
	return DeleteMediaOutput{Media: h.wireMediaAtHome(was)}, nil
}

// ArchiveMedia archives a media item.
func (h *handlers) ArchiveMedia(
	ctx context.Context, actor library.Actor, in ArchiveMediaInput,
) (ArchiveMediaOutput, error) {
	is, err := changed(ctx, h, actor, func(c *library.Change) (library.MediaAtHome, error) {
		return c.ArchiveMedia(ctx, library.MediaID(in.MediaID))
	})
	if err != nil {
		return ArchiveMediaOutput{}, err
	}
	return ArchiveMediaOutput{Media: h.wireMediaAtHome(is)}, nil
}

// UnarchiveMedia restores a media item.
func (h *handlers) UnarchiveMedia(
	ctx context.Context, actor library.Actor, in UnarchiveMediaInput,
) (UnarchiveMediaOutput, error) {
	var to library.CollectionID
	if in.CollectionID != nil {
		to = library.CollectionID(*in.CollectionID)
	}
	is, err := changed(ctx, h, actor, func(c *library.Change) (library.MediaAtHome, error) {
		return c.UnarchiveMedia(ctx, library.MediaID(in.MediaID), to)
	})
	if err != nil {
		return UnarchiveMediaOutput{}, err
	}
	return UnarchiveMediaOutput{Media: h.wireMediaAtHome(is)}, nil
}

// ListMediaCourses lists the courses that a media item is in.
func (h *handlers) ListMediaCourses(
	ctx context.Context, actor library.Actor, in ListMediaCoursesInput,
) (ListMediaCoursesOutput, error) {
	found, err := h.library.MediaCourses(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return ListMediaCoursesOutput{}, err
	}
	return ListMediaCoursesOutput{Courses: mapList(found, wireCollection)}, nil
}

// CreateEmbed puts a media item into a course, and answers the address that launches it.
func (h *handlers) CreateEmbed(
	ctx context.Context, actor library.Actor, in CreateEmbedInput,
) (CreateEmbedOutput, error) {
	wanted := library.NewEmbed{
		Media: library.MediaID(in.MediaID), Course: library.CourseID(in.CourseID), Downloadable: in.Downloadable,
	}
	media, err := changed(ctx, h, actor, func(c *library.Change) (library.Media, error) {
		return c.EmbedMedia(ctx, wanted)
	})
	if err != nil {
		return CreateEmbedOutput{}, err
	}
	return CreateEmbedOutput{EmbedURL: h.publicURL + "/lti/launch?custom_arc_launch_type=" + url.QueryEscape(in.EmbedType) +
		"&custom_arc_media_id=" + url.QueryEscape(ltiLaunchID(media))}, nil
}

// ListMediaPerspectives lists the perspectives of a media item.
func (h *handlers) ListMediaPerspectives(
	ctx context.Context, actor library.Actor, in ListMediaPerspectivesInput,
) (ListMediaPerspectivesOutput, error) {
	found, err := h.library.MediaPerspectives(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return ListMediaPerspectivesOutput{}, err
	}
	return ListMediaPerspectivesOutput{Perspectives: mapList(found, wirePerspective)}, nil
}
