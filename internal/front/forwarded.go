package front

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the addresses whose headers about the client are believed.
type Proxies []netip.Prefix

// ParseProxies reads addresses and networks: 127.0.0.1, 10.1.0.0/16, fd00::/8.
func ParseProxies(texts []string) (Proxies, error) {
	var proxies Proxies
	for _, text := range texts {
		prefix, err := parseNetwork(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("invalid address or network %q; expected for example 127.0.0.1 or 10.1.0.0/16", text)
		}
		if prefix.Bits() == 0 {
			return nil, fmt.Errorf("%s is every address, so that every client could forge its own; name the addresses of your proxies", text)
		}
		proxies = append(proxies, prefix)
	}
	return proxies, nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, err
		}
		if addr.Zone() != "" {
			return netip.Prefix{}, errors.New("a network cannot have a zone")
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	if prefix.Addr().Is4In6() { // addresses of connections are compared as IPv4
		return netip.Prefix{}, errors.New("an IPv4 network is written as one")
	}
	return prefix.Masked(), nil
}

func (ps Proxies) trust(addr netip.Addr) bool {
	addr = addr.WithZone("")
	return slices.ContainsFunc(ps, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// client returns the address of the client, without the port: the last one on the way here
// that is not a trusted proxy's. Each proxy adds the address of who connected to it at the
// end of X-Forwarded-For or Forwarded (RFC 7239). So the headers are read from the end, and
// only as far as trusted proxies wrote them: what comes before, a client may have made up.
// Where an entry is missing or cannot be read, the address is that of the proxy that should
// have told.
//
// Many proxies write one of the headers and pass on the other one as it came from the
// client. Nobody can tell which: where the two name different clients, neither is believed.
func (ps Proxies) client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if len(ps) == 0 {
		return host
	}
	peer, err := netip.ParseAddr(host)
	if peer = peer.Unmap(); err != nil || !ps.trust(peer) {
		return host
	}
	plain, standard := r.Header.Values("X-Forwarded-For"), r.Header.Values("Forwarded")
	byPlain, byStandard := ps.walk(peer, plainHops(plain)), ps.walk(peer, standardHops(standard))
	switch {
	case len(standard) == 0:
		return byPlain.String()
	case len(plain) == 0, byPlain == byStandard:
		return byStandard.String()
	}
	return peer.String()
}

// walk follows the hops that a header names, the last one first, until one is not trusted.
func (ps Proxies) walk(peer netip.Addr, hops hops) netip.Addr {
	for ps.trust(peer) {
		hop, ok := hops()
		if !ok {
			break
		}
		peer = hop
	}
	return peer
}

// hops returns the next hop of a header, the last one first; false where there is none, or
// none that can be read.
type hops func() (netip.Addr, bool)

// plainHops reads X-Forwarded-For: addresses with commas between them.
func plainHops(values []string) hops {
	rest := strings.Join(values, ",")
	return func() (netip.Addr, bool) {
		for rest != "" {
			at := strings.LastIndexByte(rest, ',')
			hop := strings.Trim(rest[at+1:], " \t")
			rest = rest[:max(at, 0)]
			if hop != "" {
				return parseHop(hop)
			}
		}
		return netip.Addr{}, false
	}
}

// standardHops reads Forwarded (RFC 7239, 4). A quote that a client opened and that a proxy
// added its entry behind makes that entry a part of the client's, which then has no end.
func standardHops(values []string) hops {
	entries := slices.Collect(elements(strings.Join(values, ","), ','))
	return func() (netip.Addr, bool) {
		if len(entries) == 0 {
			return netip.Addr{}, false
		}
		last := entries[len(entries)-1]
		entries = entries[:len(entries)-1]
		node, ok := forwardedFor(last)
		if !ok {
			return netip.Addr{}, false
		}
		return parseHop(node)
	}
}

// forwardedFor returns the parameter "for" of an entry of Forwarded. An entry is read whole or
// not at all.
func forwardedFor(entry string) (node string, ok bool) {
	for pair := range elements(entry, ';') {
		name, value, _ := strings.Cut(pair, "=")
		value, isValue := unquote(value)
		if !isValue || !isToken(name) {
			return "", false
		}
		if strings.EqualFold(name, "for") {
			if ok {
				return "", false
			}
			node, ok = value, true
		}
	}
	return node, ok
}

// unquote returns the value of a parameter, a token or a quoted string (RFC 9110, 5.6).
// No address needs an escape, so a string with one is not read.
func unquote(text string) (value string, ok bool) {
	inner, isQuoted := strings.CutPrefix(text, `"`)
	if !isQuoted {
		return text, isToken(text)
	}
	inner, isClosed := strings.CutSuffix(inner, `"`)
	return inner, isClosed && !strings.ContainsAny(inner, `"\`)
}

func isToken(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("!#$%&'*+-.^_`|~:", r)
	}) // the colon, which is none of a token's: some proxies write 192.0.2.1:80 without quotes
}

// parseHop reads the address of a hop, with or without a port: 192.0.2.1, 192.0.2.1:4711,
// 2001:db8::1, [2001:db8::1] and [2001:db8::1]:4711. It reads no "unknown" and no name like
// "_hidden", by which a proxy keeps an address to itself (RFC 7239, 6).
func parseHop(text string) (netip.Addr, bool) {
	const longest = 64 // with port
	if len(text) > longest {
		return netip.Addr{}, false
	}
	host, port, hasPort := text, "", false
	if inner, isBracketed := strings.CutPrefix(text, "["); isBracketed {
		var isClosed bool
		host, port, isClosed = strings.Cut(inner, "]")
		hasPort = port != ""
		if !isClosed || hasPort && port[0] != ':' || !strings.Contains(host, ":") {
			return netip.Addr{}, false
		}
		port = strings.TrimPrefix(port, ":")
	} else if strings.Count(text, ":") == 1 {
		host, port, hasPort = strings.Cut(text, ":")
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.Zone() != "" || hasPort && !isToken(port) {
		return netip.Addr{}, false
	}
	return addr.Unmap(), true
}
