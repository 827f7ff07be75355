package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// UploadsToSweep is [library.SweepReader]'s.
func (v *reader) UploadsToSweep(
	ctx context.Context, emptyBefore, arrivedBefore time.Time, limit int64,
) ([]library.MediaID, error) {
	ids, err := v.end.UploadsToSweep(ctx, dbq.UploadsToSweepParams{
		EmptyBefore: emptyBefore.Unix(), ArrivedBefore: arrivedBefore.Unix(), Limit: limit,
	})
	return toMediaIDs(ids), err
}

// BinToEmpty is [library.SweepReader]'s.
func (v *reader) BinToEmpty(ctx context.Context, before time.Time, limit int64) ([]library.MediaID, error) {
	ids, err := v.end.BinToEmpty(ctx, dbq.BinToEmptyParams{Before: toUnixOrNil(&before), Limit: limit})
	return toMediaIDs(ids), err
}

func toMediaIDs(plain []int64) []library.MediaID {
	ids := make([]library.MediaID, len(plain))
	for i, id := range plain {
		ids[i] = library.MediaID(id)
	}
	return ids
}

// FilesAfter is [library.SweepReader]'s.
func (v *reader) FilesAfter(ctx context.Context, after, limit int64) ([]library.FileRow, error) {
	rows, err := v.end.FilesAfter(ctx, dbq.FilesAfterParams{After: after, Limit: limit})
	files := make([]library.FileRow, len(rows))
	for i, r := range rows {
		files[i] = library.FileRow{MediaFile: toMediaFile(r), Row: r.ID, Media: library.MediaID(r.MediaID)}
	}
	return files, err
}

// IsNamed is [library.SweepReader]'s.
func (v *reader) IsNamed(ctx context.Context, key string) (bool, error) {
	return v.end.IsNamed(ctx, key)
}

// IsRun is [library.SweepReader]'s.
func (v *reader) IsRun(ctx context.Context, run uuid.UUID) (bool, error) {
	return v.end.IsRun(ctx, run.String())
}

// RunsSince is [library.SweepReader]'s.
func (v *reader) RunsSince(ctx context.Context) (time.Time, error) {
	at, err := v.end.RunsSince(ctx)
	return time.Unix(at, 0).UTC(), err
}

// AddRun is [library.RunWriter]'s.
func (t *tx) AddRun(ctx context.Context, run uuid.UUID, at time.Time) error {
	return t.q.InsertRun(ctx, dbq.InsertRunParams{Run: run.String(), StartedAt: at.Unix()})
}
