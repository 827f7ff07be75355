package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// captioned is a library in which tom owns all media, and lenses, a minute long, is
// reached in every way that counts for captions.
const captioned = `{
"users":[
 {"key":"ada","full_name":"Ada Byron","roles":["Admin"]},
 {"key":"sue","full_name":"Sue Storm","roles":["Subaccount admin"]},
 {"key":"tom","full_name":"Tom Teal","roles":["Teacher"]},
 {"key":"eva","full_name":"Eva Edit","roles":["Teacher"]},
 {"key":"vera","full_name":"Vera View","roles":["Teacher"]},
 {"key":"bob","full_name":"Bob Hale"},
 {"key":"otto","full_name":"Otto Look","roles":["Observer"]}],
"sub_accounts":[{"key":"sciences","name":"Sciences","admins":["sue"]}],
"courses":[{"course_id":101,"name":"Optics","sub_account":"sciences","enrollments":[{"user":"bob","role":"student"}]}],
"media":[
 {"key":"lenses","owner":"tom","title":"Lenses","duration":60,"also_in":["course:101"],"created_at":"2025-01-01T00:00:00Z"},
 {"key":"mirrors","owner":"tom","title":"Mirrors","created_at":"2025-01-02T00:00:00Z"},
 {"key":"prisms","owner":"tom","title":"Prisms","created_at":"2025-01-03T00:00:00Z"},
 {"key":"old","owner":"tom","title":"Old","archived_at":"2025-06-01T00:00:00Z"},
 {"key":"awaited","owner":"tom","title":"Awaited","transcoding_status":"waiting_for_upload"}],
"shares":[
 {"media":"lenses","user":"eva","permission":"edit"},
 {"media":"lenses","user":"vera","permission":"view"}]
}`

const (
	goodSRT = "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n"
	goodVTT = "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\nGood morning.\n"
)

type captionFile struct {
	ID             int64   `json:"id"`
	URL            *string `json:"url"`
	Srclang        string  `json:"srclang"`
	SubtitleFormat string  `json:"subtitle_format"`
	Label          string  `json:"label"`
	Status         string  `json:"status"`
	Provider       string  `json:"provider"`
	MediaID        int64   `json:"media_id"`
}

type captionRequest struct {
	ID          int64  `json:"id"`
	MediaID     int64  `json:"media_id"`
	Srclang     string `json:"srclang"`
	ServiceType string `json:"service_type"`
	Status      string `json:"status"`
}

// form makes a multipart body of fields and, unless it is empty, a caption file.
func form(file string, fields ...string) (contentType, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1]) // a buffer takes everything
	}
	if file != "" {
		part, _ := w.CreateFormFile("caption_file", "captions.srt")
		_, _ = part.Write([]byte(file))
	}
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

func sendForm(t *testing.T, as live.Client, method, path, file string, fields ...string) live.Answer {
	t.Helper()
	contentType, body := form(file, fields...)
	return as.Send(t, method, path, contentType, body)
}

func captionPath(id int64, page string) string { return fmt.Sprintf("/caption_files/%d%s", id, page) }

// decode reads a success with any status.
func decode[T any](t *testing.T, a live.Answer, status int) (body T) {
	t.Helper()
	a.Want(t, status)
	if err := json.Unmarshal(a.Body, &body); err != nil {
		t.Fatalf("%v in %.300s", err, a.Body)
	}
	return body
}

// addCaptions uploads captions and returns them.
func addCaptions(t *testing.T, as live.Client, media, srclang, file string) captionFile {
	t.Helper()
	answer := sendForm(t, as, "POST", media+"/caption_files?srclang="+srclang, file)
	return decode[struct {
		File captionFile `json:"caption_file"`
	}](t, answer, 201).File
}

// captionIDs is the captions of a media item as someone sees them: "3 published".
func captionIDs(t *testing.T, as live.Client, media string) []string {
	t.Helper()
	got := live.Read[struct {
		Files []captionFile `json:"caption_files"`
	}](t, as.Get(t, "%s/caption_files", media))
	shown := make([]string, len(got.Files))
	for i, f := range got.Files {
		shown[i] = fmt.Sprintf("%d %s", f.ID, f.Status)
	}
	return shown
}

