package library

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Perspective is a media item in one collection that holds it. Insights hang on it.
type Perspective struct {
	UUID         uuid.UUID
	Title        string // the media item's
	Media        MediaID
	Collection   CollectionID
	Downloadable bool // whether an embed there lets its viewers download the media
	CreatedAt    time.Time
}

// PlacedPerspective is a perspective and its collection, with what somebody may do
// with that.
type PlacedPerspective struct {
	Perspective
	Place CollectionWithPermission
}

// HomePerspective is the perspective of a media item in its home.
type HomePerspective struct {
	UUID  uuid.UUID
	Media MediaID
}

// PerspectiveReader is what reading perspectives needs of storage: the newest first,
// ties by id descending, of the media or the collection.
type PerspectiveReader interface {
	// PerspectivesOfMedia returns those of a media item in live collections.
	PerspectivesOfMedia(ctx context.Context, id MediaID) ([]Perspective, error)
	// PerspectivesIn returns those of the live media in a collection. Of the media that
	// wait for their upload, the viewer gets their own.
	PerspectivesIn(ctx context.Context, viewer UserID, in CollectionID) ([]Perspective, error)
}

// PerspectiveWriter is what changing perspectives needs of a transaction.
type PerspectiveWriter interface {
	// AddPerspective puts a media item into a collection, and says whether it was not there.
	AddPerspective(ctx context.Context, id MediaID, to CollectionID, at time.Time) (added bool, err error)
	// RemovePerspective takes a media item out of a collection that is not its home, and says
	// whether it was there.
	RemovePerspective(ctx context.Context, id MediaID, from CollectionID) (removed bool, err error)
	// Downloadable says whether an embed of a media item in a collection that holds it lets
	// its viewers download it.
	Downloadable(ctx context.Context, id MediaID, in CollectionID) (bool, error)
	// SetDownloadable changes that.
	SetDownloadable(ctx context.Context, id MediaID, in CollectionID, downloadable bool) error
}

// MediaPerspectives returns all places of a media item in live collections to those who
// reach the media.
func (l *Library) MediaPerspectives(ctx context.Context, actor Actor, id MediaID) ([]PlacedPerspective, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]PlacedPerspective, error) {
		if _, err := v.seeMedia(ctx, id, ReadMedia); err != nil {
			return nil, err
		}
		return v.placesOf(ctx, id)
	})
}

func (v *Snapshot) placesOf(ctx context.Context, id MediaID) ([]PlacedPerspective, error) {
	found, err := v.in.PerspectivesOfMedia(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := make([]CollectionID, len(found))
	for i, p := range found {
		ids[i] = p.Collection
	}
	places, err := seen(ctx, v.in.Last(), v.actor, ids)
	if err != nil {
		return nil, err
	}
	placed := make([]PlacedPerspective, 0, len(found))
	for _, p := range found {
		if place, there := places[p.Collection]; there {
			placed = append(placed, PlacedPerspective{Perspective: p, Place: place})
		}
	}
	return placed, nil
}

// MediaCourses returns the collections of all courses that a media item is in.
func (l *Library) MediaCourses(ctx context.Context, actor Actor, id MediaID) ([]CollectionWithPermission, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]CollectionWithPermission, error) {
		if _, err := v.seeMedia(ctx, id, ReadCourses); err != nil {
			return nil, err
		}
		placed, err := v.placesOf(ctx, id)
		if err != nil {
			return nil, err
		}
		courses := make([]CollectionWithPermission, 0, len(placed))
		for _, p := range placed {
			if p.Place.Type == CourseWide {
				courses = append(courses, p.Place)
			}
		}
		return courses, nil
	})
}

// CoursePerspectives returns what a course holds to those who have a way to it.
func (l *Library) CoursePerspectives(ctx context.Context, actor Actor, id CourseID) ([]PlacedPerspective, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]PlacedPerspective, error) {
		course, err := v.courseToRead(ctx, id)
		if err != nil {
			return nil, err
		}
		found, err := v.in.Last().PerspectivesIn(ctx, actor.Person(), course.ID)
		if err != nil {
			return nil, err
		}
		placed := make([]PlacedPerspective, len(found))
		for i, p := range found {
			placed[i] = PlacedPerspective{Perspective: p, Place: course}
		}
		return placed, nil
	})
}

// NewEmbed is an embed to be made.
type NewEmbed struct {
	Media  MediaID
	Course CourseID
	// Downloadable says whether the course may download the media; nil leaves that as it
	// is, which at first is no.
	Downloadable *bool
}

// EmbedMedia adds a media item to a course, to be embedded there, and returns it. Only
// people who teach, assist, design or study in the course, and admins, may call it. For
// admins a missing course is created; for everyone else it looks like a course that they
// are not in.
func (c *Change) EmbedMedia(ctx context.Context, n NewEmbed) (Media, error) {
	col, refusal, err := c.courseToEmbedIn(ctx, n.Course)
	if err != nil {
		return Media{}, err
	}
	m, err := c.media(ctx, n.Media, EmbedMedia)
	switch {
	case err != nil:
		return Media{}, err
	case refusal != nil:
		return Media{}, refusal
	case !m.Live():
		return Media{}, Invalid("media", "%d is archived", n.Media)
	}
	added, err := c.tx.AddPerspective(ctx, n.Media, col, c.now)
	if err != nil {
		return Media{}, err
	}
	changed, err := c.allowDownload(ctx, m, col, n.Downloadable)
	if err != nil || !added && !changed {
		return m, err
	}
	after := facts{"course_id": n.Course, "collection_id": col}
	if n.Downloadable != nil {
		after["downloadable"] = *n.Downloadable
	}
	return m, c.record(ctx, "media", "embed", idText(n.Media), nil, after)
}

// courseToEmbedIn locks a course and returns its collection, or why the actor may not
// put media there.
func (c *Change) courseToEmbedIn(ctx context.Context, id CourseID) (col CollectionID, refusal, err error) {
	refusal = Forbidden("only teachers, teaching assistants, designers and students of course %d may embed in it", id)
	course, err := c.courseOnDemand(ctx, id)
	if KindOf(err) == KindNotFound {
		return 0, refusal, nil
	}
	if err != nil {
		return 0, nil, err
	}
	cols, err := c.tx.LockCollections(ctx, []CollectionID{course.Collection})
	if err != nil {
		return 0, nil, err
	}
	err = c.mayAddTo(ctx, cols[0])
	if KindOf(err) == KindForbidden {
		return 0, refusal, nil
	}
	return course.Collection, nil, err
}

// allowDownload sets whether embeds of a media item in a collection may be downloaded, and
// says whether that changed. Who may not download themselves can let nobody else.
func (c *Change) allowDownload(ctx context.Context, m Media, in CollectionID, want *bool) (changed bool, err error) {
	if want == nil {
		return false, nil
	}
	is, err := c.tx.Downloadable(ctx, m.ID, in)
	if err != nil || is == *want {
		return false, err
	}
	if err := c.needOnMedia(ctx, m, AllowDownload); err != nil {
		return false, err
	}
	return true, c.tx.SetDownloadable(ctx, m.ID, in, *want)
}
