package conformance

import (
	"bufio"
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// One of each kind: what all there is of it is tried in studioapi. The real server must
// answer the same, and log no fault of its own, which [live.Library.Serve] sees to.
func TestMisuse(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		ada := node.As("ada")
		for _, id := range []string{"ada", "0", "-1", "9223372036854775808", "1.0", "%00", "%FF", "1%2F2"} {
			for _, page := range pages {
				ada.SendTo(t, "GET", live.BasePath+"/users/"+id+page, "", "").WantError(t, 422, "user_id must be")
			}
		}
		bobs := node.Library.UserPath("bob", "/media")
		for query, want := range map[string]int{
			"page=0": 422, "per_page=0": 422, "per_page=51": 422, "page=": 422, "page=x": 422, "page=9223372036854775808": 422,
			"page=9223372036854775807": 200, "page=9223372036854775807&per_page=50": 200, "unknown=&page=2&page=0": 200,
		} {
			ada.Get(t, "%s?%s", bobs, query).Want(t, want)
		}
		for body, want := range map[string]int{
			"": 400, "{": 400, "[]": 400, `{"roles":[],"roles":[]}`: 400, strings.Repeat("[", 100_000): 400,
			`{"roles":null}`: 400, `{"roles":{}}`: 422, strings.Repeat(" ", 1<<20+1): 413,
		} {
			ada.Send(t, "POST", "/users/roles", live.JSON, body).Want(t, want)
		}
		ada.Send(t, "POST", "/users/roles", "application/xml", "<roles/>").Want(t, 415)
		for _, path := range []string{"/nowhere", "/api/public/v1", live.BasePath + "/users", "/api/public/docs/../../x"} {
			ada.Fetch(t, path).Want(t, 404)
			node.Nobody().Fetch(t, path).Want(t, 404) // a token is not asked for
		}
		for _, path := range []string{"/ping", "/users/search", bobs} {
			node.Nobody().Send(t, "DELETE", path, "", "").Want(t, 405)
		}
		node.Nobody().Get(t, "/users/roles").Want(t, 405)
	})
}

// A text that a database cannot keep, or reads as its own language, is only text.
func TestMisuse_TextIsOnlyText(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for _, address := range []string{
			"'@school.test", "';DROP/**/TABLE/**/users;--@x", "%25@school.test", "_%25_@_", "%5C@school.test",
			"$1@school.test", "?@school.test", "\U0001F3AC@school.test", "%EF%BF%BD@x",
		} {
			got := live.Read[users](t, node.As("ada").Get(t, "/users/search?email=%s", strings.ReplaceAll(address, ";", "%3B")))
			if got.Meta != (meta{1, 1, 0}) || got.Users == nil {
				t.Errorf("searching for %s finds %v", address, got)
			}
		}
		wantRoles(t, node, "bob", "Student")
	})
}

// A caller who goes away while their change waits for another is no failure of the
// server, and their change does not happen.
func TestMisuse_ClientLeavesWhileTheirChangeWaits(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		request := node.As("ada").Request(t, "POST", live.BasePath+"/users/roles", live.JSON,
			rolesBody(change(lib.User("bob"), "Teacher", "add")))
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			// A change of roles takes one lock for it, which is ours from here on.
			none := []library.RoleChange{{User: lib.User("eve"), Role: library.Student, Action: library.AddRole}}
			if _, err := c.UpdateRoles(ctx, none); err != nil {
				return err
			}
			leave(ctx, t, node, request)
			return nil
		})
		wantRoles(t, node, "bob", "Student")
		updateRoles(t, node.As("ada"), change(lib.User("bob"), "Teacher", "add")).Want(t, 200)
	})
}

// The same with a read. Only PostgreSQL has a lock that makes one wait; it stands for
// whatever else is slow.
func TestMisuse_ClientLeavesWhileTheirReadWaits(t *testing.T) {
	t.Parallel()
	url := live.Databases.PostgresURL(t)
	lib := live.Open(t, url)
	lib.Load(t, school)
	node := lib.Serve(t)

	lock, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close(context.WithoutCancel(t.Context()))
	for _, page := range pages {
		path := lib.UserPath("bob", page)
		node.As("bob").Get(t, "%s", path).Want(t, 200)
		if _, err := lock.Exec(t.Context(), "BEGIN; LOCK TABLE users, collections, media IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
		leave(t.Context(), t, node, node.As("bob").Request(t, "GET", live.BasePath+path, "", ""))
		if _, err := lock.Exec(t.Context(), "ROLLBACK"); err != nil {
			t.Fatal(err)
		}
		node.As("bob").Get(t, "%s", path).Want(t, 200)
	}
}

// leave sends a request, hangs up at once, and wants the log to say that the client did.
// The connection is our own: an http.Client that is cancelled may not have sent a byte.
func leave(ctx context.Context, t *testing.T, node *live.Node, request *http.Request) {
	t.Helper()
	id := rand.Text()
	request.Header.Set("X-Request-Id", id)
	conn := dial(t, node)
	if err := request.Write(conn); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if line := node.WaitForRequest(ctx, t, id); line["status"] != 499.0 {
		t.Errorf("the log says %v", line)
	}
}

func dial(t *testing.T, node *live.Node) *net.TCPConn {
	t.Helper()
	address, err := net.ResolveTCPAddr("tcp", strings.TrimPrefix(node.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialTCP("tcp", nil, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() }) // most have done it themselves
	return conn
}

// A client that stops in the middle of its body is told so.
func TestMisuse_BodyThatEndsEarly(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		conn := dial(t, node)
		_, err := conn.Write([]byte("POST " + live.BasePath + "/users/roles HTTP/1.1\r\nHost: x\r\n" +
			"Authorization: Bearer " + node.Library.Token("ada") + "\r\nContent-Type: application/json\r\n" +
			"Content-Length: 100\r\n\r\n{\"roles\":"))
		if err == nil {
			err = conn.CloseWrite()
		}
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusBadRequest || response.Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("answers %d, %s", response.StatusCode, response.Header.Get("Content-Type"))
		}
	})
}
