package studioapi

import (
	"context"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/provider"
)

// Addresses makes signed, absolute addresses of bytes.
type Addresses interface {
	// Upload returns where to PUT the file of the media item with this embed id, which waits
	// for it; that is valid for [library.UploadLife]. And where to send it by tus, for
	// [library.ResumableLife].
	Upload(embed uuid.UUID) (put, tus string)
	// Captions returns what an address of published captions ends in, with which it opens
	// without a token for 24 hours, rounded up to the next hour. Until then it is the same.
	Captions(f library.CaptionFile) (expires, signature string)
	// OpensCaptions says whether these are of an address of the captions that has not
	// expired.
	OpensCaptions(ctx context.Context, f library.CaptionFile, expires, signature string) bool
	// File returns where a file is had for a day, unless its media item is archived.
	File(f library.MediaFile) string
	// Download returns where a file of a media item is had for a day, to be saved under a name.
	// If the item is archived now, the address works while it is: its owner may always
	// download it.
	Download(m library.Media, f library.MediaFile, name string) string
}

// StartUpload begins an upload.
func (h *handlers) StartUpload(ctx context.Context, actor library.Actor, in StartUploadInput) (StartUploadOutput, error) {
	var wanted library.NewUpload
	if in.UserID != nil {
		wanted.Owner = library.UserID(*in.UserID)
	}
	if in.CollectionID != nil {
		wanted.Home = library.CollectionID(*in.CollectionID)
	}
	made, err := changed(ctx, h, actor, func(c *library.Change) (library.Media, error) {
		return c.StartUpload(ctx, wanted)
	})
	if err != nil {
		return StartUploadOutput{}, err
	}
	put, tus := h.addresses.Upload(made.EmbedID)
	return StartUploadOutput{Upload: Upload{ID: int64(made.ID), URL: put, TUSURL: tus}}, nil
}

// CompleteUpload ends an upload.
func (h *handlers) CompleteUpload(
	ctx context.Context, actor library.Actor, in CompleteUploadInput,
) (CompleteUploadOutput, error) {
	done := library.Completion{Title: in.Title, Description: in.Description, AutoCaption: in.AutoCaption}
	is, err := changed(ctx, h, actor, func(c *library.Change) (library.MediaAtHome, error) {
		return c.CompleteUpload(ctx, library.MediaID(in.MediaID), done)
	})
	if err != nil {
		return CompleteUploadOutput{}, err
	}
	return CompleteUploadOutput{Media: h.wireMediaAtHome(is)}, nil
}

// ImportMedia imports a media item from a URL.
func (h *handlers) ImportMedia(ctx context.Context, actor library.Actor, in ImportMediaInput) (ImportMediaOutput, error) {
	if in.UserID != nil && in.CollectionID != nil {
		return ImportMediaOutput{}, library.Invalid("collection_id", "and user_id exclude each other: send one of them")
	}
	made, err := h.importMedia(ctx, actor, in)
	if err != nil {
		return ImportMediaOutput{}, err
	}
	return ImportMediaOutput{Media: h.wireMediaAtHome(made)}, nil
}

// ImportCollectionMedia imports a media item from a URL into a collection.
func (h *handlers) ImportCollectionMedia(
	ctx context.Context, actor library.Actor, in ImportCollectionMediaInput,
) (ImportCollectionMediaOutput, error) {
	made, err := h.importMedia(ctx, actor, ImportMediaInput{
		URL: in.URL, Title: in.Title, Description: in.Description, UserID: in.UserID, CollectionID: &in.CollectionID,
		AutoCaption: in.AutoCaption, IsExternal: in.IsExternal,
	})
	if err != nil {
		return ImportCollectionMediaOutput{}, err
	}
	return ImportCollectionMediaOutput{Media: h.wireMediaAtHome(made)}, nil
}

// importMedia is both ways of importing.
func (h *handlers) importMedia(ctx context.Context, actor library.Actor, in ImportMediaInput) (library.MediaAtHome, error) {
	wanted := library.NewImport{URL: in.URL, Description: in.Description, AutoCaption: in.AutoCaption}
	if in.IsExternal {
		video, known := provider.Recognise(in.URL)
		if !known {
			return library.MediaAtHome{}, library.Invalid("url", "is not the address of a video at YouTube or Vimeo")
		}
		wanted.URL, wanted.External = video.URL(), library.Source(video.Provider)
	}
	switch {
	case in.Title != nil:
		wanted.Title = *in.Title
	case !in.IsExternal:
		return library.MediaAtHome{}, library.Missing("title")
	}
	if in.UserID != nil {
		wanted.Owner = library.UserID(*in.UserID)
	}
	if in.CollectionID != nil {
		wanted.Home = library.CollectionID(*in.CollectionID)
	}
	return changed(ctx, h, actor, func(c *library.Change) (library.MediaAtHome, error) {
		return c.ImportMedia(ctx, wanted)
	})
}
