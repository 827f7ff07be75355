package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/lectern-media/lectern/internal/library"
)

// Figures are numbers about a library, for its operator.
type Figures struct {
	Media  map[library.State]int64 // media items that are not deleted
	Bytes  int64                   // of all files
	Oldest time.Duration           // for how long the job waits that was added first; 0 where none waits
}

// Figures counts. Its one statement reads all media items and files: do not ask often.
func (s *Store) Figures(ctx context.Context) (f Figures, err error) {
	age := "extract(epoch FROM now() - min(created_at))"
	if isSQLite(s.db.DB) {
		age = "(julianday('now') - julianday(min(created_at))) * 86400"
	}
	rows, err := s.db.Reads().QueryContext(ctx, `
		SELECT 'media', state, count(*) FROM media WHERE deleted_at IS NULL GROUP BY state
		UNION ALL SELECT 'bytes', '', CAST(coalesce(sum(size), 0) AS BIGINT) FROM media_files
		UNION ALL SELECT 'oldest', '', CAST(coalesce(`+age+`, 0) AS BIGINT) FROM river_job WHERE state IN ('available', 'retryable', 'scheduled')`)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	f.Media = make(map[library.State]int64)
	for rows.Next() {
		var what, state string
		var n int64
		if err := rows.Scan(&what, &state, &n); err != nil {
			return f, err
		}
		switch what {
		case "media":
			f.Media[library.State(state)] = n
		case "bytes":
			f.Bytes = n
		default:
			f.Oldest = time.Duration(n) * time.Second
		}
	}
	return f, rows.Err()
}

// Connections are those of the pool that changes are made on: in PostgreSQL the pool of
// everything but listening, in SQLite the one connection that changes anything.
func (s *Store) Connections() sql.DBStats { return s.db.Writer().Stats() }
