package studioapi

import (
	"context"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/library"
)

// A caption file is read here, before the library is asked: that is what turns a body
// into the library's noun, and the reading of 5 MB is not for a transaction.

// captionField is the parameter that has the file.
const captionField = "caption_file"

// ListCaptionFiles lists the captions of a media item.
func (h *handlers) ListCaptionFiles(
	ctx context.Context, actor library.Actor, in ListCaptionFilesInput,
) (ListCaptionFilesOutput, error) {
	files, err := h.library.CaptionFiles(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return ListCaptionFilesOutput{}, err
	}
	return ListCaptionFilesOutput{CaptionFiles: mapList(files, h.wireCaptionFile)}, nil
}

// CreateCaptionFile adds captions to a media item.
func (h *handlers) CreateCaptionFile(
	ctx context.Context, actor library.Actor, in CreateCaptionFileInput,
) (CreateCaptionFileOutput, error) {
	language, err := library.ParseLanguage("srclang", in.Srclang)
	if err != nil {
		return CreateCaptionFileOutput{}, err
	}
	text, err := caption.Read(captionField, in.CaptionFile.Data, language)
	if err != nil {
		return CreateCaptionFileOutput{}, err
	}
	var made library.CaptionFile
	err = h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		made, err = c.AddCaptions(ctx, library.MediaID(in.MediaID), language, text)
		return err
	})
	if err != nil {
		return CreateCaptionFileOutput{}, err
	}
	return CreateCaptionFileOutput{CaptionFile: h.wireCaptionFile(made)}, nil
}

// DownloadCaptionFile returns captions as SRT to callers who may read them and, without a
// token, for a genuine signed address.
func (h *handlers) DownloadCaptionFile(
	ctx context.Context, actor library.Actor, in DownloadCaptionFileInput,
) (string, error) {
	id := library.CaptionFileID(in.CaptionFileID)
	if !actor.IsNobody() || in.Expires == nil || in.Signature == nil {
		return h.library.CaptionSRT(ctx, actor, id)
	}
	return h.library.PublicCaptionSRT(ctx, id, func(f library.CaptionFile) bool {
		return h.addresses.OpensCaptions(ctx, f, *in.Expires, *in.Signature)
	})
}

// PublishCaptionFile publishes captions.
func (h *handlers) PublishCaptionFile(
	ctx context.Context, actor library.Actor, in PublishCaptionFileInput,
) (PublishCaptionFileOutput, error) {
	file, err := h.setPublished(ctx, actor, in.CaptionFileID, true)
	return PublishCaptionFileOutput{CaptionFile: file}, err
}

// UnpublishCaptionFile takes captions back.
func (h *handlers) UnpublishCaptionFile(
	ctx context.Context, actor library.Actor, in UnpublishCaptionFileInput,
) (UnpublishCaptionFileOutput, error) {
	file, err := h.setPublished(ctx, actor, in.CaptionFileID, false)
	return UnpublishCaptionFileOutput{CaptionFile: file}, err
}

func (h *handlers) setPublished(
	ctx context.Context, actor library.Actor, id int64, published bool,
) (CaptionFile, error) {
	var file library.CaptionFile
	err := h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		file, err = c.SetPublished(ctx, library.CaptionFileID(id), published)
		return err
	})
	if err != nil {
		return CaptionFile{}, err
	}
	return h.wireCaptionFile(file), nil
}

// ReplaceCaptionFile gives captions another file.
func (h *handlers) ReplaceCaptionFile(
	ctx context.Context, actor library.Actor, in ReplaceCaptionFileInput,
) (ReplaceCaptionFileOutput, error) {
	id := library.CaptionFileID(in.CaptionFileID)
	var language library.Language
	var err error
	if in.Srclang != nil {
		if language, err = library.ParseLanguage("srclang", *in.Srclang); err != nil {
			return ReplaceCaptionFileOutput{}, err
		}
	}
	written := language // what the file is written in
	if written == "" {
		if written, err = h.library.CaptionLanguage(ctx, actor, id); err != nil {
			return ReplaceCaptionFileOutput{}, err
		}
	}
	text, err := caption.Read(captionField, in.CaptionFile.Data, written)
	if err != nil {
		return ReplaceCaptionFileOutput{}, err
	}
	var file library.CaptionFile
	err = h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		file, err = c.ReplaceCaptions(ctx, id, language, text)
		return err
	})
	if err != nil {
		return ReplaceCaptionFileOutput{}, err
	}
	return ReplaceCaptionFileOutput{CaptionFile: h.wireCaptionFile(file)}, nil
}

// DeleteCaptionFile removes captions.
func (h *handlers) DeleteCaptionFile(ctx context.Context, actor library.Actor, in DeleteCaptionFileInput) error {
	return h.library.Change(ctx, actor, func(c *library.Change) error {
		return c.DeleteCaptions(ctx, library.CaptionFileID(in.CaptionFileID))
	})
}

