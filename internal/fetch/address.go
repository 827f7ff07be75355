package fetch

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// maxRedirects is how often a server may send on.
	maxRedirects = 5
	// maxAddress bounds an address in bytes, a stranger's and a redirect's.
	maxAddress = 8 << 10
)

// parseAddress reads an address and says what is wrong with it, short of asking who
// is there.
func parseAddress(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || len(address) > maxAddress {
		return nil, refuse("This address is not valid.")
	}
	if err := checkAddress(u); err != nil {
		return nil, err
	}
	return u, nil
}

func checkAddress(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse("The address must begin with http:// or https://.")
	case u.Hostname() == "" || u.Opaque != "":
		return refuse("The address has no server name.")
	case u.User != nil:
		return refuse("The address must not contain a user name or a password.")
	}
	if port := u.Port(); port != "" && !fitPort(port) {
		return refuse("Files cannot be imported from port %s.", port)
	}
	return nil
}

// fitPort is whether files may be fetched from a port. Below 1024 only the web's own:
// there, other services listen to anyone who speaks. Above, all but those on which
// browsers do not speak HTTP either (Fetch Standard, 2.11, "port blocking").
func fitPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return false
	}
	if n < 1024 {
		return n == 80 || n == 443
	}
	return !slices.Contains([]uint64{
		1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
		6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
	}, n)
}

// asciiHost is a host's name in lower case for comparing, and "" if it has letters
// beyond ASCII: some of those become ASCII in lower case, as the İ of "vİmeo.com".
func asciiHost(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// checkRedirect is asked before each redirect is followed.
func checkRedirect(next *http.Request, before []*http.Request) error {
	// The address that sends on may be signed, and is nobody else's business.
	next.Header.Del("Referer")
	if len(before) > maxRedirects {
		return refuse("The server redirects more than %d times.", maxRedirects)
	}
	if len(next.URL.String()) > maxAddress {
		return refuse("The server redirects to an address that is too long.")
	}
	if err := checkAddress(next.URL); err != nil {
		e := refuse("The server redirects to an address that is not allowed.")
		e.Err = err
		return e
	}
	if before[len(before)-1].URL.Scheme == "https" && next.URL.Scheme == "http" {
		return refuse("The server redirects from https to http, which is not secure.")
	}
	return nil
}
