package content

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// Uploads is what this package asks of the library about uploads. Media items are named by
// their embed id, as in the addresses.
type Uploads interface {
	// FindUpload returns the id of a media item, or library.KindNotFound: what is uploaded
	// for it is stored below that. It is library.KindForbidden where the addresses of the
	// upload have ended before their time.
	FindUpload(ctx context.Context, embed uuid.UUID) (library.MediaID, error)

	// MayUpload returns the id of a media item that waits for its bytes, and rejects any
	// other, and more bytes than it may have, of an unknown number below zero: it is asked
	// before any byte is read.
	MayUpload(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error)

	// Announce is MayUpload for an upload in pieces, whose bytes count from then on, in place of
	// those announced for the media item before. With 0 bytes it takes that back.
	Announce(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error)

	// BeginRun records a new run, below which an attempt then writes the objects of a media
	// item: without the record a sweep does not take them for the library's.
	BeginRun(ctx context.Context) (uuid.UUID, error)

	// Uploaded tells that all bytes of an upload are stored, and returns the key of those
	// that they replaced, which are deleted; "" where there were none. Its error goes to the
	// client; after one that is a library.Error of any kind but internal, the object is
	// deleted. After another one the change may have been made nevertheless, so
	// the object stays, and the one before it, for the sweeper to judge.
	Uploaded(ctx context.Context, upload Upload) (replaced string, err error)
}

// Media is what this package asks of the library about the media items whose files it serves.
type Media interface {
	// MayServe says whether the files of a media item are for who has the address of one:
	// library.KindNotFound where it is deleted, and library.KindForbidden where it is archived
	// and the address was not made to download it while it was. It is asked for each request,
	// also for each range.
	MayServe(ctx context.Context, media library.MediaID, downloadsArchived bool) error
}

// Upload is one complete upload.
type Upload struct {
	EmbedID  uuid.UUID // of the media item
	Media    library.MediaID
	Key      string // of holdings.Original in a fresh run
	Size     int64  // bytes
	SHA256   [32]byte
	MIMEType string // as the client said, where that is one; never empty
}

// Defaults of Options.
const (
	DefaultMaxUpload   = library.MaxUpload
	DefaultIdleTimeout = time.Minute
)

// Options are what a Handler needs.
type Options struct {
	Store   blob.Store
	Signer  *Signer
	Uploads Uploads
	Media   Media
	Logger  *slog.Logger // of what is left behind

	// CheckStore returns an error if the store is away or not the library's, as where a disk
	// is not mounted: then a missing object is no news. It may be nil.
	CheckStore func(context.Context) error

	// Room says whether there is room for so many bytes more. It is asked before the
	// first byte is read, and again while more come. It may be nil.
	Room library.Room

	// Redirect has clients fetch recordings from the store itself. Where it is nil, all
	// comes through Lectern.
	Redirect blob.Redirector

	// Subtitles has HLS offer the published captions, which WebVTT writes from SRT as WebVTT.
	// Where it is nil, HLS has none.
	Subtitles Subtitles
	WebVTT    func(format library.SubtitleFormat, srt string) string

	// MaxUpload is the most bytes that an upload may have; DefaultMaxUpload where 0.
	MaxUpload int64

	// IdleTimeout is how long a client may neither send nor take a byte;
	// DefaultIdleTimeout where 0. A client that is slower than package pace allows is left
	// after twice as long. It stands in for the server's own limits on the whole of a request.
	IdleTimeout time.Duration
}

// Handler answers /files/, /uploads/ and /tus/.
type Handler struct {
	Options
	tus     *tus
	writers *writers
}

// New returns a handler.
func New(options Options) (*Handler, error) {
	if options.MaxUpload == 0 {
		options.MaxUpload = DefaultMaxUpload
	}
	if options.IdleTimeout == 0 {
		options.IdleTimeout = DefaultIdleTimeout
	}
	h := &Handler{Options: options, writers: newWriters()}
	var err error
	if h.tus, err = newTus(h); err != nil {
		return nil, err
	}
	return h, nil
}

// RouteGroup is what the handler serves. Pages of any origin may ask: what an address opens does
// not depend on who asks.
func (h *Handler) RouteGroup() front.RouteGroup {
	return front.RouteGroup{
		Under:  []string{"/files/", "/uploads/", "/tus/"},
		Format: front.Format{Headers: anyOrigin},
		Routes: []front.Route{
			{Pattern: "GET /files/{grant}/{key...}", Handle: h.explained(h.serveFile)},
			{Pattern: "OPTIONS /files/{grant}/{key...}", Handle: preflight("GET, HEAD")},
			{Pattern: "PUT /uploads/{grant}", Handle: h.explained(h.takeUpload), Body: h.MaxUpload},
			{Pattern: "OPTIONS /uploads/{grant}", Handle: preflight("PUT")},
			// tus has its own way to say which method is meant. A client's address ends with a
			// slash, which the front takes off.
			{Pattern: "/tus/{grant}/{upload...}", Handle: h.explained(h.tus.serve), Body: h.MaxUpload},
			{Pattern: "/tus/{grant}", Handle: h.explained(h.tus.serve), Body: h.MaxUpload},
		},
	}
}

// anyOrigin lets pages of any origin read an answer.
func anyOrigin(h http.Header) { h.Set("Access-Control-Allow-Origin", "*") }

// preflight answers what a browser asks before a request to another origin.
func preflight(methods string) front.Handler {
	return func(x *front.Exchange, _ *http.Request) error {
		header := x.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Access-Control-Allow-Methods", methods)
		header.Set("Access-Control-Allow-Headers", "*")
		header.Set("Access-Control-Max-Age", "86400")
		x.Answer(http.StatusNoContent, "", nil)
		return nil
	}
}

// What is wrong with a request, whatever it is about.
var (
	errPiece   = front.Malformed("Content-Range: send the whole file in one request, or pieces of it by tus", nil)
	errEncoded = front.Unsupported("Content-Encoding: send the bytes of the file unchanged")
)

// explained has the errors of the store explained to the client.
func (h *Handler) explained(handle front.Handler) front.Handler {
	return func(x *front.Exchange, r *http.Request) error {
		err := handle(x, r)
		if errors.Is(err, blob.ErrNotFound) && h.CheckStore != nil {
			if away := h.CheckStore(r.Context()); away != nil {
				return away
			}
		}
		return missing(err, "there is no such file")
	}
}

// missing tells the client by a sentence that there is no object under a key. It returns
// other errors as they are.
func missing(err error, sentence string) error {
	if errors.Is(err, blob.ErrNotFound) || errors.Is(err, blob.ErrKey) {
		return &library.Error{Kind: library.KindNotFound, Message: sentence, Err: err}
	}
	return err
}
