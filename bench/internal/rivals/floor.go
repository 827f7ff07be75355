package rivals

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// A floor answers with the media that a person owns: one query of a page along an
// index, and one count along the same. It asks for no token and knows no rules, no
// sharing and no archive. A client that wants a page and its total out of this database by
// this driver does at least that much, so it is what Lectern is measured by. Drivers,
// pragmas and pools are as in Lectern's store, statements are prepared, and the JSON
// is written by hand into one buffer.
//
// In a large library nobody owns pages of media; there it lists a shelf, which is what
// the people own whose ids have the same remainder, along an index made for that.
type floor struct {
	db          *sql.DB
	page, count *sql.Stmt
	one         *floorOne
}

func serveFloor(ctx context.Context, database, shelves string) (err error) {
	shelf := "owner_id"
	if shelves != "0" {
		shelf = "owner_id % " + shelves
	}
	f := &floor{}
	if f.db, err = openPool(database); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.db.Close()) }()
	f.page, err = f.db.PrepareContext(ctx, `
		SELECT m.id, m.title, m.description, m.duration, m.created_at, m.last_viewed_at,
		       m.last_viewed_by_student_at, m.state, m.size, m.source, m.embed_id, m.archived_at,
		       u.id, u.full_name, u.display_name, u.email
		  FROM media m JOIN users u ON u.id = m.owner_id
		 WHERE m.`+shelf+` = $1
		 ORDER BY m.created_at DESC, m.id DESC LIMIT $2 OFFSET $3`)
	if err != nil {
		return err
	}
	if f.count, err = f.db.PrepareContext(ctx, "SELECT count(*) FROM media WHERE "+shelf+" = $1"); err != nil {
		return err
	}
	if f.one, err = prepareOne(ctx, f.db); err != nil {
		return err
	}
	return serveHTTP(ctx, f)
}

// openPool opens the pool that Lectern's store reads by (internal/store/sqlite.go and
// postgres.go): what is set there is set here.
func openPool(database string) (*sql.DB, error) {
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		params := url.Values{"_pragma": {
			"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)",
			"cache_size(-16000)", "query_only(1)",
		}}
		dsn := (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: params.Encode()}).String()
		db, err := sql.Open("sqlite", dsn)
		if err != nil {
			return nil, err
		}
		limit(db, 2*runtime.NumCPU())
		return db, nil
	}
	config, err := pgx.ParseConfig(database)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["random_page_cost"] = "1.1"
	config.RuntimeParams["enable_hashjoin"] = "off"
	db := stdlib.OpenDB(*config)
	limit(db, max(8, 4*runtime.NumCPU()))
	return db, nil
}

func limit(db *sql.DB, connections int) {
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
}

// A listed is a row of the answer.
type listed struct {
	id                            int64
	title                         string
	description                   sql.NullString
	duration                      float64
	createdAt                     int64
	lastViewed, lastViewedStudent sql.NullInt64
	status                        string
	size                          int64
	source, embedID               string
	archivedAt                    sql.NullInt64
	ownerID                       int64
	ownerFull, ownerDisplay       string
	ownerEmail                    sql.NullString
}

// ServeHTTP answers GET /{shelf}/{page}/{size}, and what [floorOne] answers.
func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.one.answers(r.URL.Path) {
		f.one.ServeHTTP(w, r)
		return
	}
	shelf, page, size, ok := readFloorPath(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	buf, _ := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	body, err := f.appendAnswer(r.Context(), (*buf)[:0], shelf, page, size)
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

var (
	buffers  = sync.Pool{New: func() any { return new([]byte) }}
	jsonType = []string{"application/json; charset=utf-8"}
)

func readFloorPath(path string) (shelf, page, size int64, ok bool) {
	var numbers [3]int64
	for i := range numbers {
		part, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n < 0 {
			return 0, 0, 0, false
		}
		numbers[i], path = n, rest
	}
	return numbers[0], numbers[1], numbers[2], path == ""
}

func (f *floor) appendAnswer(ctx context.Context, buf []byte, shelf, page, size int64) ([]byte, error) {
	rows, err := f.page.QueryContext(ctx, shelf, size, (page-1)*size)
	if err != nil {
		return buf, err
	}
	defer func() { _ = rows.Close() }() // Err below says what went wrong
	buf = append(buf, `{"media":[`...)
	var m listed
	for first := true; rows.Next(); first = false {
		err := rows.Scan(&m.id, &m.title, &m.description, &m.duration, &m.createdAt, &m.lastViewed,
			&m.lastViewedStudent, &m.status, &m.size, &m.source, &m.embedID, &m.archivedAt,
			&m.ownerID, &m.ownerFull, &m.ownerDisplay, &m.ownerEmail)
		if err != nil {
			return buf, err
		}
		if !first {
			buf = append(buf, ',')
		}
		buf = m.appendJSON(buf)
	}
	if err := rows.Err(); err != nil {
		return buf, err
	}
	var total int64
	if err := f.count.QueryRowContext(ctx, shelf).Scan(&total); err != nil {
		return buf, err
	}
	buf = append(buf, `],"meta":{"current_page":`...)
	buf = strconv.AppendInt(buf, page, 10)
	buf = append(buf, `,"last_page":`...)
	buf = strconv.AppendInt(buf, max(1, (total+size-1)/size), 10)
	buf = append(buf, `,"total_count":`...)
	buf = strconv.AppendInt(buf, total, 10)
	return append(buf, `}}`...), nil
}
