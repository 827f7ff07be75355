package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// WatchedPerspective is [library.ViewReader]'s.
func (v *reader) WatchedPerspective(ctx context.Context, id uuid.UUID) (library.WatchedPerspective, error) {
	row, err := v.end.WatchedPerspective(ctx, id.String())
	if errors.Is(err, sql.ErrNoRows) {
		err = &library.Error{
			Kind: library.KindNotFound, Field: "perspective", Message: "perspective " + id.String() + " not found",
		}
	}
	if err != nil {
		return library.WatchedPerspective{}, err
	}
	return library.WatchedPerspective{
		ID: id, Media: library.MediaID(row.MediaID), Collection: library.CollectionID(row.CollectionID),
		Course: (*library.CourseID)(row.CourseID), Archived: row.Archived,
	}, nil
}

// Secret is [library.ViewReader]'s.
func (v *reader) Secret(ctx context.Context, name string) ([]byte, error) {
	secret, err := v.end.GetSecret(ctx, name)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, &library.Error{Kind: library.KindNotFound, Field: "secret", Message: "there is no secret for " + name}
	}
	return secret, err
}

func (t *tx) MakeSecret(ctx context.Context, name string, fresh []byte) ([]byte, error) {
	if err := t.q.InsertSecret(ctx, dbq.InsertSecretParams{Name: name, Secret: fresh}); err != nil {
		return nil, err
	}
	return t.q.GetSecret(ctx, name)
}

func (t *tx) ViewSessions(
	ctx context.Context, perspective uuid.UUID, user library.UserID, client string,
) (of *library.ViewSession, others []library.Playback, err error) {
	rows, err := t.q.ViewSessions(ctx, dbq.ViewSessionsParams{
		PerspectiveID: perspective.String(), UserID: int64(user), ClientID: client,
	})
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		played := library.Playback{
			Began: fromUnix(row.BeganAt), FirstHeard: fromUnix(row.FirstHeardAt), Watched: library.Milliseconds(row.Watched),
		}
		if row.ClientID != client {
			others = append(others, played)
			continue
		}
		role, err := library.ParseRole(row.Role)
		if err != nil {
			return nil, nil, fmt.Errorf("a view session of user %d: %w", user, err)
		}
		received, err := library.ParseSpans(row.Received)
		if err != nil {
			return nil, nil, fmt.Errorf("a view session of user %d: %w", user, err)
		}
		of = &library.ViewSession{Playback: played, Role: role, Received: received}
	}
	return of, others, nil
}

func (t *tx) SetViewSession(
	ctx context.Context, perspective uuid.UUID, user library.UserID, client string, s library.ViewSession,
) error {
	return t.later.SetViewSession(ctx, dbq.SetViewSessionParams{
		PerspectiveID: perspective.String(), UserID: int64(user), ClientID: client,
		Role: s.Role.String(), Received: s.Received.String(), Watched: int64(s.Watched),
		BeganAt: s.Began.Unix(), FirstHeardAt: s.FirstHeard.Unix(),
	})
}

func (t *tx) DeleteViewSessions(ctx context.Context, perspective uuid.UUID, user library.UserID, before time.Time) error {
	return t.later.DeleteViewSessions(ctx, dbq.DeleteViewSessionsParams{
		PerspectiveID: perspective.String(), UserID: int64(user), Before: before.Unix(),
	})
}

func (t *tx) Viewing(
	ctx context.Context, perspective uuid.UUID, of library.Audience, user library.UserID,
) (library.Viewing, error) {
	row, err := t.q.Viewing(ctx, dbq.ViewingParams{
		PerspectiveID: perspective.String(), Role: string(of), UserID: int64(user),
	})
	if errors.Is(err, sql.ErrNoRows) {
		return library.Viewing{}, nil
	}
	if err != nil {
		return library.Viewing{}, err
	}
	return toViewing(row)
}

func (t *tx) SetViewing(
	ctx context.Context, perspective uuid.UUID, of library.Audience, user library.UserID, v library.Viewing,
) error {
	return t.later.SetViewing(ctx, dbq.SetViewingParams{
		PerspectiveID: perspective.String(), Role: string(of), UserID: int64(user), LastRole: v.LastRole.String(),
		Stretches: v.Stretches.String(), Watched: int64(v.Watched), Views: v.Views, LastViewedAt: v.LastViewed.Unix(),
	})
}

func (t *tx) SetLastViewed(ctx context.Context, id library.MediaID, now time.Time) error {
	return t.later.SetLastViewed(ctx, dbq.SetLastViewedParams{Step: t.step, ID: int64(id), At: now.Unix(), Day: startOfDay(now)})
}

func (t *tx) SetLastViewedByStudent(ctx context.Context, id library.MediaID, now time.Time) error {
	return t.later.SetLastViewedByStudent(ctx, dbq.SetLastViewedByStudentParams{
		Step: t.step, ID: int64(id), At: now.Unix(), Day: startOfDay(now),
	})
}

// startOfDay is when the day of an instant begins in UTC.
func startOfDay(t time.Time) int64 { return t.UTC().Truncate(24 * time.Hour).Unix() }

func toViewing(r dbq.ViewingRow) (library.Viewing, error) {
	role, err := library.ParseRole(r.LastRole)
	if err != nil {
		return library.Viewing{}, fmt.Errorf("a viewer's role: %w", err)
	}
	stretches, err := library.ParseSpans(r.Stretches)
	return library.Viewing{
		LastRole: role, Stretches: stretches, Watched: library.Milliseconds(r.Watched), Views: r.Views,
		LastViewed: fromUnix(r.LastViewedAt),
	}, err
}
