package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// The endings of what a person was given. Each column of the table is one.
var endingNames = []string{"deleted", "archived", "unpublished", "deactivated", "revoked", "lost the role"}

// What a cell of the table says. A number is what the next request is answered, on every node.
const (
	itWorks    = "works"
	streamEnds = "ends"
)

// The requests that bring bytes while the ending comes.
const (
	putThatRuns   = "PUT that runs"
	patchThatRuns = "tus PATCH that runs"
)

// endings says when each thing that a person was given ends: what it is in the first column,
// and then what becomes of it by each of the endings. The same table is in docs/endings.md.
var endings = [][]string{
	{"address of a player's folder", "404", "403", itWorks, itWorks, itWorks, itWorks},
	{"address of a download", "404", "403", itWorks, itWorks, itWorks, itWorks},
	{"`url` of a source", "404", "403", itWorks, itWorks, itWorks, itWorks},
	{"`url` of a course's media", "404", "403", itWorks, itWorks, itWorks, itWorks},
	{"address of a thumbnail's file", "404", "403", itWorks, itWorks, itWorks, itWorks},
	{"`url` of captions", "404", "403", "401", itWorks, itWorks, itWorks},
	{"captions in a player's folder", "404", "403", "404", itWorks, itWorks, itWorks},
	{"upload address, PUT", "404", "403", itWorks, "403", itWorks, "403"},
	{"upload address, tus", "404", "403", itWorks, "403", itWorks, "403"},
	{putThatRuns, "404", "403", itWorks, "403", itWorks, "403"},
	{patchThatRuns, "404", "403", itWorks, "403", itWorks, "403"},
	{"ticket of an embed", "404", "403", itWorks, "403", itWorks, "403"},
	{"ticket for views", "404", "403", itWorks, "401", itWorks, "403"},
	{"stream of the processing", streamEnds, itWorks, itWorks, streamEnds, streamEnds, streamEnds},
}

// What the table says is what the documentation says, word for word.
func TestEndings_AreInTheDocumentation(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/endings.md")
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	fmt.Fprintf(&table, "| | %s |\n|%s\n", strings.Join(endingNames, " | "), strings.Repeat("---|", len(endingNames)+1))
	for _, row := range endings {
		fmt.Fprintf(&table, "| %s |\n", strings.Join(row, " | "))
	}
	if !strings.Contains(string(page), table.String()) {
		t.Errorf("docs/endings.md lacks this table:\n%s", table.String())
	}
}

// Ada, an administrator, is given everything there is of Tom's film and of an upload of her
// own; then it ends. Each time both nodes are asked, which have both answered before.
func TestEndings_OfEverythingThatAPersonWasGiven(t *testing.T) {
	text := film(t)
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		w := &endingsWorld{t: t, lib: lib, nodes: []*live.Node{node, lib.Serve(t)}, token: lib.Token("ada")}
		w.film = finished(t, node, node.As("tom"), text)
		post(t, node.As("tom"), w.path()+"/create_embed", `{"course_id":101}`).Want(t, 200)
		w.captions = addCaptions(t, node.As("tom"), w.path(), "de", goodVTT).ID
		for _, step := range w.steps() {
			at := 1
			for endingNames[at-1] != step.name {
				at++
			}
			given := w.give()
			for _, row := range endings {
				w.check("at first", row[0], itWorks, given[row[0]])
			}
			lib.Change(t, step.end)
			for _, row := range endings {
				if row[at] != streamEnds {
					w.check(step.name, row[0], row[at], given[row[0]])
				}
			}
			lib.Clock.Advance(5 * time.Second) // after which what runs is looked at again
			for _, row := range endings {
				for _, r := range w.running[row[0]] {
					r.check(t, step.name+": the "+row[0], row[at])
				}
			}
			last := endings[len(endings)-1]
			if last[at] == streamEnds {
				w.wantEnded(step.name)
			}
			if step.undo != nil {
				lib.Change(t, step.undo)
			}
			if last[at] == itWorks {
				w.wantOpen(step.name)
			}
		}
	}, live.Works)
}

