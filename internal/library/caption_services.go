package library

import (
	"context"
	"crypto/subtle"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// CaptionServiceID is a captioning service's id.
type CaptionServiceID int64

// CaptionService is someone outside who captions media, and has a key for that alone.
type CaptionService struct {
	ID        CaptionServiceID
	Name      string
	CreatedAt time.Time  // of its key
	RevokedAt *time.Time // nil while the key is good
}

// ServiceTypeID is a service type's id.
type ServiceTypeID int64

// ServiceType is something that captions can be asked for: who makes them, how fast,
// in which languages.
type ServiceType struct {
	ID          ServiceTypeID
	Service     *CaptionServiceID // nil for a type that an admin made
	Key         string
	Label       string
	Description string
	IsASR       bool       // a machine makes them
	Languages   []Language // none: all
}

// takes says whether captions in a language can be had.
func (t ServiceType) takes(in Language) bool {
	return len(t.Languages) == 0 || slices.ContainsFunc(t.Languages, func(l Language) bool { return l.Covers(in) })
}

// CaptionServiceReader is what reading captioning services needs of storage.
type CaptionServiceReader interface {
	// CaptionServiceByKey returns the service whose key has this hash, with the hash as
	// it is kept. A revoked key, like an unknown one, is KindNotFound, at once.
	CaptionServiceByKey(ctx context.Context, hash TokenHash) (CaptionServiceID, TokenHash, error)
	// CaptionServices returns all services, by id.
	CaptionServices(ctx context.Context) ([]CaptionService, error)
	// ServiceTypes returns the types of active services and those of none, the newest
	// first; nothing, and false, where no service is active.
	ServiceTypes(ctx context.Context) ([]ServiceType, bool, error)
}

// CaptionServiceWriter is what changing captioning services needs of a transaction.
type CaptionServiceWriter interface {
	// LockCaptioning takes the one lock that every change of services and of types
	// takes first, and every change that relies on them.
	LockCaptioning(ctx context.Context) error
	// CaptionServiceByName returns a service, revoked or not, or KindNotFound.
	CaptionServiceByName(ctx context.Context, name string) (CaptionService, error)
	// InsertCaptionService stores a service with the hash of its key.
	InsertCaptionService(ctx context.Context, s CaptionService, key TokenHash) (CaptionServiceID, error)
	// RenewCaptionService gives a service another key.
	RenewCaptionService(ctx context.Context, id CaptionServiceID, key TokenHash, at time.Time) error
	// RevokeCaptionService ends a service's key.
	RevokeCaptionService(ctx context.Context, id CaptionServiceID, at time.Time) error
	// ServiceType returns the type of a key, also that of a revoked service; the ID is 0
	// where there is none.
	ServiceType(ctx context.Context, key string) (ServiceType, error)
	// InsertServiceType stores a type.
	InsertServiceType(ctx context.Context, t ServiceType) (ServiceTypeID, error)
	// SetServiceType stores what has changed of a type.
	SetServiceType(ctx context.Context, t ServiceType) error
	// DeleteServiceType removes a type.
	DeleteServiceType(ctx context.Context, id ServiceTypeID) error
}

// CaptionServices returns all captioning services, revoked ones included. Only the operator may call it.
func (l *Library) CaptionServices(ctx context.Context, actor Actor) ([]CaptionService, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]CaptionService, error) {
		if !may(actor, Operate, given{}) {
			return nil, Forbidden("only the operator may list captioning services")
		}
		return v.in.Last().CaptionServices(ctx)
	})
}

// authenticateService returns the captioning service whose key this is.
func (l *Library) authenticateService(ctx context.Context, hash TokenHash) (Actor, error) {
	var id CaptionServiceID
	var kept TokenHash
	err := l.store.View(ctx, func(in Reader) (err error) {
		id, kept, err = in.Last().CaptionServiceByKey(ctx, hash)
		return err
	})
	if KindOf(err) == KindNotFound || err == nil && subtle.ConstantTimeCompare(kept[:], hash[:]) != 1 {
		return Actor{}, errNotSignedIn
	}
	if err != nil {
		return Actor{}, err
	}
	return Service(id, Credential{Token: hash}), nil
}

// CreateCaptionService makes a captioning service, or gives one that was revoked a new
// key, with which it has its types and requests again. It returns the key, which is not
// stored and cannot be shown again.
func (c *Change) CreateCaptionService(ctx context.Context, name string) (string, CaptionService, error) {
	if !may(c.actor, Operate, given{}) {
		return "", CaptionService{}, Forbidden("only the operator may manage captioning services")
	}
	if err := CheckText("name", name); err != nil {
		return "", CaptionService{}, err
	}
	if err := c.tx.LockCaptioning(ctx); err != nil {
		return "", CaptionService{}, err
	}
	s, err := c.tx.CaptionServiceByName(ctx, name)
	if err != nil && KindOf(err) != KindNotFound {
		return "", CaptionService{}, err
	}
	if err == nil && s.RevokedAt == nil {
		return "", CaptionService{}, &Error{Kind: KindConflict, Field: "name", Message: fmt.Sprintf(
			"the captioning service %q already has a key; revoke it first", name)}
	}
	secret, hash := newSecret()
	s = CaptionService{ID: s.ID, Name: name, CreatedAt: c.now}
	if s.ID == 0 {
		s.ID, err = c.tx.InsertCaptionService(ctx, s, hash)
	} else {
		err = c.tx.RenewCaptionService(ctx, s.ID, hash, c.now)
	}
	if err != nil {
		return "", CaptionService{}, err
	}
	return secret, s, c.record(ctx, "caption_service", "create", idText(s.ID), nil,
		facts{"name": name, "key": tokenName(hash)})
}

