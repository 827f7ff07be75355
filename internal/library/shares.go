package library

import (
	"context"
	"fmt"
)

// Grantee is whom something is shared with: a person or a group, the other being 0.
type Grantee struct {
	User  UserID
	Group GroupID
}

// String names the grantee in messages.
func (g Grantee) String() string {
	if g.Group != 0 {
		return fmt.Sprintf("group %d", g.Group)
	}
	return fmt.Sprintf("user %d", g.User)
}

// ShareWriter is what changing shares needs of a transaction. What a share gives is
// [WayView] or [WayEdit].
type ShareWriter interface {
	// MediaShare returns what a media's share with the grantee gives, "" where there
	// is none.
	MediaShare(ctx context.Context, id MediaID, g Grantee) (Way, error)
	// SetMediaShare shares a media, or changes what its share gives.
	SetMediaShare(ctx context.Context, id MediaID, g Grantee, gives Way) error
	// RemoveMediaShare ends a share; one that is not there is no error.
	RemoveMediaShare(ctx context.Context, id MediaID, g Grantee) error
	// CollectionShare, SetCollectionShare and RemoveCollectionShare are the same for
	// a collection.
	CollectionShare(ctx context.Context, id CollectionID, g Grantee) (Way, error)
	SetCollectionShare(ctx context.Context, id CollectionID, g Grantee, gives Way) error
	RemoveCollectionShare(ctx context.Context, id CollectionID, g Grantee) error
}

// ParseShare reads what a share gives.
func ParseShare(name string) (Way, error) {
	switch w := Way(name); w {
	case WayView, WayEdit:
		return w, nil
	default:
		return "", Invalid("permission", "%q is neither view nor edit", name)
	}
}

// ShareMedia shares a media, or changes what its share gives. Who may view may grant
// view anew; only who may edit grants edit or changes a share that is there.
func (c *Change) ShareMedia(ctx context.Context, id MediaID, g Grantee, gives Way) error {
	missing, err := c.lockGrantee(ctx, g)
	if err != nil {
		return err
	}
	m, err := c.tx.LockMedia(ctx, id)
	if err != nil {
		return err
	}
	current, err := c.tx.MediaShare(ctx, id, g)
	if err != nil {
		return err
	}
	need := ChangeShares
	if gives == WayView && current == "" {
		need = GrantView
	}
	if err := c.needOnMedia(ctx, m, need); err != nil {
		return err
	}
	if missing != nil {
		return missing
	}
	if current == gives {
		return nil
	}
	if err := c.tx.SetMediaShare(ctx, id, g, gives); err != nil {
		return err
	}
	return c.recordShare(ctx, "media", idText(id), g, current, gives)
}

// recordShare writes into the audit log what a share gave and gives, "" for nothing.
func (c *Change) recordShare(ctx context.Context, object, id string, g Grantee, before, after Way) error {
	tell := func(gives Way) facts {
		switch {
		case gives == "":
			return nil
		case g.Group != 0:
			return facts{"group_id": g.Group, "permission": gives}
		}
		return facts{"user_id": g.User, "permission": gives}
	}
	verb := "share"
	if after == "" {
		verb = "unshare"
	}
	return c.record(ctx, object, verb, id, tell(before), tell(after))
}

// UnshareMedia ends a share of a media. Anyone may give up their own.
func (c *Change) UnshareMedia(ctx context.Context, id MediaID, g Grantee) error {
	missing, err := c.lockGrantee(ctx, g)
	if err != nil {
		return err
	}
	m, err := c.tx.LockMedia(ctx, id)
	if err != nil {
		return err
	}
	if !c.isOwn(g) {
		if err := c.needOnMedia(ctx, m, ChangeShares); err != nil {
			return err
		}
	}
	if missing != nil {
		return missing
	}
	current, err := c.tx.MediaShare(ctx, id, g)
	if err != nil || current == "" {
		return err
	}
	if err := c.tx.RemoveMediaShare(ctx, id, g); err != nil {
		return err
	}
	return c.recordShare(ctx, "media", idText(id), g, current, "")
}

// ShareCollection shares a custom collection, or changes what its share gives.
func (c *Change) ShareCollection(ctx context.Context, id CollectionID, g Grantee, gives Way) error {
	missing, err := c.lockGrantee(ctx, g)
	if err != nil {
		return err
	}
	if _, err := c.customCollection(ctx, id, ShareCollection); err != nil {
		return err
	}
	if missing != nil {
		return missing
	}
	current, err := c.tx.CollectionShare(ctx, id, g)
	if err != nil || current == gives {
		return err
	}
	if err := c.tx.SetCollectionShare(ctx, id, g, gives); err != nil {
		return err
	}
	return c.recordShare(ctx, "collection", idText(id), g, current, gives)
}

// UnshareCollection ends a share of a collection. Anyone may give up their own.
func (c *Change) UnshareCollection(ctx context.Context, id CollectionID, g Grantee) error {
	missing, err := c.lockGrantee(ctx, g)
	if err != nil {
		return err
	}
	need := ShareCollection
	if c.isOwn(g) {
		need = NoPermission
	}
	if _, err := c.customCollection(ctx, id, need); err != nil {
		return err
	}
	if missing != nil {
		return missing
	}
	current, err := c.tx.CollectionShare(ctx, id, g)
	if err != nil || current == "" {
		return err
	}
	if err := c.tx.RemoveCollectionShare(ctx, id, g); err != nil {
		return err
	}
	return c.recordShare(ctx, "collection", idText(id), g, current, "")
}

func (c *Change) isOwn(g Grantee) bool { return g.User != 0 && g.User == c.actor.ID }

// lockGrantee locks whom something is to be shared with. That they do not exist is
// told apart from failures, for it is said only once the actor may share at all.
func (c *Change) lockGrantee(ctx context.Context, g Grantee) (missing, err error) {
	if g.Group != 0 {
		_, err = c.tx.LockGroup(ctx, g.Group)
	} else {
		_, err = c.lockUsers(ctx, []UserID{g.User})
	}
	if KindOf(err) == KindNotFound {
		return err, nil
	}
	return nil, err
}
