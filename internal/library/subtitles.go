package library

import (
	"context"

	"github.com/google/uuid"
)

// Subtitles are the captions that a recording is played with.
type Subtitles struct {
	Duration float64       // of the recording, in seconds
	Captions []CaptionFile // the published ones, in the order of a menu
}

// Subtitles returns the published captions of a media item, without their texts. Like the
// item's files, they are for everyone who has the address of its folder, which the caller
// has checked. The folder is named by its generation, the run that created the renditions:
// an item with another one has no captions for that address, since its id may have been
// given again after the database was restored. An archived one has none either. A deleted media
// item is KindNotFound.
func (l *Library) Subtitles(ctx context.Context, id MediaID, generation uuid.UUID) (Subtitles, error) {
	m, err := l.store.Media(ctx, id)
	if err != nil {
		return Subtitles{}, err
	}
	files, err := l.filesOf(ctx, id)
	if err != nil || !m.Live() || files.generation() != generation {
		return Subtitles{Duration: m.Duration}, err
	}
	captions, err := l.store.PublishedCaptionFiles(ctx, []MediaID{id})
	return Subtitles{Duration: m.Duration, Captions: captions[id]}, err
}

// SubtitleText returns the text of published captions as SRT.
func (l *Library) SubtitleText(ctx context.Context, id CaptionFileID) (string, error) {
	return l.store.PublishedSRT(ctx, id)
}
