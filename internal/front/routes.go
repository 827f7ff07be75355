package front

import (
	"net/http"
	"slices"
	"strings"
)

// routes is a mux that knows for each path which methods it takes.
type routes struct {
	mux   *http.ServeMux
	taken map[string][]string // the methods of each path
}

func newRoutes() *routes {
	return &routes{mux: http.NewServeMux(), taken: make(map[string][]string)}
}

// add registers a route of a group.
func (rs *routes) add(group *RouteGroup, route Route) {
	method, path, hasMethod := strings.Cut(route.Pattern, " ")
	if !hasMethod {
		method, path = "", route.Pattern
	}
	rs.taken[path] = append(rs.taken[path], method)
	rs.mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(w)
		x.group, x.route, x.quiet = group, path, route.quiet
		r = x.bound(r, route.Body)
		err := route.Handle(x, r)
		if err == nil && x.outside {
			err = errOutside
		}
		if err != nil {
			x.fail(r, err)
		}
	})
}

// methods is every method that a route may have but HEAD, which follows GET.
var methods = []string{
	http.MethodDelete, http.MethodGet, http.MethodOptions, http.MethodPatch, http.MethodPost, http.MethodPut,
}

// refuseTheRest answers all other paths and methods. A path without parameters is
// itself for every method: GET /users/roles is a wrong method, not a user "roles". A path
// that ends with many segments is not led to from the one without: "/files/grant".
func (rs *routes) refuseTheRest() {
	for path, taken := range rs.taken {
		if cut := strings.LastIndexByte(path, '/'); strings.HasSuffix(path, "...}") && rs.taken[path[:cut]] == nil {
			rs.mux.HandleFunc(path[:cut], rs.refuse)
		}
		if strings.Contains(path, "{") || slices.Contains(taken, "") {
			continue
		}
		for _, method := range methods {
			if !slices.Contains(taken, method) {
				rs.mux.HandleFunc(method+" "+path, rs.refuse)
			}
		}
	}
	rs.mux.HandleFunc("/", rs.refuse)
}

// refuse answers 405 where another method would do, and else 404.
func (rs *routes) refuse(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range methods {
		_, pattern := rs.mux.Handler(&http.Request{Method: method, Host: r.Host, URL: r.URL})
		_, path, _ := strings.Cut(pattern, " ")
		if !slices.Contains(rs.taken[path], method) {
			continue
		}
		allowed = append(allowed, method)
		if method == http.MethodGet {
			allowed = append(allowed, http.MethodHead)
		}
	}
	err := ErrNoPath
	if len(allowed) > 0 {
		err = WrongMethod(allowed...)
	}
	x := exchangeOf(w)
	x.group = x.front.groupAt(r.URL.Path)
	x.fail(r, err)
}
