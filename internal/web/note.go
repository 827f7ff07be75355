package web

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/caption"
	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// notePage is a page that says why nothing plays. One with a StatusAddress follows what
// it waits for.
type notePage struct {
	frame
	Message       string
	Status        library.TranscodingStatus
	Percent       int
	StatusAddress string
}

// waiting says how far a media item is that does not play yet, or never will.
func (p *Pages) waiting(x *front.Exchange, r *http.Request, v visit, playing library.Playing) error {
	page := notePage{
		frame: p.frame(r, v, playing.Media.Title), Message: message(playing),
		Status: playing.Media.Status(), Percent: percent(playing),
	}
	if playing.Media.Status() != library.Failed {
		page.StatusAddress = v.address("/status")
	}
	p.setPolicy(x.Header(), "", "")
	return p.show(x, "note.html", page)
}

// message is what people are told about a media item's status.
func message(playing library.Playing) string {
	switch playing.Media.Status() {
	case library.WaitingForUpload:
		return "This recording has not arrived yet. The page shows it as soon as it has."
	case library.Queued:
		return "This recording is queued. The page shows it as soon as it is ready."
	case library.Transcoding:
		return "This recording is being prepared. The page shows it as soon as it is ready."
	case library.Failed:
		if playing.Failure != "" {
			return playing.Failure
		}
		return "This recording cannot be played. Ask the person who gave you this page."
	case library.Finished, library.External:
	}
	return ""
}

func percent(playing library.Playing) int { return min(max(playing.Percent, 0), 100) }

// statusAnswer is how far a media item is, and where its files are once it plays.
type statusAnswer struct {
	Status  library.TranscodingStatus `json:"status"`
	Percent int                       `json:"percent"`
	Message string                    `json:"message"`
	Files   *playFiles                `json:"files,omitempty"`
}

// status tells a page how its media is: one that waits for it, and one that plays it for
// longer than the addresses are good.
func (p *Pages) status(x *front.Exchange, r *http.Request) error {
	v, err := readVisit(r)
	if err != nil {
		return err
	}
	playing, err := p.play(x, r, v)
	if err != nil {
		return err
	}
	says := statusAnswer{Status: playing.Media.Status(), Percent: percent(playing), Message: message(playing)}
	if playing.Media.Status() == library.Finished {
		files, err := p.playFiles(playing)
		if err != nil {
			return err
		}
		says.Files = &files
	}
	body, err := json.Marshal(says)
	if err != nil {
		return err
	}
	allowSandboxed(x.Header())
	x.Header().Set("Cache-Control", "private, no-store")
	x.Answer(http.StatusOK, scriptType, body)
	return nil
}

// scriptType is the type of what a page's script is told.
const scriptType = "application/json"

// allowSandboxed lets the page's script read an answer in a frame that its site has
// sandboxed, where the page is a stranger to its own server. No cookie gives anything
// here, only what stands in the address, so others read no more than without it.
func allowSandboxed(h http.Header) { h.Set("Access-Control-Allow-Origin", "*") }

// captions serves captions as WebVTT.
func (p *Pages) captions(x *front.Exchange, r *http.Request) error {
	v, err := readVisit(r)
	if err != nil {
		return err
	}
	name, isVTT := strings.CutSuffix(r.PathValue("file"), ".vtt")
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil || !isVTT || id < 1 {
		return &library.Error{Kind: library.KindNotFound, Field: "file", Message: "there are no such captions"}
	}
	if err := countVisit(x, v); err != nil {
		return err
	}
	captions, err := p.options.Player.PlayCaptions(x.WithTicket(r), v.embed, v.ticket, library.CaptionFileID(id))
	if err != nil {
		return refusedVisit(x, v, err)
	}
	allowSandboxed(x.Header())
	x.Header().Set("Cache-Control", "private, no-cache") // captions are mended while people watch
	x.Answer(http.StatusOK, "text/vtt; charset=utf-8", []byte(caption.WebVTT(captions.Format, captions.SRT)))
	return nil
}
