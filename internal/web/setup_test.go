package web_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/web"
)

// stage is a library of one embed, which a test sets, with the pages before it.
type stage struct {
	t          *testing.T
	embed      uuid.UUID
	mu         sync.Mutex
	generation uuid.UUID // the run that made what plays
	plays      library.Playing
	err        error
	srt        map[library.CaptionFileID]string
	gate       http.HandlerFunc  // answers for files instead of the folder; nil for not
	views      chan viewsRequest // what players report
	deny       chan int          // statuses to answer reports with, instead of 204
	url        string

	secretive bool // the browser does not tell what it wants a page for, as over plain http
	sandbox   bool // pages are as in a sandboxed frame
}

// sandboxed is an answer with a page that is a stranger to its own server.
type sandboxed struct{ http.ResponseWriter }

func (w sandboxed) WriteHeader(code int) {
	w.Header().Add("Content-Security-Policy", "sandbox allow-scripts")
	w.ResponseWriter.WriteHeader(code)
}

// viewsRequest is the body of POST /perspectives/{id}/views.
type viewsRequest struct {
	Client string `json:"client_id"`
	Ticket string `json:"ticket"`
	Views  []struct {
		Sequence  int64              `json:"sequence"`
		Intervals []library.Interval `json:"intervals"`
	} `json:"views"`
}

const srt = "1\n00:00:00,200 --> 00:00:05,000\nSalt & <b>light</b>\n\n2\n00:00:05,000 --> 00:00:11,000\nThe second cue\n"

var (
	perspective = uuid.MustParse("6f1c0f5e-7f0f-4a49-9c0b-0d3d0f6a2b11")
	generation  = uuid.MustParse("0f8fad5b-d9cb-469f-a165-70867728950e")
)

// newStage serves a finished film. The folder holds its files.
func newStage(t *testing.T, folder string, o web.Options) *stage {
	t.Helper()
	return newStageIn(t, folder, o, nil)
}

// newStageIn is newStage on a server with these outages.
func newStageIn(t *testing.T, folder string, o web.Options, outages library.Outages) *stage {
	t.Helper()
	s := &stage{
		t: t, generation: generation, embed: uuid.MustParse("7c9e6679-7425-40de-944b-e07fc1f90ae7"),
		srt:   map[library.CaptionFileID]string{3: srt, 4: strings.ReplaceAll(srt, "The second cue", "Der zweite")},
		views: make(chan viewsRequest, 100), deny: make(chan int, 100),
	}
	about := "How a lens bends light, and why the sky is blue."
	s.plays = library.Playing{
		Media: library.Media{
			ID: 7, Title: "Optics, lecture 3: lenses", Description: &about, Duration: 12, State: library.StateFinished, EmbedID: s.embed,
		},
		Perspective: perspective, Ticket: "for-views",
		Captions: []library.CaptionFile{{ID: 3, Language: "en"}, {ID: 4, Language: "de"}},
		Files: library.PlayFiles{
			HLS: "hls/master.m3u8", MP4: "mp4/best.mp4", Poster: "thumbnail.jpg", Sprites: "sprite.vtt",
		},
	}
	o.Player, o.Addresses = s, s
	pages := newHandler(t, o, outages)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if s.secretive {
			r.Header.Del("Sec-Fetch-Dest")
		}
		if s.sandbox {
			w = sandboxed{w}
		}
		pages.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /frame", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><title>A course</title><iframe width="640" height="360" src="` + r.URL.Query().Get("of") + `"></iframe>`))
	})
	files := http.FileServer(http.Dir(folder))
	mux.HandleFunc("GET /files/7/{generation}/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		if gate := s.guard(r.PathValue("generation")); gate != nil {
			gate(w, r)
			return
		}
		http.StripPrefix("/files/7/"+r.PathValue("generation")+"/", files).ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /api/public/v1/perspectives/{id}/views", s.takeViews)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// newHandler serves pages as a whole server does.
func newHandler(t *testing.T, o web.Options, outages library.Outages) http.Handler {
	t.Helper()
	pages, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return front.New(front.Options{
		Logger: slog.New(slog.DiscardHandler), Outages: outages, Page: pages.WriteFailure,
	}, pages.RouteGroups()...)
}

