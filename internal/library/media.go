package library

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
)

// MediaID is a media item's id.
type MediaID int64

// TranscodingStatus is where a media item is in its life cycle as the wire tells it (the
// library's rules, section 4). It follows from the [State].
type TranscodingStatus string

// The statuses.
const (
	WaitingForUpload TranscodingStatus = "waiting_for_upload"
	Queued           TranscodingStatus = "queued"
	Transcoding      TranscodingStatus = "transcoding"
	Finished         TranscodingStatus = "finished"
	Failed           TranscodingStatus = "failed"
	External         TranscodingStatus = "external"
)

var transcodingStatuses = []TranscodingStatus{WaitingForUpload, Queued, Transcoding, Finished, Failed, External}

// Source is where a media item came from.
type Source string

// The sources of media.
const (
	SourceUpload    Source = "upload"
	SourceURL       Source = "url"
	SourceYouTube   Source = "youtube"
	SourceVimeo     Source = "vimeo"
	SourceRecording Source = "recording"
)

var sources = []Source{SourceUpload, SourceURL, SourceYouTube, SourceVimeo, SourceRecording}

// Media is one recording.
type Media struct {
	ID                  MediaID
	Owner               UserBrief // of a new one only the ID counts
	Home                CollectionID
	Title               string
	Description         *string
	Duration            float64 // seconds, 0 until known
	Size                int64   // bytes of the original, 0 until known
	Source              Source
	State               State
	EmbedID             uuid.UUID // cannot be guessed
	CreatedAt           time.Time
	ArchivedAt          *time.Time    // nil while live
	ArchivedWith        *CollectionID // the collection whose archiving took it
	LastViewed          *time.Time    // by anyone but the owner
	LastViewedByStudent *time.Time
}

// Status is the media item's state as the wire has it.
func (m Media) Status() TranscodingStatus { return m.State.Status() }

// Live says whether the media item is not archived.
func (m Media) Live() bool { return m.ArchivedAt == nil }

// MediaWithPermission is a media item and what somebody may do with it.
type MediaWithPermission struct {
	Media
	Permission Permission
}

// MediaAtHome is a media item and its home, with what somebody may do with that.
type MediaAtHome struct {
	Media
	Collection CollectionWithPermission
}

// MediaReader is what reading media needs of storage. Archived and deleted media are
// in no list, and those that wait for their upload in their owner's only.
type MediaReader interface {
	// UserMedia returns all media that a person reaches by any way, once each, with
	// the highest permission: the newest first, ties by id descending. An unknown
	// person is KindNotFound. Rows, permissions and the total are of one state of
	// the library.
	UserMedia(ctx context.Context, user UserID, page Page) (Paged[MediaWithPermission], error)
	// Media returns a media item that is not deleted, or KindNotFound.
	Media(ctx context.Context, id MediaID) (Media, error)
	// CollectionMedia returns the live media in a live collection: the newest first, ties
	// by id descending. Of those that wait for their upload, the viewer gets their own.
	CollectionMedia(ctx context.Context, viewer UserID, in CollectionID, page Page) (Paged[Media], error)
	// ArchivedMedia returns, in the same order, the archived media in a collection that
	// pass, given what decides what the person may do with each.
	ArchivedMedia(
		ctx context.Context, user UserID, in CollectionID, pass func(MediaAccess) bool, page Page,
	) (Paged[Media], error)
	// SeenMedia returns a media item that is not deleted with what decides what a person may do
	// with it, or KindNotFound.
	SeenMedia(ctx context.Context, user UserID, id MediaID) (SeenMedia, error)
	// MediaReachers returns everyone who has one of these ways to a media item or owns it,
	// by id descending, with those of these ways that they have.
	MediaReachers(ctx context.Context, m Media, by WaysToMedia) ([]MediaReacher, error)
}

