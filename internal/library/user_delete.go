package library

import (
	"context"
	"fmt"
)

// Disposal says what becomes of what a deleted person owns. One of the two must be
// set when the person owns anything.
type Disposal struct {
	NewOwner  UserID // who gets it; 0 if nobody does
	WithMedia bool   // it is deleted too
}

// DeleteUser deletes a person permanently. Their media and collections go to the new owner
// or to the recycle bin; media of others at home in their collections are kept
// either way: with the collection, or in the My Library of their owners.
func (c *Change) DeleteUser(ctx context.Context, id UserID, d Disposal) error {
	if d.NewOwner != 0 && d.WithMedia {
		return Invalid("new_owner", "cannot be combined with deleting the media items")
	}
	if d.NewOwner == id {
		return Invalid("new_owner", "must be another person")
	}
	return c.keepingAnAdmin(ctx, func() error { return c.deleteUser(ctx, id, d) })
}

func (c *Change) deleteUser(ctx context.Context, id UserID, d Disposal) error {
	if !may(c.actor, DeleteUser, given{}) {
		return Forbidden("only admins may delete people")
	}
	named := []UserID{id}
	if d.NewOwner != 0 {
		named = append(named, d.NewOwner)
	}
	people, err := c.lockUsers(ctx, named)
	if err != nil {
		return err
	}
	owns, err := c.tx.OwnsAnything(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case !owns:
	case d.NewOwner != 0:
		err = c.giveAllOf(ctx, id, d.NewOwner)
	case d.WithMedia:
		err = c.deleteAllOf(ctx, id)
	default:
		err = &Error{Kind: KindConflict, Field: "user", Message: fmt.Sprintf(
			"user %d owns media items or collections; give a new owner, or delete them too", id)}
	}
	if err != nil {
		return err
	}
	if err := c.tx.DeleteUser(ctx, id, c.now); err != nil {
		return err
	}
	var after facts
	if owns && d.NewOwner != 0 {
		after = facts{"new_owner_id": d.NewOwner}
	}
	return c.record(ctx, "user", "delete", idText(id), people[id].facts(), after)
}

// giveAllOf gives all that a person owns to another: the media at home in their My
// Library move into the other's.
func (c *Change) giveAllOf(ctx context.Context, from, to UserID) error {
	libraries, err := c.libraries(ctx, from, to)
	if err != nil {
		return err
	}
	cols, err := c.lockCollectionsOf(ctx, from, libraries...)
	if err != nil {
		return err
	}
	media, err := c.tx.LockMediaOf(ctx, from)
	if err != nil {
		return err
	}
	for _, m := range media {
		if m.Home == libraries[0] {
			if err := c.tx.MoveMedia(ctx, m.ID, libraries[0], libraries[1]); err != nil {
				return err
			}
		}
	}
	if err := c.tx.SetMediaOwner(ctx, mediaIDs(media, nil), to); err != nil {
		return err
	}
	for _, id := range cols {
		if err := c.tx.SetCollectionOwner(ctx, id, to); err != nil {
			return err
		}
	}
	return nil
}

// deleteAllOf puts all that a person owns into the recycle bin. Media of others at
// home in the person's collections go to the My Library of their owners.
func (c *Change) deleteAllOf(ctx context.Context, id UserID) error {
	cols, err := c.lockCollectionsOf(ctx, id)
	if err != nil {
		return err
	}
	media, err := c.tx.LockMediaOf(ctx, id)
	if err != nil {
		return err
	}
	if err := c.tx.SetMediaDeleted(ctx, mediaIDs(media, nil), c.now); err != nil {
		return err
	}
	for _, col := range cols {
		others, err := c.tx.LockMediaAtHome(ctx, col)
		if err != nil {
			return err
		}
		for _, m := range others {
			library, err := c.tx.LibraryOf(ctx, m.Owner.ID)
			if err != nil {
				return err
			}
			if err := c.tx.MoveMedia(ctx, m.ID, col, library); err != nil {
				return err
			}
			if m.ArchivedWith != nil && *m.ArchivedWith == col {
				if err := c.tx.SetMediaArchived(ctx, []MediaID{m.ID}, m.ArchivedAt, nil); err != nil {
					return err
				}
			}
		}
		if err := c.tx.SetCollectionDeleted(ctx, col, c.now); err != nil {
			return err
		}
	}
	return nil
}
