package store

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// mediaState is the migration to one state.
const mediaState = 32

// Each pair of a status and a stage becomes the state that is shown as that pair, and a pair
// that makes no sense a failure that says why. Without a stage nothing was worked on.
func TestMigration_MapsEachStatusAndStageToAState(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		ctx := t.Context()
		db, upToDate := migrateTo(t, url, mediaState-1)
		exec := func(statement string, args ...any) {
			t.Helper()
			if _, err := db.ExecContext(ctx, fmt.Sprintf(statement, args...)); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		exec("INSERT INTO users (id, uuid, full_name, display_name, version, created_at) VALUES (1, 'u', 'Ada', 'Ada', 1, 1)")
		exec("INSERT INTO collections (id, type, owner_id, version, created_at) VALUES (1, 'user', 1, 1, 1)")
		type pair struct{ status, stage, message string }
		pairs := make(map[library.MediaID]pair)
		for _, status := range []string{"waiting_for_upload", "queued", "transcoding", "finished", "failed", "external"} {
			for _, stage := range []string{"", "waiting", "queued", "fetching", "probing", "transcoding", "finished", "failed"} {
				for _, message := range []string{"", "It is broken."} {
					if stage == "" && message != "" {
						continue
					}
					id := library.MediaID(len(pairs) + 1)
					pairs[id] = pair{status, stage, message}
					exec(`INSERT INTO media (id, owner_id, home_collection_id, title, duration, size, source, transcoding_status, embed_id, version, created_at)
						VALUES (%d, 1, 1, 'M', 1, 1, 'upload', '%s', '018f4e2a-0000-4000-8000-%012d', 1, 1)`, id, status, id)
					if stage != "" {
						exec(`INSERT INTO media_processing (media_id, run, stage, percent, message, updated_at)
							VALUES (%d, '018f4e2a-0000-4000-8000-000000000001', '%s', 7, NULLIF('%s', ''), 1)`, id, stage, message)
					}
				}
			}
		}
		upToDate()
		byPair, withoutStage := make(map[string]library.State), map[string]library.State{
			"waiting_for_upload": library.StateWaiting, "queued": library.StateQueued, "transcoding": library.StateTranscoding,
			"finished": library.StateFinished, "failed": library.StateFailed, "external": library.StateExternal,
		}
		for _, s := range library.States() {
			byPair[string(s.Status())+" "+string(s.Stage())] = s
		}
		states, failed := make(map[library.State]bool), 0
		for id, before := range pairs {
			var state, message, run string
			var percent int64
			row := db.QueryRowContext(ctx, fmt.Sprintf(`SELECT m.state, COALESCE(p.message, ''), COALESCE(p.run, ''), COALESCE(p.percent, 0)
				FROM media m LEFT JOIN media_processing p ON p.media_id = m.id WHERE m.id = %d`, id))
			if err := row.Scan(&state, &message, &run, &percent); err != nil {
				t.Fatal(err)
			}
			want, valid := byPair[before.status+" "+before.stage]
			if before.stage == "" {
				want, valid = withoutStage[before.status], true
			}
			states[library.State(state)] = true
			switch {
			case valid && (state != string(want) || message != before.message || before.stage != "" && (run == "" || percent != 7)):
				t.Errorf("%+v has become %s with the message %q, the run %q at %d %%; want %s and the rest as it was", before, state, message, run, percent, want)
			case !valid && (state != string(library.StateFailed) || run != "" || percent != 0):
				t.Errorf("%+v, which makes no sense, has become %s with the run %q at %d %%; want failed", before, state, run, percent)
			case !valid && before.message == "" && !strings.HasSuffix(message, "Try again, or upload it again."),
				!valid && before.message != "" && message != before.message:
				t.Errorf("%+v, which makes no sense, says %q", before, message)
			case !valid:
				failed++
			}
		}
		if len(states) != len(library.States()) || failed != 2*(6*7-len(library.States())) {
			t.Errorf("the states are %v, and %d pairs have failed", states, failed)
		}
		if strings.HasPrefix(url, "sqlite:") {
			var said string
			if err := db.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
				t.Errorf("integrity_check says %q, %v", said, err)
			}
		}
		if _, err := db.ExecContext(ctx, "UPDATE media SET state = 'nowhere' WHERE id = 1"); err == nil {
			t.Error("a state that does not exist is taken")
		}
	})
}
