package library

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// ViewSession is one playing of a perspective by one person: what their player calls by
// one client id.
type ViewSession struct {
	Playback
	Role     Role  // in which they watch, as it was when the session began
	Received Spans // the sequence numbers of the pieces that have arrived
}

// Playback is how much was watched in a session, and since when.
type Playback struct {
	// Began is when the ticket was issued, or what [tokenBegan] says of a session of a program
	// that has a token instead.
	Began      time.Time
	FirstHeard time.Time // when the first report arrived
	Watched    Milliseconds
}

// counts says whether the session is a view (the library's rules, section 5).
func (s ViewSession) counts() bool { return s.Watched >= leastView }

// session returns the session of a batch, and the person's other ones. One that is new
// begins in the role that its person has now.
func (c *Change) session(ctx context.Context, p watched, b ViewBatch) (s ViewSession, others []Playback, err error) {
	known, others, err := c.tx.ViewSessions(ctx, p.ID, c.actor.Person(), b.Client)
	switch {
	case err != nil:
		return ViewSession{}, nil, err
	case known != nil:
		return *known, others, nil
	}
	if err := mayBegin(others, c.now); err != nil {
		return ViewSession{}, nil, err
	}
	began := b.issued
	if began.IsZero() {
		began = tokenBegan(others, c.now)
	}
	s.Playback = Playback{Began: began, FirstHeard: c.now}
	if s.Role, err = c.roleIn(ctx, p); err != nil {
		return ViewSession{}, nil, err
	}
	return s, others, c.tx.DeleteViewSessions(ctx, p.ID, c.actor.Person(), c.now.Add(-sessionLife))
}

// tokenBegan is when a new session of a program with a token began. The program may report what
// it played while it was offline for as long as a ticket lives. That goes for one session at a
// time: the others begin no earlier than the first report of that one. Otherwise a token would be
// enough for a view by each of many sessions that were never played.
func tokenBegan(others []Playback, now time.Time) time.Time {
	began := now.Add(-viewTicketLife)
	for _, other := range others {
		if other.wasOffline() && other.FirstHeard.After(began) {
			began = other.FirstHeard
		}
	}
	return began
}

// wasOffline says whether a session began as long before its first report as a program may have
// been offline. One with a ticket began later: by then the ticket has expired.
func (p Playback) wasOffline() bool { return p.FirstHeard.Sub(p.Began) >= viewTicketLife }

// roleIn is the role in which the actor watches a perspective.
func (c *Change) roleIn(ctx context.Context, p watched) (Role, error) {
	if p.Course != nil {
		col, err := c.seenCollection(ctx, c.actor.Person(), p.Collection)
		if err != nil {
			return Observer, err
		}
		if role, enrolled := roleInCourse(col.Access.Ways); enrolled {
			return role, nil
		}
	}
	return c.actor.watchesAs(), nil
}

// roleInCourse is the role in which people of a course watch what is in its collection.
func roleInCourse(ways []Way) (Role, bool) {
	role, enrolled := Observer, false
	for _, w := range ways {
		switch w {
		case WayTeacher, WayTA, WayDesigner:
			role, enrolled = min(role, Teacher), true
		case WayStudent:
			role, enrolled = min(role, Student), true
		case WayObserver:
			enrolled = true
		case WayOwner, WayView, WayEdit: // lead to no course's collection
		}
	}
	return role, enrolled
}

// take adds to the session those pieces that have not arrived yet, and returns what was
// watched in them, as far as the media goes, and whether there were any.
func (s *ViewSession) take(pieces []ViewPiece, length Milliseconds) (seen []Span, received bool) {
	for _, piece := range pieces {
		if s.Received.Has(piece.Sequence) {
			continue
		}
		s.Received, received = s.Received.With(Span{piece.Sequence, piece.Sequence + 1}), true
		for _, interval := range piece.Intervals {
			stretch := Span{int64(InMilliseconds(interval.Start)), int64(InMilliseconds(interval.End))}
			if length > 0 {
				stretch.To = min(stretch.To, int64(length))
			}
			if stretch.From < stretch.To {
				seen = append(seen, stretch)
				s.Watched += Milliseconds(stretch.To - stretch.From)
			}
		}
	}
	return seen, received
}

// mayBegin rejects a new session of a person that has too many already: each leaves a row.
func mayBegin(others []Playback, now time.Time) error {
	var recent []time.Time
	for _, other := range others {
		if now.Sub(other.FirstHeard) < time.Hour {
			recent = append(recent, other.FirstHeard)
		}
	}
	if len(recent) < maxHourly {
		return nil
	}
	first := slices.MinFunc(recent, time.Time.Compare)
	return Limit{Name: "views", Quota: maxHourly, Window: time.Hour}.Reached(time.Hour-now.Sub(first), "more than %d views of this recording began within an hour", maxHourly)
}

// tooSoon is how long it takes until so much can have been watched. Each session was watched
// after it began, so all that began after any time were watched after it: nobody watches
// more than one player at its highest speed, however many there are. A report that is late
// has only the more time behind it.
func (s ViewSession) tooSoon(others []Playback, now time.Time) (wait time.Duration) {
	later := append(slices.Clone(others), s.Playback)
	slices.SortFunc(later, func(a, b Playback) int { return cmp.Compare(b.Began.Unix(), a.Began.Unix()) })
	var sum Milliseconds
	for i, p := range later {
		sum += p.Watched
		isLastOfItsTime := i+1 == len(later) || !later[i+1].Began.Equal(p.Began)
		if isLastOfItsTime && !p.Began.After(s.Began) {
			wait = max(wait, p.Began.Add(sum.atSpeed(highestSpeed)).Sub(now))
		}
	}
	return wait
}
