package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Media is [library.MediaReader]'s.
func (v *reader) Media(ctx context.Context, id library.MediaID) (library.Media, error) {
	row, err := v.end.GetMedia(ctx, int64(id))
	if err != nil {
		return library.Media{}, orNotFound(err, "media", id)
	}
	return toMedia(row)
}

// CollectionMedia is [library.MediaReader]'s. The order and the total come from the
// collection's list, which is remembered under its version.
func (v *reader) CollectionMedia(
	ctx context.Context, viewer library.UserID, in library.CollectionID, page library.Page,
) (library.Paged[library.Media], error) {
	answer := library.Paged[library.Media]{Page: page}
	entries, err := v.s.entriesFor(ctx, v.q, viewer, in)
	if err != nil {
		return answer, err
	}
	answer.Total = int64(len(entries))
	wanted := cut(entries, page)
	ids := make([]int64, 0, len(wanted))
	for _, e := range wanted {
		ids = append(ids, e.id)
	}
	rows, err := v.s.rowsOf(ctx, v.q, ids)
	if err != nil {
		return answer, err
	}
	answer.Items = make([]library.Media, len(ids))
	for i, id := range ids {
		answer.Items[i] = rows[id].media()
	}
	return answer, nil
}

// entriesFor is the list of a collection in the snapshot of q, and in it what waits for
// the viewer's upload. It is not to be changed.
func (s *Store) entriesFor(
	ctx context.Context, q *dbq.Queries, viewer library.UserID, in library.CollectionID,
) ([]entry, error) {
	is, err := q.CollectionVersion(ctx, int64(in))
	if err != nil {
		return nil, orNotFound(err, "collection", in)
	}
	if is.Archived { // it leads to what is at home in it alone, and that is archived too
		return nil, nil
	}
	key := listKey{kind: ofCollection, id: int64(in)}
	ways, err := s.ways(ctx, q, map[listKey]container{key: {version: is.Version, level: library.Owner}})
	if err != nil {
		return nil, err
	}
	waiting, err := q.WaitingIn(ctx, dbq.WaitingInParams{CollectionID: int64(in), UserID: int64(viewer)})
	if err != nil {
		return nil, err
	}
	entries := ways[0].list.entries
	if len(waiting) > 0 {
		entries = slices.Clone(entries)
		for _, w := range waiting {
			entries = append(entries, entry{createdAt: w.CreatedAt, id: w.ID})
		}
		slices.SortFunc(entries, newestFirst)
	}
	return entries, nil
}

// cut cuts a page out of a list.
func cut[T any](list []T, page library.Page) []T {
	from := min(page.Offset(), int64(len(list)))
	return list[from:min(from+page.Size, int64(len(list)))]
}

// ArchivedMedia is [library.MediaReader]'s.
func (v *reader) ArchivedMedia(
	ctx context.Context, user library.UserID, in library.CollectionID,
	pass func(library.MediaAccess) bool, page library.Page,
) (library.Paged[library.Media], error) {
	answer := library.Paged[library.Media]{Page: page}
	passed, err := archivedIn(ctx, v.q, user, in, pass)
	if err != nil {
		return answer, err
	}
	answer.Total = int64(len(passed))
	answer.Items, err = mediaInOrder(ctx, v.end, cut(passed, page))
	return answer, err
}

// archivedIn returns the ids of the archived media in a collection that pass, in the
// order of lists.
func archivedIn(
	ctx context.Context, q *dbq.Queries, user library.UserID, in library.CollectionID,
	pass func(library.MediaAccess) bool,
) ([]int64, error) {
	found, err := q.ArchivedIn(ctx, int64(in))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]int64, len(found))
	for i, m := range found {
		ids[i] = m.ID
	}
	ways, err := q.WaysToMedia(ctx, dbq.WaysToMediaParams{UserID: int64(user), Ids: ids})
	if err != nil {
		return nil, err
	}
	waysTo := make(map[int64][]library.MediaWay)
	for _, w := range ways {
		waysTo[w.MediaID] = append(waysTo[w.MediaID], library.MediaWay{Way: library.Way(w.Way), Home: w.Home})
	}
	within, err := q.WhichMediaInReach(ctx, dbq.WhichMediaInReachParams{AdminID: int64(user), Ids: ids})
	if err != nil {
		return nil, err
	}
	inReach := make(map[int64]bool, len(within))
	for _, id := range within {
		inReach[id] = true
	}
	passed := ids[:0]
	for _, m := range found {
		access := library.MediaAccess{
			Ways: waysTo[m.ID], IsOwner: m.OwnerID == int64(user),
			Waiting: m.State == string(library.StateWaiting), Archived: true, InReach: inReach[m.ID],
		}
		if pass(access) {
			passed = append(passed, m.ID)
		}
	}
	return passed, nil
}

