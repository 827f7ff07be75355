package library

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"
)

// Slices is how many equal parts a media item has in its insights.
const Slices = 20

// Audience is whose views are counted: those of the viewers in one role, or of all.
type Audience string

// Everyone is the audience of all roles.
const Everyone Audience = ""

// InsightSums is what the views of a perspective by one audience add up to.
type InsightSums struct {
	Length  Milliseconds  // of the media, which the slices are parts of; 0 while it is unknown
	Views   int64         // sessions of at least three seconds
	Watched Milliseconds  // what is watched twice counts twice
	Viewers int64         // people with a view
	Slices  [Slices]int64 // for each, the viewers who saw some of it
}

// Viewing is what one person watched of a perspective as one of an audience.
type Viewing struct {
	LastRole   Role // in which they last viewed it
	Stretches  Spans
	Watched    Milliseconds
	Views      int64
	LastViewed time.Time
}

// Viewer is a person with what they watched.
type Viewer struct {
	UserBrief
	Viewing
}

// Insights is what is known of the views of one perspective.
type Insights struct {
	Perspective uuid.UUID
	Media       MediaID
	Title       string
	InsightSums
}

// Viewers is people who viewed a perspective of a media item of this length.
type Viewers struct {
	Length Milliseconds
	Paged[Viewer]
}

// CourseInsights is a perspective in a course with what decides a person's permission
// on its media.
type CourseInsights struct {
	Insights
	Duration Milliseconds // of the media, while Length is what its sums were made for
	Access   MediaAccess
}

// InsightReader is what reading insights needs of storage.
type InsightReader interface {
	// InsightSums returns the sums of an audience; zero sums where it has none.
	InsightSums(ctx context.Context, perspective uuid.UUID, of Audience) (InsightSums, error)
	// Viewers returns those of an audience who have a view and are not deleted, by id
	// descending.
	Viewers(ctx context.Context, perspective uuid.UUID, of Audience, page Page) (Paged[Viewer], error)
	// InsightsOfCollection returns the perspectives of live media in a collection, the
	// newest media first, with the sums of an audience and the user's access.
	InsightsOfCollection(ctx context.Context, user UserID, id CollectionID, of Audience) ([]CourseInsights, error)
}

// SliceOf is where one of the slices of a media item of this length begins and ends, in
// milliseconds.
func SliceOf(length Milliseconds, i int) Span {
	return Span{int64(length) * int64(i) / Slices, int64(length) * int64(i+1) / Slices}
}

// slices says which parts of a media item of this length a viewer saw some of. Who has no
// view is no viewer.
func (v Viewing) slices(length Milliseconds) (seen [Slices]bool) {
	if v.Views == 0 {
		return seen
	}
	return slicesIn(v.Stretches, length)
}

func slicesIn(stretches Spans, length Milliseconds) (seen [Slices]bool) {
	for i := range seen {
		seen[i] = stretches.Within(SliceOf(length, i)) > 0
	}
	return seen
}

// Completion is the share of a media item of this length that was watched, in percent with
// one decimal; 0 while the length is unknown.
func (v Viewing) Completion(length Milliseconds) float64 { return v.share(Span{0, int64(length)}) }

// SliceShares is the share of each slice that was watched, in percent with one decimal.
func (v Viewing) SliceShares(length Milliseconds) (shares [Slices]float64) {
	for i := range shares {
		shares[i] = v.share(SliceOf(length, i))
	}
	return shares
}

func (v Viewing) share(part Span) float64 {
	if part.From >= part.To {
		return 0
	}
	return math.Round(float64(v.Stretches.Within(part))*1000/float64(part.To-part.From)) / 10
}

