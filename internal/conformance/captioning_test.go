package conformance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

func revokeService(t *testing.T, lib *live.Library, name string) {
	t.Helper()
	lib.Change(t, func(ctx context.Context, c *library.Change) error {
		_, err := c.RevokeCaptionService(ctx, name)
		return err
	})
}

// putType makes or changes a service type; languages is a list in JSON, or empty.
func putType(t *testing.T, as live.Client, key, languages string) live.Answer {
	t.Helper()
	body := `{"label":"By people","is_asr":false}`
	if languages != "" {
		body = `{"label":"By people","description":"Within a day","is_asr":false,"languages":` + languages + `}`
	}
	return as.Send(t, "PUT", "/captioning_service_types/"+key, live.JSON, body)
}

// request asks a service for captions of a media item.
func request(t *testing.T, as live.Client, media, srclang, serviceType string) captionRequest {
	t.Helper()
	body := fmt.Sprintf(`{"srclang":%q,"service_type":%q}`, srclang, serviceType)
	answer := as.Send(t, "POST", media+"/caption_file_requests", live.JSON, body)
	return decode[struct {
		Request captionRequest `json:"caption_file_request"`
	}](t, answer, 201).Request
}

// requests is the ids and statuses of those that someone sees.
func requests(t *testing.T, as live.Client, query string) []string {
	t.Helper()
	got := live.Read[struct {
		Requests []captionRequest `json:"caption_file_requests"`
	}](t, as.Get(t, "/caption_file_requests?%s", query))
	shown := make([]string, len(got.Requests))
	for i, r := range got.Requests {
		shown[i] = fmt.Sprintf("%d %s", r.ID, r.Status)
	}
	return shown
}

func typeKeys(t *testing.T, as live.Client) (keys []string) {
	t.Helper()
	got := live.Read[struct {
		Types []struct{ Key string } `json:"captioning_service_types"`
	}](t, as.Get(t, "/captioning_service_types"))
	for _, s := range got.Types {
		keys = append(keys, s.Key)
	}
	return keys
}

// A request from the wish to the captions under the film.
func TestCaptioning_RequestToCaptions(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		lib, eva, bob := node.Library, node.As("eva"), node.As("bob")
		lenses := mediaPath(lib, "lenses", "")
		service := node.With("Bearer " + lib.NewCaptionService(t, "Captions Ltd"))
		putType(t, service, "human", `["en","de-at"]`).Want(t, 200)

		eva.Send(t, "POST", lenses+"/caption_file_requests", live.JSON, `{"srclang":"fr","service_type":"human"}`).
			WantError(t, 422, "is not supported by")
		made := request(t, eva, lenses, "en-GB", "human")
		wantJSON(t, service.Get(t, "/caption_file_requests?provider=professional&status=requested"), fmt.Sprintf(
			`{"caption_file_requests":[{"id":%d,"media_id":%d,"srclang":"en-GB","service_type":"human","status":"requested",
			"created_at":"2026-01-05T09:00:00Z"}]}`, made.ID, lib.Media("lenses")))

		path := fmt.Sprintf("/caption_file_requests/%d", made.ID)
		list := live.Read[struct {
			Files []captionFile `json:"caption_files"`
		}](t, eva.Get(t, "%s/caption_files", lenses)).Files
		if len(list) != 1 || list[0].Status != "processing" || list[0].Provider != "professional" || list[0].URL != nil {
			t.Fatalf("while they are made, the captions are %+v", list)
		}
		id := list[0].ID
		eva.Get(t, "%s", captionPath(id, "/download")).WantError(t, 404, "it is processing")
		bob.Get(t, "%s", captionPath(id, "/download")).Want(t, 403)
		eva.Send(t, "POST", captionPath(id, "/publish"), "", "").Want(t, 422)
		eva.Send(t, "POST", captionPath(id, "/unpublish"), "", "").Want(t, 422)
		eva.Send(t, "DELETE", captionPath(id, ""), "", "").Want(t, 422)
		sendForm(t, eva, "PUT", captionPath(id, ""), goodSRT).Want(t, 422)

		for range 2 {
			a := sendForm(t, service, "PATCH", path, "", "status", "processing", "message", "Soon").Want(t, 202)
			if len(a.Body) != 0 || a.Header.Get("Content-Type") != "" {
				t.Errorf("answers %q, %q", a.Header.Get("Content-Type"), a.Body)
			}
		}
		late := "1\n00:00:01,000 --> 00:05:00,000\nGood morning.\n"
		sendForm(t, service, "PATCH", path, late, "status", "fulfilled").WantError(t, 422, "line 2")
		sendForm(t, service, "PATCH", path, goodSRT, "status", "fulfilled").Want(t, 202)
		for _, again := range []string{"fulfilled", "failed", "processing"} {
			sendForm(t, service, "PATCH", path, goodSRT, "status", again).WantError(t, 400, "is closed")
		}
		if got := requests(t, service, "status=fulfilled"); !slices.Equal(got, []string{fmt.Sprintf("%d fulfilled", made.ID)}) {
			t.Errorf("fulfilled are %v", got)
		}
		if got := captionIDs(t, bob, lenses); !slices.Equal(got, []string{fmt.Sprintf("%d published", id)}) {
			t.Errorf("Bob sees %v", got)
		}
		if got := bob.Get(t, "%s", captionPath(id, "/download")).Want(t, 200); string(got.Body) != goodSRT {
			t.Errorf("the captions are %q", got.Body)
		}
		eva.Send(t, "DELETE", captionPath(id, ""), "", "").Want(t, 204)
		if got := requests(t, service, ""); len(got) != 1 {
			t.Errorf("without its captions, the request is gone: %v", got)
		}

		// One that fails leaves captions behind that say so, and can be deleted.
		failed := request(t, eva, lenses, "de-AT", "human")
		sendForm(t, service, "PATCH", fmt.Sprintf("/caption_file_requests/%d", failed.ID), "", "status", "failed", "message", "No sound").Want(t, 202)
		sendForm(t, service, "PATCH", fmt.Sprintf("/caption_file_requests/%d", failed.ID), goodSRT, "status", "fulfilled").Want(t, 400)
		left := captionIDs(t, eva, lenses)
		if len(left) != 1 || left[0] != fmt.Sprintf("%d failed", id+1) || len(captionIDs(t, bob, lenses)) != 0 {
			t.Errorf("of the failed one is left %v", left)
		}
		eva.Send(t, "DELETE", captionPath(id+1, ""), "", "").Want(t, 204)
	})
}

