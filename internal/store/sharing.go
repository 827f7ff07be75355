package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

func (t *tx) Ties(
	ctx context.Context, who library.UserID, people []library.UserID, groups []library.GroupID,
) (library.Ties, error) {
	rows, err := t.q.Ties(ctx, dbq.TiesParams{Who: int64(who), Users: int64s(people), Groups: int64s(groups)})
	ties := library.Ties{
		People: make(map[library.UserID]library.Tie, len(people)),
		Groups: make(map[library.GroupID]bool, len(groups)),
	}
	for _, r := range rows {
		if r.GroupID != 0 {
			ties.Groups[library.GroupID(r.GroupID)] = true
			continue
		}
		ties.SubAccounts = r.SubAccounts
		ties.People[library.UserID(r.UserID)] = library.Tie{
			Group: r.InGroup, Course: r.InCourse, SubAccount: r.InSubAccount, Reach: r.InReach,
		}
	}
	return ties, err
}
