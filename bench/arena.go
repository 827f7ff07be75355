package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/bench/internal/rivals"
	"github.com/lectern-media/lectern/internal/library"
)

// pageSize is that of all lists that are asked for.
const pageSize = library.DefaultPageSize

// The contestants' names in the report.
const (
	nameBare       = "bare net/http"
	nameFloor      = "floor"
	nameLectern    = "Lectern"
	namePocketBase = "PocketBase"
)

// An arena is a library on a database, with the people who are asked about.
type arena struct {
	database string
	library  *dataset.Library
	people   []dataset.Person
	data     string // where the nodes keep files: each library has a storage of its own
}

func (b *bench) openArena(ctx context.Context, database string, about subject) (*arena, error) {
	plan, active := b.sizes.small, int(b.sizes.small.Users)
	switch about {
	case small:
	case large:
		plan, active = b.sizes.large, b.sizes.active
	case files, ranges:
		plan, active = tinySizes.small, 0
	}
	lib, err := b.workshop.Open(ctx, database, plan)
	if err != nil {
		return nil, err
	}
	a := &arena{database: database, library: lib, data: filepath.Join(b.folder, fmt.Sprintf("data-%s-%d", database, about))}
	if err = lib.Shelve(ctx); err == nil {
		b.progress("looking up people to ask about")
		a.people, err = lib.People(ctx, active)
	}
	if err != nil {
		return nil, errors.Join(err, lib.Close())
	}
	return a, nil
}

// String describes the arena in a title.
func (a *arena) String() string {
	name := "SQLite"
	if a.database == dataset.Postgres {
		name = "PostgreSQL"
	}
	return fmt.Sprintf("%s, %s people, %s media", name, thousands(a.library.Plan.Users), thousands(a.library.Plan.Media))
}

// A lister is how a server is asked for a page of a person's media, and what it must
// answer.
type lister struct {
	request func(buf []byte, p *dataset.Person, page int64) []byte
	total   func(p *dataset.Person) int64
	read    func(body []byte) (items int, total int64, err error)
}

// lecternLister asks Lectern as the person themselves.
var lecternLister = lister{
	request: func(buf []byte, p *dataset.Person, page int64) []byte {
		buf = append(buf, "GET /api/public/v1/users/"...)
		buf = strconv.AppendInt(buf, int64(p.ID), 10)
		buf = append(buf, "/media?per_page="...)
		buf = strconv.AppendInt(buf, pageSize, 10)
		buf = append(buf, "&page="...)
		buf = strconv.AppendInt(buf, page, 10)
		return load.AppendHeaders(buf, p.Token)
	},
	total: func(p *dataset.Person) int64 { return p.Reaches },
	read:  readPage,
}

// floorLister asks the floor.
var floorLister = lister{
	request: func(buf []byte, p *dataset.Person, page int64) []byte {
		buf = append(buf, "GET /"...)
		buf = strconv.AppendInt(buf, p.Shelf, 10)
		buf = append(buf, '/')
		buf = strconv.AppendInt(buf, page, 10)
		buf = append(buf, '/')
		buf = strconv.AppendInt(buf, pageSize, 10)
		return load.AppendHeaders(buf, "")
	},
	total: func(p *dataset.Person) int64 { return p.Shelved },
	read:  readPage,
}

// readPage reads a page in the shape of the contract.
func readPage(body []byte) (items int, total int64, err error) {
	var answer struct {
		Media []struct {
			ID         int64  `json:"id"`
			Permission string `json:"permission"`
			Owner      struct {
				ID int64 `json:"id"`
			} `json:"owner"`
		} `json:"media"`
		Meta struct {
			Total int64 `json:"total_count"`
		} `json:"meta"`
	}
	err = json.Unmarshal(body, &answer)
	for _, m := range answer.Media {
		if m.ID == 0 || m.Permission == "" || m.Owner.ID == 0 {
			err = errors.Join(err, fmt.Errorf("a media item without id, permission or owner: %+v", m))
		}
	}
	return len(answer.Media), answer.Meta.Total, err
}

// pocketBaseLister asks PocketBase in one of its ways, with its own tokens.
func pocketBaseLister(way rivals.Way, tokens map[library.UserID]string) lister {
	return lister{
		request: func(buf []byte, p *dataset.Person, page int64) []byte {
			buf = append(buf, "GET "...)
			buf = way.AppendPath(buf, page, pageSize)
			return load.AppendHeaders(buf, tokens[p.ID])
		},
		total: func(p *dataset.Person) int64 { return p.Reaches },
		read: func(body []byte) (items int, total int64, err error) {
			var answer struct {
				Items []json.RawMessage `json:"items"`
				Total int64             `json:"totalItems"`
			}
			err = json.Unmarshal(body, &answer)
			return len(answer.Items), answer.Total, err
		},
	}
}

// random asks for random pages of random people, every page alike.
func (l lister) random(people []dataset.Person) func(round int) load.Script {
	script := func(chance *rand.Rand, buf []byte) ([]byte, bool) {
		p := &people[chance.IntN(len(people))]
		return l.request(buf, p, 1+chance.Int64N(lastPage(l.total(p)))), true
	}
	return func(int) load.Script { return script }
}

// once asks for the first page of some people each round, of each of them once and
// never again.
func (l lister) once(people []dataset.Person, perRound int) func(round int) load.Script {
	return func(round int) load.Script {
		var next atomic.Int64
		mine := people[round*perRound : (round+1)*perRound]
		return func(_ *rand.Rand, buf []byte) ([]byte, bool) {
			i := next.Add(1) - 1
			if i >= int64(len(mine)) {
				return buf, false
			}
			return l.request(buf, &mine[i], 1), true
		}
	}
}

func lastPage(total int64) int64 { return max(1, (total+pageSize-1)/pageSize) }

// checked is how many people's answers are checked before a contest.
const checked = 25

// check sees that a server answers rightly, before it is asked how fast: the number
// of items and the total on the first and the last page of some people.
func (l lister) check(ctx context.Context, c contestant, people []dataset.Person) error {
	conn, err := load.Dial(ctx, c.process.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // all that was asked was answered
	for i := range min(checked, len(people)) {
		p := &people[i]
		want := l.total(p)
		last := lastPage(want)
		for _, page := range []int64{1, last} {
			body, err := conn.Fetch(l.request(nil, p, page))
			if err != nil {
				return fmt.Errorf("%s: %w\n%s", c.name, err, c.process.Output())
			}
			items, total, err := l.read(body)
			if err != nil {
				return fmt.Errorf("%s answered with what does not parse: %w", c.name, err)
			}
			if wantItems := min(pageSize, want-(page-1)*pageSize); total != want || int64(items) != wantItems {
				return fmt.Errorf("%s answered page %d of person %d with %d items of %d, and it should be %d of %d",
					c.name, page, p.ID, items, total, wantItems, want)
			}
		}
	}
	return nil
}
