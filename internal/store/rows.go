package store

import (
	"context"
	"fmt"
	"math"
	"time"
	"unique"
	"unsafe"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// row is a media item as it was at a version of its own and one of its owner's. There are
// many, and a page is fast when all of its rows are remembered: so it is half as large as
// a library.Media, and shares what repeats.
type row struct {
	holds
	version, id, home, size, createdAt int64
	lastViewed, lastViewedByStudent    int64 // never for no time
	duration                           float64
	embedID                            uuid.UUID
	owner                              unique.Handle[owner]
	kind                               unique.Handle[kind]
	text                               string // the title, and the description after it
	titleBytes                         int32
	hasDescription                     bool
}

// owner is a person as they were at a version.
type owner struct {
	id, version                  int64
	fullName, displayName, email string
	hasEmail                     bool
}

// kind is what many media have in common.
type kind struct {
	source library.Source
	state  library.State
}

// never is no time.
const never = math.MinInt64

// bytes is about the memory that a row takes.
func (r *row) bytes() int { return int(unsafe.Sizeof(*r)) + len(r.text) }

// media returns the row as the library knows media.
func (r *row) media() library.Media {
	by, is := r.owner.Value(), r.kind.Value()
	m := library.Media{
		ID: library.MediaID(r.id), Home: library.CollectionID(r.home), Title: r.text[:r.titleBytes], Duration: r.duration,
		Owner: library.UserBrief{ID: library.UserID(by.id), FullName: by.fullName, DisplayName: by.displayName},
		Size:  r.size, Source: is.source, State: is.state, EmbedID: r.embedID, CreatedAt: fromUnix(r.createdAt),
		LastViewed: timeUnlessNever(r.lastViewed), LastViewedByStudent: timeUnlessNever(r.lastViewedByStudent),
	}
	if r.hasDescription {
		m.Description = new(r.text[r.titleBytes:])
	}
	if by.hasEmail {
		m.Owner.Email = new(by.email)
	}
	return m
}

func timeUnlessNever(unix int64) *time.Time {
	if unix == never {
		return nil
	}
	return fromUnixOrNil(&unix)
}

// mediaPage cuts one page out of what a person reached, and says whether nothing of it
// has changed since. An empty page is not asked for, and counts as changed. What q sees
// is the state now, or a later one.
func (s *Store) mediaPage(
	ctx context.Context, q *dbq.Queries, now state, user library.UserID, r *reached, page library.Page,
) (answer library.Paged[library.MediaWithPermission], unchanged bool, err error) {
	ids, _ := r.page(page)
	if len(ids) == 0 {
		return answer, false, nil
	}
	rows, missing, check := s.remembered(user, r, ids)
	if len(missing) == 0 && allHold(now, r, rows) {
		return assemble(r, page, rows), true, nil
	}
	if len(missing) == 0 {
		unchanged, err = q.VersionsAddUpTo(ctx, check)
	} else {
		unchanged, err = s.readRows(ctx, q, missing, check, rows)
	}
	if err != nil || !unchanged {
		return answer, false, err
	}
	r.from(now)
	for _, read := range rows {
		read.from(now)
	}
	return assemble(r, page, rows), true, nil
}

// allHold says whether nothing has been committed since a list and rows were found to
// be true.
func allHold(now state, r *reached, rows map[int64]*row) bool {
	if !r.since(now) {
		return false
	}
	for _, known := range rows {
		if !known.since(now) {
			return false
		}
	}
	return true
}

// readPage cuts one page out of what a person reaches in the snapshot of q, whatever is
// remembered of its rows. mediaPage does not get there when rows are stale.
func (s *Store) readPage(
	ctx context.Context, q *dbq.Queries, r *reached, page library.Page,
) (library.Paged[library.MediaWithPermission], error) {
	ids, _ := r.page(page)
	rows, err := s.rowsOf(ctx, q, ids)
	if err != nil {
		return library.Paged[library.MediaWithPermission]{}, err
	}
	return assemble(r, page, rows), nil
}

// rowsOf reads the rows of media that a list in the snapshot of q holds.
func (s *Store) rowsOf(ctx context.Context, q *dbq.Queries, ids []int64) (map[int64]*row, error) {
	rows := make(map[int64]*row, len(ids))
	if len(ids) == 0 {
		return rows, nil
	}
	if _, err := s.readRows(ctx, q, ids, dbq.VersionsAddUpToParams{}, rows); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if rows[id] == nil { // the list is of another timeline, by a collision of versions
			return nil, fmt.Errorf("media %d is in a list and not in the database", id)
		}
	}
	return rows, nil
}

