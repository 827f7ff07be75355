package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Who reaches which media, exactly and fast. A person's stamp names every container
// that they reach now, with its version and the way to it; memberships, shares and
// enrolments are read in it as they stand, so they act on the next answer of every
// node. A person's list is the merge of the containers' lists, and is kept under the
// stamp that it was made under.
//
// The usual request is one statement: the rows of the page that the kept list names,
// and whether the stamp still is the same. One statement sees one state, so an answer
// under the same stamp is whole. Under another stamp everything is read again within
// one snapshot.

// UserMedia is [library.MediaReader]'s.
func (s *Store) UserMedia(
	ctx context.Context, user library.UserID, page library.Page,
) (library.Paged[library.MediaWithPermission], error) {
	if known, ok := s.lists.people.GetIfPresent(user); ok {
		answer, current, err := mediaPage(ctx, s.query(), user, known, page)
		if err != nil || current {
			return answer, err
		}
	}
	var answer library.Paged[library.MediaWithPermission]
	err := s.db.snapshot(ctx, func(conn dbq.DBTX) error {
		q := dbq.New(conn)
		now, err := s.reach(ctx, q, user)
		if err != nil {
			return err
		}
		current := false
		answer, current, err = mediaPage(ctx, q, user, now, page)
		if err == nil && !current && len(answer.Items) > 0 {
			err = fmt.Errorf("user %d's stamp changed within one snapshot", user)
		}
		return err
	})
	return answer, err
}

// mediaPage reads the rows of one page of what a person reaches, and says whether
// they reach the same as when the list was made. An empty page has no row to say so,
// and counts as changed.
func mediaPage(
	ctx context.Context, q *dbq.Queries, user library.UserID, r *reached, page library.Page,
) (answer library.Paged[library.MediaWithPermission], current bool, err error) {
	answer = library.Paged[library.MediaWithPermission]{Total: int64(len(r.ids)), Page: page}
	ids, levels := r.page(page)
	if len(ids) == 0 {
		return answer, false, nil
	}
	rows, err := q.MediaRowsUnderStamp(ctx, dbq.MediaRowsUnderStampParams{
		UserID: int64(user), Stamp: r.stamp, Ids: ids,
	})
	if err != nil {
		return answer, false, err
	}
	answer.Items = make([]library.MediaWithPermission, len(ids))
	if len(rows) != len(ids) || !rows[0].UnderStamp {
		return answer, false, nil
	}
	for i := range rows {
		m, err := toListedMedia(&rows[i])
		if err != nil {
			return answer, false, err
		}
		place := slices.Index(ids, rows[i].ID)
		answer.Items[place] = library.MediaWithPermission{Media: m, Permission: levels[place]}
	}
	return answer, true, nil
}

// reach returns what a person reaches in the snapshot of q, from what is remembered
// as far as the stamp allows.
func (s *Store) reach(ctx context.Context, q *dbq.Queries, user library.UserID) (*reached, error) {
	stamp, err := q.Stamp(ctx, int64(user))
	if err != nil {
		return nil, err
	}
	if stamp == "" {
		return nil, library.NotFound("user", user)
	}
	if known, ok := s.lists.people.GetIfPresent(user); ok && known.stamp == stamp {
		return known, nil
	}
	ways, err := s.ways(ctx, q, stamp)
	if err != nil {
		return nil, err
	}
	r := merge(stamp, ways)
	s.lists.people.Set(user, r)
	return r, nil
}

// ways returns the lists that a stamp names, reading those that are not remembered at
// the stamp's version.
func (s *Store) ways(ctx context.Context, q *dbq.Queries, stamp string) ([]way, error) {
	reachable, err := parseStamp(stamp)
	if err != nil {
		return nil, err
	}
	ways := make([]way, 0, len(reachable))
	missing := map[listKey]*list{}
	for key, at := range reachable {
		l, ok := s.lists.containers.GetIfPresent(key)
		if !ok || l.version != at.version {
			l = &list{version: at.version}
			missing[key] = l
		}
		ways = append(ways, way{list: l, level: at.level})
	}
	if err := readLists(ctx, q, missing); err != nil {
		return nil, err
	}
	for key, l := range missing {
		s.lists.containers.Set(key, l)
	}
	return ways, nil
}

