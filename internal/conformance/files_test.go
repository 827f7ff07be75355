package conformance

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

type processing struct {
	Status  string  `json:"transcoding_status"`
	Stage   string  `json:"stage"`
	Percent int64   `json:"percent"`
	Message *string `json:"message"`
}

// eventsOf reads the events of the work on a media item until they end, and returns the lines
// with what was told.
func eventsOf(t *testing.T, as live.Client, id int64) (told []string) {
	t.Helper()
	request := as.Request(t, http.MethodGet, fmt.Sprintf("%s/media/%d/processing", live.BasePath, id), "", "")
	request.Header.Set("Accept", "text/event-stream")
	response := as.Listen(t, request)
	defer response.Body.Close()
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("events: %d, %s", response.StatusCode, got)
	}
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if data, is := strings.CutPrefix(lines.Text(), "data: "); is {
			told = append(told, data)
		}
	}
	return told
}

// finished uploads a film and waits until it plays.
func finished(t *testing.T, node *live.Node, as live.Client, text []byte) int64 {
	t.Helper()
	begun := startUpload(t, as, "")
	put(t, node, begun.URL, "text/plain", bytes.NewReader(text), int64(len(text))).Want(t, 200)
	post(t, as, completePath(begun.ID), `{"title":"Rabbit"}`).Want(t, 200)
	told := eventsOf(t, as, begun.ID)
	if last := told[len(told)-1]; !strings.Contains(last, `"stage":"finished"`) {
		t.Fatalf("the work ended with %s", last)
	}
	return begun.ID
}

