package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/fetch"
	"github.com/lectern-media/lectern/internal/provider"
)

// answering is a client whose providers answer by a handler.
func answering(t *testing.T, handler http.HandlerFunc, o fetch.Options) *fetch.Client {
	t.Helper()
	s := serve(t, handler)
	o.YouTubeOEmbed, o.VimeoOEmbed = s.URL+"/youtube", s.URL+"/vimeo?dnt=1"
	return newClient(t, o)
}

var (
	lecture  = provider.Video{Provider: provider.YouTube, ID: "dQw4w9WgXcQ"}
	unlisted = provider.Video{Provider: provider.Vimeo, ID: "76979871", Key: "0123abcd"}
)

func TestOEmbed_ReturnsTitlePictureAndLength(t *testing.T) {
	t.Parallel()
	asked := make(chan url.URL, 1)
	c := answering(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- *r.URL
		text := `{"type":"video","version":"1.0","title":" Optik\n 1: Linsen ","thumbnail_url":"https://i.ytimg.com/vi/x/hqdefault.jpg","html":"<iframe>"}`
		if r.URL.Path == "/vimeo" {
			text = `{"title":"Optik 2","thumbnail_url":"https://i.vimeocdn.com/video/1.jpg","duration":61.5}`
		}
		answer("application/json", []byte(text))(w, r)
	}, fetch.Options{})
	for _, at := range []struct {
		video provider.Video
		want  fetch.Details
		query url.Values
	}{
		{
			lecture,
			fetch.Details{Title: "Optik 1: Linsen", ThumbnailURL: "https://i.ytimg.com/vi/x/hqdefault.jpg"},
			url.Values{"url": {lecture.URL()}, "format": {"json"}},
		}, {
			unlisted,
			fetch.Details{Title: "Optik 2", ThumbnailURL: "https://i.vimeocdn.com/video/1.jpg", Duration: 61500 * time.Millisecond},
			url.Values{"url": {unlisted.URL()}, "format": {"json"}, "dnt": {"1"}},
		},
	} {
		got, err := c.OEmbed(t.Context(), at.video)
		if err != nil || got != at.want {
			t.Errorf("%s is %+v, %v; want %+v", at.video.URL(), got, err, at.want)
		}
		if u := <-asked; u.Path != "/"+string(at.video.Provider) || u.Query().Encode() != at.query.Encode() {
			t.Errorf("asked was %s", u.String())
		}
	}
}

func TestOEmbed_TakesOnlyWhatMakesSense(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ö", 300)
	for text, want := range map[string]fetch.Details{
		`{"title":"x","thumbnail_url":"javascript:alert(1)","duration":-1}`:       {Title: "x"},
		`{"title":"x","thumbnail_url":"http://i.test/x.jpg","duration":1e300}`:    {Title: "x"},
		`{"title":"x","thumbnail_url":"https://a:b@i.test/x.jpg"}`:                {Title: "x"},
		`{"title":"x","thumbnail_url":"https://i.test:22/x.jpg","duration":null}`: {Title: "x"},
		`{"title":"a\u0000b\u202ec\td"}`:                                          {Title: "abc d"},
		`{"title":"` + long + `"}`:                                                {Title: strings.Repeat("ö", 254) + "…"},
	} {
		c := answering(t, answer("application/json", []byte(text)), fetch.Options{})
		if got, err := c.OEmbed(t.Context(), lecture); err != nil || got != want {
			t.Errorf("%.60s is %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestOEmbed_FailsAsADownloadDoes(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		name      string
		handler   http.HandlerFunc
		temporary bool
		words     string
	}{
		{"private", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, false, "(401)"},
		{"not there", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }, false, "(404)"},
		{"out of order", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, true, "(502)"},
		{"a page", answer("text/html", []byte("<html>consent</html>")), false, "web page"},
		{"no JSON", answer("application/json", []byte(`{"title":"x"`)), true, "cannot be read"},
		{"other JSON", answer("application/json", []byte(`["x"]`)), true, "cannot be read"},
		{"another type", answer("application/json", []byte(`{"title":7}`)), true, "cannot be read"},
		{"no title", answer("application/json", []byte(`{"title":" \n"}`)), false, "no title"},
		{"too much", answer("application/json", []byte(`{"title":"`+strings.Repeat("x", 300_000)+`"}`)), false, "larger than 256 kB"},
		{"silence", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, true, "in time"},
		{"away", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}, false, "no public server"},
	} {
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			var o fetch.Options
			if at.name == "silence" {
				o.IdleLimit = short
			}
			_, err := answering(t, at.handler, o).OEmbed(t.Context(), lecture)
			wantError(t, err, at.temporary, at.words)
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := newClient(t, fetch.Options{}).OEmbed(ctx, lecture); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who has gone gets %v", err)
	}
	if _, err := newClient(t, fetch.Options{}).OEmbed(t.Context(), provider.Video{}); err == nil {
		t.Error("a video of no provider has details")
	}
	if _, err := fetch.New(fetch.Options{MaxBytes: 1, VimeoOEmbed: "file:///etc/passwd"}); err == nil {
		t.Error("a provider in a file is taken")
	}
}
