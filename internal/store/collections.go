package store

import (
	"context"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// UserCollections is [library.CollectionReader]'s.
func (v *reader) UserCollections(
	ctx context.Context, user library.UserID, page library.Page,
) (library.Paged[library.CollectionWithPermission], error) {
	list := library.Paged[library.CollectionWithPermission]{Page: page}
	var err error
	if list.Total, err = v.q.CountUserCollections(ctx, int64(user)); err != nil {
		return list, err
	}
	if list.Total == 0 { // every person has a My Library
		return list, library.NotFound("user", user)
	}
	rows, err := v.end.UserCollections(ctx, dbq.UserCollectionsParams{
		UserID: int64(user), Limit: page.Size, Offset: page.Offset(),
	})
	list.Items = make([]library.CollectionWithPermission, len(rows))
	for i, r := range rows {
		list.Items[i] = toCollection(r)
	}
	return list, err
}

// ArchivedCollections is [library.CollectionReader]'s.
func (v *reader) ArchivedCollections(
	ctx context.Context, owner library.UserID, page library.Page,
) (library.Paged[library.CollectionWithPermission], error) {
	list := library.Paged[library.CollectionWithPermission]{Page: page}
	var err error
	if list.Total, err = v.q.CountArchivedCollections(ctx, int64(owner)); err != nil {
		return list, err
	}
	rows, err := v.end.ArchivedCollections(ctx, dbq.ArchivedCollectionsParams{
		UserID: int64(owner), Limit: page.Size, Offset: page.Offset(),
	})
	list.Items = make([]library.CollectionWithPermission, len(rows))
	for i, r := range rows {
		list.Items[i] = toCollection(collectionRow{
			ID: r.ID, Type: r.Type, Name: r.Name, CourseID: r.CourseID, CreatedAt: r.CreatedAt, ArchivedAt: r.ArchivedAt,
			OwnerID: r.OwnerID, OwnerFullName: &r.OwnerFullName, OwnerDisplayName: &r.OwnerDisplayName,
			OwnerEmail: r.OwnerEmail, Ways: r.Ways,
		})
	}
	return list, err
}

// SeenCollections is [library.CollectionReader]'s.
func (v *reader) SeenCollections(
	ctx context.Context, user library.UserID, ids []library.CollectionID,
) ([]library.SeenCollection, error) {
	rows, err := v.end.SeenCollections(ctx, dbq.SeenCollectionsParams{UserID: int64(user), Ids: int64s(ids)})
	cols := make([]library.SeenCollection, len(rows))
	for i, r := range rows {
		row := collectionRow{
			ID: r.ID, Type: r.Type, Name: r.Name, CourseID: r.CourseID, CreatedAt: r.CreatedAt, ArchivedAt: r.ArchivedAt,
			OwnerID: r.OwnerID, OwnerFullName: r.OwnerFullName, OwnerDisplayName: r.OwnerDisplayName, OwnerEmail: r.OwnerEmail,
			Ways: r.Ways,
		}
		access := collectionAccess(row)
		access.InReach = r.InReach
		cols[i] = library.SeenCollection{Collection: toCollection(row).Collection, Access: access}
	}
	return cols, err
}

// UserLibrary is [library.CollectionReader]'s.
func (v *reader) UserLibrary(ctx context.Context, user library.UserID) (library.CollectionWithPermission, error) {
	r, err := v.end.UserLibrary(ctx, int64(user))
	if err != nil {
		return library.CollectionWithPermission{}, orNotFound(err, "user", user)
	}
	return toCollection(collectionRow{
		ID: r.ID, Type: r.Type, Name: r.Name, CourseID: r.CourseID, CreatedAt: r.CreatedAt, ArchivedAt: r.ArchivedAt,
		OwnerID: r.OwnerID, OwnerFullName: &r.OwnerFullName, OwnerDisplayName: &r.OwnerDisplayName,
		OwnerEmail: r.OwnerEmail, Ways: r.Ways,
	}), nil
}

func (t *tx) LockCollections(ctx context.Context, ids []library.CollectionID) ([]library.Collection, error) {
	locked, err := t.q.LockCollections(ctx, int64s(ids))
	if err != nil || len(locked) == 0 {
		return nil, err
	}
	rows, err := t.q.CollectionsByID(ctx, locked)
	cols := make([]library.Collection, len(rows))
	for i, r := range rows {
		cols[i] = toCollection(collectionRow(r)).Collection
	}
	return cols, err
}

func (t *tx) LibraryOf(ctx context.Context, user library.UserID) (library.CollectionID, error) {
	id, err := t.q.LibraryOf(ctx, int64(user))
	return library.CollectionID(id), orNotFound(err, "user", user)
}

func (t *tx) CollectionsOf(ctx context.Context, user library.UserID) ([]library.CollectionID, error) {
	ids, err := t.q.CollectionsOf(ctx, int64(user))
	cols := make([]library.CollectionID, len(ids))
	for i, id := range ids {
		cols[i] = library.CollectionID(id)
	}
	return cols, err
}

func (t *tx) InsertCollection(ctx context.Context, c library.Collection) (library.CollectionID, error) {
	params := dbq.InsertCollectionParams{
		Version: t.step, Type: string(c.Type), CourseID: (*int64)(c.CourseID), CreatedAt: c.CreatedAt.Unix(),
	}
	if c.Name != "" {
		params.Name = &c.Name
	}
	if c.Owner != nil {
		params.OwnerID = (*int64)(&c.Owner.ID)
	}
	id, err := t.q.InsertCollection(ctx, params)
	if err != nil {
		return 0, err
	}
	if c.Owner != nil {
		return library.CollectionID(id), t.bumpUser(ctx, int64(c.Owner.ID))
	}
	return library.CollectionID(id), t.q.BumpEnrolled(ctx, dbq.BumpEnrolledParams{Step: t.step, CourseID: int64(*c.CourseID)})
}

func (t *tx) SetCollectionArchived(ctx context.Context, id library.CollectionID, at *time.Time) error {
	return t.q.SetCollectionArchived(ctx, dbq.SetCollectionArchivedParams{Step: t.step, ID: int64(id), ArchivedAt: toUnixOrNil(at)})
}

func (t *tx) SetCollectionOwner(ctx context.Context, id library.CollectionID, owner library.UserID) error {
	return t.SetCollectionsOwner(ctx, []library.CollectionID{id}, owner)
}

func (t *tx) SetCollectionsOwner(ctx context.Context, ids []library.CollectionID, owner library.UserID) error {
	cols := int64s(ids)
	if err := t.bumpOwnersOfCollections(ctx, cols); err != nil {
		return err
	}
	err := t.q.SetCollectionsOwner(ctx, dbq.SetCollectionsOwnerParams{Step: t.step, Ids: cols, OwnerID: int64(owner)})
	if err != nil {
		return err
	}
	return t.bumpUser(ctx, int64(owner))
}

func (t *tx) SetCollectionDeleted(ctx context.Context, id library.CollectionID, at time.Time) error {
	err := t.q.SetCollectionDeleted(ctx, dbq.SetCollectionDeletedParams{Step: t.step, ID: int64(id), DeletedAt: toUnixOrNil(&at)})
	if err != nil {
		return err
	}
	return t.bumpWhoReaches(ctx, int64(id))
}

// collectionRow is a collection as the queries of collections return one.
type collectionRow = dbq.UserCollectionsRow

func toCollection(r collectionRow) library.CollectionWithPermission {
	c := library.CollectionWithPermission{Collection: library.Collection{
		ID: library.CollectionID(r.ID), Type: library.CollectionType(r.Type), Name: r.Name,
		CourseID: (*library.CourseID)(r.CourseID), CreatedAt: fromUnix(r.CreatedAt), ArchivedAt: fromUnixOrNil(r.ArchivedAt),
	}}
	if r.OwnerID != nil {
		c.Owner = &library.UserBrief{ID: library.UserID(*r.OwnerID), Email: r.OwnerEmail}
		if r.OwnerFullName != nil && r.OwnerDisplayName != nil {
			c.Owner.FullName, c.Owner.DisplayName = *r.OwnerFullName, *r.OwnerDisplayName
		}
	}
	c.Permission = collectionAccess(r).Permission()
	return c
}

// collectionAccess is what decides a permission on a collection, by the ways of a row.
func collectionAccess(r collectionRow) library.CollectionAccess {
	access := library.CollectionAccess{Archived: r.ArchivedAt != nil}
	for way := range strings.SplitSeq(r.Ways, ",") {
		access.Ways = append(access.Ways, library.Way(way))
	}
	return access
}
