package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// text is what a page says that has nothing else to show.
type text struct {
	Title   string `json:"title"`
	Message string `json:"message"`
}

// noteError is an error with what people are told of it. The library's own words are for
// callers of the API.
type noteError struct {
	text
	visit visit
	err   error
}

// Error returns the cause: a text for logs.
func (e *noteError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *noteError) Unwrap() error { return e.err }

// told puts the errors of a handler into words for people who want to watch a recording.
func told(handle front.Handler) front.Handler {
	return func(x *front.Exchange, r *http.Request) error {
		err := handle(x, r)
		if _, is := errors.AsType[*noteError](err); is || err == nil {
			return err
		}
		return &noteError{text: explain(err, r.URL.Query().Get("ticket") != ""), err: err}
	}
}

// explain puts an error into words for people who want to watch a recording, who came with a
// ticket or without.
func explain(err error, hasTicket bool) text {
	if errors.Is(err, library.ErrOldTicket) {
		return text{
			"This page was issued before an upgrade", "Open the recording again from where you found it to get a new address.",
		}
	}
	switch kind := library.KindOf(err); {
	case kind == library.KindNotFound:
		return text{"Nothing here", "There is no recording at this address. It may have been deleted."}
	case kind == library.KindForbidden && !hasTicket:
		return text{"This recording is not public", "You need a personal link or a place in the course to watch this."}
	case kind == library.KindForbidden:
		return text{"No access", "This recording is archived, or it is not shared with you."}
	case kind == library.KindUnauthenticated:
		return text{"This link has expired", "Go back to your course and open the recording again."}
	default:
		return text{"Something went wrong", "The recording cannot be shown now. Try again in a while."}
	}
}

// textOf is what people are told of a failure, of the pages or of another group.
func textOf(f front.Failure) text {
	if note, is := errors.AsType[*noteError](f.Err); is {
		return note.text
	}
	switch {
	case f.Status == http.StatusNotFound:
		return explain(&library.Error{Kind: library.KindNotFound}, false)
	case f.Status == http.StatusTooManyRequests:
		return text{"Too many requests", sentence(f.Message)}
	case f.Status >= http.StatusInternalServerError:
		return text{"Something went wrong", "This cannot be shown now. Try again in a while."}
	default:
		return text{"This did not work", sentence(f.Message)}
	}
}

// sentence writes the message of a failure as people write one.
func sentence(message string) string {
	first, size := utf8.DecodeRuneInString(message)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(message[size:], ".") + "."
}

// WriteFailure writes a failure as a page, whichever group has it.
func (p *Pages) WriteFailure(h http.Header, r *http.Request, f front.Failure) (contentType string, body []byte) {
	says := textOf(f)
	var v visit
	if note, is := errors.AsType[*noteError](f.Err); is {
		v = note.visit
	}
	body, err := p.render("note.html", notePage{frame: p.frame(r, v, says.Title), Message: says.Message})
	if err != nil { // which every test of a failure would find
		return front.Text(h, r, f)
	}
	p.setPolicy(h, "", "")
	return htmlType, body
}

// writePage writes a failure where pages are. No browser that shows one to people sends
// another method, and who does is a program.
func (p *Pages) writePage(h http.Header, r *http.Request, f front.Failure) (contentType string, body []byte) {
	if f.Status == http.StatusMethodNotAllowed {
		return front.JSON(h, r, f)
	}
	return p.WriteFailure(h, r, f)
}

// writeToScript writes a failure for the script of a page, which shows the text to people.
func writeToScript(h http.Header, r *http.Request, f front.Failure) (contentType string, body []byte) {
	body, err := json.Marshal(textOf(f))
	if err != nil {
		return front.Text(h, r, f)
	}
	h.Set("Cache-Control", "private, no-store")
	return scriptType, body
}

// writeText writes a failure for people as text, where a player asks for captions.
func writeText(h http.Header, r *http.Request, f front.Failure) (contentType string, body []byte) {
	f.Message = textOf(f).Message
	return front.Text(h, r, f)
}
