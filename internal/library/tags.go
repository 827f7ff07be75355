package library

import "context"

// TagID is a tag's id.
type TagID int64

// Tag is a word that media are found by. Names that [FoldTag] makes equal are one tag, kept
// as first written.
type Tag struct {
	ID   TagID
	Name string
}

// TagReader is what reading tags needs of storage.
type TagReader interface {
	// MediaTags returns the tags of a media item, the newest first.
	MediaTags(ctx context.Context, id MediaID) ([]Tag, error)
}

// TagWriter is what changing tags needs of a transaction.
type TagWriter interface {
	// AddTag tags a media item and returns the tag, which may have been there in another
	// case, and whether the media did not have it yet.
	AddTag(ctx context.Context, id MediaID, name string) (t Tag, added bool, err error)
	// RemoveTag takes a tag from a media item and returns it, or a KindNotFound error where
	// the media does not have it.
	RemoveTag(ctx context.Context, id MediaID, tag TagID) (Tag, error)
}

// MediaTags returns the tags of a media item to those who may read it.
func (l *Library) MediaTags(ctx context.Context, actor Actor, id MediaID) ([]Tag, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]Tag, error) {
		if _, err := v.seeMedia(ctx, id, ReadMedia); err != nil {
			return nil, err
		}
		return v.in.Last().MediaTags(ctx, id)
	})
}

// TagMedia tags a media item. A tag that it has already, in whatever case, changes nothing.
func (c *Change) TagMedia(ctx context.Context, id MediaID, name string) (Tag, error) {
	if err := CheckText("name", name); err != nil {
		return Tag{}, err
	}
	if _, err := c.media(ctx, id, WriteTags); err != nil {
		return Tag{}, err
	}
	tag, added, err := c.tx.AddTag(ctx, id, name)
	if err != nil || !added {
		return tag, err
	}
	return tag, c.record(ctx, "media", "tag", idText(id), nil, tag.facts())
}

// UntagMedia takes a tag from a media item. The tag stays for others that have it.
func (c *Change) UntagMedia(ctx context.Context, id MediaID, tag TagID) error {
	if _, err := c.media(ctx, id, WriteTags); err != nil {
		return err
	}
	t, err := c.tx.RemoveTag(ctx, id, tag)
	if err != nil {
		return err
	}
	return c.record(ctx, "media", "untag", idText(id), t.facts(), nil)
}

// facts is what the audit log records of a tag.
func (t Tag) facts() facts { return facts{"tag_id": t.ID, "name": t.Name} }
