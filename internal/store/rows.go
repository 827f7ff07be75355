package store

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// row is a media as it was at a version of its own and one of its owner's.
type row struct {
	media                 library.Media
	version, ownerVersion int64
}

// bytes is about the memory that a row takes.
func (r *row) bytes() int {
	n := int(unsafe.Sizeof(*r)) + len(r.media.Title) + len(r.media.Owner.FullName) + len(r.media.Owner.DisplayName)
	for _, text := range []*string{r.media.Description, r.media.Owner.Email} {
		if text != nil {
			n += int(unsafe.Sizeof(*text)) + len(*text)
		}
	}
	return n
}

// mediaPage cuts one page out of what a person reached, and says whether nothing of it
// has changed since. An empty page is not asked for, and counts as changed.
func (s *Store) mediaPage(
	ctx context.Context, q *dbq.Queries, user library.UserID, r *reached, page library.Page,
) (answer library.Paged[library.MediaWithPermission], unchanged bool, err error) {
	ids, _ := r.page(page)
	if len(ids) == 0 {
		return answer, false, nil
	}
	rows, missing, check := s.remembered(user, r, ids)
	if len(missing) == 0 {
		unchanged, err = q.VersionsAddUpTo(ctx, check)
	} else {
		unchanged, err = s.readRows(ctx, q, missing, check, rows)
	}
	if err != nil || !unchanged {
		return answer, false, err
	}
	return assemble(r, page, rows), true, nil
}

// mediaPageIn cuts one page out of what a person reaches in the snapshot of q.
func (s *Store) mediaPageIn(
	ctx context.Context, q *dbq.Queries, r *reached, page library.Page,
) (library.Paged[library.MediaWithPermission], error) {
	ids, _ := r.page(page)
	rows := make(map[int64]*row, len(ids))
	if len(ids) > 0 {
		if _, err := s.readRows(ctx, q, ids, dbq.VersionsAddUpToParams{}, rows); err != nil {
			return library.Paged[library.MediaWithPermission]{}, err
		}
	}
	return assemble(r, page, rows), nil
}

// remembered returns the rows of a page that are remembered, the ids of those that are
// not, and what must still add up for the rows, and for the list that the page is of,
// to hold. A row that saw its owner at another version than a row before it, or than
// the list if the person is the owner, counts as not remembered.
func (s *Store) remembered(
	user library.UserID, r *reached, ids []int64,
) (rows map[int64]*row, missing []int64, check dbq.VersionsAddUpToParams) {
	check = dbq.VersionsAddUpToParams{
		Users: []int64{int64(user)}, Groups: r.groups, Collections: r.collections, Versions: r.versions,
	}
	people := map[library.UserID]int64{user: r.own}
	rows = make(map[int64]*row, len(ids))
	for _, id := range ids {
		known, ok := s.lists.rows.GetIfPresent(id)
		if !ok {
			missing = append(missing, id)
			continue
		}
		version, seen := people[known.media.Owner.ID]
		if seen && version != known.ownerVersion {
			missing = append(missing, id)
			continue
		}
		if !seen {
			people[known.media.Owner.ID] = known.ownerVersion
			check.Users = append(check.Users, int64(known.media.Owner.ID))
			check.Versions += known.ownerVersion
		}
		rows[id] = known
		check.Media = append(check.Media, id)
		check.Versions += known.version
	}
	return rows, missing, check
}

// readRows adds the rows of these media to rows and remembers them, and says whether
// in the same state of the library the versions add up.
func (s *Store) readRows(
	ctx context.Context, q *dbq.Queries, ids []int64, check dbq.VersionsAddUpToParams, rows map[int64]*row,
) (unchanged bool, err error) {
	found, err := q.MediaRows(ctx, dbq.MediaRowsParams{
		Users: check.Users, Groups: check.Groups, Collections: check.Collections, Media: check.Media,
		Versions: check.Versions, Ids: ids,
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
	return found[0].Unchanged, nil // no row of a media is ever removed
}

// assemble makes the answer of a page out of its rows.
func assemble(r *reached, page library.Page, rows map[int64]*row) library.Paged[library.MediaWithPermission] {
	ids, levels := r.page(page)
	answer := library.Paged[library.MediaWithPermission]{
		Items: make([]library.MediaWithPermission, len(ids)), Total: int64(len(r.ids)), Page: page,
	}
	for i, id := range ids {
		answer.Items[i] = library.MediaWithPermission{Media: rows[id].media, Permission: levels[i]}
	}
	return answer
}

func toRow(r *dbq.MediaRowsRow) (*row, error) {
	embed, err := uuid.Parse(r.EmbedID)
	if err != nil {
		return nil, fmt.Errorf("media %d has the embed id %q: %w", r.ID, r.EmbedID, err)
	}
	return &row{version: r.Version, ownerVersion: r.OwnerVersion, media: library.Media{
		ID: library.MediaID(r.ID),
		Owner: library.UserBrief{
			ID: library.UserID(r.OwnerID), FullName: r.OwnerFullName, DisplayName: r.OwnerDisplayName, Email: r.OwnerEmail,
		},
		Home: library.CollectionID(r.HomeCollectionID), Title: r.Title, Description: r.Description,
		Duration: r.Duration, Size: r.Size, Source: library.Source(r.Source),
		Status: library.TranscodingStatus(r.TranscodingStatus), EmbedID: embed, CreatedAt: fromUnix(r.CreatedAt),
		LastViewed:          fromUnixOrNil(r.LastViewedAt),
		LastViewedByStudent: fromUnixOrNil(r.LastViewedByStudentAt),
	}}, nil
}
