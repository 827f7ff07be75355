package store

import (
	"context"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// CaptionRequests is [library.CaptionRequestReader]'s.
func (v *reader) CaptionRequests(
	ctx context.Context, filter library.RequestFilter,
) ([]library.CaptionRequest, error) {
	rows, err := v.end.CaptionRequests(ctx, dbq.CaptionRequestsParams{
		ServiceID: int64(filter.Service), Status: string(filter.Status),
	})
	requests := make([]library.CaptionRequest, len(rows))
	for i, r := range rows {
		requests[i] = toCaptionRequest(r)
	}
	return requests, err
}

// CaptionRequest is [library.CaptionRequestReader]'s.
func (v *reader) CaptionRequest(
	ctx context.Context, id library.CaptionRequestID,
) (library.CaptionRequest, error) {
	row, err := v.end.GetCaptionRequest(ctx, int64(id))
	if err != nil {
		return library.CaptionRequest{}, orNotFound(err, "caption request", id)
	}
	return toCaptionRequest(row), nil
}

func (t *tx) InsertCaptionRequest(
	ctx context.Context, r library.CaptionRequest,
) (library.CaptionRequestID, error) {
	id, err := t.q.InsertCaptionRequest(ctx, dbq.InsertCaptionRequestParams{
		MediaID: int64(r.Media), CaptionFileID: (*int64)(r.Captions), ServiceID: (*int64)(r.Service),
		ServiceType: r.ServiceType, Srclang: string(r.Language), Status: string(r.Status), CreatedAt: r.CreatedAt.Unix(),
	})
	return library.CaptionRequestID(id), err
}

func (t *tx) SetCaptionRequest(ctx context.Context, r library.CaptionRequest) error {
	return t.q.SetCaptionRequest(ctx, dbq.SetCaptionRequestParams{
		ID: int64(r.ID), Status: string(r.Status), Message: r.Message,
	})
}

func toCaptionRequest(r dbq.CaptionRequest) library.CaptionRequest {
	return library.CaptionRequest{
		ID: library.CaptionRequestID(r.ID), Media: library.MediaID(r.MediaID),
		Captions: (*library.CaptionFileID)(r.CaptionFileID), Service: (*library.CaptionServiceID)(r.ServiceID),
		ServiceType: r.ServiceType, Language: library.Language(r.Srclang), Status: library.RequestStatus(r.Status),
		Message: r.Message, CreatedAt: fromUnix(r.CreatedAt),
	}
}
