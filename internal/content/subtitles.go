package content

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/lectern-media/lectern/internal/front"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
)

// Subtitles is what this package asks of the library about captions.
type Subtitles interface {
	// Subtitles returns the published captions of a media item, and how long it plays.
	// An item that is archived, or that plays by another master playlist than the one with
	// this key, has none.
	Subtitles(ctx context.Context, media library.MediaID, master string) (library.Subtitles, error)
	// SubtitleText returns the text of published captions as SRT.
	SubtitleText(ctx context.Context, id library.CaptionFileID) (string, error)
}

const (
	// hlsFolder is where a run keeps its HLS files, within its own folder.
	// masterName is the multivariant playlist in a folder of HLS, captionsPrefix begins the names
	// of what stands beside it without being stored: captions-<id>.m3u8 and captions-<id>.vtt.
	hlsFolder      = "hls/"
	masterName     = "master.m3u8"
	captionsPrefix = "captions-"
	subtitleGroup  = "captions"
	// captionsParameter of a multivariant playlist, with the value "none", leaves the captions
	// out, for a player that gets them elsewhere.
	captionsParameter = "captions"
	// mostMaster bounds how many bytes of a stored multivariant playlist are read.
	mostMaster   = 1 << 20
	playlistType = "application/vnd.apple.mpegurl"
)

// hlsPlace is a name in the HLS folder of a media item.
type hlsPlace struct {
	run  holdings.Run
	name string
}

// parseHLSPlace reads the key of an object of a run that is directly in the folder hls.
func parseHLSPlace(text string) (hlsPlace, bool) {
	key, ok := holdings.ParseKey(text)
	folder, name := path.Split(key.Name)
	if !ok || folder != hlsFolder {
		return hlsPlace{}, false
	}
	return hlsPlace{key.Run, name}, true
}

// serveSubtitles answers for a multivariant playlist, to which the captions are added that are
// published by now, and for the captions themselves. Nothing of it may be kept without asking
// again, since captions can be unpublished at any time. It reports whether it answered.
func (h *Handler) serveSubtitles(x *front.Exchange, r *http.Request, key string) (answered bool, err error) {
	place, ok := parseHLSPlace(key)
	isCaptions := strings.HasPrefix(place.name, captionsPrefix)
	isMaster := place.name == masterName && r.URL.Query().Get(captionsParameter) != "none"
	if h.Subtitles == nil || !ok || !isMaster && !isCaptions || !isFolderGrant(r.PathValue("grant")) {
		return false, nil
	}
	said, err := h.Subtitles.Subtitles(r.Context(), library.MediaID(place.run.Media), place.run.Key(hlsFolder+masterName).String())
	if err != nil {
		return false, err
	}
	var text, kind string
	if isMaster {
		text, err = h.masterWith(r.Context(), key, said)
		kind = playlistType
	} else {
		text, kind, err = h.captionsNamed(r.Context(), place.name, said)
	}
	if err != nil {
		return false, err
	}
	header := x.Header()
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cache-Control", "private, no-cache")
	header.Set("Content-Type", kind)
	sum := sha256.Sum256([]byte(text))
	header.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(x, r, "", time.Time{}, strings.NewReader(text))
	return true, nil
}

// masterWith is the stored multivariant playlist with the captions as renditions
// (RFC 8216, 4.3.4.1).
func (h *Handler) masterWith(ctx context.Context, key string, said library.Subtitles) (string, error) {
	object, err := h.Store.Open(ctx, key)
	if err != nil {
		return "", err
	}
	defer object.Close()
	stored, err := io.ReadAll(io.LimitReader(object, mostMaster))
	if err != nil {
		return "", fmt.Errorf("read the multivariant playlist: %w", err)
	}
	if len(said.Captions) == 0 {
		return string(stored), nil
	}
	const variant = "#EXT-X-STREAM-INF:"
	var b strings.Builder
	added := false
	for line := range bytes.Lines(stored) {
		attributes, isVariant := bytes.CutPrefix(line, []byte(variant))
		if !isVariant {
			b.Write(line)
			continue
		}
		if !added {
			b.WriteString(renditionsOf(said.Captions))
			added = true
		}
		fmt.Fprintf(&b, "%sSUBTITLES=%s,%s", variant, quoted(subtitleGroup), attributes)
	}
	return b.String(), nil
}

// renditionsOf lists captions in a multivariant playlist. A player shows them where somebody, or
// the settings of their device, asks for captions in that language.
func renditionsOf(captions []library.CaptionFile) string {
	var b strings.Builder
	seen := map[string]int{}
	for _, c := range captions {
		name := c.Language.Label()
		if seen[name]++; seen[name] > 1 { // names of a group are unique
			name += " (" + strconv.Itoa(seen[name]) + ")"
		}
		fmt.Fprintf(&b, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=%s,NAME=%s,LANGUAGE=%s,DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=%s\n",
			quoted(subtitleGroup), quoted(name), quoted(string(c.Language)), quoted(fmt.Sprintf("%s%d.m3u8", captionsPrefix, c.ID)))
	}
	return b.String()
}

// quoted is a quoted-string of RFC 8216, 4.2, which cannot have quotes, line ends or other
// control characters, nor say them otherwise.
func quoted(text string) string {
	return `"` + strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ', r >= 0x7f && r < 0xa0, r == '\u2028', r == '\u2029':
			return ' '
		default:
			return r
		}
	}, text) + `"`
}

// sameClock says that captions count from where sound and pictures begin, which is 0
// (RFC 8216, 3.5).
const sameClock = "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000"

// captionsNamed answers for captions-<id>.m3u8 and captions-<id>.vtt.
func (h *Handler) captionsNamed(
	ctx context.Context, name string, said library.Subtitles,
) (text, kind string, err error) {
	for _, c := range said.Captions {
		file := captionsPrefix + strconv.FormatInt(int64(c.ID), 10)
		switch name {
		case file + ".m3u8":
			length := max(0.001, said.Duration)
			return fmt.Sprintf("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:%.0f\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:%.3f,\n%s.vtt\n#EXT-X-ENDLIST\n",
				math.Ceil(length), length, file), playlistType, nil
		case file + ".vtt":
			srt, err := h.Subtitles.SubtitleText(ctx, c.ID)
			if err != nil {
				return "", "", err
			}
			head, cues, _ := strings.Cut(h.WebVTT(c.Format, srt), "\n")
			return head + "\n" + sameClock + "\n" + cues, "text/vtt; charset=utf-8", nil
		}
	}
	return "", "", front.ErrNoPath
}
