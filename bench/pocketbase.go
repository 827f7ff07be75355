package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/library"
)

// tooSlow is the time for one page after which a way is not raced.
const tooSlow = time.Second

// startPocketBase fills PocketBase, races the ways to say in it who reaches what, and
// starts it to be asked in the fastest.
func (b *bench) startPocketBase(ctx context.Context, a *arena) (contestant, error) {
	folder := filepath.Join(b.folder, "pocketbase")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return contestant{}, err
	}
	b.progress("copying the library into PocketBase")
	ids := make([]library.UserID, len(a.people))
	for i, p := range a.people {
		ids[i] = p.ID
	}
	tokens, err := rivals.FillPocketBase(ctx, folder, a.library.SQLitePath(), ids)
	if err != nil {
		return contestant{}, err
	}
	way, err := b.pickWay(ctx, a, folder, tokens)
	if err != nil {
		return contestant{}, err
	}
	process, err := rivals.Start(ctx, rivals.PocketBase, folder)
	if err != nil {
		return contestant{}, err
	}
	return contestant{namePocketBase, process, pocketBaseLister(way, tokens).random(a.people)}, nil
}

// pickWay prints how each of the ways did, and returns the fastest.
func (b *bench) pickWay(
	ctx context.Context, a *arena, folder string, tokens map[library.UserID]string,
) (best rivals.Way, err error) {
	fastest := -1.0
	var rows [][]string
	for _, way := range rivals.Ways {
		b.progress("trying PocketBase with %s", way.Name)
		first, perSecond, err := b.tryPocketBase(ctx, a, folder, way, pocketBaseLister(way, tokens))
		if err != nil {
			return best, fmt.Errorf("PocketBase with %s: %w", way.Name, err)
		}
		rows = append(rows, []string{way.Name, milliseconds(first), fmt.Sprintf("%.1f", perSecond)})
		if perSecond > fastest {
			best, fastest = way, perSecond
		}
	}
	b.report.table([]string{"PocketBase with", "one page", "requests/s at 8 connections"}, rows)
	b.report.note("PocketBase's entry: %s.", best.Name)
	return best, nil
}

// tryPocketBase runs a PocketBase of its own for one way, because one that has been
// asked for too much goes on working at it when nobody waits any more. It returns the
// time for one page and, of ways that are not hopeless, the requests a second.
func (b *bench) tryPocketBase(
	ctx context.Context, a *arena, folder string, way rivals.Way, l lister,
) (first time.Duration, perSecond float64, err error) {
	process, err := rivals.Start(ctx, rivals.PocketBase, folder)
	if err != nil {
		return 0, 0, err
	}
	c := contestant{way.Name, process, l.random(a.people)}
	defer func() { err = errors.Join(err, c.process.Stop()) }()
	if err := l.check(ctx, c, a.people[:1]); err != nil {
		return 0, 0, err
	}
	one, err := load.Run(ctx, load.Load{
		Addr: process.Addr, Connections: 1, Script: l.once(a.people, 1)(1),
	})
	if err != nil {
		return 0, 0, err
	}
	first = one.Percentile(100)
	if first > tooSlow {
		return first, 1 / first.Seconds(), nil
	}
	if err := l.check(ctx, c, a.people); err != nil {
		return first, 0, err
	}
	s, err := c.slice(ctx, load.Load{Connections: 8, Lasting: 2 * b.slice, Script: c.script(0)})
	return first, s.perSecond, err
}
