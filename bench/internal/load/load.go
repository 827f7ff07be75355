// Package load is the driver of the benchmark: it asks a server for things over a
// number of connections for a slice of time and says how fast the answers came.
package load

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// A Script appends the next request to buf, and says false when it has none left. It
// is called by all connections at once, each with a source of chance of its own.
type Script func(chance *rand.Rand, buf []byte) ([]byte, bool)

// A Slice is what one contestant did in one stretch of load.
type Slice struct {
	Requests  int
	Took      time.Duration
	Latencies []time.Duration // sorted
}

// PerSecond is the throughput.
func (s Slice) PerSecond() float64 { return float64(s.Requests) / s.Took.Seconds() }

// Percentile is the latency that p of 100 requests stayed within.
func (s Slice) Percentile(p int) time.Duration {
	if len(s.Latencies) == 0 {
		return 0
	}
	return s.Latencies[(len(s.Latencies)-1)*p/100]
}

// A Load says how a server is asked.
type Load struct {
	Addr        string
	Connections int
	Lasting     time.Duration // 0: until the script ends
	Seed        uint64        // the same seed asks the same things in the same order
	Script      Script
}

// Run asks as the load says. The connections are made before the clock starts; each
// sends its next request when the last is answered, and finishes what it has begun
// when the time is over. Any answer but a success ends the run with an error.
func Run(ctx context.Context, l Load) (Slice, error) {
	conns := make([]*Conn, l.Connections)
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close() // the answers are read; nothing depends on how it ends
			}
		}
	}()
	for i := range conns {
		var err error
		if conns[i], err = Dial(ctx, l.Addr); err != nil {
			return Slice{}, err
		}
	}

	latencies := make([][]time.Duration, len(conns))
	failures := make([]error, len(conns))
	start := time.Now()
	var deadline time.Time
	if l.Lasting > 0 {
		deadline = start.Add(l.Lasting)
	}
	var wg sync.WaitGroup
	for i, c := range conns {
		wg.Go(func() {
			chance := rand.New(rand.NewPCG(l.Seed, uint64(i)))
			latencies[i], failures[i] = c.run(ctx, chance, deadline, l.Script)
		})
	}
	wg.Wait()
	s := Slice{Took: time.Since(start), Latencies: slices.Concat(latencies...)}
	s.Requests = len(s.Latencies)
	slices.Sort(s.Latencies)
	return s, errors.Join(failures...)
}

func (c *Conn) run(
	ctx context.Context, chance *rand.Rand, deadline time.Time, script Script,
) ([]time.Duration, error) {
	var took []time.Duration
	var request []byte
	before := time.Now()
	for ctx.Err() == nil && (deadline.IsZero() || before.Before(deadline)) {
		var more bool
		if request, more = script(chance, request[:0]); !more {
			break
		}
		if err := c.Do(request); err != nil {
			return took, err
		}
		now := time.Now()
		took = append(took, now.Sub(before))
		before = now
	}
	return took, ctx.Err()
}
