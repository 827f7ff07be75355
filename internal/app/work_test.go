package app

import (
	"context"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/operator"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
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
	o.Workers, o.Fetch.AllowPrivate = 1, []string{"127.0.0.1"}
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
	jobs, err := a.store.Jobs(ctx, false, 10)
	if err != nil || len(jobs) == 0 || jobs[0].Task != "prepare" || jobs[0].State != "available" {
		t.Errorf("the jobs are %+v, %v; want one that waits for ffmpeg", jobs, err)
	}
}

// change makes a person, and a media item as the test says.
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

// upload makes a media item whose bytes have come, and stops the server.
func upload(t *testing.T, a *App) (key string) {
	t.Helper()
	var embed uuid.UUID
	id := change(t, a, func(c *library.Change, owner library.UserID) (library.MediaID, error) {
		m, err := c.StartUpload(t.Context(), library.NewUpload{Owner: owner})
		embed = m.EmbedID
		return m.ID, err
	})
	key = "media/1/run/original"
	info, err := a.blobs.Put(t.Context(), key, strings.NewReader("a film"), "video/mp4")
	if err == nil {
		_, err = a.library.Uploaded(t.Context(), embed, library.Arrived{Media: id, Key: key, MIMEType: info.MIMEType, Size: info.Size, Checksum: "00"})
	}
	if err == nil {
		err = a.Stop(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// console opens the library of the options.
func console(t *testing.T, o Options) *operator.Console {
	t.Helper()
	c, err := operator.Open(t.Context(), operator.Options{Place: o.Place, Log: o.Log, Clock: o.Clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// refuses wants that neither a server starts on the options nor a sweep, and says why.
func refuses(t *testing.T, o Options, want string) {
	t.Helper()
	_, err := New(t.Context(), o)
	if sentence, refused := operator.Refusal(err); !refused || !strings.Contains(sentence, want) {
		t.Errorf("a server: %v; want it refused with %q", err, want)
	}
	for _, onlyLook := range []bool{true, false} {
		_, err = console(t, o).Sweep(t.Context(), operator.Sweeping{OnlyLook: onlyLook})
		if sentence, refused := operator.Refusal(err); !refused || !strings.Contains(sentence, want) {
			t.Errorf("a sweep: %v; want it refused with %q", err, want)
		}
	}
}

// A storage that is not mounted, or is another library's, is not used.
func TestApp_StorageOfALibrary(t *testing.T) {
	testkit.OnEachStorage(t, func(t *testing.T, address string) {
		o := testOptions(t)
		o.Place.Storage = address
		key := upload(t, open(t, o))

		other := testOptions(t)
		other.Place.Storage = address
		refuses(t, other, " belongs to another library, according to its lectern.json")
		if _, err := console(t, other).ClaimStorage(t.Context()); err == nil {
			t.Error("another library claims it")
		}

		away := o
		if strings.HasPrefix(address, "s3://") {
			away.Place.Storage += "&prefix=mistyped"
		} else {
			away.Place.Storage = filepath.Join(t.TempDir(), "mount")
		}
		refuses(t, away, " has no lectern.json, but the library has files: a disk may not be mounted")

		open(t, o) // nothing has happened to it
		store, err := blob.Open(address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Stat(t.Context(), key); err != nil {
			t.Error(err)
		}

		if _, err := console(t, away).ClaimStorage(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := console(t, away).Sweep(t.Context(), operator.Sweeping{OnlyLook: true})
		if err != nil || len(found.Lost) != 1 || found.Lost[0].Key != key {
			t.Errorf("on the storage that was claimed is lost %+v, %v", found.Lost, err)
		}
		open(t, away)
	})
}

// A folder cannot be opened where its bytes cannot be had: that is no refusal.
func TestApp_StorageThatFails(t *testing.T) {
	o := testOptions(t)
	o.Place.Storage = filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(o.Place.Storage, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := New(t.Context(), o)
	if _, refused := operator.Refusal(err); err == nil || refused {
		t.Errorf("a server on a file starts: %v", err)
	}
}

// A node whose clock was set ahead deletes nothing, says why, and has a metric of it.
func TestApp_DoesNotSweepByAWrongClock(t *testing.T) {
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		o := testOptions(t)
		o.Place.Database, o.Workers = settings.DatabaseURL(url), 1
		o.Clock = func() time.Time { return time.Now().Add(30 * 24 * time.Hour) }
		a := start(t, o)
		id := change(t, a, func(c *library.Change, owner library.UserID) (library.MediaID, error) {
			m, err := c.CreateMedia(t.Context(), library.NewMedia{
				Owner: owner, Title: "Lenses", Status: library.WaitingForUpload, CreatedAt: time.Now().Add(-time.Hour),
			})
			return m.ID, err
		})
		var log strings.Builder
		a.log = slog.New(slog.NewTextHandler(&log, nil))
		a.sweep(t.Context())
		if _, err := a.library.Media(t.Context(), library.Operator(), id); err != nil {
			t.Errorf("the upload that began an hour ago: %v", err)
		}
		if said := log.String(); !strings.Contains(said, "not swept") || !strings.Contains(said, "720h0m0s ahead of the clock of the database") {
			t.Errorf("the log says %s", said)
		}
		offsets := offsetsOf(t, a)
		for reference, want := range map[string]float64{"the database": 720 * 3600, "the storage": 720 * 3600, "this server when it was started": 0} {
			if got, told := offsets[reference]; !told || math.Abs(got-want) > 60 {
				t.Errorf("the clock is %v s ahead of %s, want %v", got, reference, want)
			}
		}
	})
}

// offsetsOf is by how much the metrics say that a node's clock is ahead of others.
func offsetsOf(t *testing.T, a *App) map[string]float64 {
	t.Helper()
	families, err := a.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	offsets := make(map[string]float64)
	for _, family := range families {
		if family.GetName() != "lectern_clock_offset_seconds" {
			continue
		}
		for _, m := range family.GetMetric() {
			offsets[m.GetLabel()[0].GetValue()] = m.GetGauge().GetValue()
		}
	}
	return offsets
}