func TestCaptions_EveryFieldAndServedAsSRT(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, lenses := node.As("tom"), mediaPath(node.Library, "lenses", "")
		first := addCaptions(t, tom, lenses, "de-at", goodVTT)
		second := addCaptions(t, tom, lenses, "en", "\xFF\xFE1\x00\n\x00"+utf16("00:00:01,000 --> 00:00:02,000\nGood morning."))
		object := func(f captionFile, srclang, format, label string) string {
			return fmt.Sprintf(`{"id":%d,"url":%q,"srclang":%q,"subtitle_format":%q,
				"label":%q,"status":"published","created_at":"2026-01-05T09:00:00Z","provider":"upload"}`, f.ID, *f.URL, srclang, format, label)
		}
		wantJSON(t, node.As("bob").Get(t, "%s/caption_files", lenses), `{"caption_files":[`+
			object(second, "en", "srt", "English")+`,`+object(first, "de-AT", "vtt", "Österreichisches Deutsch")+`]}`)
		for _, f := range []captionFile{first, second} {
			got := node.As("bob").Fetch(t, *f.URL).Want(t, 200)
			if string(got.Body) != goodSRT || got.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("served as %s: %q", got.Header.Get("Content-Type"), got.Body)
			}
		}
		// The same in a body of another kind, as for all parameters.
		plain := fmt.Sprintf(`{"srclang":"fr","caption_file":%q}`, goodSRT)
		tom.Send(t, "POST", lenses+"/caption_files", live.JSON, plain).Want(t, 201)
		russian := addCaptions(t, tom, lenses, "ru", "1\n00:00:01,000 --> 00:00:02,000\n\xc4\xe0\n")
		if got := tom.Get(t, "%s", captionPath(russian.ID, "/download")); !strings.HasSuffix(string(got.Body), "\nДа\n") {
			t.Errorf("windows-1251 is served as %q", got.Body)
		}
	})
}

// utf16 is ASCII in UTF-16.
func utf16(ascii string) string {
	var b strings.Builder
	for _, c := range []byte(ascii) {
		b.Write([]byte{c, 0})
	}
	return b.String()
}

func TestCaptions_BrokenFilesAreRefusedByLine(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom := node.As("tom")
		lenses, mirrors := mediaPath(node.Library, "lenses", ""), mediaPath(node.Library, "mirrors", "")
		kept := addCaptions(t, tom, lenses, "en", goodSRT)
		until := func(end string) string { return goodSRT + "\n2\n00:00:03,000 --> " + end + "\nThe end.\n" }
		for file, want := range map[string]string{
			"Dear Sir,":           "line 1: does not belong to a cue",
			until("00:00:02,000"): "line 6: the cue ends before",
			until("00:01:02,001"): "line 6: the cue ends at 1m2.001s, after the end of the media item at 1m0s",
			until("soon"):         "line 6: has no times",
			goodSRT + "\x00":      "line 4: contains a NUL character",
		} {
			sendForm(t, tom, "POST", lenses+"/caption_files?srclang=en", file).WantError(t, 422, want)
			sendForm(t, tom, "PUT", captionPath(kept.ID, ""), file).WantError(t, 422, want)
		}
		addCaptions(t, tom, lenses, "en", until("00:01:02,000"))  // with two seconds to spare
		addCaptions(t, tom, mirrors, "en", until("09:00:00,000")) // whose length nobody knows

		large := goodSRT + strings.Repeat("\n", library.MaxCaptionBytes-len(goodSRT))
		addCaptions(t, tom, lenses, "en", large)
		sendForm(t, tom, "POST", lenses+"/caption_files?srclang=en", large+"\n").WantError(t, 413, "larger than 5242880 bytes")
		for _, srclang := range []string{"english", "en_US", "x", "und", "e%00", strings.Repeat("a", 65)} {
			sendForm(t, tom, "POST", lenses+"/caption_files?srclang="+srclang, goodSRT).WantError(t, 422, "srclang")
		}
		sendForm(t, tom, "POST", lenses+"/caption_files", goodSRT).WantError(t, 400, "srclang is required")
		sendForm(t, tom, "POST", lenses+"/caption_files?srclang=en", "").WantError(t, 400, "caption_file is required")
	})
}

