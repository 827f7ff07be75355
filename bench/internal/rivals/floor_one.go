package rivals

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// floorOne answers with one media item: what GET /media/{id} says of it by one query along
// the primary key, and what the page of an embed shows by one along the index of embed ids,
// one for the files and one for the captions. It knows no tokens and no rules either.
type floorOne struct {
	byID, byEmbed, files, captions *sql.Stmt
}

// oneMedia is a media item with its owner and its home.
const oneMedia = `
	SELECT m.id, m.title, m.description, m.duration, m.created_at, m.last_viewed_at,
	       m.last_viewed_by_student_at, m.state, m.size, m.source, m.embed_id, m.archived_at,
	       u.id, u.full_name, u.display_name, u.email, c.id, COALESCE(c.name, ''), c.type, c.created_at
	  FROM media m JOIN users u ON u.id = m.owner_id JOIN collections c ON c.id = m.home_collection_id
	 WHERE m.`

func prepareOne(ctx context.Context, db *sql.DB) (*floorOne, error) {
	f := &floorOne{}
	var errs [4]error
	f.byID, errs[0] = db.PrepareContext(ctx, oneMedia+"id = $1 AND m.deleted_at IS NULL")
	f.byEmbed, errs[1] = db.PrepareContext(ctx, oneMedia+"embed_id = $1 AND m.deleted_at IS NULL")
	f.files, errs[2] = db.PrepareContext(ctx, "SELECT kind, object_key FROM media_files WHERE media_id = $1 ORDER BY id")
	f.captions, errs[3] = db.PrepareContext(ctx,
		"SELECT id, srclang FROM caption_files WHERE media_id = $1 AND status = 'published' ORDER BY srclang")
	return f, errors.Join(errs[:]...)
}

// answers says whether a path is one of those that floorOne answers: /media/{id} or
// /embed/{embed_id}.
func (f *floorOne) answers(path string) bool {
	return strings.HasPrefix(path, "/media/") || strings.HasPrefix(path, "/embed/")
}

func (f *floorOne) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	buf, _ := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	body, err := f.appendAnswer(r.Context(), (*buf)[:0], r.URL.Path)
	*buf = body
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h["Content-Type"] = jsonType
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	_, _ = w.Write(body) // a client that has gone away misses nothing
}

func (f *floorOne) appendAnswer(ctx context.Context, buf []byte, path string) ([]byte, error) {
	embed, isEmbed := strings.CutPrefix(path, "/embed/")
	query, argument := f.byEmbed, embed
	if !isEmbed {
		query, argument = f.byID, strings.TrimPrefix(path, "/media/")
	}
	var m listed
	var home struct {
		id, createdAt int64
		name, kind    string
	}
	err := query.QueryRowContext(ctx, argument).Scan(&m.id, &m.title, &m.description, &m.duration, &m.createdAt, &m.lastViewed,
		&m.lastViewedStudent, &m.status, &m.size, &m.source, &m.embedID, &m.archivedAt,
		&m.ownerID, &m.ownerFull, &m.ownerDisplay, &m.ownerEmail, &home.id, &home.name, &home.kind, &home.createdAt)
	if err != nil {
		return buf, err
	}
	buf = m.appendJSON(append(buf, `{"media":`...))
	buf = append(buf, `,"collection":{"id":`...)
	buf = strconv.AppendInt(buf, home.id, 10)
	buf = append(buf, `,"name":`...)
	buf = appendString(buf, home.name)
	buf = append(buf, `,"type":`...)
	buf = appendString(buf, home.kind)
	buf = append(buf, '}')
	if isEmbed {
		for name, list := range map[string]*sql.Stmt{"files": f.files, "captions": f.captions} {
			if buf, err = appendPairs(ctx, buf, name, list, m.id); err != nil {
				return buf, err
			}
		}
	}
	return append(buf, '}'), nil
}

// appendPairs appends a list of what a query returns, two texts to a row.
func appendPairs(ctx context.Context, buf []byte, name string, query *sql.Stmt, id int64) ([]byte, error) {
	rows, err := query.QueryContext(ctx, id)
	if err != nil {
		return buf, err
	}
	defer func() { _ = rows.Close() }() // Err below says what went wrong
	buf = append(append(append(buf, `,"`...), name...), `":[`...)
	for first := true; rows.Next(); first = false {
		var a, b string
		if err := rows.Scan(&a, &b); err != nil {
			return buf, err
		}
		if !first {
			buf = append(buf, ',')
		}
		buf = appendString(append(buf, '['), a)
		buf = append(appendString(append(buf, ','), b), ']')
	}
	return append(buf, ']'), rows.Err()
}