// stampItem is what a stamp says of one container.
type stampItem struct {
	version int64
	level   library.Permission
}

// parseStamp reads a stamp: "u7:12:owner c9:3:edit". Of several ways to one container
// the highest counts.
func parseStamp(stamp string) (map[listKey]stampItem, error) {
	items := make(map[listKey]stampItem, strings.Count(stamp, " ")+1)
	for text := range strings.SplitSeq(stamp, " ") {
		name, rest, _ := strings.Cut(text, ":")
		version, wayName, _ := strings.Cut(rest, ":")
		id, errID := strconv.ParseInt(name[1:], 10, 64)
		v, errVersion := strconv.ParseInt(version, 10, 64)
		if errID != nil || errVersion != nil {
			return nil, fmt.Errorf("the stamp %q does not parse at %q", stamp, text)
		}
		key := listKey{kind: listKind(name[0]), id: id}
		level := max(items[key].level, library.Way(wayName).Level())
		items[key] = stampItem{version: v, level: level}
	}
	return items, nil
}

// readLists fills the lists, one statement for each kind of container.
func readLists(ctx context.Context, q *dbq.Queries, missing map[listKey]*list) error {
	ids := map[listKind][]int64{}
	for key := range missing {
		ids[key.kind] = append(ids[key.kind], key.id)
	}
	add := func(kind listKind, id int64, e entry) {
		l := missing[listKey{kind, id}]
		l.entries = append(l.entries, e)
	}
	if users := ids[ofUser]; len(users) > 0 {
		rows, err := q.ListsOfUsers(ctx, users)
		if err != nil {
			return err
		}
		for _, r := range rows {
			add(ofUser, r.List, entry{r.CreatedAt, r.ID, library.Way(r.Way).Level()})
		}
	}
	if groups := ids[ofGroup]; len(groups) > 0 {
		rows, err := q.ListsOfGroups(ctx, groups)
		if err != nil {
			return err
		}
		for _, r := range rows {
			add(ofGroup, *r.List, entry{r.CreatedAt, r.ID, library.Way(r.Way).Level()})
		}
	}
	if collections := ids[ofCollection]; len(collections) > 0 {
		rows, err := q.ListsOfCollections(ctx, collections)
		if err != nil {
			return err
		}
		for _, r := range rows {
			add(ofCollection, r.List, entry{r.CreatedAt, r.ID, library.Owner.Through(r.Home)})
		}
	}
	for _, l := range missing {
		slices.SortFunc(l.entries, newestFirst)
	}
	return nil
}

func toListedMedia(r *dbq.MediaRowsUnderStampRow) (library.Media, error) {
	embed, err := uuid.Parse(r.EmbedID)
	if err != nil {
		return library.Media{}, fmt.Errorf("media %d has the embed id %q: %w", r.ID, r.EmbedID, err)
	}
	return library.Media{
		ID: library.MediaID(r.ID),
		Owner: library.UserBrief{
			ID: library.UserID(r.OwnerID), FullName: r.OwnerFullName, DisplayName: r.OwnerDisplayName, Email: r.OwnerEmail,
		},
		Home: library.CollectionID(r.HomeCollectionID), Title: r.Title, Description: r.Description,
		Duration: r.Duration, Size: r.Size, Source: library.Source(r.Source),
		Status: library.TranscodingStatus(r.TranscodingStatus), EmbedID: embed, CreatedAt: fromUnix(r.CreatedAt),
		LastViewed:          fromUnixOrNil(r.LastViewedAt),
		LastViewedByStudent: fromUnixOrNil(r.LastViewedByStudentAt),
	}, nil
}
