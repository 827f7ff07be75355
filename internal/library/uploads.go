package library

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// The limits of an upload (the wire contract, section 7, and the library's rules,
// section 4).
const (
	// MaxUpload is the most bytes of one file, however it comes: by PUT, by tus or from an
	// address. The contract says 10 GB. Of what that may mean it is the larger, so that a
	// file fits that the sender's computer shows with 10 GB.
	MaxUpload  = 10 << 30
	UploadLife = 24 * time.Hour // of the address of a PUT
	// ResumableLife is that of the address of an upload in pieces: 10 GB take 24 hours at
	// 1 Mbit/s. It is as long as the media item waits for its bytes.
	ResumableLife = emptyUploadLife
	// UploadOverrun is how long bytes are still taken that a request sends whose address
	// has expired since it began.
	UploadOverrun  = 6 * time.Hour
	untitledUpload = "Untitled"
)

// SizeText is a number of bytes as limits are written: whole gigabytes of 2³⁰ bytes as "10 GB",
// and everything else in bytes.
func SizeText(bytes int64) string {
	if bytes > 0 && bytes%(1<<30) == 0 {
		return strconv.FormatInt(bytes>>30, 10) + " GB"
	}
	return strconv.FormatInt(bytes, 10) + " bytes"
}

// NewUpload is an upload to be begun.
type NewUpload struct {
	Owner UserID       // 0: the actor
	Home  CollectionID // 0: the owner's My Library
}

// StartUpload makes a media item that waits for its upload. It is for who may upload; for
// another person, by an admin.
func (c *Change) StartUpload(ctx context.Context, n NewUpload) (Media, error) {
	m, err := c.arrive(ctx, NewMedia{Owner: n.Owner, Home: n.Home, Title: untitledUpload, begins: EventStartUpload})
	if err == nil && c.room != nil {
		err = c.room(0)
	}
	if err != nil || !c.actor.IsPerson() {
		return m, err
	}
	return m, c.tx.InsertUpload(ctx, m.ID, c.actor.Person())
}

// arrive makes a media item whose bytes are to come.
func (c *Change) arrive(ctx context.Context, n NewMedia) (Media, error) {
	if n.Owner == 0 {
		n.Owner = c.actor.Person()
	}
	if !may(c.actor, Upload, given{}) {
		return Media{}, Forbidden("observers may not upload")
	}
	if err := c.mayActFor(ctx, n.Owner); err != nil {
		return Media{}, err
	}
	m, err := c.checkMedia(n)
	if err != nil {
		return Media{}, err
	}
	if _, err := c.lockUsers(ctx, []UserID{n.Owner}); err != nil {
		return Media{}, err
	}
	if m.Home == 0 {
		m.Home, err = c.tx.LibraryOf(ctx, n.Owner)
	} else {
		err = c.home(ctx, m.Home, n.Owner)
	}
	if err != nil {
		return Media{}, err
	}
	return c.insertMedia(ctx, m)
}

// Arrived is bytes that have come for a media item and are kept in the blob store.
type Arrived struct {
	Media    MediaID
	Key      string
	MIMEType string
	Size     int64  // bytes
	Checksum string // SHA-256 in hex
}

// original is the file that the bytes are.
func (a Arrived) original(now time.Time) MediaFile {
	return MediaFile{
		Kind: FileOriginal, Definition: string(FileOriginal), Key: a.Key, MIMEType: a.MIMEType,
		Size: a.Size, Checksum: a.Checksum, CreatedAt: now,
	}
}

var errUploadIsDone = &Error{Kind: KindConflict, Field: "media_id", Message: "the upload of this media item is already complete"}

// What ends the addresses of an upload.
var (
	errUploadArchived = &Error{
		Kind: KindForbidden, Field: "media_id", Message: "this media item is archived: unarchive it before you send its file",
	}
	errUploaderGone = &Error{
		Kind: KindForbidden, Message: "the person who started this upload was deactivated or deleted: somebody else has to start it again",
	}
	errUploaderLost = &Error{
		Kind: KindForbidden, Message: "the person who started this upload may not upload here any more: start it again as somebody who may",
	}
)

// mayReceive says whether the addresses of an upload still work: the media item is not archived,
// and who started it may still do so. Where that is not known, as with uploads of older
// programs, its owner has to be active.
func mayReceive(ctx context.Context, in Reader, m Media) error {
	if !m.Live() {
		return errUploadArchived
	}
	by, err := in.UploadStarter(ctx, m.ID)
	if err != nil {
		return err
	}
	var u User
	if by == uuid.Nil {
		u, err = in.Last().User(ctx, m.Owner.ID)
	} else {
		u, err = in.Last().UserByUUID(ctx, by)
	}
	switch {
	case KindOf(err) == KindNotFound || err == nil && !u.Active():
		return errUploaderGone
	case err != nil || by == uuid.Nil:
		return err
	}
	starter := Person(u.ID, u.Roles, Credential{})
	// Whom a sub-account admin reaches was decided when the upload was started.
	if !may(starter, Upload, given{}) || !may(starter, ActFor, given{self: u.ID == m.Owner.ID, inReach: true}) {
		return errUploaderLost
	}
	return nil
}

