package library

import (
	"context"
	"iter"
	"math"
	"mime"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// FileKind says what a file of a media item is for.
type FileKind string

// The kinds of files. Of a media item there is one original at most.
const (
	FileOriginal    FileKind = "original"     // the bytes as they came
	FileMP4         FileKind = "mp4"          // one file that plays everywhere, also audio alone
	FileHLSMaster   FileKind = "hls_master"   // the playlist of the playlists
	FileHLSPlaylist FileKind = "hls_playlist" // the segments of one rendition
	FileHLSMedia    FileKind = "hls_media"    // what the segments are pieces of
	FileThumbnail   FileKind = "thumbnail"
	FileWaveform    FileKind = "waveform"
	FileSprite      FileKind = "sprite"     // small pictures for the scrub bar, in one
	FileSpriteMap   FileKind = "sprite_map" // where in the sprite each of them is, as WebVTT
)

// plays says that a player cannot do without files of this kind.
func (k FileKind) plays() bool {
	return k == FileHLSMaster || k == FileHLSPlaylist || k == FileHLSMedia
}

// drawnThumbnail is the definition of a thumbnail that is the waveform of a sound, which came
// with no picture.
const drawnThumbnail = "waveform"

// MediaFile is an object in the blob store that belongs to a media item.
type MediaFile struct {
	Kind       FileKind
	Definition string // "original", the height as in "720p", or "audio"; of a thumbnail "" or drawnThumbnail
	Key        string // in the blob store; this package compares keys and does not read them
	MIMEType   string
	Width      int64 // pixels, 0 where it is no picture
	Height     int64
	Bitrate    int64  // bits per second, 0 where it is not known
	Size       int64  // bytes
	Checksum   string // SHA-256 in hex, of an original; else empty
	CreatedAt  time.Time
}

// Extension is how the name of the file ends, as in ".mov": by its type, or else as its key
// does; "" where neither says. It does not depend on what is installed on the machine.
func (f MediaFile) Extension() string {
	kind, _, _ := mime.ParseMediaType(f.MIMEType) // "" if it is not a media type
	if extension, known := extensions[kind]; known {
		return extension
	}
	return path.Ext(f.Key)
}

// extensions are those of what a person may have recorded, by type.
var extensions = map[string]string{
	"video/mp4": ".mp4", "audio/mp4": ".m4a", "audio/x-m4a": ".m4a", "video/x-m4v": ".m4v", "video/quicktime": ".mov",
	"video/webm": ".webm", "audio/webm": ".webm", "video/x-matroska": ".mkv", "audio/x-matroska": ".mka",
	"video/x-msvideo": ".avi", "video/mpeg": ".mpg", "video/mp2t": ".ts", "video/x-flv": ".flv", "video/3gpp": ".3gp",
	"video/x-ms-wmv": ".wmv", "audio/x-ms-wma": ".wma", "video/ogg": ".ogv", "audio/ogg": ".ogg", "audio/mpeg": ".mp3",
	"audio/aac": ".aac", "audio/flac": ".flac", "audio/x-flac": ".flac", "audio/wav": ".wav", "audio/x-wav": ".wav",
	"audio/aiff": ".aiff", "audio/x-aiff": ".aiff", "audio/amr": ".amr",
}

// MediaFiles is all files of one media item.
type MediaFiles []MediaFile

// Of returns the first file of a kind.
func (fs MediaFiles) Of(kind FileKind) (MediaFile, bool) {
	at := slices.IndexFunc(fs, func(f MediaFile) bool { return f.Kind == kind })
	if at < 0 {
		return MediaFile{}, false
	}
	return fs[at], true
}

// master is the key of the playlist of what plays; "" where nothing does. Each run that makes
// a media item play has a key of its own, so another key means that another run did.
func (fs MediaFiles) master() string {
	f, _ := fs.Of(FileHLSMaster)
	return f.Key
}

// Downloads returns the files that play everywhere by themselves, the best first.
func (fs MediaFiles) Downloads() []MediaFile {
	files := slices.DeleteFunc(slices.Clone(fs), func(f MediaFile) bool { return f.Kind != FileMP4 })
	slices.SortStableFunc(files, func(a, b MediaFile) int { return int(b.Height - a.Height) })
	return files
}

// toPicture is what to make the pictures of the scrub bar of, where a film plays without:
// its smallest download.
func (fs MediaFiles) toPicture() (MediaFile, bool) {
	media, plays := fs.Of(FileHLSMedia)
	_, has := fs.Of(FileSprite)
	downloads := fs.Downloads()
	if !plays || media.Height == 0 || has || len(downloads) == 0 {
		return MediaFile{}, false
	}
	return downloads[len(downloads)-1], true
}

// FileReader is what handing out files needs of storage.
type FileReader interface {
	// FilesOf returns the files of each of these media.
	FilesOf(ctx context.Context, ids []MediaID) (map[MediaID]MediaFiles, error)
	// MediaIDByEmbed returns the id of the media with an embed id, or KindNotFound.
	MediaIDByEmbed(ctx context.Context, embed uuid.UUID) (MediaID, error)
	// MediaByEmbed returns the media with an embed id, or KindNotFound.
	MediaByEmbed(ctx context.Context, embed uuid.UUID) (Media, error)
	// UploadStarter returns the UUID of the person who started the upload of a media item, or
	// uuid.Nil where that is not known.
	UploadStarter(ctx context.Context, id MediaID) (uuid.UUID, error)
	// WaitingUploads returns how many media items of a person wait for their uploads to be
	// completed, and how many bytes have come for them or are announced, all without one of them.
	WaitingUploads(ctx context.Context, owner UserID, without MediaID) (uploads int, bytes int64, err error)
}

// CaptionsInWords is published captions with their text.
type CaptionsInWords struct {
	CaptionFile
	SRT string
}

// FileWriter is what keeping files needs of a transaction.
type FileWriter interface {
	// InsertUpload records who started the upload of a media item.
	InsertUpload(ctx context.Context, id MediaID, by UserID) error
	// AnnounceUpload records how many bytes the last resumable upload of a media item has
	// announced. It does nothing where it is not known who started the upload.
	AnnounceUpload(ctx context.Context, id MediaID, size int64) error
	// Files returns the files of a media item.
	Files(ctx context.Context, id MediaID) (MediaFiles, error)
	// SetOriginal makes a file the original of a media item, and it alone.
	SetOriginal(ctx context.Context, id MediaID, f MediaFile) error
	// SetRenditions makes these the files of a media item except its original.
	SetRenditions(ctx context.Context, id MediaID, files []MediaFile) error
	// AddFiles adds files to those of a media item.
	AddFiles(ctx context.Context, id MediaID, files []MediaFile) error
	// ForgetFiles removes the rows of all files of these media.
	ForgetFiles(ctx context.Context, ids []MediaID) error
	// SetMediaFacts notes the length in seconds and the bytes of the original.
	SetMediaFacts(ctx context.Context, id MediaID, duration float64, size int64) error
	// SetMediaText changes what a person reads of a media item.
	SetMediaText(ctx context.Context, id MediaID, title string, description *string) error
}

// Standing is what matters of a media item to who has the address of one of its files.
type Standing uint8

// The standings.
const (
	StandingGone     Standing = iota // it is deleted, or never was
	StandingArchived                 // nobody plays it
	StandingLive
)

// What ends the addresses of files.
var (
	errFileGone     = &Error{Kind: KindNotFound, Message: "this recording was deleted"}
	errFileArchived = &Error{
		Kind: KindForbidden, Message: "this recording is archived and cannot be played: unarchive it to use this address again",
	}
)

// MayServe says whether the files of a media item are for who has the address of one, which
// the caller has checked. Nobody gets those of a deleted item. An archived one's are only for who
// got the address to download it while it was archived (the library's rules, section 3).
// Each request for a file calls it; it takes one statement by the item's key, or none.
func (l *Library) MayServe(ctx context.Context, id MediaID, downloadsArchived bool) error {
	is, err := l.store.Standing(ctx, id)
	if err == nil {
		err = is.mayServe(downloadsArchived)
	}
	return err
}

// mayServe is [Library.MayServe] where it is known how an item stands.
func (is Standing) mayServe(downloadsArchived bool) error {
	switch {
	case is == StandingGone:
		return errFileGone
	case is == StandingArchived && !downloadsArchived:
		return errFileArchived
	}
	return nil
}

// MediaSources returns the files that play a media item, the best first, to those who reach
// it. The original comes last, for those who may download it: not every browser plays it, and
// some programs take the first source that there is (the wire contract, section 2).
func (l *Library) MediaSources(ctx context.Context, actor Actor, id MediaID) ([]MediaFile, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]MediaFile, error) {
		m, err := v.seeMedia(ctx, id, PlayMedia)
		if err != nil {
			return nil, err
		}
		files, err := filesOf(ctx, v.in.Last(), id)
		if err != nil {
			return nil, err
		}
		sources := files.Downloads()
		original, there := files.Of(FileOriginal)
		if there && may(actor, DownloadMedia, m.Access.given()) {
			sources = append(sources, original)
		}
		return sources, nil
	})
}

