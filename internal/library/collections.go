package library

import (
	"context"
	"slices"
	"time"
)

// CollectionID is a collection's id.
type CollectionID int64

// CollectionType is what sort of collection one is (the wire contract, section 2).
type CollectionType string

// The types of collections. Only custom ones can be shared, archived and deleted.
const (
	MyLibrary  CollectionType = "user"        // one per person, made with the person
	CourseWide CollectionType = "course_wide" // one per course; its people have it
	Custom     CollectionType = "custom"      // made by a person
)

// myLibraryName is the name of everyone's My Library.
const myLibraryName = "My Library"

// Collection is a flat set of media.
type Collection struct {
	ID         CollectionID
	Type       CollectionType
	Name       string     // empty for a course's collection whose course has no name
	Owner      *UserBrief // nil for a course's collection; of a new one only the ID counts
	CourseID   *CourseID  // nil unless a course's
	CreatedAt  time.Time
	ArchivedAt *time.Time // nil while live
}

// Live says whether the collection is not archived.
func (c Collection) Live() bool { return c.ArchivedAt == nil }

// CollectionWithPermission is a collection and what somebody may do with it.
type CollectionWithPermission struct {
	Collection
	Permission Permission
}

// SeenCollection is a collection with all that decides what somebody may do with it.
type SeenCollection struct {
	Collection
	Access CollectionAccess
}

// seenBy is the collection with the permission that the actor is answered.
func (s SeenCollection) seenBy(a Actor) CollectionWithPermission {
	return CollectionWithPermission{
		Collection: s.Collection, Permission: answers(a, s.Access.Permission(), s.Access.InReach),
	}
}

// seen returns those of the collections that are there, by id, with the permissions that
// the actor is answered. It takes one statement of the Reader.
func seen(
	ctx context.Context, in Reader, actor Actor, ids []CollectionID,
) (map[CollectionID]CollectionWithPermission, error) {
	found, err := in.SeenCollections(ctx, actor.Person(), ids)
	if err != nil {
		return nil, err
	}
	cols := make(map[CollectionID]CollectionWithPermission, len(found))
	for _, s := range found {
		cols[s.ID] = s.seenBy(actor)
	}
	return cols, nil
}

// CollectionReader is what reading collections needs of storage. Archived and
// deleted collections are in no list.
type CollectionReader interface {
	// UserCollections returns what a person owns, shares and is enrolled in, with that
	// person's permission: My Library first, then the newest, ties by id descending.
	UserCollections(ctx context.Context, user UserID, page Page) (Paged[CollectionWithPermission], error)
	// UserLibrary returns a person's My Library, or KindNotFound when the person is.
	UserLibrary(ctx context.Context, user UserID) (CollectionWithPermission, error)
	// ArchivedCollections returns the archived collections that a person owns: the
	// newest first, ties by id descending.
	ArchivedCollections(ctx context.Context, owner UserID, page Page) (Paged[CollectionWithPermission], error)
	// SeenCollections returns those of the collections that are not deleted, as the
	// person sees them, in no order.
	SeenCollections(ctx context.Context, user UserID, ids []CollectionID) ([]SeenCollection, error)
}

// CollectionWriter is what changing collections needs of a transaction.
type CollectionWriter interface {
	// LockCollections locks and returns the collections of these ids that are not
	// deleted, by id.
	LockCollections(ctx context.Context, ids []CollectionID) ([]Collection, error)
	// LibraryOf returns the id of a person's My Library.
	LibraryOf(ctx context.Context, user UserID) (CollectionID, error)
	// CollectionsOf returns the ids of a person's custom collections, the archived
	// too, the deleted not.
	CollectionsOf(ctx context.Context, user UserID) ([]CollectionID, error)
	// InsertCollection stores a collection.
	InsertCollection(ctx context.Context, c Collection) (CollectionID, error)
	// SetCollectionArchived sets or clears the time at which a collection was archived.
	SetCollectionArchived(ctx context.Context, id CollectionID, at *time.Time) error
	// SetCollectionOwner gives a collection to a person.
	SetCollectionOwner(ctx context.Context, id CollectionID, owner UserID) error
	// SetCollectionsOwner gives collections to a person.
	SetCollectionsOwner(ctx context.Context, ids []CollectionID, owner UserID) error
	// SetCollectionDeleted puts a collection into the recycle bin.
	SetCollectionDeleted(ctx context.Context, id CollectionID, at time.Time) error
}

