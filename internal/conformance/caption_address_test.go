package conformance

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// shapeOfCaptionURL is the url of published captions.
var shapeOfCaptionURL = regexp.MustCompile(`^/api/public/v1/caption_files/(\d+)/download\?expires=(\d+)&signature=([A-Za-z0-9_-]{52})$`)

// head sends HEAD to a path that the node gave out, and wants a status, a length and no body.
func head(t *testing.T, as live.Client, path string, status int) http.Header {
	t.Helper()
	answer := as.Listen(t, as.Request(t, http.MethodHead, path, "", ""))
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != status || len(body) > 0 || answer.ContentLength < 1 {
		t.Errorf("HEAD %s: %d, want %d: %d bytes of %d, %v", path, answer.StatusCode, status, len(body), answer.ContentLength, err)
	}
	return answer.Header
}

// publishedURL is the url of captions as somebody sees them now; "" where they have none.
func publishedURL(t *testing.T, as live.Client, media string, id int64) string {
	t.Helper()
	got := live.Read[struct {
		Files []captionFile `json:"caption_files"`
	}](t, as.Get(t, "%s/caption_files", media))
	for _, f := range got.Files {
		if f.ID == id && f.URL != nil {
			return *f.URL
		}
	}
	return ""
}

// The url of published captions is handed to other services, which fetch it without a token.
func TestCaptionURL_OpensWithoutAToken(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses, clock := node.As("tom"), mediaPath(node.Library, "lenses", ""), node.Library.Clock
		other := node.Library.Serve(t)
		made := addCaptions(t, tom, lenses, "en", goodVTT)
		parts := shapeOfCaptionURL.FindStringSubmatch(*made.URL)
		if parts == nil || parts[1] != strconv.FormatInt(made.ID, 10) {
			t.Fatalf("captions %d are at %s", made.ID, *made.URL)
		}
		for name, on := range map[string]live.Client{"one node": node.Nobody(), "another": other.Nobody()} {
			got := on.Fetch(t, *made.URL).Want(t, 200)
			if string(got.Body) != goodSRT || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("%s serves %s: %q", name, got.Header.Get("Content-Type"), got.Body)
			}
			if told := head(t, on, *made.URL, 200); told.Get("Content-Length") != strconv.Itoa(len(goodSRT)) ||
				told.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("%s answers HEAD with %v", name, told)
			}
		}
		// The clients that build the address from the id send a token, by GET and by HEAD.
		bare := live.BasePath + captionPath(made.ID, "/download")
		for _, who := range []string{"bob", "tom", "ada", "vera"} {
			node.As(who).Fetch(t, bare).Want(t, 200)
			head(t, node.As(who), bare, 200)
		}
		node.Nobody().Fetch(t, bare).WantError(t, 401, "access token")
		head(t, node.Nobody(), bare, 401)
		node.As("otto").Fetch(t, bare).Want(t, 403)

		// Lists of one hour are equal, no matter who asks, and an address lives for 24 hours at least.
		expires, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil || expires%3600 != 0 || time.Unix(expires, 0).Before(clock.Now().Add(24*time.Hour)) {
			t.Errorf("at %s the address is good until %s (%v)", clock.Now(), time.Unix(expires, 0), err)
		}
		clock.Advance(time.Second) // past the full hour at which the library begins
		first := publishedURL(t, node.As("bob"), lenses, made.ID)
		clock.Advance(59 * time.Minute)
		if again := publishedURL(t, other.As("vera"), lenses, made.ID); again != first {
			t.Errorf("within an hour there are %s and %s", first, again)
		}
		clock.Advance(time.Minute)
		if later := publishedURL(t, node.As("bob"), lenses, made.ID); later == first {
			t.Error("the next hour has the same address")
		}

		clock.Advance(time.Unix(expires, 0).Sub(clock.Now()) - time.Second)
		node.Nobody().Fetch(t, *made.URL).Want(t, 200)
		clock.Advance(time.Second)
		node.Nobody().Fetch(t, *made.URL).WantError(t, 401, "has expired")
		head(t, node.Nobody(), *made.URL, 401)
		node.Nobody().Fetch(t, first).Want(t, 200)
	})
}

