package studioapi

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// SearchMedia finds media among those that the caller reaches.
func (h *handlers) SearchMedia(
	ctx context.Context, actor library.Actor, in SearchMediaInput,
) (SearchMediaOutput, error) {
	filter := library.MediaFilter{
		MinSize: in.MinSize, MaxSize: in.MaxSize,
		Created:             library.Days{First: in.StartDate, Last: in.EndDate},
		LastViewed:          library.Days{First: in.LastViewedStartDate, Last: in.LastViewedEndDate},
		LastViewedByStudent: library.Days{First: in.LastViewedByStudentStartDate, Last: in.LastViewedByStudentEndDate},
		Owner:               in.Owner, Tag: in.Tag, Source: (*library.Source)(in.Source), Archived: in.Archived,
		Checksum: in.Checksum,
	}
	if in.Title != nil {
		filter.Title = *in.Title
	}
	page := library.Page{Number: in.Page, Size: in.PerPage}
	found, err := h.library.SearchMedia(ctx, actor, filter, page)
	if err != nil {
		return SearchMediaOutput{}, err
	}
	return SearchMediaOutput{
		Media:          mapList(found.Items, h.wireMedia),
		PaginationMeta: wireMeta(found),
	}, nil
}