// UserCollections returns the collections of the user in question, with that user's
// permissions, to those who may see the user's pages.
func (l *Library) UserCollections(
	ctx context.Context, actor Actor, user UserID, page Page,
) (Paged[CollectionWithPermission], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[CollectionWithPermission], error) {
		if err := v.maySeePagesOf(ctx, user); err != nil {
			return Paged[CollectionWithPermission]{}, err
		}
		return v.in.Last().UserCollections(ctx, user, page)
	})
}

// UserLibrary returns a person's My Library to those who may see their pages.
func (l *Library) UserLibrary(ctx context.Context, actor Actor, user UserID) (CollectionWithPermission, error) {
	return view(ctx, l, actor, func(v *Snapshot) (CollectionWithPermission, error) {
		if err := v.maySeePagesOf(ctx, user); err != nil {
			return CollectionWithPermission{}, err
		}
		return v.in.Last().UserLibrary(ctx, user)
	})
}

// Collections returns the actor's own, shared and course collections; or, where
// archived is asked for, those archived ones that they may unarchive, which are those
// that they own: no other way gives [ArchiveCollection].
func (l *Library) Collections(
	ctx context.Context, actor Actor, archived bool, page Page,
) (Paged[CollectionWithPermission], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[CollectionWithPermission], error) {
		if !may(actor, SeePages, given{self: true}) {
			return Paged[CollectionWithPermission]{}, Forbidden("a list of one's own collections is for people")
		}
		if archived {
			return v.in.Last().ArchivedCollections(ctx, actor.Person(), page)
		}
		return v.in.Last().UserCollections(ctx, actor.Person(), page)
	})
}

// Collection returns one collection to those who have a way to it.
func (l *Library) Collection(ctx context.Context, actor Actor, id CollectionID) (CollectionWithPermission, error) {
	return view(ctx, l, actor, func(v *Snapshot) (CollectionWithPermission, error) {
		return v.collectionToRead(ctx, id)
	})
}

// CollectionPermission returns a person's effective permission on a collection,
// which an admin's role alone does not raise, to those who may see their pages.
func (l *Library) CollectionPermission(
	ctx context.Context, actor Actor, user UserID, id CollectionID,
) (Permission, error) {
	return view(ctx, l, actor, func(v *Snapshot) (Permission, error) {
		if err := v.maySeePagesOf(ctx, user); err != nil {
			return NoPermission, err
		}
		col, err := v.seenCollection(ctx, user, id)
		return col.Access.Permission(), err
	})
}

// collectionToRead returns one collection to those who have a way to it.
func (v *Snapshot) collectionToRead(ctx context.Context, id CollectionID) (CollectionWithPermission, error) {
	col, err := v.seeCollection(ctx, id, ReadCollection)
	if err != nil {
		return CollectionWithPermission{}, err
	}
	return col.seenBy(v.actor), nil
}

// seeCollection returns a collection to who may do with it what they need. One that is not
// there is KindNotFound, one that the actor may not KindForbidden.
func (v *Snapshot) seeCollection(ctx context.Context, id CollectionID, need Need) (SeenCollection, error) {
	col, err := v.seenCollection(ctx, v.actor.Person(), id)
	if err == nil && !may(v.actor, need, col.Access.given()) {
		err = needsOnCollection(need, id)
	}
	return col, err
}

// seenCollection returns a collection as a person sees it, or KindNotFound.
func (v *Snapshot) seenCollection(ctx context.Context, user UserID, id CollectionID) (SeenCollection, error) {
	found, err := v.in.SeenCollections(ctx, user, []CollectionID{id})
	if err == nil && len(found) == 0 {
		err = NotFound("collection", id)
	}
	if err != nil {
		return SeenCollection{}, err
	}
	return found[0], nil
}

func needsOnCollection(need Need, id CollectionID) error {
	return Forbidden("this needs the permission %s on collection %d", need.level(), id)
}

// NewCollection is a custom collection to be made.
type NewCollection struct {
	Name      string
	Owner     UserID
	CreatedAt time.Time // zero: now
}

