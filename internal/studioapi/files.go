package studioapi

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// ListMediaSources lists the files of a media item.
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
		Definition: f.Definition, MIMEType: f.MIMEType, URL: h.addresses.File(f),
		Width: f.Width, Height: f.Height, Bitrate: f.Bitrate, Size: f.Size,
	}
}

// DownloadMedia answers the address of a file of a media item.
func (h *handlers) DownloadMedia(ctx context.Context, actor library.Actor, in DownloadMediaInput) (string, error) {
	m, f, err := h.library.Download(ctx, actor, library.MediaID(in.MediaID), in.Quality)
	if err != nil {
		return "", err
	}
	return h.addresses.Download(m, f, fileName(m.Title, f)), nil
}

// fileName is what a media item's file is called when it is saved. Some titles are names of
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
) (listAnswer, error) {
	found, err := h.library.CourseMedia(ctx, actor, library.CourseID(in.CourseID))
	if err != nil {
		return nil, err
	}
	return func(w *listWriter) error {
		for kept, err := range found {
			if err == nil {
				err = h.writeCourseMedia(w, kept)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// emptyCaptions is where the captions of an item go. Within a text the quotes would be escaped,
// so it is in an item once.
const emptyCaptions = `"captions":[]`

// writeCourseMedia writes an item of a list with its captions, of which one is in memory at a
// time.
func (h *handlers) writeCourseMedia(w *listWriter, kept library.MediaToKeep) error {
	item := CourseMedia{
		ID: int64(kept.Media.ID), LTILaunchID: ltiLaunchID(kept.Media), Title: kept.Media.Title,
		MIMEType: kept.File.MIMEType, Size: kept.File.Size, URL: h.addresses.File(kept.File),
	}.AppendJSON(nil)
	at := bytes.Index(item, []byte(emptyCaptions)) + len(emptyCaptions) - len("]")
	w.item()
	if err := w.append(item[:at]...); err != nil {
		return err
	}
	captions := 0
	for c, err := range kept.Captions {
		if err != nil {
			return err
		}
		var text []byte
		if captions++; captions > 1 {
			text = append(text, ',')
		}
		text = CaptionText{Srclang: string(c.Language), Label: c.Language.Label(), Data: c.SRT}.AppendJSON(text)
		if err := w.append(text...); err != nil {
			return err
		}
	}
	return w.append(item[at:]...)
}

// thumbnailPath and a media item's embed_id are where its thumbnail is. The embed_id cannot
// be guessed, so the picture needs no token.
const thumbnailPath = "/thumbnails/"

// thumbnail leads to the picture of a media item, or serves the neutral one that stands for
// every media item that has none.
func (h *handlers) thumbnail(x *front.Exchange, r *http.Request) error {
	text := r.PathValue("embed_id")
	id, err := uuid.Parse(text)
	if err != nil || id.String() != text {
		return front.ErrNoPath
	}
	f, there, err := h.library.Thumbnail(r.Context(), id)
	if err != nil && library.KindOf(err) != library.KindNotFound {
		return err
	}
	x.Header().Set("Cache-Control", "public, max-age=300") // it may get one, or another
	if there {
		x.Header().Set("Location", h.addresses.File(f))
		x.Answer(http.StatusFound, "", nil)
		return nil
	}
	x.Answer(http.StatusOK, "image/png", neutralThumbnail)
	return nil
}
