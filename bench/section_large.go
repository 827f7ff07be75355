package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/bench/internal/rivals"
)

// large is small at the size of a university, of whose people some are active.
func (b *bench) large(ctx context.Context, a *arena) (err error) {
	b.report.section("Pages of %s active people's media: %s", thousands(int64(len(a.people))), a)
	contestants, err := b.startBasic(ctx, a, "large", nameBare, nameFloor, nameLectern)
	defer func() { err = errors.Join(err, stop(contestants)) }()
	if err != nil {
		return err
	}
	trials, err := b.contestAll(ctx, contestants)
	if err != nil {
		return err
	}
	if err := b.report.scores(trials, contestants); err != nil {
		return err
	}
	for _, t := range trials {
		r := t.lecternTo(nameFloor, perSecond)
		small, known := b.ratios[ratioKey(a, t.connections)]
		if !known {
			b.report.fact("Lectern / floor at %d connections: %.2f (run small too, to compare)", t.connections, r)
			continue
		}
		b.report.bar(r >= small*goalLargeToSmall, "goal: Lectern / floor at %d connections: %.2f (at least two thirds of the small library's %.2f)",
			t.connections, r, small)
	}
	return b.barMemory(contestants)
}

// cold asks each time for somebody who was not asked about before.
func (b *bench) cold(ctx context.Context, a *arena) (err error) {
	b.report.section("The first page of people not asked about before: %s", a)
	perRound := min(b.sizes.strangers, int(a.library.Shelves)/(b.rounds+1)) // and one to warm up
	strangers, err := a.library.Unrelated(ctx, (b.rounds+1)*perRound)
	if err != nil {
		return err
	}
	contestants, err := b.startBasic(ctx, a, "cold", nameFloor, nameLectern)
	defer func() { err = errors.Join(err, stop(contestants)) }()
	if err != nil {
		return err
	}
	for i := range contestants {
		l := floorLister
		if contestants[i].name == nameLectern {
			l = lecternLister
		}
		contestants[i].script = l.once(strangers, perRound)
	}
	if err := b.warmUp(ctx, contestants, 0); err != nil {
		return err
	}
	t, err := b.contest(ctx, contestants, tailConnections, 0)
	if err != nil {
		return err
	}
	if err := b.report.scores([]trial{t}, contestants); err != nil {
		return err
	}
	r := t.lecternTo(nameFloor, perSecond)
	b.report.bar(r >= goalCold, "goal: Lectern / floor at %d connections: %.2f (at least %g)", t.connections, r, goalCold)
	return b.barMemory(contestants)
}

// warmAsks is how often a page is asked for that the server has just answered.
const warmAsks = 50

// wide asks for the first and the last page of a person who reaches very much, of a
// node that has just started and again when it knows them.
func (b *bench) wide(ctx context.Context, a *arena) error {
	person, err := a.library.Last(ctx)
	if err != nil {
		return err
	}
	b.report.section("A person who reaches %s media: %s", thousands(person.Reaches), a)
	var rows [][]string
	for _, page := range []struct {
		name   string
		number int64
	}{{"first", 1}, {"last", lastPage(person.Reaches)}} {
		var cold, warm []time.Duration
		b.progress("the %s page", page.name)
		for range b.rounds {
			c, w, err := b.askFreshNode(ctx, a, &person, page.number)
			if err != nil {
				return err
			}
			cold, warm = append(cold, c), append(warm, w...)
		}
		slices.Sort(warm)
		s := load.Slice{Latencies: warm}
		rows = append(rows, []string{
			page.name, milliseconds(median(cold, itself)), milliseconds(s.Percentile(50)), milliseconds(s.Percentile(99)),
		})
	}
	b.report.table([]string{"page", "cold", "warm, p50", "warm, p99"}, rows)
	return nil
}

func itself[T any](v T) T { return v }

// askFreshNode starts a node, asks it for somebody else so that its connections and
// statements are there, and then for the page, once cold and often warm.
func (b *bench) askFreshNode(
	ctx context.Context, a *arena, person *dataset.Person, page int64,
) (cold time.Duration, warm []time.Duration, err error) {
	node, err := b.startLectern(ctx, a, "wide")
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, node.Stop()) }()
	c, err := openClient(ctx, node)
	if err != nil {
		return 0, nil, err
	}
	defer c.close()
	if _, err := c.page(&a.people[0], 1, a.people[0].Reaches); err != nil {
		return 0, nil, err
	}
	if cold, err = c.page(person, page, person.Reaches); err != nil {
		return 0, nil, err
	}
	for range warmAsks {
		took, err := c.page(person, page, person.Reaches)
		if err != nil {
			return 0, nil, err
		}
		warm = append(warm, took)
	}
	return cold, warm, nil
}

// A client asks a node for one thing after another, and times the answers.
type client struct {
	conn *load.Conn
	node *rivals.Process
}

func openClient(ctx context.Context, node *rivals.Process) (*client, error) {
	conn, err := load.Dial(ctx, node.Addr)
	return &client{conn: conn, node: node}, err
}

func (c *client) close() { _ = c.conn.Close() } // all that was asked was answered

// fetch sends a request.
func (c *client) fetch(request []byte) (body []byte, took time.Duration, err error) {
	before := time.Now()
	body, err = c.conn.Fetch(request)
	took = time.Since(before)
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, c.node.Output())
	}
	return body, took, err
}

// page asks for a page of a person's media, and fails unless the total is as said.
func (c *client) page(person *dataset.Person, page, total int64) (time.Duration, error) {
	body, took, err := c.fetch(lecternLister.request(nil, person, page))
	if err != nil {
		return 0, err
	}
	_, got, err := readPage(body)
	if err == nil && got != total {
		err = fmt.Errorf("person %d was answered %d media, and it should be %d", person.ID, got, total)
	}
	return took, err
}
