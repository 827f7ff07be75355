package library

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Playing is a media item as a player shows it to somebody who may play it. The media item's
// status decides which of the rest is there: Files where it is finished, External where
// it is external, Percent while it is transcoded, Failure where that failed.
type Playing struct {
	Media       Media
	Perspective uuid.UUID     // where its views count
	Ticket      string        // with which views are reported; "" where none are
	Captions    []CaptionFile // the published ones, in the order of a menu
	Percent     int           // of the transcoding that is done, 0 to 100
	Failure     string        // why it failed, in a sentence; "" for who may not edit the media
	External    ExternalPlayer
	Files       PlayFiles
}

// ExternalPlayer is somebody else's player, which shows a media item that is kept there.
type ExternalPlayer struct {
	Provider Source // SourceYouTube or SourceVimeo
	URL      string // of the media there
}

// PlayFiles is the keys of what one run of transcoding made of a media item; the key of a file
// that does not exist is "".
type PlayFiles struct {
	HLS       string // the master playlist
	MP4       string // for where HLS does not play
	Poster    string // a picture of the film, or the cover of a sound
	Waveform  string // a picture of a sound
	Sprites   string // WebVTT whose cues are pieces of a picture, for the scrub bar
	AudioOnly bool   // there is nothing to see
}

// toPlay is the files as a player takes them. What a browser plays without help is the
// file that the best segments are pieces of.
func (fs MediaFiles) toPlay() PlayFiles {
	var p PlayFiles
	if fs.master() == "" {
		return p
	}
	key := func(kind FileKind) string {
		f, _ := fs.Of(kind)
		return f.Key
	}
	p.HLS, p.MP4 = key(FileHLSMaster), key(FileHLSMedia)
	p.Poster, p.Waveform, p.Sprites = key(FileThumbnail), key(FileWaveform), key(FileSpriteMap)
	if thumbnail, _ := fs.Of(FileThumbnail); thumbnail.Definition == drawnThumbnail {
		p.Poster = "" // the waveform is there itself
	}
	media, _ := fs.Of(FileHLSMedia)
	p.AudioOnly = media.Height == 0
	return p
}

// EmbedTicket makes a ticket with which the actor plays a media item without their token,
// and says how long it is valid. Only people who may play the media item may call it.
func (l *Library) EmbedTicket(ctx context.Context, actor Actor, id MediaID) (Media, string, time.Duration, error) {
	var m SeenMedia
	user, err := view(ctx, l, actor, func(v *Snapshot) (user uuid.UUID, err error) {
		if m, err = v.seeMedia(ctx, id, PlayMedia); err != nil {
			return uuid.UUID{}, err
		}
		return v.mayWatch(ctx, m.atHome())
	})
	if err != nil {
		return Media{}, "", 0, err
	}
	ticket, life, err := l.ticket(ctx, m.Perspective, user)
	return m.Media, ticket, life, err
}

// atHome is the perspective of a media item in its home, which is archived no longer than the
// media is.
func (m SeenMedia) atHome() watched {
	return watched{WatchedPerspective{ID: m.Perspective, Media: m.ID, Collection: m.Home}, m.Media}
}

// Play returns the recording of an embed, to a person who has a ticket from
// [Library.EmbedTicket] and may still play the media; and, where embeds are public, to
// everyone.
func (l *Library) Play(ctx context.Context, embed uuid.UUID, ticket string) (Playing, error) {
	shown := l.show(ctx, ticket)
	return view(ctx, l, Actor{}, func(v *Snapshot) (Playing, error) {
		m, viewer, err := v.embedded(ctx, embed, shown)
		if err != nil {
			return Playing{}, err
		}
		captions, err := v.in.PublishedCaptionFiles(ctx, []MediaID{m.ID})
		if err != nil {
			return Playing{}, err
		}
		files, err := filesOf(ctx, v.in, m.ID)
		if err != nil {
			return Playing{}, err
		}
		work, err := v.in.Last().Processing(ctx, m.ID)
		if err != nil {
			return Playing{}, err
		}
		work = work.of(m.Media)
		p := Playing{
			Media: m.Media, Perspective: m.Perspective, Ticket: ticket, Captions: captions[m.ID], Files: files.toPlay(),
			Percent: int(work.Percent),
		}
		if m.Status() == External && work.URL != nil {
			p.External = ExternalPlayer{Provider: m.Source, URL: *work.URL}
		}
		if m.State == StateFailed && work.Message != nil && may(viewer, ReadFailure, m.Access.given()) {
			p.Failure = *work.Message
		}
		return p, nil
	})
}

// PlayCaptions returns published captions of the recording of an embed, under the same
// conditions as [Library.Play].
func (l *Library) PlayCaptions(
	ctx context.Context, embed uuid.UUID, ticket string, id CaptionFileID,
) (CaptionsInWords, error) {
	shown := l.show(ctx, ticket)
	return view(ctx, l, Actor{}, func(v *Snapshot) (CaptionsInWords, error) {
		m, _, err := v.embedded(ctx, embed, shown)
		if err != nil {
			return CaptionsInWords{}, err
		}
		f, err := v.in.CaptionFile(ctx, id)
		if err != nil {
			return CaptionsInWords{}, err
		}
		if f.Media != m.ID {
			return CaptionsInWords{}, NotFound("caption file", id)
		}
		srt, err := v.in.Last().PublishedSRT(ctx, id)
		return CaptionsInWords{CaptionFile: f, SRT: srt}, err
	})
}

// shownTicket is what somebody shows who wants to watch an embed.
type shownTicket struct {
	isThere  bool
	claim    ticketClaim
	err      error // why the ticket is not good
	isPublic bool  // whether embeds play without one
}

// show reads the ticket with which somebody wants to watch, "" for none. It is read before
// the view begins: reading the key again takes a database connection of its own.
func (l *Library) show(ctx context.Context, ticket string) shownTicket {
	if ticket == "" {
		return shownTicket{isPublic: l.settings.PublicEmbeds}
	}
	claim, err := l.readTicket(ctx, ticket)
	return shownTicket{isThere: true, claim: claim, err: err}
}

// embedded returns the media at an embed, as it is for who watches it, and who that is.
func (v *Snapshot) embedded(ctx context.Context, embed uuid.UUID, shown shownTicket) (SeenMedia, Actor, error) {
	if shown.err != nil { // first: nobody looks for embeds with a ticket that is not good
		return SeenMedia{}, Actor{}, shown.err
	}
	id, err := v.in.MediaIDByEmbed(ctx, embed)
	if err != nil {
		return SeenMedia{}, Actor{}, err
	}
	if !shown.isThere {
		m, err := v.in.SeenMedia(ctx, 0, id)
		if err == nil && (!shown.isPublic || !m.Live() || m.State == StateWaiting) {
			err = Forbidden("a ticket is required to play this recording")
		}
		return m, Actor{}, err
	}
	viewer, err := shown.claim.holder(ctx, v.in)
	if err != nil {
		return SeenMedia{}, Actor{}, err
	}
	m, err := v.in.SeenMedia(ctx, viewer.Person(), id)
	switch {
	case err != nil:
	case m.Perspective != shown.claim.Perspective:
		err = errBadTicket
	case !may(viewer, PlayMedia, m.Access.given()):
		err = needsOnMedia(PlayMedia, id)
	case !m.Live():
		err = Forbidden("this recording is archived and cannot be played")
	}
	return m, viewer, err
}