// A film from its upload to its download: what each of the addresses leads to, and until
// when.
func TestFilm_FromUploadToDownload(t *testing.T) {
	text := film(t)
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		lib, tom := node.Library, node.As("tom")
		id := finished(t, node, tom, text)
		media := fmt.Sprintf("/media/%d", id)

		// The sum of the bytes finds it for its owner, not for others.
		sum := sha256.Sum256(text)
		for caller, want := range map[string]int{"tom": 1, "bob": 0} {
			got := live.Read[mediaList](t, node.As(caller).Get(t, "/media/search?checksum=%s", hex.EncodeToString(sum[:])))
			if len(got.Media) != want {
				t.Errorf("%s finds %d media by their sum, want %d", caller, len(got.Media), want)
			}
		}

		sources := under[[]struct {
			Definition string `json:"definition"`
			MIMEType   string `json:"mime_type"`
			URL        string `json:"url"`
			Width      int64  `json:"width"`
			Height     int64  `json:"height"`
			Bitrate    int64  `json:"bitrate"`
			Size       int64  `json:"size"`
		}](t, tom.Get(t, "%s/sources", media), 200, "sources")
		if len(sources) < 2 || sources[len(sources)-1].Definition != "original" {
			t.Fatalf("the sources are %+v", sources)
		}
		original := sources[len(sources)-1]
		if original.MIMEType != "video/mp4" || original.Size != int64(len(text)) { // the type is not what it was uploaded as
			t.Errorf("the original is %+v", original)
		}
		for _, s := range sources {
			if s.Width < 1 || s.Height < 1 || s.Bitrate < 1 || s.Size < 1 {
				t.Errorf("a source lacks numbers: %+v", s)
			}
			if at, err := url.Parse(s.URL); err != nil || path.Ext(at.Path) != ".mp4" {
				t.Errorf("the path of %s does not end in its type", s.URL)
			}
			if got := node.Follow(t, s.URL).Want(t, 200); got.Header.Get("Content-Type") != s.MIMEType {
				t.Errorf("%s is %s, said to be %s", s.Definition, got.Header.Get("Content-Type"), s.MIMEType)
			}
		}

		// To download it is its owner's, whatever type the bytes came with.
		address := tom.Get(t, "%s/download?quality=best", media).Want(t, 302).Header.Get("Location")
		asItCame := tom.Get(t, "%s/download?quality=original", media).Want(t, 302).Header.Get("Location")
		for _, address := range []string{address, asItCame} {
			saved := node.Follow(t, address).Want(t, 200)
			if saved.Header.Get("Content-Type") != "video/mp4" || !strings.Contains(saved.Header.Get("Content-Disposition"), "Rabbit.mp4") {
				t.Errorf("the download is %v", saved.Header)
			}
		}
		tom.Get(t, "%s/download?quality=4320p", media).WantError(t, 404, `has no version "4320p"`)
		node.Nobody().Get(t, "%s/download", media).Want(t, 401)
		node.As("bob").Get(t, "%s/download", media).Want(t, 403)
		node.As("ada").Get(t, "%s/download?quality=original", media).Want(t, 302)
		tom.Get(t, "/media/0/download").Want(t, 422)
		tom.Get(t, "/media/0/sources").Want(t, 422)

		// An embed may let those who come by it have it too.
		post(t, tom, media+"/create_embed", `{"course_id":101}`).Want(t, 200)
		node.As("bob").Get(t, "%s/sources", media).Want(t, 200)
		node.As("bob").Get(t, "%s/download?quality=best", media).Want(t, 403)
		post(t, tom, media+"/create_embed", `{"course_id":101,"downloadable":true}`).Want(t, 200)
		node.As("bob").Get(t, "%s/download?quality=best", media).Want(t, 302)
		node.As("eve").Get(t, "%s/download?quality=best", media).Want(t, 403)

		// What the course plays, for where there is no network.
		addCaptions(t, tom, media, "de", goodVTT)
		kept := live.Read[[]struct {
			ID       int64  `json:"id"`
			MIMEType string `json:"mime_type"`
			URL      string `json:"url"`
			Captions []struct {
				Srclang, Data string
			} `json:"captions"`
		}](t, node.As("bob").Get(t, "/courses/101/media"))
		if len(kept) != 1 || kept[0].ID != id || kept[0].MIMEType != "video/mp4" || len(kept[0].Captions) != 1 ||
			kept[0].Captions[0].Srclang != "de" || !strings.Contains(kept[0].Captions[0].Data, "00:00:01,000 --> 00:00:02,000") {
			t.Errorf("the course plays %+v", kept)
		}
		node.Follow(t, kept[0].URL).Want(t, 200)
		tom.Get(t, "/courses/0/media").Want(t, 422)

		// The picture needs no token.
		seen := under[struct {
			Thumbnail string `json:"thumbnail_url"`
		}](t, tom.Get(t, "%s", media), 200, "media")
		picture := node.Follow(t, seen.Thumbnail).Want(t, 302).Header.Get("Location")
		if got := node.Follow(t, picture).Want(t, 200).Header.Get("Content-Type"); got != "image/jpeg" {
			t.Errorf("the thumbnail is %s", got)
		}

		// No address opens another media's, and each has its day.
		foreign := strings.Replace(address, fmt.Sprintf("/media/%d/", id), fmt.Sprintf("/media/%d/", id+1), 1)
		node.Follow(t, foreign).Want(t, 403)
		lib.Clock.Advance(24 * time.Hour)
		node.Follow(t, address).Want(t, 200)
		lib.Clock.Advance(time.Hour)
		node.Follow(t, address).Want(t, 403)
		node.Follow(t, kept[0].URL).Want(t, 403)
	}, live.Works)
}

