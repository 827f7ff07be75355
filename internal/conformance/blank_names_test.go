package conformance

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// unseen are texts in which there is nothing to see.
var unseen = []string{"\u200b", "\u00ad\u2060", "\u3164", "\u2800", "\ufe0f", "\u202e \u202c", "\u0301", "\U000e0041", "\u0085\u2028"}

// Whatever is named, its name must have something to see.
func TestNames_HaveSomethingToSee(t *testing.T) {
	const text = `{"users":[{"key":"ada","full_name":"Ada","roles":["Admin"]}],
	 "media":[{"key":"m","owner":"ada","title":"Optics"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		ada := node.As("ada")
		media := node.Library.Media("m")
		for _, name := range unseen {
			quoted, err := json.Marshal(name)
			if err != nil {
				t.Fatal(err)
			}
			for path, key := range map[string]string{
				"/collections": "name", fmt.Sprintf("/media/%d/tags", media): "name", "/media/uploads/1/complete": "title",
			} {
				body := fmt.Sprintf(`{%q:%s}`, key, quoted)
				ada.Send(t, "POST", path, "application/json", body).WantError(t, 422, key+" must not be blank")
			}
		}
		for _, name := range []string{"Opti\u00adcs", "👩\u200d💻", "می\u200cخواهم", "e\u0301"} {
			quoted, err := json.Marshal(name)
			if err != nil {
				t.Fatal(err)
			}
			ada.Send(t, "POST", "/collections", "application/json", fmt.Sprintf(`{"name":%s}`, quoted)).Want(t, 201)
		}
	})
}

// What is searched for may be anything. A term of which nothing is left finds nothing.
func TestMediaSearch_ForNothingToSee(t *testing.T) {
	const text = `{"users":[{"key":"ada","full_name":"Ada","roles":["Admin"]},{"key":"tom","full_name":"Tom"}],
	 "media":[{"key":"soft","owner":"tom","title":"Opti\u00adcs","tags":["Straße","İstanbul","cafe\u0301"]},
	  {"key":"hard","owner":"tom","title":"Optics","tags":["STRASSE","istanbul","CAFÉ"]},{"key":"other","owner":"tom","title":"Waves"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		for _, caller := range []string{"ada", "tom"} {
			for _, term := range unseen {
				if term == "\u0085\u2028" { // spaces, which are no term
					node.As(caller).Get(t, "/media/search?title=%s", url.QueryEscape(term)).WantError(t, 422, "title must not be blank")
					continue
				}
				for _, parameter := range []string{"title", "tag"} {
					if parameter == "title" && term == "\u2800" {
						continue // a symbol, which no title here has either
					}
					wantMedia(t, node.As(caller), node.Library, parameter+"="+url.QueryEscape(term))
				}
			}
			for query, want := range map[string][]string{
				"title=optics": {"soft", "hard"}, "title=OPTI%C2%ADCS": {"soft", "hard"}, "title=%E2%80%8Bwaves": {"other"},
				"tag=stra%C3%9Fe": {"soft"}, "tag=strasse": {"hard"}, "tag=STRA%E1%BA%9EE": {"soft"},
				"tag=%C4%B0STANBUL": {"soft"}, "tag=ISTANBUL": {"hard"}, "tag=I%CC%87stanbul": {"soft"},
				"tag=caf%C3%A9": {"soft", "hard"}, "tag=CAFE%CC%81": {"soft", "hard"},
			} {
				wantMedia(t, node.As(caller), node.Library, query, want...)
			}
		}
	})
}

// People are found by their addresses however those are written, and by nobody else's.
func TestUsersSearch_ByEmailHoweverItIsWritten(t *testing.T) {
	const text = `{"users":[{"key":"ada","full_name":"Ada","roles":["Admin"]},
	 {"key":"zoe","full_name":"Zoë","email":"zoë@schüle.test"},{"key":"fass","full_name":"F","email":"fass@school.test"},
	 {"key":"faß","full_name":"F","email":"faß@school.test"},{"key":"sue","full_name":"S","email":"sue@school.test"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		for email, key := range map[string]string{
			"zoë@schüle.test": "zoe", "ZOE\u0308@SCHU\u0308LE.TEST": "zoe", "zoë@xn--schle-mva.test": "zoe", "zoe@schüle.test": "",
			"FASS@school.test": "fass", "FAß@SCHOOL.test": "faß", "ſue@school.test": "", "SUE@ｓchool.test": "sue",
		} {
			got := live.Read[struct {
				Users []struct{ ID int64 }
			}](t, node.As("ada").Get(t, "/users/search?email=%s", url.QueryEscape(email)))
			if (len(got.Users) == 1) != (key != "") || key != "" && got.Users[0].ID != int64(node.Library.User(key)) {
				t.Errorf("by %q are found %v, want %q", email, got.Users, key)
			}
		}
		for _, email := range []string{"zo\u200bë@schüle.test", "sue@school\u00ad.test", "\u202esue@school.test", "s\u3164@x", "s\ufe0f@x"} {
			for _, path := range []string{"/users/search?email=", "/media/search?owner="} {
				node.As("ada").Get(t, "%s%s", path, url.QueryEscape(email)).WantError(t, 422, "must be a whole e-mail address")
			}
		}
	})
}
