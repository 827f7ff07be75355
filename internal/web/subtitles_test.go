package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// otherPlayer is a page of another site that plays HLS by hls.js as it is, in whatever captions
// the HLS offers.
const otherPlayer = `<!doctype html><title>Another player</title><video muted></video><script type="module">
import Hls from "/hls.js";
const hls = new Hls({ enableWorker: false });
const video = document.querySelector("video");
window.offered = null;
hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks }) => {
  window.offered = subtitleTracks.map(({ name, lang }) => name + "=" + lang);
});
hls.on(Hls.Events.MANIFEST_PARSED, () => (window.parsed = true));
hls.loadSource(new URLSearchParams(location.search).get("of"));
hls.attachMedia(video);
</script>`

func newOtherPlayer(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(otherPlayer))
	})
	mux.HandleFunc("GET /hls.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "vendored/hls.js") })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

const cues = "WEBVTT\n\n00:00:00.000 --> 00:00:20.000\nWelcome & \"hello\".\n"

// Captions that are published after a recording was transcoded are in its HLS for every player,
// until they are unpublished; the page's own player still lists them once.
func TestHLS_HasCaptionsForOtherPlayers(t *testing.T) {
	t.Parallel()
	s := newTeacher(t)
	id, stage := s.upload("Light as a ray", clips+"lecture/original")
	if stage != "finished" {
		t.Fatalf("the work ends %s", stage)
	}
	s.caption(id, "en", cues)

	b := openBrowser(t)
	b.open(s.embed(id))
	b.until(video + `.readyState >= 2`)
	if listed := value[string](b, `JSON.stringify([...`+video+`.textTracks].filter((t) => t.kind !== "metadata").map((t) => t.language))`); listed != `["en"]` {
		t.Errorf("the page's player lists captions %s", listed)
	}
	master := value[string](b, `new URL(`+video+`.dataset.hls, location.href).href`)
	b.wantNoComplaints()

	other := newOtherPlayer(t) + "/?of=" + url.QueryEscape(master)
	b.open(other)
	b.until(`JSON.stringify(window.offered) === '["English=en"]'`)
	b.until(`document.querySelector("video").textTracks.length === 1 && (document.querySelector("video").textTracks[0].mode = "showing")`)
	b.until(`[...document.querySelector("video").textTracks].some((t) => t.cues?.length > 0)`)
	shown := value[string](b, `JSON.stringify([...document.querySelector("video").textTracks].flatMap((t) => [...(t.cues ?? [])].map((c) => [c.startTime, c.endTime, c.text])))`)
	if want := `[[0,20,"Welcome &amp; \"hello\"."]]`; shown != want {
		t.Errorf("another player shows %s, want %s", shown, want)
	}

	var list struct {
		Files []struct {
			ID int64 `json:"id"`
		} `json:"caption_files"`
	}
	if err := json.Unmarshal(s.ada.Send(t, "GET", fmt.Sprintf("/media/%d/caption_files", id), "", "").Body, &list); err != nil || len(list.Files) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	captions := strings.Replace(master, "master.m3u8", fmt.Sprintf("captions-%d.vtt", list.Files[0].ID), 1)
	if status := s.plain(http.MethodGet, captions, nil); status != 200 {
		t.Errorf("the captions are answered %d", status)
	}
	s.ada.Send(t, "POST", fmt.Sprintf("/caption_files/%d/unpublish", list.Files[0].ID), "", "").Want(t, 200)
	if status := s.plain(http.MethodGet, captions, nil); status != 404 {
		t.Errorf("unpublished, the captions are answered %d, want 404", status)
	}
	s.ada.Send(t, "POST", fmt.Sprintf("/caption_files/%d/publish", list.Files[0].ID), "", "").Want(t, 200)
	if status := s.plain(http.MethodGet, captions, nil); status != 200 {
		t.Errorf("published again, the captions are answered %d", status)
	}
	s.ada.Send(t, "DELETE", fmt.Sprintf("/caption_files/%d", list.Files[0].ID), "", "").Want(t, 204)
	if status := s.plain(http.MethodGet, captions, nil); status != 404 {
		t.Errorf("deleted, the captions are answered %d, want 404", status)
	}
	b.open(other + "&again")
	b.until(`window.parsed === true`)
	if offered := value[bool](b, `window.offered?.length > 0`); offered {
		t.Error("deleted captions are offered")
	}

	s.caption(id, "en", cues)
	captions = strings.Replace(captions, fmt.Sprintf("-%d.vtt", list.Files[0].ID), fmt.Sprintf("-%d.vtt", list.Files[0].ID+1), 1)
	if status := s.plain(http.MethodGet, captions, nil); status != 200 {
		t.Errorf("new captions are answered %d", status)
	}
	s.ada.Send(t, "POST", fmt.Sprintf("/media/%d/archive", id), "", "").Want(t, 200)
	if status := s.plain(http.MethodGet, captions, nil); status != 403 {
		t.Errorf("captions of an archived recording are answered %d, want 403", status)
	}
	s.ada.Send(t, "POST", fmt.Sprintf("/media/%d/unarchive", id), "", "").Want(t, 200)
	if status := s.plain(http.MethodGet, captions, nil); status != 200 {
		t.Errorf("captions of a recording that is back are answered %d", status)
	}
	s.ada.Send(t, "DELETE", fmt.Sprintf("/media/%d", id), "", "").Want(t, 200)
	if status := s.plain(http.MethodGet, captions, nil); status != 404 {
		t.Errorf("captions of a deleted recording are answered %d, want 404", status)
	}
}
