package conformance

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// disk is a file system of a test, of which 1 GB is kept free.
type disk struct {
	free  atomic.Int64
	asked chan struct{} // a value for each question, as far as there is room for it
}

// The file system has more than is kept free, and less.
const (
	muchFree   = 40_000_000_000
	littleFree = 1<<30 - 1
)

func newDisk() *disk {
	d := &disk{asked: make(chan struct{}, 1000)}
	d.free.Store(muchFree)
	return d
}

// use is an option by which a node takes it for its file systems.
func (d *disk) use(o *app.Options) {
	o.Space = app.Space{Reserve: "1GB", Pause: 10 * time.Millisecond, Free: func(string) (free, size int64, err error) {
		select {
		case d.asked <- struct{}{}:
		default:
		}
		return d.free.Load(), 100_000_000_000, nil
	}}
}

// wantWarnings fails the test unless the server is ready, with or without warnings.
func wantWarnings(t *testing.T, node *live.Node, some bool) {
	t.Helper()
	var body struct {
		Status   string   `json:"status"`
		Warnings []string `json:"warnings"`
	}
	ready := node.Nobody().Fetch(t, "/readyz").Want(t, 200)
	if err := json.Unmarshal(ready.Body, &body); err != nil || body.Status != "ok" || body.Warnings == nil || (len(body.Warnings) > 0) != some {
		t.Errorf("/readyz says %s, %v", ready.Body, err)
	}
	for _, warning := range body.Warnings {
		if !strings.Contains(warning, "has 1023.9 MB free, less than the reserve of 1 GB") {
			t.Errorf("a warning is %q", warning)
		}
	}
}

// Without room no upload begins and no bytes are taken, by PUT or by tus, and small changes are
// made as ever. When there is room again, uploads go on.
func TestRoom_UploadsAreRejected(t *testing.T) {
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		d := newDisk()
		node = node.Library.Serve(t, live.Works, d.use) // with a work folder, which is on a disk of this machine whatever the storage
		tom := node.As("tom")
		text := bytes.Repeat([]byte("not a film "), 1000)
		begun, other := startUpload(t, tom, ""), startUpload(t, tom, "")
		announced := map[string]string{"Upload-Length": strconv.Itoa(len(text))}
		address := tus(t, node, http.MethodPost, other.TUSURL, nil, announced).Want(t, 201).Header.Get("Location")
		if strings.HasPrefix(address, "/") {
			address = node.URL + address
		}
		tusPatch(t, node, address, 0, text[:100]).Want(t, 204)
		wantWarnings(t, node, false)

		d.free.Store(littleFree)
		post(t, tom, "/media/uploads", "").WantError(t, 507, "has no room for more files")
		put(t, node, begun.URL, "video/mp4", bytes.NewReader(text), int64(len(text))).WantError(t, 507, "has no room for more files")
		put(t, node, begun.URL, "video/mp4", bytes.NewReader(text), -1).WantError(t, 507, "has no room for more files")
		tus(t, node, http.MethodPost, begun.TUSURL, nil, announced).Want(t, 507)
		tusPatch(t, node, address, 100, text[100:]).Want(t, 507)
		wantOffset(t, node, address, 100)
		post(t, tom, "/collections", `{"name":"Small"}`).Want(t, 201)
		tom.Get(t, "/collections").Want(t, 200)
		wantWarnings(t, node, true)

		d.free.Store(1<<30 + int64(len(text)) - 1) // which is too little for this file
		put(t, node, begun.URL, "video/mp4", bytes.NewReader(text), int64(len(text))).WantError(t, 507, "has no room for more files")
		tus(t, node, http.MethodPost, begun.TUSURL, nil, announced).Want(t, 507)

		d.free.Store(muchFree) // until much of the file has come
		large := io.MultiReader(bytes.NewReader(make([]byte, 17<<20)), &callOnce{func() { d.free.Store(littleFree) }}, bytes.NewReader(make([]byte, 17<<20)))
		put(t, node, begun.URL, "video/mp4", large, -1).WantError(t, 507, "has no room for more files")

		d.free.Store(muchFree)
		wantWarnings(t, node, false)
		put(t, node, begun.URL, "video/mp4", bytes.NewReader(text), int64(len(text))).Want(t, 200)
		tusPatch(t, node, address, 100, text[100:]).Want(t, 204)
		wantOffset(t, node, address, len(text))
		startUpload(t, tom, "")
	})
}

// callOnce is an empty reader that calls a function.
type callOnce struct{ call func() }

// Read is [io.Reader]'s.
func (c *callOnce) Read([]byte) (int, error) {
	c.call()
	return 0, io.EOF
}

