package content

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
)

// acceptedInterval is after how long it is asked again whether bytes that arrive are still for
// somebody, as long as a stream may outlive what it was opened by.
const acceptedInterval = 5 * time.Second

// accepted is a body that ends when its upload does: its media item was deleted, archived or
// completed, or the person who started it was deactivated or may not upload any more. A file may
// arrive for days.
type accepted struct {
	io.Reader
	ctx     context.Context //nolint:containedctx // an io.Reader has no other way to know of its request
	content *Handler
	embed   uuid.UUID
	size    int64     // of the file; below zero where it is not known
	asked   time.Time // when the upload was accepted last
	err     error     // why it is no longer
}

// whileAccepted returns a body that was accepted just now.
func (h *Handler) whileAccepted(ctx context.Context, body io.Reader, embed uuid.UUID, size int64) *accepted {
	return &accepted{Reader: body, ctx: ctx, content: h, embed: embed, size: size, asked: h.Signer.clock()}
}

// Read reads from the body. What came since the upload was ended is not passed on.
func (a *accepted) Read(p []byte) (int, error) {
	if a.err != nil {
		return 0, a.err
	}
	n, err := a.Reader.Read(p)
	if now := a.content.Signer.clock(); n > 0 && now.Sub(a.asked) >= acceptedInterval {
		a.asked = now
		if a.err = a.refusal(); a.err != nil {
			return 0, a.err
		}
	}
	return n, err
}

// refusal is what a new request would be told, where that is about this upload. A database that
// is away for a moment ends no upload of an hour; nor do limits that others reach meanwhile.
func (a *accepted) refusal() error {
	ctx, cancel := context.WithTimeout(a.ctx, acceptedInterval)
	defer cancel()
	_, err := a.content.Uploads.MayUpload(ctx, a.embed, a.size)
	switch library.KindOf(err) {
	case library.KindNotFound, library.KindForbidden, library.KindConflict:
		return err
	default:
		return nil
	}
}