// Each service sees and answers what was asked of it, and changes what it offers.
func TestCaptioning_ServicesAreApart(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		lib, ada, tom := node.Library, node.As("ada"), node.As("tom")
		mirrors := mediaPath(lib, "mirrors", "")
		one, two := node.With("Bearer "+lib.NewCaptionService(t, "One")), node.With("Bearer "+lib.NewCaptionService(t, "Two"))
		putType(t, one, "of-one", "").Want(t, 200)
		putType(t, two, "of-two", "").Want(t, 200)
		putType(t, ada, "of-ada", "").Want(t, 200)
		toOne, toTwo, toAda := request(t, tom, mirrors, "en", "of-one"), request(t, tom, mirrors, "en", "of-two"), request(t, tom, mirrors, "en", "of-ada")
		name := func(r captionRequest) string { return fmt.Sprintf("%d requested", r.ID) }
		path := func(r captionRequest) string { return fmt.Sprintf("/caption_file_requests/%d", r.ID) }
		for _, c := range []struct {
			as   live.Client
			want []string
		}{{one, []string{name(toOne)}}, {two, []string{name(toTwo)}}, {ada, []string{name(toAda), name(toTwo), name(toOne)}}} {
			if got := requests(t, c.as, ""); !slices.Equal(got, c.want) {
				t.Errorf("sees %v, want %v", got, c.want)
			}
		}
		for _, of := range []captionRequest{toTwo, toAda} {
			sendForm(t, one, "PATCH", path(of), goodSRT, "status", "fulfilled").Want(t, 403)
		}
		for _, key := range []string{"of-two", "of-ada"} {
			putType(t, one, key, "").Want(t, 403)
			one.Send(t, "DELETE", "/captioning_service_types/"+key, "", "").Want(t, 403)
		}
		sendForm(t, one, "PATCH", "/caption_file_requests/99", goodSRT, "status", "fulfilled").Want(t, 404)
		one.Send(t, "DELETE", "/captioning_service_types/nothing", "", "").Want(t, 404)

		// An admin may all of it, and what they change stays the service's.
		wantJSON(t, putType(t, ada, "of-one", `["pt-br"]`), fmt.Sprintf(`{"captioning_service_type":{"id":%d,"key":"of-one",
			"label":"By people","description":"Within a day","is_asr":false,"languages":["pt-BR"]}}`, 1))
		putType(t, one, "of-one", "").Want(t, 200)
		sendForm(t, ada, "PATCH", path(toTwo), goodSRT, "status", "fulfilled").Want(t, 202)
		sendForm(t, ada, "PATCH", path(toAda), "", "status", "failed").Want(t, 202)

		// A request outlives its type.
		one.Send(t, "DELETE", "/captioning_service_types/of-one", "", "").Want(t, 204)
		if got := typeKeys(t, one); !slices.Equal(got, []string{"of-ada", "of-two"}) {
			t.Errorf("there are the types %v", got)
		}
		sendForm(t, one, "PATCH", path(toOne), goodSRT, "status", "fulfilled").Want(t, 202)

		for _, key := range []string{"of-two", "of-ada"} {
			ada.Send(t, "DELETE", "/captioning_service_types/"+key, "", "").Want(t, 204)
		}
		if got := typeKeys(t, ada); len(got) != 0 {
			t.Errorf("there are the types %v", got)
		}
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return errorOf(c.DeleteMedia(ctx, lib.Media("mirrors")))
		})
		if got := requests(t, ada, ""); len(got) != 0 {
			t.Errorf("for a deleted media there are the requests %v", got)
		}
		sendForm(t, ada, "PATCH", path(toOne), goodSRT, "status", "failed").Want(t, 404)
	})
}

