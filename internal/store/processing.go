package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// Processing is [library.ProcessingReader]'s.
func (v *reader) Processing(ctx context.Context, id library.MediaID) (library.Processing, error) {
	row, err := v.end.GetProcessing(ctx, int64(id))
	if errors.Is(err, sql.ErrNoRows) {
		return library.Processing{}, nil
	}
	if err != nil {
		return library.Processing{}, err
	}
	p := library.Processing{
		Percent: row.Percent, Message: row.Message, URL: row.Url,
		UpdatedAt: fromUnix(row.UpdatedAt),
	}
	if row.Run != nil {
		run, err := uuid.Parse(*row.Run)
		if err != nil {
			return library.Processing{}, err
		}
		p.Run = &run
	}
	return p, nil
}

func (t *tx) SetProcessing(ctx context.Context, id library.MediaID, p library.Processing) error {
	row := dbq.SetProcessingParams{
		MediaID: int64(id), Url: p.URL, Percent: p.Percent, Message: p.Message,
		UpdatedAt: p.UpdatedAt.Unix(),
	}
	if p.Run != nil {
		row.Run = new(p.Run.String())
	}
	return t.later.SetProcessing(ctx, row)
}

// SetProgress is [library.ProcessingReader]'s.
func (s *Store) SetProgress(
	ctx context.Context, id library.MediaID, run uuid.UUID, percent int64, at time.Time,
) (has bool, err error) {
	err = s.db.change(ctx, func(conn dbq.DBTX) error {
		rows, err := dbq.New(conn).SetProgress(ctx, dbq.SetProgressParams{
			MediaID: int64(id), Run: new(run.String()), Percent: percent, UpdatedAt: at.Unix(),
		})
		has = rows > 0
		return err
	})
	return has, err
}
