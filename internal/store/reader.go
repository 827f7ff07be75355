package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// reader is the [library.Reader]: of a view, which is one state of the library, and of a
// change. The methods of both are these.
type reader struct {
	q    *dbq.Queries
	end  *dbq.Queries // for the last statement of a method, with which the view may end
	conn dbq.DBTX
	s    *Store
	view *db.View // nil in a change
}

var _ library.Reader = (*reader)(nil)

// View is [library.Store]'s.
func (s *Store) View(ctx context.Context, fn func(library.Reader) error) error {
	return s.db.View(ctx, func(v *db.View) error {
		q := dbq.New(v)
		return fn(&reader{q: q, end: q, conn: v, s: s, view: v})
	})
}

// Last is [library.Reader]'s.
func (v *reader) Last() library.Reader {
	if v.view == nil {
		return v
	}
	last := *v
	last.end = dbq.New(v.view.Last())
	return &last
}

// searching prepares for statements that may look for titles, and names the state of the
// library that they see, or "" if that is not known.
func (v *reader) searching(ctx context.Context) (state string, err error) {
	if v.view == nil {
		return "", nil
	}
	if state, err = v.view.Searching(ctx); err == nil {
		err = v.s.db.titles.keepUp(ctx, v.q)
	}
	return state, err
}

// isFresh reports whether nothing was read yet: then one statement beside the view sees one
// state, too.
func (v *reader) isFresh() bool { return v.view != nil && !v.view.Begun() }
