package survival

import (
	"database/sql"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/blob"
	"github.com/lectern-media/lectern/internal/holdings"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/work"
)

// raw is a look at a database beside the server.
type raw struct{ db *sql.DB }

func openRaw(t *testing.T, url string) *raw {
	t.Helper()
	return &raw{testkit.Tables(t, url)}
}

// counts reads rows of a name and a number.
func (r *raw) counts(t *testing.T, query string) map[string]int {
	t.Helper()
	rows, err := r.db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	counts := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		counts[name] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return counts
}

// awaitState waits for work on a media item in a state, or for the time to be up.
func (r *raw) awaitState(t *testing.T, state string, up <-chan time.Time) {
	t.Helper()
	for tick := time.Tick(5 * time.Millisecond); ; {
		select {
		case <-tick:
		case <-up:
			return
		}
		if r.counts(t, "SELECT m.state, count(*) FROM media m JOIN media_processing p ON p.media_id = m.id WHERE p.run IS NOT NULL GROUP BY m.state")[state] > 0 {
			return
		}
	}
}

// awaitJobs waits until all jobs are done, and fails the test if one was given up.
func (r *raw) awaitJobs(t *testing.T) {
	t.Helper()
	waitFor(t, "all jobs are done", func() bool {
		jobs := r.counts(t, "SELECT CAST(state AS TEXT), count(*) FROM river_job GROUP BY state")
		return jobs["available"]+jobs["running"]+jobs["retryable"]+jobs["scheduled"]+jobs["pending"] == 0
	})
	if n := r.counts(t, "SELECT CAST(state AS TEXT), count(*) FROM river_job GROUP BY state")["discarded"]; n > 0 {
		t.Errorf("%d jobs were given up", n)
	}
}

// verifyRows asks of the rows that all media are finished, and that nothing was done twice.
func (r *raw) verifyRows(t *testing.T) {
	t.Helper()
	for what, query := range map[string]string{
		"media that are not finished": `SELECT state, count(*) FROM media
			WHERE deleted_at IS NULL AND state NOT IN ('finished', 'waiting') GROUP BY state`,
		"finished media that lack what plays": `SELECT CAST(m.id AS TEXT), 1 FROM media m WHERE m.state = 'finished'
			AND (NOT EXISTS (SELECT 1 FROM media_files f WHERE f.media_id = m.id AND f.kind = 'original')
			  OR NOT EXISTS (SELECT 1 FROM media_files f WHERE f.media_id = m.id AND f.kind = 'hls_master')
			  OR NOT EXISTS (SELECT 1 FROM media_files f WHERE f.media_id = m.id AND f.kind = 'mp4'))`,
		"finished films without pictures on their scrub bar": `SELECT CAST(m.id AS TEXT), 1 FROM media m WHERE m.state = 'finished'
			AND EXISTS (SELECT 1 FROM media_files f WHERE f.media_id = m.id AND f.kind = 'hls_media' AND f.height > 0)
			AND NOT EXISTS (SELECT 1 FROM media_files f WHERE f.media_id = m.id AND f.kind = 'sprite')`,
		"files that are there twice": `SELECT CAST(media_id AS TEXT) || ' ' || kind || ' ' || definition, count(*) FROM media_files
			GROUP BY media_id, kind, definition HAVING count(*) > 1`,
		"objects that are named for several media": `SELECT object_key, count(DISTINCT media_id) FROM media_files
			GROUP BY object_key HAVING count(DISTINCT media_id) > 1`,
		"work that somebody still has": `SELECT m.state, count(*) FROM media m JOIN media_processing p ON p.media_id = m.id WHERE p.run IS NOT NULL GROUP BY m.state`,
	} {
		if found := r.counts(t, query); len(found) > 0 {
			t.Errorf("%s: %v", what, found)
		}
	}
	// Of what was made, all is of one run.
	rows, err := r.db.QueryContext(t.Context(), `SELECT f.media_id, f.object_key FROM media_files f WHERE f.kind <> 'original'
		AND NOT EXISTS (SELECT 1 FROM media_files o WHERE o.kind = 'original' AND o.object_key = f.object_key)`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	generations := map[int64]holdings.Run{}
	for rows.Next() {
		var id int64
		var key string
		if err := rows.Scan(&id, &key); err != nil {
			t.Fatal(err)
		}
		parsed, ok := holdings.ParseKey(key)
		if known, there := generations[id]; !ok || there && known != parsed.Run {
			t.Errorf("media %d has files of %s, and %s", id, known.Folder(), key)
		}
		generations[id] = parsed.Run
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// verifyObjects sweeps as if three days had passed: then every object has its row, and every
// row its object.
func verifyObjects(t *testing.T, at place) {
	t.Helper()
	kept, err := store.Open(t.Context(), store.Options{URL: at.database})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	blobs, err := blob.Open(at.storage)
	if err != nil {
		t.Fatal(err)
	}
	later := func() time.Time { return time.Now().Add(holdings.StrayLife + time.Hour) }
	sweeper := holdings.Sweeper{Rows: work.Rows(library.New(kept, later)), Blobs: blobs, Clock: later}
	for _, dryRun := range []bool{false, true} {
		swept, err := sweeper.Sweep(t.Context(), dryRun)
		if err != nil {
			t.Fatal(err)
		}
		if len(swept.Lost) > 0 {
			t.Errorf("rows have lost their objects: %v", swept.Lost)
		}
		if dryRun && (len(swept.Strays) > 0 || swept.Interrupted > 0) {
			t.Errorf("after sweeping there are objects that no row names: %v, and %d interrupted", swept.Strays, swept.Interrupted)
		}
		t.Logf("%d objects, %d strays, %d interrupted", swept.Objects, len(swept.Strays), swept.Interrupted)
	}
	// A sweep looks nowhere else.
	if err := blobs.List(t.Context(), "", func(o blob.Info) error {
		if _, ok := holdings.ParseKey(o.Key); !ok && o.Key != holdings.MarkKey {
			t.Errorf("%s is not the key of an object of a media item", o.Key)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}
