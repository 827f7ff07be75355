package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// MediaTags is [library.TagReader]'s.
func (v *reader) MediaTags(ctx context.Context, id library.MediaID) ([]library.Tag, error) {
	rows, err := v.end.MediaTags(ctx, int64(id))
	tags := make([]library.Tag, len(rows))
	for i, r := range rows {
		tags[i] = library.Tag{ID: library.TagID(r.ID), Name: r.Name}
	}
	return tags, err
}

func (t *tx) AddTag(ctx context.Context, id library.MediaID, name string) (library.Tag, bool, error) {
	tag, err := t.tagNamed(ctx, name)
	if err != nil {
		return library.Tag{}, false, err
	}
	added, err := t.q.TagMedia(ctx, dbq.TagMediaParams{MediaID: int64(id), TagID: int64(tag.ID)})
	return tag, added > 0, err
}

// tagNamed returns the tag with a name, and creates it if there is none.
func (t *tx) tagNamed(ctx context.Context, name string) (library.Tag, error) {
	if err := t.db.lockTags(ctx, t.raw, false); err != nil {
		return library.Tag{}, err
	}
	rule := t.foldings.Tag
	known, holder, err := tagsAndHolder(ctx, t.q, rule, name)
	if err != nil || len(known) > 0 {
		return first(known), err
	}
	key := rule.Fold(name)
	if holder.ID != 0 && holder.FoldRule != rule.Rule { // by its own rule, for another name
		err = t.q.SetTagKey(ctx, dbq.SetTagKeyParams{ID: holder.ID, Folded: noTagKey(holder.ID), FoldRule: noRule})
		if err != nil {
			return library.Tag{}, err
		}
	}
	if err := t.later.InsertTag(ctx, dbq.InsertTagParams{Name: name, Folded: key, FoldRule: rule.Rule}); err != nil {
		return library.Tag{}, err
	}
	made, err := t.q.TagHolder(ctx, key) // which another transaction may have just created
	if err != nil || made.FoldRule == rule.Rule {
		return library.Tag{ID: library.TagID(made.ID), Name: made.Name}, err
	}
	known, err = tagsByName(ctx, t.q, rule, name)
	return first(known), err
}

func first(tags []library.Tag) library.Tag {
	if len(tags) == 0 {
		return library.Tag{}
	}
	return tags[0]
}

func (t *tx) RemoveTag(ctx context.Context, id library.MediaID, tag library.TagID) (library.Tag, error) {
	row, err := t.q.MediaTag(ctx, dbq.MediaTagParams{MediaID: int64(id), TagID: int64(tag)})
	if err != nil {
		return library.Tag{}, orNotFound(err, "tag", tag)
	}
	err = t.later.UntagMedia(ctx, dbq.UntagMediaParams{MediaID: int64(id), TagID: int64(tag)})
	return library.Tag{ID: tag, Name: row.Name}, err
}
