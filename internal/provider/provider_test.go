package provider_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/provider"
)

func TestRecognise_KnowsTheFormsOfYouTube(t *testing.T) {
	t.Parallel()
	want := provider.Video{Provider: provider.YouTube, ID: "dQw4w9WgXcQ"}
	for _, address := range []string{
		"https://www.youtube.com/watch?v=dQw4w9WgXcQ",
		"http://youtube.com/watch?v=dQw4w9WgXcQ",
		"https://www.youtube.com:443/watch?v=dQw4w9WgXcQ",
		"https://WWW.YouTube.com/watch?v=dQw4w9WgXcQ&t=42s",
		"https://www.youtube.com/watch?app=desktop&list=PLabc&v=dQw4w9WgXcQ&index=3#t=1",
		"https://m.youtube.com/watch?v=dQw4w9WgXcQ",
		"https://music.youtube.com/watch?v=dQw4w9WgXcQ&si=x",
		"https://www.youtube.com/watch/?v=dQw4w9WgXcQ",
		"https://youtu.be/dQw4w9WgXcQ",
		"https://youtu.be/dQw4w9WgXcQ?si=abc&t=10",
		"https://www.youtube.com/embed/dQw4w9WgXcQ?start=3",
		"https://www.youtube.com/shorts/dQw4w9WgXcQ",
		"https://m.youtube.com/shorts/dQw4w9WgXcQ/",
		"https://www.youtube.com/live/dQw4w9WgXcQ?feature=share",
		"https://www.youtube.com/v/dQw4w9WgXcQ",
		"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
		"https://youtube-nocookie.com/embed/dQw4w9WgXcQ",
		"  https://youtu.be/dQw4w9WgXcQ\n",
	} {
		if v, known := provider.Recognise(address); !known || v != want {
			t.Errorf("%q is recognised as %+v, %t", address, v, known)
		}
	}
	if got := want.URL(); got != "https://www.youtube.com/watch?v=dQw4w9WgXcQ" {
		t.Errorf("its address is %q", got)
	}
	if got := want.EmbedURL(); got != "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" {
		t.Errorf("its player is at %q", got)
	}
}

func TestRecognise_KnowsTheFormsOfVimeo(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]provider.Video{
		"https://vimeo.com/76979871":                         {ID: "76979871"},
		"http://www.vimeo.com/76979871?share=copy#t=3":       {ID: "76979871"},
		"https://vimeo.com/video/76979871":                   {ID: "76979871"},
		"https://vimeo.com/76979871/0123abcdef":              {ID: "76979871", Key: "0123abcdef"},
		"https://vimeo.com/76979871?h=0123abcdef":            {ID: "76979871", Key: "0123abcdef"},
		"https://vimeo.com/channels/staffpicks/76979871":     {ID: "76979871"},
		"https://vimeo.com/groups/optics/videos/76979871":    {ID: "76979871"},
		"https://vimeo.com/showcase/123/video/76979871":      {ID: "76979871"},
		"https://vimeo.com/album/123/video/76979871":         {ID: "76979871"},
		"https://vimeo.com/ondemand/optics/76979871":         {ID: "76979871"},
		"https://vimeo.com/manage/videos/76979871":           {ID: "76979871"},
		"https://vimeo.com/manage/videos/76979871/0123abcd":  {ID: "76979871", Key: "0123abcd"},
		"https://player.vimeo.com/video/76979871":            {ID: "76979871"},
		"https://player.vimeo.com/video/76979871?h=0123abcd": {ID: "76979871", Key: "0123abcd"},
	} {
		want.Provider = provider.Vimeo
		if v, known := provider.Recognise(address); !known || v != want {
			t.Errorf("%q is recognised as %+v, %t", address, v, known)
		}
	}
	unlisted := provider.Video{Provider: provider.Vimeo, ID: "76979871", Key: "0123abcd"}
	if got := unlisted.URL(); got != "https://vimeo.com/76979871/0123abcd" {
		t.Errorf("its address is %q", got)
	}
	if got := unlisted.EmbedURL(); got != "https://player.vimeo.com/video/76979871?h=0123abcd" {
		t.Errorf("its player is at %q", got)
	}
}

