package library_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

// inCourse puts Ada's media into the course, whose student Bob becomes, and returns the
// perspective.
func (s *school) inCourse(t *testing.T) uuid.UUID {
	t.Helper()
	err := s.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		course, err := c.CreateCourse(t.Context(), library.NewCourse{ID: 303})
		if err != nil {
			return err
		}
		if err := c.Enroll(t.Context(), 303, s.bob, library.WayStudent); err != nil {
			return err
		}
		return c.AddToCollection(t.Context(), s.media, course.Collection)
	})
	if err != nil {
		t.Fatal(err)
	}
	found, err := s.CourseInsights(t.Context(), library.Operator(), 303, library.Everyone)
	if err != nil || len(found) != 1 {
		t.Fatalf("the course has %v, %v", found, err)
	}
	return found[0].Perspective
}

// A batch that is cut off anywhere leaves nothing half-done: then its sums are as they
// were, and once it gets through, as often as it is tried, it counts once.
func TestRecordViews_CutOffAnywhereLeavesNothingHalfDone(t *testing.T) {
	t.Parallel()
	s := open(t)
	id, bob := s.inCourse(t), s.as(t, s.bob)
	b := library.ViewBatch{Perspective: id, Client: "player", Pieces: []library.ViewPiece{
		{Sequence: 1, Intervals: []library.Interval{{Start: 0, End: 4}}},
		{Sequence: 2, Intervals: []library.Interval{{Start: 2, End: 5}}},
	}}
	views := func() library.InsightSums {
		found, err := s.Insights(t.Context(), library.Operator(), id, "Student")
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.Insights(t.Context(), library.Operator(), id, library.Everyone)
		if err != nil || all.InsightSums != found.InsightSums {
			t.Fatalf("students add up to %v and all to %v, %v", found, all, err)
		}
		return found.InsightSums
	}
	cuts := 0
	for looks := int64(1); ; looks++ {
		ctx := &fuse{Context: t.Context()}
		ctx.left.Store(looks)
		err := s.RecordViews(ctx, bob, b)
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cut off after %d looks: %v", looks, err)
		}
		if got := views(); got != (library.InsightSums{}) {
			t.Fatalf("cut off after %d looks, it left %+v", looks, got)
		}
		cuts++
	}
	if cuts < 10 {
		t.Errorf("it was cut off in %d places only", cuts)
	}
	want := library.InsightSums{Views: 1, Viewers: 1, Watched: 7000}
	if got := views(); got != want {
		t.Errorf("once it got through, there is %+v, want %+v", got, want)
	}
	if err := s.RecordViews(t.Context(), bob, b); err != nil {
		t.Fatal(err)
	}
	if got := views(); got != want {
		t.Errorf("once it came again, there is %+v, want %+v", got, want)
	}
}

func TestRecordViews_RefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	s := open(t)
	id, bob := s.inCourse(t), s.as(t, s.bob)
	piece := func(n int64, start, end float64) library.ViewPiece {
		return library.ViewPiece{Sequence: n, Intervals: []library.Interval{{Start: start, End: end}}}
	}
	year := 365 * 24 * time.Hour.Seconds()
	var scattered, gaps []library.ViewPiece
	for i := range int64(5001) {
		scattered = append(scattered, piece(i+1, float64(i), float64(i)+0.5))
		gaps = append(gaps, piece(2*i+1, 0, 1))
	}
	for name, pieces := range map[string][]library.ViewPiece{
		"number 0":                   {piece(0, 0, 1)},
		"a number too large":         {piece(1_000_000_001, 0, 1)},
		"an interval that is none":   {piece(1, 1, 1)},
		"one that runs backwards":    {piece(1, 2, 1)},
		"one before the beginning":   {piece(1, -1, 1)},
		"one that ends in years":     {piece(1, 0, 2*year)},
		"more than a year's watch":   {piece(1, 0, year), piece(2, 0, 1)},
		"too many pieces":            scattered,
		"too many gaps between them": gaps,
	} {
		err := s.RecordViews(t.Context(), bob, library.ViewBatch{Perspective: id, Client: name, Pieces: pieces})
		if library.KindOf(err) != library.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	found, err := s.Insights(t.Context(), library.Operator(), id, library.Everyone)
	if err != nil || found.InsightSums != (library.InsightSums{}) {
		t.Errorf("what was refused left %+v, %v", found, err)
	}
}

// Views are people's. The operator, who may do all, watches nothing.
func TestRecordViews_RefusesTheOperator(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.inCourse(t)
	b := library.ViewBatch{Perspective: id, Client: "player"}
	if err := s.RecordViews(t.Context(), library.Operator(), b); library.KindOf(err) != library.KindForbidden {
		t.Errorf("the operator's views give %v", err)
	}
	if err := s.RecordViews(t.Context(), library.Actor{}, b); library.KindOf(err) != library.KindUnauthenticated {
		t.Errorf("nobody's views give %v", err)
	}
	if _, _, err := s.ViewTicket(t.Context(), library.Operator(), id); library.KindOf(err) != library.KindForbidden {
		t.Errorf("a ticket for the operator gives %v", err)
	}
}

// Every ticket but the one that was made is refused, whichever part of it is changed.
func TestRecordViews_RefusesForgedTickets(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.inCourse(t)
	b := library.ViewBatch{Perspective: id, Client: "player", Ticket: new("never made")}
	if err := s.RecordViews(t.Context(), library.Actor{}, b); library.KindOf(err) != library.KindUnauthenticated {
		t.Errorf("a ticket before any was made gives %v", err)
	}
	ticket, _, err := s.ViewTicket(t.Context(), s.as(t, s.bob), id)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ticket {
		other := byte('A')
		if ticket[i] == other {
			other = 'B'
		}
		forged := ticket[:i] + string(other) + ticket[i+1:]
		b.Ticket = &forged
		if err := s.RecordViews(t.Context(), library.Actor{}, b); library.KindOf(err) != library.KindUnauthenticated {
			t.Errorf("the ticket with another letter at %d gives %v", i, err)
		}
	}
	for i := range len(ticket) + 1 {
		for _, end := range []string{"\n", "\r", " ", "="} {
			forged := ticket[:i] + end + ticket[i:]
			b.Ticket = &forged
			if err := s.RecordViews(t.Context(), library.Actor{}, b); library.KindOf(err) != library.KindUnauthenticated {
				t.Errorf("the ticket with %q at %d gives %v", end, i, err)
			}
		}
	}
	b.Ticket = &ticket
	if err := s.RecordViews(t.Context(), library.Actor{}, b); err != nil {
		t.Errorf("the ticket itself gives %v", err)
	}
}
