package library

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Milliseconds is a length of time. What many watched adds up to more than a
// time.Duration is sure to hold.
type Milliseconds int64

// InMilliseconds is a length given in seconds, rounded.
func InMilliseconds(seconds float64) Milliseconds { return Milliseconds(math.Round(seconds * 1000)) }

// atSpeed is how long it takes to play so much at a speed.
func (m Milliseconds) atSpeed(speed int64) time.Duration {
	return time.Duration(int64(m)/speed) * time.Millisecond
}

// Seconds is the length in seconds.
func (m Milliseconds) Seconds() float64 { return float64(m) / 1000 }

// The limits of a batch of views.
const (
	maxSequence    = 1_000_000_000      // pieces in one session
	maxStretches   = 5000               // that one person watched of a perspective, in pieces
	maxGaps        = 1000               // between the batches that arrived of a session
	maxSession     = maxDuration * 1000 // milliseconds watched in one session
	maxHourly      = 30                 // sessions of one person and perspective that begin in an hour
	overrun        = Milliseconds(2000) // which a player may be past the end of what it plays
	leastView      = Milliseconds(3000) // watched in a session that counts as a view
	viewTicketLife = 12 * time.Hour
	sessionLife    = 4 * viewTicketLife // after which what is kept of a session may be deleted

	// highestSpeed is that of the player: it offers 2, and takes 4 from where it keeps the
	// speed that somebody chose.
	highestSpeed = 4
)

// watchedTime is how many seconds may be watched in each.
var watchedTime = Limit{Name: "watched-seconds", Quota: highestSpeed, Window: time.Second}

// WatchedPerspective is a perspective as its viewers find it.
type WatchedPerspective struct {
	ID         uuid.UUID
	Media      MediaID
	Collection CollectionID
	Course     *CourseID // nil unless it is in a course's collection
	Archived   bool      // whether the collection is
}

// watched is a perspective with the media that is watched there.
type watched struct {
	WatchedPerspective
	media Media
}

// watched returns a perspective to who may do with its media what they need.
func (v *Snapshot) watched(ctx context.Context, id uuid.UUID, need Need) (watched, error) {
	p, err := v.in.WatchedPerspective(ctx, id)
	if err != nil {
		return watched{}, err
	}
	m, err := v.seeMedia(ctx, p.Media, need)
	return watched{p, m.Media}, err
}

// ViewReader is what taking views needs to read of storage.
type ViewReader interface {
	// WatchedPerspective returns a perspective of a media item and in a collection that are
	// not deleted, or KindNotFound.
	WatchedPerspective(ctx context.Context, id uuid.UUID) (WatchedPerspective, error)
	// Secret returns a key of the library's, or KindNotFound while it is not made.
	Secret(ctx context.Context, name string) ([]byte, error)
}

// ViewWriter is what taking views needs of a transaction.
type ViewWriter interface {
	// LockInsights locks and returns a perspective's sums, by audience: so everything
	// that is kept of its views stays as it is. Those of [Everyone] are made for a media item
	// of this length where they are not there. Nobody who holds a media item takes this lock,
	// so its holder may change the media.
	LockInsights(ctx context.Context, perspective uuid.UUID, length Milliseconds) (map[Audience]InsightSums, error)
	// SetInsightSums stores sums.
	SetInsightSums(ctx context.Context, perspective uuid.UUID, of Audience, sums InsightSums) error
	// ViewSessions returns a session, or nil, and how much was watched in all the other sessions
	// of the person there that are kept. An old one may still grow, so none is left out.
	ViewSessions(ctx context.Context, perspective uuid.UUID, user UserID, client string) (
		of *ViewSession, others []Playback, err error)
	// DeleteViewSessions deletes a person's sessions that the database first heard of before
	// a time.
	DeleteViewSessions(ctx context.Context, perspective uuid.UUID, user UserID, before time.Time) error
	// SetViewSession stores a session. Of one that is there, the role and the times stay.
	SetViewSession(ctx context.Context, perspective uuid.UUID, user UserID, client string, s ViewSession) error
	// Viewing returns what a person watched of a perspective as one of an audience; the
	// zero Viewing where they did not.
	Viewing(ctx context.Context, perspective uuid.UUID, of Audience, user UserID) (Viewing, error)
	// SetViewing stores what a person watched.
	SetViewing(ctx context.Context, perspective uuid.UUID, of Audience, user UserID, v Viewing) error
	// StretchesOfViewers returns what each viewer of a perspective watched, by audience.
	StretchesOfViewers(ctx context.Context, perspective uuid.UUID) (map[Audience][]Spans, error)
	// SetLastViewed notes that a media item is viewed now, unless it was on this day or a
	// later one.
	SetLastViewed(ctx context.Context, id MediaID, now time.Time) error
	// SetLastViewedByStudent is the same of a student's view.
	SetLastViewedByStudent(ctx context.Context, id MediaID, now time.Time) error
	// MakeSecret stores a key of the library's, unless there is one of that name, and
	// returns the one that is there.
	MakeSecret(ctx context.Context, name string, fresh []byte) ([]byte, error)
}

