package front

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// cleanPath takes the empty segments out of a path, because a working client asks for
// /api/public/v1//collections. It comes before the mux, which would answer such a path,
// and one with dots, by a redirect; those with dots lead nowhere.
func cleanPath(r *http.Request) (*http.Request, error) {
	path := r.URL.EscapedPath()
	segments := strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
	if !strings.HasPrefix(path, "/") || slices.ContainsFunc(segments, isDots) {
		return r, ErrNoPath
	}
	collapsed := "/" + strings.Join(segments, "/")
	if collapsed == path {
		return r, nil
	}
	u := *r.URL
	u.RawPath = collapsed
	u.Path, _ = url.PathUnescape(collapsed) // EscapedPath is well encoded
	r = r.WithContext(r.Context())          // a copy: the caller's request stays
	r.URL = &u
	return r, nil
}

func isDots(segment string) bool {
	name, err := url.PathUnescape(segment)
	return err != nil || name == "." || name == ".."
}

// groupAt returns the group of a path, nil where it is nobody's.
func (f *Front) groupAt(path string) *RouteGroup {
	var found *RouteGroup
	longest := 0
	for _, group := range f.groups {
		for _, under := range group.Under {
			if len(under) > longest && isUnder(path, under) {
				found, longest = group, len(under)
			}
		}
	}
	return found
}

// isUnder says whether a path is "/files" or below it, for "/files/".
func isUnder(path, under string) bool {
	return strings.HasPrefix(path, under) || path == strings.TrimSuffix(under, "/")
}
