package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/internal/library"
)

// goalShare is how long sharing a collection of 500 media with a group of 5,000 may
// take.
const goalShare = time.Second

// askedMembers is how many of the group are asked for their lists.
const askedMembers = 200

// share shares a collection with a large group while a node that knows the members'
// lists serves them, and asks that node for the lists at once: they must have grown.
func (b *bench) share(ctx context.Context, a *arena) (err error) {
	b.report.section("Sharing a collection of %s media with a group of %s: %s",
		thousands(int64(b.sizes.collection)), thousands(int64(b.sizes.members)), a)
	group, people, err := b.makeGroup(ctx, a)
	if err != nil {
		return err
	}
	collection, err := a.library.Collection(ctx, b.sizes.collection)
	if err != nil {
		return err
	}
	node, err := b.startLectern(ctx, a, "share")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Stop()) }()
	c, err := openClient(ctx, node)
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := c.pages(people, 0); err != nil { // so that the node knows their lists
		return err
	}

	var shared, unshared, after, again []time.Duration
	grantee := library.Grantee{Group: group}
	for range b.rounds {
		took, err := change(ctx, a.library, func(c *library.Change) error {
			return c.ShareCollection(ctx, collection, grantee, library.WayView)
		})
		if err != nil {
			return err
		}
		shared = append(shared, took)
		for _, asked := range []*[]time.Duration{&after, &again} {
			took, err := c.pages(people, int64(b.sizes.collection))
			if err != nil {
				return err
			}
			*asked = append(*asked, took...)
		}
		if took, err = change(ctx, a.library, func(c *library.Change) error {
			return c.UnshareCollection(ctx, collection, grantee)
		}); err != nil {
			return err
		}
		unshared = append(unshared, took)
		if _, err := c.pages(people, 0); err != nil {
			return err
		}
	}

	row := func(what string, took []time.Duration) []string {
		slices.Sort(took)
		s := load.Slice{Latencies: took}
		return []string{what, milliseconds(s.Percentile(50)), milliseconds(s.Percentile(100))}
	}
	rows := [][]string{
		row("to share", shared), row("to end the share", unshared),
		row("a member's list, asked for the first time after", after), row("the same list again", again),
	}
	b.report.table([]string{"time", "in the middle", "at most"}, rows)
	b.report.fact("%d members' lists had %d media more after each share, and as before after its end",
		len(people), b.sizes.collection)
	most := slices.Max(shared)
	b.report.bar(most <= goalShare, "goal: to share takes at most %s (at most %s)", milliseconds(most), milliseconds(goalShare))
	return nil
}

// makeGroup makes the group, and returns those of its members who are asked.
func (b *bench) makeGroup(ctx context.Context, a *arena) (library.GroupID, []dataset.Person, error) {
	b.progress("making a group of %d", b.sizes.members)
	// Reaching is counted before the shares, and being in a new group changes nothing.
	people := a.people[:min(askedMembers, b.sizes.members, len(a.people))]
	ids := make([]library.UserID, 0, b.sizes.members)
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	for id := library.UserID(1); len(ids) < b.sizes.members; id++ {
		if !slices.Contains(ids[:len(people)], id) {
			ids = append(ids, id)
		}
	}
	group, err := a.library.Group(ctx, ids)
	return group, people, err
}

func change(ctx context.Context, l *dataset.Library, fn func(*library.Change) error) (time.Duration, error) {
	before := time.Now()
	err := l.Change(ctx, fn)
	return time.Since(before), err
}

// pages asks for the first page of each of the people, who reach so many media more
// than they did.
func (c *client) pages(people []dataset.Person, more int64) ([]time.Duration, error) {
	took := make([]time.Duration, len(people))
	for i := range people {
		var err error
		if took[i], err = c.page(&people[i], 1, people[i].Reaches+more); err != nil {
			return nil, fmt.Errorf("member %d of the group: %w", i, err)
		}
	}
	return took, nil
}