// ListCaptionInventory lists the captions of all media, or the media that lack them.
func (h *handlers) ListCaptionInventory(
	ctx context.Context, actor library.Actor, in ListCaptionInventoryInput,
) (ListCaptionInventoryOutput, error) {
	var filter library.CaptionFilter
	if in.Srclang != nil {
		var err error
		if filter.Language, err = library.ParseLanguage("srclang", *in.Srclang); err != nil {
			return ListCaptionInventoryOutput{}, err
		}
	}
	page := library.Page{Number: in.Page, Size: in.PerPage}
	if in.Status != nil && *in.Status == "missing" {
		found, err := h.library.MediaWithoutCaptions(ctx, actor, filter, page)
		if err != nil {
			return ListCaptionInventoryOutput{}, err
		}
		return ListCaptionInventoryOutput{Media: mapList(found.Items, h.wireMedia), PaginationMeta: wireMeta(found)}, nil
	}
	if in.Status != nil {
		filter.Status = library.CaptionStatus(*in.Status)
	}
	found, err := h.library.CaptionInventory(ctx, actor, filter, page)
	if err != nil {
		return ListCaptionInventoryOutput{}, err
	}
	return ListCaptionInventoryOutput{
		CaptionFiles: mapList(found.Items, h.wireMediaCaptionFile), PaginationMeta: wireMeta(found),
	}, nil
}

// CreateCaptionFileRequest asks a captioning service for captions.
func (h *handlers) CreateCaptionFileRequest(
	ctx context.Context, actor library.Actor, in CreateCaptionFileRequestInput,
) (CreateCaptionFileRequestOutput, error) {
	language, err := library.ParseLanguage("srclang", in.Srclang)
	if err != nil {
		return CreateCaptionFileRequestOutput{}, err
	}
	var made library.CaptionRequest
	err = h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		made, err = c.RequestCaptions(ctx, library.MediaID(in.MediaID), language, in.ServiceType)
		return err
	})
	if err != nil {
		return CreateCaptionFileRequestOutput{}, err
	}
	return CreateCaptionFileRequestOutput{CaptionFileRequest: wireCaptionRequest(made)}, nil
}

// ListCaptionFileRequests lists the requests that the caller may answer.
func (h *handlers) ListCaptionFileRequests(
	ctx context.Context, actor library.Actor, in ListCaptionFileRequestsInput,
) (ListCaptionFileRequestsOutput, error) {
	var filter library.RequestFilter
	if in.Status != nil {
		filter.Status = library.RequestStatus(*in.Status)
	}
	found, err := h.library.CaptionRequests(ctx, actor, filter)
	if err != nil {
		return ListCaptionFileRequestsOutput{}, err
	}
	return ListCaptionFileRequestsOutput{CaptionFileRequests: mapList(found, wireCaptionRequest)}, nil
}

// UpdateCaptionFileRequest takes a captioning service's answer to a request.
func (h *handlers) UpdateCaptionFileRequest(
	ctx context.Context, actor library.Actor, in UpdateCaptionFileRequestInput,
) error {
	id := library.CaptionRequestID(in.CaptionFileRequestID)
	answer := library.RequestAnswer{Status: library.RequestStatus(in.Status), Message: in.Message}
	if answer.Status == library.Fulfilled && in.CaptionFile != nil {
		language, err := h.library.RequestLanguage(ctx, actor, id)
		if err != nil {
			return err
		}
		text, err := caption.Read(captionField, in.CaptionFile.Data, language)
		if err != nil {
			return err
		}
		answer.Text = &text
	}
	return h.library.Change(ctx, actor, func(c *library.Change) error { return c.AnswerRequest(ctx, id, answer) })
}

// ListCaptioningServiceTypes lists what captions can be asked for.
func (h *handlers) ListCaptioningServiceTypes(
	ctx context.Context, actor library.Actor, _ ListCaptioningServiceTypesInput,
) (ListCaptioningServiceTypesOutput, error) {
	types, err := h.library.ServiceTypes(ctx, actor)
	if err != nil {
		return ListCaptioningServiceTypesOutput{}, err
	}
	return ListCaptioningServiceTypesOutput{CaptioningServiceTypes: mapList(types, wireServiceType)}, nil
}

// PutCaptioningServiceType makes or changes a service type.
func (h *handlers) PutCaptioningServiceType(
	ctx context.Context, actor library.Actor, in PutCaptioningServiceTypeInput,
) (PutCaptioningServiceTypeOutput, error) {
	wanted := library.ServiceType{Key: in.Key, Label: in.Key, IsASR: in.IsASR}
	if in.Label != nil {
		wanted.Label = *in.Label
	}
	if in.Description != nil {
		wanted.Description = *in.Description
	}
	if in.Languages != nil {
		for _, tag := range *in.Languages {
			language, err := library.ParseLanguage("languages", tag)
			if err != nil {
				return PutCaptioningServiceTypeOutput{}, err
			}
			wanted.Languages = append(wanted.Languages, language)
		}
	}
	var made library.ServiceType
	err := h.library.Change(ctx, actor, func(c *library.Change) (err error) {
		made, err = c.PutServiceType(ctx, wanted)
		return err
	})
	if err != nil {
		return PutCaptioningServiceTypeOutput{}, err
	}
	return PutCaptioningServiceTypeOutput{CaptioningServiceType: wireServiceType(made)}, nil
}

// DeleteCaptioningServiceType removes a service type.
func (h *handlers) DeleteCaptioningServiceType(
	ctx context.Context, actor library.Actor, in DeleteCaptioningServiceTypeInput,
) error {
	return h.library.Change(ctx, actor, func(c *library.Change) error { return c.DeleteServiceType(ctx, in.Key) })
}