// Sources begin with what every browser plays. The original is the last, with its numbers and
// an address that ends in its type, whatever it was uploaded as.
func TestSources_ListWhatEveryBrowserPlaysFirst(t *testing.T) {
	t.Parallel()
	picture, sound := "testsrc2=s=320x240:r=10:d=2", "sine=d=2"
	for _, c := range []struct {
		ending, first, original string
		width, height           int64
		args                    []string
	}{
		{".mkv", ".mp4", "video/x-matroska", 320, 240, []string{"-f", "lavfi", "-i", picture, "-c:v", "mpeg4"}},
		{".wav", ".m4a", "audio/wav", 0, 0, []string{"-f", "lavfi", "-i", sound}},
	} {
		text := made(t, "recording"+c.ending, c.args...)
		t.Run(c.ending, func(t *testing.T) {
			onEach(t, school, func(t *testing.T, node *live.Node) {
				works, tom := node.Library.Serve(t, live.Works), node.As("tom")
				id := finished(t, works, works.As("tom"), text)
				sources := under[[]struct {
					Definition string `json:"definition"`
					MIMEType   string `json:"mime_type"`
					URL        string `json:"url"`
					Width      int64  `json:"width"`
					Height     int64  `json:"height"`
					Bitrate    int64  `json:"bitrate"`
					Size       int64  `json:"size"`
				}](t, tom.Get(t, "/media/%d/sources", id), 200, "sources")
				if len(sources) < 2 {
					t.Fatalf("the sources are %+v", sources)
				}
				for i, s := range sources {
					want := c.first
					if i == len(sources)-1 {
						want = c.ending
					}
					if at, err := url.Parse(s.URL); err != nil || path.Ext(at.Path) != want {
						t.Errorf("source %d is at %s, which does not end in %s", i, s.URL, want)
					}
					if got := node.Follow(t, s.URL).Want(t, 200); int64(len(got.Body)) != s.Size || got.Header.Get("Content-Type") != s.MIMEType {
						t.Errorf("source %d is %d bytes of %s, said to be %+v", i, len(got.Body), got.Header.Get("Content-Type"), s)
					}
				}
				last := sources[len(sources)-1]
				if last.Definition != "original" || last.MIMEType != c.original || last.Width != c.width || last.Height != c.height ||
					last.Size != int64(len(text)) || last.Bitrate < 1000 {
					t.Errorf("the original is %+v", last)
				}
				saved := tom.Get(t, "/media/%d/download?quality=original", id).Want(t, 302).Header.Get("Location")
				if at, err := url.Parse(saved); err != nil || path.Ext(at.Path) != c.ending {
					t.Errorf("the original is saved from %s", saved)
				}
			})
		})
	}
}

// made has ffmpeg make a file, and returns its bytes.
func made(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	args = append(append([]string{"-nostdin", "-v", "error"}, args...), file)
	if out, err := exec.CommandContext(t.Context(), "ffmpeg", args...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %v: %v\n%s", args, err, out)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A file that is none fails, and why is for who may have it tried again.
func TestProcessing_OfWhatIsNoRecording(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		worker := node.Library.Serve(t, live.Works)
		tom := worker.As("tom")
		begun := startUpload(t, tom, "")
		put(t, worker, begun.URL, "video/mp4", strings.NewReader("this is no film"), -1).Want(t, 200)
		post(t, tom, completePath(begun.ID), `{"title":"Nothing"}`).Want(t, 200)
		told := eventsOf(t, tom, begun.ID)
		if last := told[len(told)-1]; !strings.Contains(last, `"stage":"failed"`) || strings.Contains(last, `"message":null`) {
			t.Errorf("the owner is told %s", last)
		}
		media := fmt.Sprintf("/media/%d", begun.ID)
		post(t, tom, media+"/create_embed", `{"course_id":101}`).Want(t, 200)
		told = eventsOf(t, worker.As("bob"), begun.ID)
		if len(told) != 1 || !strings.Contains(told[0], `"message":null`) {
			t.Errorf("who may not mend it is told %s", told)
		}
		tom.Get(t, "%s/download?quality=original", media).Want(t, 302)
		post(t, worker.As("bob"), media+"/processing", "").Want(t, 403)
		post(t, tom, media+"/processing", "{").Want(t, 400)
		tom.Send(t, "POST", media+"/processing", "application/xml", "<a/>").Want(t, 415)
		tom.Send(t, "POST", media+"/processing", live.JSON, strings.Repeat(" ", 1<<20+1)).Want(t, 413)
		post(t, tom, "/media/0/processing", "").Want(t, 422)
		tom.Get(t, "/media/0/processing").Want(t, 422)
		// Tried again the moment it has failed, again and again: none of it is forgotten.
		for range 3 {
			now := under[processing](t, post(t, tom, media+"/processing", ""), 200, "processing")
			if now.Status != "queued" && now.Status != "failed" {
				t.Errorf("tried again it is %+v", now)
			}
			eventsOf(t, tom, begun.ID)
		}
	})
}