func (s *stage) takeViews(w http.ResponseWriter, r *http.Request) {
	var body viewsRequest
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil || r.PathValue("id") != perspective.String() || r.Header.Get("Content-Type") != "application/json" {
		s.t.Errorf("views at %s: %v", r.URL, err)
	}
	s.views <- body
	select {
	case status := <-s.deny:
		w.WriteHeader(status)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// set changes what plays.
func (s *stage) set(change func(*library.Playing)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.plays)
}

// close has files answered by something else than the folder, until it is called with
// nil.
func (s *stage) close(gate http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gate = gate
}

// guard is what answers for files of a generation instead of the folder. Of one that does
// not play any more the addresses have ended.
func (s *stage) guard(of string) http.HandlerFunc {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gate == nil && of != s.generation.String() {
		return answers(http.StatusForbidden)
	}
	return s.gate
}

// answers is a gate that answers a status.
func answers(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// hangUp is a gate like a network that is gone.
func hangUp(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// refuse has the library refuse from now on.
func (s *stage) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *stage) Play(_ context.Context, embed uuid.UUID, ticket string) (library.Playing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case embed != s.embed:
		return library.Playing{}, &library.Error{Kind: library.KindNotFound, Message: "embed not found"}
	case ticket == "expired":
		return library.Playing{}, &library.Error{Kind: library.KindUnauthenticated, Message: "the ticket has expired"}
	}
	return s.plays, s.err
}

func (s *stage) PlayCaptions(
	ctx context.Context, embed uuid.UUID, ticket string, id library.CaptionFileID,
) (library.CaptionsInWords, error) {
	if _, err := s.Play(ctx, embed, ticket); err != nil {
		return library.CaptionsInWords{}, err
	}
	text, found := s.srt[id]
	if !found {
		return library.CaptionsInWords{}, library.NotFound("caption file", id)
	}
	return library.CaptionsInWords{CaptionFile: library.CaptionFile{ID: id, Format: library.SRT}, SRT: text}, nil
}

func (s *stage) Folder(string) (func(key string) string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	folder := "/files/7/" + s.generation.String() + "/"
	return func(key string) string {
		if key == "" {
			return ""
		}
		return folder + key
	}, nil
}

// page is the address of the embed, with what follows.
func (s *stage) page(rest string) string { return s.url + "/embed/" + s.embed.String() + rest }

// film makes 12 seconds of film as transcoding leaves it: HLS of fMP4 in two sizes, an
// MP4, pictures, and a sound.
func film(t *testing.T) string {
	t.Helper()
	testkit.NeedsMore(t, "browser") // which alone plays it
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Fatal("ffmpeg is missing: apt-get install ffmpeg, or run script/setup")
	}
	folder := t.TempDir()
	for _, below := range []string{"hls", "mp4"} {
		if err := os.Mkdir(filepath.Join(folder, below), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	inputs := "-v error -f lavfi -i testsrc2=s=640x360:r=24:d=12 -f lavfi -i sine=f=330:d=12"
	run(t, folder, inputs+" -map 0:v -map 1:a -map 0:v -map 1:a -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 48 -keyint_min 48 -sc_threshold 0"+
		" -b:v:0 300k -s:v:1 320x180 -b:v:1 100k -c:a aac -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4"+
		" -hls_flags single_file -master_pl_name master.m3u8 -var_stream_map v:0,a:0|v:1,a:1 hls/%v.m3u8")
	run(t, folder, inputs+" -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -movflags +faststart -shortest mp4/best.mp4")
	run(t, folder, inputs+" -vn -c:a aac mp4/sound.m4a")
	run(t, folder, "-v error -f lavfi -i gradients=s=1280x720:c0=0x243b63:c1=0xd9a05b:d=1:seed=3 -frames:v 1 thumbnail.jpg")
	run(t, folder, "-v error -f lavfi -i testsrc2=s=160x90:r=1:d=12 -vf tile=4x3 -frames:v 1 sprite.jpg")
	run(t, folder, "-v error -f lavfi -i anoisesrc=d=12:a=0.5:seed=1 -lavfi showwavespic=s=1200x160:colors=0x8ab6ff:scale=cbrt -frames:v 1 waveform.png")
	sprite := "WEBVTT\n\n00:00:00.000 --> 00:00:06.000\nsprite.jpg#xywh=0,0,160,90\n\n00:00:06.000 --> 00:00:12.000\nsprite.jpg#xywh=160,90,160,90\n"
	if err := os.WriteFile(filepath.Join(folder, "sprite.vtt"), []byte(sprite), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// lecture makes a hundred seconds of small film: more than a player has ahead.
func lecture(t *testing.T) string {
	t.Helper()
	folder := film(t)
	inputs := "-v error -y -f lavfi -i testsrc2=s=320x180:r=5:d=100 -f lavfi -i sine=f=330:d=100 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 10 -c:a aac"
	run(t, folder, inputs+" -f hls -hls_time 2 -hls_playlist_type vod -hls_segment_type fmp4"+
		" -hls_flags single_file -master_pl_name master.m3u8 hls/long.m3u8")
	run(t, folder, inputs+" -vf noise=alls=60 -qp 12 -movflags +faststart mp4/best.mp4") // large, or it is had at once
	return folder
}

// run runs ffmpeg in a folder. A bar stands for a space within an argument.
func run(t *testing.T, folder, arguments string) {
	t.Helper()
	list := strings.Fields(arguments)
	for i := range list {
		list[i] = strings.ReplaceAll(list[i], "|", " ")
	}
	command := exec.CommandContext(t.Context(), "ffmpeg", list...)
	command.Dir = folder
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %s: %v\n%s", arguments, err, output)
	}
}