// RevokeCaptionService ends a service's key; it stops with the next request.
func (c *Change) RevokeCaptionService(ctx context.Context, name string) (CaptionService, error) {
	if !may(c.actor, Operate, given{}) {
		return CaptionService{}, Forbidden("only the operator may manage captioning services")
	}
	if err := c.tx.LockCaptioning(ctx); err != nil {
		return CaptionService{}, err
	}
	s, err := c.tx.CaptionServiceByName(ctx, name)
	if err != nil {
		return CaptionService{}, err
	}
	if s.RevokedAt != nil {
		return CaptionService{}, &Error{Kind: KindConflict, Field: "name", Message: fmt.Sprintf(
			"the captioning service %q is revoked already", name)}
	}
	if err := c.tx.RevokeCaptionService(ctx, s.ID, c.now); err != nil {
		return CaptionService{}, err
	}
	s.RevokedAt = &c.now
	return s, c.record(ctx, "caption_service", "revoke", idText(s.ID),
		facts{"revoked_at": nil}, facts{"revoked_at": c.now})
}

// mayOrganize refuses everyone but admins and captioning services.
func mayOrganize(a Actor) error {
	if may(a, OrganizeCaptions, given{self: true}) {
		return nil
	}
	return Forbidden("only admins and captioning services may do this")
}

// ServiceTypes returns what captions can be asked for, the newest first, to admins and
// captioning services. Without an active service it is KindNotFound.
func (l *Library) ServiceTypes(ctx context.Context, actor Actor) ([]ServiceType, error) {
	return view(ctx, l, actor, func(v *Snapshot) ([]ServiceType, error) {
		if err := mayOrganize(actor); err != nil {
			return nil, err
		}
		types, active, err := v.in.Last().ServiceTypes(ctx)
		if err == nil && !active {
			err = errNoService
		}
		return types, err
	})
}

var errNoService = &Error{
	Kind: KindNotFound, Field: "captioning_service", Message: "there is no active captioning service",
}

// PutServiceType makes the type of a key, or changes it. A captioning service has types
// of its own and changes no others; an admin changes all, and what they make belongs to
// no service.
func (c *Change) PutServiceType(ctx context.Context, t ServiceType) (ServiceType, error) {
	if err := c.checkServiceType(t); err != nil {
		return ServiceType{}, err
	}
	current, err := c.serviceType(ctx, t.Key)
	if err != nil {
		return ServiceType{}, err
	}
	var before facts
	t.ID, t.Service = current.ID, current.Service
	if reflect.DeepEqual(t, current) {
		return t, nil
	}
	if current.ID != 0 {
		before = current.facts()
		err = c.tx.SetServiceType(ctx, t)
	} else {
		if c.actor.IsService() {
			t.Service = new(c.actor.Service())
		}
		t.ID, err = c.tx.InsertServiceType(ctx, t)
	}
	if err != nil {
		return ServiceType{}, err
	}
	return t, c.record(ctx, "captioning_service_type", "put", idText(t.ID), before, t.facts())
}

func (c *Change) checkServiceType(t ServiceType) error {
	for _, text := range []struct{ field, text string }{{"key", t.Key}, {"label", t.Label}} {
		if err := CheckText(text.field, text.text); err != nil {
			return err
		}
	}
	if !isText(t.Description) {
		return Invalid("description", "must be UTF-8 text without NUL")
	}
	return nil
}

// serviceType locks captioning and returns the type of a key, with the ID 0 for none, to
// who may change it.
func (c *Change) serviceType(ctx context.Context, key string) (ServiceType, error) {
	if err := mayOrganize(c.actor); err != nil {
		return ServiceType{}, err
	}
	if err := c.tx.LockCaptioning(ctx); err != nil {
		return ServiceType{}, err
	}
	if _, active, err := c.tx.ServiceTypes(ctx); err != nil || !active {
		if err == nil {
			err = errNoService
		}
		return ServiceType{}, err
	}
	t, err := c.tx.ServiceType(ctx, key)
	if err != nil {
		return t, err
	}
	own := t.ID == 0 || t.Service != nil && *t.Service == c.actor.Service()
	if may(c.actor, PutServiceType, given{self: own}) {
		return t, nil
	}
	return ServiceType{}, Forbidden("the service type %q belongs to another captioning service", key)
}

// DeleteServiceType removes a type; its open requests can still be fulfilled.
func (c *Change) DeleteServiceType(ctx context.Context, key string) error {
	t, err := c.serviceType(ctx, key)
	if err != nil {
		return err
	}
	if t.ID == 0 {
		return noServiceType(key)
	}
	if err := c.tx.DeleteServiceType(ctx, t.ID); err != nil {
		return err
	}
	return c.record(ctx, "captioning_service_type", "delete", idText(t.ID), t.facts(), nil)
}

func noServiceType(key string) error {
	return &Error{
		Kind: KindNotFound, Field: "service_type", Message: fmt.Sprintf("there is no captioning service type %q", key),
	}
}

// facts is what the audit log records of a type.
func (t ServiceType) facts() facts {
	return facts{
		"key": t.Key, "label": t.Label, "description": t.Description, "is_asr": t.IsASR, "languages": t.Languages,
		"service_id": t.Service,
	}
}
