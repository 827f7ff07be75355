package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
)

// InsightSums is [library.InsightReader]'s. It reads one row, however many views there
// are.
func (v *reader) InsightSums(
	ctx context.Context, perspective uuid.UUID, of library.Audience,
) (library.InsightSums, error) {
	row, err := v.end.InsightSums(ctx, dbq.InsightSumsParams{PerspectiveID: perspective.String(), Role: string(of)})
	if errors.Is(err, sql.ErrNoRows) {
		return library.InsightSums{}, nil
	}
	if err != nil {
		return library.InsightSums{}, err
	}
	return toSums(row)
}

// Viewers is [library.InsightReader]'s.
func (v *reader) Viewers(
	ctx context.Context, perspective uuid.UUID, of library.Audience, page library.Page,
) (library.Paged[library.Viewer], error) {
	found := library.Paged[library.Viewer]{Page: page}
	var err error
	found.Total, err = v.q.CountViewers(ctx, dbq.CountViewersParams{PerspectiveID: perspective.String(), Role: string(of)})
	if err != nil {
		return found, err
	}
	rows, err := v.end.Viewers(ctx, dbq.ViewersParams{
		PerspectiveID: perspective.String(), Role: string(of), Limit: page.Size, Offset: page.Offset(),
	})
	found.Items = make([]library.Viewer, len(rows))
	for i, r := range rows {
		found.Items[i], err = toViewer(r)
		if err != nil {
			return found, err
		}
	}
	return found, err
}

// InsightsOfCollection is [library.InsightReader]'s.
func (v *reader) InsightsOfCollection(
	ctx context.Context, user library.UserID, id library.CollectionID, of library.Audience,
) ([]library.CourseInsights, error) {
	var found []library.CourseInsights
	rows, err := v.q.InsightsOfCollection(ctx, dbq.InsightsOfCollectionParams{CollectionID: int64(id), Role: string(of), UserID: int64(user)})
	if err != nil {
		return found, err
	}
	ways, err := v.end.WaysInCollection(ctx, dbq.WaysInCollectionParams{UserID: int64(user), CollectionID: int64(id)})
	if err != nil {
		return found, err
	}
	byMedia := make(map[int64][]library.MediaWay)
	for _, w := range ways {
		byMedia[w.MediaID] = append(byMedia[w.MediaID], library.MediaWay{Way: library.Way(w.Way), Home: w.Home})
	}
	found = make([]library.CourseInsights, len(rows))
	for i, r := range rows {
		if found[i], err = toCourseInsights(r); err != nil {
			return found, err
		}
		found[i].Access = library.MediaAccess{
			Ways: byMedia[r.MediaID], IsOwner: r.OwnerID == int64(user),
			Waiting: r.State == string(library.StateWaiting), InReach: r.InReach,
		}
	}
	return found, nil
}

func (t *tx) LockInsights(
	ctx context.Context, perspective uuid.UUID, length library.Milliseconds,
) (map[library.Audience]library.InsightSums, error) {
	id := perspective.String()
	if err := t.later.LockInsights(ctx, dbq.LockInsightsParams{PerspectiveID: id, Length: int64(length)}); err != nil {
		return nil, err
	}
	rows, err := t.q.AllInsightSums(ctx, id)
	if err != nil {
		return nil, err
	}
	sums := make(map[library.Audience]library.InsightSums, len(rows))
	for _, r := range rows {
		of := library.Audience(r.Role)
		sums[of], err = toSums(dbq.InsightSumsRow{
			Length: r.Length, Views: r.Views, Watched: r.Watched, Viewers: r.Viewers, Slices: r.Slices,
		})
		if err != nil {
			return nil, err
		}
	}
	return sums, nil
}

func (t *tx) SetInsightSums(
	ctx context.Context, perspective uuid.UUID, of library.Audience, sums library.InsightSums,
) error {
	return t.later.SetInsightSums(ctx, dbq.SetInsightSumsParams{
		PerspectiveID: perspective.String(), Role: string(of), Length: int64(sums.Length), Views: sums.Views,
		Watched: int64(sums.Watched), Viewers: sums.Viewers, Slices: slicesText(sums.Slices),
	})
}

func (t *tx) StretchesOfViewers(
	ctx context.Context, perspective uuid.UUID,
) (map[library.Audience][]library.Spans, error) {
	rows, err := t.q.StretchesOfViewers(ctx, perspective.String())
	if err != nil {
		return nil, err
	}
	found := make(map[library.Audience][]library.Spans)
	for _, r := range rows {
		stretches, err := library.ParseSpans(r.Stretches)
		if err != nil {
			return nil, err
		}
		found[library.Audience(r.Role)] = append(found[library.Audience(r.Role)], stretches)
	}
	return found, nil
}

func toSums(r dbq.InsightSumsRow) (library.InsightSums, error) {
	sums := library.InsightSums{
		Length: library.Milliseconds(r.Length), Views: r.Views, Watched: library.Milliseconds(r.Watched), Viewers: r.Viewers,
	}
	if r.Slices == "" {
		return sums, nil
	}
	pieces := strings.Split(r.Slices, ",")
	if len(pieces) != len(sums.Slices) {
		return sums, fmt.Errorf("insights have the slices %q", r.Slices)
	}
	for i, piece := range pieces {
		n, err := strconv.ParseInt(piece, 10, 64)
		if err != nil {
			return sums, fmt.Errorf("insights have the slices %q: %w", r.Slices, err)
		}
		sums.Slices[i] = n
	}
	return sums, nil
}

func slicesText(slices [library.Slices]int64) string {
	var b []byte
	for i, n := range slices {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return string(b)
}

func toCourseInsights(r dbq.InsightsOfCollectionRow) (library.CourseInsights, error) {
	id, err := uuid.Parse(r.UUID)
	if err != nil {
		return library.CourseInsights{}, fmt.Errorf("a perspective of media %d has the id %q: %w", r.MediaID, r.UUID, err)
	}
	sums, err := toSums(dbq.InsightSumsRow{
		Length: r.Length, Views: r.Views, Watched: r.Watched, Viewers: r.Viewers, Slices: r.Slices,
	})
	return library.CourseInsights{
		Insights: library.Insights{
			Perspective: id, Media: library.MediaID(r.MediaID), Title: r.Title, InsightSums: sums,
		},
		Duration: library.InMilliseconds(r.Duration),
	}, err
}

func toViewer(r dbq.ViewersRow) (library.Viewer, error) {
	v, err := toViewing(dbq.ViewingRow{
		LastRole: r.LastRole, Stretches: r.Stretches, Watched: r.Watched, Views: r.Views, LastViewedAt: r.LastViewedAt,
	})
	return library.Viewer{
		UserBrief: library.UserBrief{
			ID: library.UserID(r.ID), FullName: r.FullName, DisplayName: r.DisplayName, Email: r.Email,
		},
		Viewing: v,
	}, err
}
