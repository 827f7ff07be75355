package studioapi

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/library"
)

// GetInsightsOverview shows how often a perspective is viewed, as CSV.
func (h *handlers) GetInsightsOverview(
	ctx context.Context, actor library.Actor, in GetInsightsOverviewInput,
) (string, error) {
	of, err := audience(in.Role)
	if err != nil {
		return "", err
	}
	found, err := h.library.Insights(ctx, actor, in.PerspectiveID, of)
	if err != nil {
		return "", err
	}
	return overviewCSV(found)
}

// GetInsightsUsers shows who viewed a perspective, as CSV.
func (h *handlers) GetInsightsUsers(
	ctx context.Context, actor library.Actor, in GetInsightsUsersInput,
) (string, error) {
	of, err := audience(in.Role)
	if err != nil {
		return "", err
	}
	found, err := h.library.AllViewers(ctx, actor, in.PerspectiveID, of)
	if err != nil {
		return "", err
	}
	return viewersCSV(found)
}

// GetInsights shows how often a perspective is viewed.
func (h *handlers) GetInsights(
	ctx context.Context, actor library.Actor, in GetInsightsInput,
) (GetInsightsOutput, error) {
	of, err := audience(in.Role)
	if err != nil {
		return GetInsightsOutput{}, err
	}
	found, err := h.library.Insights(ctx, actor, in.PerspectiveID, of)
	if err != nil {
		return GetInsightsOutput{}, err
	}
	return GetInsightsOutput{Insights: wireInsights(found)}, nil
}

// ListViewers lists who viewed a perspective.
func (h *handlers) ListViewers(
	ctx context.Context, actor library.Actor, in ListViewersInput,
) (ListViewersOutput, error) {
	of, err := audience(in.Role)
	if err != nil {
		return ListViewersOutput{}, err
	}
	page := library.Page{Number: in.Page, Size: in.PerPage}
	found, err := h.library.Viewers(ctx, actor, in.PerspectiveID, of, page)
	if err != nil {
		return ListViewersOutput{}, err
	}
	return ListViewersOutput{
		Viewers:        mapList(found.Items, func(v library.Viewer) Viewer { return wireViewer(v, found.Length) }),
		PaginationMeta: wireMeta(found.Paged),
	}, nil
}

// ListCourseInsights shows how often the media of a course are viewed there.
func (h *handlers) ListCourseInsights(
	ctx context.Context, actor library.Actor, in ListCourseInsightsInput,
) (ListCourseInsightsOutput, error) {
	of, err := audience(in.Role)
	if err != nil {
		return ListCourseInsightsOutput{}, err
	}
	found, err := h.library.CourseInsights(ctx, actor, library.CourseID(in.CourseID), of)
	if err != nil {
		return ListCourseInsightsOutput{}, err
	}
	return ListCourseInsightsOutput{Insights: mapList(found, wireInsights)}, nil
}

// CreateViewTicket makes a ticket for reporting views without a token.
func (h *handlers) CreateViewTicket(
	ctx context.Context, actor library.Actor, in CreateViewTicketInput,
) (CreateViewTicketOutput, error) {
	ticket, life, err := h.library.ViewTicket(ctx, actor, in.PerspectiveID)
	if err != nil {
		return CreateViewTicketOutput{}, err
	}
	return CreateViewTicketOutput{Ticket: ticket, ExpiresIn: int64(life.Seconds())}, nil
}

// RecordViews keeps what somebody watched.
func (h *handlers) RecordViews(ctx context.Context, actor library.Actor, in RecordViewsInput) error {
	return h.library.RecordViews(ctx, actor, library.ViewBatch{
		Perspective: in.PerspectiveID, Client: in.ClientID, Ticket: in.Ticket,
		Pieces: mapList(in.Views, func(p ViewPiece) library.ViewPiece {
			return library.ViewPiece{
				Sequence:  p.Sequence,
				Intervals: mapList(p.Intervals, func(i ViewInterval) library.Interval { return library.Interval(i) }),
			}
		}),
	})
}

