package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/bench/internal/rivals"
)

// A contestant is a running server and what it is asked.
type contestant struct {
	name    string
	process *rivals.Process
	script  func(round int) load.Script
}

// A score is what a contestant did in one slice, or in the middle of many.
type score struct {
	perSecond float64
	p50, p99  time.Duration
	cpu       time.Duration // the server's own processor time for one request
}

// A trial is the scores of all contestants at one number of connections, slice by
// slice: the n-th slices of two contestants were neighbours in time.
type trial struct {
	connections int
	scores      map[string][]score
}

// contest lets the contestants take turns, a slice each, for as many rounds as the
// settings say. Whatever else the machine does so hits all of them alike. A slice that
// lasts 0 goes on until its script ends.
func (b *bench) contest(
	ctx context.Context, contestants []contestant, connections int, lasting time.Duration,
) (trial, error) {
	t := trial{connections: connections, scores: map[string][]score{}}
	b.progress("%d connections, %d rounds", connections, b.rounds)
	for _, c := range contestants {
		if b.profile != "" && c.name == nameLectern {
			if err := c.process.BeginProfile(); err != nil {
				return t, err
			}
		}
	}
	for round := range b.rounds {
		order := slices.Clone(contestants)
		if round%2 == 1 { // so that nobody always comes after the same
			slices.Reverse(order)
		}
		for _, c := range order {
			s, err := c.slice(ctx, load.Load{
				Connections: connections, Lasting: lasting, Seed: uint64(round), Script: c.script(round),
			})
			if err != nil {
				return t, err
			}
			t.scores[c.name] = append(t.scores[c.name], s)
		}
	}
	return t, nil
}

// warmUpSlices is how many slices each contestant is asked for before it counts, for
// what is in memory to be there.
const warmUpSlices = 15

// warmUp asks each contestant as in one more round, without counting.
func (b *bench) warmUp(ctx context.Context, contestants []contestant, lasting time.Duration) error {
	b.progress("warming up")
	for _, c := range contestants {
		_, err := c.slice(ctx, load.Load{
			Connections: 8, Lasting: lasting, Seed: uint64(b.rounds), Script: c.script(b.rounds),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c contestant) slice(ctx context.Context, l load.Load) (score, error) {
	before, err := c.process.CPU()
	if err != nil {
		return score{}, err
	}
	l.Addr = c.process.Addr
	s, err := load.Run(ctx, l)
	if err != nil {
		return score{}, fmt.Errorf("%s: %w\n%s", c.name, err, c.process.Output())
	}
	after, err := c.process.CPU()
	if err != nil {
		return score{}, err
	}
	return score{
		perSecond: s.PerSecond(), p50: s.Percentile(50), p99: s.Percentile(99),
		cpu: (after - before) / time.Duration(max(1, s.Requests)),
	}, nil
}

// score is the median of a contestant's slices, each number by itself.
func (t trial) score(name string) score {
	slices := t.scores[name]
	return score{
		perSecond: median(slices, func(s score) float64 { return s.perSecond }),
		p50:       median(slices, func(s score) time.Duration { return s.p50 }),
		p99:       median(slices, func(s score) time.Duration { return s.p99 }),
		cpu:       median(slices, func(s score) time.Duration { return s.cpu }),
	}
}

// perSecond and p99 are what contestants are compared by.
func perSecond(s score) float64 { return s.perSecond }
func p99(s score) float64       { return s.p99.Seconds() }

// lecternTo is how Lectern compares to another: the median of the ratios of neighbours,
// which a machine that is slower for a while does not move.
func (t trial) lecternTo(other string, of func(score) float64) float64 {
	return t.ratio(nameLectern, other, of)
}

// ratio is how one compares to another.
func (t trial) ratio(one, other string, of func(score) float64) float64 {
	others := t.scores[other]
	ratios := make([]float64, len(others))
	for i, s := range t.scores[one] {
		ratios[i] = of(s) / of(others[i])
	}
	return median(ratios, func(r float64) float64 { return r })
}

// median is the middle of what the items are worth, the lower one of an even number.
func median[T any, V cmp.Ordered](items []T, worth func(T) V) V {
	values := make([]V, len(items))
	for i, item := range items {
		values[i] = worth(item)
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}