// CreateCollection makes a custom collection, for oneself or, by an admin, for another;
// a sub-account admin makes them for the people within reach.
func (c *Change) CreateCollection(ctx context.Context, n NewCollection) (CollectionWithPermission, error) {
	var none CollectionWithPermission
	if err := c.mayActFor(ctx, n.Owner); err != nil {
		return none, err
	}
	if err := CheckText("name", n.Name); err != nil {
		return none, err
	}
	people, err := c.lockUsers(ctx, []UserID{n.Owner})
	if err != nil {
		return none, err
	}
	owner := people[n.Owner].brief()
	col := Collection{Type: Custom, Name: n.Name, Owner: &owner, CreatedAt: c.timeOr(n.CreatedAt)}
	if col.ID, err = c.tx.InsertCollection(ctx, col); err != nil {
		return none, err
	}
	// The owner's own, or an admin's, who has no other way: both are answered so.
	made := CollectionWithPermission{Collection: col, Permission: Owner}
	return made, c.record(ctx, "collection", "create", idText(col.ID), nil, col.facts())
}

// mayActFor asks whether the actor may make what is to be another person's. To who may
// not, a person who is not there looks like one who is.
func (c *Change) mayActFor(ctx context.Context, user UserID) error {
	allowed, err := mayReaching(c.actor, ActFor, given{self: user == c.actor.Person()}, func() (bool, error) {
		outside, err := c.tx.UsersOutOfReach(ctx, c.actor.Person(), []UserID{user})
		return len(outside) == 0, err
	})
	if err != nil || allowed {
		return err
	}
	return Forbidden("only admins may create collections and media items for other people")
}

// ArchiveCollection takes a collection and all live media at home in it out of every
// list, and returns the collection as it now is. What was archived before stays as it
// was; archiving twice changes nothing.
func (c *Change) ArchiveCollection(ctx context.Context, id CollectionID) (CollectionWithPermission, error) {
	if err := c.ArchiveCollectionAt(ctx, id, c.now); err != nil {
		return CollectionWithPermission{}, err
	}
	return c.answered(ctx, id)
}

// answered returns a collection that is there, as it is at this point of the change, with
// the permission that the actor is answered.
func (c *Change) answered(ctx context.Context, id CollectionID) (CollectionWithPermission, error) {
	col, err := c.seenCollection(ctx, c.actor.Person(), id)
	return col.seenBy(c.actor), err
}

// ArchiveCollectionAt is [Change.ArchiveCollection] for what was archived at another
// time, elsewhere.
func (c *Change) ArchiveCollectionAt(ctx context.Context, id CollectionID, at time.Time) error {
	at = c.timeOr(at)
	col, err := c.customCollection(ctx, id, ArchiveCollection)
	if err != nil || !col.Live() {
		return err
	}
	media, err := c.tx.LockMediaAtHome(ctx, id)
	if err != nil {
		return err
	}
	live := mediaIDs(media, Media.Live)
	if err := c.tx.SetMediaArchived(ctx, live, &at, &id); err != nil {
		return err
	}
	if err := c.tx.SetCollectionArchived(ctx, id, &at); err != nil {
		return err
	}
	return c.record(ctx, "collection", "archive", idText(id),
		facts{"archived_at": nil}, facts{"archived_at": at, "media_ids": live})
}

// facts is what the audit log records of a collection.
func (c Collection) facts() facts {
	f := facts{"type": c.Type, "name": c.Name, "course_id": c.CourseID, "archived_at": c.ArchivedAt}
	if c.Owner != nil {
		f["owner_id"] = c.Owner.ID
	}
	return f
}

// UnarchiveCollection brings back a collection and exactly the media that archiving
// it took, and returns the collection as it now is. Unarchiving what is live changes
// nothing.
func (c *Change) UnarchiveCollection(ctx context.Context, id CollectionID) (CollectionWithPermission, error) {
	if err := c.unarchiveCollection(ctx, id); err != nil {
		return CollectionWithPermission{}, err
	}
	return c.answered(ctx, id)
}

func (c *Change) unarchiveCollection(ctx context.Context, id CollectionID) error {
	col, err := c.customCollection(ctx, id, ArchiveCollection)
	if err != nil || col.Live() {
		return err
	}
	media, err := c.tx.LockMediaAtHome(ctx, id)
	if err != nil {
		return err
	}
	taken := mediaIDs(media, func(m Media) bool { return m.ArchivedWith != nil && *m.ArchivedWith == id })
	if err := c.tx.SetMediaArchived(ctx, taken, nil, nil); err != nil {
		return err
	}
	if err := c.tx.SetCollectionArchived(ctx, id, nil); err != nil {
		return err
	}
	return c.record(ctx, "collection", "unarchive", idText(id),
		facts{"archived_at": col.ArchivedAt}, facts{"archived_at": nil, "media_ids": taken})
}