// Insights returns what the views of a perspective by an audience add up to.
func (l *Library) Insights(ctx context.Context, actor Actor, perspective uuid.UUID, of Audience) (Insights, error) {
	var length Milliseconds
	found, err := view(ctx, l, actor, func(v *Snapshot) (Insights, error) {
		p, err := v.watched(ctx, perspective, SeeInsights)
		if err != nil {
			return Insights{}, err
		}
		length = InMilliseconds(p.media.Duration)
		sums, err := v.in.Last().InsightSums(ctx, p.ID, of)
		return Insights{Perspective: p.ID, Media: p.Media, Title: p.media.Title, InsightSums: sums}, err
	})
	if err != nil {
		return Insights{}, err
	}
	err = l.refresh(ctx, &found, length, of)
	return found, err
}

// Viewers returns who viewed a perspective as one of an audience.
func (l *Library) Viewers(
	ctx context.Context, actor Actor, perspective uuid.UUID, of Audience, page Page,
) (Viewers, error) {
	return view(ctx, l, actor, func(v *Snapshot) (Viewers, error) {
		p, err := v.watched(ctx, perspective, SeeInsights)
		if err != nil {
			return Viewers{}, err
		}
		found, err := v.in.Last().Viewers(ctx, p.ID, of, page)
		return Viewers{InMilliseconds(p.media.Duration), found}, err
	})
}

// AllViewers is [Library.Viewers] in one page.
func (l *Library) AllViewers(ctx context.Context, actor Actor, perspective uuid.UUID, of Audience) (Viewers, error) {
	return l.Viewers(ctx, actor, perspective, of, Page{Number: 1, Size: math.MaxInt64})
}

// CourseInsights returns the insights of all that is in a course, to those who may see
// the course, as far as they may see the insights of each.
func (l *Library) CourseInsights(ctx context.Context, actor Actor, id CourseID, of Audience) ([]Insights, error) {
	rows, err := view(ctx, l, actor, func(v *Snapshot) ([]CourseInsights, error) {
		in, err := v.courseToRead(ctx, id)
		if err != nil {
			return nil, err
		}
		return v.in.Last().InsightsOfCollection(ctx, actor.Person(), in.ID, of)
	})
	if err != nil {
		return nil, err
	}
	found := make([]Insights, 0, len(rows))
	for _, r := range rows {
		if !may(actor, SeeInsights, r.Access.given()) {
			continue
		}
		if err := l.refresh(ctx, &r.Insights, r.Duration, of); err != nil {
			return nil, err
		}
		found = append(found, r.Insights)
	}
	return found, nil
}

// refresh makes found what it is for a media item of this length. Sums are made for a length
// that the media item may not have any more: then its slices are counted again, once.
func (l *Library) refresh(ctx context.Context, found *Insights, length Milliseconds, of Audience) error {
	if found.Length == length || found.Viewers == 0 { // without viewers all slices are 0
		found.Length = length
		return nil
	}
	return l.store.Change(ctx, func(tx Tx) error {
		c := &Change{Snapshot: Snapshot{in: tx}, tx: tx}
		m, err := tx.Media(ctx, found.Media)
		if err != nil {
			return err
		}
		sums, err := c.lockInsights(ctx, found.Perspective, InMilliseconds(m.Duration))
		found.InsightSums = sums[of]
		return err
	})
}

// lockInsights locks and returns a perspective's sums by audience, with slices of a media
// item of this length.
func (c *Change) lockInsights(
	ctx context.Context, id uuid.UUID, length Milliseconds,
) (map[Audience]InsightSums, error) {
	sums, err := c.tx.LockInsights(ctx, id, length)
	if err != nil || sums[Everyone].Length == length {
		return sums, err
	}
	stretches, err := c.tx.StretchesOfViewers(ctx, id)
	if err != nil {
		return nil, err
	}
	for of, s := range sums {
		s.Length, s.Slices = length, [Slices]int64{}
		for _, watched := range stretches[of] {
			for i, sees := range slicesIn(watched, length) {
				if sees {
					s.Slices[i]++
				}
			}
		}
		if err := c.tx.SetInsightSums(ctx, id, of, s); err != nil {
			return nil, err
		}
		sums[of] = s
	}
	return sums, nil
}
