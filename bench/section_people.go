package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/lectern-media/lectern/bench/internal/load"
	"github.com/lectern-media/lectern/internal/library"
)

// search asks an admin's questions for people.
func (b *bench) search(ctx context.Context, a *arena) (err error) {
	b.report.section("users/search: %s", a)
	admin, err := a.library.Admin(ctx)
	if err != nil {
		return err
	}
	node, err := b.startLectern(ctx, a, "search")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Stop()) }()
	var rows [][]string
	for _, s := range searches {
		b.progress("%s", s.name)
		query, err := s.query(ctx, a)
		if err != nil {
			return err
		}
		script := func(int) load.Script {
			return func(chance *rand.Rand, buf []byte) ([]byte, bool) {
				return load.AppendGet(buf, "/api/public/v1/users/search?"+query(chance), admin.Token), true
			}
		}
		t, err := b.contest(ctx, []contestant{{nameLectern, node, script}}, tailConnections, b.slice)
		if err != nil {
			return err
		}
		m := t.score(nameLectern)
		rows = append(rows, []string{
			s.name, fmt.Sprintf("%.0f", m.perSecond), milliseconds(m.p50), milliseconds(m.p99),
			fmt.Sprintf("%d µs", m.cpu.Microseconds()),
		})
	}
	b.report.table([]string{"search", "requests/s at 8 connections", "p50", "p99", "CPU/request"}, rows)
	return nil
}

// A query makes the parameters of one search.
type query func(chance *rand.Rand) string

// searches are the kinds of searches, each with what makes them for a library.
var searches = []struct {
	name  string
	query func(ctx context.Context, a *arena) (query, error)
}{
	{"by e-mail", byEmail},
	{"by role Teacher, first page", byRole(library.Teacher, false)},
	{"by role Teacher, any page", byRole(library.Teacher, true)},
	{"by role Student, first page", byRole(library.Student, false)},
	{"by role Student, any page", byRole(library.Student, true)},
}

func byEmail(ctx context.Context, a *arena) (query, error) {
	emails, err := a.library.Emails(ctx, a.people)
	return func(chance *rand.Rand) string {
		return "email=" + url.QueryEscape(emails[chance.IntN(len(emails))])
	}, err
}

func byRole(role library.Role, anyPage bool) func(ctx context.Context, a *arena) (query, error) {
	return func(ctx context.Context, a *arena) (query, error) {
		holders, err := a.library.Holders(ctx, role)
		return func(chance *rand.Rand) string {
			page := int64(1)
			if anyPage {
				page += chance.Int64N(lastPage(holders))
			}
			return "role=" + url.QueryEscape(role.String()) + "&page=" + strconv.FormatInt(page, 10)
		}, err
	}
}

// roles gives and takes a role, of as many people as one update takes.
func (b *bench) roles(ctx context.Context, a *arena) (err error) {
	b.report.section("users/roles, %s items at once: %s", thousands(library.MaxRoleChanges), a)
	admin, err := a.library.Admin(ctx)
	if err != nil {
		return err
	}
	node, err := b.startLectern(ctx, a, "roles")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, node.Stop()) }()
	c, err := openClient(ctx, node)
	if err != nil {
		return err
	}
	defer c.close()
	actions := []struct{ name, action string }{{"to give a role", "add"}, {"to take it away", "remove"}}
	took := make([][]time.Duration, len(actions))
	for range b.rounds {
		for i, change := range actions {
			body, err := roleUpdate(a, change.action)
			if err != nil {
				return err
			}
			_, d, err := c.fetch(load.AppendPost(nil, "/api/public/v1/users/roles", admin.Token, body))
			if err != nil {
				return err
			}
			took[i] = append(took[i], d)
		}
	}
	var rows [][]string
	for i, change := range actions {
		rows = append(rows, []string{change.name, milliseconds(median(took[i], itself)), milliseconds(slices.Max(took[i]))})
	}
	b.report.table([]string{"time", "in the middle", "at most"}, rows)
	return nil
}

// roleUpdate is the body of an update of as many people as it takes.
func roleUpdate(a *arena, action string) ([]byte, error) {
	type item struct {
		User   library.UserID `json:"user_id"`
		Role   string         `json:"role"`
		Action string         `json:"action"`
	}
	var body struct {
		Roles []item `json:"roles"`
	}
	for i := range library.MaxRoleChanges {
		body.Roles = append(body.Roles, item{
			User: library.UserID(1 + int64(i)%a.library.Plan.Users), Role: library.Observer.String(), Action: action,
		})
	}
	return json.Marshal(body)
}
