package fetch

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"testing"
)

// notPublic is what nobody may send us to, written down from the IANA registries of
// special purpose addresses and of IPv6's address space.
var notPublic = []string{
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
	"192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32",     // Azure's host
	"::/3",                 // unspecified, loopback, mapped, compatible, NAT64, discard-only
	"4000::/2", "8000::/1", // not given out; unique local, link-local, site-local, multicast
	"2001::/23",                  // Teredo, benchmarking, ORCHID, and other protocols
	"2001:db8::/32", "3fff::/20", // documentation
	"2002::/16", "2620:4f:8000::/48", // 6to4, AS112
}

func isPublic(ip netip.Addr) bool {
	if ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() {
		return false
	}
	for _, prefix := range notPublic {
		if netip.MustParsePrefix(prefix).Contains(ip) {
			return false
		}
	}
	return true
}

func testGuard(t *testing.T, trusted ...string) *guard {
	t.Helper()
	g, err := newGuard(trusted, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// allows asks as a dialer would.
func (g *guard) allows(ip netip.Addr) bool {
	network := "tcp6"
	if ip.Is4() {
		network = "tcp4"
	}
	return g.control(network, netip.AddrPortFrom(ip, 443).String(), nil) == nil
}

// near is an address in a range, at its edges, or just beside it.
func near(chance *rand.Rand, prefix netip.Prefix) netip.Addr {
	first := prefix.Masked().Addr()
	bytes := first.AsSlice()
	for bit := prefix.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	switch chance.IntN(5) {
	case 0:
		return first
	case 1:
		return last
	case 2:
		if before := first.Prev(); before.IsValid() {
			return before
		}
		return first
	case 3:
		if after := last.Next(); after.IsValid() {
			return after
		}
		return last
	}
	for bit := prefix.Bits(); bit < len(bytes)*8; bit++ {
		if chance.IntN(2) == 0 {
			bytes[bit/8] &^= 0x80 >> (bit % 8)
		}
	}
	within, _ := netip.AddrFromSlice(bytes)
	return within
}

func randomV4(chance *rand.Rand) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], chance.Uint32())
	return netip.AddrFrom4(b)
}

func randomV6(chance *rand.Rand) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], chance.Uint64())
	binary.BigEndian.PutUint64(b[8:], chance.Uint64())
	if chance.IntN(2) == 0 {
		b[0] = 0x20 | b[0]&0x1f
	}
	return netip.AddrFrom16(b)
}

func TestGuard_AllowsJustThePublicAddresses(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	chance := rand.New(rand.NewPCG(seed, 0))
	g := testGuard(t)
	seen := map[bool]int{}
	for range 300_000 {
		var ip netip.Addr
		switch chance.IntN(3) {
		case 0:
			ip = randomV4(chance)
		case 1:
			ip = randomV6(chance)
		default:
			ip = near(chance, netip.MustParsePrefix(notPublic[chance.IntN(len(notPublic))]))
		}
		want := isPublic(ip)
		seen[want]++
		if got := g.allows(ip); got != want {
			t.Fatalf("%s is allowed: %t, want %t", ip, got, want)
		}
	}
	if seen[true] < 10_000 || seen[false] < 10_000 {
		t.Errorf("the addresses tried are one-sided: %v", seen)
	}
}

func TestGuard_RefusesEveryCloudsMetadata(t *testing.T) {
	t.Parallel()
	g := testGuard(t)
	for name, address := range map[string]string{
		"AWS, Google, Azure, DigitalOcean": "169.254.169.254",
		"AWS containers":                   "169.254.170.2",
		"AWS over IPv6":                    "fd00:ec2::254",
		"Google over IPv6":                 "fd20:ce::254",
		"Alibaba":                          "100.100.100.200",
		"Oracle":                           "192.0.0.192",
		"Azure's host":                     "168.63.129.16",
		"a link-local address with a zone": "fe80::1%eth0",
	} {
		if g.allows(netip.MustParseAddr(address)) {
			t.Errorf("%s: %s is allowed", name, address)
		}
	}
}

