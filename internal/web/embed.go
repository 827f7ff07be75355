package web

import (
	"bytes"
	"embed"
	"fmt"
	"net/http"
	"strconv"

	"github.com/lectern-media/lectern/internal/front"
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
	f := playing.Files
	in, err := p.options.Addresses.Folder(f.HLS)
	if err != nil {
		return playFiles{}, err
	}
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
func (p *Pages) embed(x *front.Exchange, r *http.Request) error {
	v, err := readVisit(r)
	if err != nil {
		return err
	}
	playing, err := p.play(x, r, v)
	if err != nil {
		return err
	}
	return p.showPlaying(x, r, v, playing)
}

// play returns what plays at an embed. It counts the visit where that has no ticket, or one
// that is not valid: viewers with a ticket may all come from one address, that of their school.
func (p *Pages) play(x *front.Exchange, r *http.Request, v visit) (library.Playing, error) {
	if err := countVisit(x, v); err != nil {
		return library.Playing{}, err
	}
	playing, err := p.options.Player.Play(x.WithTicket(r), v.embed, v.ticket)
	return playing, refusedVisit(x, v, err)
}

// countVisit counts a visit without a ticket.
func countVisit(x *front.Exchange, v visit) error {
	if v.ticket != "" {
		return nil
	}
	return x.CountAddress()
}

// refusedVisit returns the error of a visit, and counts one whose ticket is not valid.
func refusedVisit(x *front.Exchange, v visit, err error) error {
	if v.ticket == "" {
		return err // it is counted already
	}
	return x.CountRefused(err)
}

// showPlaying shows a media item, or says why it does not play.
func (p *Pages) showPlaying(x *front.Exchange, r *http.Request, v visit, playing library.Playing) error {
	switch playing.Media.Status() {
	case library.Finished:
		return p.player(x, r, v, playing)
	case library.External:
		return p.external(x, r, v, playing)
	case library.WaitingForUpload, library.Queued, library.Transcoding, library.Failed:
	}
	return p.waiting(x, r, v, playing)
}

func (p *Pages) player(x *front.Exchange, r *http.Request, v visit, playing library.Playing) error {
	files, err := p.playFiles(playing)
	if err != nil {
		return err
	}
	page := playerPage{
		frame: p.frame(r, v, playing.Media.Title), Description: description(playing.Media),
		Duration: playing.Media.Duration, Start: startAt(v),
		playFiles: files, AudioOnly: playing.Files.AudioOnly, Captions: tracks(v, playing.Captions),
		StatusAddress: v.address("/status"),
		Views:         "/api/public/v1/perspectives/" + playing.Perspective.String() + "/views", Ticket: playing.Ticket,
	}
	p.setPolicy(x.Header(), page.Nonce, "")
	return p.show(x, "player.html", page)
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

func (p *Pages) external(x *front.Exchange, r *http.Request, v visit, playing library.Playing) error {
	origin, known := externalFrames[playing.External.Provider]
	if !known {
		return fmt.Errorf("the player of %s is not known", playing.External.Provider)
	}
	page := externalPage{
		frame: p.frame(r, v, playing.Media.Title), Description: description(playing.Media), External: provider.EmbedURL(playing.External.URL),
	}
	p.setPolicy(x.Header(), "", origin)
	return p.show(x, "external.html", page)
}

// htmlType is the type of a page.
const htmlType = "text/html; charset=utf-8"

// show writes a page, whole or not at all.
func (p *Pages) show(x *front.Exchange, name string, page any) error {
	content, err := p.render(name, page)
	if err != nil {
		return err
	}
	x.Answer(http.StatusOK, htmlType, content)
	return nil
}

func (p *Pages) render(name string, page any) ([]byte, error) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, page); err != nil {
		return nil, fmt.Errorf("write the page %s: %w", name, err)
	}
	return b.Bytes(), nil
}