// filesOf returns the files of one media. It takes one statement of the Reader.
func filesOf(ctx context.Context, in Reader, id MediaID) (MediaFiles, error) {
	files, err := in.FilesOf(ctx, []MediaID{id})
	return files[id], err
}

// Download returns the file of a media item in a quality: "best", a height as in "720p" or
// "720", or "original". Only owners, admins, and people with an embed that
// allows downloads may call it.
func (l *Library) Download(
	ctx context.Context, actor Actor, id MediaID, quality string,
) (m Media, f MediaFile, err error) {
	err = l.View(ctx, actor, func(v *Snapshot) error {
		m, f, err = v.download(ctx, id, quality)
		return err
	})
	return m, f, err
}

func (v *Snapshot) download(ctx context.Context, id MediaID, quality string) (Media, MediaFile, error) {
	var none MediaFile
	m, err := v.seeMedia(ctx, id, DownloadMedia)
	if err != nil {
		return Media{}, none, err
	}
	if m.Status() == External {
		return Media{}, none, Invalid("media_id", "%d plays at %s and has no file here", id, m.Source)
	}
	files, err := filesOf(ctx, v.in.Last(), id)
	if err != nil {
		return Media{}, none, err
	}
	f, there := files.inQuality(quality)
	if !there || m.State == StateWaiting {
		return Media{}, none, noDownload(id, quality)
	}
	return m.Media, f, nil
}

