package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// attackKind is one of the things that one person does so often that others would notice.
type attackKind struct {
	name string
	// at once, and how long each pauses after a request: an attack from one place, which has to
	// leave the machine to the server, because both share it here.
	atOnce int
	pause  time.Duration
	do     func(s *fairStage, ctx context.Context, i int64) error
}

var attacks = []attackKind{
	{"lists, ten times the limit", 10, 20 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		return s.attacker.get(ctx, fmt.Sprintf("/users/%d/media", s.attacker.id), nil)
	}},
	{"a megabyte of JSON", 2, 100 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		return s.attacker.send(ctx, http.MethodPost, "/media", bytes.NewReader(manyBytes), nil)
	}},
	{"starts uploads", 2, 50 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		_, _, err := s.attacker.begin(ctx)
		return err
	}},
	{"sends 4 MB to one address", 30, 500 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
		return s.attacker.send(ctx, http.MethodPut, s.address, bytes.NewReader(make([]byte, 4<<20)), nil)
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
	{"opens streams of events", 20, 100 * time.Millisecond, func(s *fairStage, ctx context.Context, _ int64) error {
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
