// Lectern is a media library that speaks the public API of Instructure Studio.
// `lectern --help` says what the program does.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup, which means to go on without a terminal
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() { // for the life of the process
		<-signals
		// The first signal drains. From here on nobody listens, so that the second ends
		// the process as signals do: whoever sends it does not want to wait.
		signal.Stop(signals)
		stop()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
