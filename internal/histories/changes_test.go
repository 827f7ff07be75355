package histories

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
)

// A change is one use case of the library, told three times: in words, in the plain
// model, and to the library itself. The model asks in the order of the wire contract:
// is it there, may the asker, does it make sense. A world that refused a change may
// be half changed; a test that tries one keeps a clone.
type change interface {
	fmt.Stringer
	inModel(w *world, by asker) verdict
	inLibrary(ctx context.Context, c *library.Change, ids *names) error
}

// A verdict is how a change or a question ended, in the words of [library.Kind].
type verdict string

const (
	ok         verdict = "ok"
	signedOut  verdict = "unauthenticated"
	missing    verdict = "missing"
	notFound   verdict = "not found"
	forbidden  verdict = "forbidden"
	invalid    verdict = "invalid"
	conflict   verdict = "conflict"
	unfit      verdict = "unfit"
	rolledBack verdict = "rolled back"
	impossible verdict = "internal" // which only a fault of the program asks for
	// unavailable is a change that PostgreSQL rejected for another's sake until the time for
	// retries was over. Nothing of it was done.
	unavailable verdict = "unavailable"
)

func verdictOf(err error) verdict {
	if err == nil {
		return ok
	}
	return verdict(library.KindOf(err).String())
}

// isThere says whether a grantee exists.
func (w *world) isThere(g grantee) bool {
	if g.group != 0 {
		return w.groups[g.group] != nil
	}
	return w.people[g.person] != nil
}

// mayBeHome answers whether a collection may become the home of a media item of the
// owner's: one that the asker may add to, live, and no other person's My Library.
func (w *world) mayBeHome(by asker, c, owner int) verdict {
	col := w.collections[c]
	switch {
	case col == nil:
		return notFound
	case !w.hasCollection(by, c, edit):
		return forbidden
	case col.archived, col.kind == "user" && col.owner != owner:
		return invalid
	}
	return ok
}

// mayDo answers whether the asker may do to a media item what needs the level.
func (w *world) mayDo(by asker, m int, need level) verdict {
	switch {
	case w.media[m] == nil:
		return notFound
	case !w.hasMedia(by, m, need):
		return forbidden
	}
	return ok
}

// mayRule answers whether the asker may do to a collection what only its owner may
// and only a custom one is open to.
func (w *world) mayRule(by asker, c int) verdict {
	switch {
	case w.collections[c] == nil:
		return notFound
	case !w.hasCollection(by, c, own):
		return forbidden
	case w.collections[c].kind != "custom":
		return invalid
	}
	return ok
}

// move changes a media item's home. The home's perspective goes along, unless there is one
// already.
func (w *world) move(m, to int) {
	it := w.media[m]
	was := it.in[it.home]
	delete(it.in, it.home)
	if !it.isIn(to) {
		it.in[to] = was
	}
	it.home = to
}

// place puts a media item into a collection, now, unless it is there.
func (w *world) place(m, to int) {
	if it := w.media[m]; !it.isIn(to) {
		it.in[to] = place{created: theNow}
	}
}

// removeMedia takes a media item out of the world, with what stands with it.
func (w *world) removeMedia(m int) {
	for n, f := range w.captions {
		if f.media == m {
			delete(w.captions, n)
		}
	}
	for n, r := range w.requests {
		if r.media == m {
			delete(w.requests, n)
		}
	}
	delete(w.media, m)
}

// removeCollection takes a collection out of the world with every perspective in it.
func (w *world) removeCollection(c int) {
	for _, it := range w.media {
		delete(it.in, c)
	}
	delete(w.collections, c)
}

// wayOf is the library's word for the level that a share gives.
func wayOf(l level) library.Way { return library.Way(l.String()) }

// errorOf is the error of a change whose result does not matter.
func errorOf[T any](_ T, err error) error { return err }
