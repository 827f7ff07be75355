package studioapi

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// Authenticator tells whose token it is. An unknown, expired or revoked one is a
// library.KindUnauthenticated error.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (library.Actor, error)
}

// authenticated wraps what is no operation and is for callers with a good token only.
func (a *api) authenticated(next handler) handler {
	return func(x *exchange, r *http.Request) error {
		if _, err := a.actor(x, r); err != nil {
			return err
		}
		return next(x, r)
	}
}

// actor returns whose token a request carries, and where it comes from.
func (a *api) actor(x *exchange, r *http.Request) (library.Actor, error) {
	c, ok := parseAuthorization(r.Header.Get("Authorization"))
	if !ok {
		return library.Actor{}, unauthenticated("an access token is needed: Authorization: Bearer <token>")
	}
	actor, err := a.authenticator.Authenticate(r.Context(), c.token)
	if err != nil {
		return library.Actor{}, err
	}
	if c.userID != "" && c.userID != strconv.FormatInt(int64(actor.ID), 10) {
		return library.Actor{}, unauthenticated("the access token is not that user's")
	}
	actor.Origin = library.Origin{Address: clientAddress(r), RequestID: x.Header().Get(requestIDHeader)}
	return actor, nil
}

// clientAddress is the address that a request came from, without the port.
func clientAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func unauthenticated(message string) error {
	return &library.Error{Kind: library.KindUnauthenticated, Message: message}
}

// credentials is what an Authorization header says.
type credentials struct {
	token  string
	userID string // only in the older form, and only checked
}

// parseAuthorization reads both forms of the header (the wire contract, section 1):
//
//	Bearer 8kQv3…
//	Bearer user_id="5", token="8kQv3…"
func parseAuthorization(header string) (c credentials, ok bool) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return credentials{}, false
	}
	rest = strings.TrimSpace(rest)
	if !strings.HasPrefix(rest, "user_id=") && !strings.HasPrefix(rest, "token=") {
		c.token = rest
	} else {
		for pair := range strings.SplitSeq(rest, ",") {
			name, text, _ := strings.Cut(strings.TrimSpace(pair), "=")
			text = strings.Trim(text, `"`)
			switch name {
			case "token":
				c.token = text
			case "user_id":
				c.userID = text
			}
		}
	}
	notVisible := func(r rune) bool { return r <= ' ' || r > '~' }
	return c, c.token != "" && !strings.ContainsFunc(c.token, notVisible)
}
