//go:build !linux

package holdings

import "time"

// elapsedTime returns a function that tells how much time has passed.
func elapsedTime() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) }
}
