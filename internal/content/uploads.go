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
	media, err := h.Signer.checkUpload(r.PathValue("grant"))
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
	body := &patientReader{Reader: http.MaxBytesReader(w, r.Body, h.MaxUpload), idle: newIdle(w, h.IdleTimeout)}
	err = h.receive(r.Context(), media, body, r.Header.Get("Content-Type"))
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
	hash, key := sha256.New(), freshKey(media)
	info, err := h.Store.Put(ctx, key, io.TeeReader(body, hash), mimeType)
	if err != nil {
		return err
	}
	return h.tell(ctx, Upload{Media: media, Key: key, Size: info.Size, SHA256: [32]byte(hash.Sum(nil)), MIMEType: info.MIMEType})
}

// tell tells the library of an upload, and deletes one that it refuses.
func (h *Handler) tell(ctx context.Context, upload Upload) (err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	if upload.Size == 0 {
		err = errEmpty
	} else {
		err = h.Uploads.Uploaded(ctx, upload)
	}
	if err != nil && library.KindOf(err) != library.KindInternal {
		if failed := h.Store.Delete(ctx, upload.Key); failed != nil { // the sweeper will
			h.Logger.WarnContext(ctx, "an upload that was refused is still stored", "key", upload.Key, "error", failed)
		}
	}
	return err
}

// freshKey is where an attempt keeps the original of a media.
func freshKey(media library.MediaID) string { return folderOf(media, uuid.NewString()) + "original" }

// folderOf is the prefix of all objects of one attempt for a media.
func folderOf(media library.MediaID, attempt string) string {
	return fmt.Sprintf("media/%d/%s/", media, attempt)
}