// wrap writes an IPv4 address in each way that IPv6 knows.
func wrap(v4 netip.Addr) map[string]netip.Addr {
	b := v4.As4()
	at := func(prefix string, place int, mask byte) netip.Addr {
		a := netip.MustParseAddr(prefix).As16()
		for i := range b {
			a[place+i] = b[i] ^ mask
		}
		return netip.AddrFrom16(a)
	}
	return map[string]netip.Addr{
		"mapped":      at("::ffff:0:0", 12, 0),
		"compatible":  at("::", 12, 0),
		"translated":  at("::ffff:0:0:0", 12, 0),
		"NAT64":       at("64:ff9b::", 12, 0),
		"local NAT64": at("64:ff9b:1::", 12, 0),
		"6to4":        at("2002::", 2, 0),
		"Teredo":      at("2001::", 12, 0xff),
		"ISATAP":      at("fe80::5efe:0:0", 12, 0),
	}
}

func TestGuard_RefusesIPv4InsideIPv6(t *testing.T) {
	t.Parallel()
	g := testGuard(t)
	chance := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		for how, ip := range wrap(randomV4(chance)) {
			if g.allows(ip) {
				t.Errorf("%s: %s is allowed", how, ip)
			}
		}
	}
}

func TestGuard_LooksIntoNAT64(t *testing.T) {
	t.Parallel()
	g := testGuard(t, "64:ff9b::/96", "10.1.0.0/16")
	for v4, want := range map[string]bool{
		"8.8.8.8": true, "10.1.2.3": true,
		"10.2.0.1": false, "127.0.0.1": false, "169.254.169.254": false, "168.63.129.16": false, "0.0.0.0": false,
	} {
		if got := g.allows(wrap(netip.MustParseAddr(v4))["NAT64"]); got != want {
			t.Errorf("%s behind NAT64 is allowed: %t, want %t", v4, got, want)
		}
	}
}

func TestGuard_TrustsJustWhatTheOperatorNames(t *testing.T) {
	t.Parallel()
	g := testGuard(t, "10.1.2.77/16", "192.168.7.9", "fd12:3456::/32", "Media.School.Internal.", "bücher.test")
	for address, want := range map[string]bool{
		"10.1.0.0": true, "10.1.255.255": true, "10.0.255.255": false, "10.2.0.0": false,
		"192.168.7.9": true, "192.168.7.8": false,
		"fd12:3456::1": true, "fd12:3457::1": false, "::ffff:10.1.0.1": false, "8.8.8.8": true,
	} {
		if got := g.allows(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is allowed: %t, want %t", address, got, want)
		}
	}
	if !g.hosts["media.school.internal"] || !g.hosts["xn--bcher-kva.test"] || len(g.hosts) != 2 {
		t.Errorf("the trusted hosts are %v", g.hosts)
	}
	for _, wrong := range []string{"", ".", "10.0.0.0/33", "*.school.test", "http://school.test", "school.test:80", "a b", "::ffff:10.0.0.0/104", "fe80::1%eth0/64"} {
		if _, err := newGuard([]string{wrong}, nil); err == nil {
			t.Errorf("%q is taken for a host or range", wrong)
		}
	}
}

func TestGuard_RefusesWhatIsNoAddressOfTCP(t *testing.T) {
	t.Parallel()
	g := testGuard(t, "0.0.0.0/0", "::/0")
	for _, c := range [][2]string{{"udp4", "8.8.8.8:53"}, {"unix", "/run/docker.sock"}, {"tcp4", ":80"}, {"tcp4", "example.test:80"}} {
		if g.control(c[0], c[1], nil) == nil {
			t.Errorf("%s to %q is allowed", c[0], c[1])
		}
	}
}
