package library

import "context"

// Subtitles are the captions that a recording is played with.
type Subtitles struct {
	Duration float64           // of the recording, in seconds
	Captions []CaptionsInWords // the published ones, in the order of a menu
}

// Subtitles returns the published captions of a media item. Like the item's files, they are for
// whoever has the address of its folder, which the caller has checked. The captions of a deleted
// media item are KindNotFound.
func (l *Library) Subtitles(ctx context.Context, id MediaID) (Subtitles, error) {
	m, err := l.store.Media(ctx, id)
	if err != nil {
		return Subtitles{}, err
	}
	captions, err := l.store.PublishedCaptions(ctx, []MediaID{id})
	if err != nil {
		return Subtitles{}, err
	}
	return Subtitles{Duration: m.Duration, Captions: captions[id]}, nil
}