func TestCaptions_PublishReplaceDelete(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		tom, bob, lenses := node.As("tom"), node.As("bob"), mediaPath(node.Library, "lenses", "")
		f := addCaptions(t, tom, lenses, "en", goodSRT)
		act := func(page, wantStatus string) {
			t.Helper()
			for range 2 { // the second changes nothing
				got := live.Read[struct {
					File captionFile `json:"caption_file"`
				}](t, tom.Send(t, "POST", captionPath(f.ID, page), "", "")).File
				if got.Status != wantStatus || (got.URL != nil) != (wantStatus == "published") {
					t.Errorf("%s answers %+v", page, got)
				}
			}
		}
		sees := func(as live.Client, want ...string) {
			t.Helper()
			if got := captionIDs(t, as, lenses); !slices.Equal(got, want) {
				t.Errorf("sees %q, want %q", got, want)
			}
		}
		published, unpublished := fmt.Sprintf("%d published", f.ID), fmt.Sprintf("%d unpublished", f.ID)
		sees(bob, published)
		act("/unpublish", "unpublished")
		sees(bob)
		for _, editor := range []string{"tom", "eva", "ada", "sue"} {
			sees(node.As(editor), unpublished)
			node.As(editor).Get(t, "%s", captionPath(f.ID, "/download")).Want(t, 200)
		}
		bob.Get(t, "%s", captionPath(f.ID, "/download")).Want(t, 403)
		node.As("vera").Get(t, "%s", captionPath(f.ID, "/download")).Want(t, 403)

		replaced := live.Read[struct {
			File captionFile `json:"caption_file"`
		}](t, sendForm(t, tom, "PUT", captionPath(f.ID, "?srclang=fr"), strings.ReplaceAll(goodVTT, "morning", "night"))).File
		if replaced.ID != f.ID || replaced.Srclang != "fr" || replaced.SubtitleFormat != "vtt" || replaced.Status != "unpublished" {
			t.Errorf("replaced by %+v", replaced)
		}
		act("/publish", "published")
		sees(bob, published)
		sendForm(t, tom, "PUT", captionPath(f.ID, ""), goodVTT+"\n00:03.000 --> 00:04.000\nThe end").Want(t, 200)
		got := bob.Get(t, "%s", captionPath(f.ID, "/download")).Want(t, 200)
		if want := goodSRT + "\n2\n00:00:03,000 --> 00:00:04,000\nThe end\n"; string(got.Body) != want {
			t.Errorf("after replacing, served as %q", got.Body)
		}
		if list := tom.Get(t, "%s/caption_files", lenses); !strings.Contains(string(list.Body), `"srclang":"fr"`) {
			t.Errorf("replacing without a language changes it: %s", list.Body)
		}
		tom.Send(t, "DELETE", captionPath(f.ID, ""), "", "").Want(t, 204)
		sees(tom)
		tom.Get(t, "%s", captionPath(f.ID, "/download")).WantError(t, 404, "caption file")
	})
}

// Who may read and who may write, by the level on the media, and whatever is wrong with
// what they send.
func TestCaptions_ByCaller(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lenses := mediaPath(lib, "lenses", "")
		key := lib.NewCaptionService(t, "Captions Ltd")
		putType(t, node.With("Bearer "+key), "human", "").Want(t, 200)
		f := addCaptions(t, node.As("tom"), lenses, "en", goodSRT)
		for caller, want := range map[string]struct{ read, write int }{
			"ada": {200, 200}, "sue": {200, 200}, "tom": {200, 200}, "eva": {200, 200},
			"vera": {200, 403}, "bob": {200, 403}, "otto": {403, 403}, "": {401, 401}, "key": {403, 403},
		} {
			as := node.Nobody()
			if caller == "key" {
				as = node.With("Bearer " + key)
			} else if caller != "" {
				as = node.As(caller)
			}
			may := func(a live.Answer, status int) {
				t.Helper()
				if want.write != 200 {
					status = want.write
				}
				a.Want(t, status)
			}
			as.Get(t, "%s/caption_files", lenses).Want(t, want.read)
			as.Get(t, "%s", captionPath(f.ID, "/download")).Want(t, want.read)
			may(as.Send(t, "POST", captionPath(f.ID, "/publish"), "", ""), 200)
			may(as.Send(t, "POST", captionPath(f.ID, "/unpublish"), "", ""), 200)
			may(as.Send(t, "POST", captionPath(f.ID, "/publish"), "", ""), 200)
			may(sendForm(t, as, "PUT", captionPath(f.ID, ""), goodVTT), 200)
			may(sendForm(t, as, "POST", lenses+"/caption_files?srclang=en", goodSRT), 201)
			may(as.Send(t, "POST", lenses+"/caption_file_requests", live.JSON, `{"srclang":"en","service_type":"human"}`), 201)
			other := addCaptions(t, node.As("tom"), lenses, "en", goodSRT)
			may(as.Send(t, "DELETE", captionPath(other.ID, ""), "", ""), 204)
		}

		// An archived media is its editors' alone, and a deleted one nobody's.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return errorOf(c.ArchiveMedia(ctx, lib.Media("lenses")))
		})
		node.As("eva").Get(t, "%s", captionPath(f.ID, "/download")).Want(t, 200)
		node.As("bob").Get(t, "%s", captionPath(f.ID, "/download")).Want(t, 403)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return errorOf(c.DeleteMedia(ctx, lib.Media("lenses")))
		})
		tom := node.As("tom")
		tom.Get(t, "%s/caption_files", lenses).Want(t, 404)
		tom.Get(t, "%s", captionPath(f.ID, "/download")).Want(t, 404)
		tom.Send(t, "POST", captionPath(f.ID, "/publish"), "", "").Want(t, 404)
		tom.Send(t, "POST", captionPath(f.ID, "/unpublish"), "", "").Want(t, 404)
		tom.Send(t, "DELETE", captionPath(f.ID, ""), "", "").Want(t, 404)
		sendForm(t, tom, "PUT", captionPath(f.ID, ""), goodVTT).Want(t, 404)
		sendForm(t, tom, "POST", lenses+"/caption_files?srclang=en", goodSRT).Want(t, 404)
		tom.Send(t, "POST", lenses+"/caption_file_requests", live.JSON, `{"srclang":"en","service_type":"human"}`).Want(t, 404)
	})
}

