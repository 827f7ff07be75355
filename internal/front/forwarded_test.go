package front

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

// trusting are the proxies of the tests.
func trusting(t *testing.T) Proxies {
	t.Helper()
	proxies, err := ParseProxies([]string{"10.0.0.0/8", " 2001:db8:1::/48", "127.0.0.1", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	return proxies
}

// from is a request of a connection with headers, each "Name: value".
func from(remote string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = remote
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Add(name, value)
	}
	return r
}

const (
	plain    = "X-Forwarded-For: "
	standard = "Forwarded: "
)

func TestClientAddress(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("6.6.6.6, ", 3000)
	for name, c := range map[string]struct {
		remote  string
		headers []string
		want    string
	}{
		"no header":                         {"10.0.0.1:9", nil, "10.0.0.1"},
		"a stranger's header":               {"192.0.2.1:9", []string{plain + "6.6.6.6", standard + "for=6.6.6.6"}, "192.0.2.1"},
		"a stranger's header, IPv6":         {"[2001:db8:2::1]:9", []string{plain + "6.6.6.6"}, "2001:db8:2::1"},
		"a proxy's":                         {"10.0.0.1:9", []string{plain + "192.0.2.1"}, "192.0.2.1"},
		"a proxy's, at an IPv4 in IPv6":     {"[::ffff:10.0.0.1]:9", []string{plain + "192.0.2.1"}, "192.0.2.1"},
		"a proxy's, with a zone":            {"[2001:db8:1::1%eth0]:9", []string{plain + "192.0.2.1"}, "192.0.2.1"},
		"forged, with the proxy's behind":   {"10.0.0.1:9", []string{plain + "6.6.6.6, 10.0.0.9, 192.0.2.1"}, "192.0.2.1"},
		"forged, in a line of its own":      {"10.0.0.1:9", []string{plain + "6.6.6.6", plain + "192.0.2.1"}, "192.0.2.1"},
		"two proxies":                       {"10.0.0.1:9", []string{plain + "6.6.6.6, 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		"a client inside":                   {"10.0.0.1:9", []string{plain + "10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"empty entries":                     {"10.0.0.1:9", []string{plain + " , 192.0.2.1,, "}, "192.0.2.1"},
		"nothing but commas":                {"10.0.0.1:9", []string{plain + ",,,"}, "10.0.0.1"},
		"a port":                            {"10.0.0.1:9", []string{plain + "192.0.2.1:4711"}, "192.0.2.1"},
		"IPv6":                              {"10.0.0.1:9", []string{plain + "2001:DB8::1"}, "2001:db8::1"},
		"IPv6 in brackets":                  {"10.0.0.1:9", []string{plain + "[2001:db8::1]"}, "2001:db8::1"},
		"IPv6 with a port":                  {"10.0.0.1:9", []string{plain + "[2001:db8::1]:4711"}, "2001:db8::1"},
		"IPv4 in IPv6":                      {"10.0.0.1:9", []string{plain + "::ffff:192.0.2.1"}, "192.0.2.1"},
		"IPv6 with a zone":                  {"10.0.0.1:9", []string{plain + "fe80::1%<script>"}, "10.0.0.1"},
		"IPv4 in brackets":                  {"10.0.0.1:9", []string{plain + "[192.0.2.1]"}, "10.0.0.1"},
		"an open bracket":                   {"10.0.0.1:9", []string{plain + "[2001:db8::1"}, "10.0.0.1"},
		"no port behind the colon":          {"10.0.0.1:9", []string{plain + "192.0.2.1:"}, "10.0.0.1"},
		"no port behind the bracket":        {"10.0.0.1:9", []string{plain + "[2001:db8::1]4711"}, "10.0.0.1"},
		"a leading zero":                    {"10.0.0.1:9", []string{plain + "192.0.2.01"}, "10.0.0.1"},
		"a name":                            {"10.0.0.1:9", []string{plain + "media.school.test"}, "10.0.0.1"},
		"unknown":                           {"10.0.0.1:9", []string{plain + "6.6.6.6, unknown"}, "10.0.0.1"},
		"unknown, behind the second proxy":  {"10.0.0.1:9", []string{plain + "6.6.6.6, unknown, 10.0.0.2"}, "10.0.0.2"},
		"very long":                         {"10.0.0.1:9", []string{plain + long + "192.0.2.1"}, "192.0.2.1"},
		"a very long entry":                 {"10.0.0.1:9", []string{plain + strings.Repeat("1", 30000)}, "10.0.0.1"},
		"very long, all of proxies":         {"10.0.0.1:9", []string{plain + strings.Repeat("10.0.0.2,", 3000)}, "10.0.0.2"},
		"an open quote":                     {"10.0.0.1:9", []string{plain + `"6.6.6.6, 192.0.2.1`}, "192.0.2.1"},
		"Forwarded":                         {"10.0.0.1:9", []string{standard + "for=192.0.2.1;proto=https;by=10.0.0.1"}, "192.0.2.1"},
		"Forwarded, in other letters":       {"10.0.0.1:9", []string{standard + "Proto=https; FOR=192.0.2.1"}, "192.0.2.1"},
		"Forwarded, IPv6 with a port":       {"10.0.0.1:9", []string{standard + `for="[2001:db8::1]:4711"`}, "2001:db8::1"},
		"Forwarded, with an obscure port":   {"10.0.0.1:9", []string{standard + `for="192.0.2.1:_x"`}, "192.0.2.1"},
		"Forwarded, forged":                 {"10.0.0.1:9", []string{standard + "for=6.6.6.6, for=192.0.2.1, for=10.0.0.2"}, "192.0.2.1"},
		"Forwarded, forged line":            {"10.0.0.1:9", []string{standard + "for=6.6.6.6", standard + "for=192.0.2.1"}, "192.0.2.1"},
		"Forwarded, unknown":                {"10.0.0.1:9", []string{standard + "for=6.6.6.6, for=unknown"}, "10.0.0.1"},
		"Forwarded, hidden":                 {"10.0.0.1:9", []string{standard + "for=6.6.6.6, for=_hidden, for=10.0.0.2"}, "10.0.0.2"},
		"Forwarded, without for":            {"10.0.0.1:9", []string{standard + "for=6.6.6.6, proto=https"}, "10.0.0.1"},
		"Forwarded, for twice":              {"10.0.0.1:9", []string{standard + "for=6.6.6.6;for=192.0.2.1"}, "10.0.0.1"},
		"Forwarded, an open quote":          {"10.0.0.1:9", []string{standard + `for=6.6.6.6;x=", for=192.0.2.1`}, "10.0.0.1"},
		"Forwarded, a quote that is closed": {"10.0.0.1:9", []string{standard + `for=6.6.6.6;x=", for="[2001:db8::1]"`}, "10.0.0.1"},
		"Forwarded, an escape":              {"10.0.0.1:9", []string{standard + `for="192.0.2.1\"`}, "10.0.0.1"},
		"Forwarded, nonsense":               {"10.0.0.1:9", []string{standard + "=;;=,=\x00"}, "10.0.0.1"},
		"both, the same":                    {"10.0.0.1:9", []string{plain + "192.0.2.1", standard + "for=192.0.2.1"}, "192.0.2.1"},
		"both, one of them forged":          {"10.0.0.1:9", []string{plain + "192.0.2.1", standard + "for=6.6.6.6"}, "10.0.0.1"},
	} {
		if is := trusting(t).client(from(c.remote, c.headers...)); is != c.want {
			t.Errorf("%s: the client is %s, want %s", name, is, c.want)
		}
	}
	if is := Proxies(nil).client(from("127.0.0.1:9", plain+"6.6.6.6")); is != "127.0.0.1" {
		t.Errorf("without trusted proxies, the client is %s", is)
	}
}

// Whatever a client sends, a proxy that adds its entry behind it makes the address the
// client's own, or, where it cannot be read, the proxy's.
func TestClientAddress_CannotBeForged(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"6.6.6.6", "10.0.0.9", "for=", "for=6.6.6.6", `"`, `\`, ",", ";", "=", "[", "]", ":", " ", "[2001:db8::6]:1", "unknown",
		"_x", "x=", `for="[2001:db8::6]"`, "\x00", "ä", "%", "'",
	}
	random := rand.New(rand.NewPCG(1, 2))
	forged := func() string {
		var b strings.Builder
		for range random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	proxies, found := trusting(t), map[string]int{}
	for range 20_000 {
		var headers []string
		if name := [...]string{plain, standard}[random.IntN(2)]; name == plain {
			headers = []string{plain + forged() + ", 192.0.2.1"}
		} else {
			entry := [...]string{"for=192.0.2.1", `for="192.0.2.1:80"`, `for=192.0.2.1;by="[::1]";proto=https`}[random.IntN(3)]
			headers = []string{standard + forged() + ", " + entry}
		}
		if random.IntN(4) == 0 { // the other one, or another line, as it came
			other := [...]string{plain, standard}[random.IntN(2)]
			headers = append([]string{other + forged()}, headers...)
		}
		is := proxies.client(from("10.0.0.1:9", headers...))
		if found[is]++; is != "192.0.2.1" && is != "10.0.0.1" {
			t.Fatalf("%q: the client is %s", headers, is)
		}
	}
	if found["192.0.2.1"] < 100 || found["10.0.0.1"] < 100 {
		t.Errorf("the clients are %v", found)
	}
}

func TestParseProxies(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"10.1.2.3/8":         "10.0.0.0/8",
		"127.0.0.1":          "127.0.0.1/32",
		"fd00::/8":           "fd00::/8",
		"nginx":              "",
		"":                   "",
		"10.0.0.1-10.0.0.9":  "",
		"::ffff:10.0.0.0/96": "",
		"fe80::1%eth0":       "",
		"0.0.0.0/0":          "",
		"::/0":               "",
	} {
		proxies, err := ParseProxies([]string{text})
		if (err == nil) != (want != "") || err == nil && proxies[0].String() != want {
			t.Errorf("%q is %v, %v; want %q", text, proxies, err, want)
		}
	}
}

// The log tells where a request comes from and who asks, by nothing that opens anything.
func TestLog_SaysWhoAsks(t *testing.T) {
	t.Parallel()
	s := newStage()
	hash := library.TokenHash{0xab, 31: 0xff}
	for name, c := range map[string]struct {
		caller library.Actor
		want   map[string]any
	}{
		"nobody":    {library.Actor{}, map[string]any{"user_id": nil, "service_id": nil, "token": nil}},
		"a person":  {library.Person(7, 0, library.Credential{Token: hash}), map[string]any{"user_id": 7.0, "token": "ab" + strings.Repeat("0", 30)}},
		"a service": {library.Service(3, library.Credential{Token: hash}), map[string]any{"service_id": 3.0, "user_id": nil}},
	} {
		s.call = func(x *Exchange, _ *http.Request) { x.SetCaller(c.caller) }
		s.ask("GET", base+"/ping", "X-Forwarded-For", "6.6.6.6")
		line := <-s.log
		c.want["address"] = "192.0.2.1" // httptest's
		for key, want := range c.want {
			if line[key] != want {
				t.Errorf("%s: %s is %v, want %v", name, key, line[key], want)
			}
		}
	}
}
