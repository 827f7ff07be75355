package dataset

import (
	"context"
	"fmt"
)

// shelf is the shelf of a media item, in SQL.
func (l *Library) shelf() string {
	if l.Shelves == 0 {
		return "owner_id"
	}
	return fmt.Sprintf("owner_id %% %d", l.Shelves)
}

// onShelf is how many media a shelf has: five pages.
const onShelf = 100

// Shelve sees that the floor has pages to list. Where people own fewer media than fill
// a page, it puts those of several people together: those whose ids have the same
// remainder, so that neighbours on a shelf are as far from each other in the file as
// one person's media are in a small library. An index stands in for media_by_owner.
func (l *Library) Shelve(ctx context.Context) error {
	if l.Plan.Media >= onShelf*l.Plan.Users {
		return nil
	}
	l.Shelves = max(1, l.Plan.Media/onShelf)
	for _, statement := range []string{
		"CREATE INDEX bench_shelves ON media ((" + l.shelf() + "), created_at, id)", "ANALYZE media",
	} {
		if _, err := l.db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
