// Package rivals holds the servers that Lectern is measured against, and runs them and
// Lectern itself as processes of their own.
package rivals

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// The servers that are the benchmark's own program under another name.
const (
	Bare       = "bare"
	Floor      = "floor"
	PocketBase = "pocketbase"
	Files      = "files"
	Tus        = "tus"
	Profiled   = "profiled" // Lectern, writing a profile of its processor time
)

// Argument is the first argument of the benchmark's program when it is to be one of
// its own contestants.
const Argument = "serve-as"

// announcement begins the line by which such a server tells its address.
const announcement = "listening on "

// Start runs one of the benchmark's own servers as a process. Its arguments are none
// for the bare one, a database's URL and a number of shelves for the floor, a folder
// for PocketBase, for the files and for tusd, a database's URL, a folder and
// a file for the profiled one.
func Start(ctx context.Context, name string, args ...string) (*Process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, exec.CommandContext(ctx, self, append([]string{Argument, name}, args...)...), func(line string) (string, bool) {
		return strings.CutPrefix(line, announcement)
	})
}

// Serve is such a process: it serves until the context ends.
func Serve(ctx context.Context, name string, args ...string) error {
	serve, ok := servers[name]
	if !ok || len(args) != serve.args {
		return fmt.Errorf("there is no server %q with %d arguments", name, len(args))
	}
	return serve.run(ctx, args)
}

var servers = map[string]struct {
	args int
	run  func(ctx context.Context, args []string) error
}{
	Bare:       {0, func(ctx context.Context, _ []string) error { return serveHTTP(ctx, bare()) }},
	Floor:      {2, func(ctx context.Context, args []string) error { return serveFloor(ctx, args[0], args[1]) }},
	PocketBase: {1, func(ctx context.Context, args []string) error { return servePocketBase(ctx, args[0]) }},
	Files:      {1, func(ctx context.Context, args []string) error { return serveHTTP(ctx, bareFiles(args[0])) }},
	Tus:        {1, func(ctx context.Context, args []string) error { return serveTus(ctx, args[0]) }},
	Profiled:   {3, func(ctx context.Context, args []string) error { return serveProfiled(ctx, args[0], args[1], args[2]) }},
}

func serveHTTP(ctx context.Context, handler http.Handler) error {
	listener, err := listen(ctx)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	stopped := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stopped()
	announce(listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func listen(ctx context.Context) (net.Listener, error) {
	return new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
}

// announce tells the benchmark the address.
func announce(addr net.Addr) {
	_, _ = fmt.Fprintln(os.Stdout, announcement+addr.String()) // without a reader there is no benchmark
}