// An address in which anything is changed opens nothing.
func TestCaptionURL_Forged(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses, mirrors := node.As("tom"), mediaPath(node.Library, "lenses", ""), mediaPath(node.Library, "mirrors", "")
		made, others := addCaptions(t, tom, lenses, "en", goodSRT), addCaptions(t, tom, mirrors, "en", goodSRT)
		good := shapeOfCaptionURL.FindStringSubmatch(*made.URL)
		foreign := shapeOfCaptionURL.FindStringSubmatch(*others.URL)
		path := func(id, query string) string { return live.BasePath + "/caption_files/" + id + "/download" + query }
		id, expires, signature := good[1], good[2], good[3]
		signed := func(expires, signature string) string {
			return "?" + url.Values{"expires": {expires}, "signature": {signature}}.Encode()
		}
		later := strconv.FormatInt(node.Library.Clock.Now().Add(48*time.Hour).Unix(), 10)
		last := signature[len(signature)-1]
		for name, address := range map[string]string{
			"other captions":           path(foreign[1], signed(expires, signature)),
			"another's signature":      path(id, signed(foreign[2], foreign[3])),
			"later":                    path(id, signed(later, signature)),
			"no signature":             path(id, "?expires="+expires),
			"an empty signature":       path(id, signed(expires, "")),
			"no expiry":                path(id, "?signature="+signature),
			"an empty expiry":          path(id, signed("", signature)),
			"in words":                 path(id, signed("tomorrow", signature)),
			"with a plus":              path(id, signed("+"+expires, signature)),
			"with a zero":              path(id, signed("0"+expires, signature)),
			"with a point":             path(id, signed(expires+".0", signature)),
			"with a minus":             path(id, signed("-1", signature)),
			"beyond 64 bits":           path(id, signed("99999999999999999999", signature)),
			"cut short":                path(id, signed(expires, signature[:len(signature)-1])),
			"padded":                   path(id, signed(expires, signature+"=")),
			"lengthened":               path(id, signed(expires, signature+"A")),
			"another last letter":      path(id, signed(expires, signature[:len(signature)-1]+string(rune(last^1)))),
			"huge":                     path(id, signed(expires, strings.Repeat("A", 5000))),
			"no text":                  path(id, "?expires="+expires+"&signature=%ff%00"),
			"badly encoded":            path(id, "?expires="+expires+"&signature=%zz"),
			"the wrong one first":      path(id, "?expires=1&expires="+expires+"&signature="+signature),
			"captions that are not":    path("999999", signed(expires, signature)),
			"an id that is none":       path("abc", signed(expires, signature)),
			"an id with a zero before": path("0"+id+"x", signed(expires, signature)),
			"under other names":        path(id, "?Expires="+expires+"&Signature="+signature),
		} {
			if got := node.Nobody().Fetch(t, address); got.Status != 401 || got.Header.Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s: %d %s", name, got.Status, got.Body)
			}
		}
		for i := range signature {
			letter := "A"
			if signature[i] == 'A' {
				letter = "B"
			}
			node.Nobody().Fetch(t, path(id, signed(expires, signature[:i]+letter+signature[i+1:]))).Want(t, 401)
		}
		// No other operation and no other method is opened by it.
		for _, below := range []string{"/caption_files/" + id, "/ping", lenses, lenses + "/caption_files"} {
			request := node.Nobody().Request(t, http.MethodGet, live.BasePath+below+signed(expires, signature), "", "")
			if got := node.Nobody().Do(t, request); got.Status != 401 && got.Status != 405 {
				t.Errorf("%s: %d", below, got.Status)
			}
		}
		for _, method := range []string{"POST", "PUT", "DELETE"} {
			request := node.Nobody().Request(t, method, path(id, signed(expires, signature)), "", "")
			node.Nobody().Do(t, request).Want(t, 405)
		}
	})
}

// A token that is sent decides, whatever the address says.
func TestCaptionURL_BesideATokenTheTokenDecides(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		made := addCaptions(t, node.As("tom"), mediaPath(node.Library, "lenses", ""), "en", goodSRT)
		forged := strings.Replace(*made.URL, "signature=", "signature=x", 1)
		node.As("bob").Fetch(t, forged).Want(t, 200)
		node.As("bob").Fetch(t, *made.URL).Want(t, 200)
		node.As("bob").Fetch(t, live.BasePath+captionPath(made.ID, "/download?expires=soon&signature=none")).Want(t, 200)
		node.As("bob").Fetch(t, live.BasePath+captionPath(made.ID, "/download?expires=&signature=")).Want(t, 422)
		node.As("otto").Fetch(t, *made.URL).Want(t, 403)
		for _, dead := range []string{"Bearer x", "Bearer", "Basic eDp5"} {
			node.With(dead).Fetch(t, *made.URL).Want(t, 401)
		}
	})
}

