package library

import "context"

// home locks a collection that is to be the home of a media item of the owner's. A My
// Library is the home of its owner's media only.
func (c *Change) home(ctx context.Context, id CollectionID, owner UserID) error {
	col, err := c.collection(ctx, id, AddTo)
	switch {
	case err != nil:
		return err
	case !col.Live():
		return Invalid("collection", "%d is archived", id)
	case col.Type == MyLibrary && col.Owner.ID != owner:
		return Invalid("collection", "%d is another person's My Library", id)
	}
	return nil
}

// homeOrLibrary locks and returns the media item's home while it is live, and else its
// owner's My Library.
func (c *Change) homeOrLibrary(ctx context.Context, m Media) (CollectionID, error) {
	home, err := c.tx.LockCollections(ctx, []CollectionID{m.Home})
	if err != nil {
		return 0, err
	}
	if len(home) == 1 && home[0].Live() {
		return m.Home, nil
	}
	return c.tx.LibraryOf(ctx, m.Owner.ID)
}

// MoveMedia changes a media item's home.
func (c *Change) MoveMedia(ctx context.Context, id MediaID, to CollectionID) error {
	m, err := c.liveMedia(ctx, id, MoveMedia)
	if err != nil {
		return err
	}
	if err := c.home(ctx, to, m.Owner.ID); err != nil || m.Home == to {
		return err
	}
	if err := c.tx.MoveMedia(ctx, id, m.Home, to); err != nil {
		return err
	}
	return c.record(ctx, "media", "move", idText(id), facts{"collection_id": m.Home}, facts{"collection_id": to})
}

// AddToCollection puts a media item into a further collection. Into a course's, those put
// who teach, assist, design or study in the course.
func (c *Change) AddToCollection(ctx context.Context, id MediaID, to CollectionID) error {
	cols, err := c.tx.LockCollections(ctx, []CollectionID{to})
	if err != nil {
		return err
	}
	if len(cols) == 0 {
		return NotFound("collection", to)
	}
	if _, err := c.liveMedia(ctx, id, AddFrom); err != nil {
		return err
	}
	if err := c.mayAddTo(ctx, cols[0]); err != nil {
		return err
	}
	if !cols[0].Live() {
		return Invalid("collection", "%d is archived", to)
	}
	added, err := c.tx.AddPerspective(ctx, id, to, c.now)
	if err != nil || !added {
		return err
	}
	return c.record(ctx, "media", "add_to_collection", idText(id), nil, facts{"collection_id": to})
}

func (c *Change) mayAddTo(ctx context.Context, col Collection) error {
	if col.CourseID == nil || may(c.actor, PutInto, given{}) {
		return c.needOnCollection(ctx, col, PutInto)
	}
	enrolled, err := c.tx.EnrolledIn(ctx, *col.CourseID, c.actor.Person())
	if err != nil || may(c.actor, PutInto, given{enrolled: enrolled}) {
		return err
	}
	return c.needOnCollection(ctx, col, PutInto)
}

// RemoveFromCollection takes a media item out of a collection that is not its home. It is
// for those who may add to the collection, and for the media item's owner.
func (c *Change) RemoveFromCollection(ctx context.Context, id MediaID, from CollectionID) error {
	cols, err := c.tx.LockCollections(ctx, []CollectionID{from})
	if err != nil {
		return err
	}
	if len(cols) == 0 {
		return NotFound("collection", from)
	}
	m, err := c.tx.LockMedia(ctx, id)
	if err != nil {
		return err
	}
	if !may(c.actor, TakeFrom, given{self: m.Owner.ID == c.actor.Person()}) {
		if err := c.needOnCollection(ctx, cols[0], TakeFrom); err != nil {
			return err
		}
	}
	if m.Home == from {
		return Invalid("collection", "%d is the home of media %d: move it instead", from, id)
	}
	removed, err := c.tx.RemovePerspective(ctx, id, from)
	if err != nil || !removed {
		return err
	}
	return c.record(ctx, "media", "remove_from_collection", idText(id), facts{"collection_id": from}, nil)
}
