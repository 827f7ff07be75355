package histories

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// finds is all media that the asker can find: those that they reach, for an admin all
// there are, and for a sub-account admin also those of their courses. What waits for its
// upload only its owner finds. Of what is archived it is what the asker may unarchive.
func (q inquiry) finds(archived bool) []int {
	w := q.world
	var list []int
	for m, it := range w.media {
		found := w.onMedia(m, q.by) > nothing
		if archived {
			found = w.onMedia(m, q.by) >= edit
		}
		if it.state != "waiting" {
			found = found || q.as.all() || w.mediaWithin(q.as, m)
		}
		if found && it.archived == archived {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b int) int {
		return cmp.Or(cmp.Compare(w.media[b].created, w.media[a].created), cmp.Compare(b, a))
	})
	return list
}

// searches compares a search for media by part of the title, by owner, by tag, by some of
// them or by none.
func (o *observer) searches(ctx context.Context, q inquiry) error {
	filter := library.MediaFilter{Archived: q.dice.IntN(4) == 0}
	list := q.finds(filter.Archived)
	only := func(fits func(m int, it *media) bool) {
		list = slices.DeleteFunc(list, func(m int) bool { return !fits(m, q.world.media[m]) })
	}
	asks := fmt.Sprintf("media, archived %t", filter.Archived)
	if q.dice.IntN(3) == 0 {
		part := fmt.Sprintf("M%d", q.media())[q.dice.IntN(2):]
		filter.Title = part
		asks += ", titled " + part
		only(func(_ int, it *media) bool { return strings.Contains(strings.ToLower(it.title), strings.ToLower(part)) })
	}
	if someone := q.world.people[q.aNumber(inOrder(q.world.people))]; someone != nil && someone.email != "" && q.dice.IntN(3) == 0 {
		filter.Owner = new(strings.ToUpper(someone.email))
		asks += ", of " + someone.email
		only(func(_ int, it *media) bool { return q.world.people[it.owner] == someone })
	}
	if tags := inOrder(q.world.tags); len(tags) > 0 && q.dice.IntN(3) == 0 {
		tag := tags[q.dice.IntN(len(tags))]
		filter.Tag = &tag
		asks += ", tagged " + tag
		only(func(_ int, it *media) bool { return it.tags[tag] })
	}
	return pages(o, q.asks("%s", asks), ok, list, q.dice, func(page library.Page) ([]int, int64, error) {
		found, err := o.library.SearchMedia(ctx, q.actor, filter, page)
		numbers := make([]int, len(found.Items))
		for i, m := range found.Items {
			numbers[i] = o.ids.media.number(m.ID)
		}
		return numbers, found.Total, err
	})
}
