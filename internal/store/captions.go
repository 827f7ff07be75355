package store

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// CaptionFile is [library.CaptionReader]'s.
func (v *reader) CaptionFile(ctx context.Context, id library.CaptionFileID) (library.CaptionFile, error) {
	row, err := v.end.GetCaptionFile(ctx, int64(id))
	if err != nil {
		return library.CaptionFile{}, orNotFound(err, "caption file", id)
	}
	return toCaptionFile(row)
}

// PublicCaptionFile is [library.CaptionReader]'s.
func (v *reader) PublicCaptionFile(
	ctx context.Context, id library.CaptionFileID,
) (library.CaptionFile, library.Standing, error) {
	row, err := v.end.GetPublicCaptionFile(ctx, int64(id))
	if err != nil {
		return library.CaptionFile{}, library.StandingGone, orNotFound(err, "caption file", id)
	}
	file, err := toCaptionFile(captionRow{
		ID: row.ID, MediaID: row.MediaID, Srclang: row.Srclang, Format: row.Format, Status: row.Status,
		Provider: row.Provider, CreatedAt: row.CreatedAt, EmbedID: row.EmbedID,
	})
	switch {
	case row.Deleted:
		return file, library.StandingGone, err
	case row.Archived:
		return file, library.StandingArchived, err
	}
	return file, library.StandingLive, err
}

// CaptionFilesOf is [library.CaptionReader]'s.
func (v *reader) CaptionFilesOf(ctx context.Context, media library.MediaID) ([]library.CaptionFile, error) {
	rows, err := v.end.CaptionFilesOf(ctx, int64(media))
	if err != nil {
		return nil, err
	}
	return toCaptionFiles(rows, func(r dbq.CaptionFilesOfRow) captionRow { return captionRow(r) })
}

// PublishedCaptionFiles is [library.CaptionReader]'s.
func (v *reader) PublishedCaptionFiles(
	ctx context.Context, ids []library.MediaID,
) (map[library.MediaID][]library.CaptionFile, error) {
	rows, err := v.end.PublishedCaptionFiles(ctx, int64s(ids))
	if err != nil {
		return nil, err
	}
	all, err := toCaptionFiles(rows, func(r dbq.PublishedCaptionFilesRow) captionRow { return captionRow(r) })
	files := make(map[library.MediaID][]library.CaptionFile, len(ids))
	for _, f := range all {
		files[f.Media] = append(files[f.Media], f)
	}
	return files, err
}

// CaptionSRT is [library.CaptionReader]'s.
func (v *reader) CaptionSRT(ctx context.Context, id library.CaptionFileID) (string, error) {
	text, err := v.end.CaptionSRT(ctx, int64(id))
	return captionText(text, err, id)
}

// PublishedSRT is [library.CaptionReader]'s.
func (v *reader) PublishedSRT(ctx context.Context, id library.CaptionFileID) (string, error) {
	text, err := v.end.PublishedSRT(ctx, int64(id))
	return captionText(text, err, id)
}

func captionText(text *string, err error, id library.CaptionFileID) (string, error) {
	if err == nil && text == nil {
		err = errors.New("captions have lost their text")
	}
	if err != nil {
		return "", orNotFound(err, "caption file", id)
	}
	return *text, nil
}

// CaptionInventory is [library.CaptionReader]'s.
func (v *reader) CaptionInventory(
	ctx context.Context, filter library.CaptionFilter, page library.Page,
) (library.Paged[library.CaptionFile], error) {
	answer := library.Paged[library.CaptionFile]{Page: page}
	status, srclang, reach := string(filter.Status), string(filter.Language), int64(filter.Reach)
	rows, err := v.q.CaptionInventory(ctx, dbq.CaptionInventoryParams{
		Status: status, Srclang: srclang, Reach: reach, Offset: page.Offset(), Limit: page.Size,
	})
	if err != nil {
		return answer, err
	}
	answer.Items, err = toCaptionFiles(rows, func(r dbq.CaptionInventoryRow) captionRow { return captionRow(r) })
	if err != nil {
		return answer, err
	}
	answer.Total, err = v.end.CountCaptionInventory(ctx, dbq.CountCaptionInventoryParams{
		Status: status, Srclang: srclang, Reach: reach,
	})
	return answer, err
}

