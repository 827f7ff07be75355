package front

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/lectern-media/lectern/internal/library"
)

// Rates are how many requests a client may send in a second; 0 for no limit. After a pause
// it may send several times as many at once.
type Rates struct {
	Token   int // with one token, or reports of views with one ticket
	Address int // from one address, with neither a token nor a ticket
}

// How many times as many requests may come at once.
const (
	tokenBurst   = 4
	addressBurst = 5
)

// Validate says which rates cannot be: each line begins with the name of a setting.
func (r Rates) Validate() error {
	var errs []error
	for _, is := range []struct {
		setting string
		rate    int
	}{{"limit-requests", r.Token}, {"limit-address-requests", r.Address}} {
		if is.rate < 0 {
			errs = append(errs, fmt.Errorf("%s: %d is negative; use 0 for no limit", is.setting, is.rate))
		}
	}
	return errors.Join(errs...)
}

// CountToken counts a request that came with a good token, and returns an error of
// [library.KindTooMany] where there are too many of them.
func (x *Exchange) CountToken(actor library.Actor) error {
	return x.front.byToken.count(actor.Token())
}

// CountTicket counts a report of views that came with a ticket instead of a token, as CountToken
// does. Each ticket counts by itself, with room for many times what a player reports: a page
// that is being left cannot send a report again. Whether the ticket is valid does not matter.
func (x *Exchange) CountTicket(ticket string) error {
	return x.front.byTicket.count(sha256.Sum256([]byte(ticket)))
}

// CountAddress counts a request that came with neither a token nor a ticket, as CountToken
// does. An address of IPv6 counts as its network of 64 bits, which is what one client has.
func (x *Exchange) CountAddress() error {
	if x.front.byAddress == nil {
		return nil
	}
	var key netip.Prefix // one for all that cannot be told apart
	if addr, err := netip.ParseAddr(x.client); err == nil {
		bits := addr.BitLen()
		if addr.Is6() {
			bits = 64
		}
		key, _ = addr.WithZone("").Prefix(bits) // the bits fit
	}
	return x.front.byAddress.count(key)
}

// CountRefused returns the error by which a request fails. If that is for want of a good token
// or ticket, the request counts as one without any, and the error may be that of too many.
func (x *Exchange) CountRefused(err error) error {
	if library.KindOf(err) == library.KindUnauthenticated {
		return x.CountFailed(err)
	}
	return err
}

// CountFailed counts a request that fails before it has shown a good token or ticket, and
// returns the error by which it fails or, where there are too many of them, that.
func (x *Exchange) CountFailed(err error) error {
	if tooMany := x.CountAddress(); tooMany != nil {
		return tooMany
	}
	return err
}

// limiter counts the requests of each client.
//
// A client that is silent for a window may send a whole burst again, as one that has never
// been here. So its bucket is forgotten between one window and two windows after its last
// request, and nothing is forgotten by that.
type limiter[Key comparable] struct {
	limit library.Limit
	what  string // whose requests they are
	rate  rate.Limit
	now   func() time.Time

	mu     sync.Mutex
	recent map[Key]*rate.Limiter // who asked since the turn
	older  map[Key]*rate.Limiter // and who did in the window before, and not since
	turned time.Time
}

// maxBuckets is how many clients are remembered in a window, about 10 MB. With more of them
// a window is shorter, and who asks rarely may send more than the limit.
const maxBuckets = 1 << 16

// newLimiter returns nil where there is no limit.
func newLimiter[Key comparable](name, what string, perSecond, burst int, now func() time.Time) *limiter[Key] {
	if perSecond == 0 {
		return nil
	}
	return &limiter[Key]{
		limit: library.Limit{Name: name, Quota: int64(perSecond * burst), Window: time.Duration(burst) * time.Second},
		what:  what, rate: rate.Limit(perSecond), now: now, recent: make(map[Key]*rate.Limiter),
	}
}

// count takes a request from the bucket of a client.
func (l *limiter[Key]) count(key Key) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	taken := l.bucket(key, now).ReserveN(now, 1)
	wait := taken.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	taken.CancelAt(now)
	return l.limit.Reached(wait, "too many requests %s: at most %v a second, and %d at once after a pause", l.what, l.rate, l.limit.Quota)
}

// bucket returns the bucket of a client, a full one for who has none.
func (l *limiter[Key]) bucket(key Key, now time.Time) *rate.Limiter {
	if since := now.Sub(l.turned); since >= l.limit.Window || since < 0 || len(l.recent) >= maxBuckets {
		l.older, l.turned = l.recent, now
		if since >= 2*l.limit.Window {
			l.older = nil
		}
		l.recent = make(map[Key]*rate.Limiter)
	}
	bucket := l.recent[key]
	if bucket == nil {
		if bucket = l.older[key]; bucket == nil {
			bucket = rate.NewLimiter(l.rate, int(l.limit.Quota))
		}
		l.recent[key] = bucket
		delete(l.older, key)
	}
	return bucket
}
