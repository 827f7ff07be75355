package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// launchPath is the path of the URLs that create_embed returns (the wire contract, section 6).
// A learning platform opens them with a signed message (LTI). Such messages are not read yet:
// the page plays for viewers with a ticket, and tells all others what they need.
const launchPath = "/lti/launch"

// Parameters of a launch, which a platform sends in the address or in a form.
const (
	launchTypeParam  = "custom_arc_launch_type"
	launchMediaParam = "custom_arc_media_id"
	launchStartParam = "custom_arc_start_at"
)

// maxLaunch is the largest form of a launch that is read, in bytes. A signed message with
// many roles has about ten thousand.
const maxLaunch = 256 << 10

// launch plays the media item that a launch URL names. A platform launches by GET when it
// puts the URL into a frame, and by POST when it sends a signed message.
func (p *Pages) launch(x *front.Exchange, r *http.Request) error {
	_ = r.ParseForm() // parameters that cannot be parsed are ignored: platforms add their own
	v, media, err := readLaunch(r)
	var playing library.Playing
	if err != nil {
		err = x.CountFailed(err)
	} else {
		playing, err = p.play(x, r, v)
	}
	if err == nil && playing.Media.ID != media {
		err = errNoLaunch
	}
	if err != nil {
		return refusedLaunch(r, v, err)
	}
	return p.showPlaying(x, r, v, playing)
}

var errNoLaunch = &library.Error{
	Kind: library.KindNotFound, Field: launchMediaParam, Message: "there is no such embed",
}

// readLaunch reads the parameters of a launch. The media id of an lti_launch_id is written
// as numbers are, without zeros before it: another spelling is another address.
func readLaunch(r *http.Request) (visit, library.MediaID, error) {
	v := visit{ticket: r.Form.Get("ticket"), bare: r.Form.Get(launchTypeParam) == "bare_embed", start: r.Form.Get(launchStartParam)}
	text := r.Form.Get(launchMediaParam)
	at := strings.LastIndexByte(text, '-')
	if at < 0 {
		return v, 0, errNoLaunch
	}
	embed, err := uuid.Parse(text[:at])
	if err != nil || embed.String() != text[:at] {
		return v, 0, errNoLaunch
	}
	id, err := strconv.ParseInt(text[at+1:], 10, 64)
	if err != nil || id < 1 || strconv.FormatInt(id, 10) != text[at+1:] {
		return v, 0, errNoLaunch
	}
	v.embed = embed
	return v, library.MediaID(id), nil
}

// refusedLaunch says why nothing plays, and what the viewer needs.
func refusedLaunch(r *http.Request, v visit, err error) error {
	says := explain(err, v.ticket != "")
	switch kind := library.KindOf(err); {
	case kind == library.KindForbidden && v.ticket == "" && isMessage(r):
		says.Message += " This server does not support launches from a learning platform (LTI) yet; ask for a personal link."
	case kind == library.KindUnauthenticated:
		says.Message = says.Title + ". " + says.Message
	}
	return &noteError{text: says, visit: v, err: err}
}

// isMessage says whether a request has a message of a platform: of LTI 1.3 or of LTI 1.1.
func isMessage(r *http.Request) bool { return r.Form.Has("id_token") || r.Form.Has("lti_message_type") }
