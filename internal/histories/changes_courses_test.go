package histories

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

// embedMedia puts a media item into a course, and makes the course with the collection where
// an admin asks for one that is not there.
type embedMedia struct {
	media, course, collection int
	download                  string // allowed, refused or, where nothing is said, ""
}

func (x *embedMedia) String() string {
	return fmt.Sprintf("embed m%d in k%d (c%d if it is new), download %q", x.media, x.course, x.collection, x.download)
}

func (x *embedMedia) inModel(w *world, by asker) verdict {
	if w.courses[x.course] == nil && by.all() {
		w.courses[x.course] = &course{collection: x.collection, enrolled: make(map[enrolment]bool)}
		w.collections[x.collection] = &collection{kind: "course_wide", created: theNow, shares: make(map[grantee]level)}
	}
	if v := w.mayDo(by, x.media, view); v != ok {
		return v
	}
	k := w.courses[x.course]
	if k == nil || !w.hasCollection(by, k.collection, edit) && !w.takesPartIn(k.collection, by.person) {
		return forbidden
	}
	it := w.media[x.media]
	if it.archived {
		return invalid
	}
	w.place(x.media, k.collection)
	at := it.in[k.collection]
	if wanted := x.download == "allowed"; x.download != "" && wanted != at.downloadable {
		if !w.hasMedia(by, x.media, own) {
			return forbidden // who may not download lets nobody else
		}
		at.downloadable = wanted
		it.in[k.collection] = at
	}
	return ok
}

func (x *embedMedia) inLibrary(ctx context.Context, c *library.Change, ids *names) error {
	n := library.NewEmbed{Media: ids.media.id(x.media), Course: library.CourseID(x.course)}
	if x.download != "" {
		n.Downloadable = new(x.download == "allowed")
	}
	return errorOf(c.EmbedMedia(ctx, n))
}

// watch is five seconds of a media item watched in a collection by the asker. It is no change
// that can be made together with others, so it is a step of its own.
type watch struct {
	media, in int
	client    string
}

func (x *watch) String() string { return fmt.Sprintf("watch m%d%s", x.media, at(" in ", x.in)) }

func (x *watch) inModel(w *world, by asker) verdict {
	it, col := w.media[x.media], w.collections[x.in]
	switch {
	case by.operator:
		return forbidden // only people watch
	case it == nil, col == nil, !it.isIn(x.in):
		return notFound
	case !w.hasMedia(by, x.media, access), it.archived, col.archived:
		return forbidden
	}
	if it.owner != by.person {
		it.viewed = true
		it.viewedByStudent = it.viewedByStudent || w.watchesAs(by, x.in) == "Student"
	}
	return ok
}

// watchesAs is the role in which somebody watches what is in a collection: what they are
// in its course, if they are in it, and else the first of their roles.
func (w *world) watchesAs(by asker, c int) string {
	for _, k := range w.courses {
		if k.collection != c {
			continue
		}
		switch {
		case k.has(by.person, "teacher", "ta", "designer"):
			return "Teacher"
		case k.has(by.person, "student"):
			return "Student"
		case k.has(by.person, "observer"):
			return "Observer"
		}
	}
	for _, role := range roles {
		if by.roles[role] {
			return role
		}
	}
	return "Observer"
}

func (x *watch) inLibrary(context.Context, *library.Change, *names) error {
	return fmt.Errorf("%s is no part of a change", x)
}

// watches makes the step that somebody watches. Who lost a way to a perspective may
// know its UUID still, so that is read from the tables.
func (st *stage) watches(ctx context.Context, n *observer, actor library.Actor, x *watch) (verdict, *names, error) {
	perspective := uuid.New()
	err := each(ctx, st.tables,
		fmt.Sprintf("SELECT uuid FROM perspectives WHERE media_id = %d AND collection_id = %d",
			n.ids.media.id(x.media), n.ids.collections.id(x.in)),
		func() {}, &perspective)
	if err != nil {
		return "", nil, err
	}
	st.views++ // five seconds can be watched in two, at the highest speed
	st.ahead = 2 * time.Second * time.Duration(st.views)
	defer func() { st.ahead = 0 }()
	err = n.library.RecordViews(ctx, actor, library.ViewBatch{
		Perspective: perspective, Client: x.client,
		Pieces: []library.ViewPiece{{Sequence: 1, Intervals: []library.Interval{{Start: 0, End: 5}}}},
	})
	return verdictOf(err), n.ids, err
}
