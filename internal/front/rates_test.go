package front

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// counting is a front with rates, at a time that the test sets.
func counting(rates Rates) (f *Front, now *time.Time) {
	now = new(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
	return New(Options{Rates: rates, Clock: func() time.Time { return *now }}), now
}

// by is a request of a client.
func (f *Front) by(address string) *Exchange { return &Exchange{front: f, client: address} }

func person(id byte) library.Actor {
	return library.Person(library.UserID(id), 0, library.Credential{Token: library.TokenHash{id}})
}

// taken is how many of some requests are taken.
func taken(requests int, count func() error) (taken int) {
	for range requests {
		if count() == nil {
			taken++
		}
	}
	return taken
}

func TestRates(t *testing.T) {
	t.Parallel()
	f, now := counting(Rates{Token: 50, Address: 20})
	ada := func() error { return f.by("192.0.2.1").CountToken(person(1)) }
	here := func() error { return f.by("192.0.2.1").CountAddress() }
	for _, c := range []struct {
		what  string
		pause time.Duration
		count func() error
		want  int
	}{
		{"at once", 0, ada, 200},
		{"another token", 0, func() error { return f.by("192.0.2.1").CountToken(person(2)) }, 200},
		{"at once, without a token", 0, here, 100},
		{"another address", 0, func() error { return f.by("192.0.2.2").CountAddress() }, 100},
		{"with a ticket", 0, func() error { return f.by("192.0.2.1").CountTicket("a") }, 200},
		{"with another ticket", 0, func() error { return f.by("192.0.2.1").CountTicket("b") }, 200},
		{"with the first ticket again", 0, func() error { return f.by("192.0.2.2").CountTicket("a") }, 0},
		{"nothing left", 0, ada, 0},
		{"after a second", time.Second, ada, 50},
		{"after a second, without a token", 0, here, 20},
		{"after a 50th of a second", time.Second / 50, ada, 1},
		{"after a long time", time.Hour, ada, 200},
		{"a clock that goes back", -time.Hour, ada, 0},
		{"of IPv6", 0, func() error { return f.by("2001:db8::1").CountAddress() }, 100},
		{"the network of that", 0, func() error { return f.by("2001:db8::ffff:2").CountAddress() }, 0},
		{"another network", 0, func() error { return f.by("2001:db8:0:1::1").CountAddress() }, 100},
		{"with a zone", 0, func() error { return f.by("fe80::1%eth0").CountAddress() }, 100},
		{"with another zone", 0, func() error { return f.by("fe80::1%eth1").CountAddress() }, 0},
	} {
		*now = now.Add(c.pause)
		if is := taken(300, c.count); is != c.want {
			t.Errorf("%s: %d requests are taken, want %d", c.what, is, c.want)
		}
	}
	without, _ := counting(Rates{})
	if is := taken(1000, func() error { return without.by("192.0.2.1").CountToken(person(1)) }); is != 1000 {
		t.Errorf("without a limit, %d are taken", is)
	}
	if is := taken(1000, func() error { return without.by("192.0.2.1").CountTicket("a") }); is != 1000 {
		t.Errorf("without a limit, %d are taken with a ticket", is)
	}
	if is := taken(1000, func() error { return without.by("192.0.2.1").CountAddress() }); is != 1000 {
		t.Errorf("without a limit of addresses, %d are taken", is)
	}
}

// A bucket that is forgotten was full: no matter who asks, and whenever, gets what a bucket that
// nobody forgets would give. And only those are remembered who asked lately.
func TestRates_ForgetWhoIsSilent(t *testing.T) {
	t.Parallel()
	f, now := counting(Rates{Token: 2})
	random := rand.New(rand.NewPCG(3, 4))
	type bucket struct {
		tokens float64
		at     time.Time
	}
	model := map[byte]bucket{}
	refused := 0
	for range 50_000 {
		*now = now.Add(time.Duration(random.IntN(2)) * 125 * time.Millisecond) // which a float adds up exactly
		if random.IntN(200) == 0 {
			*now = now.Add(time.Duration(random.IntN(10)) * time.Second)
		}
		who := byte(random.IntN(4) + 1)
		if random.IntN(3) == 0 {
			who = byte(random.IntN(200) + 1)
		}
		b, known := model[who]
		if !known {
			b = bucket{8, *now}
		}
		b = bucket{min(8, b.tokens+2*now.Sub(b.at).Seconds()), *now}
		want := b.tokens >= 1
		if want {
			b.tokens--
		} else {
			refused++
		}
		model[who] = b
		if got := f.by("").CountToken(person(who)) == nil; got != want {
			t.Fatalf("a request of %d at %v is taken: %t, with %v in the bucket", who, now, got, b.tokens)
		}
	}
	if refused < 100 {
		t.Errorf("only %d requests were too many", refused)
	}
	*now = now.Add(time.Hour)
	_ = f.by("").CountToken(person(1))
	if l := f.byToken; len(l.recent)+len(l.older) != 1 {
		t.Errorf("%d and %d clients are remembered", len(l.recent), len(l.older))
	}
}

// However many clients there are, a bounded number is remembered.
func TestRates_AreBounded(t *testing.T) {
	t.Parallel()
	f, _ := counting(Rates{Address: 20})
	for i := range 3 * maxBuckets {
		_ = f.by(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255)).CountAddress()
	}
	if l := f.byAddress; len(l.recent)+len(l.older) > 2*maxBuckets {
		t.Errorf("%d and %d clients are remembered", len(l.recent), len(l.older))
	}
}

// Who failed for want of a token counts, and who failed for another reason does not.
func TestRates_OfWhoIsRefused(t *testing.T) {
	t.Parallel()
	f, _ := counting(Rates{Address: 1})
	x := f.by("192.0.2.1")
	for _, err := range []error{library.Invalid("x", "is wrong"), nil} {
		if is := taken(10, func() error { _ = x.CountRefused(err); return nil }); is != 10 || x.CountRefused(err) != err { //nolint:errorlint // the same
			t.Errorf("%v is %v", err, x.CountRefused(err))
		}
	}
	bad := &library.Error{Kind: library.KindUnauthenticated, Message: "no"}
	for i := range 10 {
		want := library.KindUnauthenticated
		if i >= 5 {
			want = library.KindTooMany
		}
		if is := library.KindOf(x.CountRefused(bad)); is != want {
			t.Errorf("the request %d fails as %v, want %v", i, is, want)
		}
	}
}

func TestFailures_SayWhichLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err                  *library.Error
		after, policy, state string
	}{
		{
			library.Limit{Name: "requests", Quota: 200, Window: 4 * time.Second}.Reached(20*time.Millisecond, "too many"),
			"1", `"requests";q=200;w=4`, `"requests";r=0;t=1`,
		},
		{library.Limit{Name: "streams", Quota: 10}.Reached(time.Minute, "too many"), "60", `"streams";q=10`, `"streams";r=0`},
		{&library.Error{Kind: library.KindTooMany, Message: "too many"}, "5", "", ""},
	} {
		s := newStage()
		s.err = c.err
		h := s.ask("GET", base+"/ping").Result()
		if h.StatusCode != http.StatusTooManyRequests || h.Header.Get("Retry-After") != c.after ||
			h.Header.Get("RateLimit-Policy") != c.policy || h.Header.Get("RateLimit") != c.state {
			t.Errorf("%v is %d with %v", c.err, h.StatusCode, h.Header)
		}
	}
}