// What takes long is a job of its own, which nothing short waits for; also where only
// copying it shows that it has to be encoded: its keyframes end.
func TestProcessing_HandsOnWhatTakesLong(t *testing.T) {
	testkit.NeedsMore(t, "film")
	text, err := os.ReadFile(ffmpeg(t, "-f", "lavfi", "-i", "color=size=64x36:rate=1:duration=640", "-c:v", "libx264",
		"-pix_fmt", "yuv420p", "-g", "9999", "-sc_threshold", "0", "-force_key_frames", "expr:lt(t,25)*gte(t,n_forced*2)"))
	if err != nil {
		t.Fatal(err)
	}
	onEach(t, school, func(t *testing.T, node *live.Node) {
		worker := node.Library.Serve(t, live.Works)
		long := finished(t, worker, worker.As("tom"), text)
		short := finished(t, worker, worker.As("tom"), film(t))
		tasks := make(map[int64]string)
		for _, job := range worker.Jobs(t) {
			tasks[job.MediaID] = job.Task + " " + tasks[job.MediaID]
		}
		if tasks[long] != "prepare transcode " || tasks[short] != "prepare " {
			t.Errorf("the long one took %q, the short one %q", tasks[long], tasks[short])
		}
	})
}

// ffmpeg makes an MP4 and returns its path.
func ffmpeg(t *testing.T, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "film.mp4")
	out, err := exec.CommandContext(t.Context(), "ffmpeg", append(append([]string{"-nostdin", "-v", "error"}, args...), path)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg, which script/setup installs: %v\n%s", err, out)
	}
	return path
}

// Events end when the server stops, which waits for nobody's.
func TestProcessing_EventsEndWithTheServer(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		other := node.Library.Serve(t)
		begun := startUpload(t, other.As("tom"), "")
		request := other.As("tom").Request(t, http.MethodGet, fmt.Sprintf("%s/media/%d/processing", live.BasePath, begun.ID), "", "")
		request.Header.Set("Accept", "text/event-stream")
		response := other.As("tom").Listen(t, request)
		defer response.Body.Close()
		lines := bufio.NewReader(response.Body)
		if line, err := lines.ReadString('\n'); err != nil || line != "event: processing\n" {
			t.Fatalf("the events begin with %q, %v", line, err)
		}
		other.Stop(t)
		for {
			if _, err := lines.ReadString('\n'); err != nil {
				break
			}
		}
	})
}

// The page plays for whom there is a ticket, of this media, and for everyone where the
// account has it so.
func TestEmbed_ByTicket(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		tom, lenses := node.As("tom"), node.Library.Media("lenses")
		ticketOf := func(key string) string {
			path := fmt.Sprintf("/media/%d/embed_tickets", node.Library.Media(key))
			return decode[struct{ URL string }](t, post(t, tom, path, ""), 201).URL
		}
		address := ticketOf("lenses")
		node.Follow(t, address).Want(t, 200)
		bare, ticket, _ := strings.Cut(address, "?ticket=")
		node.Follow(t, bare).Want(t, 403)
		_, others, _ := strings.Cut(ticketOf("mirrors"), "?ticket=")
		node.Follow(t, bare+"?ticket="+others).Want(t, 403)
		node.Follow(t, bare+"?ticket=x"+ticket).Want(t, 403)

		path := fmt.Sprintf("/media/%d/embed_tickets", lenses)
		post(t, node.Nobody(), path, "").Want(t, 401)
		post(t, tom, path, "{").Want(t, 400)
		tom.Send(t, "POST", path, "application/xml", "<a/>").Want(t, 415)
		tom.Send(t, "POST", path, live.JSON, strings.Repeat(" ", 1<<20+1)).Want(t, 413)
		post(t, tom, "/media/0/embed_tickets", "").Want(t, 422)

		open := node.Library.Serve(t, func(o *app.Options) { o.Library.PublicEmbeds = true })
		at := open.URL + strings.TrimPrefix(bare, node.URL)
		open.Follow(t, at).Want(t, 200)
		post(t, tom, fmt.Sprintf("/media/%d/archive", lenses), "").Want(t, 200)
		node.Follow(t, address).Want(t, 403)
		open.Follow(t, at).Want(t, 403)
		tom.Send(t, "DELETE", fmt.Sprintf("/media/%d", lenses), "", "").Want(t, 200)
		node.Follow(t, address).Want(t, 404)
		open.Follow(t, at).Want(t, 404)
	})
}
