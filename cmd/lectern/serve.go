package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime/debug"

	"github.com/lectern-media/lectern/internal/app"
)

type serveCommand struct {
	serverSettings
	JSON bool `name:"json" help:"When it answers, print {\"address\",\"base_url\"} instead of a sentence."`
}

// Help is the longer help.
func (serveCommand) Help() string {
	return `Each setting can be given as a flag, as an environment variable, or in the file that --config names (its keys are the names of the flags); the first of these counts. lectern config shows what came of it.

When it answers requests, it says so on standard output; it logs to standard error. SIGTERM, SIGINT or SIGHUP drains: /readyz says 503, running requests end, the library is closed. A second signal ends it at once.

Examples:

    lectern serve --data /var/lib/lectern --listen :8080 --public-url https://media.school.test
    lectern serve --database postgres://lectern@db/lectern --metrics-listen 127.0.0.1:9090
    LECTERN_DATA=/var/lib/lectern lectern serve --config /etc/lectern.yaml`
}

// goMemory is what the server's Go memory stays under where it can, in bytes. What the
// library remembers takes about half of it. Without a limit Go lets the heap grow to
// twice what is in use; with one it collects earlier instead.
const goMemory = 112 << 20

// Run serves until it is told to stop.
func (c *serveCommand) Run(w *world) error {
	if debug.SetMemoryLimit(-1) == math.MaxInt64 { // GOMEMLIMIT says nothing else
		debug.SetMemoryLimit(goMemory)
	}
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