// endingsWorld is a library with what Ada was given in it.
type endingsWorld struct {
	t        *testing.T
	lib      *live.Library
	nodes    []*live.Node
	token    string
	film     int64
	captions int64
	upload   upload          // Ada's
	watched  upload          // Tom's, whose stream Ada listens to
	streams  []io.ReadCloser // one of each node
	running  map[string][]*runningUpload
	more     []int64 // the media items of those that run
}

func (w *endingsWorld) path() string { return fmt.Sprintf("/media/%d", w.film) }

// endingStep is an ending, and what takes it back.
type endingStep struct {
	name      string
	end, undo func(ctx context.Context, c *library.Change) error
}

func (w *endingsWorld) steps() []endingStep {
	ada := w.lib.User("ada")
	all := func(fn func(id library.MediaID) error) error {
		for _, id := range append([]int64{w.film, w.upload.ID, w.watched.ID}, w.more...) {
			if err := fn(library.MediaID(id)); err != nil {
				return err
			}
		}
		return nil
	}
	publish := func(published bool) func(context.Context, *library.Change) error {
		return func(ctx context.Context, c *library.Change) error {
			return errorOf(c.SetPublished(ctx, library.CaptionFileID(w.captions), published))
		}
	}
	active := func(active bool) func(context.Context, *library.Change) error {
		return func(ctx context.Context, c *library.Change) error { return c.SetActive(ctx, ada, active) }
	}
	roles := func(action library.RoleAction) func(context.Context, *library.Change) error {
		return func(ctx context.Context, c *library.Change) error {
			return errorOf(c.UpdateRoles(ctx, []library.RoleChange{{User: ada, Role: library.Admin, Action: action}, {User: ada, Role: library.Teacher, Action: action}}))
		}
	}
	return []endingStep{
		{"unpublished", publish(false), publish(true)},
		{"lost the role", roles(library.RemoveRole), roles(library.AddRole)},
		{"revoked", func(ctx context.Context, c *library.Change) error { return c.RevokeTokensOf(ctx, ada) }, nil},
		{"deactivated", active(false), active(true)},
		{
			"archived",
			func(ctx context.Context, c *library.Change) error {
				return all(func(id library.MediaID) error { return errorOf(c.ArchiveMedia(ctx, id)) })
			},
			func(ctx context.Context, c *library.Change) error {
				return all(func(id library.MediaID) error { return errorOf(c.UnarchiveMedia(ctx, id, 0)) })
			},
		},
		{"deleted", func(ctx context.Context, c *library.Change) error {
			return all(func(id library.MediaID) error { return errorOf(c.DeleteMedia(ctx, id)) })
		}, nil},
	}
}

