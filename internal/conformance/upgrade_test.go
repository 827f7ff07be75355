package conformance

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// recorded is what script/record-library has written down about a library.
type recorded struct {
	IssuedAt time.Time `json:"issued_at"`
	Tokens   struct{ Admin, Teacher, Student string }
	Media    struct{ Finished, Queued, Sent, Waiting, Resumed int64 }
	// Addresses are paths with their queries, which clients were given.
	Addresses struct {
		Put, Tus, Embed, Download, Folder string
		TusLocation                       string `json:"tus_location"`
	}

	clip []byte // the file of every upload
}

// reopen puts a recorded library where a test may change it, and opens it an hour after
// it was recorded.
func reopen(t *testing.T, name, url string) (*live.Library, recorded) {
	t.Helper()
	folder := filepath.Join("testdata", "upgrade", name)
	text, err := os.ReadFile(filepath.Join(folder, "issued.json"))
	if err != nil {
		t.Fatal(err)
	}
	var issued recorded
	if err := json.Unmarshal(text, &issued); err != nil {
		t.Fatal(err)
	}
	if issued.clip, err = os.ReadFile(filepath.Join(folder, "clip.mp4")); err != nil {
		t.Fatal(err)
	}
	files := t.TempDir()
	if err := os.CopyFS(files, os.DirFS(filepath.Join(folder, "files"))); err != nil {
		t.Fatal(err)
	}
	if path, isSQLite := strings.CutPrefix(url, "sqlite:"); isSQLite {
		restoreFile(t, filepath.Join(folder, "lectern.db"), path)
	} else {
		restoreDump(t, filepath.Join(folder, "library.sql"), url)
	}
	lib := live.Open(t, url)
	lib.KeepBytes(files)
	lib.Clock.Set(issued.IssuedAt.Add(time.Hour))
	return lib, issued
}

func restoreFile(t *testing.T, from, to string) {
	t.Helper()
	file, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, file, 0o600); err != nil {
		t.Fatal(err)
	}
}

func restoreDump(t *testing.T, from, url string) {
	t.Helper()
	dump, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), string(dump)); err != nil {
		t.Fatal(err)
	}
}

// onEachRecorded runs a test on each library that a program of an earlier schema has left.
func onEachRecorded(t *testing.T, test func(t *testing.T, lib *live.Library, issued recorded)) {
	t.Helper()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		kind := "postgres"
		if strings.HasPrefix(url, "sqlite:") {
			kind = "sqlite"
		}
		lib, issued := reopen(t, "schema-12-"+kind, url)
		test(t, lib, issued)
	})
}

// What people were given before the upgrade still opens what it opened.
func TestUpgrade_KeepsWhatIsFinished(t *testing.T) {
	t.Parallel()
	onEachRecorded(t, func(t *testing.T, lib *live.Library, issued recorded) {
		t.Helper()
		node := lib.Serve(t)
		teacher, student := node.With("Bearer "+issued.Tokens.Teacher), node.With("Bearer "+issued.Tokens.Student)
		media := fmt.Sprintf("/media/%d", issued.Media.Finished)

		student.Get(t, "%s", media).Want(t, 200)
		if page := student.Get(t, "/users/3/media").Want(t, 200); !bytes.Contains(page.Body, []byte(`"total_count":1`)) {
			t.Errorf("the student can reach %s", page.Body)
		}
		if tags := teacher.Get(t, "%s/tags", media).Want(t, 200); !bytes.Contains(tags.Body, []byte("Straße")) {
			t.Errorf("the tags are %s", tags.Body)
		}
		if list := teacher.Get(t, "%s/caption_files", media).Want(t, 200); !bytes.Contains(list.Body, []byte(`"published"`)) {
			t.Errorf("the captions are %s", list.Body)
		}
		node.Nobody().Fetch(t, issued.Addresses.Folder).Want(t, 200)
		if got := node.Nobody().Fetch(t, issued.Addresses.Download).Want(t, 200); !bytes.Equal(got.Body, issued.clip) {
			t.Errorf("the download has %d bytes, want %d", len(got.Body), len(issued.clip))
		}
	})
}

