package survival

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// failovers is how often each database goes back: LECTERN_FAILOVERS, or a few times.
func failovers(t *testing.T) int {
	t.Helper()
	text := os.Getenv("LECTERN_FAILOVERS")
	if text == "" {
		if testing.Short() {
			return 1
		}
		return 3
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("LECTERN_FAILOVERS: %v", err)
	}
	return n
}

// A database that goes back loses changes that running nodes have shown. What they list from
// then on is what the database holds, and what they list opens.
func TestGoesBack_NodesListWhatTheDatabaseHolds(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(t *testing.T) (database string, mark func() (goBack func() error)){
		"a standby is promoted": func(t *testing.T) (string, func() func() error) {
			t.Helper()
			servers := testkit.PostgresWithStandby(t)
			return servers.URL, func() func() error {
				servers.CutReplication(t.Context())
				return func() error { servers.Fail(t.Context()); return nil }
			}
		},
		"a dump is restored": func(t *testing.T) (string, func() func() error) {
			t.Helper()
			database := testkit.PostgresURL(t)
			return database, func() func() error {
				restore := testkit.Dump(t, database)
				return func() error { return restore(t.Context()) }
			}
		},
		"a SQLite file is restored": func(t *testing.T) (string, func() func() error) {
			t.Helper()
			database := "sqlite:" + filepath.Join(t.TempDir(), "library.db")
			return database, func() func() error {
				restore := testkit.Backup(t, database)
				return func() error { return restore(t.Context()) }
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database, mark := begin(t)
			times := failovers(t)
			s := newSchool(t, database, times)
			for n := range times {
				s.lose(t, n, mark)
			}
			if !t.Failed() {
				testkit.Report("goes back: %s %d times under two running nodes", name, times)
			}
		})
	}
}

// school is a library with a student in a group, and two nodes that serve it.
type school struct {
	nodes [2]*server
	lives [2]*life
	ids   struct {
		Users, Groups, Media map[string]int64
		Tokens               map[string]string
	}
	shared []int64 // with the student's group, newest first
}

// newSchool makes a library with two recordings for each time that it is to go back.
func newSchool(t *testing.T, database string, times int) *school {
	t.Helper()
	type fields = map[string]any
	media := make([]fields, 0, 2*times)
	for n := range times {
		for _, kind := range []string{"lost", "kept"} {
			media = append(media, fields{
				"key": kind + strconv.Itoa(n), "owner": "teacher", "title": "Recording " + strconv.Itoa(n),
				"created_at": fmt.Sprintf("2026-01-05T09:%02d:00Z", n%60),
			})
		}
	}
	fixture, err := json.Marshal(fields{
		"users": []fields{
			{"key": "teacher", "full_name": "Emmy Noether", "roles": []string{"Teacher"}},
			{"key": "student", "full_name": "Ida Rhodes", "roles": []string{"Student"}},
		},
		"groups": []fields{{"key": "group", "name": "Algebra", "members": []fields{{"user": "student", "permission": "member"}}}},
		"media":  media,
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "school.json")
	if err := os.WriteFile(file, fixture, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &school{}
	s.nodes[0] = newServer(t, place{database, t.TempDir()}, "--workers=0")
	if err := json.Unmarshal(lectern(t, "load", "--tokens", "--database="+database, file), &s.ids); err != nil {
		t.Fatal(err)
	}
	s.nodes[1] = s.nodes[0].beside()
	for i, node := range s.nodes {
		s.lives[i] = node.start()
	}
	return s
}

// lose shares a recording after the mark, has the database go back, and shares another.
func (s *school) lose(t *testing.T, n int, mark func() (goBack func() error)) {
	t.Helper()
	lost, kept := s.ids.Media["lost"+strconv.Itoa(n)], s.ids.Media["kept"+strconv.Itoa(n)]
	s.verify(t, "before", s.shared)
	goBack := mark()
	s.share(t, lost)
	s.verify(t, "before the database goes back", append([]int64{lost}, s.shared...))
	if err := goBack(); err != nil {
		t.Fatal(err)
	}
	s.share(t, kept)
	s.shared = append([]int64{kept}, s.shared...)
	s.verify(t, "after the database went back", s.shared)
	for i := range s.nodes {
		if a := s.get(t, i, fmt.Sprintf("/media/%d", lost)); a.status != http.StatusForbidden {
			t.Errorf("node %d answers %d for a recording whose share is lost: %s", i, a.status, a.body)
		}
	}
}

// share shares a recording with the student's group. Connections to a server that has failed
// are noticed by using them.
func (s *school) share(t *testing.T, media int64) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"permissions": []map[string]any{
		{"action": "create", "share_type": "group", "id": s.ids.Groups["group"], "permission_type": "view"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	waitFor(t, "the recording is shared", func() bool {
		var err error
		a, err = s.nodes[0].try(t.Context(), s.lives[0], http.MethodPost, fmt.Sprintf("%s/media/%d/permissions", api, media), "application/json", body)
		return err == nil && a.status < http.StatusInternalServerError
	})
	if a.status != http.StatusOK {
		t.Fatalf("sharing answers %d: %s", a.status, a.body)
	}
}

// verify asks both nodes for the student's list, and opens what it holds.
func (s *school) verify(t *testing.T, when string, want []int64) {
	t.Helper()
	path := fmt.Sprintf("/users/%d/media", s.ids.Users["student"])
	for i := range s.nodes {
		list, err := read[struct {
			Media []struct {
				ID int64 `json:"id"`
			} `json:"media"`
		}](s.get(t, i, path))
		if err != nil {
			t.Fatal(err)
		}
		got := make([]int64, len(list.Media))
		for j, m := range list.Media {
			got[j] = m.ID
			if a := s.get(t, i, fmt.Sprintf("/media/%d", m.ID)); a.status != http.StatusOK {
				t.Errorf("%s node %d lists media %d, and answers %d for it", when, i, m.ID, a.status)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s node %d lists %v, want %v", when, i, got, want)
		}
	}
}

// get asks a node as the student does, again where the node has lost its database.
func (s *school) get(t *testing.T, node int, path string) (a answer) {
	t.Helper()
	waitFor(t, "an answer to "+path, func() bool {
		var err error
		a, err = s.asStudent(t.Context(), node, path)
		return err == nil && a.status < http.StatusInternalServerError
	})
	return a
}

func (s *school) asStudent(ctx context.Context, node int, path string) (answer, error) {
	select {
	case <-s.lives[node].over:
		return answer{}, errors.New("the node has ended: " + s.lives[node].said.String())
	default:
	}
	student := &server{token: s.ids.Tokens["student"]}
	return student.try(ctx, s.lives[node], http.MethodGet, api+path, "", nil)
}
