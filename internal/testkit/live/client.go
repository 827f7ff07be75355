package live

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// BasePath is where the contract's operations are.
const BasePath = "/api/public/v1"

// JSON is the Content-Type that most bodies have.
const JSON = "application/json"

// Client is a caller of a node. It is safe for concurrent use.
type Client struct {
	node          *Node
	authorization string // the header; empty: none is sent
}

// Get asks for a path below [BasePath], made as by fmt.Sprintf.
func (c Client) Get(tb testing.TB, format string, args ...any) Answer {
	tb.Helper()
	return c.Send(tb, http.MethodGet, fmt.Sprintf(format, args...), "", "")
}

// Send sends a request for a path below [BasePath].
func (c Client) Send(tb testing.TB, method, path, contentType, body string) Answer {
	tb.Helper()
	return c.SendTo(tb, method, BasePath+path, contentType, body)
}

// Fetch asks for any path of the node.
func (c Client) Fetch(tb testing.TB, path string) Answer {
	tb.Helper()
	return c.SendTo(tb, http.MethodGet, path, "", "")
}

// SendTo sends a request for any path of the node. A request without an answer fails
// the test and has the status 0; so it may be sent from any goroutine of the test.
func (c Client) SendTo(tb testing.TB, method, path, contentType, body string) Answer {
	tb.Helper()
	return c.Do(tb, c.Request(tb, method, path, contentType, body))
}

// Do sends a request that [Client.Request] made. One without an answer fails the test and
// has the status 0.
func (c Client) Do(tb testing.TB, request *http.Request) Answer {
	tb.Helper()
	a := Answer{request: request.Method + " " + request.URL.RequestURI()}
	response, err := c.node.client.Do(request)
	if err != nil {
		tb.Error(err)
		return a
	}
	defer response.Body.Close()
	if a.Body, err = io.ReadAll(response.Body); err != nil {
		tb.Errorf("%s: %v", a.request, err)
		return a
	}
	a.authorization = request.Header.Get("Authorization")
	a.Status, a.Header, a.length = response.StatusCode, response.Header, response.ContentLength
	if response.Uncompressed { // on the way, with which the length of what came is lost
		a.length = int64(len(a.Body))
	}
	a.check(tb, request.Method, request.URL.EscapedPath())
	return a
}

// Listen sends a request that [Client.Request] made, for who reads the answer while it
// comes. Its body is to be closed.
func (c Client) Listen(tb testing.TB, request *http.Request) *http.Response {
	tb.Helper()
	response, err := c.node.client.Do(request)
	if err != nil {
		tb.Fatal(err)
	}
	return response
}

// Follow asks for what an address that the node issued leads to, without a token.
func (n *Node) Follow(tb testing.TB, address string) Answer {
	tb.Helper()
	return n.Nobody().Fetch(tb, n.Path(tb, address))
}

// Path is the path and query of an address that the node issued.
func (n *Node) Path(tb testing.TB, address string) string {
	tb.Helper()
	path, own := strings.CutPrefix(address, n.URL)
	if !own || !strings.HasPrefix(path, "/") {
		tb.Fatalf("%q is not an address of the node at %s", address, n.URL)
	}
	return path
}

// Request makes a request of this caller's, for those who send it in a way of their own.
func (c Client) Request(tb testing.TB, method, path, contentType, body string) *http.Request {
	tb.Helper()
	request, err := http.NewRequestWithContext(tb.Context(), method, c.node.URL+path, strings.NewReader(body))
	if err != nil {
		panic(err) // a slip of the test's pen
	}
	if c.authorization != "" {
		request.Header.Set("Authorization", c.authorization)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return request
}

// Answer is an answer that the contract allows: its operation documents the status, the
// body fits the schema, a failure has the error body, and all that every answer carries
// is there. Otherwise the test has failed already.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte

	request       string // for messages
	authorization string // that the request had
	length        int64  // as the header has it
}

// Want fails the test if the status is another.
func (a Answer) Want(tb testing.TB, status int) Answer {
	tb.Helper()
	if a.Status != status {
		tb.Errorf("%s answers %d, want %d: %.300s", a.request, a.Status, status, a.Body)
	}
	return a
}

// WantError fails the test unless this is a failure with the status, whose sentence
// holds the words.
func (a Answer) WantError(tb testing.TB, status int, words string) {
	tb.Helper()
	a.Want(tb, status)
	if sentence := a.sentence(); !strings.Contains(sentence, words) {
		tb.Errorf("%s says %q, want %q", a.request, sentence, words)
	}
}

// sentence is that of a failure; empty where the body is not an error body.
func (a Answer) sentence() string {
	var body struct {
		Error string `json:"error"`
	}
	if json.Unmarshal(a.Body, &body) != nil {
		return ""
	}
	return body.Error
}

// Read decodes a success, into a type that the test gives.
func Read[T any](tb testing.TB, a Answer) (body T) {
	tb.Helper()
	a.Want(tb, http.StatusOK)
	if err := json.Unmarshal(a.Body, &body); err != nil {
		tb.Fatalf("%s: %v in %.300s", a.request, err, a.Body)
	}
	return body
}
