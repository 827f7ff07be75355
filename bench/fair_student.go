package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// student is a client of the API.
type student struct {
	base  string // of the API
	id    library.UserID
	token string
}

// send sends a request and reads its answer, which is an error unless it is a success.
func (s student) send(ctx context.Context, method, address string, body io.Reader, into any) (err error) {
	if strings.HasPrefix(address, "/") {
		address = s.base + address
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	if strings.HasPrefix(address, s.base) {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %.60s is answered with %s: %.200s", method, address, answer.Status, data)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(data, into)
}

func (s student) get(ctx context.Context, path string, into any) error {
	return s.send(ctx, http.MethodGet, path, nil, into)
}

func (s student) post(ctx context.Context, path, body string, into any) error {
	return s.send(ctx, http.MethodPost, path, strings.NewReader(body), into)
}

// begin starts an upload.
func (s student) begin(ctx context.Context) (id library.MediaID, address string, err error) {
	var answer struct {
		Upload struct {
			ID  library.MediaID `json:"id"`
			URL string          `json:"url"`
		} `json:"upload"`
	}
	err = s.post(ctx, "/media/uploads", "{}", &answer)
	return answer.Upload.ID, answer.Upload.URL, err
}

// upload sends a file and completes it.
func (s student) upload(ctx context.Context, file []byte) (library.MediaID, error) {
	id, address, err := s.begin(ctx)
	if err == nil {
		err = s.send(ctx, http.MethodPut, address, bytes.NewReader(file), nil)
	}
	if err == nil {
		err = s.post(ctx, fmt.Sprintf("/media/uploads/%d/complete", id), `{"title":"A lecture"}`, nil)
	}
	return id, err
}

// importFrom begins an import.
func (s student) importFrom(ctx context.Context, address string) (library.MediaID, error) {
	var answer struct {
		Media struct {
			ID library.MediaID `json:"id"`
		} `json:"media"`
	}
	err := s.post(ctx, "/media", fmt.Sprintf(`{"title":"A film","url":%q}`, address), &answer)
	return answer.Media.ID, err
}

// await reads the events of a media item until it plays.
func (s student) await(ctx context.Context, id library.MediaID) error {
	return awaitFinish(ctx, s.base, id, s.token)
}

// perspective returns one of a media item's.
func (s student) perspective(ctx context.Context, id library.MediaID) (string, error) {
	var places struct {
		Perspectives []struct {
			ID string `json:"uuid"`
		} `json:"perspectives"`
	}
	err := s.get(ctx, fmt.Sprintf("/media/%d/perspectives", id), &places)
	if err == nil && len(places.Perspectives) == 0 {
		err = fmt.Errorf("media %d has no perspective", id)
	}
	if err != nil {
		return "", err
	}
	return places.Perspectives[0].ID, nil
}

// watch opens the page of a media item, takes its best file, and reports a view.
func (s student) watch(ctx context.Context, id library.MediaID) error {
	var ticket struct {
		URL string `json:"url"`
	}
	var sources struct {
		Sources []struct {
			URL string `json:"url"`
		} `json:"sources"`
	}
	place, err := s.perspective(ctx, id)
	err = errors.Join(err,
		s.post(ctx, fmt.Sprintf("/media/%d/embed_tickets", id), "", &ticket),
		s.get(ctx, fmt.Sprintf("/media/%d/sources", id), &sources),
	)
	if err == nil && len(sources.Sources) == 0 {
		err = fmt.Errorf("media %d has no source", id)
	}
	if err != nil {
		return err
	}
	return errors.Join(
		s.send(ctx, http.MethodGet, ticket.URL, nil, nil),
		s.send(ctx, http.MethodGet, sources.Sources[0].URL, nil, nil),
		s.post(ctx, "/perspectives/"+place+"/views", `{"client_id":"a","views":[{"sequence":1,"intervals":[{"start":0,"end":1}]}]}`, nil),
	)
}

// filmServer is from where films are imported.
type filmServer struct{ server *httptest.Server }

// slowEvery is how often the slow film has a kilobyte: faster than what an import gives up.
const slowEvery = 200 * time.Millisecond

func startFilms(file string) *filmServer {
	mux := http.NewServeMux()
	mux.HandleFunc("/lecture.mp4", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	mux.HandleFunc("/broken.mp4", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 1<<20))
	})
	mux.HandleFunc("/slow.mp4", func(w http.ResponseWriter, r *http.Request) {
		tick := time.NewTicker(slowEvery)
		defer tick.Stop()
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<10)); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			<-tick.C
		}
	})
	return &filmServer{httptest.NewServer(mux)}
}

func (f *filmServer) address(path string) string { return f.server.URL + path }

func (f *filmServer) close() {
	f.server.CloseClientConnections()
	f.server.Close()
}
