package library

import (
	"context"
	"reflect"
	"time"
)

// CaptionRequestID is a caption request's id.
type CaptionRequestID int64

// RequestStatus is where a caption request is in its life.
type RequestStatus string

// The stations of a request; the last two close it.
const (
	Requested   RequestStatus = "requested"
	InWork      RequestStatus = "processing"
	Fulfilled   RequestStatus = "fulfilled"
	NotPossible RequestStatus = "failed"
)

// Closed reports whether a request is finished.
func (s RequestStatus) Closed() bool { return s == Fulfilled || s == NotPossible }

// CaptionRequest is a request for captions of a media item, to a captioning service.
type CaptionRequest struct {
	ID          CaptionRequestID
	Media       MediaID
	Captions    *CaptionFileID    // nil once somebody deleted them
	Service     *CaptionServiceID // nil for a type that belongs to no service
	ServiceType string            // the key that the type had
	Language    Language
	Status      RequestStatus
	Message     *string // what the service last said
	CreatedAt   time.Time
}

// RequestFilter bounds a list of requests.
type RequestFilter struct {
	Status RequestStatus // "" for every one

	// Service bounds the list to the requests to this service. It is set by the library,
	// not by callers.
	Service CaptionServiceID
}

// CaptionRequestReader is what reading requests needs of storage. Requests for a
// deleted media are not there.
type CaptionRequestReader interface {
	// CaptionRequests returns requests, the newest first.
	CaptionRequests(ctx context.Context, filter RequestFilter) ([]CaptionRequest, error)
	// CaptionRequest returns a request, or KindNotFound.
	CaptionRequest(ctx context.Context, id CaptionRequestID) (CaptionRequest, error)
}

// CaptionRequestWriter is what changing requests needs of a transaction. The caller has
// locked its media item.
type CaptionRequestWriter interface {
	// InsertCaptionRequest stores a request.
	InsertCaptionRequest(ctx context.Context, r CaptionRequest) (CaptionRequestID, error)
	// SetCaptionRequest stores a request's status and message.
	SetCaptionRequest(ctx context.Context, r CaptionRequest) error
}

// CaptionRequests returns the requests for captions, the newest first: all to an admin,
// and to a captioning service those to it.
func (l *Library) CaptionRequests(ctx context.Context, actor Actor, filter RequestFilter) ([]CaptionRequest, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]CaptionRequest, error) {
		if err := mayOrganize(actor); err != nil {
			return nil, err
		}
		filter.Service = actor.Service()
		return v.in.Last().CaptionRequests(ctx, filter)
	})
}

// RequestLanguage is the language that a request asks for, which helps to read what the
// service delivers; "" where the actor may not know.
func (l *Library) RequestLanguage(ctx context.Context, actor Actor, id CaptionRequestID) (Language, error) {
	return view(ctx, l, actor, func(v *Snapshot) (Language, error) {
		r, err := v.in.Last().CaptionRequest(ctx, id)
		if err == nil {
			err = r.mayAnswer(actor)
		}
		if err == nil || KindOf(err) == KindInternal {
			return r.Language, err
		}
		return "", nil
	})
}

// mayAnswer refuses everyone but admins and the service that was asked.
func (r CaptionRequest) mayAnswer(actor Actor) error {
	if may(actor, AnswerRequest, given{self: r.Service != nil && *r.Service == actor.Service()}) {
		return nil
	}
	return Forbidden("caption request %d belongs to another captioning service", r.ID)
}

// RequestCaptions asks a captioning service for captions of a media item. From then on they
// are there as captions that are being made.
func (c *Change) RequestCaptions(
	ctx context.Context, media MediaID, in Language, serviceType string,
) (CaptionRequest, error) {
	if err := c.tx.LockCaptioning(ctx); err != nil {
		return CaptionRequest{}, err
	}
	if _, err := c.media(ctx, media, WriteCaptions); err != nil {
		return CaptionRequest{}, err
	}
	t, err := c.offered(ctx, serviceType)
	if err != nil {
		return CaptionRequest{}, err
	}
	if !t.takes(in) {
		return CaptionRequest{}, Invalid("srclang", "%s is not supported by %q; use one of %v", in, t.Key, t.Languages)
	}
	captions, err := c.tx.InsertCaptionFile(ctx, CaptionFile{
		Media: media, Language: in, Format: SRT, Status: CaptionProcessing, Provider: CaptionsProfessional, CreatedAt: c.now,
	}, nil)
	if err != nil {
		return CaptionRequest{}, err
	}
	r := CaptionRequest{
		Media: media, Captions: &captions, Service: t.Service, ServiceType: t.Key, Language: in, Status: Requested,
		CreatedAt: c.now,
	}
	if r.ID, err = c.tx.InsertCaptionRequest(ctx, r); err != nil {
		return CaptionRequest{}, err
	}
	return r, c.record(ctx, "caption_request", "create", idText(r.ID), nil, facts{
		"media_id": media, "srclang": in, "service_type": t.Key, "caption_file_id": captions,
	})
}