// An address ends with what it opens, and comes back with it.
func TestCaptionURL_EndsWithTheCaptions(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses := node.As("tom"), mediaPath(node.Library, "lenses", "")
		made := addCaptions(t, tom, lenses, "en", goodSRT)
		address := *made.URL
		want := func(status int) {
			t.Helper()
			node.Nobody().Fetch(t, address).Want(t, status)
			head(t, node.Nobody(), address, status)
		}
		for _, step := range []struct {
			method, path string
			answer, then int
		}{
			{"POST", captionPath(made.ID, "/unpublish"), 200, 401},
			{"POST", captionPath(made.ID, "/publish"), 200, 200},
			{"POST", lenses + "/archive", 200, 403},
			{"POST", lenses + "/unarchive", 200, 200},
			{"DELETE", captionPath(made.ID, ""), 204, 401},
		} {
			tom.Send(t, step.method, step.path, "", "").Want(t, step.answer)
			want(step.then)
			if url := publishedURL(t, tom, lenses, made.ID); (url != "") != (step.then == 200) && step.path != lenses+"/archive" {
				t.Errorf("after %s %s the url is %q", step.method, step.path, url)
			}
		}
		mirrors := mediaPath(node.Library, "mirrors", "")
		address = *addCaptions(t, tom, mirrors, "en", goodSRT).URL
		want(200)
		tom.Send(t, "DELETE", mirrors, "", "").Want(t, 200)
		want(404)

		// Only a genuine address learns that.
		node.Nobody().Fetch(t, strings.Replace(address, "signature=", "signature=x", 1)).Want(t, 401)
		node.Library.Clock.Advance(26 * time.Hour)
		want(401)
	})
}

// The address is of the captions of one media item, whatever has their numbers later.
func TestCaptionURL_AfterTheDatabaseWentBack(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses := node.As("tom"), mediaPath(node.Library, "lenses", "")
		before := addCaptions(t, tom, lenses, "en", goodSRT)
		goBack(t, node, "caption_files", before.ID)
		after := addCaptions(t, node.As("tom"), mediaPath(node.Library, "mirrors", ""), "en", strings.Replace(goodSRT, "morning", "night", 1))
		if after.ID != before.ID {
			t.Fatalf("the captions are %d, and were %d", after.ID, before.ID)
		}
		node.Nobody().Fetch(t, *before.URL).Want(t, 401)
		node.Nobody().Fetch(t, *after.URL).Want(t, 200)

		// The media item itself is another one under the same numbers.
		db := node.Library.Tables(t)
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf("UPDATE media SET embed_id = '%s' WHERE id = %d",
			uuid.NewString(), node.Library.Media("mirrors"))); err != nil {
			t.Fatal(err)
		}
		node.Nobody().Fetch(t, *after.URL).Want(t, 401)
	})
}

// Captions that a machine made have the vendor's word for that, wherever they are listed; the
// database keeps its own.
func TestCaptions_OfAMachineAreNotorious(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses := node.As("tom"), mediaPath(node.Library, "lenses", "")
		made := addCaptions(t, tom, lenses, "en", goodSRT)
		if made.Provider != "upload" {
			t.Errorf("uploaded captions are from %q", made.Provider)
		}
		statement := fmt.Sprintf("UPDATE caption_files SET provider = 'automatic' WHERE id = %d", made.ID)
		if _, err := node.Library.Tables(t).ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
		type list struct {
			Files []captionFile `json:"caption_files"`
		}
		for name, files := range map[string][]captionFile{
			"the media's list": live.Read[list](t, tom.Get(t, "%s/caption_files", lenses)).Files,
			"the inventory":    live.Read[list](t, node.As("ada").Get(t, "/caption_files")).Files,
			"publishing":       {under[captionFile](t, post(t, tom, captionPath(made.ID, "/publish"), ""), 200, "caption_file")},
		} {
			if len(files) != 1 || files[0].Provider != "notorious" {
				t.Errorf("%s has %+v", name, files)
			}
		}
	})
}
