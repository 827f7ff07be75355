package live

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// A check that lets everything pass looks like a server without faults. So here are
// answers that the contract does not allow, and what is said of each.
func TestAnswer_CheckRefusesWhatTheContractDoesNotAllow(t *testing.T) {
	lib := Open(t, "sqlite:"+filepath.Join(t.TempDir(), "library.db"))
	lib.Load(t, `{"users":[{"key":"ada","full_name":"Ada Byron"}]}`)
	ada := lib.Serve(t).As("ada")
	const users, roles = BasePath + "/users/1", BasePath + "/users/roles"
	good := ada.Send(t, http.MethodGet, lib.UserPath("ada", ""), "", "")
	bad := ada.Send(t, http.MethodGet, "/users/0", "", "")

	for _, c := range []struct {
		name         string
		of           Answer
		method, path string
		spoil        func(a *Answer)
		want         string // empty: it is allowed
	}{
		{"a good answer", good, "GET", users, func(*Answer) {}, ""},
		{"a good error", bad, "GET", users, func(*Answer) {}, ""},
		{"no request id", good, "GET", users, func(a *Answer) { a.Header.Del("X-Request-Id") }, "X-Request-Id"},
		{"no length", good, "GET", users, func(a *Answer) { a.length = -1 }, "Content-Length is -1"},
		{"a status of another operation", bad, "GET", users, func(a *Answer) { a.Status = 413 }, "status is not supported"},
		{"a fault of the server", bad, "GET", users, func(a *Answer) { a.Status = 500 }, "status is not supported"},
		{"no such operation", good, "GET", BasePath + "/nothing", func(*Answer) {}, "no such operation"},
		{"a type of its own", good, "GET", users, func(a *Answer) { a.Header.Set("Content-Type", "text/html") }, "text/html"},
		{"a key too few", good, "GET", users, replace(`"email":null,`, ""), `property "email" is missing`},
		{"a wrong type", good, "GET", users, replace(`"Ada Byron"`, "5"), "value must be a string"},
		{"an unknown name", good, "GET", users, replace("Student", "Janitor"), "not one of the allowed values"},
		{"a null", good, "GET", users, replace(`["Student"]`, "null"), "Value is not nullable"},
		{"an error without a sentence", bad, "GET", users, replace(string(bad.Body), `{"error":""}`), "no sentence"},
		{"an error of text", bad, "GET", users, replace(string(bad.Body), "Not Found"), "no sentence"},
		{"a stack", bad, "GET", users, replace("user_id", `goroutine 1 [running]:\n`), "no sentence"},
		{"a type without charset", bad, "GET", users, func(a *Answer) { a.Header.Set("Content-Type", JSON) }, "Content-Type"},
		{"401 that names no scheme", bad, "GET", users, func(a *Answer) { a.Status = 401 }, "WWW-Authenticate"},
		{"405 that names no method", bad, "DELETE", users, func(a *Answer) { a.Status = 405 }, "Allow"},
		{"404 of an unknown path", bad, "GET", "/nowhere", func(a *Answer) { a.Status = 404 }, ""},
		{"422 of an unknown path", bad, "GET", "/nowhere", func(*Answer) {}, "no such operation"},
		{"a list where a list belongs", good, "POST", roles, replace(`{"user":{`, `{"users":[{`, `}}`, `}]}`), ""},
		{"a thing where a list belongs", good, "POST", roles, func(*Answer) {}, `property "users" is missing`},
	} {
		a := c.of
		a.Header = c.of.Header.Clone()
		c.spoil(&a)
		if a.length >= 0 {
			a.length = int64(len(a.Body))
		}
		report := &complaints{TB: t}
		a.check(report, c.method, c.path)
		if c.want == "" && report.said != "" || !strings.Contains(report.said, c.want) {
			t.Errorf("%s: the check says %q, want %q", c.name, report.said, c.want)
		}
	}
}

// replace changes a body.
func replace(oldnew ...string) func(*Answer) {
	return func(a *Answer) { a.Body = []byte(strings.NewReplacer(oldnew...).Replace(string(a.Body))) }
}

// complaints is a test that notes what it fails of.
type complaints struct {
	testing.TB
	said string
}

func (c *complaints) Errorf(format string, args ...any) { c.said += fmt.Sprintf(format, args...) }
