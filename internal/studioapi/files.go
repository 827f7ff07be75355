package studioapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

// ListMediaSources lists the files of a media.
func (h *handlers) ListMediaSources(
	ctx context.Context, actor library.Actor, in ListMediaSourcesInput,
) (ListMediaSourcesOutput, error) {
	found, err := h.library.MediaSources(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return ListMediaSourcesOutput{}, err
	}
	return ListMediaSourcesOutput{Sources: mapList(found, h.wireSource)}, nil
}

func (h *handlers) wireSource(f library.MediaFile) Source {
	return Source{
		Definition: f.Definition, MIMEType: f.MIMEType, URL: h.addresses.File(f, ""),
		Width: f.Width, Height: f.Height, Bitrate: f.Bitrate, Size: f.Size,
	}
}

// DownloadMedia answers the address of a file of a media.
func (h *handlers) DownloadMedia(ctx context.Context, actor library.Actor, in DownloadMediaInput) (string, error) {
	m, f, err := h.library.Download(ctx, actor, library.MediaID(in.MediaID), in.Quality)
	if err != nil {
		return "", err
	}
	return h.addresses.File(f, fileName(m.Title, f)), nil
}

// fileName is what a media's file is called when it is saved. Some titles are names of
// files.
func fileName(title string, f library.MediaFile) string {
	extension := f.Extension()
	if strings.HasSuffix(strings.ToLower(title), extension) {
		return title
	}
	return title + extension
}

// ListCourseMedia lists what a course plays.
func (h *handlers) ListCourseMedia(
	ctx context.Context, actor library.Actor, in ListCourseMediaInput,
) ([]CourseMedia, error) {
	found, err := h.library.CourseMedia(ctx, actor, library.CourseID(in.CourseID))
	if err != nil {
		return nil, err
	}
	return mapList(found, func(k library.MediaToKeep) CourseMedia {
		return CourseMedia{
			ID: int64(k.Media.ID), LTILaunchID: ltiLaunchID(k.Media), Title: k.Media.Title,
			MIMEType: k.File.MIMEType, Size: k.File.Size, URL: h.addresses.File(k.File, ""),
			Captions: mapList(k.Captions, func(c library.CaptionsInWords) CaptionText {
				return CaptionText{Srclang: string(c.Language), Label: c.Language.Label(), Data: c.SRT}
			}),
		}
	}), nil
}

// thumbnailPath and a media's embed_id are where its thumbnail is. The embed_id cannot
// be guessed, so the picture needs no token.
const thumbnailPath = "/thumbnails/"

// thumbnail leads to the picture of a media, or serves the neutral one that stands for
// every media that has none.
func (h *handlers) thumbnail(x *exchange, r *http.Request) error {
	text := r.PathValue("embed_id")
	id, err := uuid.Parse(text)
	if err != nil || id.String() != text {
		return errNoSuchPath
	}
	f, there, err := h.library.Thumbnail(r.Context(), id)
	if err != nil && library.KindOf(err) != library.KindNotFound {
		return err
	}
	x.Header().Set("Cache-Control", "public, max-age=300") // it may get one, or another
	if there {
		x.Header().Set("Location", h.addresses.File(f, ""))
		x.answer(http.StatusFound, "", nil)
		return nil
	}
	x.answer(http.StatusOK, "image/png", neutralThumbnail)
	return nil
}