// DeleteCollection puts a collection, and the media at home in it, into the recycle
// bin, and returns the collection as it was. Other media lose only their perspective in
// it.
func (c *Change) DeleteCollection(ctx context.Context, id CollectionID) (CollectionWithPermission, error) {
	var none CollectionWithPermission
	if _, err := c.customCollection(ctx, id, ShareCollection); err != nil {
		return none, err
	}
	col, err := c.answered(ctx, id)
	if err != nil {
		return none, err
	}
	media, err := c.tx.LockMediaAtHome(ctx, id)
	if err != nil {
		return none, err
	}
	if err := c.tx.SetMediaDeleted(ctx, mediaIDs(media, nil), c.now); err != nil {
		return none, err
	}
	if err := c.tx.SetCollectionDeleted(ctx, id, c.now); err != nil {
		return none, err
	}
	before := col.facts()
	before["media_ids"] = mediaIDs(media, nil)
	return col, c.record(ctx, "collection", "delete", idText(id), before, nil)
}

// TransferCollection gives a collection, not the media in it, to another person.
func (c *Change) TransferCollection(ctx context.Context, id CollectionID, owner UserID) error {
	people, lockErr := c.lockUsers(ctx, []UserID{owner})
	if lockErr != nil && KindOf(lockErr) != KindNotFound {
		return lockErr
	}
	col, err := c.customCollection(ctx, id, ShareCollection)
	if err != nil {
		return err
	}
	if lockErr != nil || col.Owner.ID == owner {
		return lockErr
	}
	if err := c.tx.SetCollectionOwner(ctx, id, people[owner].ID); err != nil {
		return err
	}
	return c.record(ctx, "collection", "transfer", idText(id), facts{"owner_id": col.Owner.ID}, facts{"owner_id": owner})
}

// collection locks one collection and asks for a level on it.
func (c *Change) collection(ctx context.Context, id CollectionID, need Need) (Collection, error) {
	cols, err := c.tx.LockCollections(ctx, []CollectionID{id})
	if err != nil {
		return Collection{}, err
	}
	if len(cols) == 0 {
		return Collection{}, NotFound("collection", id)
	}
	return cols[0], c.needOnCollection(ctx, cols[0], need)
}

// customCollection is collection for what only custom collections are open to.
func (c *Change) customCollection(ctx context.Context, id CollectionID, need Need) (Collection, error) {
	col, err := c.collection(ctx, id, need)
	if err == nil {
		err = needCustom(col)
	}
	return col, err
}

// needCustom refuses what only custom collections are open to.
func needCustom(col Collection) error {
	if col.Type == Custom {
		return nil
	}
	return Invalid("collection",
		"%d is a My Library or belongs to a course; it cannot be shared, archived, deleted or transferred", col.ID)
}

func (c *Change) needOnCollection(ctx context.Context, col Collection, need Need) error {
	if may(c.actor, need, given{}) {
		return nil
	}
	_, err := c.seeCollection(ctx, col.ID, need)
	return err
}

// lockCollectionsOf locks a person's custom collections, with others that are needed as
// well, and returns the ids of those that are the person's. That is looked at behind the
// locks: a collection found just before may have been given away since.
func (c *Change) lockCollectionsOf(
	ctx context.Context, user UserID, beside ...CollectionID,
) ([]CollectionID, error) {
	found, err := c.tx.CollectionsOf(ctx, user)
	if err != nil {
		return nil, err
	}
	locked, err := c.tx.LockCollections(ctx, sortedIDs(append(found, beside...)))
	if err != nil {
		return nil, err
	}
	var own []CollectionID
	for _, col := range locked {
		if col.Type == Custom && col.Owner.ID == user {
			own = append(own, col.ID)
		}
	}
	return own, nil
}

// libraries returns the ids of the people's My Libraries, in the order asked.
func (c *Change) libraries(ctx context.Context, people ...UserID) ([]CollectionID, error) {
	ids := make([]CollectionID, len(people))
	for i, user := range people {
		var err error
		if ids[i], err = c.tx.LibraryOf(ctx, user); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func sortedIDs[ID ~int64](ids []ID) []ID {
	slices.Sort(ids)
	return slices.Compact(ids)
}
