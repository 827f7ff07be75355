package rivals

import (
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestListed_WritesTheShapeOfTheContract(t *testing.T) {
	t.Parallel()
	m := listed{
		id: 7, title: `"Lenses" – part 1`, duration: 61.5, createdAt: 1767603780, size: 1 << 20,
		description: sql.NullString{String: "a\nb", Valid: true}, lastViewed: sql.NullInt64{Int64: 1767603780, Valid: true},
		status: "finished", source: "upload", embedID: "0b6f2c3e-6f4c-4c61-9a05-3a9a3c1f7a10",
		ownerID: 3, ownerFull: "Ada Byron", ownerDisplay: "Ada",
	}
	var got map[string]any
	if err := json.Unmarshal(m.appendJSON(nil), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"id": 7.0, "title": `"Lenses" – part 1`, "description": "a\nb", "duration": 61.5,
		"created_at": "2026-01-05T09:03:00Z", "last_viewed": "2026-01-05", "last_viewed_by_student": nil,
		"transcoding_status": "finished", "size": float64(1 << 20), "source": "upload",
		"embed_id": m.embedID, "lti_launch_id": m.embedID + "-7", "archived_at": nil, "permission": "owner",
	} {
		if got[key] != want {
			t.Errorf("%s: got %v, want %v", key, got[key], want)
		}
	}
	const keysOfMedia = 16
	if len(got) != keysOfMedia {
		t.Errorf("got %d keys, want %d: %v", len(got), keysOfMedia, got)
	}
}

func TestReadFloorPath(t *testing.T) {
	t.Parallel()
	if shelf, page, size, ok := readFloorPath("/0/2/20"); !ok || shelf != 0 || page != 2 || size != 20 {
		t.Errorf("got %d, %d, %d, %v", shelf, page, size, ok)
	}
	for _, path := range []string{"/", "/1/2", "/1/2/x", "/1/2/3/4", "/-1/1/1"} {
		if _, _, _, ok := readFloorPath(path); ok {
			t.Errorf("%s was taken for a page", path)
		}
	}
}

func TestStart_ReportsWhyAServerDidNot(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", "echo no port is left; exit 3")
	_, err := start(t.Context(), cmd, func(string) (string, bool) { return "", false })
	if err == nil || !strings.Contains(err.Error(), "no port is left") {
		t.Errorf("got the error %v, want one with what the server said", err)
	}
}

func TestProcess_CountsItsOwn(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `echo listening on here; while :; do read -r x || exit; done`)
	stdin, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = write.Close() }()
	cmd.Stdin = stdin
	p, err := start(t.Context(), cmd, func(line string) (string, bool) { return strings.CutPrefix(line, announcement) })
	if err != nil {
		t.Fatal(err)
	}
	if p.Addr != "here" {
		t.Errorf("got the address %q, want here", p.Addr)
	}
	now, peak, err := p.Memory()
	if err != nil || now <= 0 || peak < now {
		t.Errorf("got %d bytes of memory, at most %d: %v", now, peak, err)
	}
	if _, err := p.CPU(); err != nil {
		t.Error(err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}
