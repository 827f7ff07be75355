package library

import "github.com/google/uuid"

// Playing is a media as a player shows it to somebody who may play it. The media's
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

// ExternalPlayer is somebody else's player, which shows a media that is kept there.
type ExternalPlayer struct {
	Provider Source // SourceYouTube or SourceVimeo
	URL      string // of the page to put into a frame; https
}

// PlayFiles is what transcoding made of a media. The files are named within the folder
// of their generation, by slashed paths such as hls/master.m3u8; one that is not there
// is "". Whoever shows them knows the address of the folder.
type PlayFiles struct {
	Generation uuid.UUID
	HLS        string // the master playlist
	MP4        string // for where HLS does not play
	Poster     string // a picture of the film, or the cover of a sound
	Waveform   string // a picture of a sound
	Sprites    string // WebVTT whose cues are pieces of a picture, for the scrub bar
	AudioOnly  bool   // there is nothing to see
}
