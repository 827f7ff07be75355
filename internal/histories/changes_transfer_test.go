package histories

import (
	"context"
	"fmt"
	"slices"

	"github.com/lectern-media/lectern/internal/library"
)

// transferAll gives what one person does not share to another. What the model and the
// library name as staying is kept beside it, to be compared once both have done it.
type transferAll struct {
	from, to     int
	expected, is string
}

func (x *transferAll) String() string {
	return fmt.Sprintf("transfer all that p%d does not share to p%d", x.from, x.to)
}

func (x *transferAll) inModel(w *world, by asker) verdict {
	switch {
	case x.from == x.to:
		return invalid
	case !by.all():
		return forbidden
	case w.people[x.from] == nil, w.people[x.to] == nil:
		return missing
	}
	before := w.clone()
	var stay, left []int
	for m, it := range w.media {
		if it.owner == x.from && before.mediaShared(m, x.from) {
			stay = append(stay, m)
		}
	}
	for c, col := range w.collections {
		if col.owner == x.from && col.kind == "custom" && before.collectionStays(c, x.from) {
			left = append(left, c)
		}
	}
	for m, it := range w.media {
		if it.owner != x.from || slices.Contains(stay, m) {
			continue
		}
		it.owner = x.to
		if it.home == w.people[x.from].library || slices.Contains(left, it.home) {
			w.move(m, w.people[x.to].library)
			it.takenBy = 0
		}
	}
	for c, col := range w.collections {
		if col.owner == x.from && col.kind == "custom" && !slices.Contains(left, c) {
			col.owner = x.to
		}
	}
	x.expected = staying(stay, left)
	return ok
}

// mediaShared says whether somebody besides a person and the admins reaches a media item.
func (w *world) mediaShared(m, besides int) bool {
	for p, it := range w.people {
		if p != besides && !it.roles["Admin"] && w.onMedia(m, p) > nothing {
			return true
		}
	}
	return false
}

// collectionStays says whether somebody besides its owner and the admins reaches a
// collection, or a media item at home in it.
func (w *world) collectionStays(c, owner int) bool {
	for p, it := range w.people {
		if p != owner && !it.roles["Admin"] && w.onCollection(c, p) > nothing {
			return true
		}
	}
	for m, it := range w.media {
		if it.home == c && w.mediaShared(m, owner) {
			return true
		}
	}
	return false
}

// staying names media and collections, the newest first.
func staying(media, collections []int) string {
	for _, list := range [][]int{media, collections} {
		slices.Sort(list)
		slices.Reverse(list)
	}
	return fmt.Sprintf("media %v and collections %v", media, collections)
}

func (x *transferAll) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	left, err := c.TransferAll(ctx, ids.people.id(x.from), ids.people.id(x.to))
	var media, collections []int
	for _, p := range left.Perspectives {
		media = append(media, ids.media.number(p.Media))
	}
	for _, id := range left.Collections {
		collections = append(collections, ids.collections.number(id))
	}
	if !slices.IsSortedFunc(media, descending) || !slices.IsSortedFunc(collections, descending) {
		x.is = fmt.Sprintf("not in order: %v, %v", media, collections)
		return err
	}
	x.is = staying(media, collections)
	return err
}

func descending(a, b int) int { return b - a }

func (x *transferAll) misled() string {
	if x.is == x.expected {
		return ""
	}
	return fmt.Sprintf("%s: stays %s, should be %s", x, x.is, x.expected)
}

// A teller is a change that tells more than how it ended. misled is what it told when
// that was not what the model said, and "" otherwise.
type teller interface{ misled() string }

// misled is what the first change of a step that did so told wrongly, or "". It is for
// a step that went well both in the library and, just now, in the model.
func (s step) misled() string {
	for _, c := range s.changes {
		if t, tells := c.(teller); tells {
			if wrong := t.misled(); wrong != "" {
				return wrong
			}
		}
	}
	return ""
}