// noDownload says that a media item has no file in a quality. The default quality is not
// mentioned, because the caller has probably not named it.
func noDownload(id MediaID, quality string) *Error {
	sentence := "media " + idText(id) + " has no version " + strconv.Quote(quality)
	if quality == bestQuality {
		sentence = "media " + idText(id) + " has no file to download yet"
	}
	return &Error{Kind: KindNotFound, Field: "quality", Message: sentence}
}

// bestQuality is the default quality: the best file that plays everywhere.
const bestQuality = "best"

func (fs MediaFiles) inQuality(quality string) (MediaFile, bool) {
	if quality == "original" {
		return fs.Of(FileOriginal)
	}
	for _, f := range fs.Downloads() {
		if quality == bestQuality || f.Definition == quality || f.Definition == quality+"p" {
			return f, true
		}
	}
	return MediaFile{}, false
}

// Thumbnail returns the picture of a media item, and whether there is one: an archived one
// shows none. The embed id cannot be guessed, so it needs no actor.
func (l *Library) Thumbnail(ctx context.Context, embed uuid.UUID) (f MediaFile, found bool, err error) {
	err = l.View(ctx, Actor{}, func(v *Snapshot) error {
		m, err := v.in.MediaByEmbed(ctx, embed)
		if err != nil || !m.Live() {
			return err
		}
		files, err := filesOf(ctx, v.in.Last(), m.ID)
		f, found = files.Of(FileThumbnail)
		return err
	})
	return f, found, err
}

// MediaToKeep is a media item as a player takes it along to where there is no network.
type MediaToKeep struct {
	Media Media
	File  MediaFile
	// Captions are the published captions. Each text is read when it is asked for, so that no
	// more than one of them need be in memory; those that are unpublished meanwhile are left
	// out.
	Captions iter.Seq2[CaptionsInWords, error]
}

// keptAtOnce is for how many media items the files and captions, without texts, are read at
// once.
const keptAtOnce = 100

// CourseMedia returns the media of a course that play, the newest first, each with its
// best file and its captions, to those who have a way to the course. What they are is of one
// state of the library; files and captions are read as the media are asked for. An error ends
// them.
func (l *Library) CourseMedia(ctx context.Context, actor Actor, id CourseID) (iter.Seq2[MediaToKeep, error], error) {
	all, err := view(ctx, l, actor, func(v *Snapshot) (Paged[Media], error) {
		col, err := v.courseToRead(ctx, id)
		if err != nil {
			return Paged[Media]{}, err
		}
		// All in one answer, as the contract says, and so of one state of the library.
		return v.in.CollectionMedia(ctx, actor.Person(), col.ID, Page{Number: 1, Size: math.MaxInt32})
	})
	if err != nil {
		return nil, err
	}
	play := slices.DeleteFunc(all.Items, func(m Media) bool { return m.State != StateFinished })
	return func(yield func(MediaToKeep, error) bool) {
		for some := range slices.Chunk(play, keptAtOnce) {
			kept, err := l.toKeep(ctx, some)
			if err != nil {
				yield(MediaToKeep{}, err)
				return
			}
			for _, m := range kept {
				if !yield(m, nil) {
					return
				}
			}
		}
	}, nil
}

func (l *Library) toKeep(ctx context.Context, some []Media) ([]MediaToKeep, error) {
	return view(ctx, l, Actor{}, func(v *Snapshot) ([]MediaToKeep, error) {
		ids := mediaIDs(some, func(Media) bool { return true })
		files, err := v.in.FilesOf(ctx, ids)
		if err != nil {
			return nil, err
		}
		captions, err := v.in.Last().PublishedCaptionFiles(ctx, ids)
		if err != nil {
			return nil, err
		}
		kept := make([]MediaToKeep, 0, len(ids))
		for _, m := range some {
			if f, there := files[m.ID].inQuality(bestQuality); there {
				kept = append(kept, MediaToKeep{Media: m, File: f, Captions: l.inWords(ctx, captions[m.ID])})
			}
		}
		return kept, nil
	})
}

// inWords adds their texts to captions, one after the other.
func (l *Library) inWords(ctx context.Context, files []CaptionFile) iter.Seq2[CaptionsInWords, error] {
	return func(yield func(CaptionsInWords, error) bool) {
		for _, f := range files {
			text, err := l.SubtitleText(ctx, f.ID)
			if KindOf(err) == KindNotFound { // unpublished or deleted meanwhile
				continue
			}
			if !yield(CaptionsInWords{f, text}, err) || err != nil {
				return
			}
		}
	}
}
