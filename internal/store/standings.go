package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
)

// standing is a media item's as it was in some state of the database.
type standing struct {
	holds
	is library.Standing
}

// Standing is [library.Store]'s. As of tokens, what is remembered counts only while nothing at
// all has changed. Where the database does not say whether something has, as PostgreSQL, each
// request asks; those that come together share a statement, because a player that seeks asks for
// many short ranges, and a statement costs as much as half a range.
func (s *Store) Standing(ctx context.Context, id library.MediaID) (library.Standing, error) {
	now := s.db.state(ctx)
	if now == 0 {
		return s.standings.ask(ctx, id)
	}
	if known, ok := s.lists.served.GetIfPresent(id); ok && known.since(now) {
		return known.is, nil
	}
	all, err := s.readStandings(ctx, []library.MediaID{id})
	if err != nil {
		return library.StandingGone, err
	}
	read := &standing{is: all[id]}
	read.from(now)
	s.lists.served.Set(id, read)
	return read.is, nil
}

// readStandings reads the standings of media. One that is not in the result is gone.
func (s *Store) readStandings(ctx context.Context, ids []library.MediaID) (map[library.MediaID]library.Standing, error) {
	rows, err := s.query().AreArchived(ctx, int64s(ids))
	all := make(map[library.MediaID]library.Standing, len(rows))
	for _, r := range rows {
		all[library.MediaID(r.ID)] = library.StandingLive
		if r.Archived {
			all[library.MediaID(r.ID)] = library.StandingArchived
		}
	}
	return all, err
}
