package library

import (
	"context"
	"fmt"
	"slices"
)

// OthersWay is a way by which somebody other than a person and the admins gets to what
// the person has.
type OthersWay struct {
	Media      MediaID      // 0 where the way is to the collection itself
	Collection CollectionID // that collection, or the media item's home
	Way        Way
	Home       bool // as in [MediaWay]
	IsOwner    bool // the way is to own the media item itself
	Waiting    bool // the media item waits for its upload
	Archived   bool // the media, or the collection
}

// reaches says whether who has the way reaches the thing by it.
func (w OthersWay) reaches() bool {
	if w.Media == 0 {
		return CollectionAccess{Ways: []Way{w.Way}, Archived: w.Archived}.Permission() > NoPermission
	}
	return MediaAccess{
		Ways: []MediaWay{{Way: w.Way, Home: w.Home}}, IsOwner: w.IsOwner, Waiting: w.Waiting, Archived: w.Archived,
	}.Permission() > NoPermission
}

// OwnedMedia is of a media item what giving it away depends on.
type OwnedMedia struct {
	ID           MediaID
	Home         CollectionID
	ArchivedWith *CollectionID
}

// TransferWriter is what giving away all of a person's things needs of a transaction.
// Each method takes a few statements, however many things there are.
type TransferWriter interface {
	// LockOwnedMedia locks and returns the media that a person owns, by id.
	LockOwnedMedia(ctx context.Context, owner UserID) ([]OwnedMedia, error)
	// WaysOfOthers returns the ways of others than the owner and the admins to media, to
	// those at home in collections, and to these collections: each once, all as of one
	// moment. Collections and media are locked.
	WaysOfOthers(ctx context.Context, owner UserID, media []OwnedMedia, in []CollectionID) ([]OthersWay, error)
	// SetHomes makes a collection the home of media that are at home in others. Those
	// that were archived with their homes are then archived by themselves.
	SetHomes(ctx context.Context, ids []MediaID, from []CollectionID, to CollectionID) error
	// HomePerspectives returns the media item's perspectives in their homes, by media
	// descending.
	HomePerspectives(ctx context.Context, ids []MediaID) ([]HomePerspective, error)
}

// NotTransferred is what stayed with a person because it is shared, the newest first.
type NotTransferred struct {
	Perspectives []HomePerspective // of the media, in their homes
	Collections  []CollectionID
}

// TransferAll gives to a person what another owns and does not share: what nobody but
// the owner and admins reaches, archived or not. A custom collection goes whole if that
// is true of it and of all media at home in it. Media from other collections of the
// owner's go to the receiver's My Library. What is shared stays, and is returned.
func (c *Change) TransferAll(ctx context.Context, from, to UserID) (NotTransferred, error) {
	if from == to {
		return NotTransferred{}, Invalid("to_user_id", "must be another user than from_user_id")
	}
	if !may(c.actor, TransferAll, given{}) {
		return NotTransferred{}, Forbidden("only admins may transfer media items")
	}
	if _, err := c.lockUsers(ctx, []UserID{from, to}); err != nil {
		return NotTransferred{}, asMissing(err)
	}
	plan, err := c.planTransfer(ctx, from, to)
	if err != nil {
		return NotTransferred{}, err
	}
	if err := c.carryOut(ctx, plan, to); err != nil {
		return NotTransferred{}, err
	}
	left := NotTransferred{Collections: plan.collectionsLeft}
	if left.Perspectives, err = c.tx.HomePerspectives(ctx, plan.mediaLeft); err != nil {
		return NotTransferred{}, err
	}
	if len(plan.media)+len(plan.collections) == 0 {
		return left, nil
	}
	return left, c.record(ctx, "user", "transfer_media", idText(from), facts{"owner_id": from},
		facts{"owner_id": to, "media_ids": plan.media, "collection_ids": plan.collections})
}

// asMissing is the contract's answer for people to transfer between who do not exist.
func asMissing(err error) error {
	if KindOf(err) != KindNotFound {
		return err
	}
	return &Error{Kind: KindMissing, Field: "user", Message: fmt.Sprintf("%s: both must exist", err)}
}

// transferPlan is what moves and what stays.
type transferPlan struct {
	media, mediaLeft             []MediaID
	collections, collectionsLeft []CollectionID

	// The media that change their home to the receiver's My Library, and their homes.
	rehomed []MediaID
	homes   []CollectionID
	library CollectionID
}

// planTransfer locks all that may move, and only then asks who else reaches it.
func (c *Change) planTransfer(ctx context.Context, from, to UserID) (transferPlan, error) {
	libraries, err := c.libraries(ctx, from, to)
	if err != nil {
		return transferPlan{}, err
	}
	cols, err := c.lockCollectionsOf(ctx, from, libraries...)
	if err != nil {
		return transferPlan{}, err
	}
	owned, err := c.tx.LockOwnedMedia(ctx, from)
	if err != nil {
		return transferPlan{}, err
	}
	ways, err := c.tx.WaysOfOthers(ctx, from, owned, cols)
	if err != nil {
		return transferPlan{}, err
	}
	shared := make(map[MediaID]bool)
	stays := make(map[CollectionID]bool) // the collection is shared, or something at home in it
	for _, w := range ways {
		if w.reaches() {
			shared[w.Media] = true
			stays[w.Collection] = true
		}
	}
	plan := transferPlan{library: libraries[1]}
	leaves := map[CollectionID]bool{libraries[0]: true} // homes that unshared media leave
	for _, id := range slices.Backward(cols) {
		if stays[id] {
			plan.collectionsLeft = append(plan.collectionsLeft, id)
			leaves[id] = true
		} else {
			plan.collections = append(plan.collections, id)
		}
	}
	for _, m := range owned {
		if shared[m.ID] {
			plan.mediaLeft = append(plan.mediaLeft, m.ID)
			continue
		}
		plan.media = append(plan.media, m.ID)
		if leaves[m.Home] {
			plan.rehomed = append(plan.rehomed, m.ID)
			plan.homes = append(plan.homes, m.Home)
		}
	}
	plan.homes = sortedIDs(plan.homes)
	return plan, nil
}

func (c *Change) carryOut(ctx context.Context, plan transferPlan, to UserID) error {
	if len(plan.rehomed) > 0 {
		if err := c.tx.SetHomes(ctx, plan.rehomed, plan.homes, plan.library); err != nil {
			return err
		}
	}
	if len(plan.media) > 0 {
		if err := c.tx.SetMediaOwner(ctx, plan.media, to); err != nil {
			return err
		}
	}
	if len(plan.collections) == 0 {
		return nil
	}
	return c.tx.SetCollectionsOwner(ctx, plan.collections, to)
}