// What is wrong with a request is said before anything is looked up.
func TestCaptions_MalformedRequests(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		ada, lenses := node.As("ada"), mediaPath(node.Library, "lenses", "")
		node.Library.NewCaptionService(t, "Captions Ltd")
		for _, c := range []struct{ method, path string }{
			{"POST", lenses + "/caption_files"},
			{"POST", lenses + "/caption_file_requests"},
			{"POST", "/caption_files/1/publish"},
			{"POST", "/caption_files/1/unpublish"},
			{"PUT", "/caption_files/1"},
			{"PATCH", "/caption_file_requests/1"},
			{"PUT", "/captioning_service_types/human"},
		} {
			ada.Send(t, c.method, c.path, live.JSON, "{").Want(t, 400)
			ada.Send(t, c.method, c.path, live.JSON, strings.Repeat(" ", 6<<20)).Want(t, 413)
			ada.Send(t, c.method, c.path, "text/vtt", goodVTT).Want(t, 415)
			node.Nobody().Send(t, c.method, c.path, live.JSON, "{").Want(t, 401)
		}
		ada.Get(t, "/media/0/caption_files").Want(t, 422)
		ada.Get(t, "/caption_files/x/download").Want(t, 422)
		ada.Send(t, "POST", "/caption_files/0/publish", "", "").Want(t, 422)
		ada.Send(t, "POST", "/caption_files/0/unpublish", "", "").Want(t, 422)
		ada.Send(t, "DELETE", "/caption_files/0", "", "").Want(t, 422)
		sendForm(t, ada, "PUT", "/caption_files/0", goodSRT).Want(t, 422)
		sendForm(t, ada, "PUT", "/caption_files/1?srclang=_", goodSRT).Want(t, 422)
		ada.Get(t, "/caption_files?status=lost").Want(t, 422)
		ada.Get(t, "/caption_files?srclang=_").Want(t, 422)
		ada.Get(t, "/caption_files?per_page=51").Want(t, 422)
		ada.Get(t, "/caption_file_requests?status=lost").Want(t, 422)
		ada.Get(t, "/caption_file_requests?provider=upload").Want(t, 422)
		sendForm(t, ada, "PATCH", "/caption_file_requests/1", goodSRT, "status", "requested").Want(t, 422)
		sendForm(t, ada, "PATCH", "/caption_file_requests/1", "", "message", "hello").WantError(t, 400, "status is required")
		sendForm(t, ada, "PATCH", "/caption_file_requests/1", "", "status", "fulfilled").WantError(t, 400, "caption_file is required")
		sendForm(t, ada, "PATCH", "/caption_file_requests/1", "lost", "status", "fulfilled").WantError(t, 422, "line 1")
		ada.Send(t, "PUT", "/captioning_service_types/human", live.JSON, `{}`).WantError(t, 400, "is_asr is required")
		ada.Send(t, "PUT", "/captioning_service_types/human", live.JSON, `{"is_asr":true,"languages":["_"]}`).Want(t, 422)
		ada.Send(t, "DELETE", "/captioning_service_types/%00", "", "").Want(t, 422)
		ada.Send(t, "POST", lenses+"/caption_file_requests", live.JSON, `{"srclang":"_","service_type":"human"}`).Want(t, 422)
		ada.Send(t, "POST", lenses+"/caption_file_requests", live.JSON, `{"srclang":"en","service_type":"human"}`).
			WantError(t, 404, `no captioning service type "human"`)
	})
}

