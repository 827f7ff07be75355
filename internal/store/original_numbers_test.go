package store

import (
	"fmt"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit"
)

// originalNumbers is the migration that fills in the numbers of originals.
const originalNumbers = 22

// The originals of an older library get the numbers that are known.
func TestMigration_FillsInTheNumbersOfOriginals(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db, upToDate := migrateTo(t, url, originalNumbers-1)
		exec := func(statement string, args ...any) {
			t.Helper()
			if _, err := db.ExecContext(t.Context(), fmt.Sprintf(statement, args...)); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		exec("INSERT INTO users (id, uuid, full_name, display_name, version, created_at) VALUES (1, 'u', 'Ada', 'Ada', 1, 1)")
		exec("INSERT INTO collections (id, type, owner_id, version, created_at) VALUES (1, 'user', 1, 1, 1)")
		file := func(media int, kind, key string, width, height, bitrate, size int) {
			exec(`INSERT INTO media_files (media_id, kind, definition, object_key, mime_type, width, height, bitrate, size, created_at)
				VALUES (%d, '%s', 'x', '%s', 'video/mp4', %d, %d, %d, %d, 1)`, media, kind, key, width, height, bitrate, size)
		}
		for id, seconds := range map[int]float64{1: 10.4, 2: 0, 3: 3600, 4: 10} {
			exec(`INSERT INTO media (id, owner_id, home_collection_id, title, duration, size, source, transcoding_status, embed_id, version, created_at)
				VALUES (%d, 1, 1, 'M', %g, 1, 'upload', 'finished', 'e%d', 1, 1)`, id, seconds, id)
		}
		file(1, "original", "a", 0, 0, 0, 1_000_003) // a download as it is
		file(1, "mp4", "a", 1280, 720, 90_000, 1_000_003)
		file(2, "original", "b", 0, 0, 0, 7)         // nobody knows how long it is
		file(3, "original", "c", 0, 0, 0, 10<<30)    // large, and its downloads are others
		file(3, "mp4", "d", 1280, 720, 90_000, 1000) // which stay
		file(4, "original", "e", 640, 360, 5000, 10) // known already
		upToDate()
		for key, want := range map[string][3]int64{
			"a": {1280, 720, 769_233}, "b": {0, 0, 0}, "c": {0, 0, (10 << 30) * 8 / 3600}, "d": {1280, 720, 90_000}, "e": {640, 360, 5000},
		} {
			var got [3]int64
			row := db.QueryRowContext(t.Context(), "SELECT MAX(width), MAX(height), MAX(bitrate) FROM media_files WHERE object_key = '"+key+
				"' AND kind = (SELECT MAX(kind) FROM media_files WHERE object_key = '"+key+"')")
			if err := row.Scan(&got[0], &got[1], &got[2]); err != nil {
				t.Fatal(err)
			}
			// One database rounds, the other cuts off.
			if d := got[2] - want[2]; got[0] != want[0] || got[1] != want[1] || d < -1 || d > 1 {
				t.Errorf("the original %s has %v, want %v", key, got, want)
			}
		}
	})
}
