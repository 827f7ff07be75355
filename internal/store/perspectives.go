package store

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// PerspectivesOfMedia is [library.PerspectiveReader]'s.
func (v *reader) PerspectivesOfMedia(ctx context.Context, id library.MediaID) ([]library.Perspective, error) {
	rows, err := v.end.PerspectivesOfMedia(ctx, int64(id))
	if err != nil {
		return nil, err
	}
	return eachPerspective(rows, func(r dbq.PerspectivesOfMediaRow) perspectiveRow { return perspectiveRow(r) })
}

// PerspectivesIn is [library.PerspectiveReader]'s.
func (v *reader) PerspectivesIn(
	ctx context.Context, viewer library.UserID, in library.CollectionID,
) ([]library.Perspective, error) {
	rows, err := v.end.PerspectivesIn(ctx, dbq.PerspectivesInParams{CollectionID: int64(in), UserID: int64(viewer)})
	if err != nil {
		return nil, err
	}
	return eachPerspective(rows, func(r perspectiveRow) perspectiveRow { return r })
}

// perspectiveRow is a perspective as the queries that list them return one.
type perspectiveRow = dbq.PerspectivesInRow

func eachPerspective[Row any](rows []Row, common func(Row) perspectiveRow) ([]library.Perspective, error) {
	list := make([]library.Perspective, len(rows))
	for i := range rows {
		r := common(rows[i])
		id, err := uuid.Parse(r.UUID)
		if err != nil {
			return nil, fmt.Errorf("media %d has the perspective %q: %w", r.MediaID, r.UUID, err)
		}
		list[i] = library.Perspective{
			UUID: id, Title: r.Title, Media: library.MediaID(r.MediaID), Collection: library.CollectionID(r.CollectionID),
			Downloadable: r.Downloadable != 0, CreatedAt: fromUnix(r.CreatedAt),
		}
	}
	return list, nil
}

func (t *tx) AddPerspective(
	ctx context.Context, id library.MediaID, to library.CollectionID, at time.Time,
) (added bool, err error) {
	n, err := t.q.InsertPerspective(ctx, dbq.InsertPerspectiveParams{
		UUID: uuid.NewString(), MediaID: int64(id), CollectionID: int64(to), CreatedAt: at.Unix(),
	})
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.bumpCollections(ctx, int64(to))
}

func (t *tx) RemovePerspective(
	ctx context.Context, id library.MediaID, from library.CollectionID,
) (removed bool, err error) {
	n, err := t.q.DeletePerspective(ctx, dbq.DeletePerspectiveParams{MediaID: int64(id), CollectionID: int64(from)})
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.bumpCollections(ctx, int64(from))
}

func (t *tx) Downloadable(ctx context.Context, id library.MediaID, in library.CollectionID) (bool, error) {
	n, err := t.q.Downloadable(ctx, dbq.DownloadableParams{MediaID: int64(id), CollectionID: int64(in)})
	return n != 0, err
}

func (t *tx) SetDownloadable(
	ctx context.Context, id library.MediaID, in library.CollectionID, downloadable bool,
) error {
	params := dbq.SetDownloadableParams{MediaID: int64(id), CollectionID: int64(in)}
	if downloadable {
		params.Downloadable = 1
	}
	return t.later.SetDownloadable(ctx, params)
}
