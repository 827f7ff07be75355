package studioapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/library"
)

// Authenticator tells whose token it is. An unknown, expired or revoked one is a
// library.KindUnauthenticated error.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (library.Actor, error)
}

// authenticated wraps what is no operation and is for callers with a good token only.
func (a *api) authenticated(next front.Handler) front.Handler {
	return func(x *front.Exchange, r *http.Request) error {
		if _, err := a.counted(x, r); err != nil {
			return err
		}
		return next(x, r)
	}
}

// counted returns the actor, and counts the request as one with their token or, without a good
// one, as one of its address.
func (a *api) counted(x *front.Exchange, r *http.Request) (library.Actor, error) {
	actor, err := a.actor(x, r)
	if err != nil {
		return library.Actor{}, x.CountRefused(err)
	}
	return actor, x.CountToken(actor)
}

// actor returns whose token a request carries, and where it comes from.
func (a *api) actor(x *front.Exchange, r *http.Request) (library.Actor, error) {
	c, ok := parseAuthorization(r.Header.Get("Authorization"))
	if !ok {
		return library.Actor{}, unauthenticated("an access token is needed: Authorization: Bearer <token>")
	}
	actor, err := a.authenticator.Authenticate(r.Context(), c.token)
	if err != nil {
		return library.Actor{}, err
	}
	x.SetCaller(actor)
	if c.userID != "" && c.userID != strconv.FormatInt(int64(actor.Person()), 10) {
		return library.Actor{}, unauthenticated("the access token belongs to another user")
	}
	return actor.From(library.Origin{Address: x.ClientAddress(), RequestID: x.RequestID()}), nil
}

func unauthenticated(message string) error {
	return &library.Error{Kind: library.KindUnauthenticated, Message: message}
}

// credentials is what an Authorization header says.
type credentials struct {
	token  string
	userID string // only in the older form, and only checked
}

// parseAuthorization reads both forms of the header (the wire contract, section 1), with
// the spaces and letters of either case that RFC 9110, 11.4 allows:
//
//	Bearer 8kQv3…
//	Bearer user_id="5", token="8kQv3…"
func parseAuthorization(header string) (c credentials, ok bool) {
	rest, isBearer := bearer(header)
	if !isBearer {
		return credentials{}, false
	}
	if parameters, are := parseParameters(rest); are {
		c.token, c.userID = parameters["token"], parameters["user_id"]
	} else {
		c.token = rest
	}
	notVisible := func(r rune) bool { return r <= ' ' || r > '~' }
	return c, c.token != "" && !strings.ContainsFunc(c.token, notVisible)
}

// space is what RFC 9110 calls white space.
const space = " \t"

// bearer returns what follows the scheme of a header, if that is Bearer.
func bearer(header string) (rest string, isBearer bool) {
	header = strings.Trim(header, space)
	end := strings.IndexAny(header, space)
	if end < 0 {
		end = len(header)
	}
	return strings.Trim(header[end:], space), strings.EqualFold(header[:end], "Bearer")
}

// parseParameters reads auth-params: name = value, where the value is a token or a
// quoted string, with commas between them. The second result is false if the text is
// something else, such as a token by itself, or has a name twice, which RFC 9110 forbids.
// The names are in lower case.
func parseParameters(text string) (map[string]string, bool) {
	parameters := make(map[string]string)
	for {
		text = strings.TrimLeft(text, space+",") // a list may have empty elements
		if text == "" {
			return parameters, len(parameters) > 0
		}
		name, after := token(text)
		after = strings.TrimLeft(after, space)
		if name == "" || !strings.HasPrefix(after, "=") {
			return nil, false
		}
		value, after, ok := parameterValue(strings.TrimLeft(after[1:], space))
		after = strings.TrimLeft(after, space)
		name = strings.ToLower(name)
		if _, again := parameters[name]; again || !ok || after != "" && after[0] != ',' {
			return nil, false
		}
		parameters[name], text = value, after
	}
}

// token cuts a token of RFC 9110, 5.6.2 off the beginning of a text.
func token(text string) (found, after string) {
	end := strings.IndexFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}

// parameterValue cuts a token or a quoted string off the beginning of a text.
func parameterValue(text string) (value, after string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		value, after = token(text)
		return value, after, value != ""
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:], true
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}

// challenge is the header of a 401: a client that sent a token learns that it is the
// token (RFC 6750, 3.1).
func challenge(r *http.Request) string {
	if rest, isBearer := bearer(r.Header.Get("Authorization")); isBearer && rest != "" {
		return `Bearer error="invalid_token"`
	}
	return "Bearer"
}
