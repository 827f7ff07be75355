package studioapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// GetMediaProcessing shows the progress of a media item.
func (h *handlers) GetMediaProcessing(
	ctx context.Context, actor library.Actor, in GetMediaProcessingInput,
) (GetMediaProcessingOutput, error) {
	_, is, err := h.processing(ctx, actor, in)
	return is, err
}

// processing returns a media item's embed id with its progress.
func (h *handlers) processing(
	ctx context.Context, actor library.Actor, in GetMediaProcessingInput,
) (uuid.UUID, GetMediaProcessingOutput, error) {
	m, p, err := h.library.MediaProcessing(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return uuid.Nil, GetMediaProcessingOutput{}, err
	}
	return m.EmbedID, GetMediaProcessingOutput{Processing: Processing{
		TranscodingStatus: string(m.Status()), Stage: string(m.State.Stage()), Percent: p.Percent, Message: p.Message,
		UpdatedAt: p.UpdatedAt,
	}}, nil
}

// errStreamEnds ends a stream whose caller or media item is another by now.
var errStreamEnds = errors.New("the stream's caller or media item is another by now")

// RetryMediaProcessing has a media item that failed processed again.
func (h *handlers) RetryMediaProcessing(
	ctx context.Context, actor library.Actor, in RetryMediaProcessingInput,
) (RetryMediaProcessingOutput, error) {
	err := h.library.Change(ctx, actor, func(c *library.Change) error {
		return c.RetryProcessing(ctx, library.MediaID(in.MediaID))
	})
	if err != nil {
		return RetryMediaProcessingOutput{}, err
	}
	now, err := h.GetMediaProcessing(ctx, actor, GetMediaProcessingInput(in))
	return RetryMediaProcessingOutput(now), err
}

// CreateEmbedTicket makes an address that plays a media item for the caller.
func (h *handlers) CreateEmbedTicket(
	ctx context.Context, actor library.Actor, in CreateEmbedTicketInput,
) (CreateEmbedTicketOutput, error) {
	m, ticket, life, err := h.library.EmbedTicket(ctx, actor, library.MediaID(in.MediaID))
	if err != nil {
		return CreateEmbedTicketOutput{}, err
	}
	return CreateEmbedTicketOutput{
		Ticket: ticket, ExpiresIn: int64(life.Seconds()),
		URL: h.publicURL + "/embed/" + m.EmbedID.String() + "?ticket=" + ticket,
	}, nil
}

const (
	eventsType = "text/event-stream"
	// eventInterval is how often a stream looks for a change by another node, which tells
	// the database and nobody else.
	eventInterval = 250 * time.Millisecond
	// eventSilence is how long a stream may say nothing: then it sends a comment, so that no
	// proxy takes the connection for an idle one (HTML Living Standard, 9.2.7).
	eventSilence = 15 * time.Second
	// eventPatience is how long a client may take for one event.
	eventPatience = 20 * time.Second
)

// processingEvents answers who asks for a stream of events (HTML Living Standard,
// server-sent events) with one for each change, until the work has ended. Everyone else
// is answered once, by otherwise.
func (a *api) processingEvents(
	h *handlers, open *openStreams, stopping <-chan struct{}, otherwise front.Handler,
) front.Handler {
	return func(x *front.Exchange, r *http.Request) error {
		if !strings.Contains(r.Header.Get("Accept"), eventsType) {
			return otherwise(x, r)
		}
		actor, err := a.counted(x, r)
		if err != nil {
			return err
		}
		p, failure := readParams(x, r, operation{})
		if failure != nil {
			return failure
		}
		in := bindGetMediaProcessingInput(p)
		if p.fault != nil {
			return p.fault
		}
		if actor.IsService() {
			return library.Forbidden("a captioning service's key is not valid here")
		}
		if err := open.add(actor.Person()); err != nil {
			return err
		}
		defer open.remove(actor.Person())
		changed, stop := h.library.WatchProcessing(library.MediaID(in.MediaID))
		defer stop()
		about, last, err := h.processing(r.Context(), actor, in)
		if err != nil {
			return err
		}
		x.Header().Set("Content-Type", eventsType)
		x.Header().Set("Cache-Control", "no-store")
		x.Header().Set("X-Accel-Buffering", "no") // a proxy that collects would tell at the end
		return stream(x, r, changed, stopping, last, func(ctx context.Context) (GetMediaProcessingOutput, error) {
			// A stream is open for long. Meanwhile the token may be revoked, or the database may
			// have gone back to a state in which the ids are somebody else's.
			again, err := a.actor(x, r)
			if err != nil {
				return GetMediaProcessingOutput{}, err
			}
			still, now, err := h.processing(ctx, again, in)
			if err == nil && (again.Person() != actor.Person() || still != about) {
				err = errStreamEnds
			}
			return now, err
		})
	}
}

// stream sends what is known, and each change of it.
func stream(
	x *front.Exchange, r *http.Request, changed, stopping <-chan struct{},
	is GetMediaProcessingOutput, next func(context.Context) (GetMediaProcessingOutput, error),
) error {
	tick, silence := time.NewTicker(eventInterval), time.NewTicker(eventSilence)
	defer tick.Stop()
	defer silence.Stop()
	last, event := "", ""
	for {
		if now := string(is.Processing.AppendJSON(nil)); now != last {
			last, event = now, "event: processing\ndata: "+now+"\n\n"
		}
		if event != "" {
			if err := sendEvent(x, event); err != nil {
				return err // the client went away
			}
			silence.Reset(eventSilence)
		}
		stage := library.Stage(is.Processing.Stage)
		if stage == library.StageFinished || stage == library.StageFailed {
			return nil // nothing follows
		}
		event = ""
		select {
		case <-r.Context().Done():
			return nil
		case <-stopping:
			return nil
		case <-silence.C:
			event = ": still there\n\n"
		case <-changed:
		case <-tick.C:
		}
		var err error
		if is, err = next(r.Context()); err != nil { // deleted, or no longer the caller's to see
			return nil
		}
	}
}

// sendEvent writes an event, or a comment, and sends it.
func sendEvent(x *front.Exchange, event string) error {
	control := http.NewResponseController(x.ResponseWriter)
	_ = control.SetWriteDeadline(time.Now().Add(eventPatience)) // without support for it, the server's deadline holds
	if _, err := x.Write([]byte(event)); err != nil {
		return err
	}
	return control.Flush()
}