// give has Ada given everything, with a token of her own, and returns how each is used on a
// node: the status of the answer.
func (w *endingsWorld) give() map[string]func(node *live.Node) int {
	t := w.t
	t.Helper()
	w.token = w.lib.NewToken(t, "ada")
	ada, tom := w.nodes[0].With("Bearer "+w.token), w.nodes[0].As("tom")
	publish := post(t, tom, fmt.Sprintf("/caption_files/%d/publish", w.captions), "")
	captionURL := under[struct{ URL string }](t, publish, 200, "caption_file").URL
	download := ada.Get(t, "%s/download?quality=best", w.path()).Want(t, 302).Header.Get("Location")
	source := under[[]struct{ URL string }](t, ada.Get(t, "%s/sources", w.path()), 200, "sources")[0].URL
	kept := live.Read[[]struct{ URL string }](t, ada.Get(t, "/courses/101/media"))[0].URL
	m := under[media](t, ada.Get(t, "%s", w.path()), 200, "media")
	thumbnail := w.nodes[0].Follow(t, m.ThumbnailURL).Want(t, 302).Header.Get("Location")
	ticket := under[string](t, post(t, ada, w.path()+"/embed_tickets", ""), 201, "ticket")
	page := "/embed/" + m.EmbedID + "%s?ticket=" + url.QueryEscape(ticket)
	var status struct {
		Files struct{ HLS string }
	}
	if err := json.Unmarshal(w.nodes[0].Nobody().Fetch(t, fmt.Sprintf(page, "/status")).Want(t, 200).Body, &status); err != nil || status.Files.HLS == "" {
		t.Fatalf("the page plays nothing: %v", err)
	}
	folder := strings.TrimSuffix(status.Files.HLS, "master.m3u8")
	perspectives := under[[]object](t, ada.Get(t, "%s/perspectives", w.path()), 200, "perspectives")
	views := "/perspectives/" + perspectives[0].UUID
	viewTicket := under[string](t, post(t, ada, views+"/view_tickets", ""), 201, "ticket")
	w.upload, w.watched = startUpload(t, ada, ""), startUpload(t, tom, "")
	w.listen()
	w.run(ada)

	put, tus := w.nodes[0].Path(t, w.upload.URL), w.nodes[0].Path(t, w.upload.TUSURL)
	follow := func(address string) func(*live.Node) int {
		path := w.nodes[0].Path(t, address)
		return func(n *live.Node) int { return n.Nobody().Fetch(t, path).Status }
	}
	fetch := func(path string) func(*live.Node) int {
		return func(n *live.Node) int { return n.Nobody().Fetch(t, path).Status }
	}
	return map[string]func(*live.Node) int{
		"address of a player's folder":  fetch(status.Files.HLS),
		"address of a download":         follow(download),
		"`url` of a source":             follow(source),
		"`url` of a course's media":     follow(kept),
		"address of a thumbnail's file": follow(thumbnail),
		"`url` of captions":             fetch(captionURL),
		"captions in a player's folder": fetch(fmt.Sprintf("%scaptions-%d.vtt", folder, w.captions)),
		"ticket of an embed":            fetch(fmt.Sprintf(page, "")),
		"upload address, PUT": func(n *live.Node) int {
			return n.Nobody().Do(t, n.Nobody().Request(t, http.MethodPut, put, "video/mp4", "no film")).Status
		},
		"upload address, tus": func(n *live.Node) int {
			request := n.Nobody().Request(t, http.MethodPost, tus, "", "")
			request.Header.Set("Tus-Resumable", "1.0.0")
			request.Header.Set("Upload-Length", "7")
			return n.Nobody().Do(t, request).Status
		},
		"ticket for views": func(n *live.Node) int {
			return post(t, n.Nobody(), views+"/views",
				`{"client_id":"c","ticket":"`+viewTicket+`","views":[{"sequence":1,"intervals":[]}]}`).Status
		},
	}
}

// listen opens a stream of the processing of Tom's upload on each node.
func (w *endingsWorld) listen() {
	w.streams = nil
	for _, node := range w.nodes {
		as := node.With("Bearer " + w.token)
		request := as.Request(w.t, http.MethodGet, fmt.Sprintf("%s/media/%d/processing", live.BasePath, w.watched.ID), "", "")
		request.Header.Set("Accept", "text/event-stream")
		w.streams = append(w.streams, as.Listen(w.t, request).Body) //nolint:bodyclose // the check closes it
	}
}

// runningUpload is a request of which bytes come until the test ends it.
type runningUpload struct {
	body   *io.PipeWriter
	answer chan int // its status
	done   int      // which that is if nothing goes wrong
}

