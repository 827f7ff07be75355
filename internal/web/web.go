package web

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// Player is what the pages need of the library. An embed that is not there, or whose
// media is deleted, is KindNotFound; an archived one, and one that the ticket does not
// open, KindForbidden; where nobody may look without a ticket, or with this one any more,
// KindUnauthenticated. The ticket may be "".
type Player interface {
	// Play returns the recording of an embed, with its files.
	Play(ctx context.Context, embed uuid.UUID, ticket string) (library.Playing, error)
	// PlayCaptions returns published captions of the recording of an embed.
	PlayCaptions(
		ctx context.Context, embed uuid.UUID, ticket string, id library.CaptionFileID,
	) (library.CaptionsInWords, error)
}

// Addresses says where the files of media are.
type Addresses interface {
	// Folder returns the addresses of what one run of transcoding made, given the key of one
	// of its files: a function from keys to addresses, which returns "" for any other key.
	// The addresses are below one folder, so that files reach each other by relative
	// addresses, and are valid for as long as somebody watches.
	Folder(key string) (address func(key string) string, err error)
}

// Options are what pages are made with.
type Options struct {
	Player    Player
	Addresses Addresses

	// FrameAncestors is who may put an embed into a frame, as the sources of the policy's
	// frame-ancestors: "'self' https://canvas.example.edu". "" is everybody.
	FrameAncestors string
	// FileOrigin is the origin of the addresses that files have, such as
	// https://s3.example.edu, where that is not the pages' own.
	FileOrigin string
}

// check refuses settings that would write something else into the policy than was meant.
func (o Options) check() error {
	if o.Player == nil || o.Addresses == nil {
		return errors.New("web needs a player and addresses")
	}
	if err := CheckFrameAncestors(o.FrameAncestors); err != nil {
		return fmt.Errorf("frame ancestors: %w", err)
	}
	if o.FileOrigin == "" {
		return nil
	}
	u, err := url.Parse(o.FileOrigin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || o.FileOrigin != u.Scheme+"://"+u.Host {
		return errors.New("the file origin must be an origin like https://s3.example.edu")
	}
	if strings.ContainsAny(u.Host, ";, ") {
		return errors.New("the file origin must name one host")
	}
	return nil
}

// CheckFrameAncestors says why a text cannot be [Options].FrameAncestors. What browsers
// would take for something else than was meant is refused with what is no source at all.
func CheckFrameAncestors(sources string) error {
	for source := range strings.FieldsSeq(sources) {
		switch {
		case strings.ContainsAny(source, ";,"):
			return fmt.Errorf("invalid source %q; list sites separated by spaces, for example 'self' https://canvas.example.edu", source)
		case strings.EqualFold(source, "self"), strings.EqualFold(source, "none"):
			return fmt.Errorf("%s without quotes is a host of that name: write '%s'", source, strings.ToLower(source))
		}
	}
	if strings.ContainsAny(sources, "\r\n") {
		return errors.New("the sources stand on one line")
	}
	return nil
}

// Pages are all pages and what they are made of.
type Pages struct {
	options   Options
	assets    assets
	templates *template.Template
}

// New makes the pages, or says which option is wrong.
func New(o Options) (*Pages, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	p := &Pages{options: o}
	var err error
	if p.assets, err = readAssets(); err != nil {
		return nil, err
	}
	if p.templates, err = template.ParseFS(templateFiles, "templates/*.html"); err != nil {
		return nil, fmt.Errorf("read the pages' templates: %w", err)
	}
	return p, nil
}

// RouteGroups are the pages, and the assets and addresses that they use.
func (p *Pages) RouteGroups() []front.RouteGroup {
	return []front.RouteGroup{
		{
			Under:  []string{"/embed/", "/assets/"},
			Format: front.Format{Write: p.writePage, People: true},
			Routes: []front.Route{
				{Pattern: "GET /embed/{embed_id}", Handle: told(p.embed)},
				{Pattern: "GET " + launchPath, Handle: told(p.launch)},
				{Pattern: "POST " + launchPath, Handle: told(p.launch), Body: maxLaunch},
				// Where no page is, none takes another method than GET.
				{Pattern: "GET /embed", Handle: lost},
				{Pattern: "GET /embed/{path...}", Handle: lost},
				{Pattern: "GET /assets", Handle: lost},
				{Pattern: "GET /assets/{path...}", Handle: lost},
			},
		},
		{
			Format: front.Format{Write: writeToScript, Headers: allowSandboxed, People: true},
			Routes: []front.Route{{Pattern: "GET /embed/{embed_id}/status", Handle: told(p.status)}},
		},
		{
			Format: front.Format{Write: writeText, People: true},
			Routes: []front.Route{{Pattern: "GET /embed/{embed_id}/captions/{file}", Handle: told(p.captions)}},
		},
		{
			Format: front.Format{Write: front.Text},
			Routes: []front.Route{
				{Pattern: "GET /assets/{file}", Handle: p.assets.serve},
				{Pattern: "GET /favicon.ico", Handle: favicon},
				{Pattern: "GET /robots.txt", Handle: robots},
			},
		},
		{Routes: []front.Route{{Pattern: "GET /{$}", Handle: p.home}}},
	}
}

// lost answers addresses at which no page is.
func lost(*front.Exchange, *http.Request) error { return front.ErrNoPath }

// visit is what the address of an embed says.
type visit struct {
	embed  uuid.UUID
	ticket string
	start  string // the second to start at; "" where none is said
	bare   bool   // the player alone is wanted, as in a frame
}

// readVisit reads an address. An embed_id in another spelling is another address.
func readVisit(r *http.Request) (visit, error) {
	id := r.PathValue("embed_id")
	embed, err := uuid.Parse(id)
	if err != nil || embed.String() != id {
		return visit{}, &library.Error{Kind: library.KindNotFound, Field: "embed_id", Message: "there is no such embed"}
	}
	query := r.URL.Query()
	return visit{embed: embed, ticket: query.Get("ticket"), start: query.Get("t")}, nil
}

// address is one below the embed, with the ticket.
func (v visit) address(below string) string {
	address := "/embed/" + v.embed.String() + below
	if v.ticket != "" {
		address += "?ticket=" + url.QueryEscape(v.ticket)
	}
	return address
}
