package studioapi

import (
	"net/http"
	"slices"
	"strings"
)

var errNoSuchPath = &wireError{status: http.StatusNotFound, message: "there is nothing at this path"}

// routes is a mux that answers in the contract's way what it has no handler for.
type routes struct {
	mux      *http.ServeMux
	taken    map[string][]string // the methods of each path
	handlers map[string]handler  // by pattern
}

func newRoutes() *routes {
	return &routes{mux: http.NewServeMux(), taken: make(map[string][]string), handlers: make(map[string]handler)}
}

// around puts a handler around the one that a pattern has already.
func (rs *routes) around(pattern string, wrap func(handler) handler) {
	rs.handlers[pattern] = wrap(rs.handlers[pattern])
}

// handle registers a handler for a pattern "METHOD /path".
func (rs *routes) handle(pattern string, h handler) {
	method, path, _ := strings.Cut(pattern, " ")
	rs.taken[path] = append(rs.taken[path], method)
	rs.handlers[pattern] = h
	rs.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(w)
		x.route = path
		if err := rs.handlers[pattern](x, r); err != nil {
			x.fail(r, err)
		}
	})
}

// methods is every method that a route may have but HEAD, which follows GET.
var methods = []string{http.MethodDelete, http.MethodGet, http.MethodPatch, http.MethodPost, http.MethodPut}

// refuseTheRest answers all other paths and methods. A path without parameters is
// itself for every method: GET /users/roles is a wrong method, not a user "roles".
func (rs *routes) refuseTheRest() {
	for path, taken := range rs.taken {
		for _, method := range methods {
			if !strings.Contains(path, "{") && !slices.Contains(taken, method) {
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
	if len(allowed) == 0 {
		exchangeOf(w).fail(r, errNoSuchPath)
		return
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	exchangeOf(w).fail(r, &wireError{
		status:  http.StatusMethodNotAllowed,
		message: "this path takes only " + strings.Join(allowed, ", "),
	})
}