// mediaInOrder returns the media of these ids in their order.
func mediaInOrder(ctx context.Context, q *dbq.Queries, ids []int64) ([]library.Media, error) {
	rows, err := q.MediaByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]mediaRow, len(rows))
	for _, r := range rows {
		byID[r.ID] = mediaRow(r)
	}
	media := make([]library.Media, len(ids))
	for i, id := range ids {
		if media[i], err = toMedia(byID[id]); err != nil {
			return nil, err
		}
	}
	return media, nil
}

// SeenMedia is [library.MediaReader]'s.
func (v *reader) SeenMedia(ctx context.Context, user library.UserID, id library.MediaID) (library.SeenMedia, error) {
	r, err := v.end.SeenMedia(ctx, dbq.SeenMediaParams{MediaID: int64(id), UserID: int64(user)})
	if err != nil {
		return library.SeenMedia{}, orNotFound(err, "media", id)
	}
	home, errHome := uuid.Parse(r.Perspective)
	m, err := toMedia(mediaRow{
		ID: r.ID, OwnerID: r.OwnerID, HomeCollectionID: r.HomeCollectionID, Title: r.Title, Description: r.Description,
		Duration: r.Duration, Size: r.Size, Source: r.Source, State: r.State, EmbedID: r.EmbedID,
		CreatedAt: r.CreatedAt, ArchivedAt: r.ArchivedAt, ArchivedWithID: r.ArchivedWithID, LastViewedAt: r.LastViewedAt,
		LastViewedByStudentAt: r.LastViewedByStudentAt, OwnerFullName: r.OwnerFullName,
		OwnerDisplayName: r.OwnerDisplayName, OwnerEmail: r.OwnerEmail,
	})
	access := accessTo(m, user, toMediaWays(r.Ways))
	access.InReach, access.Downloads = r.InReach, r.Downloads
	return library.SeenMedia{Media: m, Perspective: home, Access: access}, errors.Join(err, errHome)
}

// accessTo is what decides a person's permission on a media item that they have these ways to.
func accessTo(m library.Media, user library.UserID, ways []library.MediaWay) library.MediaAccess {
	return library.MediaAccess{
		Ways: ways, IsOwner: m.Owner.ID == user, Waiting: m.State == library.StateWaiting, Archived: !m.Live(),
	}
}

// MediaReachers is [library.MediaReader]'s.
func (v *reader) MediaReachers(
	ctx context.Context, m library.Media, by library.WaysToMedia,
) ([]library.MediaReacher, error) {
	rows, err := v.end.MediaReachers(ctx, dbq.MediaReachersParams{
		MediaID: int64(m.ID), AtHome: texts(by.AtHome), Elsewhere: texts(by.Elsewhere), ByRole: by.ByRole,
	})
	reachers := make([]library.MediaReacher, len(rows))
	for i, r := range rows {
		reachers[i] = library.MediaReacher{
			User: toUser(userRow{
				ID: r.ID, FullName: r.FullName, DisplayName: r.DisplayName, Email: r.Email,
				CreatedAt: r.CreatedAt, DeactivatedAt: r.DeactivatedAt, Roles: r.Roles,
			}),
			Access: accessTo(m, library.UserID(r.ID), toMediaWays(r.Ways)),
		}
	}
	return reachers, err
}

// toMediaWays reads the ways of one person as SeenMedia and MediaReachers give them.
func toMediaWays(text string) []library.MediaWay {
	if text == "" {
		return nil
	}
	var ways []library.MediaWay
	for item := range strings.SplitSeq(text, ",") {
		way, home, _ := strings.Cut(item, ":")
		ways = append(ways, library.MediaWay{Way: library.Way(way), Home: home == "1"})
	}
	return ways
}

func (t *tx) LockMedia(ctx context.Context, id library.MediaID) (library.Media, error) {
	locked, err := t.q.LockMedia(ctx, int64(id))
	if err != nil {
		return library.Media{}, err
	}
	found, err := t.media(ctx, locked)
	if err != nil {
		return library.Media{}, err
	}
	if len(found) == 0 {
		return library.Media{}, library.NotFound("media", id)
	}
	return found[0], nil
}

func (t *tx) LockSeenMedia(ctx context.Context, user library.UserID, id library.MediaID) (library.SeenMedia, error) {
	locked, err := t.q.LockMedia(ctx, int64(id))
	if err == nil && len(locked) == 0 {
		err = library.NotFound("media", id)
	}
	if err != nil {
		return library.SeenMedia{}, err
	}
	return t.SeenMedia(ctx, user, id)
}

func (t *tx) LockMediaAtHome(ctx context.Context, home library.CollectionID) ([]library.Media, error) {
	locked, err := t.q.LockMediaAtHome(ctx, int64(home))
	if err != nil {
		return nil, err
	}
	return t.media(ctx, locked)
}

func (t *tx) LockMediaOf(ctx context.Context, owner library.UserID) ([]library.Media, error) {
	locked, err := t.q.LockMediaOf(ctx, int64(owner))
	if err != nil {
		return nil, err
	}
	return t.media(ctx, locked)
}

