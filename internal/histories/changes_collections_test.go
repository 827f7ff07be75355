package histories

import (
	"context"
	"fmt"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

type createCollection struct {
	collection, owner int
	created           int64
}

func (x *createCollection) String() string {
	return fmt.Sprintf("create c%d of p%d at time %d", x.collection, x.owner, x.created)
}

func (x *createCollection) inModel(w *world, by asker) verdict {
	if !by.all() && by.person != x.owner && !w.personWithin(by, x.owner) {
		return forbidden
	}
	if w.people[x.owner] == nil {
		return notFound
	}
	w.collections[x.collection] = &collection{
		kind: "custom", owner: x.owner, created: x.created, shares: make(map[grantee]level),
	}
	return ok
}

func (x *createCollection) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	col, err := c.CreateCollection(ctx, library.NewCollection{
		Name: fmt.Sprintf("c%d", x.collection), Owner: ids.people.id(x.owner), CreatedAt: time.Unix(x.created, 0),
	})
	ids.collections.name(col.ID, x.collection)
	return err
}

type archiveCollection struct{ collection int }

func (x *archiveCollection) String() string { return "archive " + collectionName(x.collection) }

func (x *archiveCollection) inModel(w *world, by asker) verdict {
	if v := w.mayRule(by, x.collection); v != ok {
		return v
	}
	w.collections[x.collection].archived = true
	for _, it := range w.media {
		if it.home == x.collection && !it.archived {
			it.archived, it.takenBy = true, x.collection
		}
	}
	return ok
}

func (x *archiveCollection) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.ArchiveCollection(ctx, ids.collections.id(x.collection)))
}

type unarchiveCollection struct{ collection int }

func (x *unarchiveCollection) String() string { return "unarchive " + collectionName(x.collection) }

func (x *unarchiveCollection) inModel(w *world, by asker) verdict {
	if v := w.mayRule(by, x.collection); v != ok {
		return v
	}
	w.collections[x.collection].archived = false
	for _, it := range w.media {
		if it.takenBy == x.collection {
			it.archived, it.takenBy = false, 0
		}
	}
	return ok
}

func (x *unarchiveCollection) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.UnarchiveCollection(ctx, ids.collections.id(x.collection)))
}

type transferCollection struct{ collection, to int }

func (x *transferCollection) String() string {
	return fmt.Sprintf("transfer %s to p%d", collectionName(x.collection), x.to)
}

func (x *transferCollection) inModel(w *world, by asker) verdict {
	if v := w.mayRule(by, x.collection); v != ok {
		return v
	}
	if w.people[x.to] == nil {
		return notFound
	}
	w.collections[x.collection].owner = x.to
	return ok
}

func (x *transferCollection) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.TransferCollection(ctx, ids.collections.id(x.collection), ids.people.id(x.to))
}

type deleteCollection struct{ collection int }

func (x *deleteCollection) String() string { return "delete " + collectionName(x.collection) }

func (x *deleteCollection) inModel(w *world, by asker) verdict {
	if v := w.mayRule(by, x.collection); v != ok {
		return v
	}
	for m, it := range w.media {
		if it.home == x.collection {
			w.removeMedia(m)
		}
	}
	w.removeCollection(x.collection)
	return ok
}

func (x *deleteCollection) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return errorOf(c.DeleteCollection(ctx, ids.collections.id(x.collection)))
}
