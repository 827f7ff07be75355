package conformance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// What is done with captions stands in the audit log: by whom, and once, where something
// changed.
func TestCaptions_AreAudited(t *testing.T) {
	t.Parallel()
	live.Databases.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := live.Open(t, url)
		lib.Load(t, captioned)
		node := lib.Serve(t)
		tom, service := node.As("tom"), node.With("Bearer "+lib.NewCaptionService(t, "Captions Ltd"))
		lenses := mediaPath(lib, "lenses", "")
		f := addCaptions(t, tom, lenses, "en", goodSRT)
		for range 2 {
			tom.Send(t, "POST", captionPath(f.ID, "/unpublish"), "", "").Want(t, 200)
			putType(t, service, "human", `["en"]`).Want(t, 200)
		}
		tom.Send(t, "POST", captionPath(f.ID, "/publish"), "", "").Want(t, 200)
		sendForm(t, tom, "PUT", captionPath(f.ID, ""), goodVTT).Want(t, 200)
		tom.Send(t, "DELETE", captionPath(f.ID, ""), "", "").Want(t, 204)
		r := request(t, tom, lenses, "en", "human")
		for _, status := range []string{"processing", "processing", "fulfilled"} {
			sendForm(t, service, "PATCH", fmt.Sprintf("/caption_file_requests/%d", r.ID), goodSRT, "status", status).Want(t, 202)
		}
		service.Send(t, "DELETE", "/captioning_service_types/human", "", "").Want(t, 204)
		revokeService(t, lib, "Captions Ltd")

		want := []string{
			"caption_service.create by operator", "caption_file.create by user", "caption_file.unpublish by user",
			"captioning_service_type.put by service", "caption_file.publish by user", "caption_file.replace by user",
			"caption_file.delete by user", "caption_request.create by user", "caption_request.answer by service",
			"caption_file.deliver by service", "caption_request.answer by service",
			"captioning_service_type.delete by service", "caption_service.revoke by operator",
		}
		if got := captionEvents(t, url); !slices.Equal(got, want) {
			t.Errorf("the log has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// captionEvents is what the audit log has about captions, in its order.
func captionEvents(t *testing.T, url string) (events []string) {
	t.Helper()
	rows, err := testkit.Tables(t, url).QueryContext(t.Context(), `SELECT action || ' by ' || CASE WHEN service_id IS NOT NULL THEN 'service'
		WHEN actor_id IS NOT NULL THEN 'user' ELSE 'operator' END FROM audit_events WHERE object LIKE 'caption%' ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var event string
		if err := rows.Scan(&event); err != nil {
			t.Fatal(err)
		}
		events = append(events, event)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return events
}
