package studioapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
)

func TestAuthorization(t *testing.T) {
	for header, good := range map[string]bool{
		"Bearer " + goodToken:                                      true,
		"bearer " + goodToken:                                      true,
		"  BEARER   " + goodToken + " ":                            true,
		`Bearer user_id="5", token="` + goodToken + `"`:            true,
		`Bearer token="` + goodToken + `", user_id="5"`:            true,
		`Bearer token="` + goodToken + `"`:                         true,
		`Bearer user_id=5,token=` + goodToken:                      true,
		`Bearer user_id="5",extra="x" , token="` + goodToken + `"`: true,
		"Bearer \t " + goodToken + "\t":                            true,
		"BeArEr TOKEN=" + goodToken + ", USER_ID=5":                true,
		`bearer User_Id = "5" , Token = "` + goodToken + `"`:       true,
		"Bearer user_id\t=\t5\t,\ttoken\t=\t" + goodToken:          true,
		`Bearer USER_ID = "5", TOKEN="` + goodToken + `"`:          true,
		`Bearer , token="` + goodToken + `",, ,user_id="5",`:       true,
		`Bearer realm="a, b=\"c\"", token="` + goodToken + `"`:     true,
		`Bearer user_id="\5", token="` + goodToken + `"`:           true,
		`Bearer token="` + goodToken + `", token="other"`:          false,
		`Bearer token="` + goodToken + `" user_id="5"`:             false,
		`Bearer token="` + goodToken:                               false,
		`Bearer token=` + goodToken + `"`:                          false,
		`Bearer token==` + goodToken:                               false,
		`Bearer user_id="5", "` + goodToken + `"`:                  false,
		`Bearer user_id=" 5", token="` + goodToken + `"`:           false,
		`Bearer user_id="6", token="` + goodToken + `"`:            false,
		`Bearer user_id="05", token="` + goodToken + `"`:           false,
		`Bearer user_id="ada", token="` + goodToken + `"`:          false,
		`Bearer user_id="5"`:                                       false,
		`Bearer user_id="5", token=""`:                             false,
		`Bearer user_id="5", token="other"`:                        false,
		"":                                                         false,
		"Bearer":                                                   false,
		"Bearer ":                                                  false,
		"Bearer other":                                             false,
		goodToken:                                                  false,
		"Basic " + goodToken:                                       false,
		"Bearer" + goodToken:                                       false,
		"Bearer " + goodToken + " x":                               false,
		"Bearer \x00":                                              false,
		"Bearer tökén":                                             false,
		"Bearer " + strings.Repeat("x", 100_000):                   false,
	} {
		t.Run(header, func(t *testing.T) {
			b := setup(t)
			r := httptest.NewRequest(http.MethodGet, BasePath+"/ping", nil)
			r.Header.Set("Authorization", header)
			w := b.send(r)
			if !good {
				wantFault(t, w, 401, "token")
				want := "Bearer"
				if len(header) > len("Bearer ") && strings.EqualFold(header[:len("Bearer ")], "Bearer ") {
					want += ` error="invalid_token"`
				}
				if got := w.Header().Get("WWW-Authenticate"); got != want {
					t.Errorf("WWW-Authenticate %q, want %q", got, want)
				}
				return
			}
			if w.Code != 200 || b.server.actor.Person() != library.UserID(5) {
				t.Errorf("%d %s, acts as %d", w.Code, w.Body, b.server.actor.Person())
			}
		})
	}
}