// inventory is the captions and the media of a page of the inventory, by id.
func inventory(t *testing.T, as live.Client, query string) (captions, lacking []int64) {
	t.Helper()
	got := live.Read[struct {
		Files []captionFile `json:"caption_files"`
		Media []media       `json:"media"`
		Meta  meta          `json:"meta"`
	}](t, as.Get(t, "/caption_files?%s", query))
	for _, f := range got.Files {
		captions = append(captions, f.ID)
	}
	for _, m := range got.Media {
		lacking = append(lacking, m.ID)
	}
	if int(got.Meta.TotalCount) != len(captions)+len(lacking) && !strings.Contains(query, "per_page") {
		t.Errorf("%s counts %d", query, got.Meta.TotalCount)
	}
	return captions, lacking
}

func TestCaptions_Inventory(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		lib, ada, tom := node.Library, node.As("ada"), node.As("tom")
		lenses, mirrors, prisms := int64(lib.Media("lenses")), int64(lib.Media("mirrors")), int64(lib.Media("prisms"))
		key := lib.NewCaptionService(t, "Captions Ltd")
		putType(t, node.With("Bearer "+key), "human", "").Want(t, 200)
		british := addCaptions(t, tom, mediaPath(lib, "lenses", ""), "en-GB", goodSRT).ID
		german := addCaptions(t, tom, mediaPath(lib, "lenses", ""), "de", goodSRT).ID
		addCaptions(t, tom, mediaPath(lib, "old", ""), "en", goodSRT) // is archived
		tom.Send(t, "POST", captionPath(german, "/unpublish"), "", "").Want(t, 200)
		request(t, tom, mediaPath(lib, "mirrors", ""), "en", "human")
		refused := request(t, tom, mediaPath(lib, "prisms", ""), "fr", "human")
		sendForm(t, ada, "PATCH", fmt.Sprintf("/caption_file_requests/%d", refused.ID), "", "status", "failed").Want(t, 202)
		all, _ := inventory(t, ada, "")
		if len(all) != 4 {
			t.Fatalf("the inventory has the captions %v", all)
		}
		failed, processing := all[0], all[1]
		for query, want := range map[string]struct{ captions, media []int64 }{
			"status=published":                            {[]int64{british}, nil},
			"status=unpublished":                          {[]int64{german}, nil},
			"status=processing":                           {[]int64{processing}, nil},
			"status=failed":                               {[]int64{failed}, nil},
			"srclang=en":                                  {[]int64{processing, british}, nil},
			"srclang=EN-gb":                               {[]int64{british}, nil},
			"srclang=en&status=failed":                    {nil, nil},
			"per_page=1&page=2":                           {[]int64{processing}, nil},
			"per_page=1&page=9":                           {nil, nil},
			"status=missing":                              {nil, []int64{prisms}},
			"status=missing&srclang=en":                   {nil, []int64{prisms}},
			"status=missing&srclang=en-US":                {nil, []int64{prisms, mirrors, lenses}},
			"status=missing&srclang=fr":                   {nil, []int64{prisms, mirrors, lenses}},
			"status=missing&srclang=fr&per_page=1&page=3": {nil, []int64{lenses}},
		} {
			captions, media := inventory(t, ada, query)
			if !slices.Equal(captions, want.captions) || !slices.Equal(media, want.media) {
				t.Errorf("%s finds the captions %v and the media %v, want %v", query, captions, media, want)
			}
		}
		// A sub-account admin finds what is in the courses of their sub-accounts.
		if captions, _ := inventory(t, node.As("sue"), ""); !slices.Equal(captions, []int64{german, british}) {
			t.Errorf("Sue finds the captions %v", captions)
		}
		if _, media := inventory(t, node.As("sue"), "status=missing&srclang=fr"); !slices.Equal(media, []int64{lenses}) {
			t.Errorf("Sue finds the media %v", media)
		}
		tom.Get(t, "/caption_files").Want(t, 403)
		node.With("Bearer "+key).Get(t, "/caption_files").Want(t, 403)
		node.Nobody().Get(t, "/caption_files").Want(t, 401)
	})
}