// audience reads whose views are wanted.
func audience(role *string) (library.Audience, error) {
	if role == nil {
		return library.Everyone, nil
	}
	r, err := library.ParseRole(*role)
	return library.Audience(r.String()), err
}

func wireInsights(n library.Insights) Insights {
	w := Insights{
		PerspectiveID: n.Perspective.String(), MediaID: int64(n.Media), Title: n.Title, Duration: n.Length.Seconds(),
		Views: n.Views, TimeViewed: n.Watched.Seconds(), UniqueViewers: n.Viewers,
	}
	for i, viewers := range slicesOf(n.Length, n.Slices) {
		slice := library.SliceOf(n.Length, i)
		w.Slices = append(w.Slices, InsightsSlice{
			Start: seconds(slice.From), End: seconds(slice.To), Viewers: viewers,
		})
	}
	return w
}

func wireViewer(v library.Viewer, length library.Milliseconds) Viewer {
	return Viewer{
		UserBrief: wireUserBrief(v.UserBrief), Role: v.LastRole.String(), Views: v.Views,
		TimeViewed: v.Watched.Seconds(), CompletionRate: v.Completion(length), LastViewedAt: v.LastViewed,
		Slices: slicesOf(length, v.SliceShares(length)),
	}
}

// slicesOf is what is known of each slice of a media item; nothing while its length is not.
func slicesOf[T any](length library.Milliseconds, slices [library.Slices]T) []T {
	if length == 0 {
		return nil
	}
	return slices[:]
}

func seconds(milliseconds int64) float64 { return library.Milliseconds(milliseconds).Seconds() }

// overviewCSV writes the sums. Programs read the first four rows by their place (the wire
// contract, section 9).
func overviewCSV(n library.Insights) (string, error) {
	const msPerMinute = 60_000
	rows := [][]string{
		{"Metric", "Value"},
		{"Views", strconv.FormatInt(n.Views, 10)},
		{"Time Viewed [min]", oneDecimal(float64(n.Watched) / msPerMinute)},
		{"Unique Viewers", strconv.FormatInt(n.Viewers, 10)},
		{"Time Slice", "Viewers"},
	}
	for i, viewers := range slicesOf(n.Length, n.Slices) {
		rows = append(rows, []string{sliceName(n.Length, i), strconv.FormatInt(viewers, 10)})
	}
	return writeCSV(rows)
}

// viewersCSV writes the viewers, with a column for each slice.
func viewersCSV(found library.Viewers) (string, error) {
	header := []string{"Name", "Email", "Role", "Completion rate [%]"}
	for i := range slicesOf(found.Length, [library.Slices]struct{}{}) {
		header = append(header, sliceName(found.Length, i)+" [%]")
	}
	rows := [][]string{header}
	for _, v := range found.Items {
		address := ""
		if v.Email != nil {
			address = *v.Email
		}
		row := []string{
			noFormula(v.FullName), noFormula(address), v.LastRole.String(), oneDecimal(v.Completion(found.Length)),
		}
		for _, share := range slicesOf(found.Length, v.SliceShares(found.Length)) {
			row = append(row, oneDecimal(share))
		}
		rows = append(rows, row)
	}
	return writeCSV(rows)
}

// sliceName is the span of a slice, in words that no spreadsheet takes for a date.
func sliceName(length library.Milliseconds, i int) string {
	slice := library.SliceOf(length, i)
	end := func(at int64) string { return strconv.FormatFloat(seconds(at), 'f', -1, 64) + "s" }
	return end(slice.From) + " to " + end(slice.To)
}

func oneDecimal(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// formulaSigns is with what a cell begins that spreadsheets run: the signs, those of full
// width that some take for them, and white space before which some look further.
const formulaSigns = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"

// noFormula keeps a name that a person chose from running as a formula when the file is opened in a
// spreadsheet.
func noFormula(cell string) string {
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune(formulaSigns, first) {
		return "'" + cell
	}
	return cell
}

func writeCSV(rows [][]string) (string, error) {
	var b bytes.Buffer
	err := csv.NewWriter(&b).WriteAll(rows)
	return b.String(), err
}