// offered returns the type of a key that captions can be asked for now.
func (c *Change) offered(ctx context.Context, key string) (ServiceType, error) {
	types, active, err := c.tx.ServiceTypes(ctx)
	if err != nil {
		return ServiceType{}, err
	}
	for _, t := range types {
		if t.Key == key && active {
			return t, nil
		}
	}
	return ServiceType{}, noServiceType(key)
}

// RequestAnswer is what a captioning service says to a request.
type RequestAnswer struct {
	Status  RequestStatus // InWork, Fulfilled or NotPossible
	Message *string
	Text    *CaptionText // the captions, where they are fulfilled
}

// AnswerRequest takes a captioning service's answer. Captions that it delivers are
// published at once. A request is closed once.
func (c *Change) AnswerRequest(ctx context.Context, id CaptionRequestID, answer RequestAnswer) error {
	if answer.Status == Fulfilled && answer.Text == nil {
		return Missing("caption_file")
	}
	if err := mayOrganize(c.actor); err != nil {
		return err
	}
	r, m, err := c.captionRequest(ctx, id)
	if err != nil {
		return err
	}
	if r.Status.Closed() {
		return &Error{Kind: KindMissing, Field: "status", Message: "caption request " + idText(id) + " is closed: it is " + string(r.Status)}
	}
	before := r.facts()
	r.Status, r.Message = answer.Status, answer.Message
	if reflect.DeepEqual(before, r.facts()) {
		return nil
	}
	if r.Status.Closed() {
		if err := c.closeCaptions(ctx, m, *r.Captions, answer); err != nil {
			return err
		}
	}
	if err := c.tx.SetCaptionRequest(ctx, r); err != nil {
		return err
	}
	return c.record(ctx, "caption_request", "answer", idText(id), before, r.facts())
}

// captionRequest locks the media of a request, and returns both as they are under the
// lock to who may answer it.
func (c *Change) captionRequest(ctx context.Context, id CaptionRequestID) (CaptionRequest, Media, error) {
	r, err := c.tx.CaptionRequest(ctx, id)
	if err == nil {
		err = r.mayAnswer(c.actor)
	}
	if err != nil {
		return CaptionRequest{}, Media{}, err
	}
	m, err := c.tx.LockMedia(ctx, r.Media)
	if KindOf(err) == KindNotFound { // the media went since, and its requests with it
		return CaptionRequest{}, Media{}, NotFound("caption request", id)
	}
	if err != nil {
		return CaptionRequest{}, Media{}, err
	}
	r, err = c.tx.CaptionRequest(ctx, id)
	return r, m, err
}

// closeCaptions gives the captions of a request their text, or says that there will be
// none.
func (c *Change) closeCaptions(ctx context.Context, m Media, id CaptionFileID, answer RequestAnswer) error {
	f, err := c.tx.CaptionFile(ctx, id)
	if err != nil {
		return err
	}
	before := f.facts()
	if answer.Status == NotPossible {
		f.Status = CaptionFailed
		err = c.tx.SetCaptionStatus(ctx, id, f.Status)
	} else {
		if err := answer.Text.checkInside(m); err != nil {
			return err
		}
		f.Status, f.Format = CaptionPublished, answer.Text.Format
		err = c.tx.SetCaptionText(ctx, f, *answer.Text)
	}
	if err != nil {
		return err
	}
	return c.record(ctx, "caption_file", "deliver", idText(id), before, f.facts())
}

// facts is what the audit log records of a request's progress.
func (r CaptionRequest) facts() facts { return facts{"status": r.Status, "message": r.Message} }
