package studioapi

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/front"
)

const (
	asJSON      = "application/json"
	asForm      = "application/x-www-form-urlencoded"
	asMultipart = "multipart/form-data; boundary=b"
)

// part is a multipart body with one field.
func part(name, text string) string {
	return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n--b--\r\n"
}

// The same parameters come in the query, as JSON and in both kinds of forms. Where one
// comes twice, the body wins.
func TestBody_ParametersComeFromEverywhere(t *testing.T) {
	const list, otherList = `[{"user_id":7,"role":"Teacher","action":"add"}]`, `[{"user_id":8,"role":"Admin","action":"remove"}]`
	want := UpdateUserRolesInput{Roles: []RoleChange{{UserID: 7, Role: "Teacher", Action: "add"}}}
	inQuery := func(list string) string { return "?roles=" + url.QueryEscape(list) }
	for _, c := range []struct{ name, query, contentType, body string }{
		{"query", inQuery(list), "", ""},
		{"first in the query", inQuery(list) + "&roles=x", "", ""},
		{"query with an empty body", inQuery(list), asJSON, ""},
		{"query beside other JSON", inQuery(list), asJSON, `{"other":1}`},
		{"query beside null", inQuery(list), asJSON, `{"roles":null}`},
		{"JSON", "", asJSON, `{"roles":` + list + `}`},
		{"JSON with a charset's other name", "", "application/json;charset=utf8", `{"roles":` + list + `}`},
		{"JSON with a charset", "", "Application/JSON; charset=UTF-8", `{"roles":` + list + `}`},
		{"JSON after a byte order mark", "", asJSON, "\ufeff" + `{"roles":` + list + `}`},
		{"JSON wins", inQuery(otherList), asJSON, `{"roles":` + list + `}`},
		{"form", "", asForm, "roles=" + url.QueryEscape(list)},
		{"form wins", inQuery(otherList), asForm, "roles=" + url.QueryEscape(list)},
		{"first in the form", "", asForm, "x=1&roles=" + url.QueryEscape(list) + "&roles=x"},
		{"multipart", "", asMultipart, part("roles", list)},
		{"multipart wins", inQuery(otherList), asMultipart, part("roles", list)},
		{"first in multipart", "", asMultipart, strings.TrimSuffix(part("roles", list), "--b--\r\n") + part("roles", "x")},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := setup(t)
			w := b.ask("POST", BasePath+"/users/roles"+c.query, c.contentType, c.body)
			if w.Code != 200 || !reflect.DeepEqual(b.server.input, want) {
				t.Errorf("%d %s, input %v", w.Code, w.Body, b.server.input)
			}
		})
	}
}