// ViewBatch is what a player reports of one session. Its pieces may come in any order,
// and again: one of a sequence number that has arrived changes nothing.
type ViewBatch struct {
	Perspective uuid.UUID
	Client      string // the session, as the player calls it
	Pieces      []ViewPiece
	Ticket      *string // says who watches, where the actor is nobody

	issued  time.Time // when the ticket was; zero without one
	arrived time.Time // to less than the whole seconds of the library's other times
}

// ViewPiece is some of what was watched in a session.
type ViewPiece struct {
	Sequence  int64
	Intervals []Interval
}

// Interval is a stretch of a media item, in seconds from its beginning.
type Interval struct{ Start, End float64 }

// check refuses intervals that run backwards or are none, and, where the length is
// known, those past the end. A player knows the end less exactly than the library.
func (b ViewBatch) check(length Milliseconds) error {
	for i, piece := range b.Pieces {
		if piece.Sequence < 1 || piece.Sequence > maxSequence {
			return Invalid("views["+strconv.Itoa(i)+"].sequence", "must be 1 to %d", maxSequence)
		}
		for j, interval := range piece.Intervals {
			field := "views[" + strconv.Itoa(i) + "].intervals[" + strconv.Itoa(j) + "]"
			switch {
			case !(interval.Start >= 0 && interval.Start < interval.End && interval.End <= maxDuration+overrun.Seconds()):
				return Invalid(field, "must start before it ends, within the media item")
			case length > 0 && InMilliseconds(interval.End) > length+overrun:
				return Invalid(field, "ends at %g seconds, after the end of the media item at %g", interval.End, length.Seconds())
			}
		}
	}
	return nil
}

// RecordViews keeps what somebody watched. It is for who may play the media, by their
// token or by a ticket; an archived media is played by nobody.
func (l *Library) RecordViews(ctx context.Context, actor Actor, b ViewBatch) error {
	viewer, issued, err := l.viewer(ctx, actor, b)
	if err != nil {
		return err
	}
	b.issued, b.arrived = issued, l.clock()
	if err := b.check(0); err != nil {
		return err
	}
	return l.Change(ctx, viewer, func(c *Change) error { return c.recordViews(ctx, b) })
}

// viewer returns who sends a batch, and when the ticket that says so was issued.
func (l *Library) viewer(ctx context.Context, actor Actor, b ViewBatch) (viewer Actor, issued time.Time, err error) {
	switch {
	case may(actor, Watch, given{}):
		return actor, issued, nil
	case !actor.IsNobody():
		return Actor{}, issued, errNobodyWatches
	case b.Ticket == nil:
		return Actor{}, issued, errNotSignedIn
	}
	claim, err := l.readTicket(ctx, *b.Ticket)
	if err != nil {
		return Actor{}, issued, err
	}
	if claim.Perspective != b.Perspective {
		return Actor{}, issued, errBadTicket
	}
	viewer, err = view(ctx, l, actor, func(v *Snapshot) (Actor, error) { return claim.holder(ctx, v.in.Last()) })
	return viewer, claim.issued(), err
}

var errNobodyWatches = Forbidden("only people can view recordings")

