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

	"github.com/lectern-media/lectern/internal/library"
)

// takeUpload answers PUT: the bytes of a media, of any type, with a length or in
// chunks (the contract, section 7).
func (h *Handler) takeUpload(w http.ResponseWriter, r *http.Request) {
	media, until, err := h.Signer.checkUpload(r.PathValue("grant"))
	if err == nil {
		err = isWhole(r.Header)
	}
	if err == nil {
		err = h.mayUpload(r.Context(), media, r.ContentLength)
	}
	if err != nil {
		h.fail(w, r, err)
		return
	}
	idle := newIdle(w, h.IdleTimeout)
	inTime := &timely{Reader: http.MaxBytesReader(w, r.Body, h.MaxUpload), until: until, clock: h.Signer.clock}
	body := &patientReader{Reader: inTime, idle: idle}
	// A client that goes ends its body, and with it the storing. One that goes after the last
	// byte, tired of waiting, changes nothing.
	err = h.receive(context.WithoutCancel(r.Context()), media, body, r.Header.Get("Content-Type"))
	idle.moved() // for the answer: a store may take minutes to confirm
	if body.err != nil {
		err = h.broken(body.err)
	}
	if err != nil {
		h.fail(w, r, err)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	answer(w, http.StatusOK, "{}")
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

// mayUpload says whether so many bytes, or an unknown number below zero, are taken.
func (h *Handler) mayUpload(ctx context.Context, media library.MediaID, size int64) error {
	switch {
	case size > h.MaxUpload:
		return h.tooLarge()
	case size == 0:
		return errEmpty
	}
	return h.Uploads.MayUpload(ctx, media)
}

var errEmpty = &library.Error{Kind: library.KindInvalid, Message: "the upload is empty: send the bytes of the file"}

func (h *Handler) tooLarge() error {
	return &library.Error{
		Kind:    library.KindTooLarge,
		Message: fmt.Sprintf("the file is too large: an upload may have %d bytes", h.MaxUpload),
	}
}

// broken says what was wrong with a body that did not come to its end.
func (h *Handler) broken(err error) error {
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case errors.Is(err, errExpired):
		return err
	case large:
		return h.tooLarge()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &library.Error{Kind: library.KindMissing, Message: fmt.Sprintf("nothing came for %s: nothing was stored, send the file again", h.IdleTimeout), Err: err}
	}
	return &library.Error{Kind: library.KindMissing, Message: "the upload broke off: nothing was stored, send the file again", Err: err}
}

// finishTimeout bounds what is done about an upload after its last byte. A client that
// goes then does not undo it.
const finishTimeout = time.Minute

// receive stores an upload under a fresh key and tells the library.
func (h *Handler) receive(ctx context.Context, media library.MediaID, body io.Reader, mimeType string) error {
	key, err := h.freshKey(ctx, media)
	if err != nil {
		return err
	}
	hash := sha256.New()
	info, err := h.Store.Put(ctx, key, io.TeeReader(body, hash), mimeType)
	if err != nil {
		return err
	}
	return h.tell(ctx, Upload{Media: media, Key: key, Size: info.Size, SHA256: [32]byte(hash.Sum(nil)), MIMEType: info.MIMEType})
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
			h.Logger.WarnContext(ctx, "an upload that nobody needs is still stored", "key", needless, "error", failed)
		}
	}
	return err
}

// freshKey begins a run and returns the key under which it keeps the original of a media.
func (h *Handler) freshKey(ctx context.Context, media library.MediaID) (string, error) {
	run, err := h.Uploads.BeginRun(ctx)
	return folderOf(media, run) + "original", err
}

// folderOf is the prefix of all objects of one run for a media.
func folderOf(media library.MediaID, run uuid.UUID) string {
	return fmt.Sprintf("media/%d/%s/", media, run)
}
