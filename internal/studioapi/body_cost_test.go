package studioapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/front"
)

// filled is a body of a megabyte: a beginning, an item as often as it fits, and an end.
func filled(head, item, tail string) string {
	n := (front.MaxBody - len(head) - len(tail)) / len(item)
	return head + strings.Repeat(item, n) + tail
}

// A megabyte costs what reading its bytes costs, whatever it is made of. Time on a shared
// machine says little, so this counts what took the time: allocations, of which there was
// one or more for each value.
func TestBody_CostsLittleWhateverItIsMadeOf(t *testing.T) {
	const roles, views = "/users/roles", "/perspectives/{id}/views"
	interval := `{"start":1.25,"end":2.5},`
	fullReport := `{"client_id":"x","views":[` + strings.Repeat(`{"sequence":1,"intervals":[`+
		strings.Repeat(interval, 99)+`{"start":1,"end":2}]},`, 99) + `{"sequence":1,"intervals":[]}]}`
	fullRoles := `{"roles":[` + strings.Repeat(`{"user_id":1,"role":"Student","action":"add"},`, 999) +
		`{"user_id":1,"role":"Student","action":"add"}]}`
	for _, c := range []struct {
		name, path, contentType, body string
		status                        int
		most                          float64 // allocations
	}{
		{"numbers", roles, asJSON, filled(`{"roles":[`, "0,", "0]}"), 400, 500},
		{"numbers elsewhere", roles, asJSON, filled(`{"a":[`, "0,", "0]}"), 400, 500},
		{"empty texts", roles, asJSON, filled(`{"roles":[`, `"",`, "0]}"), 400, 500},
		{"empty lists", roles, asJSON, filled(`{"roles":[`, "[],", "0]}"), 400, 500},
		{"small objects", roles, asJSON, filled(`{"roles":[`, `{"":0},`, "0]}"), 400, 500},
		{"deep lists", roles, asJSON, filled(`{"roles":[`, strings.Repeat("[", 28)+strings.Repeat("]", 28)+",", "0]}"), 400, 500},
		{"deeper lists", roles, asJSON, strings.Repeat("[", front.MaxBody), 400, 500},
		{"keys", roles, asJSON, objectOfKeys(100_000), 400, 2000},
		{"inner keys", roles, asJSON, `{"roles":[` + objectOfKeys(100_000) + `]}`, 400, 2000},
		{"objects of many keys", roles, asJSON, filled(`{"roles":[`, objectOfKeys(maxJSONKeys)+",", "0]}"), 400, 40_000},
		{"one key again and again", roles, asJSON, filled(`{`, `"a":0,`, `"a":0}`), 400, 500},
		{"one text", roles, asJSON, filled(`{"roles":"`, "x", `"}`), 422, 500},
		{"escapes", roles, asJSON, filled(`{"roles":["`, `\u0041`, `"]}`), 422, 500},
		{"an escaped key", roles, asJSON, filled(`{"`, `\u0041`, `":0}`), 400, 500},
		{"a long number", roles, asJSON, filled(`{"roles":[{"user_id":`, "9", "}]}"), 422, 500},
		{"white space", roles, asJSON, filled("", " ", "{}"), 400, 500},
		{"a form", roles, asForm, filled("", "a=b&", "roles=[]"), 400, 500},
		{"empty fields", roles, asForm, filled("", "&", "roles=[]"), 400, 500},
		{"numbers in a form", roles, asForm, filled("roles=[", "0,", "0]"), 422, 500},
		{"multipart", roles, asMultipart, manyParts(18_000), 400, 20_000},
		{"all roles that fit", roles, asJSON, fullRoles, 200, 10_000},
		{"all views that fit", views, asJSON, fullReport, 204, 40_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			if len(c.body) > front.MaxBody*11/10 {
				t.Fatalf("a body of %d bytes is not read", len(c.body))
			}
			b := setup(t)
			status := 0
			allocations := testing.AllocsPerRun(1, func() {
				r := httptest.NewRequest(http.MethodPost, BasePath+strings.Replace(c.path, "{id}", uuid.NewString(), 1), strings.NewReader(c.body))
				r.Header.Set("Authorization", "Bearer "+goodToken)
				r.Header.Set("Content-Type", c.contentType)
				status = b.send(r).Code
			})
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			if allocations > c.most {
				t.Errorf("%.0f allocations for %d bytes, want at most %.0f", allocations, len(c.body), c.most)
			}
			t.Logf("%d allocations", int(allocations))
		})
	}
}