// media returns the media of these ids, by id.
func (t *tx) media(ctx context.Context, ids []int64) ([]library.Media, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := t.q.MediaByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	return eachMedia(rows, func(r dbq.MediaByIDRow) mediaRow { return mediaRow(r) })
}

func (t *tx) InsertMedia(ctx context.Context, m library.Media) (library.MediaID, error) {
	folded := t.foldings.Title.Fold(m.Title)
	id, err := t.q.InsertMedia(ctx, dbq.InsertMediaParams{
		Version: t.step, OwnerID: int64(m.Owner.ID), HomeCollectionID: int64(m.Home), Title: m.Title, Description: m.Description,
		Duration: m.Duration, Size: m.Size, Source: string(m.Source), State: string(m.State),
		EmbedID: m.EmbedID.String(), CreatedAt: m.CreatedAt.Unix(),
		TitleFolded: &folded, TitleRule: t.foldings.Title.Rule,
	})
	if err != nil {
		return 0, err
	}
	if err := t.bumpUser(ctx, int64(m.Owner.ID)); err != nil {
		return 0, err
	}
	_, err = t.AddPerspective(ctx, library.MediaID(id), m.Home, m.CreatedAt)
	return library.MediaID(id), err
}

func (t *tx) SetMediaArchived(
	ctx context.Context, ids []library.MediaID, at *time.Time, with *library.CollectionID,
) error {
	err := t.later.SetMediaArchived(ctx, dbq.SetMediaArchivedParams{
		Step: t.step, Ids: int64s(ids), ArchivedAt: toUnixOrNil(at), ArchivedWithID: (*int64)(with),
	})
	if err != nil {
		return err
	}
	return t.bumpListsOf(ctx, ids)
}

func (t *tx) SetMediaDeleted(ctx context.Context, ids []library.MediaID, at time.Time) error {
	err := t.later.SetMediaDeleted(ctx, dbq.SetMediaDeletedParams{Step: t.step, Ids: int64s(ids), DeletedAt: toUnixOrNil(&at)})
	if err != nil {
		return err
	}
	if err := t.CancelJobs(ctx, ids); err != nil {
		return err
	}
	return t.bumpListsOf(ctx, ids)
}

func (t *tx) SetMediaOwner(ctx context.Context, ids []library.MediaID, owner library.UserID) error {
	if err := t.bumpOwnersAndGranteesOf(ctx, int64s(ids)); err != nil {
		return err
	}
	err := t.q.SetMediaOwner(ctx, dbq.SetMediaOwnerParams{Step: t.step, Ids: int64s(ids), OwnerID: int64(owner)})
	if err != nil {
		return err
	}
	return t.bumpUser(ctx, int64(owner))
}

func (t *tx) SetMediaState(ctx context.Context, id library.MediaID, state library.State) error {
	err := t.later.SetMediaState(ctx, dbq.SetMediaStateParams{Step: t.step, ID: int64(id), State: string(state)})
	if err != nil {
		return err
	}
	return t.bumpListsOf(ctx, []library.MediaID{id})
}

func (t *tx) MoveMedia(ctx context.Context, id library.MediaID, from, to library.CollectionID) error {
	if from == to {
		return nil
	}
	err := t.q.SetMediaHome(ctx, dbq.SetMediaHomeParams{Step: t.step, ID: int64(id), HomeCollectionID: int64(to)})
	if err != nil {
		return err
	}
	err = t.q.MovePerspective(ctx, dbq.MovePerspectiveParams{MediaID: int64(id), From: int64(from), To: int64(to)})
	if err != nil {
		return err
	}
	// What is still there had to give way to the perspective that the new home held.
	_, err = t.q.DeletePerspective(ctx, dbq.DeletePerspectiveParams{MediaID: int64(id), CollectionID: int64(from)})
	if err != nil {
		return err
	}
	return t.bumpCollections(ctx, int64(from), int64(to))
}

// mediaRow is a media item as the queries for single media return one.
type mediaRow = dbq.GetMediaRow

func toMedia(r mediaRow) (library.Media, error) {
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
		State: library.State(r.State), EmbedID: embed, CreatedAt: fromUnix(r.CreatedAt),
		ArchivedAt: fromUnixOrNil(r.ArchivedAt), ArchivedWith: (*library.CollectionID)(r.ArchivedWithID),
		LastViewed:          fromUnixOrNil(r.LastViewedAt),
		LastViewedByStudent: fromUnixOrNil(r.LastViewedByStudentAt),
	}, nil
}

func eachMedia[Row any](rows []Row, common func(Row) mediaRow) ([]library.Media, error) {
	media := make([]library.Media, len(rows))
	for i, r := range rows {
		var err error
		if media[i], err = toMedia(common(r)); err != nil {
			return nil, err
		}
	}
	return media, nil
}
