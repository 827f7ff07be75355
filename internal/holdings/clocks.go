package holdings

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
)

// MaxClockOffset is by how much a node's clock may differ from others for the node to
// sweep. What is swept is days old; a clock that is further off than this may be off by
// any amount.
const MaxClockOffset = 5 * time.Minute

// A ClockReference is a clock that a node's own clock is compared with.
type ClockReference struct {
	Name string // as in "differs from the clock of …"
	Read func(context.Context) (time.Time, error)
}

// Clocks are the clocks that agree with that of this machine if it is right: the database's
// and the storage's.
func Clocks(database func(context.Context) (time.Time, error), blobs blob.Store) []ClockReference {
	return []ClockReference{{Name: "the database", Read: database}, StorageClock(blobs)}
}

// StorageClock is the clock of a storage. Reading it writes an object, takes the time at which
// the storage says that it was written, and deletes it.
func StorageClock(blobs blob.Store) ClockReference {
	return ClockReference{Name: "the storage", Read: func(ctx context.Context) (time.Time, error) {
		// Each reading has a key of its own, since several nodes may read at once.
		key := "lectern-clock-" + uuid.NewString()
		if _, err := blobs.Put(ctx, key, strings.NewReader("now\n"), "text/plain"); err != nil {
			return time.Time{}, err
		}
		info, err := blobs.Stat(ctx, key)
		if err != nil {
			return time.Time{}, err
		}
		return info.ModTime, blobs.Delete(ctx, key)
	}}
}

// SteadyClock is the machine's clock as of this call, plus the time that has passed since. It
// does not change when somebody sets the machine's clock.
func SteadyClock(clock func() time.Time) ClockReference {
	began, elapsed := clock(), elapsedTime()
	return ClockReference{Name: "this server when it was started", Read: func(context.Context) (time.Time, error) {
		return began.Add(elapsed()), nil
	}}
}

// ClockError says that a node's clock differs from another by more than [MaxClockOffset].
type ClockError struct {
	Reference string
	Offset    time.Duration // positive where the node's clock is ahead
}

// Error says to the operator how the clocks differ.
func (e *ClockError) Error() string {
	direction, offset := "ahead of", e.Offset
	if offset < 0 {
		direction, offset = "behind", -offset
	}
	return fmt.Sprintf("this machine's clock is %s %s the clock of %s: nothing is swept until they agree to within %s",
		offset.Round(time.Second), direction, e.Reference, MaxClockOffset)
}

// offset is by how much a clock is ahead of a reference, as far as that can be told: what
// was read while the clock went from one time to another agrees with both.
func offset(ctx context.Context, clock func() time.Time, reference ClockReference) (time.Duration, error) {
	before := clock()
	is, err := reference.Read(ctx)
	if err != nil {
		return 0, fmt.Errorf("reading the clock of %s: %w", reference.Name, err)
	}
	after := clock()
	switch {
	case is.After(after):
		return after.Sub(is), nil
	case is.Before(before):
		return before.Sub(is), nil
	}
	return 0, nil
}

// checkClocks compares the node's clock with the references, and tells each offset. The
// first that is too large is a [ClockError].
func (s *Sweeper) checkClocks(ctx context.Context) error {
	var wrong error
	for _, reference := range s.Clocks {
		is, err := offset(ctx, s.Clock, reference)
		if err != nil {
			return err
		}
		if s.TellOffset != nil {
			s.TellOffset(reference.Name, is)
		}
		if is.Abs() > MaxClockOffset && wrong == nil {
			wrong = &ClockError{Reference: reference.Name, Offset: is}
		}
	}
	return wrong
}
