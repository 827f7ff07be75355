package store_test

import (
	"context"
	"database/sql"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/jobs"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
)

// uploaded makes a library in which a media item waits to be probed.
func uploaded(t *testing.T, url string) (*store.Store, *library.Library, library.MediaID) {
	t.Helper()
	kept, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	lib := library.New(kept, time.Now)
	return kept, lib, upload(t, lib)
}

// upload adds a media item that waits to be probed.
func upload(t *testing.T, lib *library.Library) library.MediaID {
	t.Helper()
	var made library.Media
	var ada library.User
	err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) (err error) {
		ada, err = c.CreateUser(t.Context(), library.NewUser{FullName: "Ada"})
		if err == nil {
			made, err = c.StartUpload(t.Context(), library.NewUpload{Owner: ada.ID})
		}
		return err
	})
	if err == nil {
		_, err = lib.Uploaded(t.Context(), made.EmbedID, library.Arrived{Media: made.ID, Key: "media/1/run/original", Size: 1})
	}
	if err == nil {
		err = lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			_, err := c.CompleteUpload(t.Context(), made.ID, library.Completion{Title: "Lenses"})
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

// A restored dump has made the types of columns again, which statements that were prepared
// before do not know.
func TestChange_UnderARestoredDump(t *testing.T) {
	t.Parallel()
	url := testkit.PostgresURL(t)
	_, lib, _ := uploaded(t, url)
	for range 3 {
		if err := testkit.Dump(t, url)(t.Context()); err != nil {
			t.Fatal(err)
		}
		upload(t, lib)
	}
}

// A run that has lost a media item to another one can do nothing about it any more, not even say
// that it failed.
func TestWork_OnlyTheLastRunCounts(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		_, lib, id := uploaded(t, url)
		probe, err := lib.BeginWork(ctx, library.Job{Task: library.TaskPrepare, Media: id})
		if err == nil {
			err = lib.Probed(ctx, probe, 2, true)
		}
		if err != nil {
			t.Fatal(err)
		}
		transcoding := library.Job{Task: library.TaskTranscode, Media: id}
		lost, err := lib.BeginWork(ctx, transcoding)
		if err != nil {
			t.Fatal(err)
		}
		holds, err := lib.BeginWork(ctx, transcoding)
		if err != nil {
			t.Fatal(err)
		}
		master := func(run uuid.UUID) []library.MediaFile {
			return []library.MediaFile{{Kind: library.FileHLSMaster, Key: "media/1/" + run.String() + "/hls/master.m3u8"}}
		}
		check := func(when string) {
			t.Helper()
			for what, err := range map[string]error{
				"finish":       lib.FinishWork(ctx, lost, 2, master(lost.Run)),
				"fail":         lib.FailWork(ctx, lost, "It is broken."),
				"probe":        lib.Probed(ctx, lost, 3, false),
				"go on":        lib.Progress(ctx, lost, 50),
				"add pictures": lib.AddPictures(ctx, id, master(lost.Run)[0].Key, master(lost.Run)),
			} {
				if library.KindOf(err) != library.KindConflict {
					t.Errorf("%s, the lost run may %s: %v", when, what, err)
				}
			}
		}
		check("while another works")
		if err := lib.FinishWork(ctx, holds, 2, master(holds.Run)); err != nil {
			t.Fatal(err)
		}
		check("after another finished")
		if _, err := lib.BeginWork(ctx, transcoding); library.KindOf(err) != library.KindConflict {
			t.Errorf("what is finished is begun again: %v", err)
		}
		m, _, err := lib.MediaProcessing(ctx, library.Operator(), id)
		if err != nil || m.State != library.StateFinished {
			t.Errorf("it is %s, %v", m.State, err)
		}
	})
}

// A film that plays before its run is cut off still gets the pictures of its scrub bar.
func TestWork_GoesOnWithThePictures(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		_, lib, id := uploaded(t, url)
		job := library.Job{Task: library.TaskPrepare, Media: id}
		cut, err := lib.BeginWork(ctx, job)
		if err == nil {
			err = lib.Probed(ctx, cut, 2, false)
		}
		if err != nil {
			t.Fatal(err)
		}
		folder := "media/1/" + cut.Run.String() + "/"
		if err := lib.FinishWork(ctx, cut, 2, []library.MediaFile{
			{Kind: library.FileHLSMaster, Key: folder + "hls/master.m3u8"},
			{Kind: library.FileHLSMedia, Key: folder + "hls/720p.mp4", Height: 720},
			{Kind: library.FileMP4, Definition: "720p", Key: folder + "mp4/720p.mp4", Height: 720},
			{Kind: library.FileMP4, Definition: "360p", Key: folder + "mp4/360p.mp4", Height: 360},
		}); err != nil {
			t.Fatal(err)
		}
		again, err := lib.BeginWork(ctx, job)
		if err != nil {
			t.Fatal(err)
		}
		if again.Plays != folder+"hls/master.m3u8" || again.ToPicture.Key != folder+"mp4/360p.mp4" {
			t.Errorf("it goes on with %s of what plays by %s, want the smallest download of run %s", again.ToPicture.Key, again.Plays, cut.Run)
		}
		if m, _, err := lib.MediaProcessing(ctx, library.Operator(), id); err != nil || m.State != library.StateFinished {
			t.Errorf("meanwhile it is %s, %v", m.State, err)
		}
		sprite := []library.MediaFile{{Kind: library.FileSprite, Key: folder + "sprite.jpg"}}
		for range 2 { // the run that was cut off was not dead, but slow
			if err := lib.AddPictures(ctx, id, again.Plays, sprite); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := lib.BeginWork(ctx, job); library.KindOf(err) != library.KindConflict {
			t.Errorf("with its pictures it is begun again: %v", err)
		}
	})
}

// A PostgreSQL that restarts ends the lock that says that a node lives. The node takes it
// again and keeps its job, which runs once.
func TestWork_KeepsItsJobsWhenTheDatabaseRestarts(t *testing.T) {
	t.Parallel()
	url := testkit.PostgresURL(t)
	kept, _, id := uploaded(t, url)
	runs, end := make(chan store.Attempt, 10), make(chan struct{})
	workers, err := kept.Work(t.Context(), store.WorkerOptions{Workers: 2, Logger: slog.New(slog.DiscardHandler), Do: func(_ context.Context, run store.Attempt) error {
		runs <- run
		<-end
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if run := <-runs; run.Media != id {
		t.Errorf("it works on %v", run)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ask := func(query string) (n int) {
		if err := db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const holder = `SELECT coalesce(max(pid), 0) FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	first := ask(holder) // who holds it
	if first == 0 {
		t.Fatal("a node that lives holds no lock")
	}
	ask(`SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	deadline := time.After(time.Minute)
	for tick := time.Tick(20 * time.Millisecond); ask(holder) == 0 || ask(holder) == first; {
		select {
		case <-tick:
		case <-deadline:
			t.Fatal("the node does not take its lock again")
		}
	}
	// Another that comes now looks for the dead at once.
	beside, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	other, err := beside.Work(t.Context(), store.WorkerOptions{Workers: 2, Logger: slog.New(slog.DiscardHandler), Do: func(_ context.Context, run store.Attempt) error {
		t.Errorf("job %d runs a second time", run.ID)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if n := ask("SELECT count(*) FROM river_job WHERE state = 'running'"); n != 1 {
		t.Errorf("%d jobs run", n)
	}
	close(end)
	for _, w := range []*jobs.Workers{workers, other} {
		if err := w.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(runs) > 0 {
		t.Errorf("it ran again: %v", <-runs)
	}
}
