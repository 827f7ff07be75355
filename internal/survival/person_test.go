package survival

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// answer is what a server answers.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// read decodes an answer.
func read[T any](a answer) (body T, err error) {
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		return body, fmt.Errorf("it answers %d: %.300s", a.status, a.body)
	}
	err = json.Unmarshal(a.body, &body)
	return body, err
}

// try sends a request once.
func (s *server) try(ctx context.Context, l *life, method, address, contentType string, body []byte) (answer, error) {
	if strings.HasPrefix(address, "/") {
		address = publicURL + address
	}
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", contentType)
	if strings.HasPrefix(address, publicURL+"/api/") {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := l.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, err
}

// ask sends a request until a life of the server answers it. Only the server's death is
// an excuse for no answer.
func (s *server) ask(ctx context.Context, method, address, contentType string, body []byte) (answer, error) {
	var last *life
	for {
		l, err := s.alive(ctx, last)
		if err != nil {
			return answer{}, err
		}
		a, err := s.try(ctx, l, method, address, contentType, body)
		if err == nil {
			return a, nil
		}
		select {
		case <-l.over:
			last = l
		case <-ctx.Done():
			return answer{}, ctx.Err()
		case <-time.After(patience):
			return answer{}, fmt.Errorf("%s %s: the server lives and does not answer: %w", method, address, err)
		}
	}
}

const api = "/api/public/v1"

// post asks for an operation of the API.
func post[T any](ctx context.Context, s *server, path string, body map[string]any) (made T, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return made, err
	}
	a, err := s.ask(ctx, http.MethodPost, api+path, "application/json", text)
	if err != nil {
		return made, err
	}
	if made, err = read[T](a); err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return made, err
}

// upload is what a server made for an upload.
type upload struct {
	Upload struct {
		ID  int64  `json:"id"`
		URL string `json:"url"`
	} `json:"upload"`
}

// put uploads the bytes of a media item and returns its id: they are acknowledged.
func (s *server) put(ctx context.Context, file []byte) (int64, error) {
	begun, err := post[upload](ctx, s, "/media/uploads", map[string]any{})
	if err != nil {
		return 0, err
	}
	a, err := s.ask(ctx, http.MethodPut, begun.Upload.URL, "video/mp4", file)
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("PUT answers %d: %s", a.status, a.body)
	}
	return begun.Upload.ID, err
}

// complete completes an upload. That it was before is what the death of a server looks
// like to who did not get its answer.
func (s *server) complete(ctx context.Context, id int64, title string) error {
	body, err := json.Marshal(map[string]any{"title": title})
	if err != nil {
		return err
	}
	a, err := s.ask(ctx, http.MethodPost, fmt.Sprintf("%s/media/uploads/%d/complete", api, id), "application/json", body)
	if err == nil && a.status != http.StatusOK && a.status != http.StatusConflict {
		err = fmt.Errorf("complete answers %d: %s", a.status, a.body)
	}
	return err
}

// media is what a server says of a media item.
type media struct {
	Media struct {
		ID int64 `json:"id"`
	} `json:"media"`
}

// processing is how far a media item is.
type processing struct {
	Processing struct {
		Stage   string  `json:"stage"`
		Message *string `json:"message"`
	} `json:"processing"`
}

// stage asks how far a media item is.
func (s *server) stage(ctx context.Context, id int64) (string, error) {
	a, err := s.ask(ctx, http.MethodGet, fmt.Sprintf("%s/media/%d/processing", api, id), "", nil)
	if err != nil {
		return "", err
	}
	p, err := read[processing](a)
	return p.Processing.Stage, err
}

// original downloads the bytes of a media item as they came, and returns their sum.
func (s *server) original(ctx context.Context, id int64) (string, error) {
	l, err := s.alive(ctx, nil)
	if err != nil {
		return "", err
	}
	a, err := s.try(ctx, l, http.MethodGet, fmt.Sprintf("%s/media/%d/download?quality=original", api, id), "", nil)
	if err == nil && a.status != http.StatusFound {
		err = fmt.Errorf("download answers %d: %s", a.status, a.body)
	}
	if err != nil {
		return "", err
	}
	a, err = s.try(ctx, l, http.MethodGet, a.header.Get("Location"), "", nil)
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("the file answers %d: %s", a.status, a.body)
	}
	return sumOf(a.body), err
}

// sumOf is the SHA-256 of bytes in hex.
func sumOf(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}
