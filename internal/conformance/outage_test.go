package conformance

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// operation is one of the API, with values in the place of its parameters.
type operation struct{ method, path string }

// operationsOf returns all operations.
func operationsOf(t *testing.T, node *live.Node) (list []operation) {
	t.Helper()
	var spec struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(node.Nobody().Fetch(t, "/api/public/openapi.json").Body, &spec); err != nil {
		t.Fatal(err)
	}
	parameter := regexp.MustCompile(`\{(\w+)\}`)
	for path, operations := range spec.Paths {
		path = parameter.ReplaceAllStringFunc(path, func(name string) string {
			if strings.Contains(name, "perspective") || strings.Contains(name, "uuid") {
				return uuid.Nil.String()
			}
			return "1"
		})
		for method := range operations {
			list = append(list, operation{strings.ToUpper(method), path})
		}
	}
	if len(list) < 50 {
		t.Errorf("there are only %d operations", len(list))
	}
	return list
}

// While the database is away, every operation says so, and when to ask again: a good
// token is not called a bad one. Then all goes on.
func TestOutage_EveryOperationSays503(t *testing.T) {
	t.Parallel()
	byLine, direct, line := testkit.PostgresByLine(t)
	lib := live.Open(t, direct)
	lib.Load(t, school)
	node := lib.Serve(t, func(o *app.Options) { o.Place.Database = settings.DatabaseURL(byLine) })
	operations := operationsOf(t, node)
	ada := node.As("ada")
	ada.Get(t, "/ping").Want(t, 200)
	line.Cut()
	for _, operation := range operations {
		ada.Send(t, operation.method, operation.path, live.JSON, "{}").WantError(t, 503, "does not answer")
	}
	ada.Fetch(t, "/api/public/apidocs").WantError(t, 503, "does not answer")
	ada.Fetch(t, "/readyz").Want(t, 503)
	for _, page := range []string{"/embed/" + uuid.NewString(), "/lti/launch?custom_arc_media_id=" + uuid.NewString() + "-1"} {
		answer := node.Nobody().Fetch(t, page)
		if answer.Want(t, 503); answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to ask again", page)
		}
	}
	ada.Fetch(t, "/healthz").Want(t, 200)
	ada.Fetch(t, "/api/public/openapi.json").Want(t, 200)
	node.Nobody().Get(t, "/ping").Want(t, 401) // for which nobody has to be asked
	line.Mend()

	made := ada.Send(t, http.MethodPost, "/collections", live.JSON, `{"name":"After it"}`)
	for range 20 { // connections that were cut may fail one request each
		if made.Status != http.StatusServiceUnavailable {
			break
		}
		made = ada.Send(t, http.MethodPost, "/collections", live.JSON, `{"name":"After it"}`)
	}
	made.Want(t, 201)
	if got := live.Read[collections](t, ada.Get(t, "/collections")); len(got.Collections) == 0 {
		t.Error(fmt.Sprint("after the outage there are no collections: ", got))
	}
}