// recordViews takes a batch: the session grows by what had not arrived, and what it
// grows by is added up for the person and for everyone, in their role and in all.
func (c *Change) recordViews(ctx context.Context, b ViewBatch) error {
	p, err := c.watched(ctx, b.Perspective, PlayMedia)
	if err != nil {
		return err
	}
	if err := p.playable(); err != nil {
		return err
	}
	length := InMilliseconds(p.media.Duration)
	if err := b.check(length); err != nil {
		return err
	}
	sums, err := c.lockInsights(ctx, p.ID, length)
	if err != nil {
		return err
	}
	s, others, err := c.session(ctx, p, b)
	if err != nil {
		return err
	}
	wasView := s.counts()
	seen, received := s.take(b.Pieces, length)
	switch {
	case !received:
		return nil
	case s.Watched > maxSession:
		return Invalid("views", "of one client_id must not exceed a year")
	case len(s.Received) > maxGaps:
		return Invalid("views", "of this client_id have too many gaps in their sequence")
	}
	if s.Watched == 0 {
		return nil // a row for nothing would be the caller's to make as often as they like
	}
	if wait := s.tooSoon(others, b.arrived); wait > 0 {
		return watchedTime.Reached(wait, "the views say that more was watched than there was time for since the ticket was issued")
	}
	if err := c.tx.SetViewSession(ctx, p.ID, c.actor.Person(), b.Client, s); err != nil {
		return err
	}
	more := viewed{role: s.Role, stretches: seen, counts: s.counts(), newView: s.counts() && !wasView}
	for _, stretch := range seen {
		more.watched += Milliseconds(stretch.To - stretch.From)
	}
	if more.watched == 0 {
		return nil
	}
	for _, of := range []Audience{Everyone, Audience(s.Role.String())} {
		if err := c.addUp(ctx, p, of, sums[of], more); err != nil {
			return err
		}
	}
	return c.setLastViewed(ctx, p.media, more)
}

// playable refuses what nobody plays: archived media, and perspectives in archived
// collections.
func (p watched) playable() error {
	if !p.media.Live() || p.Archived {
		return Forbidden("perspective %s is archived and cannot be played", p.ID)
	}
	return nil
}

// viewed is by what a batch makes a session grow.
type viewed struct {
	role      Role
	stretches []Span
	watched   Milliseconds
	counts    bool // the session is a view
	newView   bool // and was none before
}

// addUp adds what was watched to what the person watched and to the sums.
func (c *Change) addUp(ctx context.Context, p watched, of Audience, sums InsightSums, more viewed) error {
	sums.Length = InMilliseconds(p.media.Duration)
	v, err := c.tx.Viewing(ctx, p.ID, of, c.actor.Person())
	if err != nil {
		return err
	}
	before := v.slices(sums.Length)
	if more.counts || v.Views == 0 {
		v.LastRole, v.LastViewed = more.role, c.now
	}
	if more.newView {
		v.Views++
		sums.Views++
		if v.Views == 1 {
			sums.Viewers++
		}
	}
	v.Watched += more.watched
	sums.Watched += more.watched
	if v.Stretches = v.Stretches.With(more.stretches...); len(v.Stretches) > maxStretches {
		return Invalid("views", "have too many separate intervals")
	}
	for i, sees := range v.slices(sums.Length) {
		if sees && !before[i] {
			sums.Slices[i]++
		}
	}
	if err := c.tx.SetViewing(ctx, p.ID, of, c.actor.Person(), v); err != nil {
		return err
	}
	return c.tx.SetInsightSums(ctx, p.ID, of, sums)
}

// setLastViewed notes a view on the media, once a day. Its owner's views do not count.
func (c *Change) setLastViewed(ctx context.Context, m Media, more viewed) error {
	if !more.counts || m.Owner.ID == c.actor.Person() {
		return nil
	}
	if !onDayOf(m.LastViewed, c.now) {
		if err := c.tx.SetLastViewed(ctx, m.ID, c.now); err != nil {
			return err
		}
	}
	if more.role != Student || onDayOf(m.LastViewedByStudent, c.now) {
		return nil
	}
	return c.tx.SetLastViewedByStudent(ctx, m.ID, c.now)
}

func onDayOf(t *time.Time, now time.Time) bool {
	return t != nil && t.UTC().Format(time.DateOnly) == now.UTC().Format(time.DateOnly)
}
