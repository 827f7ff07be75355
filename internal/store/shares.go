package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// split gives a grantee's two columns to a statement, one of them nil.
func split(g library.Grantee) (user, group *int64) {
	if g.Group != 0 {
		return nil, (*int64)(&g.Group)
	}
	return (*int64)(&g.User), nil
}

func (t *tx) MediaShare(ctx context.Context, id library.MediaID, g library.Grantee) (library.Way, error) {
	user, group := split(g)
	return share(t.q.MediaShare(ctx, dbq.MediaShareParams{MediaID: int64(id), UserID: user, GroupID: group}))
}

func (t *tx) SetMediaShare(ctx context.Context, id library.MediaID, g library.Grantee, gives library.Way) error {
	user, group := split(g)
	if _, err := t.q.DeleteMediaShare(ctx, dbq.DeleteMediaShareParams{
		MediaID: int64(id), UserID: user, GroupID: group,
	}); err != nil {
		return err
	}
	if err := t.q.InsertMediaShare(ctx, dbq.InsertMediaShareParams{
		MediaID: int64(id), UserID: user, GroupID: group, Permission: string(gives),
	}); err != nil {
		return err
	}
	return t.bumpGrantee(ctx, g)
}

func (t *tx) RemoveMediaShare(ctx context.Context, id library.MediaID, g library.Grantee) error {
	user, group := split(g)
	n, err := t.q.DeleteMediaShare(ctx, dbq.DeleteMediaShareParams{MediaID: int64(id), UserID: user, GroupID: group})
	if err != nil || n == 0 {
		return err
	}
	return t.bumpGrantee(ctx, g)
}

// bumpGrantee makes stale what the grantee is directly given.
func (t *tx) bumpGrantee(ctx context.Context, g library.Grantee) error {
	if g.Group != 0 {
		return t.q.BumpGroup(ctx, int64(g.Group))
	}
	return t.q.BumpUser(ctx, int64(g.User))
}

func (t *tx) CollectionShare(ctx context.Context, id library.CollectionID, g library.Grantee) (library.Way, error) {
	user, group := split(g)
	return share(t.q.CollectionShare(ctx, dbq.CollectionShareParams{
		CollectionID: int64(id), UserID: user, GroupID: group,
	}))
}

func (t *tx) SetCollectionShare(
	ctx context.Context, id library.CollectionID, g library.Grantee, gives library.Way,
) error {
	user, group := split(g)
	if _, err := t.q.DeleteCollectionShare(ctx, dbq.DeleteCollectionShareParams{
		CollectionID: int64(id), UserID: user, GroupID: group,
	}); err != nil {
		return err
	}
	if err := t.q.InsertCollectionShare(ctx, dbq.InsertCollectionShareParams{
		CollectionID: int64(id), UserID: user, GroupID: group, Permission: string(gives),
	}); err != nil {
		return err
	}
	return t.bumpGrantee(ctx, g)
}

func (t *tx) RemoveCollectionShare(ctx context.Context, id library.CollectionID, g library.Grantee) error {
	user, group := split(g)
	n, err := t.q.DeleteCollectionShare(ctx, dbq.DeleteCollectionShareParams{
		CollectionID: int64(id), UserID: user, GroupID: group,
	})
	if err != nil || n == 0 {
		return err
	}
	return t.bumpGrantee(ctx, g)
}

// share reads a share that may be absent.
func share(gives string, err error) (library.Way, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return library.Way(gives), err
}
