package survival

import (
	"context"
	"fmt"
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/testkit"
)

// uploadSome uploads and completes some recordings.
func (s *server) uploadSome(t *testing.T, c *clips, n int) map[int64]string {
	t.Helper()
	done := map[int64]string{}
	for i := range n {
		file := c.one(i)
		id, err := s.put(t.Context(), file)
		if err == nil {
			err = s.complete(t.Context(), id, fmt.Sprintf("Recording %d", i))
		}
		if err != nil {
			t.Fatal(err)
		}
		done[id] = sumOf(file)
	}
	return done
}

// finish waits until recordings play, and compares their bytes.
func (s *server) finish(t *testing.T, done map[int64]string) {
	t.Helper()
	for id, want := range done {
		waitFor(t, fmt.Sprintf("media %d is finished", id), func() bool {
			stage, err := s.stage(t.Context(), id)
			if stage == "failed" {
				a, _ := s.ask(t.Context(), http.MethodGet, fmt.Sprintf("%s/media/%d/processing", api, id), "", nil)
				t.Fatalf("media %d has failed: %s\n%s", id, a.body, s.current.said.String())
			}
			return err == nil && stage == "finished"
		})
		if sum, err := s.original(t.Context(), id); err != nil || sum != want {
			t.Errorf("media %d has other bytes than were sent, %v", id, err)
		}
	}
}

// One of two nodes is killed in the middle of its work: the other takes it over, within
// seconds. A third one only serves.
func TestNodes_TakeOverJobsOfAKilledNode(t *testing.T) {
	t.Parallel()
	storage := testkit.S3(t)
	at := place{testkit.PostgresURL(t), storage}
	clips, db := newClips(t), openRaw(t, at.database)
	one := newServer(t, at, "--workers=1")
	serving := one.beside("--workers=0")
	serving.start()
	done := serving.uploadSome(t, clips, 3)
	// Nobody works: nothing has begun however long the uploads took.
	if jobs := db.counts(t, "SELECT CAST(state AS TEXT), count(*) FROM river_job GROUP BY state"); jobs["available"] != 3 {
		t.Errorf("with nobody who works, the jobs are %v", jobs)
	}
	killed := one.start()
	db.awaitState(t, "transcoding", time.After(patience))
	other := one.beside()
	other.start()
	one.end(killed, syscall.SIGKILL)
	died := time.Now()
	done2 := other.uploadSome(t, clips, 2)
	serving.finish(t, done)
	other.finish(t, done2)
	if took := time.Since(died); took > time.Minute {
		t.Errorf("the work of a dead node was done after %s", took)
	}
	// The pictures of the scrub bar come after the end, still in the job.
	db.awaitJobs(t)
	db.verifyRows(t)
	verifyObjects(t, at)
}

// A media item that is deleted while it is worked on takes the work with it.
func TestDelete_EndsTheWork(t *testing.T) {
	t.Parallel()
	onEachPlace(t, func(t *testing.T, at place) {
		t.Helper()
		clips, db := newClips(t), openRaw(t, at.database)
		s := newServer(t, at)
		l := s.start()
		for id := range s.uploadSome(t, clips, 1) {
			db.awaitState(t, "transcoding", time.After(patience))
			a, err := s.try(t.Context(), l, http.MethodDelete, fmt.Sprintf("%s/media/%d", api, id), "", nil)
			if err != nil || a.status >= http.StatusBadRequest {
				t.Fatalf("DELETE answers %d, %v: %s", a.status, err, a.body)
			}
		}
		db.awaitJobs(t)
		waitFor(t, "the programs have ended", func() bool { return len(s.children()) == 0 })
		verifyObjects(t, at)
	})
}

// A PostgreSQL that drops every connection, again and again, is a nuisance and no more:
// who asks may have to ask again, and work goes on where it was.
func TestDatabase_ComesBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := place{testkit.PostgresURL(t), dir}
	clips, db := newClips(t), openRaw(t, at.database)
	s := newServer(t, at)
	l := s.start()
	done := s.uploadSome(t, clips, 3)
	const times = 4
	for range times {
		db.awaitState(t, "transcoding", time.After(time.Second))
		db.counts(t, `SELECT 'ended', count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		file := clips.one(0)
		done[s.insist(t, l, file)] = sumOf(file)
	}
	waitFor(t, "the server is ready", func() bool {
		a, err := s.try(t.Context(), l, http.MethodGet, "/readyz", "", nil)
		return err == nil && a.status == http.StatusOK
	})
	s.finish(t, done)
	db.awaitJobs(t)
	db.verifyRows(t)
	verifyObjects(t, at)
}

// insist uploads and completes a recording, each step again until it is acknowledged.
func (s *server) insist(t *testing.T, l *life, file []byte) (id int64) {
	t.Helper()
	again := func(what string, step func(context.Context) error) {
		waitFor(t, what, func() bool {
			err := step(t.Context())
			if err != nil {
				t.Logf("%s: %v", what, err)
			}
			return err == nil
		})
	}
	again("the bytes are taken", func(ctx context.Context) (err error) {
		id, err = s.put(ctx, file)
		return err
	})
	again("the upload is completed", func(ctx context.Context) error { return s.complete(ctx, id, "A recording") })
	select {
	case <-l.over:
		t.Fatalf("the server has ended: %s", l.said.String())
	default:
	}
	return id
}
