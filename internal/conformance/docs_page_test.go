package conformance

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// axe finds faults in the accessibility of pages; script/copy-axe copies it.
//
//go:embed testdata/axe/axe.min.js
var axe string

// A visit costs a quarter of what the page is made of, and the next one nothing.
func TestDocs_AreSentCompressedAndOnce(t *testing.T) {
	t.Parallel()
	lib := live.Open(t, live.Databases.SQLiteURL(t)) // no database is asked
	node := lib.Serve(t)
	type reply struct {
		status int
		header http.Header
		length int64
	}
	ask := func(path string, header ...string) reply {
		t.Helper()
		r := node.Nobody().Request(t, "GET", path, "", "")
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		response := node.Nobody().Listen(t, r)
		defer response.Body.Close()
		return reply{response.StatusCode, response.Header, response.ContentLength}
	}
	page := string(node.Nobody().Fetch(t, "/api/public/docs").Want(t, 200).Body)
	paths := []string{"/api/public/docs", "/api/public/openapi.json"}
	for _, link := range regexp.MustCompile(`(?:src|href)="(/api/public/docs/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		paths = append(paths, link[1])
	}
	var plain, packed int64
	for _, path := range paths {
		whole, small := ask(path, "Accept-Encoding", "identity"), ask(path, "Accept-Encoding", "gzip, br")
		if whole.status != 200 || small.status != 200 || whole.length < 1 || small.length < 1 {
			t.Fatalf("%s answers %d and %d, with %d and %d bytes", path, whole.status, small.status, whole.length, small.length)
		}
		plain, packed = plain+whole.length, packed+small.length
		tags := []string{whole.header.Get("ETag"), small.header.Get("ETag")}
		isPacked := small.header.Get("Content-Encoding") == "gzip"
		if tags[0] == "" || (tags[0] != tags[1]) != isPacked || isPacked && whole.header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: the tags are %v, the headers %v", path, tags, whole.header)
		}
		if again := ask(path, "Accept-Encoding", "gzip, br", "If-None-Match", tags[1]); again.status != 304 {
			t.Errorf("%s: when nothing has changed, it answers %d", path, again.status)
		}
	}
	if plain < 1<<20 || packed*3 > plain {
		t.Errorf("of %d bytes, %d are sent", plain, packed)
	}
}

// Who looks for a first call finds it at the top, and how to get a token.
func TestDocs_BeginWithTheFirstCalls(t *testing.T) {
	t.Parallel()
	lib := live.Open(t, live.Databases.SQLiteURL(t))
	text := lib.Serve(t).Nobody().Fetch(t, "/api/public/openapi.json").Body
	var spec struct {
		Info  struct{ Description string }
		Tags  []struct{ Name string }
		Paths map[string]map[string]struct{ Tags []string }
	}
	if err := json.Unmarshal(text, &spec); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(spec.Info.Description, "lectern token create") {
		t.Errorf("the description does not say how to get a token: %s", spec.Info.Description)
	}
	paths := slices.SortedFunc(maps.Keys(spec.Paths), func(a, b string) int {
		at := func(path string) int { return strings.Index(string(text), `"`+path+`":{`) }
		return at(a) - at(b)
	})
	if len(paths) < 40 || paths[0] != "/ping" || paths[1] != "/users/{user_id}" || spec.Tags[0].Name != "Service" || spec.Tags[1].Name != "Users" {
		t.Errorf("it begins with the tags %v and the paths %v", spec.Tags[:2], paths[:3])
	}
	if tags := spec.Paths["/ping"]["get"].Tags; !slices.Equal(tags, []string{"Service"}) {
		t.Errorf("ping has the tags %v", tags)
	}
	user := text[strings.Index(string(text), `"/users/{user_id}":{`):]
	if !strings.HasPrefix(string(user), `"/users/{user_id}":{"get":`) {
		t.Errorf("the first call of a user is another: %.40s", user)
	}
}

// viewersOwn are the faults that the viewer of the contract has itself (swagger-ui, which is
// copied as it is), by the rule of axe and a piece of what is at fault.
var viewersOwn = map[string]string{
	"nested-interactive": "opblock-summary-control", // each operation is a button, with another one in it for its link
	"heading-order":      "opblock-tag",             // the tags are headings of the third level, below the title
}

// The page of the contract has no fault that a program finds, except for those of the viewer.
func TestDocs_AreAccessible(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "browser")
	lib := live.Open(t, live.Databases.SQLiteURL(t))
	node := lib.Serve(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Headless)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate(node.URL+"/api/public/docs")); err != nil {
		t.Fatalf("Chromium (apt-get install chromium, or run script/setup): %v", err)
	}
	found := make(map[string]bool)
	for _, scheme := range []string{"light", "dark"} {
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
		if err != nil {
			t.Fatal(err)
		}
		shown := chromedp.Poll[chromedp.Void](fmt.Sprintf(`document.querySelectorAll(".opblock").length > 50 &&
			document.documentElement.classList.contains("dark-mode") === %t &&
			document.getElementById("servers").ariaLabel === "Server"`, scheme == "dark"))
		for {
			if _, err = chromedp.Run(ctx, shown); err == nil {
				break
			}
			if ctx.Err() != nil || errors.Is(err, chromedp.ErrPollingTimeout) {
				t.Fatalf("the page does not show the contract: %v", err)
			}
		}
		// Colours that are still changing are of neither scheme.
		faults, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](axe+`; Promise.allSettled(document.getAnimations().map((a) => a.finished)).then(() =>
			axe.run({resultTypes: ["violations"]})).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + " | " + n.target.join(" ") + " | " + n.html.slice(0, 150))))`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range faults {
			rule, rest, _ := strings.Cut(fault, " | ")
			if piece, known := viewersOwn[rule]; known && strings.Contains(rest, piece) {
				found[rule] = true
				continue
			}
			t.Errorf("in the %s scheme: %s", scheme, fault)
		}
	}
	for rule := range viewersOwn {
		if !found[rule] {
			t.Errorf("the viewer has no fault of the rule %s any more: remove it", rule)
		}
	}
}