func TestRecognise_KnowsNothingElse(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "youtube.com/watch?v=dQw4w9WgXcQ", "ftp://youtube.com/watch?v=dQw4w9WgXcQ", "javascript://youtu.be/dQw4w9WgXcQ",
		"https://youtube.com.evil.test/watch?v=dQw4w9WgXcQ", "https://evilyoutube.com/watch?v=dQw4w9WgXcQ",
		"https://evil.test/youtube.com/watch?v=dQw4w9WgXcQ", "https://evil.test/?u=https://youtu.be/dQw4w9WgXcQ",
		"https://youtube.com@evil.test/watch?v=dQw4w9WgXcQ", "https://ada@youtube.com/watch?v=dQw4w9WgXcQ",
		"https://evil.test#@youtube.com/watch?v=dQw4w9WgXcQ", `https://evil.test\@youtube.com/watch?v=dQw4w9WgXcQ`,
		"https://yοutube.com/watch?v=dQw4w9WgXcQ", "https://vİmeo.com/76979871", "https://www.youtube-noco\u212aie.com/embed/dQw4w9WgXcQ",
		"https://youtube.com:8443/watch?v=dQw4w9WgXcQ", "https://www.youtube.com:80/watch?v=dQw4w9WgXcQ", "https://studio.youtube.com/watch?v=dQw4w9WgXcQ",
		"https://www.youtube.com/", "https://www.youtube.com/@ada", "https://www.youtube.com/playlist?list=PLdQw4w9WgXcQ",
		"https://www.youtube.com/watch", "https://www.youtube.com/watch?v=", "https://www.youtube.com/watch?v=dQw4w9WgXc", "https://www.youtube.com/watch?v=dQw4w9WgXcQQ",
		"https://www.youtube.com/watch?v=dQw4w9W%22XcQ", "https://www.youtube.com/watch?V=dQw4w9WgXcQ", "https://www.youtube.com/embed/dQw4w9WgXcQ/x",
		"https://www.youtube.com/embed/videoseries?list=PLabc", "https://www.youtube.com/embed/live_stream?channel=UCabc",
		"https://www.youtube.com/embed/..%2Fwatch1234", "https://www.youtube.com/channel/dQw4w9WgXcQ", "https://www.youtube.com/dQw4w9WgXcQ",
		"https://youtu.be/", "https://youtu.be/embed/dQw4w9WgXcQ", "https://youtu.be/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/watch?v=dQw4w9WgXcQ",
		"https://vimeo.com/", "https://vimeo.com/staffpicks", "https://vimeo.com/0", "https://vimeo.com/076979871", "https://vimeo.com/76979871x",
		"https://vimeo.com/76979871/review", "https://vimeo.com/76979871/0123abcd/settings", "https://vimeo.com/76979871?h=..%2f", "https://vimeo.com/event/76979871",
		"https://vimeo.com/channels/76979871", "https://vimeo.com/channels/staffpicks", "https://vimeo.com/user76979871", "https://vimeo.com/9999999999999999",
		"https://player.vimeo.com/76979871", "https://player.vimeo.com/video/76979871/0123abcd", "https://player.vimeo.com/external/76979871.hd.mp4",
		"https://vimeo.com.evil.test/76979871", "https://vimeo.co/76979871",
	} {
		if v, known := provider.Recognise(address); known {
			t.Errorf("%q is recognised as %+v", address, v)
		}
	}
}

func FuzzRecognise(f *testing.F) {
	for _, address := range []string{
		"https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ?t=1", "https://m.youtube.com/shorts/dQw4w9WgXcQ",
		"https://vimeo.com/76979871/0123abcdef", "https://player.vimeo.com/video/76979871?h=0123abcd", "https://vimeo.com/channels/x/76979871",
		"https://youtube.com.evil.test/watch?v=dQw4w9WgXcQ", "https://evil.test\\@youtube.com/watch?v=dQw4w9WgXcQ", "https://vimeo.com/76979871/",
	} {
		f.Add(address)
	}
	hosts := regexp.MustCompile(`^(www\.|m\.|music\.|player\.)?(youtube\.com|youtube-nocookie\.com|youtu\.be|vimeo\.com)\.?$`)
	id := regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	f.Fuzz(func(t *testing.T, address string) {
		v, known := provider.Recognise(address)
		if !known {
			return
		}
		u, err := url.Parse(strings.TrimSpace(address))
		if err != nil || u.User != nil || !hosts.MatchString(strings.ToLower(u.Hostname())) || u.Scheme != "http" && u.Scheme != "https" {
			t.Fatalf("%q is recognised as %+v", address, v)
		}
		if !id.MatchString(v.ID) || v.Key != "" && !id.MatchString(v.Key) || !strings.Contains(address, v.ID) || v.Key != "" && !strings.Contains(u.Path+u.Query().Get("h"), v.Key) {
			t.Errorf("%q has the id %q and the key %q", address, v.ID, v.Key)
		}
		for _, own := range []string{v.URL(), v.EmbedURL()} {
			if again, known := provider.Recognise(own); !known || again != v {
				t.Errorf("%q is %+v, but %q is %+v", address, v, own, again)
			}
		}
	})
}

func TestEmbedURL_IsThePlayersOrTheAddressItself(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://youtu.be/dQw4w9WgXcQ?t=1":                    "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
		"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ":  "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
		"https://vimeo.com/76979871":                          "https://player.vimeo.com/video/76979871",
		"https://vimeo.com/76979871/0123abcd":                 "https://player.vimeo.com/video/76979871?h=0123abcd",
		"https://example.org/lecture.mp4":                     "https://example.org/lecture.mp4",
		"https://youtube.com.example.org/watch?v=dQw4w9WgXcQ": "https://youtube.com.example.org/watch?v=dQw4w9WgXcQ",
		"": "",
	} {
		if got := provider.EmbedURL(address); got != want {
			t.Errorf("the player for %q is at %q, want %q", address, got, want)
		}
	}
}
