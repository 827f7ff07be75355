package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// captioningLock is the row that every change of services and their types locks.
const captioningLock = "captioning"

func (t *tx) LockCaptioning(ctx context.Context) error {
	_, err := t.q.LockRule(ctx, captioningLock)
	return err
}

// CaptionServiceByKey is [library.CaptionServiceReader]'s.
func (v *reader) CaptionServiceByKey(
	ctx context.Context, hash library.TokenHash,
) (id library.CaptionServiceID, kept library.TokenHash, err error) {
	row, err := v.end.CaptionServiceByKey(ctx, hash[:])
	if errors.Is(err, sql.ErrNoRows) {
		return 0, kept, &library.Error{Kind: library.KindNotFound, Field: "key", Message: "key not found"}
	}
	copy(kept[:], row.KeyHash)
	return library.CaptionServiceID(row.ID), kept, err
}

// CaptionServices is [library.CaptionServiceReader]'s.
func (v *reader) CaptionServices(ctx context.Context) ([]library.CaptionService, error) {
	rows, err := v.end.CaptionServices(ctx)
	services := make([]library.CaptionService, len(rows))
	for i, r := range rows {
		services[i] = toCaptionService(r)
	}
	return services, err
}

// ServiceTypes is [library.CaptionServiceReader]'s.
func (v *reader) ServiceTypes(ctx context.Context) ([]library.ServiceType, bool, error) {
	active, err := v.q.AnyCaptionService(ctx)
	if err != nil || !active {
		return nil, false, err
	}
	rows, err := v.end.ServiceTypes(ctx)
	types := make([]library.ServiceType, len(rows))
	for i, r := range rows {
		types[i] = toServiceType(r)
	}
	return types, true, err
}

func (t *tx) CaptionServiceByName(ctx context.Context, name string) (library.CaptionService, error) {
	row, err := t.q.CaptionServiceByName(ctx, name)
	if errors.Is(err, sql.ErrNoRows) {
		return library.CaptionService{}, &library.Error{
			Kind: library.KindNotFound, Field: "name", Message: fmt.Sprintf("there is no captioning service %q", name),
		}
	}
	return toCaptionService(dbq.CaptionServicesRow(row)), err
}

func (t *tx) InsertCaptionService(
	ctx context.Context, s library.CaptionService, key library.TokenHash,
) (library.CaptionServiceID, error) {
	id, err := t.q.InsertCaptionService(ctx, dbq.InsertCaptionServiceParams{
		Name: s.Name, KeyHash: key[:], CreatedAt: s.CreatedAt.Unix(),
	})
	return library.CaptionServiceID(id), err
}

func (t *tx) RenewCaptionService(
	ctx context.Context, id library.CaptionServiceID, key library.TokenHash, at time.Time,
) error {
	return t.q.RenewCaptionService(ctx, dbq.RenewCaptionServiceParams{
		ID: int64(id), KeyHash: key[:], CreatedAt: at.Unix(),
	})
}

func (t *tx) RevokeCaptionService(ctx context.Context, id library.CaptionServiceID, at time.Time) error {
	return t.q.RevokeCaptionService(ctx, dbq.RevokeCaptionServiceParams{ID: int64(id), RevokedAt: toUnixOrNil(&at)})
}

func (t *tx) ServiceType(ctx context.Context, key string) (library.ServiceType, error) {
	row, err := t.q.ServiceType(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		return library.ServiceType{}, nil
	}
	return toServiceType(row), err
}

func (t *tx) InsertServiceType(ctx context.Context, s library.ServiceType) (library.ServiceTypeID, error) {
	id, err := t.q.InsertServiceType(ctx, dbq.InsertServiceTypeParams{
		ServiceID: (*int64)(s.Service), Key: s.Key, Label: s.Label, Description: s.Description,
		IsAsr: toInt64(s.IsASR), Languages: joinLanguages(s.Languages),
	})
	return library.ServiceTypeID(id), err
}

func (t *tx) SetServiceType(ctx context.Context, s library.ServiceType) error {
	return t.q.SetServiceType(ctx, dbq.SetServiceTypeParams{
		ID: int64(s.ID), Label: s.Label, Description: s.Description,
		IsAsr: toInt64(s.IsASR), Languages: joinLanguages(s.Languages),
	})
}

func (t *tx) DeleteServiceType(ctx context.Context, id library.ServiceTypeID) error {
	return t.q.DeleteServiceType(ctx, int64(id))
}

func toCaptionService(r dbq.CaptionServicesRow) library.CaptionService {
	return library.CaptionService{
		ID: library.CaptionServiceID(r.ID), Name: r.Name, CreatedAt: fromUnix(r.CreatedAt),
		RevokedAt: fromUnixOrNil(r.RevokedAt),
	}
}

func toServiceType(r dbq.CaptioningServiceType) library.ServiceType {
	s := library.ServiceType{
		ID: library.ServiceTypeID(r.ID), Service: (*library.CaptionServiceID)(r.ServiceID), Key: r.Key,
		Label: r.Label, Description: r.Description, IsASR: r.IsAsr != 0,
	}
	for tag := range strings.FieldsSeq(r.Languages) {
		s.Languages = append(s.Languages, library.Language(tag))
	}
	return s
}

func joinLanguages(languages []library.Language) string {
	tags := make([]string, len(languages))
	for i, l := range languages {
		tags[i] = string(l)
	}
	return strings.Join(tags, " ")
}

// toInt64 stores what is true as 1.
func toInt64(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
