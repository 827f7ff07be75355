package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"
)

// guard opens connections, and only to where a stranger may send us.
type guard struct {
	hosts    map[string]bool // whom the operator trusts by name, in ASCII and lower case
	public   *ssrf.Guardian  // with what the operator trusts by range
	inside   *ssrf.Guardian  // what NAT64 wraps is asked this too
	resolver *net.Resolver
}

// azureHost is a public address in name only: inside Azure it answers each machine with
// the secrets of its platform.
const azureHost = "168.63.129.16/32"

// newGuard reads whom the operator trusts: names of hosts, addresses and ranges.
func newGuard(trusted []string, resolver *net.Resolver) (*guard, error) {
	g := &guard{hosts: map[string]bool{}, resolver: resolver}
	var v4, v6 []netip.Prefix
	for _, entry := range trusted {
		prefix, err := parseRange(entry)
		if err != nil {
			host, err := idna.Lookup.ToASCII(strings.TrimSuffix(entry, "."))
			if err != nil || host == "" || strings.ContainsAny(host, "/:* ") {
				return nil, fmt.Errorf("%q is neither the name of a host nor a range of addresses like 10.1.0.0/16", entry)
			}
			g.hosts[host] = true
		} else if prefix.Addr().Is4() {
			v4 = append(v4, prefix)
		} else {
			v6 = append(v6, prefix)
		}
	}
	azure := netip.MustParsePrefix(azureHost)
	build := func(more ...ssrf.Option) *ssrf.Guardian {
		return ssrf.New(append(more, ssrf.WithAnyPort(), ssrf.WithDeniedV4Prefixes(azure))...)
	}
	g.inside = build(ssrf.WithAllowedV4Prefixes(v4...))
	g.public = build(ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	return g, nil
}

func parseRange(entry string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(entry)
	if err != nil {
		addr, err := netip.ParseAddr(entry)
		if err != nil {
			return netip.Prefix{}, err
		}
		if addr.Zone() != "" { // a range has none, and would leave it out
			return netip.Prefix{}, errors.New("a range cannot have a zone")
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	if prefix.Addr().Is4In6() { // no connection goes to such, so it would trust nobody
		return netip.Prefix{}, errors.New("an IPv4 address is written as one")
	}
	return prefix.Masked(), nil
}

// dial is the transport's way to a server. The name counts only where the operator
// trusts it; whatever else is decided, is decided by control.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Resolver: g.resolver, Control: g.control}
	if g.hosts[asciiHost(host)] {
		d.Control = nil
	}
	return d.DialContext(ctx, network, address)
}

// control is called with the resolved address, once its socket is made and before it
// connects: there is no later moment at which the address could become another.
func (g *guard) control(network, address string, raw syscall.RawConn) error {
	if err := g.public.Safe(network, address, raw); err != nil {
		return err
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	return g.checkWrapped(to.Addr())
}

// checkWrapped looks into an address of NAT64, through which an IPv6-only machine
// reaches IPv4 once the operator trusts 64:ff9b::/96: what it wraps must be public too.
func (g *guard) checkWrapped(ip netip.Addr) error {
	if !ssrf.IPv6NAT64Prefix.Contains(ip) {
		return nil
	}
	b := ip.As16()
	return g.inside.SafeAddr(netip.AddrFrom4([4]byte(b[12:])))
}
