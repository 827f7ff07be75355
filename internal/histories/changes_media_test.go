package histories

import (
	"context"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

type createMedia struct {
	media, owner, home int // no home is the owner's My Library
	created            int64
	status             string
}

func (x *createMedia) String() string {
	return fmt.Sprintf("create m%d of p%d%s, %s, at time %d",
		x.media, x.owner, at(" in ", x.home), x.status, x.created)
}

// at names a collection after a preposition, or says nothing where none is named.
func at(preposition string, c int) string {
	if c == 0 {
		return ""
	}
	return preposition + collectionName(c)
}

func (x *createMedia) inModel(w *world, by asker) verdict {
	if !by.all() && by.person != x.owner {
		return forbidden
	}
	if w.people[x.owner] == nil {
		return notFound
	}
	home := x.home
	if home == 0 {
		home = w.people[x.owner].library
	}
	if v := w.mayBeHome(by, home, x.owner); v != ok {
		return v
	}
	w.media[x.media] = &media{
		title: fmt.Sprintf("m%d", x.media), owner: x.owner, home: home, in: map[int]place{home: {created: x.created}}, shares: make(map[grantee]level),
		tags:  make(map[string]bool),
		state: createdAs[x.status], created: x.created,
	}
	return ok
}

func (x *createMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	m, err := c.CreateMedia(ctx, library.NewMedia{
		Owner: ids.people.id(x.owner), Home: ids.collections.id(x.home), Title: fmt.Sprintf("m%d", x.media),
		Status: library.TranscodingStatus(x.status), CreatedAt: time.Unix(x.created, 0),
	})
	ids.media.name(m.ID, x.media)
	return err
}

type archiveMedia struct{ media int }

func (x *archiveMedia) String() string { return fmt.Sprintf("archive m%d", x.media) }

func (x *archiveMedia) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, edit); v != ok {
		return v
	}
	w.media[x.media].archived = true // if it was so already, what took it stays as it is
	return ok
}

func (x *archiveMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.ArchiveMedia(ctx, ids.media.id(x.media)))
}

type unarchiveMedia struct{ media, to int }

func (x *unarchiveMedia) String() string {
	return fmt.Sprintf("unarchive m%d%s", x.media, at(" into ", x.to))
}

func (x *unarchiveMedia) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, edit); v != ok {
		return v
	}
	it := w.media[x.media]
	if !it.archived {
		return ok
	}
	to := x.to
	if to != 0 {
		if v := w.mayReturnTo(by, x.media, to); v != ok {
			return v
		}
	} else if w.collections[it.home].archived {
		to = w.people[it.owner].library
	} else {
		to = it.home
	}
	w.move(x.media, to)
	it.archived, it.takenBy = false, 0
	return ok
}

// mayReturnTo answers whether the asker, who may unarchive a media item, may do so into a
// collection: its home, its owner's My Library, or, being an owner, where it may move.
func (w *world) mayReturnTo(by asker, m, to int) verdict {
	it, col := w.media[m], w.collections[to]
	switch {
	case col == nil:
		return notFound
	case to != it.home && to != w.people[it.owner].library:
		if !w.hasMedia(by, m, own) {
			return forbidden
		}
		return w.mayBeHome(by, to, it.owner)
	case col.archived:
		return invalid
	}
	return ok
}

func (x *unarchiveMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.UnarchiveMedia(ctx, ids.media.id(x.media), ids.collections.id(x.to)))
}

type moveMedia struct{ media, to int }

func (x *moveMedia) String() string {
	return fmt.Sprintf("move the home of m%d%s", x.media, at(" to ", x.to))
}

func (x *moveMedia) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, own); v != ok {
		return v
	}
	if w.media[x.media].archived {
		return invalid
	}
	if v := w.mayBeHome(by, x.to, w.media[x.media].owner); v != ok {
		return v
	}
	w.move(x.media, x.to)
	return ok
}

func (x *moveMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.MoveMedia(ctx, ids.media.id(x.media), ids.collections.id(x.to))
}

type addMedia struct{ media, to int }

func (x *addMedia) String() string { return fmt.Sprintf("add m%d%s", x.media, at(" to ", x.to)) }

func (x *addMedia) inModel(w *world, by asker) verdict {
	col := w.collections[x.to]
	if col == nil {
		return notFound
	}
	if v := w.mayDo(by, x.media, view); v != ok {
		return v
	}
	if w.media[x.media].archived {
		return invalid
	}
	if !w.hasCollection(by, x.to, edit) && !w.takesPartIn(x.to, by.person) {
		return forbidden
	}
	if col.archived {
		return invalid
	}
	w.place(x.media, x.to)
	return ok
}

// takesPartIn says whether a collection is that of a course which the person
// teaches, assists, designs or studies in.
func (w *world) takesPartIn(c, p int) bool {
	for _, k := range w.courses {
		for e := range k.enrolled {
			if k.collection == c && e.person == p && e.role != "observer" {
				return true
			}
		}
	}
	return false
}

func (x *addMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.AddToCollection(ctx, ids.media.id(x.media), ids.collections.id(x.to))
}

type removeMedia struct{ media, from int }

func (x *removeMedia) String() string {
	return fmt.Sprintf("remove m%d%s", x.media, at(" from ", x.from))
}

func (x *removeMedia) inModel(w *world, by asker) verdict {
	it := w.media[x.media]
	switch {
	case w.collections[x.from] == nil, it == nil:
		return notFound
	case it.owner != by.person && !w.hasCollection(by, x.from, edit):
		return forbidden
	case it.home == x.from:
		return invalid
	}
	delete(it.in, x.from)
	return ok
}

func (x *removeMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.RemoveFromCollection(ctx, ids.media.id(x.media), ids.collections.id(x.from))
}

type transferMedia struct{ media, to int }

func (x *transferMedia) String() string { return fmt.Sprintf("transfer m%d to p%d", x.media, x.to) }

func (x *transferMedia) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, own); v != ok {
		return v
	}
	if w.people[x.to] == nil {
		return notFound
	}
	it := w.media[x.media]
	if it.home == w.people[it.owner].library {
		w.move(x.media, w.people[x.to].library)
	}
	it.owner = x.to
	return ok
}

func (x *transferMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.TransferMedia(ctx, ids.media.id(x.media), ids.people.id(x.to))
}

type deleteMedia struct{ media int }

func (x *deleteMedia) String() string { return fmt.Sprintf("delete m%d", x.media) }

func (x *deleteMedia) inModel(w *world, by asker) verdict {
	if v := w.mayDo(by, x.media, own); v != ok {
		return v
	}
	w.removeMedia(x.media)
	return ok
}

func (x *deleteMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.DeleteMedia(ctx, ids.media.id(x.media)))
}
