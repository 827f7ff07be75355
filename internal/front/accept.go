package front

import (
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// prefersHTML says whether a client wants a page rather than JSON or plain text: a browser
// that shows an answer to a person does, and a program that takes anything does not.
func prefersHTML(r *http.Request) bool {
	html := max(Accepts(r, "text/html"), Accepts(r, "application/xhtml+xml"))
	return html > max(Accepts(r, "application/json"), Accepts(r, "text/plain"))
}

// Accepts returns how much a client wants a media type such as "text/html", by its header
// Accept (RFC 9110, 12.5.1): from 0, which is not at all, to 1. Who does not say takes
// everything. Of several ranges the most precise one that includes the type counts. Ranges
// that cannot be read are ignored; a weight that cannot is 1.
func Accepts(r *http.Request, mediaType string) float64 {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.Trim(accept, " \t,") == "" {
		return 1
	}
	quality, precision := 0.0, 0
	for one := range elements(accept, ',') {
		parts := slices.Collect(elements(one, ';'))
		if len(parts) == 0 {
			continue
		}
		q, plain := weight(parts[1:])
		switch p := precise(parts[0], mediaType); {
		case !plain || p == 0:
		case p > precision:
			quality, precision = q, p
		case p == precision:
			quality = max(quality, q)
		}
	}
	return quality
}

// precise says how precisely a range of media types names one: 0 if it does not include it.
func precise(kind, mediaType string) int {
	kind = strings.ToLower(kind)
	major, _, _ := strings.Cut(mediaType, "/")
	switch kind {
	case mediaType:
		return 3
	case major + "/*":
		return 2
	case "*/*":
		return 1
	}
	return 0
}

// weight reads the parameter q of a range (RFC 9110, 12.4.2), 1 where there is none. A
// range with another parameter than charset, such as text/html;level=1, is not plain: it
// names a form of the type that is not offered.
func weight(parameters []string) (q float64, plain bool) {
	for _, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "charset":
		case "q":
			q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil || !(q >= 0 && q <= 1) {
				return 1, true
			}
			return q, true
		default:
			return 0, false
		}
	}
	return 1, true
}

// elements cuts a header into its elements, but not inside of quotes, and trims them.
// Empty ones are left out.
func elements(header string, separator byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		quoted, escaped, start := false, false, 0
		for i := range len(header) {
			switch c := header[i]; {
			case escaped:
				escaped = false
			case c == '\\' && quoted:
				escaped = true
			case c == '"':
				quoted = !quoted
			case c == separator && !quoted:
				if one := strings.Trim(header[start:i], " \t"); one != "" && !yield(one) {
					return
				}
				start = i + 1
			}
		}
		if one := strings.Trim(header[start:], " \t"); one != "" {
			yield(one)
		}
	}
}
