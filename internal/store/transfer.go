package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

func (t *tx) LockOwnedMedia(ctx context.Context, owner library.UserID) ([]library.OwnedMedia, error) {
	rows, err := t.q.LockOwnedMedia(ctx, int64(owner))
	owned := make([]library.OwnedMedia, len(rows))
	for i, r := range rows {
		owned[i] = library.OwnedMedia{ID: library.MediaID(r.ID), Home: library.CollectionID(r.HomeCollectionID)}
	}
	return owned, err
}

func (t *tx) WaysOfOthers(
	ctx context.Context, owner library.UserID, media []library.OwnedMedia, in []library.CollectionID,
) ([]library.OthersWay, error) {
	ids, err := t.q.MediaAtHomeIn(ctx, int64s(in))
	if err != nil {
		return nil, err
	}
	for _, m := range media {
		ids = append(ids, int64(m.ID))
	}
	rows, err := t.q.WaysOfOthers(ctx, dbq.WaysOfOthersParams{OwnerID: int64(owner), Media: ids, Collections: int64s(in)})
	ways := make([]library.OthersWay, len(rows))
	for i, r := range rows {
		ways[i] = library.OthersWay{
			Media: library.MediaID(r.MediaID), Collection: library.CollectionID(r.CollectionID),
			Way: library.Way(r.Way), Home: r.Home, IsOwner: r.Itself, Waiting: r.Waiting, Archived: r.Archived,
		}
	}
	return ways, err
}

func (t *tx) SetHomes(
	ctx context.Context, ids []library.MediaID, from []library.CollectionID, to library.CollectionID,
) error {
	media := int64s(ids)
	err := t.q.MoveHomePerspectives(ctx, dbq.MoveHomePerspectivesParams{Ids: media, To: int64(to)})
	if err != nil {
		return err
	}
	err = t.q.EndHomePerspectives(ctx, dbq.EndHomePerspectivesParams{Ids: media, To: int64(to)})
	if err != nil {
		return err
	}
	if err := t.q.SetHomes(ctx, dbq.SetHomesParams{Step: t.step, Ids: media, To: int64(to)}); err != nil {
		return err
	}
	return t.bumpCollections(ctx, append(int64s(from), int64(to))...)
}

func (t *tx) HomePerspectives(ctx context.Context, ids []library.MediaID) ([]library.HomePerspective, error) {
	rows, err := t.q.HomePerspectives(ctx, int64s(ids))
	if err != nil {
		return nil, err
	}
	homes := make([]library.HomePerspective, len(rows))
	for i, r := range rows {
		homes[i].Media = library.MediaID(r.MediaID)
		if homes[i].UUID, err = uuid.Parse(r.UUID); err != nil {
			return nil, fmt.Errorf("media %d has the perspective %q: %w", r.MediaID, r.UUID, err)
		}
	}
	return homes, nil
}
