package conformance

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// What any operation may answer is in the contract of each: too many requests, no database, no
// space for a change, a body that is too large. Only addresses of files answer 416, and they
// are no operations: the introduction says so.
func TestContract_HasTheStatusesOfEveryOperation(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		var spec struct {
			Info  struct{ Description string }
			Paths map[string]map[string]struct {
				RequestBody json.RawMessage
				Responses   map[string]json.RawMessage
			}
		}
		if err := json.Unmarshal(node.Nobody().Fetch(t, "/api/public/openapi.json").Body, &spec); err != nil {
			t.Fatal(err)
		}
		for _, status := range []string{"413", "416", "429", "503", "507"} {
			if !strings.Contains(spec.Info.Description, status) {
				t.Errorf("the introduction does not explain %s", status)
			}
		}
		large := strings.Repeat(" ", 1<<20+1)
		for path, operations := range spec.Paths {
			for method, operation := range operations {
				want := []string{"429", "503"}
				if method != "get" {
					want = append(want, "507")
				}
				if operation.RequestBody != nil {
					want = append(want, "413")
				}
				for _, status := range want {
					if operation.Responses[status] == nil {
						t.Errorf("%s %s does not have %s", method, path, status)
					}
				}
			}
		}
		// Each answers a large body with a status that it has, or the client fails.
		rejected := 0
		for _, operation := range operationsOf(t, node) {
			if node.As("ada").Send(t, operation.method, operation.path, live.JSON, large).Status == 413 {
				rejected++
			}
		}
		if rejected < 25 {
			t.Errorf("only %d operations reject a large body", rejected)
		}
	})
}
