package content

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
)

// Uploads is what this package asks of the library about uploads. Media items are named by
// their embed id, as in the addresses.
type Uploads interface {
	// FindMedia returns the id of a media item, or library.KindNotFound: what is uploaded
	// for it is stored below that.
	FindMedia(ctx context.Context, embed uuid.UUID) (library.MediaID, error)

	// MayUpload returns the id of a media item that waits for its bytes, and rejects any
	// other: it is asked before any byte is read.
	MayUpload(ctx context.Context, embed uuid.UUID) (library.MediaID, error)

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
	Logger  *slog.Logger

	// Outages tells which errors of the library and the store are outages. It may be nil.
	Outages library.Outages

	// CheckStore returns an error if the store is away or not the library's, as where a disk
	// is not mounted: then a missing object is no news. It may be nil.
	CheckStore func(context.Context) error

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
	// DefaultIdleTimeout where 0. It stands in for the server's own limits on the whole
	// of a request.
	IdleTimeout time.Duration
}

// Handler answers /files/, /uploads/ and /tus/.
type Handler struct {
	Options
	mux *http.ServeMux
}

// New returns a handler.
func New(options Options) (*Handler, error) {
	if options.MaxUpload == 0 {
		options.MaxUpload = DefaultMaxUpload
	}
	if options.IdleTimeout == 0 {
		options.IdleTimeout = DefaultIdleTimeout
	}
	h := &Handler{Options: options, mux: http.NewServeMux()}
	tus, err := newTus(h)
	if err != nil {
		return nil, err
	}
	h.mux.HandleFunc("GET /files/{grant}/{key...}", h.serveFile)
	h.mux.HandleFunc("OPTIONS /files/{grant}/{key...}", preflight("GET, HEAD"))
	h.mux.HandleFunc("/files/{grant}/{key...}", h.takesOnly("GET, HEAD, OPTIONS"))
	h.mux.HandleFunc("PUT /uploads/{grant}", h.takeUpload)
	h.mux.HandleFunc("OPTIONS /uploads/{grant}", preflight("PUT"))
	h.mux.HandleFunc("/uploads/{grant}", h.takesOnly("OPTIONS, PUT"))
	h.mux.Handle("/tus/{grant}/{upload...}", tus)
	h.mux.Handle("/tus/{grant}", tus)             // who stands before us may take the last slash off
	h.mux.HandleFunc("/files/{grant}", h.nothing) // which the mux would lead to one with a slash, and back
	h.mux.HandleFunc("/", h.nothing)
	return h, nil
}

// ServeHTTP answers a request. Pages of any origin may ask: what an address opens does
// not depend on who asks.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	h.mux.ServeHTTP(w, r)
}

// preflight answers what a browser asks before a request to another origin.
func preflight(methods string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Access-Control-Allow-Methods", methods)
		header.Set("Access-Control-Allow-Headers", "*")
		header.Set("Access-Control-Max-Age", "86400")
		w.WriteHeader(http.StatusNoContent)
	}
}

// nothing answers what is no address of this room.
func (h *Handler) nothing(w http.ResponseWriter, r *http.Request) {
	h.fail(w, r, errNothing)
}

// takesOnly answers methods that an address does not take.
func (h *Handler) takesOnly(methods string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { h.refuseMethod(w, r, methods) }
}

func (h *Handler) refuseMethod(w http.ResponseWriter, r *http.Request, methods string) {
	w.Header().Set("Allow", methods)
	h.fail(w, r, &httpError{http.StatusMethodNotAllowed, "this address takes only " + methods})
}

// httpError is what is wrong with a request as HTTP, before the library has a say.
type httpError struct {
	status  int
	message string // one sentence for the client
}

// Error returns the sentence.
func (e *httpError) Error() string { return e.message }

// What is wrong with a request, whatever it is about.
var (
	errNothing = &httpError{http.StatusNotFound, "there is nothing at this address"}
	errPiece   = &httpError{http.StatusBadRequest, "Content-Range: send the whole file in one request, or pieces of it by tus"}
	errEncoded = &httpError{http.StatusUnsupportedMediaType, "Content-Encoding: send the bytes of the file unchanged"}
)

// internalMessage is all that a client learns of an internal fault.
const internalMessage = "an internal error occurred; the server's log has details"

// describe turns an error into the status and the sentence for the client.
func describe(err error) (status int, message string) {
	if errors.Is(err, blob.ErrNotFound) || errors.Is(err, blob.ErrKey) {
		return http.StatusNotFound, "there is no such file"
	}
	if e, is := errors.AsType[*httpError](err); is {
		return e.status, e.message
	}
	e, ok := errors.AsType[*library.Error](err)
	if !ok {
		return http.StatusInternalServerError, internalMessage
	}
	switch e.Kind {
	case library.KindUnauthenticated:
		status = http.StatusUnauthorized
	case library.KindMissing, library.KindUnfit:
		status = http.StatusBadRequest
	case library.KindInvalid:
		status = http.StatusUnprocessableEntity
	case library.KindNotFound:
		status = http.StatusNotFound
	case library.KindForbidden:
		status = http.StatusForbidden
	case library.KindConflict:
		status = http.StatusConflict
	case library.KindNotImplemented:
		status = http.StatusNotImplemented
	case library.KindTooLarge:
		status = http.StatusRequestEntityTooLarge
	case library.KindUnavailable:
		status = http.StatusServiceUnavailable
	case library.KindNoSpace:
		status = http.StatusInsufficientStorage
	case library.KindInternal:
		return http.StatusInternalServerError, internalMessage
	}
	return status, e.Message
}

// fail answers with {"error": sentence} and logs the cause of what is our fault.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if h.CheckStore != nil && errors.Is(err, blob.ErrNotFound) {
		if away := h.CheckStore(r.Context()); away != nil {
			err = away
		}
	}
	status, message := describe(h.outage(err))
	if status >= http.StatusInternalServerError && status != http.StatusNotImplemented {
		h.log(r.Context(), w.Header(), err)
	}
	header := w.Header()
	if status == http.StatusServiceUnavailable {
		header.Set("Retry-After", retryAfter)
	}
	for _, name := range []string{"Content-Disposition", "Content-Security-Policy", "ETag", "Last-Modified"} {
		header.Del(name)
	}
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cache-Control", "no-store")
	answer(w, status, errorBody(message))
}

// retryAfter is after how many seconds a client may try again while the database or the
// storage is unavailable.
const retryAfter = "5"

// outage recognizes that the database or the storage is unavailable or full. An error about
// one object is not an outage.
func (h *Handler) outage(err error) error {
	if _, ours := errors.AsType[*httpError](err); ours || errors.Is(err, blob.ErrNotFound) || errors.Is(err, blob.ErrKey) {
		return err
	}
	return library.Outage(err, h.Outages)
}

// log keeps the cause of a failure, with the id that the answer carries.
func (h *Handler) log(ctx context.Context, answer http.Header, err error) {
	if ctx.Err() != nil { // the client went, and with it the request
		return
	}
	h.Logger.ErrorContext(ctx, "content", "error", err, "request_id", answer.Get("X-Request-Id"))
}

// jsonType is the type of answers that are no bytes of a media item (the contract, section
// 1).
const jsonType = "application/json; charset=utf-8"

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", jsonType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // to a client that may be gone
}

// errorBody is the API's body of a failure (the contract, section 1).
func errorBody(message string) string {
	text, err := json.Marshal(map[string]string{"error": message})
	if err != nil { // strings can always be written
		return "{}"
	}
	return string(text)
}
