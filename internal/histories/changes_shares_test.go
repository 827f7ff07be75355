package histories

import (
	"context"
	"fmt"

	"github.com/lectern-media/lectern/internal/library"
)

type shareMedia struct {
	media int
	with  grantee
	gives level
}

func (x *shareMedia) String() string {
	return fmt.Sprintf("share m%d with %s for %s", x.media, x.with, x.gives)
}

func (x *shareMedia) inModel(w *world, by asker) verdict {
	need := edit
	if x.gives == view && w.media[x.media] != nil && w.media[x.media].shares[x.with] == nothing {
		need = view // who may view may let others view, and change nobody's share
	}
	if v := w.mayDo(by, x.media, need); v != ok {
		return v
	}
	if !w.isThere(x.with) {
		return notFound
	}
	if x.gives > w.media[x.media].shares[x.with] && !w.mayShareWith(by, x.with) {
		return forbidden
	}
	w.media[x.media].shares[x.with] = x.gives
	return ok
}

func (x *shareMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.ShareMedia(ctx, ids.media.id(x.media), ids.grantee(x.with), wayOf(x.gives))
}

type unshareMedia struct {
	media int
	with  grantee
}

func (x *unshareMedia) String() string { return fmt.Sprintf("unshare m%d with %s", x.media, x.with) }

func (x *unshareMedia) inModel(w *world, by asker) verdict {
	need := edit
	if x.with.person != 0 && x.with.person == by.person {
		need = nothing // anyone may give up their own
	}
	if v := w.mayDo(by, x.media, need); v != ok {
		return v
	}
	if !w.isThere(x.with) {
		return notFound
	}
	delete(w.media[x.media].shares, x.with)
	return ok
}

func (x *unshareMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.UnshareMedia(ctx, ids.media.id(x.media), ids.grantee(x.with))
}

type shareCollection struct {
	collection int
	with       grantee
	gives      level
}

func (x *shareCollection) String() string {
	return fmt.Sprintf("share %s with %s for %s", collectionName(x.collection), x.with, x.gives)
}

func (x *shareCollection) inModel(w *world, by asker) verdict {
	if v := w.mayRule(by, x.collection); v != ok {
		return v
	}
	if !w.isThere(x.with) {
		return notFound
	}
	if x.gives > w.collections[x.collection].shares[x.with] && !w.mayShareWith(by, x.with) {
		return forbidden
	}
	w.collections[x.collection].shares[x.with] = x.gives
	return ok
}

func (x *shareCollection) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.ShareCollection(ctx, ids.collections.id(x.collection), ids.grantee(x.with), wayOf(x.gives))
}

type unshareCollection struct {
	collection int
	with       grantee
}

func (x *unshareCollection) String() string {
	return fmt.Sprintf("unshare %s with %s", collectionName(x.collection), x.with)
}

func (x *unshareCollection) inModel(w *world, by asker) verdict {
	col := w.collections[x.collection]
	isOwn := x.with.person != 0 && x.with.person == by.person // anyone may give up their own
	switch {
	case col == nil:
		return notFound
	case !isOwn && !w.hasCollection(by, x.collection, own):
		return forbidden
	case col.kind != "custom":
		return invalid
	case !w.isThere(x.with):
		return notFound
	}
	delete(col.shares, x.with)
	return ok
}

func (x *unshareCollection) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	return c.UnshareCollection(ctx, ids.collections.id(x.collection), ids.grantee(x.with))
}