// WaysToMedia are ways that a search for people goes, so that storage reads nobody else.
type WaysToMedia struct {
	AtHome    []Way // direct ones, and those through the home of the media item
	Elsewhere []Way // those of AtHome that also count through other collections
	ByRole    bool  // some of them are roles in a course
}

// waysThatGive are those of which each alone gives a level.
func waysThatGive(least Permission) (ways WaysToMedia) {
	for _, w := range append(courseRoles[:], WayView, WayEdit, WayOwner) {
		level := w.Level()
		if level.Through(true) < least {
			continue
		}
		ways.AtHome = append(ways.AtHome, w)
		ways.ByRole = ways.ByRole || slices.Contains(courseRoles[:], w)
		if level.Through(false) >= least {
			ways.Elsewhere = append(ways.Elsewhere, w)
		}
	}
	return ways
}

// SeenMedia is a media item with all that decides what somebody may do with it.
type SeenMedia struct {
	Media
	Access      MediaAccess
	Perspective uuid.UUID // in its home, where its views count
}

// MediaReacher is a person and what decides their permission on one media item.
type MediaReacher struct {
	User
	Access MediaAccess
}

// MediaWriter is what changing media needs of a transaction. Each method makes stale
// the lists that its change reaches.
type MediaWriter interface {
	// LockMedia locks and returns a media item that is not deleted, or KindNotFound.
	LockMedia(ctx context.Context, id MediaID) (Media, error)
	// LockMediaAtHome locks and returns the media at home in a collection, by id.
	LockMediaAtHome(ctx context.Context, home CollectionID) ([]Media, error)
	// LockMediaOf locks and returns the media that a person owns, by id.
	LockMediaOf(ctx context.Context, owner UserID) ([]Media, error)
	// LockSeenMedia locks a media item that is not deleted, and returns it as SeenMedia does.
	LockSeenMedia(ctx context.Context, user UserID, id MediaID) (SeenMedia, error)
	// InsertMedia stores a media item with its perspective in its home.
	InsertMedia(ctx context.Context, m Media) (MediaID, error)
	// SetMediaArchived archives the media, with the collection whose archiving takes
	// them or nil, or brings them back where at is nil.
	SetMediaArchived(ctx context.Context, ids []MediaID, at *time.Time, with *CollectionID) error
	// SetMediaDeleted puts media into the recycle bin.
	SetMediaDeleted(ctx context.Context, ids []MediaID, at time.Time) error
	// SetMediaOwner gives media to a person.
	SetMediaOwner(ctx context.Context, ids []MediaID, owner UserID) error
	// SetMediaState stores the state of a media item.
	SetMediaState(ctx context.Context, id MediaID, state State) error
	// MoveMedia changes a media item's home. Its home perspective moves along, or gives
	// way to the one that the new home holds already.
	MoveMedia(ctx context.Context, id MediaID, from, to CollectionID) error
}

// UserMedia returns all media that the user in question reaches, with that user's
// permissions, to those who may see the user's pages.
func (l *Library) UserMedia(
	ctx context.Context, actor Actor, user UserID, page Page,
) (Paged[MediaWithPermission], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[MediaWithPermission], error) {
		if err := v.maySeePagesOf(ctx, user); err != nil {
			return Paged[MediaWithPermission]{}, err
		}
		return v.in.UserMedia(ctx, user, page)
	})
}

// Media returns one media item with its home to those who reach it.
func (l *Library) Media(ctx context.Context, actor Actor, id MediaID) (MediaAtHome, error) {
	return view(ctx, l, actor, func(v *Snapshot) (MediaAtHome, error) {
		m, err := v.seeMedia(ctx, id, ReadMedia)
		if err != nil {
			return MediaAtHome{}, err
		}
		return atHome(ctx, v.in.Last(), actor, m.Media)
	})
}

