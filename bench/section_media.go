package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/internal/library"
)

// A question is something that the admin asks Lectern for, and what is compared with a
// page of the floor's.
type question struct {
	name string
	path func(chance *rand.Rand) string // below the base path
	key  string                         // of the list in the answer
	want int                            // how many items it has at the least
}

// compareWithFloor asks each question, in turns with the floor for its pages.
func (b *bench) compareWithFloor(ctx context.Context, a *arena, section string, questions ...question) (err error) {
	admin, err := a.library.Admin(ctx)
	if err != nil {
		return err
	}
	contestants, err := b.startBasic(ctx, a, section, nameFloor, nameLectern)
	defer func() { err = errors.Join(err, stop(contestants)) }()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, q := range questions {
		b.progress("%s", q.name)
		if err := q.check(ctx, contestants[1], admin); err != nil {
			return err
		}
		contestants[1].script = func(int) load.Script {
			return func(chance *rand.Rand, buf []byte) ([]byte, bool) {
				return q.request(chance, buf, admin), true
			}
		}
		if err := b.warmUp(ctx, contestants, b.slice); err != nil {
			return err
		}
		t, err := b.contest(ctx, contestants, tailConnections, b.slice)
		if err != nil {
			return err
		}
		m := t.score(nameLectern)
		rows = append(rows, []string{
			q.name, fmt.Sprintf("%.0f", m.perSecond), milliseconds(m.p50), milliseconds(m.p99),
			fmt.Sprintf("%d µs", m.cpu.Microseconds()), fmt.Sprintf("%.3f", t.lecternTo(nameFloor, perSecond)),
		})
	}
	b.report.table([]string{
		"asked for", "requests/s at " + strconv.Itoa(tailConnections) + " connections", "p50", "p99", "CPU/request", "Lectern / floor",
	}, rows)
	return nil
}

func (q question) request(chance *rand.Rand, buf []byte, admin dataset.Person) []byte {
	return load.AppendGet(buf, "/api/public/v1"+q.path(chance), admin.Token)
}

// check sees that the answer holds as much as it should, before it is asked how fast.
func (q question) check(ctx context.Context, c contestant, admin dataset.Person) error {
	conn, err := load.Dial(ctx, c.process.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // all that was asked was answered
	body, err := conn.Fetch(q.request(rand.New(rand.NewPCG(5, 6)), nil, admin))
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", q.name, err, c.process.Output())
	}
	var answer map[string]json.RawMessage
	var items []json.RawMessage
	if err := errors.Join(json.Unmarshal(body, &answer), json.Unmarshal(answer[q.key], &items)); err != nil {
		return fmt.Errorf("%s is answered with what does not parse: %w", q.name, err)
	}
	if len(items) < q.want {
		return fmt.Errorf("%s is answered with %d %s, and it should be %d", q.name, len(items), q.key, q.want)
	}
	return nil
}

// searchMedia asks for media by title and by date.
func (b *bench) searchMedia(ctx context.Context, a *arena) error {
	b.report.section("media/search: %s", a)
	titles, err := a.library.Titles(ctx, 1_000)
	if err != nil {
		return err
	}
	first, last, err := a.library.Span(ctx)
	if err != nil {
		return err
	}
	title := func(part func(title string) string) func(*rand.Rand) string {
		return func(chance *rand.Rand) string {
			return "/media/search?title=" + url.QueryEscape(part(titles[chance.IntN(len(titles))]))
		}
	}
	day := func(chance *rand.Rand) string {
		date := first.Add(time.Duration(chance.Int64N(int64(last.Sub(first)) + 1))).Format(time.DateOnly)
		return "/media/search?start_date=" + date + "&end_date=" + date
	}
	return b.compareWithFloor(ctx, a, "media",
		question{"a whole title", title(itself), "media", 1},
		question{"a word of a title", title(func(whole string) string { return whole[:min(len(whole), 6)] }), "media", 1},
		question{"two letters of a title", title(func(whole string) string { return whole[:2] }), "media", 1},
		question{"a day", day, "media", 0},
		question{"everything, first page", func(*rand.Rand) string { return "/media/search" }, "media", pageSize},
	)
}

// collectionMedia asks for pages of what a collection holds.
func (b *bench) collectionMedia(ctx context.Context, a *arena) error {
	b.report.section("Pages of a collection of %s media: %s", thousands(int64(b.sizes.collection)), a)
	id, err := a.library.Collection(ctx, b.sizes.collection)
	if err != nil {
		return err
	}
	pages := int64(b.sizes.collection) / pageSize // each of them full
	return b.compareWithFloor(ctx, a, "collection", question{"a random page", func(chance *rand.Rand) string {
		return fmt.Sprintf("/collections/%d/media?page=%d", id, 1+chance.Int64N(pages))
	}, "media", pageSize})
}

// permissions asks for whom a media item is shared with.
func (b *bench) permissions(ctx context.Context, a *arena) error {
	b.report.section("Permissions of a media item shared with %d people and %d groups: %s", b.sizes.grantees, b.sizes.granteeGroups, a)
	var grantees []library.Grantee
	for i := range b.sizes.grantees { // from the one after the admin on
		grantees = append(grantees, library.Grantee{User: library.UserID(i + 2)})
	}
	for i := range b.sizes.granteeGroups {
		grantees = append(grantees, library.Grantee{Group: library.GroupID(i + 1)})
	}
	return b.whileShared(ctx, a, grantees, func(id library.MediaID) error {
		path := func(*rand.Rand) string { return fmt.Sprintf("/media/%d/permissions", id) }
		return b.compareWithFloor(ctx, a, "permissions",
			question{"all of them", path, "users", b.sizes.grantees})
	})
}

// usersOfMedia asks for everybody who reaches a media item.
func (b *bench) usersOfMedia(ctx context.Context, a *arena) error {
	b.report.section("Users of a media item that %s people reach: %s", thousands(int64(b.sizes.members)), a)
	group, _, err := b.makeGroup(ctx, a)
	if err != nil {
		return err
	}
	return b.whileShared(ctx, a, []library.Grantee{{Group: group}}, func(id library.MediaID) error {
		path := fmt.Sprintf("/media/%d/users", id)
		return b.compareWithFloor(ctx, a, "users",
			question{"all of them", func(*rand.Rand) string { return path }, "user_permissions", b.sizes.members},
			question{"who may edit", func(*rand.Rand) string { return path + "?min_permission=edit" }, "user_permissions", 1})
	})
}

// whileShared does something while a new media is shared, which more people reach then
// than the arena knows, until they are counted again.
func (b *bench) whileShared(
	ctx context.Context, a *arena, grantees []library.Grantee, do func(library.MediaID) error,
) (err error) {
	id, err := a.library.SharedMedia(ctx, grantees)
	if err != nil {
		return err
	}
	if err := a.recount(ctx); err != nil {
		return err
	}
	err = do(id)
	return errors.Join(err, a.library.DeleteMedia(ctx, id), a.recount(ctx))
}

// recount counts again what the people reach whose answers are checked.
func (a *arena) recount(ctx context.Context) error {
	for i := range min(checked, len(a.people)) {
		var err error
		if a.people[i].Reaches, err = a.library.Reaches(ctx, a.people[i].ID); err != nil {
			return err
		}
	}
	return nil
}