// MediaWithoutCaptions is [library.CaptionReader]'s.
func (v *reader) MediaWithoutCaptions(
	ctx context.Context, filter library.CaptionFilter, page library.Page,
) (library.Paged[library.Media], error) {
	answer := library.Paged[library.Media]{Page: page}
	srclang, reach := string(filter.Language), int64(filter.Reach)
	rows, err := v.q.MediaWithoutCaptions(ctx, dbq.MediaWithoutCaptionsParams{
		Srclang: srclang, Reach: reach, Offset: page.Offset(), Limit: page.Size,
	})
	if err != nil {
		return answer, err
	}
	answer.Items, err = eachMedia(rows, func(r dbq.MediaWithoutCaptionsRow) mediaRow { return mediaRow(r) })
	if err != nil {
		return answer, err
	}
	answer.Total, err = v.end.CountMediaWithoutCaptions(ctx, dbq.CountMediaWithoutCaptionsParams{
		Srclang: srclang, Reach: reach,
	})
	return answer, err
}

func (t *tx) InsertCaptionFile(
	ctx context.Context, f library.CaptionFile, text *library.CaptionText,
) (library.CaptionFileID, error) {
	params := dbq.InsertCaptionFileParams{
		MediaID: int64(f.Media), Srclang: string(f.Language), Format: string(f.Format), Status: string(f.Status),
		Provider: string(f.Provider), CreatedAt: f.CreatedAt.Unix(),
	}
	if text != nil {
		params.Original, params.Srt = text.Original, &text.SRT
	}
	id, err := t.q.InsertCaptionFile(ctx, params)
	return library.CaptionFileID(id), err
}

func (t *tx) SetCaptionText(ctx context.Context, f library.CaptionFile, text library.CaptionText) error {
	return t.q.SetCaptionText(ctx, dbq.SetCaptionTextParams{
		ID: int64(f.ID), Srclang: string(f.Language), Status: string(f.Status), Format: string(text.Format),
		Original: text.Original, Srt: &text.SRT,
	})
}

func (t *tx) SetCaptionStatus(ctx context.Context, id library.CaptionFileID, status library.CaptionStatus) error {
	return t.q.SetCaptionStatus(ctx, dbq.SetCaptionStatusParams{ID: int64(id), Status: string(status)})
}

func (t *tx) DeleteCaptionFile(ctx context.Context, id library.CaptionFileID) error {
	if err := t.q.ForgetCaptionFile(ctx, (*int64)(&id)); err != nil {
		return err
	}
	return t.q.DeleteCaptionFile(ctx, int64(id))
}

// captionRow is captions as all queries return them.
type captionRow = dbq.GetCaptionFileRow

func toCaptionFile(r captionRow) (library.CaptionFile, error) {
	embed, err := uuid.Parse(r.EmbedID)
	return library.CaptionFile{
		ID: library.CaptionFileID(r.ID), Media: library.MediaID(r.MediaID), MediaEmbedID: embed, Language: library.Language(r.Srclang),
		Format: library.SubtitleFormat(r.Format), Status: library.CaptionStatus(r.Status),
		Provider: library.CaptionProvider(r.Provider), CreatedAt: fromUnix(r.CreatedAt),
	}, err
}

func toCaptionFiles[Row any](rows []Row, common func(Row) captionRow) ([]library.CaptionFile, error) {
	files := make([]library.CaptionFile, len(rows))
	for i, r := range rows {
		var err error
		if files[i], err = toCaptionFile(common(r)); err != nil {
			return nil, err
		}
	}
	return files, nil
}
