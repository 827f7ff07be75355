package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// FilesOf is [library.FileReader]'s.
func (v *reader) FilesOf(ctx context.Context, ids []library.MediaID) (map[library.MediaID]library.MediaFiles, error) {
	rows, err := v.end.FilesOfMany(ctx, int64s(ids))
	files := make(map[library.MediaID]library.MediaFiles, len(ids))
	for _, r := range rows {
		id := library.MediaID(r.MediaID)
		files[id] = append(files[id], toMediaFile(r))
	}
	return files, err
}

// MediaByEmbed is [library.FileReader]'s.
func (v *reader) MediaByEmbed(ctx context.Context, embed uuid.UUID) (library.Media, error) {
	id, err := v.MediaIDByEmbed(ctx, embed)
	if err != nil {
		return library.Media{}, err
	}
	return v.Media(ctx, id)
}

// MediaIDByEmbed is [library.FileReader]'s.
func (v *reader) MediaIDByEmbed(ctx context.Context, embed uuid.UUID) (library.MediaID, error) {
	id, err := v.end.MediaByEmbedID(ctx, embed.String())
	if errors.Is(err, sql.ErrNoRows) {
		err = &library.Error{Kind: library.KindNotFound, Field: "media", Message: "media not found"}
	}
	return library.MediaID(id), err
}

// UploadStarter is [library.FileReader]'s.
func (v *reader) UploadStarter(ctx context.Context, id library.MediaID) (uuid.UUID, error) {
	by, err := v.end.UploadStarter(ctx, int64(id))
	if errors.Is(err, sql.ErrNoRows) {
		return uuid.Nil, nil
	}
	if err != nil {
		return uuid.Nil, err
	}
	return uuid.Parse(by)
}

// WaitingUploads is [library.FileReader]'s.
func (v *reader) WaitingUploads(ctx context.Context, owner library.UserID, without library.MediaID) (uploads int, bytes int64, err error) {
	is, err := v.end.WaitingUploads(ctx, dbq.WaitingUploadsParams{OwnerID: int64(owner), Without: int64(without)})
	return int(is.Uploads), is.Bytes, err
}

func (t *tx) InsertUpload(ctx context.Context, id library.MediaID, by library.UserID) error {
	return t.later.InsertUpload(ctx, dbq.InsertUploadParams{MediaID: int64(id), UserID: int64(by)})
}

func (t *tx) AnnounceUpload(ctx context.Context, id library.MediaID, size int64) error {
	return t.q.AnnounceUpload(ctx, dbq.AnnounceUploadParams{MediaID: int64(id), Announced: size})
}

func (t *tx) Files(ctx context.Context, id library.MediaID) (library.MediaFiles, error) {
	rows, err := t.q.FilesOfMany(ctx, []int64{int64(id)})
	files := make(library.MediaFiles, len(rows))
	for i, r := range rows {
		files[i] = toMediaFile(r)
	}
	return files, err
}

func (t *tx) SetOriginal(ctx context.Context, id library.MediaID, f library.MediaFile) error {
	if err := t.q.DeleteOriginal(ctx, int64(id)); err != nil {
		return err
	}
	return t.insertFile(ctx, id, f)
}

func (t *tx) SetRenditions(ctx context.Context, id library.MediaID, files []library.MediaFile) error {
	if err := t.q.DeleteRenditions(ctx, int64(id)); err != nil {
		return err
	}
	return t.AddFiles(ctx, id, files)
}

func (t *tx) AddFiles(ctx context.Context, id library.MediaID, files []library.MediaFile) error {
	for _, f := range files {
		if err := t.insertFile(ctx, id, f); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) insertFile(ctx context.Context, id library.MediaID, f library.MediaFile) error {
	row := dbq.InsertFileParams{
		MediaID: int64(id), Kind: string(f.Kind), Definition: f.Definition, ObjectKey: f.Key, MimeType: f.MIMEType,
		Width: f.Width, Height: f.Height, Bitrate: f.Bitrate, Size: f.Size, CreatedAt: f.CreatedAt.Unix(),
	}
	if f.Checksum != "" {
		row.Checksum = &f.Checksum
	}
	return t.q.InsertFile(ctx, row)
}

func (t *tx) ForgetFiles(ctx context.Context, ids []library.MediaID) error {
	return t.q.DeleteFilesOf(ctx, int64s(ids))
}

func (t *tx) SetMediaFacts(ctx context.Context, id library.MediaID, duration float64, size int64) error {
	return t.later.SetMediaFacts(ctx, dbq.SetMediaFactsParams{Step: t.step, ID: int64(id), Duration: duration, Size: size})
}

func (t *tx) SetMediaText(ctx context.Context, id library.MediaID, title string, description *string) error {
	folded := t.foldings.Title.Fold(title)
	return t.later.SetMediaText(ctx, dbq.SetMediaTextParams{
		Step: t.step, ID: int64(id), Title: title, TitleFolded: &folded, TitleRule: t.foldings.Title.Rule, Description: description,
	})
}

func toMediaFile(r dbq.MediaFile) library.MediaFile {
	f := library.MediaFile{
		Kind: library.FileKind(r.Kind), Definition: r.Definition, Key: r.ObjectKey, MIMEType: r.MimeType,
		Width: r.Width, Height: r.Height, Bitrate: r.Bitrate, Size: r.Size, CreatedAt: fromUnix(r.CreatedAt),
	}
	if r.Checksum != nil {
		f.Checksum = *r.Checksum
	}
	return f
}
