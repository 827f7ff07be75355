package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lectern-media/lectern/internal/pace"
)

// piece is what a server sends after a pause.
type piece struct {
	after time.Duration
	bytes int
}

// read reads pieces as a server sends them, on a false clock, and returns how long it took
// and what ended it: nil where all came.
func read(t *testing.T, idle time.Duration, pieces []piece) (took time.Duration, cause error) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		from, to := io.Pipe()
		ctx, cancel := context.WithCancelCause(t.Context())
		context.AfterFunc(ctx, func() { _ = to.CloseWithError(context.Cause(ctx)) }) // as a connection does
		go func() {
			for _, p := range pieces {
				select {
				case <-time.After(p.after):
				case <-ctx.Done():
					return
				}
				if _, err := to.Write(make([]byte, p.bytes)); err != nil {
					return
				}
			}
			_ = to.Close()
		}()
		a := &answer{Response: &http.Response{Body: from}, ctx: ctx, cancel: cancel, idle: idle, timer: time.NewTimer(0)}
		b := &Body{client: &Client{maxBytes: 1 << 40}, caller: t.Context(), answer: a, pace: pace.New(idle), Info: Info{Size: -1}}
		began := time.Now()
		for buffer := make([]byte, 1<<20); b.err == nil; {
			_, b.err = b.receive(buffer)
		}
		took = time.Since(began)
		if !errors.Is(b.err, io.EOF) {
			cause = context.Cause(ctx)
		}
		a.cancel(nil)
		_ = from.Close()
	})
	return took, cause
}

func repeat(n int, p piece) []piece {
	all := make([]piece, n)
	for i := range all {
		all[i] = p
	}
	return all
}

func TestPace_LeavesWhatIsSlowerThan4kBASecond(t *testing.T) {
	t.Parallel()
	hour := 3600
	for name, at := range map[string]struct {
		pieces []piece
		cause  error
		took   time.Duration
	}{
		"just fast enough":           {repeat(hour, piece{time.Second, 4000}), nil, time.Hour},
		"in bursts":                  {repeat(hour/50, piece{50 * time.Second, 200_000}), nil, time.Hour},
		"a byte a second":            {repeat(hour, piece{time.Second, 1}), errSlow, 2 * time.Minute},
		"a byte in almost a minute":  {repeat(hour, piece{59 * time.Second, 1}), errSlow, 2 * time.Minute},
		"a little too slow":          {repeat(hour, piece{time.Second, 3800}), errSlow, 40 * time.Minute},
		"nothing":                    {repeat(1, piece{time.Hour, 1}), errIdle, time.Minute},
		"much, and then nothing":     {[]piece{{0, 100_000_000}, {time.Hour, 1}}, errIdle, time.Minute},
		"much, and then very little": {append([]piece{{0, 100_000_000}}, repeat(hour, piece{time.Second, 1})...), errSlow, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			took, cause := read(t, time.Minute, at.pieces)
			if !errors.Is(cause, at.cause) || took < at.took-30*time.Second || took > at.took+30*time.Second {
				t.Errorf("it ends after %v with %v; want %v, %v", took, cause, at.took, at.cause)
			}
		})
	}
}

// Whatever a server does, a download that goes on for long is as fast as it must be, and one
// whose server is never behind by a whole idle limit is never left.
func TestPace_OfRandomServers(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	left := 0
	for range 300 {
		var pieces []piece
		var total time.Duration
		bytes, behind, most := 0, time.Duration(0), time.Duration(0)
		rate := 1000 + random.IntN(8000)
		for range 1 + random.IntN(300) {
			p := piece{time.Duration(1 + random.Int64N(int64(30*time.Second))), 0}
			p.bytes = 1 + random.IntN(1+int(p.after.Seconds()*2*float64(rate)))
			pieces, total, bytes = append(pieces, p), total+p.after, bytes+p.bytes
			behind += p.after
			most = max(most, behind)
			behind = max(0, behind-time.Duration(p.bytes)*time.Second/pace.MinRate)
		}
		took, cause := read(t, time.Minute, pieces)
		wanted := 2*time.Minute + time.Duration(bytes)*time.Second/pace.MinRate
		switch {
		case cause != nil:
			left++
			if most < 2*time.Minute {
				t.Fatalf("left after %v with %v, although never behind by more than %v", took, cause, most)
			}
		case most > 2*time.Minute:
			t.Fatalf("not left, although behind by %v", most)
		case took != total || took > wanted:
			t.Fatalf("%d bytes took %v of %v, want %v at most", bytes, took, total, wanted)
		}
	}
	if left == 0 || left == 300 {
		t.Errorf("%d of 300 servers were left; the test is to have both kinds", left)
	}
}

// The time in which somebody else is slow, as a store that takes the bytes, is not counted.
func TestPace_CountsOnlyWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &answer{
			Response: &http.Response{Body: io.NopCloser(bytes.NewReader(make([]byte, 100)))},
			cancel:   func(err error) { t.Errorf("left: %v", err) }, idle: time.Minute,
		}
		p := pace.New(a.idle)
		for range 100 {
			<-time.After(time.Hour)
			if _, err := a.read(make([]byte, 1), &p); err != nil {
				t.Fatal(err)
			}
		}
	})
}
