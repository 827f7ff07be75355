package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/lectern-media/lectern/internal/app"
)

type serveCommand struct {
	serverSettings
	JSON bool `name:"json" help:"When ready, print {\"address\",\"base_url\"} instead of text."`
}

// Help is the longer help.
func (serveCommand) Help() string {
	return `Each setting can be a flag, an environment variable, or a line in the file that --config names (its keys are the names of the flags). A flag overrides the variable, and the variable overrides the file. lectern config shows the effective settings.

When the server is ready, it prints its address on standard output. It logs to standard error. SIGTERM, SIGINT or SIGHUP stops it: /readyz answers 503, running requests finish, and the library is closed. A signal that arrives more than a second after the first stops it at once.

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
func (c *serveCommand) Run(w *world, ctx *kong.Context) error {
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
		err = c.welcome(w, ctx, server)
	}
	if err != nil {
		return errors.Join(err, server.Stop(w.ctx))
	}
	return server.Wait(w.ctx)
}

// welcome prints the server's address and, if its library has no admin yet, how to create
// one.
func (c *serveCommand) welcome(w *world, ctx *kong.Context, server *app.App) error {
	text := fmt.Sprintf("Listening on %s (public URL %s).", server.Addr(), server.PublicURL())
	if found, err := server.HasAdmin(w.ctx); err == nil && !found { // an error is no reason not to serve
		lectern := shellQuote(os.Args[0])
		library := libraryFlags(ctx)
		text += fmt.Sprintf(`

This library has no admin yet. To create one, and a token for the API, run in another terminal, in the same folder:

  %s user create%s --name "Ada Byron" --email ada@school.test --role Admin
  %s token create%s --user ada@school.test

API documentation: %s/api/public/docs/
`, lectern, library, lectern, library, server.PublicURL())
	}
	for line := range strings.SplitSeq(text, "\n") {
		if err := printLine(w, line); err != nil {
			return err
		}
	}
	return nil
}

// libraryFlags is the flags of the command line by which another command finds the same
// library. A password in one is not repeated.
func libraryFlags(ctx *kong.Context) string {
	var flags strings.Builder
	for _, path := range ctx.Path {
		if path.Flag == nil {
			continue
		}
		switch path.Flag.Name {
		case "config", "data", "database":
			flags.WriteString(" --" + path.Flag.Name + "=" + shellQuote(show(path.Flag.Target)))
		}
	}
	return flags.String()
}

// shellQuote is a text as a POSIX shell reads it as one word.
func shellQuote(text string) string {
	isPlain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./:@=+,", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !isPlain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
