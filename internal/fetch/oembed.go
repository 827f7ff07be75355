package fetch

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/lectern-media/lectern/internal/provider"
)

// Details is what a provider tells of a video.
type Details struct {
	// Title is one line of at most 255 letters, never "".
	Title string
	// ThumbnailURL is where a picture is, by https; "" where there is none. It is a
	// untrusted address like any: fetch it with a Client.
	ThumbnailURL string
	// Duration is 0 where the provider does not tell it, as YouTube.
	Duration time.Duration
}

const (
	oEmbedBytes = 256_000
	oEmbedTime  = 15 * time.Second
	maxTitle    = 255
	maxDuration = 30 * 24 * time.Hour
)

// OEmbed asks the provider for a video's details (oembed.com, 2.3). A permanent [*Error]
// means that the video is not there, or not for everyone.
func (c *Client) OEmbed(ctx context.Context, v provider.Video) (Details, error) {
	endpoint, err := url.Parse(c.endpoints[v.Provider])
	if err != nil || endpoint.Host == "" {
		return Details{}, fmt.Errorf("fetch: unknown provider %q", v.Provider)
	}
	query := endpoint.Query()
	query.Set("url", v.URL())
	query.Set("format", "json")
	endpoint.RawQuery = query.Encode()
	body, err := c.Within(oEmbedBytes, oEmbedTime).Get(ctx, endpoint.String())
	if err != nil {
		return Details{}, err
	}
	defer body.Close()
	text, err := io.ReadAll(body) // bounded by Within
	if err != nil {
		return Details{}, err
	}
	return readOEmbed(text)
}

// readOEmbed takes from an answer what makes sense. Only a title must.
func readOEmbed(text []byte) (Details, error) {
	var said struct {
		Title        string  `json:"title"`
		ThumbnailURL string  `json:"thumbnail_url"`
		Duration     float64 `json:"duration"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return Details{}, &Error{Sentence: "The provider's answer cannot be read.", Temporary: true, Err: err}
	}
	d := Details{Title: oneLine(said.Title)}
	if d.Title == "" {
		return Details{}, &Error{Sentence: "The provider has no title for this video.", Err: fmt.Errorf("the answer has %d bytes", len(text))}
	}
	if picture, err := parseAddress(said.ThumbnailURL); err == nil && picture.Scheme == "https" {
		d.ThumbnailURL = picture.String()
	}
	if said.Duration > 0 && said.Duration <= maxDuration.Seconds() {
		d.Duration = time.Duration(math.Round(said.Duration * float64(time.Second)))
	}
	return d, nil
}

// oneLine makes a line of a title: spaces for whatever breaks it, no controls.
func oneLine(title string) string {
	title = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, title)
	title = strings.Join(strings.Fields(title), " ")
	if letters := []rune(title); len(letters) > maxTitle {
		title = strings.TrimSpace(string(letters[:maxTitle-1])) + "…"
	}
	return title
}
