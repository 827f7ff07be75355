// Package conformance asks whole servers, over HTTP and on both databases, for every
// line that the contract promises of the User API (docs/contract).
//
// The syntax of requests is tried in studioapi, the rules in histories; here is what only
// both together can show. Each answer is checked against the contract's schema by the
// client that receives it, and at the end the suite prints which operation answered
// which documented status how often: one that never occurred fails it.
package conformance

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

func TestMain(m *testing.M) {
	status := m.Run()
	partly := flag.Lookup("test.run").Value.String() != "" || flag.Lookup("test.skip").Value.String() != ""
	// Shortened, the matrix leaves out callers, and with them some answers: the whole run
	// says whether the table is complete.
	if status == 0 && !partly && !testing.Short() {
		status = printSeen()
	}
	if err := live.Databases.Close(); err != nil {
		fmt.Println(err)
		status = 1
	}
	os.Exit(status)
}

// printSeen prints the table of what was answered and says whether it is complete.
func printSeen() (status int) {
	table, never, err := live.Seen.Table()
	testkit.Report("%s", table)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for _, cell := range never {
		fmt.Println("no test was answered", cell)
		status = 1
	}
	return status
}

// onEach runs a story on a library of its own in each database, which begins with a
// fixture and one node.
func onEach(t *testing.T, text string, story func(t *testing.T, node *live.Node)) {
	t.Helper()
	t.Parallel()
	live.Databases.OnEachDatabase(t, func(t *testing.T, url string) {
		lib := live.Open(t, url)
		lib.Load(t, text)
		story(t, lib.Serve(t))
	})
}

// The objects of the contract, as far as stories look into them.
type (
	user struct {
		ID        int64    `json:"id"`
		FullName  string   `json:"full_name"`
		RoleNames []string `json:"role_names"`
	}
	collection struct {
		ID         int64   `json:"id"`
		Name       *string `json:"name"`
		Type       string  `json:"type"`
		Permission string  `json:"permission"`
	}
	media struct {
		ID           int64  `json:"id"`
		Title        string `json:"title"`
		ThumbnailURL string `json:"thumbnail_url"`
		EmbedID      string `json:"embed_id"`
		Permission   string `json:"permission"`
	}
	meta struct {
		CurrentPage int64 `json:"current_page"`
		LastPage    int64 `json:"last_page"`
		TotalCount  int64 `json:"total_count"`
	}
	users struct {
		Users []user `json:"users"`
		Meta  meta   `json:"meta"`
	}
	collections struct {
		Collections []collection `json:"collections"`
		Meta        meta         `json:"meta"`
	}
	mediaList struct {
		Media []media `json:"media"`
		Meta  meta    `json:"meta"`
	}
)

// wantJSON compares a body with the JSON that it should be: the same keys, no more and
// no fewer, with the same values.
func wantJSON(t *testing.T, a live.Answer, want string) {
	t.Helper()
	a.Want(t, 200)
	var got, wanted any
	if err := json.Unmarshal(a.Body, &got); err != nil {
		t.Fatalf("%v: %s", err, a.Body)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatalf("%v: %s", err, want)
	}
	if !reflect.DeepEqual(got, wanted) {
		t.Errorf("got\n%s\nwant\n%s", a.Body, want)
	}
}

// errorOf is the error of a change whose result does not matter.
func errorOf[T any](_ T, err error) error { return err }