// The pieces of an upload that came by two nodes are put together by copying them, if there is
// room for the copy: until then the client is told to wait, and nothing of the upload is lost.
func TestRoom_PiecesWaitToBeJoined(t *testing.T) {
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		lib, d := node.Library, newDisk()
		one, two := lib.Serve(t, live.Works, d.use), lib.Serve(t, live.Works, d.use)
		tom := one.As("tom")
		text := bytes.Repeat([]byte("not a film "), 1000)
		begun := startUpload(t, tom, "")
		announced := map[string]string{"Upload-Length": strconv.Itoa(len(text))}
		address := tus(t, one, http.MethodPost, begun.TUSURL, nil, announced).Want(t, 201).Header.Get("Location")
		elsewhere := two.URL + strings.TrimPrefix(address, one.URL)
		tusPatch(t, one, address, 0, text[:100]).Want(t, 204)
		d.free.Store(1<<30 + int64(len(text)) - 1)
		tusPatch(t, two, elsewhere, 100, text[100:]).Want(t, 507)
		tus(t, two, http.MethodHead, elsewhere, nil, nil).Want(t, 507)
		post(t, tom, completePath(begun.ID), `{"title":"Prisms"}`).WantError(t, 422, "has no file yet")
		d.free.Store(1<<30 + int64(len(text)))
		wantOffset(t, two, elsewhere, len(text))
		post(t, tom, completePath(begun.ID), `{"title":"Prisms"}`).Want(t, 200)
	})
}

// A recording waits in its queue until there is room for what is made of it and, where the
// storage is not of this machine, for its copy.
func TestRoom_TranscodingWaits(t *testing.T) {
	testkit.NeedsMore(t, "film")
	text := tone()
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		lib, d := node.Library, newDisk()
		node = lib.Serve(t, live.Works, d.use)
		tom := node.As("tom")
		begun := startUpload(t, tom, "")
		put(t, node, begun.URL, "audio/wav", bytes.NewReader(text), int64(len(text))).Want(t, 200)
		needed := int64(len(text))
		if strings.HasSuffix(t.Name(), "/s3") {
			needed *= 2
		}
		d.free.Store(1<<30 + needed - 1)
		post(t, tom, completePath(begun.ID), `{"title":"Tone"}`).Want(t, 200)
		enough := time.After(time.Minute)
		for range 3 * 2 * 12 { // more often than a job is tried, twice on each of up to three file systems
			select {
			case <-d.asked:
			case <-enough:
				t.Fatal("the job does not wait")
			}
		}
		got := under[struct {
			Status string `json:"transcoding_status"`
		}](t, tom.Get(t, "/media/%d", begun.ID), 200, "media")
		if got.Status != "queued" {
			t.Errorf("without room, the recording is %s", got.Status)
		}
		d.free.Store(1<<30 + needed)
		if last := lastOf(t, tom, begun.ID); !strings.Contains(last, `"stage":"finished"`) {
			t.Fatalf("the work ended with %s", last)
		}
		for _, job := range node.Jobs(t) {
			if job.Attempt > 1 || job.Error != "" {
				t.Errorf("waiting counts as an attempt: %+v", job)
			}
		}
	})
}

// An import waits until there is room, however often it is looked at, and then is made as if it
// had not waited.
func TestRoom_ImportsWait(t *testing.T) {
	testkit.NeedsMore(t, "film")
	t.Parallel()
	text := tone()
	live.Databases.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := live.Open(t, url)
		lib.Load(t, school)
		d := newDisk()
		d.free.Store(littleFree)
		var fetched atomic.Int64
		at := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			fetched.Add(1)
			w.Header().Set("Content-Type", "audio/wav")
			_, _ = w.Write(text) // the client's own fault if it does not read
		})
		node := lib.Serve(t, live.Works, d.use)
		tom := node.As("tom")
		made := under[media](t, post(t, tom, "/media", `{"title":"Tone","url":"`+at+`/tone.wav"}`), 201, "media")
		for range 3 * 12 { // more often than a job is tried, on each of up to three file systems
			<-d.asked
		}
		if n := fetched.Load(); n != 0 {
			t.Errorf("without room, the file was fetched %d times", n)
		}
		d.free.Store(muchFree)
		if last := lastOf(t, tom, made.ID); !strings.Contains(last, `"stage":"finished"`) {
			t.Fatalf("the work ended with %s", last)
		}
		for _, job := range node.Jobs(t) {
			if job.Attempt > 1 || job.Error != "" {
				t.Errorf("waiting counts as an attempt: %+v", job)
			}
		}
	})
}
