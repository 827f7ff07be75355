// Command withpostgres runs a command with a PostgreSQL server for its time: one that all
// packages of `go test ./...` share, where each would otherwise start its own.
//
//	withpostgres COMMAND [ARGUMENT…]
//
// The command finds the server's URL in LECTERN_TEST_POSTGRES. If that is set already, its
// server is used and none is started. The server ends with this process, however that ends.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/lectern-media/lectern/internal/testkit"
)

func main() {
	code, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
	}
	os.Exit(code)
}

// run runs the command and returns the code that it exited with.
func run(command []string) (code int, err error) {
	if len(command) == 0 {
		return 2, errors.New("which command?")
	}
	url, err := testkit.PostgresServer()
	if err != nil {
		return 1, err
	}
	c := exec.CommandContext(context.Background(), command[0], command[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, os.Stdout, os.Stderr
	c.Env = append(os.Environ(), "LECTERN_TEST_POSTGRES="+url)

	// A terminal sends its interrupt to the command too, which needs the server until it has
	// ended. Anybody else's signal to end is passed on.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := c.Start(); err != nil {
		return 1, err
	}
	go func() {
		for s := range signals {
			if s == syscall.SIGTERM {
				_ = c.Process.Signal(s) // it may just have ended
			}
		}
	}()
	err = c.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 1, err
	}
	return 0, nil
}
