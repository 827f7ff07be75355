package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lectern-media/lectern/internal/app"
)

type serveCommand struct {
	serverSettings
	JSON bool `name:"json" help:"When it answers, print {\"address\",\"base_url\"} instead of a sentence."`
}

// Help is the longer help.
func (serveCommand) Help() string {
	return `Each setting can be given as a flag, as an environment variable, or in the file that --config names (its keys are the names of the flags); the first of these counts. lectern config shows what came of it.

When it answers requests, it says so on standard output; it logs to standard error. SIGTERM or SIGINT drains: /readyz says 503, running requests end, the library is closed. A second signal ends it at once.

Examples:

    lectern serve --data /var/lib/lectern --listen :8080 --public-url https://media.school.test
    lectern serve --database postgres://lectern@db/lectern --metrics-listen 127.0.0.1:9090
    LECTERN_DATA=/var/lib/lectern lectern serve --config /etc/lectern.yaml`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(w *world) error {
	server, err := app.New(w.ctx, c.options(w))
	if err != nil {
		return err
	}
	if err := server.Start(w.ctx); err != nil {
		return err
	}
	if c.JSON {
		err = json.NewEncoder(w.stdout).Encode(map[string]string{
			"address": server.Addr().String(), "base_url": server.PublicURL(),
		})
	} else {
		err = printLine(w, fmt.Sprintf("Lectern answers on %s as %s", server.Addr(), server.PublicURL()))
	}
	if err != nil {
		return errors.Join(err, server.Stop(w.ctx))
	}
	return server.Wait(w.ctx)
}
