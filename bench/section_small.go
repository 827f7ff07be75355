package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/rivals"
)

// The bars of issue 3.
const (
	barFloor         = 0.5 // of the floor's requests a second, at least
	barPocketBase    = 10  // times PocketBase's, at least
	barTail          = 3   // times the floor's p99 at 8 connections, at most
	barMemory        = 200 << 20
	tailConnections  = 8
	goalLargeToSmall = 2.0 / 3
	goalCold         = 0.2
)

// small is the heart of the benchmark: random pages of random people's media.
func (b *bench) small(ctx context.Context, a *arena) (err error) {
	b.report.section("Pages of people's media: %s", a)
	contestants, err := b.startBasic(ctx, a, "small", nameBare, nameFloor, nameLectern)
	defer func() { err = errors.Join(err, stop(contestants)) }()
	if err != nil {
		return err
	}
	if a.database == dataset.SQLite { // PocketBase knows no other
		pocketBase, err := b.startPocketBase(ctx, a)
		if err != nil {
			return err
		}
		contestants = append(contestants, pocketBase)
	}
	trials, err := b.contestAll(ctx, contestants)
	if err != nil {
		return err
	}
	if err := b.report.scores(trials, contestants); err != nil {
		return err
	}
	for _, t := range trials {
		b.ratios[ratioKey(a, t.connections)] = t.lecternTo(nameFloor, perSecond)
		b.barRatio(t, nameFloor, barFloor)
		if a.database == dataset.SQLite {
			b.barRatio(t, namePocketBase, barPocketBase)
		}
		b.report.fact("Lectern / %s at %d connections: %.2f", nameBare, t.connections, t.lecternTo(nameBare, perSecond))
		if t.connections == tailConnections {
			r := t.lecternTo(nameFloor, p99)
			b.report.bar(r <= barTail, "p99 of Lectern / floor at %d connections: %.2f (at most %d)", t.connections, r, barTail)
		}
	}
	return b.barMemory(contestants)
}

func ratioKey(a *arena, connections int) string { return a.database + "/" + strconv.Itoa(connections) }

// barRatio prints how Lectern's requests a second compare to another's.
func (b *bench) barRatio(t trial, other string, least float64) {
	r := t.lecternTo(other, perSecond)
	b.report.bar(r >= least, "Lectern / %s at %d connections: %.2f (at least %g)", other, t.connections, r, least)
}

func (b *bench) barMemory(contestants []contestant) error {
	for _, c := range contestants {
		if c.name != nameLectern {
			continue
		}
		_, peak, err := c.process.Memory()
		if err != nil {
			return err
		}
		b.report.bar(peak <= barMemory, "memory of Lectern: %s (at most %s)", megabytes(peak), megabytes(barMemory))
	}
	return nil
}

// startBasic starts those of the bare handler, the floor and Lectern that are named,
// and checks what the latter two answer.
func (b *bench) startBasic(ctx context.Context, a *arena, section string, names ...string) ([]contestant, error) {
	var contestants []contestant
	for _, name := range names {
		c := contestant{name: name}
		lister := floorLister
		var err error
		switch name {
		case nameBare:
			c.process, err = rivals.Start(ctx, rivals.Bare)
		case nameFloor:
			c.process, err = rivals.Start(ctx, rivals.Floor, a.library.URL, strconv.FormatInt(a.library.Shelves, 10))
		case nameLectern:
			lister = lecternLister
			c.process, err = b.startLectern(ctx, a, section)
		}
		if err != nil {
			return contestants, err
		}
		c.script = lister.random(a.people)
		contestants = append(contestants, c)
		if name == nameBare {
			continue
		}
		if err := lister.check(ctx, c, a.people); err != nil {
			return contestants, err
		}
	}
	return contestants, nil
}

// contestAll is a contest at each number of connections.
func (b *bench) contestAll(ctx context.Context, contestants []contestant) ([]trial, error) {
	if err := b.warmUp(ctx, contestants, warmUpSlices*b.slice); err != nil {
		return nil, err
	}
	var trials []trial
	for _, n := range b.connections {
		t, err := b.contest(ctx, contestants, n, b.slice)
		if err != nil {
			return nil, err
		}
		trials = append(trials, t)
	}
	return trials, nil
}

func stop(contestants []contestant) error {
	var errs []error
	for _, c := range contestants {
		errs = append(errs, c.process.Stop())
	}
	return errors.Join(errs...)
}
