package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// contract is openapi.json as read from the first server of the process: what its
// clients see is what its answers are held to.
type contract struct {
	once   sync.Once
	err    error
	doc    *openapi3.T
	router routers.Router
}

var theContract contract

// learn reads the contract, once. It takes no test's context: what the first test reads,
// all keep.
func (c *contract) learn(client *http.Client, url string) error {
	c.once.Do(func() { c.err = c.read(client, url+"/api/public/openapi.json") })
	return c.err
}

func (c *contract) read(client *http.Client, url string) error {
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if c.doc, err = openapi3.NewLoader().LoadFromData(text); err != nil {
		return err
	}
	c.router, err = legacy.NewRouter(c.doc)
	return err
}

// besideTheContract are the first segments of paths that are no operations: the
// contract's views and its page, thumbnails, health.
var besideTheContract = []string{
	"/api/public/openapi.json", "/api/public/apidocs", "/api/public/docs", "/thumbnails/",
	"/healthz", "/readyz",
}

// besideTheAPI are the first segments of the paths of bytes and pages. Their failures are
// pages, or what the tus protocol wants.
var besideTheAPI = []string{"/files/", "/uploads/", "/tus/", "/embed/", "/assets/", "/lti/launch", "/robots.txt", "/favicon.ico"}

func isBelow(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
}

// check holds the answer to a request to the contract, and counts it in [Seen].
func (a Answer) check(tb testing.TB, method, path string) {
	tb.Helper()
	path = withoutEmptySegments(path)
	if path == "/" || isBelow(path, besideTheAPI) {
		return
	}
	if err := errors.Join(a.checkHeader(path), a.checkError(), a.checkOperation(tb.Context(), method, path)); err != nil {
		tb.Errorf("%s answers %d: %v\n%.300s", a.request, a.Status, err, a.Body)
	}
}

// withoutEmptySegments is the path that the server takes a path for.
func withoutEmptySegments(path string) string {
	return "/" + strings.Join(strings.FieldsFunc(path, func(r rune) bool { return r == '/' }), "/")
}

func (a Answer) checkHeader(path string) error {
	var errs []error
	if a.length != int64(len(a.Body)) {
		errs = append(errs, fmt.Errorf("Content-Length is %d for %d bytes", a.length, len(a.Body)))
	}
	isHealth := path == "/healthz" || path == "/readyz" // which asks too often to be logged
	if a.Header.Get("X-Request-Id") == "" && !isHealth {
		errs = append(errs, errors.New("X-Request-Id is missing"))
	}
	if got := a.Header.Get("WWW-Authenticate"); a.Status == http.StatusUnauthorized && got != a.challenge() {
		errs = append(errs, fmt.Errorf("WWW-Authenticate is %q", got))
	}
	got := a.Header.Get("Retry-After")
	isLater := a.Status == http.StatusTooManyRequests && got != "" // after a time of its own
	if (got == "5") != (a.Status == http.StatusServiceUnavailable) && !isLater {
		errs = append(errs, fmt.Errorf("Retry-After is %q", got))
	}
	if a.Status == http.StatusMethodNotAllowed && a.Header.Get("Allow") == "" {
		errs = append(errs, errors.New("the header Allow is missing"))
	}
	return errors.Join(errs...)
}

// challenge is what a 401 has to say in its header: that a token which was sent is not good,
// or else that one is needed.
func (a Answer) challenge() string {
	scheme, rest, _ := strings.Cut(a.authorization, " ")
	if strings.EqualFold(scheme, "Bearer") && strings.TrimSpace(rest) != "" {
		return `Bearer error="invalid_token"`
	}
	return "Bearer"
}

// checkError asks of a failure that it has the contract's error body.
func (a Answer) checkError() error {
	if a.Status < http.StatusBadRequest {
		return nil
	}
	if got, want := a.Header.Get("Content-Type"), "application/json; charset=utf-8"; got != want {
		return fmt.Errorf("Content-Type is %q", got)
	}
	sentence := a.sentence()
	if sentence == "" || strings.ContainsAny(sentence, "\n\t") {
		return fmt.Errorf("the error is %q, which is no sentence", sentence)
	}
	return nil
}

// checkOperation finds the operation that was asked for and holds the answer to what it
// documents. What is asked of a path or by a method that no operation has, can only be
// refused; and that is not told apart from an operation by its path, for /users/roles
// looks like a user to a GET.
func (a Answer) checkOperation(ctx context.Context, method, path string) error {
	if isBelow(path, besideTheContract) || a.Status == http.StatusMethodNotAllowed {
		return nil
	}
	request := (&http.Request{Method: method, URL: &url.URL{Path: path}}).WithContext(ctx)
	route, segments, err := theContract.router.FindRoute(request)
	if err != nil {
		if a.Status == http.StatusNotFound {
			return nil
		}
		return fmt.Errorf("the contract has no such operation: %w", err)
	}
	Seen.add(method+" "+route.Path, a.Status)
	return openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: request, PathParams: segments, Route: route,
		},
		Status: a.Status, Header: a.Header, Body: io.NopCloser(bytes.NewReader(a.Body)),
		Options: &openapi3filter.Options{
			IncludeResponseStatus: true, MultiError: true,
			SchemaValidationOptions: []openapi3.SchemaValidationOption{openapi3.EnableFormatValidation()},
		},
	})
}
