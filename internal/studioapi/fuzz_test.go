package studioapi

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Strangers' bytes, reader by reader. Whatever they send, the answer is one that the
// contract knows, never a 500, and what reaches the library is within its limits.
// The corpus stands in testdata/fuzz.

func FuzzBindQuery(f *testing.F) {
	b := setup(f)
	for _, query := range []string{
		"", "page=1&per_page=50", "page=9223372036854775807", "page=0", "page=%zz", "page=&page", "a;b&%=%&page=2",
		"role=Subaccount+admin&email=ada%40school.test", "email=a@b@c", "email=%00@x", "role=%FF",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := authorized("GET", BasePath+"/users/search", "")
		r.URL.RawQuery = query
		w := b.send(r)
		knownAnswer(t, w, 200, 400, 422)
		if w.Code != 200 {
			return
		}
		in, _ := b.server.input.(SearchUsersInput)
		if in.Page < 1 || in.PerPage < 1 || in.PerPage > 50 || in.Role == nil && in.Email == nil {
			t.Errorf("%q is taken as %+v", query, in)
		}
		if in.Email != nil && (len(*in.Email) > 254 || strings.Count(*in.Email, "@") != 1 || strings.ContainsAny(*in.Email, " \x00\n")) {
			t.Errorf("%q is taken as the e-mail %q", query, *in.Email)
		}
	})
}

func FuzzPath(f *testing.F) {
	b := setup(f)
	for _, path := range []string{"/users/7/media", "//users///7//", "/users/../7", "/users/%2e%2e", "/users/%2F", "/ping/", "*", ""} {
		f.Add("GET", path)
		f.Add("PUT", path)
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		r := authorized("GET", "/", "")
		r.Method = method
		if unescaped, err := http.NewRequest(http.MethodGet, "http://x"+BasePath+path, nil); err == nil {
			r.URL = unescaped.URL
		} else {
			r.URL.Path = path
		}
		w := b.send(r)
		knownAnswer(t, w, 200, 400, 404, 405, 422)
		if location := w.Header().Get("Location"); location != "" {
			t.Errorf("%s %q redirects to %s", method, path, location)
		}
	})
}

func FuzzJSONBody(f *testing.F) {
	b := setup(f)
	for _, body := range []string{
		oneChange, "", "{", "null", "[]", `{"roles":[]}`, `{"roles":null,"roles":1}`, `{"roles":[{"user_id":1e9}]}`,
		`{"roles":[{"user_id":7,"role":"Admin","action":"remove"},{"user_id":9223372036854775808}]}`,
		strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "{\"a\":\"\xff\"}", `{"roles":"[{}]"}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		w := b.ask("POST", BasePath+"/users/roles", asJSON, body)
		knownAnswer(t, w, 200, 400, 413, 422)
		if w.Code == 200 {
			checkRoleChanges(t, b)
			if !json.Valid([]byte(body)) {
				t.Errorf("%q is no JSON and was taken", body)
			}
		}
	})
}

func FuzzFormBody(f *testing.F) {
	b := setup(f)
	const list = `[{"user_id":7,"role":"Teacher","action":"add"}]`
	f.Add(asForm, "roles=%5B%7B%22user_id%22%3A7%7D%5D&x")
	f.Add(asForm, "roles=%5B%5D;&&=&%zz=1")
	f.Add(asMultipart, part("roles", list))
	f.Add(asMultipart, part("roles", list)[:70])
	f.Add("multipart/form-data", part("roles", list))
	f.Add("multipart/form-data; boundary=\"\"", "----\r\n\r\n")
	f.Add("text/plain; charset=\"", list)
	f.Fuzz(func(t *testing.T, contentType, body string) {
		w := b.ask("POST", BasePath+"/users/roles", contentType, body)
		knownAnswer(t, w, 200, 400, 413, 415, 422)
		if w.Code == 200 {
			checkRoleChanges(t, b)
		}
	})
}

func FuzzAuthorization(f *testing.F) {
	b := setup(f)
	for _, header := range []string{
		"Bearer " + goodToken, `Bearer user_id="5", token="` + goodToken + `"`, `Bearer user_id=5`, "Bearer", "Basic x",
		`Bearer token="`, `Bearer token=,token=""`, "Bearer \x00", "bearer\t" + goodToken,
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := authorized("GET", BasePath+"/ping", "")
		r.Header.Set("Authorization", header)
		w := b.send(r)
		knownAnswer(t, w, 200, 401)
		if w.Code == 200 && !strings.Contains(header, goodToken) {
			t.Errorf("%q opens the door", header)
		}
	})
}

func authorized(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+goodToken)
	return r
}

// knownAnswer checks that an answer has one of these statuses, and the contract's body
// where it is a failure.
func knownAnswer(t *testing.T, w *httptest.ResponseRecorder, statuses ...int) {
	t.Helper()
	for _, status := range statuses {
		if w.Code != status {
			continue
		}
		if status != http.StatusOK {
			wantFault(t, w, status, "")
		}
		return
	}
	t.Errorf("status %d: %s", w.Code, w.Body)
}

// checkRoleChanges checks that the role update that was taken is within the limits.
func checkRoleChanges(t *testing.T, b *bundle) {
	t.Helper()
	in, _ := b.server.input.(UpdateUserRolesInput)
	if len(in.Roles) < 1 || len(in.Roles) > 1000 {
		t.Errorf("%d changes are taken", len(in.Roles))
	}
	for _, change := range in.Roles {
		if change.UserID < 1 || change.Role == "" || change.Action != "add" && change.Action != "remove" {
			t.Errorf("%+v is taken", change)
		}
	}
}