// A key opens the calls of a captioning service and no others; and nothing on any node
// once it is revoked.
func TestCaptioning_Key(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		lib, ada := node.Library, node.As("ada")
		ada.Get(t, "/captioning_service_types").WantError(t, 404, "no active captioning service")
		putType(t, ada, "human", "").Want(t, 404)
		ada.Send(t, "DELETE", "/captioning_service_types/human", "", "").Want(t, 404)

		key := lib.NewCaptionService(t, "Captions Ltd")
		nodes := []*live.Node{node, lib.Serve(t)}
		for _, n := range nodes {
			with := n.With("Bearer " + key)
			with.Get(t, "/captioning_service_types").Want(t, 200)
			with.Get(t, "/caption_file_requests").Want(t, 200)
			putType(t, with, "human", "").Want(t, 200)
			for _, path := range []string{
				lib.UserPath("tom", ""), lib.UserPath("tom", "/media"), "/users/search?role=Admin", "/users/0",
				mediaPath(lib, "lenses", "/caption_files"),
			} {
				if a := with.Get(t, "%s", path); a.Status != 403 && a.Status != 422 {
					t.Errorf("the key opens %s: %d", path, a.Status)
				}
			}
			n.With(`Bearer user_id="7", token="`+key+`"`).Get(t, "/captioning_service_types").Want(t, 401)
		}
		request(t, node.As("tom"), mediaPath(lib, "mirrors", ""), "en", "human")

		revokeService(t, lib, "Captions Ltd")
		for _, n := range nodes {
			with := n.With("Bearer " + key)
			with.Get(t, "/captioning_service_types").Want(t, 401)
			with.Get(t, "/caption_file_requests").Want(t, 401)
			putType(t, with, "human", "").Want(t, 401)
			with.Send(t, "DELETE", "/captioning_service_types/human", "", "").Want(t, 401)
		}
		ada.Get(t, "/captioning_service_types").Want(t, 404)
		lib.NewCaptionService(t, "Others")
		if got := typeKeys(t, ada); len(got) != 0 {
			t.Errorf("of a revoked service are offered %v", got)
		}
		node.As("tom").Send(t, "POST", mediaPath(lib, "mirrors", "/caption_file_requests"), live.JSON,
			`{"srclang":"en","service_type":"human"}`).Want(t, 404)

		// With a new key, all that it had is there again.
		renewed := node.With("Bearer " + lib.NewCaptionService(t, "Captions Ltd"))
		if got := typeKeys(t, renewed); !slices.Equal(got, []string{"human"}) {
			t.Errorf("after a new key, there are the types %v", got)
		}
		if got := requests(t, renewed, ""); len(got) != 1 {
			t.Errorf("after a new key, there are the requests %v", got)
		}
		node.With("Bearer "+key).Get(t, "/captioning_service_types").Want(t, 401)

		for _, caller := range []string{"sue", "tom", "bob"} {
			as := node.As(caller)
			as.Get(t, "/captioning_service_types").Want(t, 403)
			as.Get(t, "/caption_file_requests").Want(t, 403)
			putType(t, as, "mine", "").Want(t, 403)
			as.Send(t, "DELETE", "/captioning_service_types/human", "", "").Want(t, 403)
			sendForm(t, as, "PATCH", "/caption_file_requests/1", goodSRT, "status", "fulfilled").Want(t, 403)
		}
	})
}

// A captioning service's key opens its own calls and ping, and nothing else, whatever
// the caller asks for.
func TestCaptioning_KeyOpensNothingElse(t *testing.T) {
	onEach(t, captioned, func(t *testing.T, node *live.Node) {
		lib := node.Library
		service := node.With("Bearer " + lib.NewCaptionService(t, "Captions Ltd"))
		service.Get(t, "/ping").Want(t, 200)
		for _, path := range []string{"/collections", "/media/search", mediaPath(lib, "lenses", ""), "/media/9223372036854775807"} {
			service.Get(t, "%s", path).WantError(t, 403, "a captioning service's key is not valid here")
		}
		service.Get(t, "/collections?page=0").Want(t, 422)
	})
}
