package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"

	"github.com/lectern-media/lectern/bench/internal/dataset"
	"github.com/lectern-media/lectern/bench/internal/load"
)

// viewers is how many people ask for one media item, each for what their first page lists.
const viewers = 50

// A viewing is a media item that a person reaches, and where its page is for them.
type viewing struct {
	person  *dataset.Person
	id      int64
	embedID string
	page    string // the path of the page, with their ticket
}

// one asks for a media item and for the page that plays it, as people who reach it.
func (b *bench) one(ctx context.Context, a *arena) (err error) {
	b.report.section("One media item and its page: %s", a)
	contestants, err := b.startBasic(ctx, a, "one", nameFloor, nameLectern)
	defer func() { err = errors.Join(err, stop(contestants)) }()
	if err != nil {
		return err
	}
	viewings, err := findViewings(ctx, contestants[1], a.people[:min(viewers, len(a.people))])
	if err != nil {
		return err
	}
	for _, asked := range []struct {
		name           string
		floor, lectern func(buf []byte, v viewing) []byte
	}{
		{
			"GET /media/{id}",
			func(buf []byte, v viewing) []byte {
				return load.AppendGet(buf, "/media/"+strconv.FormatInt(v.id, 10), "")
			},
			func(buf []byte, v viewing) []byte {
				return load.AppendGet(buf, "/api/public/v1/media/"+strconv.FormatInt(v.id, 10), v.person.Token)
			},
		},
		{
			"the embed page",
			func(buf []byte, v viewing) []byte { return load.AppendGet(buf, "/embed/"+v.embedID, "") },
			func(buf []byte, v viewing) []byte { return load.AppendGet(buf, v.page, "") },
		},
	} {
		for i, request := range []func([]byte, viewing) []byte{asked.floor, asked.lectern} {
			if err := checkViewings(ctx, contestants[i], viewings, request); err != nil {
				return fmt.Errorf("%s of %s: %w", asked.name, contestants[i].name, err)
			}
			contestants[i].script = func(int) load.Script {
				return func(chance *rand.Rand, buf []byte) ([]byte, bool) {
					return request(buf, viewings[chance.IntN(len(viewings))]), true
				}
			}
		}
		b.report.note("%s:", asked.name)
		trials, err := b.contestAll(ctx, contestants)
		if err != nil {
			return err
		}
		if err := b.report.scores(trials, contestants); err != nil {
			return err
		}
		for _, t := range trials {
			b.report.fact("%s, Lectern / %s at %d connections: %.2f", asked.name, nameFloor, t.connections, t.lecternTo(nameFloor, perSecond))
		}
	}
	return nil
}

// findViewings asks for the first page of each person, and for a ticket for what is on it.
func findViewings(ctx context.Context, c contestant, people []dataset.Person) ([]viewing, error) {
	asks, err := openClient(ctx, c.process)
	if err != nil {
		return nil, err
	}
	defer asks.close()
	var viewings []viewing
	for i := range people {
		body, _, err := asks.fetch(lecternLister.request(nil, &people[i], 1))
		if err != nil {
			return nil, err
		}
		var list struct {
			Media []struct {
				ID      int64  `json:"id"`
				EmbedID string `json:"embed_id"`
			} `json:"media"`
		}
		if err := json.Unmarshal(body, &list); err != nil {
			return nil, err
		}
		for _, m := range list.Media {
			v := viewing{person: &people[i], id: m.ID, embedID: m.EmbedID}
			path := fmt.Sprintf("/api/public/v1/media/%d/embed_tickets", m.ID)
			body, _, err := asks.fetch(load.AppendPost(nil, path, v.person.Token, []byte("{}")))
			if err != nil {
				return nil, err
			}
			var made struct {
				URL string `json:"url"`
			}
			if err := json.Unmarshal(body, &made); err != nil {
				return nil, err
			}
			address, err := url.Parse(made.URL)
			if err != nil {
				return nil, err
			}
			v.page = address.RequestURI()
			viewings = append(viewings, v)
		}
	}
	if len(viewings) == 0 {
		return nil, errors.New("nobody reaches anything")
	}
	return viewings, nil
}

// checkViewings sees that some answers name what was asked for, before they are timed.
func checkViewings(ctx context.Context, c contestant, viewings []viewing, request func([]byte, viewing) []byte) error {
	asks, err := openClient(ctx, c.process)
	if err != nil {
		return err
	}
	defer asks.close()
	for _, v := range viewings[:min(checked, len(viewings))] {
		body, _, err := asks.fetch(request(nil, v))
		if err != nil {
			return err
		}
		if !bytes.Contains(body, []byte(v.embedID)) {
			return fmt.Errorf("the answer does not name the media item %d: %.300s", v.id, body)
		}
	}
	return nil
}
