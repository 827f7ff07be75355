package library

import (
	"context"
	"time"
)

// ArchiveMedia takes a media item out of every list, and returns it as it now is. Archiving
// twice changes nothing.
func (c *Change) ArchiveMedia(ctx context.Context, id MediaID) (MediaAtHome, error) {
	if err := c.ArchiveMediaAt(ctx, id, c.now); err != nil {
		return MediaAtHome{}, err
	}
	return c.mediaAtHome(ctx, id)
}

// mediaAtHome returns a media item as it is at this point of the change.
func (c *Change) mediaAtHome(ctx context.Context, id MediaID) (MediaAtHome, error) {
	m, err := c.tx.LockMedia(ctx, id)
	if err != nil {
		return MediaAtHome{}, err
	}
	return atHome(ctx, c.in, c.actor, m)
}

// ArchiveMediaAt is [Change.ArchiveMedia] for what was archived at another time,
// elsewhere.
func (c *Change) ArchiveMediaAt(ctx context.Context, id MediaID, at time.Time) error {
	at = c.timeOr(at)
	m, err := c.media(ctx, id, ArchiveMedia)
	if err != nil || !m.Live() {
		return err
	}
	if err := c.tx.SetMediaArchived(ctx, []MediaID{id}, &at, nil); err != nil {
		return err
	}
	return c.record(ctx, "media", "archive", idText(id), facts{"archived_at": nil}, facts{"archived_at": at})
}

// facts is what the audit log records of a media item.
func (m Media) facts() facts {
	return facts{
		"title": m.Title, "description": m.Description, "owner_id": m.Owner.ID, "collection_id": m.Home,
		"source": m.Source, "transcoding_status": m.Status(), "archived_at": m.ArchivedAt,
	}
}

// UnarchiveMedia restores a media item, into the collection to, or where to is 0 into
// its home; if that is archived or gone, into its owner's My Library. It returns the
// media as it now is. Unarchiving what is live changes nothing.
func (c *Change) UnarchiveMedia(ctx context.Context, id MediaID, to CollectionID) (MediaAtHome, error) {
	if err := c.unarchiveMedia(ctx, id, to); err != nil {
		return MediaAtHome{}, err
	}
	return c.mediaAtHome(ctx, id)
}

func (c *Change) unarchiveMedia(ctx context.Context, id MediaID, to CollectionID) error {
	m, err := c.media(ctx, id, ArchiveMedia)
	if err != nil || m.Live() {
		return err
	}
	if to != 0 {
		err = c.mayReturnTo(ctx, m, to)
	} else {
		to, err = c.homeOrLibrary(ctx, m)
	}
	if err != nil {
		return err
	}
	if m.Home != to {
		if err := c.tx.MoveMedia(ctx, id, m.Home, to); err != nil {
			return err
		}
	}
	if err := c.tx.SetMediaArchived(ctx, []MediaID{id}, nil, nil); err != nil {
		return err
	}
	return c.record(ctx, "media", "unarchive", idText(id),
		facts{"archived_at": m.ArchivedAt, "collection_id": m.Home}, facts{"archived_at": nil, "collection_id": to})
}

// mayReturnTo asks whether the actor may bring an archived media back into a collection.
// Its present home and its owner's My Library are open to all who may unarchive it:
// nobody's level rises there. Another home is a move, or an editor could make a
// collection of their own the home, and themselves an owner.
func (c *Change) mayReturnTo(ctx context.Context, m Media, to CollectionID) error {
	cols, err := c.tx.LockCollections(ctx, []CollectionID{to})
	if err != nil {
		return err
	}
	if len(cols) == 0 {
		return NotFound("collection", to)
	}
	col := cols[0]
	isLibrary := col.Type == MyLibrary && col.Owner.ID == m.Owner.ID
	if to != m.Home && !isLibrary {
		if err := c.needOnMedia(ctx, m, MoveMedia); err != nil {
			return err
		}
		return c.home(ctx, to, m.Owner.ID)
	}
	if !col.Live() {
		return Invalid("collection_id", "names collection %d, which is archived", to)
	}
	return nil
}

// TransferMedia gives a media item to another person; one at home in its owner's My
// Library moves into the receiver's.
func (c *Change) TransferMedia(ctx context.Context, id MediaID, owner UserID) error {
	found, err := c.tx.LockUsers(ctx, []UserID{owner})
	if err != nil {
		return err
	}
	m, err := c.media(ctx, id, MoveMedia)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return NotFound("user", owner)
	}
	if m.Owner.ID == owner {
		return nil
	}
	libraries, err := c.libraries(ctx, m.Owner.ID, owner)
	if err != nil {
		return err
	}
	if m.Home == libraries[0] {
		if err := c.tx.MoveMedia(ctx, id, libraries[0], libraries[1]); err != nil {
			return err
		}
	}
	if err := c.tx.SetMediaOwner(ctx, []MediaID{id}, owner); err != nil {
		return err
	}
	return c.record(ctx, "media", "transfer", idText(id), facts{"owner_id": m.Owner.ID}, facts{"owner_id": owner})
}

// DeleteMedia puts a media item into the recycle bin, and returns it as it was.
func (c *Change) DeleteMedia(ctx context.Context, id MediaID) (MediaAtHome, error) {
	m, err := c.media(ctx, id, DeleteMedia)
	if err != nil {
		return MediaAtHome{}, err
	}
	was, err := atHome(ctx, c.in, c.actor, m)
	if err != nil {
		return MediaAtHome{}, err
	}
	if err := c.tx.SetMediaDeleted(ctx, []MediaID{id}, c.now); err != nil {
		return MediaAtHome{}, err
	}
	return was, c.record(ctx, "media", "delete", idText(id), m.facts(), nil)
}
