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

// UploadLimits bounds the uploads that one person has started and not completed, 0 for no limit.
// They are of the owner, so an upload that an admin starts for somebody counts as that person's;
// but nothing limits an admin. An import does not count: nobody holds room for it, and it comes
// to its end by itself.
type UploadLimits struct {
	Count int
	Bytes int64 // of all these uploads together
}

// uploadWait is after how long somebody may try again who has reached a limit. It is up to them.
const uploadWait = time.Minute

// check says whether an actor may have a person's upload of so many bytes, besides the others.
// With 0 bytes it is one to be started, with less of an unknown size.
//
// The bytes that two requests bring at the same moment do not count for each other: what is too
// much by them is found at the next one.
func (l UploadLimits) check(ctx context.Context, in Reader, actor Actor, owner UserID, upload MediaID, size int64) error {
	if l == (UploadLimits{}) || may(actor, ActFor, given{inReach: true}) {
		return nil
	}
	uploads, bytes, err := in.WaitingUploads(ctx, owner, upload)
	switch {
	case err != nil:
		return err
	case l.Count > 0 && upload == 0 && uploads >= l.Count:
		return Limit{Name: "uploads", Quota: int64(l.Count)}.Reached(uploadWait,
			"you have %d uploads that are not completed, which is the limit; complete them, or delete their media items", uploads)
	case l.Bytes > 0 && bytes+max(size, 1) > l.Bytes:
		return Limit{Name: "upload-bytes", Quota: l.Bytes}.Reached(uploadWait,
			"your uploads that are not completed may have %s together; complete some of them, or delete their media items", SizeText(l.Bytes))
	}
	return nil
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
	if n.begins == EventStartUpload { // the lock of the owner keeps others of theirs from starting meanwhile
		if err := c.uploads.check(ctx, c.tx, c.actor, n.Owner, 0, 0); err != nil {
			return Media{}, err
		}
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
	_, err := uploaderOf(ctx, in, in.Last, m)
	return err
}

// uploaderOf returns who started an upload, or else its owner, where mayReceive says so. The
// last thing that it reads is from what last returns.
func uploaderOf(ctx context.Context, in Reader, last func() Reader, m Media) (Actor, error) {
	if !m.Live() {
		return Actor{}, errUploadArchived
	}
	by, err := in.UploadStarter(ctx, m.ID)
	if err != nil {
		return Actor{}, err
	}
	var u User
	if by == uuid.Nil {
		u, err = last().User(ctx, m.Owner.ID)
	} else {
		u, err = last().UserByUUID(ctx, by)
	}
	if KindOf(err) == KindNotFound || err == nil && !u.Active() {
		err = errUploaderGone
	}
	if err != nil {
		return Actor{}, err
	}
	starter := Person(u.ID, u.Roles, Credential{})
	if by == uuid.Nil {
		return starter, nil
	}
	// Whom a sub-account admin reaches was decided when the upload was started.
	if !may(starter, Upload, given{}) || !may(starter, ActFor, given{self: u.ID == m.Owner.ID, inReach: true}) {
		return Actor{}, errUploaderLost
	}
	return starter, nil
}

// mayBring says whether so many bytes may come for an upload, as [UploadLimits] and mayReceive
// say. A size below zero is not known.
func (l UploadLimits) mayBring(ctx context.Context, in Reader, m Media, size int64) error {
	if l.Bytes == 0 {
		return mayReceive(ctx, in, m)
	}
	starter, err := uploaderOf(ctx, in, func() Reader { return in }, m)
	if err != nil {
		return err
	}
	return l.check(ctx, in.Last(), starter, m.Owner.ID, m.ID, size)
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

// MayUpload returns the id of a media item that waits for so many bytes, or an unknown number
// below zero; any other is KindConflict, or KindNotFound, and KindForbidden as of
// [Library.FindUpload]. It is KindTooMany beyond [UploadLimits]. The signed
// address that receives the bytes authorizes them, and names the media item by its embed id.
func (l *Library) MayUpload(ctx context.Context, embed uuid.UUID, size int64) (MediaID, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (MediaID, error) {
		m, err := v.in.MediaByEmbed(ctx, embed)
		if err == nil && !m.State.can(EventReceive) {
			err = errUploadIsDone
		}
		if err == nil {
			err = l.settings.Uploads.mayBring(ctx, v.in, m, size)
		}
		return m.ID, err
	})
}

// Announce is [Library.MayUpload] for a resumable upload, whose bytes count from now on among those
// that [UploadLimits] bounds, in place of what was announced for the media item before. With 0 bytes,
// it takes back what was announced.
func (l *Library) Announce(ctx context.Context, embed uuid.UUID, size int64) (MediaID, error) {
	limits := l.settings.Uploads
	if limits.Bytes == 0 {
		return l.MayUpload(ctx, embed, size)
	}
	var id MediaID
	err := l.Change(ctx, Operator(), func(c *Change) error {
		m, err := c.tx.MediaByEmbed(ctx, embed)
		if err != nil {
			return err
		}
		// The lock of the owner keeps others of theirs from being announced meanwhile.
		if _, err := c.lockUsers(ctx, []UserID{m.Owner.ID}); err != nil {
			return err
		}
		if !m.State.can(EventReceive) {
			return errUploadIsDone
		}
		if size > 0 {
			if err := limits.mayBring(ctx, c.tx, m, size); err != nil {
				return err
			}
		}
		id = m.ID
		return c.tx.AnnounceUpload(ctx, m.ID, size)
	})
	return id, err
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
		if err := c.uploads.mayBring(ctx, c.tx, m, a.Size); err != nil { // since the first byte came
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
