package conformance

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/png"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// onEachAtWork runs a story on each database, with a node that works behind the requests.
func onEachAtWork(t *testing.T, story func(t *testing.T, node *live.Node), options ...func(*app.Options)) {
	t.Helper()
	t.Parallel()
	live.Databases.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := live.Open(t, url)
		lib.Load(t, school)
		story(t, lib.Serve(t, append(options, live.Works)...))
	})
}

// serve answers on loopback until the test has ended.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// tone is a recording of a second of a sound: a WAV file of 8-bit samples.
func tone() []byte {
	const rate = 8000
	header := struct {
		RIFF                [4]byte
		Size                uint32
		WAVE, Format        [4]byte
		FormatSize          uint32
		PCM, Channels       uint16
		Rate, BytesPerSec   uint32
		Block, BitsPerPoint uint16
		Data                [4]byte
		DataSize            uint32
	}{
		[4]byte{'R', 'I', 'F', 'F'},
		36 + rate,
		[4]byte{'W', 'A', 'V', 'E'},
		[4]byte{'f', 'm', 't', ' '},
		16,
		1, 1, rate, rate, 1, 8,
		[4]byte{'d', 'a', 't', 'a'},
		rate,
	}
	var file bytes.Buffer
	if err := binary.Write(&file, binary.LittleEndian, header); err != nil {
		panic(err) // a buffer takes everything
	}
	for i := range rate {
		file.WriteByte(byte(128 + 100*math.Sin(2*math.Pi*440*float64(i)/rate)))
	}
	return file.Bytes()
}

// lastOf is what the events of the work on a media item end with.
func lastOf(t *testing.T, as live.Client, id int64) string {
	t.Helper()
	told := eventsOf(t, as, id)
	return told[len(told)-1]
}

// An import from its address to what plays; from one that leads nowhere, to why it failed
// and, once it leads somewhere, to another try.
func TestImport_FromAnAddressToWhatPlays(t *testing.T) {
	text := tone()
	onEachAtWork(t, func(t *testing.T, node *live.Node) {
		t.Helper()
		var there atomic.Bool
		at := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/late.wav" && !there.Load() {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Content-Type", "audio/wav")
			_, _ = w.Write(text) // the client's own fault if it does not read
		})
		tom := node.As("tom")
		wantOriginal := func(id int64) {
			address := tom.Get(t, "/media/%d/download?quality=original", id).Want(t, 302).Header.Get("Location")
			if got := node.Follow(t, address).Want(t, 200); !bytes.Equal(got.Body, text) {
				t.Errorf("the original has %d bytes, want %d", len(got.Body), len(text))
			}
			tom.Get(t, "/media/%d/download?quality=best", id).Want(t, 302)
		}

		made := under[media](t, post(t, tom, "/media", `{"title":"Tone","url":"`+at+`/tone.wav"}`), 201, "media")
		if last := lastOf(t, tom, made.ID); !strings.Contains(last, `"stage":"finished"`) {
			t.Fatalf("the work ended with %s", last)
		}
		wantOriginal(made.ID)

		lectures := fmt.Sprintf("/collections/%d/media", node.Library.Collection("lectures"))
		made = under[media](t, post(t, tom, lectures, `{"title":"Late","url":"`+at+`/late.wav"}`), 201, "media")
		last := lastOf(t, tom, made.ID)
		if !strings.Contains(last, `"stage":"failed"`) || !strings.Contains(last, "There is nothing at this address (404).") {
			t.Errorf("the owner is told %s", last)
		}
		path := fmt.Sprintf("/media/%d", made.ID)
		post(t, tom, path+"/create_embed", `{"course_id":101}`).Want(t, 200)
		if last = lastOf(t, node.As("bob"), made.ID); !strings.Contains(last, `"stage":"failed"`) || !strings.Contains(last, `"message":null`) {
			t.Errorf("who may not mend it is told %s", last)
		}
		tom.Get(t, "%s/download", path).WantError(t, 404, "has no file to download yet")
		there.Store(true)
		post(t, tom, path+"/processing", "").Want(t, 200)
		if last = lastOf(t, tom, made.ID); !strings.Contains(last, `"stage":"finished"`) {
			t.Fatalf("the second try ended with %s", last)
		}
		wantOriginal(made.ID)
	})
}

type externalMedia struct {
	Title  string `json:"title"`
	Status string `json:"transcoding_status"`
	Source string `json:"source"`
}

