package conformance

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// The metrics tell what is in a library, and what a node does.
func TestMetrics_OfAKnownLibrary(t *testing.T) {
	t.Parallel()
	live.Databases.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := live.Open(t, url)
		lib.Load(t, school)
		d := newDisk()
		node := lib.Serve(t, live.Metered, d.use, func(o *app.Options) { o.DatabaseConnections = 5 })
		tom := node.As("tom")
		text := bytes.Repeat([]byte("not a film "), 100)
		begun := startUpload(t, tom, "")
		startUpload(t, tom, "")
		put(t, node, begun.URL, "video/mp4", bytes.NewReader(text), int64(len(text))).Want(t, 200)
		post(t, tom, completePath(begun.ID), `{"title":"Prisms"}`).Want(t, 200)
		tom.Get(t, "/nothing").Want(t, 404)
		request := tom.Request(t, http.MethodGet, fmt.Sprintf("%s/media/%d/processing", live.BasePath, begun.ID), "", "")
		request.Header.Set("Accept", "text/event-stream")
		stream := tom.Listen(t, request)
		defer func() { _ = stream.Body.Close() }()

		is := node.Metrics(t)
		limit := 4.0 // one of five listens
		if strings.HasPrefix(url, "sqlite:") {
			limit = 1
		}
		for name, want := range map[string]float64{
			`lectern_media_items{status="queued"}`:             1,
			`lectern_media_items{status="waiting_for_upload"}`: 1,
			`lectern_uploads_in_progress`:                      1,
			`lectern_stored_bytes`:                             float64(len(text)),
			`lectern_space_free_bytes{part="storage"}`:         muchFree,
			`lectern_space_reserve_bytes{part="storage"}`:      1 << 30,
			`lectern_event_streams`:                            1,
			`lectern_database_connections_limit`:               limit,
			`lectern_http_responses_total{kind="rejected"}`:    1,
			`lectern_jobs{state="available"}`:                  1,
		} {
			if got, found := is[name]; !found || got != want {
				t.Errorf("%s is %v (%v), want %v", name, got, found, want)
			}
		}
		// The node works and listens beside us, so how many are in use is only bounded.
		if used, found := is[`lectern_database_connections{state="in_use"}`]; !found || used < 0 || used > limit {
			t.Errorf("%v connections are in use (%v) of %v", used, found, limit)
		}
		if age, found := is["lectern_jobs_oldest_waiting_seconds"]; !found || age < 0 {
			t.Errorf("the oldest job waits for %v (%v)", age, found)
		}
		// What is counted is not counted again at once, and what is not costs nothing.
		startUpload(t, tom, "")
		d.free.Store(littleFree)
		is = node.Metrics(t)
		if n, free := is["lectern_uploads_in_progress"], is[`lectern_space_free_bytes{part="storage"}`]; n != 1 || free != littleFree {
			t.Errorf("a moment later there are %v uploads and %v bytes free", n, free)
		}
	})
}

// The table in docs/operating.md has every metric of Lectern, and no other.
func TestMetrics_AreDocumented(t *testing.T) {
	t.Parallel()
	const root = "../.."
	name := regexp.MustCompile(`"(lectern_[a-z_]+)"`)
	registered := make(map[string]bool)
	for _, folder := range []string{"app", "front", "work"} {
		files, err := filepath.Glob(filepath.Join(root, "internal", folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range name.FindAllSubmatch(text, -1) {
				registered[string(match[1])] = true
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(root, "docs", "operating.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := make(map[string]bool)
	for _, match := range regexp.MustCompile("(?m)^\\| `(lectern_[a-z_]+)`").FindAllSubmatch(text, -1) {
		documented[string(match[1])] = true
	}
	if len(registered) < 15 || !maps.Equal(registered, documented) {
		t.Errorf("registered are\n%q, documented\n%q", slices.Sorted(maps.Keys(registered)), slices.Sorted(maps.Keys(documented)))
	}
}
