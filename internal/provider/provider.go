// Package provider knows the sites whose videos are played from there: YouTube and Vimeo, and
// no others (the wire contract, section 7). It reads and writes addresses and makes no
// request.
package provider

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Name is which provider it is, in the text of a media item's source in the API.
type Name string

// The providers that are known.
const (
	YouTube Name = "youtube"
	Vimeo   Name = "vimeo"
)

// Video is a video at a provider.
type Video struct {
	// Provider is the site that has it.
	Provider Name
	// ID is the provider's: 11 letters at YouTube, a number at Vimeo.
	ID string
	// Key opens an unlisted video at Vimeo; it is part of its address. Else "".
	Key string
}

// URL is the address of the video's page, in the one form that it is kept in.
func (v Video) URL() string {
	if v.Provider == YouTube {
		return "https://www.youtube.com/watch?v=" + v.ID
	}
	if v.Key != "" {
		return "https://vimeo.com/" + v.ID + "/" + v.Key
	}
	return "https://vimeo.com/" + v.ID
}

// EmbedURL is the address of the provider's player, for a frame: of YouTube's the one
// that sets no cookies before somebody plays.
func (v Video) EmbedURL() string {
	if v.Provider == YouTube {
		return "https://www.youtube-nocookie.com/embed/" + v.ID
	}
	if v.Key != "" {
		return "https://player.vimeo.com/video/" + v.ID + "?h=" + v.Key
	}
	return "https://player.vimeo.com/video/" + v.ID
}

// EmbedURL is the address of the provider's player for the video at an address. Any other
// address it returns as it is.
func EmbedURL(address string) string {
	if video, known := Recognise(address); known {
		return video.EmbedURL()
	}
	return address
}

var (
	youTubeID = regexp.MustCompile(`^[A-Za-z0-9_-]{11}$`)
	vimeoID   = regexp.MustCompile(`^[1-9][0-9]{0,14}$`)
	vimeoKey  = regexp.MustCompile(`^[0-9a-f]{6,32}$`)
)

// Recognise reads the address of a video at a provider, in any of the forms that
// providers give out. It is false for everything else: channels, playlists, and hosts
// that only look alike.
func Recognise(address string) (Video, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.User != nil || !ownPort(u) {
		return Video{}, false
	}
	escaped := strings.Trim(u.EscapedPath(), "/")
	if strings.Contains(escaped, "%") {
		return Video{}, false
	}
	parts := strings.Split(escaped, "/")
	switch plainHost(u.Hostname()) {
	case "youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com":
		return youTube(parts, u.Query(), "embed", "v", "e", "shorts", "live")
	case "youtube-nocookie.com", "www.youtube-nocookie.com":
		return youTube(parts, nil, "embed", "v", "e")
	case "youtu.be", "www.youtu.be":
		return youTube(append([]string{""}, parts...), nil, "")
	case "vimeo.com", "www.vimeo.com":
		return vimeo(parts, u.Query())
	case "player.vimeo.com":
		if len(parts) != 2 || parts[0] != "video" {
			return Video{}, false
		}
		return vimeoVideo(parts[1], u.Query().Get("h"))
	}
	return Video{}, false
}

// ownPort says whether an address is one of the web, at the port that its scheme has.
func ownPort(u *url.URL) bool {
	port, web := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	return web && (u.Port() == "" || u.Port() == port)
}

// plainHost is a host's name for comparing, "" where it has letters beyond ASCII: some
// of those become ASCII in lower case, as the İ of "vİmeo.com".
func plainHost(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// youTube reads FOLDER/ID, or watch?v=ID where there is a query.
func youTube(parts []string, query url.Values, folders ...string) (Video, bool) {
	id := ""
	switch {
	case len(parts) == 1 && parts[0] == "watch":
		id = query.Get("v")
	case len(parts) == 2 && slices.Contains(folders, parts[0]):
		id = parts[1]
	}
	// Two words that are as long as an id and stand in its place: the players of a
	// playlist and of whatever a channel sends live.
	if !youTubeID.MatchString(id) || id == "videoseries" || id == "live_stream" {
		return Video{}, false
	}
	return Video{Provider: YouTube, ID: id}, true
}

// vimeo reads the addresses of vimeo.com, below which people have pages of any name.
func vimeo(parts []string, query url.Values) (Video, bool) {
	at := func(i int, words ...string) bool { return i < len(parts) && slices.Contains(words, parts[i]) }
	rest := parts
	switch {
	case at(0, "channels", "ondemand") && len(parts) == 3: // channels/NAME/ID
		rest = parts[2:]
	case at(0, "groups") && at(2, "videos") && len(parts) == 4: // groups/NAME/videos/ID
		rest = parts[3:]
	case at(0, "showcase", "album") && at(2, "video") && len(parts) == 4: // showcase/ID/video/ID
		rest = parts[3:]
	case at(0, "manage") && at(1, "videos") && len(parts) > 2: // manage/videos/ID[/KEY]
		rest = parts[2:]
	case at(0, "video"): // video/ID
		rest = parts[1:]
	}
	switch len(rest) {
	case 1:
		return vimeoVideo(rest[0], query.Get("h"))
	case 2:
		if rest[1] == "" { // an empty key would pass for none
			return Video{}, false
		}
		return vimeoVideo(rest[0], rest[1])
	}
	return Video{}, false
}

func vimeoVideo(id, key string) (Video, bool) {
	if !vimeoID.MatchString(id) || key != "" && !vimeoKey.MatchString(key) {
		return Video{}, false
	}
	return Video{Provider: Vimeo, ID: id, Key: key}, true
}
