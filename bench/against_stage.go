package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/lectern-media/lectern/bench/internal/load"
)

// A stage is what the requests of a comparison are about, on one server. All of it came
// through the server's API.
type stage struct {
	addr    string
	admin   string // a token
	people  []staged
	shares  []shared // media items that the admin has shared with one person each
	file    string   // the path of an original, signed
	size    int64    // of that file, in bytes
	sharing atomic.Int64
}

// staged is one person who asks.
type staged struct {
	id    int64
	token string
	total int64   // media items that they can reach
	media []int64 // some of these
	place string  // the perspective of one of these

	playing *atomic.Int64 // reports of views
}

type shared struct{ media, with int64 }

// comparedRequests are the kinds of requests that are compared.
var comparedRequests = []struct {
	name    string
	reading bool
	script  func(*stage) func(round int) load.Script
}{
	{"a page of a person's media", true, (*stage).pages},
	{"one media item", true, (*stage).details},
	{"1 MB of a file", true, (*stage).ranges},
	{"changing a share", false, (*stage).changeShares},
	{"reporting a view", false, (*stage).reportViews},
}

// stagedMedia is how many media items of each person are asked for.
const stagedMedia = 50

func (b *bench) prepareStage(ctx context.Context, addr string, tokens []string) (*stage, error) {
	s := &stage{addr: addr, admin: tokens[0], size: b.sizes.upload}
	for i, token := range tokens {
		p := staged{id: int64(i) + 1, token: token, playing: new(atomic.Int64)}
		var page struct {
			Media []struct {
				ID int64 `json:"id"`
			} `json:"media"`
			Meta struct {
				Total int64 `json:"total_count"`
			} `json:"meta"`
		}
		if err := s.call(ctx, token, http.MethodGet, fmt.Sprintf("users/%d/media?per_page=%d", p.id, stagedMedia), nil, &page); err != nil {
			return nil, err
		}
		p.total = page.Meta.Total
		for _, m := range page.Media {
			p.media = append(p.media, m.ID)
		}
		if len(p.media) == 0 {
			return nil, fmt.Errorf("person %d can reach nothing", p.id)
		}
		var places struct {
			Perspectives []struct {
				UUID string `json:"uuid"`
			} `json:"perspectives"`
		}
		if err := s.call(ctx, token, http.MethodGet, fmt.Sprintf("media/%d/perspectives", p.media[0]), nil, &places); err != nil {
			return nil, err
		}
		p.place = places.Perspectives[0].UUID
		s.people = append(s.people, p)
	}
	return s, errors.Join(s.share(ctx), s.upload(ctx))
}

// share shares a media item of each person with the next person.
func (s *stage) share(ctx context.Context) error {
	for i, p := range s.people {
		one := shared{media: p.media[len(p.media)-1], with: s.people[(i+1)%len(s.people)].id}
		if slices.ContainsFunc(s.shares, func(other shared) bool { return other.media == one.media }) {
			continue
		}
		var list struct {
			Users []struct {
				ID int64 `json:"id"`
			} `json:"users"`
		}
		path := fmt.Sprintf("media/%d/permissions", one.media)
		if err := s.call(ctx, s.admin, http.MethodGet, path, nil, &list); err != nil {
			return err
		}
		if len(list.Users) > 0 { // which the seed has done; changing that share will do
			one.with = list.Users[0].ID
		} else if err := s.call(ctx, s.admin, http.MethodPost, path, shareBody(nil, "create", "view", one.with), nil); err != nil {
			return err
		}
		s.shares = append(s.shares, one)
	}
	return nil
}

func shareBody(buf []byte, action, level string, user int64) []byte {
	return fmt.Appendf(buf, `{"permissions":[{"action":%q,"id":%d,"share_type":"user","permission_type":%q}]}`, action, user, level)
}

