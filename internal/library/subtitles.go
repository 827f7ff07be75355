package library

import "context"

// Subtitles are the captions that a recording is played with.
type Subtitles struct {
	Duration float64       // of the recording, in seconds
	Captions []CaptionFile // the published ones, in the order of a menu
}

// Subtitles returns the published captions of a media item, without their texts. Like the
// item's files, they are for everyone who has the address of its folder, which the caller has
// checked. The key is that of the master playlist in the folder: an item that plays by
// another one has no captions for that address, since its id may have been given again after
// the database was restored. An archived one has none either. A deleted media
// item is KindNotFound.
func (l *Library) Subtitles(ctx context.Context, id MediaID, master string) (Subtitles, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (Subtitles, error) {
		m, err := v.in.Media(ctx, id)
		if err != nil {
			return Subtitles{}, err
		}
		files, err := filesOf(ctx, v.in, id)
		if err != nil || !m.Live() || files.master() != master {
			return Subtitles{Duration: m.Duration}, err
		}
		captions, err := v.in.Last().PublishedCaptionFiles(ctx, []MediaID{id})
		return Subtitles{Duration: m.Duration, Captions: captions[id]}, err
	})
}

// SubtitleText returns the text of published captions as SRT.
func (l *Library) SubtitleText(ctx context.Context, id CaptionFileID) (string, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) (string, error) {
		return v.in.Last().PublishedSRT(ctx, id)
	})
}
