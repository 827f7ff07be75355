package web

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/caption"
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

// waiting says how far a media is that does not play yet, or never will.
func (p *Pages) waiting(w http.ResponseWriter, r *http.Request, v visit, playing library.Playing) {
	page := notePage{
		frame: p.frame(r, v, playing.Media.Title), Message: message(playing),
		Status: playing.Media.Status(), Percent: percent(playing),
	}
	if playing.Media.Status() != library.Failed {
		page.StatusAddress = v.address("/status")
	}
	p.setPolicy(w, "", "")
	p.show(w, r, http.StatusOK, "note.html", page)
}

// message is what people are told about a media's status.
func message(playing library.Playing) string {
	switch playing.Media.Status() {
	case library.WaitingForUpload:
		return "This recording has not arrived yet. The page shows it as soon as it has."
	case library.Queued:
		return "This recording waits for its turn to be prepared. The page shows it as soon as it is ready."
	case library.Transcoding:
		return "This recording is being prepared. The page shows it as soon as it is ready."
	case library.Failed:
		if playing.Failure != "" {
			return playing.Failure
		}
		return "This recording cannot be played. Whoever gave you the page may know more."
	case library.Finished, library.External:
	}
	return ""
}

func percent(playing library.Playing) int { return min(max(playing.Percent, 0), 100) }

// statusAnswer is how far a media is, and where its files are once it plays.
type statusAnswer struct {
	Status  library.TranscodingStatus `json:"status"`
	Percent int                       `json:"percent"`
	Message string                    `json:"message"`
	Files   *playFiles                `json:"files,omitempty"`
}

// status tells a page how its media is: one that waits for it, and one that plays it for
// longer than the addresses are good.
func (p *Pages) status(w http.ResponseWriter, r *http.Request) {
	v, err := readVisit(r)
	var playing library.Playing
	if err == nil {
		playing, err = p.options.Player.Play(r.Context(), v.embed, v.ticket)
	}
	says := statusAnswer{Status: playing.Media.Status(), Percent: percent(playing), Message: message(playing)}
	if err == nil && playing.Media.Status() == library.Finished {
		var files playFiles
		files, err = p.playFiles(playing)
		says.Files = &files
	}
	if err != nil {
		code, why := p.explain(w, r, err)
		p.tell(w, r, code, why)
		return
	}
	p.tell(w, r, http.StatusOK, says)
}

// tell answers a page's script.
func (p *Pages) tell(w http.ResponseWriter, r *http.Request, code int, says any) {
	body, err := json.Marshal(says)
	if err != nil {
		p.log.ErrorContext(r.Context(), "cannot answer a page", "path", r.URL.Path, "error", err)
		http.Error(w, "Something went wrong here.", http.StatusInternalServerError)
		return
	}
	allowSandboxed(w)
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body) // who went needs no answer
}

// allowSandboxed lets the page's script read an answer in a frame that its site has
// sandboxed, where the page is a stranger to its own server. No cookie gives anything
// here, only what stands in the address, so others read no more than without it.
func allowSandboxed(w http.ResponseWriter) { w.Header().Set("Access-Control-Allow-Origin", "*") }

// captions serves captions as WebVTT.
func (p *Pages) captions(w http.ResponseWriter, r *http.Request) {
	v, err := readVisit(r)
	if err == nil {
		err = p.sendCaptions(w, r, v)
	}
	if err != nil {
		code, text := p.explain(w, r, err)
		http.Error(w, text.Message, code)
	}
}

func (p *Pages) sendCaptions(w http.ResponseWriter, r *http.Request, v visit) error {
	name, isVTT := strings.CutSuffix(r.PathValue("file"), ".vtt")
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil || !isVTT || id < 1 {
		return &library.Error{Kind: library.KindNotFound, Field: "file", Message: "there are no such captions"}
	}
	captions, err := p.options.Player.PlayCaptions(r.Context(), v.embed, v.ticket, library.CaptionFileID(id))
	if err != nil {
		return err
	}
	allowSandboxed(w)
	w.Header().Set("Content-Type", "text/vtt; charset=utf-8")
	w.Header().Set("Cache-Control", "private, no-cache") // captions are mended while people watch
	// The client may have gone.
	_, _ = w.Write([]byte(caption.WebVTT(captions.Format, captions.SRT)))
	return nil
}

// text is what a page says that has nothing else to show.
type text struct {
	Title   string `json:"title"`
	Message string `json:"message"`
}

// retryAfter is when to ask again where the database or the storage is away, in seconds.
const retryAfter = "5"

// explain puts an error into a status and words for people, and the cause of one that is
// our fault into the log. The library's own words are for callers of the API. Where the
// database or the storage is unavailable, it sets the header Retry-After.
func (p *Pages) explain(w http.ResponseWriter, r *http.Request, err error) (int, text) {
	if errors.Is(err, library.ErrOldTicket) {
		return http.StatusForbidden, text{
			"This page was issued before an upgrade", "Open the recording again from where you found it to get a new address.",
		}
	}
	switch library.KindOf(err) {
	case library.KindNotFound:
		return http.StatusNotFound, text{"Nothing here", "There is no recording at this address. It may have been deleted."}
	case library.KindForbidden:
		return http.StatusForbidden, text{"Not for you to see", "This recording is archived, or shared with other people only."}
	case library.KindUnauthenticated:
		return http.StatusForbidden, text{
			"This page has expired", "Open the recording again from where you found it. Its address is good for some hours only.",
		}
	case library.KindInternal, library.KindMissing, library.KindInvalid, library.KindConflict,
		library.KindNotImplemented, library.KindTooLarge, library.KindUnfit, library.KindUnavailable, library.KindNoSpace:
	}
	code, level := http.StatusInternalServerError, slog.LevelError
	if r.Context().Err() == nil { // else nobody waits, and the error is only that
		if kind := library.KindOf(library.Outage(err, p.options.Outages)); kind == library.KindUnavailable || kind == library.KindNoSpace {
			code, level = http.StatusServiceUnavailable, slog.LevelWarn // as the API has it
			w.Header().Set("Retry-After", retryAfter)
		}
		p.log.Log(r.Context(), level, "cannot show a page", "path", r.URL.Path, "error", err)
	}
	return code, text{"Something went wrong", "The recording cannot be shown now. Try again in a while."}
}

// refuse shows an error as a page.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, err error) {
	code, says := p.explain(w, r, err)
	p.refuseWith(w, r, visit{}, code, says)
}

func (p *Pages) refuseWith(w http.ResponseWriter, r *http.Request, v visit, code int, says text) {
	p.setPolicy(w, "", "")
	p.show(w, r, code, "note.html", notePage{frame: p.frame(r, v, says.Title), Message: says.Message})
}

// wrongMethod rejects a method, in the words of the API: no browser shows it.
func wrongMethod(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusMethodNotAllowed)
	_, _ = io.WriteString(w, `{"error":"this address takes only `+allowed+`"}`) // the client may have gone
}

// lost answers addresses at which no page is, and methods that a page does not take.
func (p *Pages) lost(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		wrongMethod(w, "GET, HEAD")
		return
	}
	p.refuse(w, r, &library.Error{Kind: library.KindNotFound, Message: "there is no page at " + r.URL.Path})
}
