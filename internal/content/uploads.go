package content

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/pace"
)

// takeUpload answers PUT: the bytes of a media item, of any type, with a length or in
// chunks (the contract, section 7).
func (h *Handler) takeUpload(x *front.Exchange, r *http.Request) error {
	closeAfter(x, r)
	embed, until, err := h.Signer.checkUpload(r.Context(), r.PathValue("grant"))
	if err == nil {
		err = isWhole(r.Header)
	}
	into := recipient{embed: embed}
	if err == nil {
		into.id, err = h.mayUpload(r.Context(), embed, r.ContentLength)
	}
	if err != nil {
		return err
	}
	idle := newIdle(x, h.IdleTimeout)
	leave, err := h.enter(r.Context(), embed, idle)
	if err != nil {
		return err
	}
	defer leave()
	inTime := &timely{Reader: r.Body, until: until, clock: h.Signer.clock}
	body := newPatientReader(inTime, idle)
	// A client that goes ends its body, and with it the storing. One that goes after the last
	// byte, tired of waiting, changes nothing.
	accepted := h.whileAccepted(r.Context(), body, embed, r.ContentLength)
	err = h.receive(context.WithoutCancel(r.Context()), into, h.Room.Within(accepted), r.Header.Get("Content-Type"))
	idle.moved() // for the answer: a store may take minutes to confirm
	if accepted.err != nil {
		err = accepted.err
	} else if body.err != nil {
		err = h.broken(body.err, "nothing was stored, send the file again")
	}
	if err != nil {
		return err
	}
	x.Header().Set("Access-Control-Allow-Origin", "*")
	x.Answer(http.StatusOK, front.JSONType, []byte("{}"))
	return nil
}

// enter makes a request the one that sends bytes for a media item.
func (h *Handler) enter(ctx context.Context, embed uuid.UUID, i *idle) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, writerWait)
	defer cancel()
	return h.writers.enter(ctx, embed, i)
}

// closeAfter closes an HTTP/1 connection after the answer, whatever that is: one client waits
// for the end of the connection (the wire contract, section 7). An HTTP/2 connection stays open:
// it carries other requests too.
func closeAfter(w http.ResponseWriter, r *http.Request) {
	if r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
}

// isWhole refuses a body that is not the file: a piece of it, which would stand in its
// place (RFC 9110, section 14.5), or the file in a form that nobody undoes.
func isWhole(header http.Header) error {
	if header.Get("Content-Range") != "" {
		return errPiece
	}
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return errEncoded
	}
	return nil
}

// recipient is the media item that bytes are for: the embed id that its address names, and the
// id that its objects are stored below.
type recipient struct {
	embed uuid.UUID
	id    library.MediaID
}

// mayUpload returns the id of a media item that takes so many bytes, or an unknown number
// below zero.
func (h *Handler) mayUpload(ctx context.Context, embed uuid.UUID, size int64) (library.MediaID, error) {
	switch {
	case size > h.MaxUpload:
		return 0, h.tooLarge()
	case size == 0:
		return 0, errEmpty
	}
	id, err := h.Uploads.MayUpload(ctx, embed, size)
	if err == nil {
		err = h.hasRoom(max(size, 0))
	}
	return id, err
}

// hasRoom returns an error unless there is room for so many bytes more.
func (h *Handler) hasRoom(size int64) error {
	if h.Room == nil {
		return nil
	}
	return h.Room(size)
}

var errEmpty = &library.Error{Kind: library.KindInvalid, Message: "the upload is empty: send the bytes of the file"}

func (h *Handler) tooLarge() error {
	return &library.Error{
		Kind:    library.KindTooLarge,
		Message: "the file is too large: an upload may have " + library.SizeText(h.MaxUpload),
	}
}

// broken says what was wrong with a body that did not come to its end, and what to do.
func (h *Handler) broken(err error, advice string) error {
	_, told := errors.AsType[*library.Error](err) // that its time is over, or the upload ended
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case told:
		return err
	case large:
		return h.tooLarge()
	}
	what := "the upload was interrupted"
	switch {
	case errors.Is(err, errSlow):
		what = fmt.Sprintf("the data arrived too slowly, with less than %d bytes a second", pace.MinRate)
	case errors.Is(err, os.ErrDeadlineExceeded):
		what = fmt.Sprintf("no data arrived for %s", h.IdleTimeout)
	}
	return &library.Error{Kind: library.KindMissing, Message: what + "; " + advice, Err: err}
}

// finishTimeout bounds what is done about an upload after its last byte. A client that
// goes then does not undo it.
const finishTimeout = time.Minute

// receive stores an upload under a fresh key and tells the library.
func (h *Handler) receive(ctx context.Context, into recipient, body io.Reader, mimeType string) error {
	key, err := h.freshKey(ctx, into.id)
	if err != nil {
		return err
	}
	hash := sha256.New()
	info, err := h.Store.Put(ctx, key, io.TeeReader(body, hash), mimeType)
	if err != nil {
		return err
	}
	return h.tell(ctx, Upload{
		EmbedID: into.embed, Media: into.id, Key: key, Size: info.Size, SHA256: [32]byte(hash.Sum(nil)), MIMEType: info.MIMEType,
	})
}

// tell tells the library of an upload, and deletes one that it refuses, or else the one
// that it replaced: who sends 10 GB five times needs no room for 50.
func (h *Handler) tell(ctx context.Context, upload Upload) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	needless := ""
	if upload.Size == 0 {
		err = errEmpty
	} else {
		needless, err = h.Uploads.Uploaded(ctx, upload)
	}
	switch {
	case err != nil && library.KindOf(err) == library.KindInternal:
		return err // nobody knows which of them counts
	case err != nil:
		needless = upload.Key
	case needless == upload.Key: // told twice
		return nil
	}
	if needless != "" {
		if failed := h.Store.Delete(ctx, needless); failed != nil { // the sweeper will
			h.Logger.WarnContext(ctx, "an unused upload could not be deleted", "key", needless, "error", failed)
		}
	}
	return err
}

// freshKey begins a run and returns the key of the original of a media item in it.
func (h *Handler) freshKey(ctx context.Context, media library.MediaID) (string, error) {
	run, err := h.Uploads.BeginRun(ctx)
	return runOf(media, run).Key(holdings.Original).String(), err
}

// runOf is a run that writes objects for a media item.
func runOf(media library.MediaID, run uuid.UUID) holdings.Run {
	return holdings.Run{Media: int64(media), ID: run}
}