func TestBody_Faults(t *testing.T) {
	deep := func(n int) string { return `{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + "}" }
	for _, c := range []struct {
		name, contentType, body string
		status                  int
		sentence                string
	}{
		{"no body", asJSON, "", 400, "roles is required"},
		{"no type", "", oneChange, 415, "needs a Content-Type"},
		{"plain text", "text/plain", oneChange, 415, "not text/plain"},
		{"XML", "application/xml", "<roles/>", 415, "not application/xml"},
		{"no media type", "json", "{}", 415, "not json"},
		{"a broken type", "application/json; charset", "{}", 415, "needs a Content-Type"},
		{"Latin 1", "application/json; charset=iso-8859-1", "{}", 415, "must be UTF-8"},
		{"JSON sent as a form", asForm, oneChange, 400, "roles is required"},
		{"cut off", asJSON, oneChange[:20], 400, "it is not JSON"},
		{"blank", asJSON, " \n", 400, "it is not JSON"},
		{"only a byte order mark", asJSON, "\ufeff", 400, "it is not JSON"},
		{"two byte order marks", asJSON, "\ufeff\ufeff{}", 400, "it is not JSON"},
		{"two values", asJSON, "{}{}", 400, "it is not JSON"},
		{"a comma too many", asJSON, `{"roles":[],}`, 400, "it is not JSON"},
		{"a list", asJSON, "[]", 400, "it must be a JSON object"},
		{"null", asJSON, "null", 400, "it must be a JSON object"},
		{"a number", asJSON, "1", 400, "it must be a JSON object"},
		{"no UTF-8", asJSON, "{\"a\":\"\xff\"}", 400, "it is not UTF-8"},
		{"a key twice", asJSON, `{"roles":[],"roles":[]}`, 400, `the key "roles" appears twice`},
		{"a key twice, escaped", asJSON, `{"roles":[],"r\u006fles":[]}`, 400, `the key "roles" appears twice`},
		{"an inner key twice", asJSON, `{"roles":[{"user_id":1,"user_id":2}]}`, 400, `the key "user_id" appears twice`},
		{"deep enough", asJSON, deep(maxJSONDepth), 400, "roles is required"},
		{"too deep", asJSON, deep(maxJSONDepth + 1), 400, "nested deeper than 32"},
		{"deeper than encoding/json goes", asJSON, deep(100_000), 400, "nested deeper than 32"},
		{"too many values", asJSON, `{"a":[` + strings.Repeat("0,", maxJSONValues) + `0]}`, 400, "it has more than 65536 values and keys"},
		{"many values that end early", asJSON, `{"a":[` + strings.Repeat("0,", 100), 400, "it is not JSON"},
		{"keys enough", asJSON, objectOfKeys(maxJSONKeys), 400, "roles is required"},
		{"too many keys", asJSON, objectOfKeys(maxJSONKeys + 1), 400, "an object in it has more than 200 keys"},
		{"too many keys inside", asJSON, `{"roles":[{},` + objectOfKeys(maxJSONKeys+1) + `]}`, 400, "an object in it has more than 200 keys"},
		{"a list that is too long", asJSON, `{"roles":[` + strings.Repeat("0,", 2000) + `0]}`, 422, "roles must hold 1 to 1000 items, not 2001"},
		{"a broken form", asForm, "a=%zz", 400, "percent-encoding is broken"},
		{"a broken name in a form", asForm, "%zz=a", 400, "percent-encoding is broken"},
		{"a form with too many fields", asForm, strings.Repeat("a=b&", maxFormFields) + "roles=[]", 400, "it has more than 1000 fields"},
		{"multipart with too many fields", asMultipart, manyParts(maxFormFields + 1), 400, "it has more than 1000 fields"},
		{"multipart without boundary", "multipart/form-data", part("roles", "[]"), 400, "it is not multipart"},
		{"multipart of another boundary", "multipart/form-data; boundary=c", part("roles", "[]"), 400, "it is not multipart"},
		{"multipart cut off", asMultipart, strings.TrimSuffix(part("roles", "[]"), "\r\n--b--\r\n"), 400, "a part of it is not terminated"},
		{
			"a file where a field is needed", asMultipart,
			strings.Replace(part("roles", "[]"), "roles\"", "roles\"; filename=\"x\"", 1), 422, "roles must be a JSON array",
		},
		{"text that is no JSON in a form", asForm, "roles=%5B", 422, "roles must be a JSON array"},
		{"a key twice in a form", asForm, "roles=" + url.QueryEscape(`[{"a":1,"a":2}]`), 422, "roles must be a JSON array"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantFault(t, setup(t).ask("POST", BasePath+"/users/roles", c.contentType, c.body), c.status, c.sentence)
		})
	}
}

// objectOfKeys is an object with so many keys.
func objectOfKeys(n int) string {
	b := []byte("{")
	for i := range n {
		b = fmt.Appendf(b, `"%x":0,`, i)
	}
	b[len(b)-1] = '}'
	return string(b)
}

// manyParts is a multipart body of so many empty fields.
func manyParts(n int) string {
	one := strings.TrimSuffix(part("x", ""), "--b--\r\n")
	return strings.Repeat(one, n) + "--b--\r\n"
}

// Half of a pair of surrogates is no reason to reject what a client's editor cut off.
func TestBody_HalfASurrogateBecomesTheReplacementCharacter(t *testing.T) {
	if got, is := jsonString([]byte(`"a\ud83d"`)); !is || got != "a\ufffd" {
		t.Errorf("%q %v", got, is)
	}
	if err := checkJSON([]byte(`{"a\ud83d":"\udc00"}`)); err != nil {
		t.Error(err)
	}
}

func TestBody_Compressed(t *testing.T) {
	r := httptest.NewRequest(http.MethodPost, BasePath+"/users/roles", strings.NewReader(oneChange))
	r.Header.Set("Authorization", "Bearer "+goodToken)
	r.Header.Set("Content-Type", asJSON)
	r.Header.Set("Content-Encoding", "gzip")
	wantFault(t, setup(t).send(r), http.StatusUnsupportedMediaType, "must not be compressed")
}

// A body of unknown length is stopped while it comes.
func TestBody_TooLargeWithoutSayingSo(t *testing.T) {
	for size, status := range map[int]int{front.MaxBody: 200, front.MaxBody + 1: 413} {
		body := oneChange + strings.Repeat(" ", size-len(oneChange))
		r := httptest.NewRequest(http.MethodPost, BasePath+"/users/roles", strings.NewReader(body))
		r.ContentLength = -1
		r.Header.Set("Authorization", "Bearer "+goodToken)
		r.Header.Set("Content-Type", asJSON)
		if w := setup(t).send(r); w.Code != status {
			t.Errorf("%d bytes: %d %s", size, w.Code, w.Body)
		}
	}
}

// A GET has its parameters in the query; what a client sends as its body is not read.
func TestBody_OfGETIsIgnored(t *testing.T) {
	w := setup(t).ask("GET", BasePath+"/users/7/media", "text/plain", `{"page":0}`)
	if w.Code != http.StatusOK {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestBody_ClientThatStops(t *testing.T) {
	for name, c := range map[string]struct {
		stop     func(net.Conn) error
		status   int
		sentence string
	}{
		"slow":   {func(net.Conn) error { return nil }, 408, "did not arrive in time"},
		"closed": {closeWrite, 400, "ended early"},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			server := httptest.NewUnstartedServer(b)
			server.Config.ReadTimeout = 200 * time.Millisecond
			server.Start()
			defer server.Close()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.Write([]byte("POST " + BasePath + "/users/roles HTTP/1.1\r\nHost: x\r\n" +
				"Authorization: Bearer " + goodToken + "\r\nContent-Type: application/json\r\n" +
				"Content-Length: 100\r\n\r\n{")); err != nil {
				t.Fatal(err)
			}
			if err := c.stop(conn); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			w := httptest.NewRecorder()
			w.Code = res.StatusCode
			for key, values := range res.Header {
				w.Header()[key] = values
			}
			if _, err := w.Body.ReadFrom(res.Body); err != nil {
				t.Fatal(err)
			}
			wantFault(t, w, c.status, c.sentence)
		})
	}
}

// closeWrite says that nothing more will come, and still listens.
func closeWrite(conn net.Conn) error {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return errors.ErrUnsupported
	}
	return tcp.CloseWrite()
}
