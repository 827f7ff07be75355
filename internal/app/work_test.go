package app

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// sweeps says whether a started server sweeps in time.
func sweeps(a *App) bool {
	return slices.ContainsFunc(a.cleanups.list, func(c cleanup) bool { return c.name == "sweeper" })
}

// Without ffmpeg a node still sweeps, and brings what is imported; one that only serves
// does neither.
func TestApp_WithoutFFmpeg(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	from := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a film") }))
	defer from.Close()
	o := testOptions(t)
	o.Workers = 0
	if sweeps(start(t, o)) {
		t.Error("a node that only serves sweeps")
	}
	o = testOptions(t)
	o.Workers, o.FetchFrom = 1, []string{"127.0.0.1"}
	a := start(t, o)
	if !sweeps(a) || a.works {
		t.Errorf("it sweeps: %t; it works on recordings: %t", sweeps(a), a.works)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	id := change(t, a, func(c *library.Change, owner library.UserID) (library.MediaID, error) {
		m, err := c.ImportMedia(ctx, library.NewImport{Owner: owner, URL: from.URL, Title: "Lenses"})
		return m.ID, err
	})
	changed, stop := a.library.WatchProcessing(id)
	defer stop()
	for {
		files, err := a.library.AllFiles(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if len(files) > 0 {
			break
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatal("nothing is fetched")
		}
	}
	jobs, err := a.Console().Jobs(ctx, false)
	if err != nil || len(jobs) == 0 || jobs[0].Task != "prepare" || jobs[0].State != "available" {
		t.Errorf("the jobs are %+v, %v; want one that waits for ffmpeg", jobs, err)
	}
}

// change makes a person, and a media as the test says.
func change(
	t *testing.T, a *App, fn func(c *library.Change, owner library.UserID) (library.MediaID, error),
) (id library.MediaID) {
	t.Helper()
	err := a.library.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		owner, err := c.CreateUser(t.Context(), library.NewUser{FullName: "Ada"})
		if err == nil {
			id, err = fn(c, owner.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
