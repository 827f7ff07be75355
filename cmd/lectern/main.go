// Lectern is a media library with the public API of Instructure Studio.
// `lectern --help` says what the program does.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// sameSignal is for how long signals after the first one count as the first: they were not
// sent by somebody who is tired of waiting. When a terminal is closed, its shell sends SIGHUP
// and then the kernel sends another; timeout(1) signals the process and then its group.
const sameSignal = time.Second

func main() {
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup, which means to keep running without a terminal
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() { // for the life of the process
		<-signals
		stop()
		// The first signal drains. Then signals are no longer caught, so that the next one ends
		// the process at once: the person who sends it does not want to wait.
		<-time.After(sameSignal)
		signal.Stop(signals)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}