// remembered returns the rows of a page that are remembered, the ids of those that are
// not, and what must still add up for the rows, and for the list that the page is of,
// to hold. A row that saw its owner at another version than a row before it, or than
// the list if the person is the owner, counts as not remembered.
func (s *Store) remembered(
	user library.UserID, r *reached, ids []int64,
) (rows map[int64]*row, missing []int64, check dbq.VersionsAddUpToParams) {
	check = dbq.VersionsAddUpToParams{
		Users: []int64{int64(user)}, Groups: r.groups, Collections: r.collections,
	}
	versions := r.versions
	people := map[int64]int64{int64(user): r.own}
	rows = make(map[int64]*row, len(ids))
	for _, id := range ids {
		known, ok := s.lists.rows.GetIfPresent(id)
		if !ok {
			missing = append(missing, id)
			continue
		}
		by := known.owner.Value()
		version, seen := people[by.id]
		if seen && version != by.version {
			missing = append(missing, id)
			continue
		}
		if !seen {
			people[by.id] = by.version
			check.Users = append(check.Users, by.id)
			versions = versions.plus(by.version)
		}
		rows[id] = known
		check.Media = append(check.Media, id)
		versions = versions.plus(known.version)
	}
	check.Upper, check.Lower = versions.upper, versions.lower
	return rows, missing, check
}

// readRows adds the rows of these media to rows and remembers them, and says whether
// in the same state of the library all of them are there and the versions add up. No row
// of a media item is ever removed, but a database that went back may not have it yet.
func (s *Store) readRows(
	ctx context.Context, q *dbq.Queries, ids []int64, check dbq.VersionsAddUpToParams, rows map[int64]*row,
) (unchanged bool, err error) {
	found, err := q.MediaRows(ctx, dbq.MediaRowsParams{
		Users: check.Users, Groups: check.Groups, Collections: check.Collections, Media: check.Media,
		Upper: check.Upper, Lower: check.Lower, Ids: ids,
	})
	if err != nil {
		return false, err
	}
	for i := range found {
		read, err := toRow(&found[i])
		if err != nil {
			return false, err
		}
		rows[found[i].ID] = read
		s.lists.rows.Set(found[i].ID, read)
	}
	return len(found) == len(ids) && found[0].Unchanged, nil
}

// assemble makes the answer of a page out of its rows.
func assemble(r *reached, page library.Page, rows map[int64]*row) library.Paged[library.MediaWithPermission] {
	ids, levels := r.page(page)
	answer := library.Paged[library.MediaWithPermission]{
		Items: make([]library.MediaWithPermission, len(ids)), Total: int64(len(r.ids)), Page: page,
	}
	for i, id := range ids {
		answer.Items[i] = library.MediaWithPermission{Media: rows[id].media(), Permission: levels[i]}
	}
	return answer
}

func toRow(r *dbq.MediaRowsRow) (*row, error) {
	embed, err := uuid.Parse(r.EmbedID)
	if err != nil {
		return nil, fmt.Errorf("media %d has the embed id %q: %w", r.ID, r.EmbedID, err)
	}
	by := owner{id: r.OwnerID, version: r.OwnerVersion, fullName: r.OwnerFullName, displayName: r.OwnerDisplayName}
	if r.OwnerEmail != nil {
		by.email, by.hasEmail = *r.OwnerEmail, true
	}
	compact := &row{
		version: r.Version, id: r.ID, home: r.HomeCollectionID, size: r.Size, createdAt: r.CreatedAt,
		lastViewed: never, lastViewedByStudent: never, duration: r.Duration, embedID: embed,
		owner: unique.Make(by), kind: unique.Make(kind{library.Source(r.Source), library.State(r.State)}),
		text: r.Title, titleBytes: int32(len(r.Title)), // a title is 255 characters at most
	}
	if r.LastViewedAt != nil {
		compact.lastViewed = *r.LastViewedAt
	}
	if r.LastViewedByStudentAt != nil {
		compact.lastViewedByStudent = *r.LastViewedByStudentAt
	}
	if r.Description != nil {
		compact.text, compact.hasDescription = r.Title+*r.Description, true
	}
	return compact, nil
}
