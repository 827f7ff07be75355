package library

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// CaptionFileID is a caption file's id.
type CaptionFileID int64

// MaxCaptionBytes is the largest caption file that is taken.
const MaxCaptionBytes = 5 << 20

// SubtitleFormat is how a caption file was written when it came.
type SubtitleFormat string

// The formats that are read.
const (
	SRT    SubtitleFormat = "srt"
	WebVTT SubtitleFormat = "vtt"
)

// CaptionStatus is where captions are in their life.
type CaptionStatus string

// The stations of captions. Only those that are published or unpublished have a text.
const (
	CaptionPublished   CaptionStatus = "published"
	CaptionUnpublished CaptionStatus = "unpublished"
	CaptionProcessing  CaptionStatus = "processing" // asked for, and not there yet
	CaptionFailed      CaptionStatus = "failed"     // asked for, and could not be made
)

// CaptionProvider is who made captions.
type CaptionProvider string

// The providers.
const (
	CaptionsUploaded     CaptionProvider = "upload"
	CaptionsAutomatic    CaptionProvider = "automatic"
	CaptionsProfessional CaptionProvider = "professional"
)

// CaptionFile is captions of a media item in a language, without the text.
type CaptionFile struct {
	ID    CaptionFileID
	Media MediaID
	// MediaEmbedID is the embed id of the media item, which names it in addresses.
	MediaEmbedID uuid.UUID
	Language     Language
	Format       SubtitleFormat
	Status       CaptionStatus
	Provider     CaptionProvider
	CreatedAt    time.Time
}

// HasText says whether there are captions to read.
func (f CaptionFile) HasText() bool {
	return f.Status == CaptionPublished || f.Status == CaptionUnpublished
}

// CaptionText is a caption file that was read and found good. Package caption makes it.
type CaptionText struct {
	Format   SubtitleFormat
	Original []byte        // as it was uploaded
	SRT      string        // UTF-8 with plain newlines, at least one cue
	End      time.Duration // when the last cue to end does
	EndLine  int           // the line of the original at which that cue begins
}

// captionsPast is how far captions may run past the end of their media: players and
// tools round, and end the last cue a little late.
const captionsPast = 2 * time.Second

// checkInside refuses captions that run past the end of the media, where that is known.
func (t CaptionText) checkInside(m Media) error {
	length := time.Duration(m.Duration * float64(time.Second))
	if m.Duration == 0 || t.End <= length+captionsPast {
		return nil
	}
	return Invalid("caption_file", "line %d: the cue ends at %s, after the end of the media item at %s", t.EndLine, t.End, length)
}

// CaptionFilter bounds the inventory of captions; what is given is ANDed.
type CaptionFilter struct {
	Status   CaptionStatus // "" for every one
	Language Language      // with its regions: en counts for en-GB; "" for every one

	// Reach bounds the inventory to the media within this sub-account admin's reach. It
	// is set by the library, not by callers.
	Reach UserID
}

// CaptionReader is what reading captions needs of storage. The captions of a deleted
// media are not there.
type CaptionReader interface {
	// CaptionFile returns captions without the text, or KindNotFound.
	CaptionFile(ctx context.Context, id CaptionFileID) (CaptionFile, error)
	// PublicCaptionFile returns published captions without the text, and what matters of their
	// media item, or KindNotFound. Those of a deleted one are there too.
	PublicCaptionFile(ctx context.Context, id CaptionFileID) (CaptionFile, Standing, error)
	// PublishedCaptionFiles returns the published captions of each of these media, without
	// the text, the newest first.
	PublishedCaptionFiles(ctx context.Context, ids []MediaID) (map[MediaID][]CaptionFile, error)
	// PublishedSRT returns the text of captions that are published, or KindNotFound.
	PublishedSRT(ctx context.Context, id CaptionFileID) (string, error)
	// CaptionFilesOf returns all captions of a media item, the newest first.
	CaptionFilesOf(ctx context.Context, media MediaID) ([]CaptionFile, error)
	// CaptionSRT returns the text of captions that have one.
	CaptionSRT(ctx context.Context, id CaptionFileID) (string, error)
	// CaptionInventory returns the captions of all live media, the newest first.
	CaptionInventory(ctx context.Context, filter CaptionFilter, page Page) (Paged[CaptionFile], error)
	// MediaWithoutCaptions returns the live media that have no captions in the filter's
	// language, or in any, and none on their way: the newest first. The status in the
	// filter does not count.
	MediaWithoutCaptions(ctx context.Context, filter CaptionFilter, page Page) (Paged[Media], error)
}