// atHome adds its home to a media item. A home is deleted together with what is at home in
// it. It takes one statement of the Reader.
func atHome(ctx context.Context, in Reader, actor Actor, m Media) (MediaAtHome, error) {
	homes, err := seen(ctx, in, actor, []CollectionID{m.Home})
	if err != nil {
		return MediaAtHome{}, err
	}
	home, found := homes[m.Home]
	if !found {
		return MediaAtHome{}, NotFound("media", m.ID)
	}
	return MediaAtHome{Media: m, Collection: home}, nil
}

// CollectionMedia returns the live media in a collection to those who have a way to it;
// or, where archived is asked for, those archived ones that the actor may unarchive.
func (l *Library) CollectionMedia(
	ctx context.Context, actor Actor, id CollectionID, archived bool, page Page,
) (Paged[Media], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[Media], error) {
		if _, err := v.seeCollection(ctx, id, ReadCollection); err != nil {
			return Paged[Media]{}, err
		}
		if !archived {
			return v.in.CollectionMedia(ctx, actor.Person(), id, page)
		}
		mayUnarchive := func(a MediaAccess) bool { return may(actor, ArchiveMedia, a.given()) }
		return v.in.Last().ArchivedMedia(ctx, actor.Person(), id, mayUnarchive, page)
	})
}

// MediaPermission returns a person's effective permission on a media item, which an
// admin's role alone does not raise, to those who may see their pages.
func (l *Library) MediaPermission(ctx context.Context, actor Actor, user UserID, id MediaID) (Permission, error) {
	return view(ctx, l, actor, func(v *Snapshot) (Permission, error) {
		if err := v.maySeePagesOf(ctx, user); err != nil {
			return NoPermission, err
		}
		m, err := v.in.Last().SeenMedia(ctx, user, id)
		return m.Access.Permission(), err
	})
}

// MediaUsers returns everyone who reaches a media item directly or indirectly and may do at
// least so much with it, by id descending, to those who may list its shares. It is the
// answer of [Library.MediaPermission] for everybody at once.
func (l *Library) MediaUsers(
	ctx context.Context, actor Actor, id MediaID, least Permission,
) ([]UserWithPermission, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]UserWithPermission, error) {
		m, err := v.seeMedia(ctx, id, ListShares)
		if err != nil {
			return nil, err
		}
		reachers, err := v.in.Last().MediaReachers(ctx, m.Media, waysThatGive(least))
		users := make([]UserWithPermission, 0, len(reachers))
		for _, r := range reachers {
			if level := r.Access.Permission(); level >= least && level > NoPermission {
				users = append(users, UserWithPermission{User: r.User, Permission: level})
			}
		}
		return users, err
	})
}

// seeMedia returns a media item to who may do with it what they need. A media item that is not there
// is KindNotFound, one that the actor may not KindForbidden.
func (v *Snapshot) seeMedia(ctx context.Context, id MediaID, need Need) (SeenMedia, error) {
	m, err := v.in.SeenMedia(ctx, v.actor.Person(), id)
	if err == nil && !may(v.actor, need, m.Access.given()) {
		err = needsOnMedia(need, id)
	}
	return m, err
}

func needsOnMedia(need Need, id MediaID) error {
	return Forbidden("this needs the permission %s on media %d", need.level(), id)
}

// NewMedia is a media item to be made.
type NewMedia struct {
	Owner       UserID
	Home        CollectionID // 0: the owner's My Library
	Title       string
	Description *string
	Duration    float64           // seconds
	Size        int64             // bytes
	Source      Source            // empty: SourceUpload
	Status      TranscodingStatus // empty: Finished
	CreatedAt   time.Time         // zero: now
	begins      Event             // empty: it is created with the status
}

