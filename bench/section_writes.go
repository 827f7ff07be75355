package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// underWrites asks as small does while another node shares media, so that what is
// cached goes stale all the time.
func (b *bench) underWrites(ctx context.Context, a *arena) (err error) {
	b.report.section("The same while another node makes %d shares a second: %s", b.writes, a)
	contestants, err := b.startBasic(ctx, a, "writes", nameFloor, nameLectern)
	defer func() { err = errors.Join(err, stop(contestants)) }()
	if err != nil {
		return err
	}
	if err := b.warmUp(ctx, contestants, warmUpSlices*b.slice); err != nil {
		return err
	}
	quiet, err := b.contest(ctx, contestants, tailConnections, b.slice)
	if err != nil {
		return err
	}
	writing, enough := context.WithCancel(ctx)
	defer enough()
	done := make(chan writesDone, 1)
	go func() { done <- b.shareAtRandom(writing, a) }()
	busy, err := b.contest(ctx, contestants, tailConnections, b.slice)
	enough()
	written := <-done
	if err := errors.Join(err, written.err); err != nil {
		return err
	}
	if err := b.report.scores([]trial{busy}, contestants); err != nil {
		return err
	}
	b.report.fact("%d shares were made, %.0f a second, in %s each", written.shares, written.perSecond, milliseconds(written.each))
	b.report.fact("Lectern / floor at %d connections: %.2f, and just before, without writes, %.2f",
		busy.connections, busy.lecternTo(nameFloor, perSecond), quiet.lecternTo(nameFloor, perSecond))
	return nil
}

type writesDone struct {
	shares    int
	perSecond float64
	each      time.Duration // in the middle
	err       error
}

// shareAtRandom shares random media with random people until the context ends. A share
// that falls due while one is being made is skipped.
func (b *bench) shareAtRandom(ctx context.Context, a *arena) writesDone {
	chance := rand.New(rand.NewPCG(3, 4))
	ticker := time.NewTicker(time.Second / time.Duration(b.writes))
	defer ticker.Stop()
	start := time.Now()
	var took []time.Duration
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return writesDone{
				shares: len(took), perSecond: float64(len(took)) / time.Since(start).Seconds(),
				each: median(append(took, 0), itself),
			}
		}
		before := time.Now()
		media := library.MediaID(1 + chance.Int64N(a.library.Plan.Media))
		to := library.Grantee{User: a.people[chance.IntN(len(a.people))].ID}
		// A share under way is finished: what is to be seen is the load, not its end.
		err := a.library.Change(context.WithoutCancel(ctx), func(c *library.Change) error {
			return c.ShareMedia(ctx, media, to, library.WayView)
		})
		if err != nil && ctx.Err() == nil {
			return writesDone{err: fmt.Errorf("share media %d with %s: %w", media, to, err)}
		}
		took = append(took, time.Since(before))
	}
}
