package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Who reaches which media, exactly and fast. A person's list is the merge of the lists
// of the containers that they have ways to, each kept under its container's version;
// the merge is kept under the person's stamp, and rows of media under theirs.
//
// The usual request is one statement: the rows of the page that are not remembered,
// and whether the versions of all that is remembered still add up. One statement sees
// one state, so an answer under the same versions is whole. Under others everything is
// read again within one snapshot. Nothing has to be told to any node: what a change
// makes stale, it gives another version. Where the database can tell cheaply that
// nothing at all has been committed since the versions last added up, they still do.

// UserMedia is [library.MediaReader]'s.
func (v *reader) UserMedia(
	ctx context.Context, user library.UserID, page library.Page,
) (library.Paged[library.MediaWithPermission], error) {
	// The state is asked for before anything is read. Asked for within the snapshot, it
	// could be a later one than the snapshot's, and what held in the snapshot would be
	// taken to hold in it.
	var now state
	if v.isFresh() {
		now = v.s.db.state(ctx)
		if known, ok := v.s.lists.people.GetIfPresent(user); ok {
			answer, unchanged, err := v.s.mediaPage(ctx, v.s.query(), now, user, known, page)
			if err != nil || unchanged {
				return answer, err
			}
		}
	}
	r, err := v.s.reach(ctx, v.q, user)
	if err != nil {
		return library.Paged[library.MediaWithPermission]{}, err
	}
	answer, unchanged, err := v.s.mediaPage(ctx, v.q, now, user, r, page)
	if err != nil || unchanged {
		return answer, err
	}
	return v.s.readPage(ctx, v.q, r, page)
}

// reach returns what a person reaches in the snapshot of q, from what is remembered
// as far as the versions allow.
func (s *Store) reach(ctx context.Context, q *dbq.Queries, user library.UserID) (*reached, error) {
	text, err := q.ReachedContainers(ctx, int64(user))
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, library.NotFound("user", user)
	}
	containers, err := parseContainers(text)
	if err != nil {
		return nil, err
	}
	now := stampOf(containers)
	if known, ok := s.lists.people.GetIfPresent(user); ok && known.equals(now) {
		return known, nil
	}
	ways, err := s.ways(ctx, q, containers)
	if err != nil {
		return nil, err
	}
	r := merge(now, ways)
	s.lists.people.Set(user, r)
	return r, nil
}

// ways returns the lists of the containers that give anything, reading those that are
// not remembered at their version.
func (s *Store) ways(ctx context.Context, q *dbq.Queries, containers map[listKey]container) ([]way, error) {
	ways := make([]way, 0, len(containers))
	missing := map[listKey]*list{}
	for key, c := range containers {
		if c.level == library.NoPermission {
			continue
		}
		l, ok := s.lists.containers.GetIfPresent(key)
		if !ok || l.version != c.version {
			l = &list{version: c.version}
			missing[key] = l
		}
		ways = append(ways, way{list: l, level: c.level})
	}
	if err := readLists(ctx, q, missing); err != nil {
		return nil, err
	}
	for key, l := range missing {
		s.lists.containers.Set(key, l)
	}
	return ways, nil
}

// container is what a person reaches a container with: NoPermission while it is
// archived.
type container struct {
	version int64
	level   library.Permission
}

// parseContainers reads what reached_containers says: "u7:12:owner c9:3:edit". Of
// several ways to one container the highest counts.
func parseContainers(text string) (map[listKey]container, error) {
	containers := make(map[listKey]container, strings.Count(text, " ")+1)
	for item := range strings.SplitSeq(text, " ") {
		name, rest, _ := strings.Cut(item, ":")
		version, wayName, _ := strings.Cut(rest, ":")
		id, errID := strconv.ParseInt(name[1:], 10, 64)
		v, errVersion := strconv.ParseInt(version, 10, 64)
		if errID != nil || errVersion != nil {
			return nil, fmt.Errorf("the containers %q do not parse at %q", text, item)
		}
		key := listKey{kind: listKind(name[0]), id: id}
		level := max(containers[key].level, library.Way(wayName).Level())
		containers[key] = container{version: v, level: level}
	}
	return containers, nil
}

// stampOf is the stamp of all the containers that a person has ways to.
func stampOf(containers map[listKey]container) stamp {
	var st stamp
	for key, c := range containers {
		st.versions = st.versions.plus(c.version)
		switch key.kind {
		case ofGroup:
			st.groups = append(st.groups, key.id)
		case ofCollection:
			st.collections = append(st.collections, key.id)
		case ofUser:
			st.own = c.version // it is the person
		}
	}
	slices.Sort(st.groups)
	slices.Sort(st.collections)
	return st
}

// readLists fills the lists, one statement for each kind of container.
func readLists(ctx context.Context, q *dbq.Queries, missing map[listKey]*list) error {
	ids := map[listKind][]int64{}
	for key := range missing {
		ids[key.kind] = append(ids[key.kind], key.id)
	}
	if users := ids[ofUser]; len(users) > 0 {
		rows, err := q.ListsOfUsers(ctx, users)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := missing[listKey{ofUser, r.List}].add(r.Entries); err != nil {
				return err
			}
		}
	}
	if groups := ids[ofGroup]; len(groups) > 0 {
		rows, err := q.ListsOfGroups(ctx, groups)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := missing[listKey{ofGroup, r.List}].add(r.Entries); err != nil {
				return err
			}
		}
	}
	if collections := ids[ofCollection]; len(collections) > 0 {
		rows, err := q.ListsOfCollections(ctx, collections)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := missing[listKey{ofCollection, r.List}].add(r.Entries); err != nil {
				return err
			}
		}
	}
	for _, l := range missing {
		slices.SortFunc(l.entries, newestFirst)
	}
	return nil
}

// add reads entries as the queries of lists say them: "1767603600:7:owner". In a
// collection's list the way is whether the media item is at home there.
func (l *list) add(text string) error {
	l.entries = slices.Grow(l.entries, strings.Count(text, " ")+1)
	for item := range strings.SplitSeq(text, " ") {
		at, rest, _ := strings.Cut(item, ":")
		id, way, _ := strings.Cut(rest, ":")
		var e entry
		var errAt, errID error
		e.createdAt, errAt = strconv.ParseInt(at, 10, 64)
		e.id, errID = strconv.ParseInt(id, 10, 64)
		if errAt != nil || errID != nil {
			return fmt.Errorf("a list does not parse at %q", item)
		}
		switch way {
		case "home", "":
			e.most = library.Owner.Through(way == "home")
		default:
			e.most = library.Way(way).Level()
		}
		l.entries = append(l.entries, e)
	}
	return nil
}
