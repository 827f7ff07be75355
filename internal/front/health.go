package front

import (
	"context"
	"encoding/json"
	"net/http"
)

// Readiness returns why no requests should be sent to a server, as an error of the library
// (KindUnavailable), or nil.
type Readiness func(context.Context) error

// Warnings returns what an operator should know of a server that can take requests: that it is
// about to run out of space.
type Warnings func() []string

// health is /healthz and /readyz, which are asked too often to be logged and counted.
func health(ready Readiness, warnings Warnings) RouteGroup {
	ok := func(x *Exchange) {
		x.Answer(http.StatusOK, TextType, []byte("ok\n"))
	}
	return RouteGroup{Routes: []Route{
		// The process answers. It asks nobody else: a database that is away is no reason to
		// restart the server.
		{Pattern: "GET /healthz", quiet: true, Handle: func(x *Exchange, _ *http.Request) error {
			ok(x)
			return nil
		}},
		// Requests should be sent here.
		{Pattern: "GET /readyz", quiet: true, Handle: func(x *Exchange, r *http.Request) error {
			if ready != nil {
				if err := ready(r.Context()); err != nil {
					return err
				}
			}
			body := struct {
				Status   string   `json:"status"`
				Warnings []string `json:"warnings"`
			}{"ok", []string{}}
			if warnings != nil {
				body.Warnings = append(body.Warnings, warnings()...)
			}
			text, err := json.Marshal(body)
			if err != nil {
				return err
			}
			x.Answer(http.StatusOK, JSONType, text)
			return nil
		}},
	}}
}
