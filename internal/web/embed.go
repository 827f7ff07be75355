package web

import (
	"bytes"
	"embed"
	"net/http"
	"strconv"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/provider"
)

//go:embed templates
var templateFiles embed.FS

// frame is what every page has.
type frame struct {
	Title  string
	Framed bool // it is shown in a frame of another page
	Nonce  string
	assets assets
}

// Asset is the address of a script or a style.
func (f frame) Asset(name string) (string, error) { return f.assets.address(name) }

func (p *Pages) frame(r *http.Request, v visit, title string) frame {
	framed := v.bare || r.Header.Get("Sec-Fetch-Dest") == "iframe"
	return frame{Title: title, Framed: framed, Nonce: newNonce(), assets: p.assets}
}

// playerPage is the page with a player.
type playerPage struct {
	frame
	Description string
	Duration    float64
	Start       float64
	playFiles
	AudioOnly            bool
	Captions             []track
	StatusAddress, Views string
	Ticket               string
}

// playFiles are the addresses of what is played; "" is what is not there. The page asks
// for some of them again where it is open for longer than they are good.
type playFiles struct {
	HLS      string `json:"hls"`
	MP4      string `json:"mp4"`
	Sprites  string `json:"sprites"`
	Poster   string `json:"-"`
	Waveform string `json:"-"`
}

func (p *Pages) playFiles(playing library.Playing) (playFiles, error) {
	folder, err := p.options.Addresses.Folder(playing.Media.ID, playing.Files.Generation)
	if err != nil {
		return playFiles{}, err
	}
	in := func(file string) string {
		if file == "" {
			return ""
		}
		return folder + file
	}
	f := playing.Files
	return playFiles{HLS: in(f.HLS), MP4: in(f.MP4), Sprites: in(f.Sprites), Poster: in(f.Poster), Waveform: in(f.Waveform)}, nil
}

// track is captions in the player's menu.
type track struct {
	Address  string
	Language library.Language
	Label    string
}

// externalPage is the page with another's player.
type externalPage struct {
	frame
	Description string
	External    string
}

// embed shows what plays at an embed, or why nothing does.
func (p *Pages) embed(w http.ResponseWriter, r *http.Request) {
	v, err := readVisit(r)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	playing, err := p.options.Player.Play(r.Context(), v.embed, v.ticket)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	p.showPlaying(w, r, v, playing)
}

// showPlaying shows a media item, or says why it does not play.
func (p *Pages) showPlaying(w http.ResponseWriter, r *http.Request, v visit, playing library.Playing) {
	switch playing.Media.Status() {
	case library.Finished:
		p.player(w, r, v, playing)
	case library.External:
		p.external(w, r, v, playing)
	case library.WaitingForUpload, library.Queued, library.Transcoding, library.Failed:
		p.waiting(w, r, v, playing)
	}
}

func (p *Pages) player(w http.ResponseWriter, r *http.Request, v visit, playing library.Playing) {
	files, err := p.playFiles(playing)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	page := playerPage{
		frame: p.frame(r, v, playing.Media.Title), Description: description(playing.Media),
		Duration: playing.Media.Duration, Start: startAt(v),
		playFiles: files, AudioOnly: playing.Files.AudioOnly, Captions: tracks(v, playing.Captions),
		StatusAddress: v.address("/status"),
		Views:         "/api/public/v1/perspectives/" + playing.Perspective.String() + "/views", Ticket: playing.Ticket,
	}
	p.setPolicy(w, page.Nonce, "")
	p.show(w, r, http.StatusOK, "player.html", page)
}

func description(m library.Media) string {
	if m.Description == nil {
		return ""
	}
	return *m.Description
}

// tracks are the captions in the menu. Two of one language are told apart by a number.
func tracks(v visit, files []library.CaptionFile) []track {
	seen := make(map[string]int)
	list := make([]track, 0, len(files))
	for _, f := range files {
		label := f.Language.Label()
		if seen[label]++; seen[label] > 1 {
			label += " (" + strconv.Itoa(seen[label]) + ")"
		}
		address := v.address("/captions/" + strconv.FormatInt(int64(f.ID), 10) + ".vtt")
		list = append(list, track{Address: address, Language: f.Language, Label: label})
	}
	return list
}

// maxStart is the latest second at which a player is asked to start: a year.
const maxStart = 365 * 24 * 60 * 60

// startAt is the second at which the player starts. What is no time means the beginning,
// for who made the link is not there to mend it.
func startAt(v visit) float64 {
	t, err := strconv.ParseFloat(v.start, 64)
	if err != nil || !(t > 0 && t <= maxStart) {
		return 0
	}
	return t
}

func (p *Pages) external(w http.ResponseWriter, r *http.Request, v visit, playing library.Playing) {
	origin, known := externalFrames[playing.External.Provider]
	if !known {
		p.refuse(w, r, &library.Error{
			Kind: library.KindInternal, Message: "the player of " + string(playing.External.Provider) + " is not known",
		})
		return
	}
	page := externalPage{
		frame: p.frame(r, v, playing.Media.Title), Description: description(playing.Media), External: provider.EmbedURL(playing.External.URL),
	}
	p.setPolicy(w, "", origin)
	p.show(w, r, http.StatusOK, "external.html", page)
}

// show writes a page, whole or not at all.
func (p *Pages) show(w http.ResponseWriter, r *http.Request, status int, name string, page any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, page); err != nil {
		p.log.ErrorContext(r.Context(), "cannot write a page", "template", name, "error", err)
		http.Error(w, "Something went wrong here.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // who went needs no answer
}
