package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/lectern-media/lectern/internal/library"
)

// attackerLine is how many bytes a second the attacker sends, all together: a line of 100 Mbit/s.
// What a program on the same machine can send, the server would only be busy with copying.
const attackerLine = 100_000_000 / 8

// lineBurst is the largest piece that is sent at once, bytes.
const lineBurst = 64 << 10

// line is a body that is sent as fast as the line allows which it shares with others.
type line struct {
	ctx  context.Context //nolint:containedctx // of the request that it is the body of
	rate *rate.Limiter
	body io.Reader
}

func (l line) Read(p []byte) (int, error) {
	n, err := l.body.Read(p[:min(len(p), lineBurst)])
	if n > 0 {
		if waited := l.rate.WaitN(l.ctx, n); waited != nil {
			return n, waited
		}
	}
	return n, err
}

// sendSlowly sends a request with the attacker's body, over their line.
func (s *fairStage) sendSlowly(ctx context.Context, method, address string, body []byte) error {
	return s.attacker.send(ctx, method, address, line{ctx, s.line, bytes.NewReader(body)}, nil)
}

// attackKind is one of the things that one person does so often that others would notice.
type attackKind struct {
	name string
	// at once, and how long each pauses after a request.
	atOnce int
	pause  time.Duration
	do     func(s *fairStage, ctx context.Context, i int64) error
}

// fourMegabytes is what an attacker uploads.
var fourMegabytes = make([]byte, 4<<20)

var attacks = []attackKind{
	{"lists, four times the limit", 5, 20 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		return s.attacker.get(ctx, fmt.Sprintf("/users/%d/media", s.attacker.id), nil)
	}},
	{"a megabyte of JSON", 2, 100 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		return s.sendSlowly(ctx, http.MethodPost, "/media", manyBytes)
	}},
	{"starts uploads", 2, 50 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		_, _, err := s.attacker.begin(ctx)
		return err
	}},
	{"sends 4 MB to one address", 30, 500 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		return s.sendSlowly(ctx, http.MethodPut, s.address, fourMegabytes)
	}},
	{"imports slow films", 1, time.Second, func(s *fairStage, ctx context.Context, _ int64) error {
		_, err := s.attacker.importFrom(ctx, s.films.address("/slow.mp4"))
		return err
	}},
	{"imports broken films, and tries again", 2, 250 * time.Millisecond, func(s *fairStage, ctx context.Context, i int64) error {
		if i%2 == 0 {
			id, err := s.attacker.importFrom(ctx, s.films.address("/broken.mp4"))
			s.broken.Store(int64(id))
			return err
		}
		return s.attacker.post(ctx, fmt.Sprintf("/media/%d/processing", s.broken.Load()), "", nil)
	}},
	{"reports views of what nobody watched", 2, 50 * time.Millisecond, func(s *fairStage, ctx context.Context, i int64) error {
		body := fmt.Sprintf(`{"client_id":"c%d","views":[{"sequence":1,"intervals":[{"start":0,"end":4}]}]}`, i)
		return s.attacker.post(ctx, "/perspectives/"+s.place+"/views", body, nil)
	}},
	{"opens streams of events", 20, 250 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		return s.attacker.await(ctx, library.MediaID(s.broken.Load()))
	}},
}

// attack is all of them at once.
type attack struct {
	stop  context.CancelFunc
	ended sync.WaitGroup
	tally map[string]*tally
}

type tally struct{ done, taken atomic.Int64 }

// attack begins all attacks, and returns when each of them has been answered once.
func (s *fairStage) attack(ctx context.Context) *attack {
	ctx, stop := context.WithCancel(ctx)
	a := &attack{stop: stop, tally: make(map[string]*tally)}
	var begun sync.WaitGroup
	for _, kind := range attacks {
		t := &tally{}
		a.tally[kind.name] = t
		begun.Add(1)
		var once sync.Once
		for range kind.atOnce {
			a.ended.Go(func() {
				for ctx.Err() == nil {
					err := kind.do(s, ctx, t.done.Add(1))
					if err == nil {
						t.taken.Add(1)
					}
					once.Do(begun.Done)
					select {
					case <-ctx.Done():
					case <-time.After(kind.pause):
					}
				}
			})
		}
	}
	begun.Wait()
	return a
}

// end ends the attack.
func (a *attack) end() {
	a.stop()
	a.ended.Wait()
}

// counted returns how many requests of a kind were sent, and how many were answered with success.
func (a *attack) counted(kind string) (done, taken int64) {
	t := a.tally[kind]
	return t.done.Load(), t.taken.Load()
}