// CreateMedia makes a media item in its home: one's own My Library, a collection one may
// add to, or, by an admin, anyone's.
func (c *Change) CreateMedia(ctx context.Context, n NewMedia) (Media, error) {
	m, err := c.checkMedia(n)
	if err != nil {
		return Media{}, err
	}
	if !may(c.actor, CreateMediaFor, given{self: n.Owner == c.actor.Person()}) {
		return Media{}, Forbidden("only admins may create media items for other people")
	}
	if _, err := c.lockUsers(ctx, []UserID{n.Owner}); err != nil {
		return Media{}, err
	}
	if m.Home == 0 {
		if m.Home, err = c.tx.LibraryOf(ctx, n.Owner); err != nil {
			return Media{}, err
		}
	}
	if err := c.home(ctx, m.Home, n.Owner); err != nil {
		return Media{}, err
	}
	return c.insertMedia(ctx, m)
}

func (c *Change) insertMedia(ctx context.Context, m Media) (Media, error) {
	var err error
	if m.ID, err = c.tx.InsertMedia(ctx, m); err != nil {
		return Media{}, err
	}
	return m, c.record(ctx, "media", "create", idText(m.ID), nil, m.facts())
}

func (c *Change) checkMedia(n NewMedia) (Media, error) {
	m := Media{
		Owner: UserBrief{ID: n.Owner}, Home: n.Home, Title: n.Title, Description: n.Description,
		Duration: n.Duration, Size: n.Size, Source: n.Source,
		EmbedID: uuid.New(), CreatedAt: c.timeOr(n.CreatedAt),
	}
	if m.Source == "" {
		m.Source = SourceUpload
	}
	if n.Status == "" {
		n.Status = Finished
	}
	if n.begins == "" {
		n.begins = loadedAs + Event(n.Status)
	}
	var can bool
	m.State, can = unborn.after(n.begins)
	if err := CheckText("title", n.Title); err != nil {
		return Media{}, err
	}
	switch {
	case n.Description != nil && !isText(*n.Description):
		return Media{}, Invalid("description", "must be UTF-8 text without NUL")
	case !(n.Duration >= 0 && n.Duration <= maxDuration):
		return Media{}, Invalid("duration", "must be 0 to %d seconds", int(maxDuration))
	case n.Size < 0:
		return Media{}, Invalid("size", "must be 0 bytes or more")
	case !slices.Contains(sources, m.Source):
		return Media{}, Unknown("source", string(m.Source), sources...)
	case !can:
		return Media{}, Unknown("transcoding_status", string(n.Status), transcodingStatuses...)
	}
	return m, nil
}

// maxDuration bounds a media item's length in seconds: a year, which no recording nears
// and which leaves every sum of lengths exact.
const maxDuration = 365 * 24 * 3600

// wholeMilliseconds is a length that was measured, in seconds, as a media item has it:
// sums of fractions make digits that mean nothing.
func wholeMilliseconds(duration float64) float64 {
	return math.Round(min(max(duration, 0), maxDuration)*1000) / 1000
}

// media locks a media item and returns it to who may do with it what they need.
func (c *Change) media(ctx context.Context, id MediaID, need Need) (Media, error) {
	m, err := c.tx.LockSeenMedia(ctx, c.actor.Person(), id)
	if err == nil && !may(c.actor, need, m.Access.given()) {
		err = needsOnMedia(need, id)
	}
	return m.Media, err
}

// liveMedia is media for what archived media are not open to.
func (c *Change) liveMedia(ctx context.Context, id MediaID, need Need) (Media, error) {
	m, err := c.media(ctx, id, need)
	if err == nil && !m.Live() {
		err = Invalid("media", "%d is archived", id)
	}
	return m, err
}

func (c *Change) needOnMedia(ctx context.Context, m Media, need Need) error {
	if may(c.actor, need, given{}) {
		return nil
	}
	_, err := c.seeMedia(ctx, m.ID, need)
	return err
}

// mediaIDs is the ids of those media that pass the test, or of all where it is nil.
func mediaIDs(media []Media, pass func(Media) bool) []MediaID {
	ids := make([]MediaID, 0, len(media))
	for _, m := range media {
		if pass == nil || pass(m) {
			ids = append(ids, m.ID)
		}
	}
	return ids
}
