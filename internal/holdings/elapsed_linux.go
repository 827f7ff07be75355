package holdings

import (
	"time"

	"golang.org/x/sys/unix"
)

// elapsedTime returns a function that tells how much time has passed, also while the
// machine was suspended: what [time.Since] leaves out.
func elapsedTime() func() time.Duration {
	began := bootTime()
	return func() time.Duration { return bootTime() - began }
}

func bootTime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		panic(err) // every Linux that Go runs on has this clock
	}
	return time.Duration(t.Nano())
}