// upload uploads a file whose bytes no program can play, so that its original is all
// there is of it, and finds out from where it is downloaded.
func (s *stage) upload(ctx context.Context) error {
	var started struct {
		Upload struct {
			ID  int64  `json:"id"`
			URL string `json:"url"`
		} `json:"upload"`
	}
	if err := s.call(ctx, s.admin, http.MethodPost, "media/uploads", []byte(`{}`), &started); err != nil {
		return err
	}
	put, err := http.NewRequestWithContext(ctx, http.MethodPut, started.Upload.URL, repeated(s.size))
	if err != nil {
		return err
	}
	put.ContentLength = s.size
	if _, err := exchange(http.DefaultClient, put, http.StatusOK); err != nil {
		return err
	}
	complete := fmt.Sprintf("media/uploads/%d/complete", started.Upload.ID)
	if err := s.call(ctx, s.admin, http.MethodPost, complete, []byte(`{"title":"A file"}`), nil); err != nil {
		return err
	}
	download := fmt.Sprintf("http://%s/api/public/v1/media/%d/download?quality=original", s.addr, started.Upload.ID)
	get, err := http.NewRequestWithContext(ctx, http.MethodGet, download, nil)
	if err != nil {
		return err
	}
	get.Header.Set("Authorization", "Bearer "+s.admin)
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	header, err := exchange(stay, get, http.StatusFound)
	if err != nil {
		return err
	}
	location, err := url.Parse(header.Get("Location"))
	if err != nil {
		return err
	}
	s.file = location.RequestURI()
	return nil
}

// call makes a request of the API and reads the JSON of its response.
func (s *stage) call(ctx context.Context, token, method, path string, body []byte, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.addr+"/api/public/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if len(body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// exchange makes a request, expects a status and returns the header of the response.
func exchange(client *http.Client, request *http.Request, want int) (http.Header, error) {
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err == nil && response.StatusCode != want {
		err = fmt.Errorf("%s %s: %s: %s", request.Method, request.URL.Path, response.Status, text)
	}
	return response.Header, err
}

// sameStages checks that both servers have answered the same.
func sameStages(one, other *stage) error {
	for i, p := range one.people {
		q := other.people[i]
		if p.total != q.total || !slices.Equal(p.media, q.media) || p.place != q.place {
			return fmt.Errorf("person %d: the two programs answer differently: %d media items %v, and %d media items %v",
				p.id, p.total, p.media, q.total, q.media)
		}
	}
	return nil
}

func (s *stage) anyone(chance *rand.Rand) *staged { return &s.people[chance.IntN(len(s.people))] }

// always is the script of every round.
func always(script load.Script) func(int) load.Script { return func(int) load.Script { return script } }

func (s *stage) pages() func(int) load.Script {
	return always(func(chance *rand.Rand, buf []byte) ([]byte, bool) {
		p := s.anyone(chance)
		page := 1 + chance.Int64N(lastPage(p.total))
		path := fmt.Sprintf("/api/public/v1/users/%d/media?per_page=%d&page=%d", p.id, pageSize, page)
		return load.AppendGet(buf, path, p.token), true
	})
}

func (s *stage) details() func(int) load.Script {
	return always(func(chance *rand.Rand, buf []byte) ([]byte, bool) {
		p := s.anyone(chance)
		path := "/api/public/v1/media/" + strconv.FormatInt(p.media[chance.IntN(len(p.media))], 10)
		return load.AppendGet(buf, path, p.token), true
	})
}

func (s *stage) ranges() func(int) load.Script {
	return rangeScript(s.file, s.size, min(rangeSize, s.size))
}

// changeShares makes each share `edit` and `view` in turn.
func (s *stage) changeShares() func(int) load.Script {
	levels := [...]string{"edit", "view"}
	return always(func(_ *rand.Rand, buf []byte) ([]byte, bool) {
		n := s.sharing.Add(1)
		share := s.shares[n%int64(len(s.shares))]
		level := levels[n/int64(len(s.shares))%2]
		path := "/api/public/v1/media/" + strconv.FormatInt(share.media, 10) + "/permissions"
		return load.AppendPost(buf, path, s.admin, shareBody(nil, "update", level, share.with)), true
	})
}

// reportViews reports ten seconds of the one playback of each person: they could not have had
// time for several.
func (s *stage) reportViews() func(int) load.Script {
	return always(func(chance *rand.Rand, buf []byte) ([]byte, bool) {
		p := s.anyone(chance)
		var body strings.Builder
		body.WriteString(`{"client_id":"playing","views":[{"sequence":`)
		body.WriteString(strconv.FormatInt(p.playing.Add(1), 10))
		body.WriteString(`,"intervals":[{"start":0,"end":10}]}]}`)
		return load.AppendPost(buf, "/api/public/v1/perspectives/"+p.place+"/views", p.token, []byte(body.String())), true
	})
}