// FindUpload returns the id of the media item with an embed id, or KindNotFound. It is
// KindForbidden where the addresses of its upload work no more.
func (l *Library) FindUpload(ctx context.Context, embed uuid.UUID) (MediaID, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (MediaID, error) {
		m, err := v.in.MediaByEmbed(ctx, embed)
		if err == nil {
			err = mayReceive(ctx, v.in, m)
		}
		return m.ID, err
	})
}

// MayUpload returns the id of a media item that waits for its bytes; any other is
// KindConflict, or KindNotFound, and KindForbidden as of [Library.FindUpload]. The signed
// address that receives the bytes authorizes them, and names the media item by its embed id.
func (l *Library) MayUpload(ctx context.Context, embed uuid.UUID) (MediaID, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (MediaID, error) {
		m, err := v.in.MediaByEmbed(ctx, embed)
		if err == nil && !m.State.can(EventReceive) {
			err = errUploadIsDone
		}
		if err == nil {
			err = mayReceive(ctx, v.in, m)
		}
		return m.ID, err
	})
}

// Uploaded records the bytes that arrived for the media item with this embed id. They replace
// those that arrived before, whose key it returns, or "". If it fails, the bytes belong to no
// media item. It is KindNotFound if the id belongs to another media item by now.
func (l *Library) Uploaded(ctx context.Context, embed uuid.UUID, a Arrived) (replaced string, err error) {
	err = l.Change(ctx, Operator(), func(c *Change) error {
		m, err := c.tx.LockMedia(ctx, a.Media)
		if err != nil {
			return err
		}
		if m.EmbedID != embed {
			return NotFound("media", a.Media)
		}
		if !m.State.can(EventReceive) {
			return errUploadIsDone
		}
		if err := mayReceive(ctx, c.tx, m); err != nil { // since the first byte came
			return err
		}
		files, err := c.tx.Files(ctx, m.ID)
		if err != nil {
			return err
		}
		before, _ := files.Of(FileOriginal)
		replaced = before.Key
		return c.setOriginal(ctx, m, a)
	})
	if err != nil {
		return "", err // it may be that nothing was replaced
	}
	return replaced, nil
}

func (c *Change) setOriginal(ctx context.Context, m Media, a Arrived) error {
	if a.Size < 1 {
		return Invalid("the body", "is empty: send the bytes of the file")
	}
	if err := c.tx.SetOriginal(ctx, m.ID, a.original(c.now)); err != nil {
		return err
	}
	return c.tx.SetMediaFacts(ctx, m.ID, m.Duration, a.Size)
}

// Completion is what is said of a media item once its bytes have come.
type Completion struct {
	Title       string
	Description *string
	AutoCaption bool
}

// CompleteUpload ends an upload: from here on the media item is everyone's who reaches it,
// and the library works on it. It is for its owner. One that is archived has to come back
// first, as before all else that has the library work on a media item.
func (c *Change) CompleteUpload(ctx context.Context, id MediaID, done Completion) (MediaAtHome, error) {
	m, err := c.liveMedia(ctx, id, FinishUpload)
	if err != nil {
		return MediaAtHome{}, err
	}
	if !m.State.can(EventComplete) {
		return MediaAtHome{}, errUploadIsDone
	}
	files, err := c.tx.Files(ctx, id)
	if err != nil {
		return MediaAtHome{}, err
	}
	if _, there := files.Of(FileOriginal); !there {
		return MediaAtHome{}, Invalid("media_id", "%d has no file yet; PUT it to the upload's url first", id)
	}
	if err := done.check(); err != nil {
		return MediaAtHome{}, err
	}
	if err := c.tx.SetMediaText(ctx, id, done.Title, done.Description); err != nil {
		return MediaAtHome{}, err
	}
	if err := c.queue(ctx, m, EventComplete, Job{Task: TaskPrepare, Media: id}); err != nil {
		return MediaAtHome{}, err
	}
	err = c.record(ctx, "media", "complete_upload", idText(id),
		facts{"title": m.Title, "transcoding_status": m.Status()}, facts{"title": done.Title, "transcoding_status": Queued})
	if err != nil {
		return MediaAtHome{}, err
	}
	return c.mediaAtHome(ctx, id)
}

func (d Completion) check() error {
	if err := CheckText("title", d.Title); err != nil {
		return err
	}
	if d.Description != nil && !isText(*d.Description) {
		return Invalid("description", "must be UTF-8 text without NUL")
	}
	return noAutoCaption(d.AutoCaption)
}

// noAutoCaption refuses what the library is set up without.
func noAutoCaption(wanted bool) error {
	if wanted {
		return &Error{
			Kind: KindNotImplemented, Field: "auto_caption", Message: "automatic captions are not available; omit auto_caption",
		}
	}
	return nil
}
