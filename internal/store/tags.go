package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// MediaTags is [library.TagReader]'s.
func (s *Store) MediaTags(ctx context.Context, id library.MediaID) ([]library.Tag, error) {
	rows, err := s.query().MediaTags(ctx, int64(id))
	tags := make([]library.Tag, len(rows))
	for i, r := range rows {
		tags[i] = library.Tag{ID: library.TagID(r.ID), Name: r.Name}
	}
	return tags, err
}

func (t *tx) AddTag(ctx context.Context, id library.MediaID, name string) (library.Tag, bool, error) {
	folded := library.FoldTag(name)
	if err := t.q.InsertTag(ctx, dbq.InsertTagParams{Name: name, Folded: folded}); err != nil {
		return library.Tag{}, false, err
	}
	row, err := t.q.TagByFolded(ctx, folded)
	if err != nil {
		return library.Tag{}, false, err
	}
	added, err := t.q.TagMedia(ctx, dbq.TagMediaParams{MediaID: int64(id), TagID: row.ID})
	return library.Tag{ID: library.TagID(row.ID), Name: row.Name}, added > 0, err
}

func (t *tx) RemoveTag(ctx context.Context, id library.MediaID, tag library.TagID) (library.Tag, error) {
	row, err := t.q.MediaTag(ctx, dbq.MediaTagParams{MediaID: int64(id), TagID: int64(tag)})
	if err != nil {
		return library.Tag{}, orNotFound(err, "tag", tag)
	}
	err = t.q.UntagMedia(ctx, dbq.UntagMediaParams{MediaID: int64(id), TagID: int64(tag)})
	return library.Tag{ID: tag, Name: row.Name}, err
}
