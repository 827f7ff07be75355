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
	if err := l.needMedia(ctx, actor, id, PlayMedia); err != nil {
		return Media{}, "", 0, err
	}
	m, err := l.store.Media(ctx, id)
	if err != nil {
		return Media{}, "", 0, err
	}
	home, err := l.store.HomePerspective(ctx, id)
	if err != nil {
		return Media{}, "", 0, err
	}
	ticket, life, err := l.ViewTicket(ctx, actor, home)
	return m, ticket, life, err
}

// Play returns the recording of an embed, to a person who has a ticket from
// [Library.EmbedTicket] and may still play the media; and, where embeds are public, to
// everyone.
func (l *Library) Play(ctx context.Context, embed uuid.UUID, ticket string) (Playing, error) {
	m, viewer, err := l.embedded(ctx, embed, ticket)
	if err != nil {
		return Playing{}, err
	}
	home, err := l.store.HomePerspective(ctx, m.ID)
	if err != nil {
		return Playing{}, err
	}
	captions, err := l.store.PublishedCaptionFiles(ctx, []MediaID{m.ID})
	if err != nil {
		return Playing{}, err
	}
	files, err := l.filesOf(ctx, m.ID)
	if err != nil {
		return Playing{}, err
	}
	work, err := l.store.MediaProcessing(ctx, m.ID)
	if err != nil {
		return Playing{}, err
	}
	work = work.of(m)
	p := Playing{
		Media: m, Perspective: home, Ticket: ticket, Captions: captions[m.ID], Files: files.toPlay(), Percent: int(work.Percent),
	}
	if m.Status() == External && work.URL != nil {
		p.External = ExternalPlayer{Provider: m.Source, URL: *work.URL}
	}
	if m.State == StateFailed && work.Message != nil {
		err := l.needMedia(ctx, viewer, m.ID, ReadFailure)
		if err == nil {
			p.Failure = *work.Message
		} else if KindOf(err) != KindForbidden {
			return Playing{}, err
		}
	}
	return p, nil
}

// PlayCaptions returns published captions of the recording of an embed, under the same
// conditions as [Library.Play].
func (l *Library) PlayCaptions(
	ctx context.Context, embed uuid.UUID, ticket string, id CaptionFileID,
) (CaptionsInWords, error) {
	m, _, err := l.embedded(ctx, embed, ticket)
	if err != nil {
		return CaptionsInWords{}, err
	}
	f, err := l.store.CaptionFile(ctx, id)
	if err != nil {
		return CaptionsInWords{}, err
	}
	if f.Media != m.ID {
		return CaptionsInWords{}, NotFound("caption file", id)
	}
	srt, err := l.store.PublishedSRT(ctx, id)
	return CaptionsInWords{CaptionFile: f, SRT: srt}, err
}

// embedded returns the media at an embed and who watches it.
func (l *Library) embedded(ctx context.Context, embed uuid.UUID, ticket string) (Media, Actor, error) {
	m, err := l.store.MediaByEmbed(ctx, embed)
	if err != nil {
		return Media{}, Actor{}, err
	}
	if ticket == "" {
		if !l.settings.PublicEmbeds || !m.Live() || m.State == StateWaiting {
			return Media{}, Actor{}, Forbidden("a ticket is required to play this recording")
		}
		return m, Actor{}, nil
	}
	home, err := l.store.HomePerspective(ctx, m.ID)
	if err != nil {
		return Media{}, Actor{}, err
	}
	viewer, err := l.ticketHolder(ctx, home, ticket)
	if err != nil {
		return Media{}, Actor{}, err
	}
	if err := l.needMedia(ctx, viewer, m.ID, PlayMedia); err != nil {
		return Media{}, Actor{}, err
	}
	if !m.Live() {
		return Media{}, Actor{}, Forbidden("this recording is archived and cannot be played")
	}
	return m, viewer, nil
}