// What plays at a provider is called what it is called there, unless a person called it
// something else.
func TestImport_OfWhatPlaysElsewhere(t *testing.T) {
	provider := serve(t, func(w http.ResponseWriter, r *http.Request) {
		titles := map[string]string{
			"/youtube https://www.youtube.com/watch?v=dQw4w9WgXcQ": "Light at YouTube",
			"/vimeo https://vimeo.com/76979871":                    "Light at Vimeo",
		}
		title, known := titles[r.URL.Path+" "+r.URL.Query().Get("url")]
		if !known {
			http.NotFound(w, r)
			return
		}
		_, _ = fmt.Fprintf(w, `{"version":"1.0","type":"video","title":%q,"duration":61}`, title)
	})
	onEachAtWork(t, func(t *testing.T, node *live.Node) {
		t.Helper()
		tom := node.As("tom")
		for _, c := range []struct{ url, title, want, source string }{
			{"https://youtu.be/dQw4w9WgXcQ", "", "Light at YouTube", "youtube"},
			{"https://youtu.be/dQw4w9WgXcQ", "Mine", "Mine", "youtube"},
			{"https://player.vimeo.com/video/76979871", "", "Light at Vimeo", "vimeo"},
			{"https://vimeo.com/1", "", "https://vimeo.com/1", "vimeo"}, // nobody knows it there
		} {
			body := `{"is_external":true,"url":"` + c.url + `"}`
			if c.title != "" {
				body = `{"is_external":true,"url":"` + c.url + `","title":"` + c.title + `"}`
			}
			made := under[media](t, post(t, tom, "/media", body), 201, "media")
			if last := lastOf(t, tom, made.ID); !strings.Contains(last, `"stage":"finished"`) {
				t.Errorf("looking up %s ended with %s", c.url, last)
			}
			got := under[externalMedia](t, tom.Get(t, "/media/%d", made.ID), 200, "media")
			if want := (externalMedia{c.want, "external", c.source}); got != want {
				t.Errorf("%s is %+v, want %+v", c.url, got, want)
			}
			tom.Get(t, "/media/%d/download?quality=best", made.ID).WantError(t, 422, "has no file here")
		}
	}, func(o *app.Options) {
		o.Fetch.YouTubeOEmbed, o.Fetch.VimeoOEmbed = provider+"/youtube", provider+"/vimeo"
	})
}

// Without the network, what plays elsewhere is there all the same.
func TestImport_OfWhatPlaysElsewhereWithoutTheNetwork(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // a second time is none
	asked := make(chan struct{}, 64)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			_ = connection.Close() // the connection breaks before an answer
			select {
			case asked <- struct{}{}:
			default:
			}
		}
	}()
	onEachAtWork(t, func(t *testing.T, node *live.Node) {
		t.Helper()
		tom := node.As("tom")
		made := under[media](t, post(t, tom, "/media", `{"is_external":true,"url":"https://youtu.be/dQw4w9WgXcQ"}`), 201, "media")
		select {
		case <-asked:
		case <-t.Context().Done():
		}
		got := under[externalMedia](t, tom.Get(t, "/media/%d", made.ID), 200, "media")
		if want := (externalMedia{"https://www.youtube.com/watch?v=dQw4w9WgXcQ", "external", "youtube"}); got != want {
			t.Errorf("it is %+v, want %+v", got, want)
		}
		ticket := decode[struct{ URL string }](t, post(t, tom, fmt.Sprintf("/media/%d/embed_tickets", made.ID), ""), 201)
		if page := node.Follow(t, ticket.URL).Want(t, 200); !bytes.Contains(page.Body, []byte("youtube-nocookie.com/embed/dQw4w9WgXcQ")) {
			t.Errorf("its page is %.500s", page.Body)
		}
	}, func(o *app.Options) { o.Fetch.YouTubeOEmbed = "http://" + listener.Addr().String() + "/" })
}

// A media item without a picture has the neutral one, at its one address, for everyone.
func TestThumbnail_OfAMediaWithoutAPicture(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lenses := under[media](t, node.As("tom").Get(t, "/media/%d", node.Library.Media("lenses")), 200, "media")
		got := node.Follow(t, lenses.ThumbnailURL).Want(t, 200)
		if _, err := png.Decode(bytes.NewReader(got.Body)); err != nil || got.Header.Get("Content-Type") != "image/png" {
			t.Errorf("the picture is %s, %v", got.Header.Get("Content-Type"), err)
		}
		id := lenses.EmbedID
		for _, other := range []string{
			"1", strings.ToUpper(id), strings.ReplaceAll(id, "-", ""), id + ".png", "urn:uuid:" + id, "%7B" + id + "%7D", id + "/x",
		} {
			node.Nobody().Fetch(t, "/thumbnails/"+other).Want(t, 404)
		}
	})
}
