package front

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Limits are how long clients may take. Who takes longer is cut off. A header is small and
// comes at once; a whole request may carry a megabyte over a poor line.
type Limits struct {
	ReadHeaderTimeout time.Duration
	ReadTimeout       time.Duration
	WriteTimeout      time.Duration
	IdleTimeout       time.Duration
}

// maxHeaderBytes bounds the header of a request: a token and a few cookies of a proxy.
const maxHeaderBytes = 32 << 10

// DefaultLimits are for clients on the internet.
func DefaultLimits() Limits {
	return Limits{
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
}

// Validate says which limits cannot be: each line begins with the name of a setting.
func (l Limits) Validate() error {
	var errs []error
	for _, limit := range []struct {
		setting string
		is      time.Duration
	}{
		{"read-header-timeout", l.ReadHeaderTimeout},
		{"read-timeout", l.ReadTimeout},
		{"write-timeout", l.WriteTimeout},
		{"idle-timeout", l.IdleTimeout},
	} {
		if limit.is <= 0 {
			errs = append(errs, fmt.Errorf("%s: %s is too short", limit.setting, limit.is))
		}
	}
	return errors.Join(errs...)
}

// Patience is how long a request waits for the beginning of its answer, before it is told to
// come again while there is still time to tell it.
func (l Limits) Patience() time.Duration { return l.WriteTimeout / 4 * 3 }

// Server returns a server with the limits, and no handler yet.
func (l Limits) Server() *http.Server {
	return &http.Server{
		ReadHeaderTimeout: l.ReadHeaderTimeout,
		ReadTimeout:       l.ReadTimeout,
		WriteTimeout:      l.WriteTimeout,
		IdleTimeout:       l.IdleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
	}
}
