package library

import (
	"context"
	"time"
)

// Clock tells the time; tests set their own.
type Clock func() time.Time

// Store keeps a library. Reads see one state of it each; a change is one transaction.
type Store interface {
	TokenReader
	UserReader
	CollectionReader
	MediaReader
	MediaSearcher
	AuditReader
	ShareReader
	GroupReader
	TagReader
	CourseReader
	EnrollmentReader
	PerspectiveReader
	ViewReader
	InsightReader
	CaptionReader
	CaptionRequestReader
	CaptionServiceReader
	FileReader
	ProcessingReader
	SweepReader

	// Change runs fn in one transaction and commits when fn returns nil. It runs fn
	// again when the database asks for a retry, so fn has no effects but on the Tx.
	Change(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction of a [Store]. What its Lock methods return stays as it is
// until the transaction ends. So that few changes wait for each other in a circle,
// locks are taken in one order: admins, captioning, sub-accounts, groups, courses,
// people, collections, media, and by id within a kind.
type Tx interface {
	TokenWriter
	UserWriter
	GroupWriter
	CourseWriter
	EnrollmentWriter
	CollectionWriter
	MediaWriter
	ShareWriter
	TagWriter
	TieReader
	PerspectiveWriter
	TransferWriter
	CaptionWriter
	CaptionRequestWriter
	CaptionServiceWriter
	AuditWriter
	ViewWriter
	FileWriter
	ProcessingWriter
	RunWriter
	JobWriter
}

// Library answers what may be read and changed. It is safe for concurrent use.
type Library struct {
	store    Store
	clock    Clock
	settings Settings
	watched  *watched
}

// Settings is what an institution decides for its library.
type Settings struct {
	// PublicEmbeds has the page at a media item's embed id play it for everyone who knows the
	// address.
	PublicEmbeds bool
}

// With returns the library under other settings.
func (l *Library) With(s Settings) *Library {
	return &Library{store: l.store, clock: l.clock, settings: s, watched: l.watched}
}

// New makes a library over a store. A nil clock is the system's.
func New(store Store, clock Clock) *Library {
	if clock == nil {
		clock = time.Now
	}
	return &Library{store: store, clock: clock, watched: newWatched()}
}

// Change is a change of the library in one transaction: each method is one use case,
// and what several of them do is done together or not at all.
type Change struct {
	tx    Tx
	actor Actor
	now   time.Time

	worked []MediaID // whose work has changed
}

// Change runs fn as one transaction on behalf of the actor. When fn fails, nothing
// has happened. fn may run more than once and has no effects but on its Change.
func (l *Library) Change(ctx context.Context, actor Actor, fn func(*Change) error) error {
	var c *Change
	err := l.store.Change(ctx, func(tx Tx) error {
		c = &Change{tx: tx, actor: actor, now: l.now()}
		return fn(c)
	})
	if err == nil {
		l.watched.wake(c.worked...)
	}
	return err
}

// now is the time in whole seconds, as the library keeps it.
func (l *Library) now() time.Time { return l.clock().UTC().Truncate(time.Second) }