// run has Ada begin an upload of each kind on each node.
func (w *endingsWorld) run(ada live.Client) {
	t := w.t
	t.Helper()
	w.running, w.more = map[string][]*runningUpload{}, nil
	at := func(address string) string { return w.nodes[0].Path(t, address) }
	for _, node := range w.nodes {
		whole, pieces := startUpload(t, ada, ""), startUpload(t, ada, "")
		w.more = append(w.more, whole.ID, pieces.ID)
		put := node.Nobody().Request(t, http.MethodPut, at(whole.URL), "video/mp4", "")
		w.running[putThatRuns] = append(w.running[putThatRuns], begin(t, put, http.StatusOK))
		made := tus(t, w.nodes[0], http.MethodPost, pieces.TUSURL, nil, map[string]string{"Upload-Length": "100"})
		address := at(made.Want(t, 201).Header.Get("Location"))
		patch := node.Nobody().Request(t, http.MethodPatch, address, "application/offset+octet-stream", "")
		patch.Header.Set("Tus-Resumable", "1.0.0")
		patch.Header.Set("Upload-Offset", "0")
		w.running[patchThatRuns] = append(w.running[patchThatRuns], begin(t, patch, http.StatusNoContent))
	}
}

// begin sends a request with the first bytes of a body, and returns when the server reads them.
func begin(t *testing.T, request *http.Request, done int) *runningUpload {
	t.Helper()
	body, writer := io.Pipe()
	r := &runningUpload{body: writer, answer: make(chan int, 1), done: done}
	request.Body, request.ContentLength, request.GetBody = body, -1, nil
	request.Header.Set("Expect", "100-continue") // which says that the server reads
	go func() {
		answer, err := (&http.Transport{ExpectContinueTimeout: time.Minute}).RoundTrip(request)
		_ = body.Close()
		if err != nil {
			t.Error(err)
			r.answer <- 0
			return
		}
		_ = answer.Body.Close()
		r.answer <- answer.StatusCode
	}()
	_, _ = writer.Write([]byte("no")) // an answer that comes before is found later
	return r
}

// check sends more, and wants the answer now, or that all is well in the end.
func (r *runningUpload) check(t *testing.T, what, want string) {
	t.Helper()
	status := r.done
	_, _ = r.body.Write([]byte(" film"))
	if want == itWorks {
		_ = r.body.Close()
	} else {
		status, _ = strconv.Atoi(want)
	}
	if got := <-r.answer; got != status {
		t.Errorf("%s is answered %d, want %d", what, got, status)
	}
	_ = r.body.Close()
}

// check uses one thing on each node.
func (w *endingsWorld) check(when, what, want string, use func(*live.Node) int) {
	w.t.Helper()
	if use == nil { // the stream, and what runs
		return
	}
	for i, node := range w.nodes {
		status := use(node)
		if got := fmt.Sprint(status); got != want && (want != itWorks || status >= http.StatusBadRequest) {
			w.t.Errorf("%s: the %s is answered %s by node %d, want %s", when, what, got, i+1, want)
		}
	}
}

// wantEnded waits for the end of each stream, which nothing but the ending brings about: the
// upload still waits.
func (w *endingsWorld) wantEnded(when string) {
	w.t.Helper()
	for i, body := range w.streams {
		told, err := io.ReadAll(body)
		_ = body.Close()
		if err != nil || strings.Contains(string(told), `"stage":"queued"`) {
			w.t.Errorf("%s: the stream of node %d ends with %v, and told %s", when, i+1, err, told)
		}
	}
}

// wantOpen completes the upload, and wants each stream to tell of it.
func (w *endingsWorld) wantOpen(when string) {
	w.t.Helper()
	put(w.t, w.nodes[0], w.watched.URL, "video/mp4", strings.NewReader("no film"), 7).Want(w.t, 200)
	post(w.t, w.nodes[0].As("ann"), completePath(w.watched.ID), `{"title":"Nothing"}`).Want(w.t, 200)
	for i, body := range w.streams {
		told, err := io.ReadAll(body)
		_ = body.Close()
		if err != nil || !strings.Contains(string(told), `"stage":"failed"`) {
			w.t.Errorf("%s: the stream of node %d ends with %v, and told %s", when, i+1, err, told)
		}
	}
}