// CaptionWriter is what changing captions needs of a transaction. The caller has locked
// their media item.
type CaptionWriter interface {
	// InsertCaptionFile stores captions; those that are still being made have no text.
	InsertCaptionFile(ctx context.Context, f CaptionFile, text *CaptionText) (CaptionFileID, error)
	// SetCaptionText gives captions a text, and the language and status of f.
	SetCaptionText(ctx context.Context, f CaptionFile, text CaptionText) error
	// SetCaptionStatus moves captions to another station of their life.
	SetCaptionStatus(ctx context.Context, id CaptionFileID, status CaptionStatus) error
	// DeleteCaptionFile removes captions.
	DeleteCaptionFile(ctx context.Context, id CaptionFileID) error
}

// CaptionFiles returns the captions of a media item, the newest first. Those that are not
// published are shown only to people who may change them.
func (l *Library) CaptionFiles(ctx context.Context, actor Actor, media MediaID) ([]CaptionFile, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]CaptionFile, error) {
		m, err := v.seeMedia(ctx, media, ReadMedia)
		if err != nil {
			return nil, err
		}
		files, err := v.in.Last().CaptionFilesOf(ctx, media)
		if err != nil || may(actor, WriteCaptions, m.Access.given()) {
			return files, err
		}
		published := make([]CaptionFile, 0, len(files))
		for _, f := range files {
			if f.Status == CaptionPublished {
				published = append(published, f)
			}
		}
		return published, nil
	})
}

// CaptionSRT returns the text of captions as SRT, whatever it came as. That of captions
// which are not published is for who may change them.
func (l *Library) CaptionSRT(ctx context.Context, actor Actor, id CaptionFileID) (string, error) {
	return view(ctx, l, actor, func(v *Snapshot) (string, error) {
		f, err := v.in.CaptionFile(ctx, id)
		if err != nil {
			return "", err
		}
		need := WriteCaptions
		if f.Status == CaptionPublished {
			need = ReadMedia
		}
		if _, err := v.seeMedia(ctx, f.Media, need); err != nil {
			return "", err
		}
		if !f.HasText() {
			return "", &Error{
				Kind: KindNotFound, Field: "caption_file_id", Message: "caption file " + idText(id) + " has no text: it is " + string(f.Status),
			}
		}
		return v.in.Last().CaptionSRT(ctx, id)
	})
}

// errNoCaptionAddress rejects an address of captions that does not open them, whatever the
// reason: a caller without a token does not learn what exists.
var errNoCaptionAddress = &Error{
	Kind: KindUnauthenticated, Message: "this caption address is wrong or has expired, or the captions are no longer public: an access token is required",
}

// PublicCaptionSRT returns the text of published captions as SRT to everyone who has a genuine
// address of them; the function says whether it is one. Everyone else, and captions that are
// unpublished or removed, get KindUnauthenticated. A genuine address of captions whose media item is
// deleted or archived says so, as the addresses of files do.
func (l *Library) PublicCaptionSRT(ctx context.Context, id CaptionFileID, genuine func(CaptionFile) bool) (string, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (string, error) {
		f, is, err := v.in.PublicCaptionFile(ctx, id)
		if KindOf(err) == KindNotFound || err == nil && !genuine(f) {
			return "", errNoCaptionAddress
		}
		if err == nil {
			err = is.mayServe(false)
		}
		if err != nil {
			return "", err
		}
		text, err := v.in.Last().PublishedSRT(ctx, id)
		if KindOf(err) == KindNotFound {
			err = errNoCaptionAddress
		}
		return text, err
	})
}

// CaptionLanguage is the language of captions, which helps to read their replacement;
// "" where the actor may not know.
func (l *Library) CaptionLanguage(ctx context.Context, actor Actor, id CaptionFileID) (Language, error) {
	return view(ctx, l, actor, func(v *Snapshot) (Language, error) {
		f, err := v.in.CaptionFile(ctx, id)
		if err == nil {
			_, err = v.seeMedia(ctx, f.Media, WriteCaptions)
		}
		if err == nil || KindOf(err) == KindInternal {
			return f.Language, err
		}
		return "", nil
	})
}

// CaptionInventory returns the captions of all live media. Only admins may call it; a
// sub-account admin gets those of the media within reach.
func (l *Library) CaptionInventory(
	ctx context.Context, actor Actor, filter CaptionFilter, page Page,
) (Paged[CaptionFile], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[CaptionFile], error) {
		filter, err := filter.within(actor)
		if err != nil {
			return Paged[CaptionFile]{}, err
		}
		return v.in.Last().CaptionInventory(ctx, filter, page)
	})
}

// MediaWithoutCaptions returns the live media that have no captions, in a language or
// at all, and none on their way. It is for the same people as CaptionInventory.
func (l *Library) MediaWithoutCaptions(
	ctx context.Context, actor Actor, filter CaptionFilter, page Page,
) (Paged[Media], error) {
	return view(ctx, l, actor, func(v *Snapshot) (Paged[Media], error) {
		filter, err := filter.within(actor)
		if err != nil {
			return Paged[Media]{}, err
		}
		return v.in.Last().MediaWithoutCaptions(ctx, filter, page)
	})
}