// An upload whose bytes had arrived is completed, and one that was queued is processed.
func TestUpgrade_ContinuesUploads(t *testing.T) {
	t.Parallel()
	onEachRecorded(t, func(t *testing.T, lib *live.Library, issued recorded) {
		t.Helper()
		teacher := lib.Serve(t, live.Works).With("Bearer " + issued.Tokens.Teacher)
		post(t, teacher, completePath(issued.Media.Sent), `{"title":"Sent before"}`).Want(t, 200)
		for _, id := range []int64{issued.Media.Queued, issued.Media.Sent} {
			told := eventsOf(t, teacher, id)
			if last := told[len(told)-1]; !strings.Contains(last, `"stage":"finished"`) {
				t.Errorf("the work on media item %d ended with %s", id, last)
			}
		}
	})
}

// Addresses of uploads and tickets named rows by numbers, which a database that goes back
// gives again. A client that still has one is told to ask for a new one, and nothing is stored.
func TestUpgrade_RejectsOldUploadAddresses(t *testing.T) {
	t.Parallel()
	onEachRecorded(t, func(t *testing.T, lib *live.Library, issued recorded) {
		t.Helper()
		node := lib.Serve(t)
		for _, c := range []struct{ method, path string }{
			{http.MethodPut, issued.Addresses.Put},
			{http.MethodPost, issued.Addresses.Tus},
			{http.MethodPatch, issued.Addresses.TusLocation},
			{http.MethodHead, issued.Addresses.TusLocation},
			{http.MethodDelete, issued.Addresses.TusLocation},
			{http.MethodGet, issued.Addresses.Embed},
		} {
			request := node.Nobody().Request(t, c.method, c.path, "application/offset+octet-stream", "new bytes")
			request.Header.Set("Tus-Resumable", "1.0.0")
			request.Header.Set("Upload-Offset", "1000")
			request.Header.Set("Upload-Length", "2000")
			answer := node.Nobody().Do(t, request).Want(t, http.StatusForbidden)
			if c.method != http.MethodHead && !bytes.Contains(answer.Body, []byte("new")) {
				t.Errorf("%s %s says %s", c.method, c.path, answer.Body)
			}
		}
		teacher := node.With("Bearer " + issued.Tokens.Teacher)
		for _, id := range []int64{issued.Media.Waiting, issued.Media.Resumed} {
			if m := teacher.Get(t, "/media/%d", id).Want(t, 200); !bytes.Contains(m.Body, []byte("waiting_for_upload")) {
				t.Errorf("after requests with old addresses, the media item is %s", m.Body)
			}
		}
	})
}

// Of people whose addresses a newer rule takes for the same, the oldest is found by it.
// Nobody is merged, and everyone keeps the text of their address.
func TestUpgrade_KeepsPeopleWithOneAddress(t *testing.T) {
	t.Parallel()
	onEachRecorded(t, func(t *testing.T, lib *live.Library, issued recorded) {
		t.Helper()
		admin := lib.Serve(t).With("Bearer " + issued.Tokens.Admin)
		for _, c := range []struct {
			email string
			want  int64
		}{
			{"jos%C3%A9@school.test", 4},
			{"jose%CC%81@school.test", 4},
			{"kim@sch%C3%BCle.test", 6},
			{"kim@xn--schle-mva.test", 6},
			{"ann@school.test", 8},
		} {
			found := admin.Get(t, "/users/search?email=%s", c.email).Want(t, 200)
			var page struct {
				Users []struct {
					ID int64 `json:"id"`
				} `json:"users"`
			}
			if err := json.Unmarshal(found.Body, &page); err != nil {
				t.Fatal(err)
			}
			if len(page.Users) != 1 || page.Users[0].ID != c.want {
				t.Errorf("%s finds %v, want person %d", c.email, page.Users, c.want)
			}
		}
		for id, email := range map[int]string{5: "jose\u0301@school.test", 7: "kim@xn--schle-mva.test", 9: "ann\u200b@school.test"} {
			if user := admin.Get(t, "/users/%d", id).Want(t, 200); !bytes.Contains(user.Body, []byte(email)) {
				t.Errorf("person %d is %s, want the address %q", id, user.Body, email)
			}
		}
	})
}
