package front

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/lectern-media/lectern/internal/library"
)

// requestIDHeader carries the id under which the log knows a request.
const requestIDHeader = "X-Request-Id"

// identify gives a request an id and tells it to the client. A proxy may have given it
// one; what is long or odd is replaced, because ids end up in logs.
func (x *Exchange) identify(r *http.Request) {
	const longest = 64
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("-_.", r)
	}
	id := r.Header.Get(requestIDHeader)
	if id == "" || len(id) > longest || strings.ContainsFunc(id, odd) {
		id = rand.Text()
	}
	x.Header().Set(requestIDHeader, id)
}

// RequestID is the id under which the log knows the request.
func (x *Exchange) RequestID() string { return x.Header().Get(requestIDHeader) }

// ClientAddress is the address that the request came from, without the port. What proxies
// say of it counts where they are trusted ([Options.TrustedProxies]).
func (x *Exchange) ClientAddress() string { return x.client }

// SetCaller tells the log who asks.
func (x *Exchange) SetCaller(actor library.Actor) { x.caller = actor }

// WithTicket is the context of a request that may have a ticket: the library finds out whose it
// is, and tells the log.
func (x *Exchange) WithTicket(r *http.Request) context.Context {
	return library.WithViewer(r.Context(), x.SetCaller)
}