// within bounds a filter to the actor's reach.
func (f CaptionFilter) within(actor Actor) (CaptionFilter, error) {
	f.Reach = 0
	all, inReach := bounds(actor, ReadInventory)
	switch {
	case all:
		return f, nil
	case inReach:
		f.Reach = actor.Person()
		return f, nil
	}
	return f, Forbidden("only admins may list all captions")
}

// AddCaptions adds captions to a media item, which are published.
func (c *Change) AddCaptions(ctx context.Context, media MediaID, in Language, text CaptionText) (CaptionFile, error) {
	m, err := c.media(ctx, media, WriteCaptions)
	if err != nil {
		return CaptionFile{}, err
	}
	if err := text.checkInside(m); err != nil {
		return CaptionFile{}, err
	}
	f := CaptionFile{
		Media: media, MediaEmbedID: m.EmbedID, Language: in, Format: text.Format, Status: CaptionPublished, Provider: CaptionsUploaded,
		CreatedAt: c.now,
	}
	if f.ID, err = c.tx.InsertCaptionFile(ctx, f, &text); err != nil {
		return CaptionFile{}, err
	}
	return f, c.record(ctx, "caption_file", "create", idText(f.ID), nil, f.facts())
}

// ReplaceCaptions gives captions another text, and another language where one is named.
// They stay published or unpublished as they were.
func (c *Change) ReplaceCaptions(
	ctx context.Context, id CaptionFileID, in Language, text CaptionText,
) (CaptionFile, error) {
	f, m, err := c.captionFile(ctx, id)
	if err != nil {
		return CaptionFile{}, err
	}
	if !f.HasText() {
		return CaptionFile{}, f.hasNoText()
	}
	if err := text.checkInside(m); err != nil {
		return CaptionFile{}, err
	}
	before := f.facts()
	f.Format = text.Format
	if in != "" {
		f.Language = in
	}
	if err := c.tx.SetCaptionText(ctx, f, text); err != nil {
		return CaptionFile{}, err
	}
	return f, c.record(ctx, "caption_file", "replace", idText(id), before, f.facts())
}

// SetPublished publishes captions or takes them back; what is so already stays.
func (c *Change) SetPublished(ctx context.Context, id CaptionFileID, published bool) (CaptionFile, error) {
	f, _, err := c.captionFile(ctx, id)
	if err != nil {
		return CaptionFile{}, err
	}
	if !f.HasText() {
		return CaptionFile{}, f.hasNoText()
	}
	before, verb := f.Status, "publish"
	f.Status = CaptionPublished
	if !published {
		f.Status, verb = CaptionUnpublished, "unpublish"
	}
	if f.Status == before {
		return f, nil
	}
	if err := c.tx.SetCaptionStatus(ctx, id, f.Status); err != nil {
		return CaptionFile{}, err
	}
	return f, c.record(ctx, "caption_file", verb, idText(id), facts{"status": before}, facts{"status": f.Status})
}

// DeleteCaptions removes captions. Those that a service is still making stay until it
// is done.
func (c *Change) DeleteCaptions(ctx context.Context, id CaptionFileID) error {
	f, _, err := c.captionFile(ctx, id)
	if err != nil {
		return err
	}
	if f.Status == CaptionProcessing {
		return f.hasNoText()
	}
	if err := c.tx.DeleteCaptionFile(ctx, id); err != nil {
		return err
	}
	return c.record(ctx, "caption_file", "delete", idText(id), f.facts(), nil)
}

// captionFile locks the media of captions, asks for the level to change them, and
// returns both as they are under the lock.
func (c *Change) captionFile(ctx context.Context, id CaptionFileID) (CaptionFile, Media, error) {
	f, err := c.tx.CaptionFile(ctx, id)
	if err != nil {
		return CaptionFile{}, Media{}, err
	}
	m, err := c.media(ctx, f.Media, WriteCaptions)
	if KindOf(err) == KindNotFound { // the media went since, and its captions with it
		return CaptionFile{}, Media{}, NotFound("caption file", id)
	}
	if err != nil {
		return CaptionFile{}, Media{}, err
	}
	f, err = c.tx.CaptionFile(ctx, id)
	return f, m, err
}

// hasNoText says why something cannot be done with captions that have no text.
func (f CaptionFile) hasNoText() error {
	return Invalid("caption_file_id", "%d is the id of captions that are %s", f.ID, f.Status)
}

// facts is what the audit log records of captions.
func (f CaptionFile) facts() facts {
	return facts{
		"media_id": f.Media, "srclang": f.Language, "subtitle_format": f.Format, "status": f.Status, "provider": f.Provider,
	}
}
