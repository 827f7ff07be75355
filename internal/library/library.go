package library

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Clock tells the time; tests set their own.
type Clock func() time.Time

// Store keeps a library.
type Store interface {
	// View runs fn, which reads one state of the library: that of its first reading. A view
	// that reads nothing costs nothing. It runs fn again when the database asks for
	// a retry, so fn has no effects but its results.
	View(ctx context.Context, fn func(Reader) error) error

	// Change runs fn in one transaction and commits when fn returns nil. It runs fn
	// again when the database asks for a retry, so fn has no effects but on the Tx.
	Change(ctx context.Context, fn func(Tx) error) error

	// TokenOwner returns the token with this hash whose person is active. Revocation,
	// deactivation and deletion act at once: what is cached must not outlive them.
	// No such token is a KindNotFound error.
	TokenOwner(ctx context.Context, hash TokenHash) (TokenOwner, error)
	// Standing says whether a media item is there, and not archived. An ending acts at once:
	// what is cached must not outlive it.
	Standing(ctx context.Context, id MediaID) (Standing, error)
	// TokenUsed has the last use of a token written, some time later and together with
	// others'. It returns at once and cannot fail: who uses a token does not wait for a
	// note about it, and a use that cannot be written is lost.
	TokenUsed(id TokenID, at time.Time)
	// SetProgress records the progress of a run, and is false when the media item is gone or
	// another run has it.
	SetProgress(ctx context.Context, id MediaID, run uuid.UUID, percent int64, at time.Time) (bool, error)
}

// Reader reads one state of the library.
type Reader interface {
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
	SigningKeyReader

	// Last returns the Reader for the last reading of a view, one method: after it nothing
	// may be read. So the view need not be ended by itself. In a change it is the same Reader.
	Last() Reader
}

// Tx is one transaction of a [Store], which reads what it has changed. What its Lock
// methods return stays as it is until the transaction ends. So that few changes wait for
// each other in a circle, locks are taken in one order: admins, captioning, sub-accounts,
// groups, courses, people, collections, media, signing keys, and by id within a kind.
type Tx interface {
	Reader
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
	SigningKeyWriter
	JobWriter
}

// Library answers what may be read and changed. It is safe for concurrent use.
type Library struct {
	store    Store
	clock    Clock
	settings Settings
	room     Room
	waiting  *waiting
	seals    *sealing
}

// Settings is what an institution decides for its library.
type Settings struct {
	// PublicEmbeds has the page at a media item's embed id play it for everyone who knows the
	// address.
	PublicEmbeds bool
	// Uploads bounds what one person may have started to upload and not completed.
	Uploads UploadLimits
}

// With returns the library under other settings.
func (l *Library) With(s Settings) *Library {
	return &Library{store: l.store, clock: l.clock, settings: s, room: l.room, waiting: l.waiting, seals: l.seals}
}

// New makes a library over a store. A nil clock is the system's.
func New(store Store, clock Clock) *Library {
	if clock == nil {
		clock = time.Now
	}
	return &Library{store: store, clock: clock, waiting: newWaiting(), seals: &sealing{}}
}

// Snapshot is what an actor reads of one state of the library.
type Snapshot struct {
	in    Reader
	actor Actor
}

// View runs fn on one state of the library on behalf of the actor. fn may run more than
// once and has no effects but its results.
func (l *Library) View(ctx context.Context, actor Actor, fn func(*Snapshot) error) error {
	return l.store.View(ctx, func(in Reader) error { return fn(&Snapshot{in: in, actor: actor}) })
}

// view is [Library.View] for one result.
func view[T any](ctx context.Context, l *Library, actor Actor, fn func(*Snapshot) (T, error)) (result T, err error) {
	err = l.View(ctx, actor, func(v *Snapshot) (err error) {
		result, err = fn(v)
		return err
	})
	return result, err
}

// Change is a change of the library in one transaction: each method is one use case,
// and what several of them do is done together or not at all.
type Change struct {
	Snapshot

	tx      Tx
	now     time.Time
	room    Room // nil where it is not looked after
	uploads UploadLimits

	worked []MediaID // whose work has changed
}

// Change runs fn as one transaction on behalf of the actor. When fn fails, nothing
// has happened. fn may run more than once and has no effects but on its Change.
func (l *Library) Change(ctx context.Context, actor Actor, fn func(*Change) error) error {
	var c *Change
	err := l.store.Change(ctx, func(tx Tx) error {
		c = &Change{Snapshot: Snapshot{in: tx, actor: actor}, tx: tx, now: l.now(), room: l.room, uploads: l.settings.Uploads}
		return fn(c)
	})
	if err == nil {
		l.waiting.wake(c.worked...)
	}
	return err
}

// now is the time in whole seconds, as the library keeps it.
func (l *Library) now() time.Time { return l.clock().UTC().Truncate(time.Second) }

// timeOr is the time given, in whole seconds, or now where none is.
func (c *Change) timeOr(t time.Time) time.Time {
	if t.IsZero() {
		return c.now
	}
	return t.UTC().Truncate(time.Second)
}
