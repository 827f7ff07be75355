package conformance

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/settings"
	"github.com/lectern-media/lectern/internal/testkit"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// A view shows one state of the library: what was committed before it or what was committed
// while it read, and never a bit of each. That includes whether the caller may see it.
func TestViews_SeeOneState(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	f := newFlux(t)
	tried := 0
	for _, row := range roundTrips {
		isPage := strings.HasPrefix(row.request, "/")
		if !isPage && !strings.HasPrefix(row.request, "GET ") {
			continue
		}
		if strings.HasPrefix(row.request, "/files/") { // one statement, of nothing that these interruptions change
			continue
		}
		different := 0
		for _, caller := range []string{"owner", "student"} {
			for _, c := range interruptions {
				r := f.try(t, c, func() string { return f.hall.answer(t, row.request, caller) })
				tried += r.tried
				different += r.different
				for _, m := range r.mixed {
					if readsOn[row.request] {
						continue
					}
					t.Errorf("%s by the %s, where %s: %s", row.request, caller, c.name, m)
				}
			}
		}
		if different == 0 {
			t.Errorf("%s shows no change, so it shows nothing of this test either", row.request)
		}
	}
	testkit.Report("views of one state: %d changes committed between two statements of a view on PostgreSQL", tried)
}

// readsOn are lists that are written while they are read, because they may be longer than
// memory is: what they list is of one state, and the files and captions of each item are as
// they are when the item is written.
var readsOn = map[string]bool{"GET /courses/101/media": true}

// The test above rejects a view that reads twice.
func TestViews_OfTwoStatesAreNoticed(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	f := newFlux(t)
	for _, c := range interruptions {
		r := f.try(t, c, func() string {
			return f.hall.answer(t, "GET /users/{self}/media", "student") + f.hall.answer(t, "GET /users/{self}/media", "student")
		})
		if len(r.mixed) == 0 {
			t.Errorf("where %s, nobody notices that a view reads twice", c.name)
		}
	}
}

// A change answers as some order of it and of what others commit meanwhile has it. The
// student may edit an archived film by way of a group only. One who leaves the group between
// two statements was let in as an editor, and is not to be answered as one who may not even
// watch it.
func TestShareChanges_SeeOneState(t *testing.T) {
	t.Parallel()
	testkit.NeedsMore(t, "PostgreSQL")
	f := newFlux(t)
	film := strconv.FormatInt(int64(f.hall.node.Library.Media("film")), 10)
	f.commit(t, []string{
		`UPDATE media_shares SET permission = 'edit' WHERE media_id = ` + film,
		`UPDATE media SET archived_at = 1, version = version + {step} WHERE id = ` + film,
	})
	for _, body := range []string{`{"permissions":[]}`, `{"permissions":[{"action":"create","id":{student},"share_type":"user","permission_type":"view"},` +
		`{"action":"destroy","id":{student},"share_type":"user"}]}`} {
		body = strings.ReplaceAll(body, "{student}", strconv.FormatInt(int64(f.hall.node.Library.User("student")), 10))
		leaves := interruption{
			"the student leaves the group", nil,
			[]string{`DELETE FROM group_members WHERE user_id = {student}`},
			[]string{`INSERT INTO group_members (group_id, user_id, permission) SELECT group_id, {student}, 'member' FROM media_shares WHERE media_id = ` + film},
		}
		r := f.try(t, leaves, func() string {
			answer := post(t, f.hall.node.As("student"), "/media/"+film+"/permissions", body)
			if answer.Status == http.StatusForbidden {
				return "403"
			}
			return fmt.Sprint(answer.Status, string(answer.Body))
		})
		for _, m := range r.mixed {
			t.Errorf("%s: %s", body, m)
		}
		if r.different == 0 {
			t.Errorf("%s shows no change, so it shows nothing of this test either", body)
		}
	}
}

// flux is a [lectureHall] where everything changes while somebody looks.
type flux struct {
	hall  *hall
	trips *testkit.Trips
	db    *sql.DB
	step  int // by which versions grow; never the same
}

func newFlux(t *testing.T) *flux {
	t.Helper()
	counted, direct, trips := testkit.PostgresByTrips(t)
	lib := live.Open(t, direct)
	lib.Load(t, lectureHall)
	node := lib.Serve(t, func(o *app.Options) { o.Place.Database = settings.DatabaseURL(counted) })
	f := &flux{hall: newHall(t, node), trips: trips, db: lib.Tables(t), step: 1000}
	if _, err := f.db.ExecContext(t.Context(), filmFiles, lib.Media("film")); err != nil {
		t.Fatal(err)
	}
	watch(t, node.As("student"), f.hall.names["student"]["perspective"], "c", 1, 0, 30).Want(t, 204)
	return f
}

// filmFiles makes the film one that plays.
const filmFiles = `INSERT INTO media_files (media_id, kind, definition, object_key, mime_type, width, height, bitrate, size, created_at)
	SELECT $1::bigint, kind, definition, 'media/' || $1::bigint || '/00000000-0000-4000-8000-00000000000a/' || name, type, 1280, 720, 1000, 1000, 0
	FROM (VALUES ('hls_master', '', 'hls/master.m3u8', 'application/vnd.apple.mpegurl'),
		('hls_media', '720p', 'hls/720.mp4', 'video/mp4'), ('mp4', '720p', '720.mp4', 'video/mp4'))
		AS f (kind, definition, name, type)`

// everything changes what all lists and objects tell: names, sizes and times, but nobody's
// permission.
var everything = []string{
	`UPDATE users SET full_name = full_name || '!', created_at = created_at + 60, version = version + {step}`,
	`UPDATE groups SET name = name || '!', created_at = created_at + 60, version = version + {step}`,
	`UPDATE courses SET name = name || '!', created_at = created_at + 60`,
	`UPDATE collections SET name = name || '!', created_at = created_at + 60, version = version + {step}`,
	`UPDATE media SET title = title || '!', duration = duration + 1, created_at = created_at + 60, version = version + {step}`,
	`UPDATE perspectives SET created_at = created_at + 60`,
	`UPDATE tags SET name = name || '!'`,
	`UPDATE caption_files SET created_at = created_at + 60, srt = replace(srt, 'Licht', 'Licht!'), srclang = translate(srclang, 'defr', 'frde')`,
	`UPDATE media_files SET width = width + 1, object_key = CASE WHEN object_key LIKE '%0a/%'
		THEN replace(object_key, '0a/', '0b/') ELSE replace(object_key, '0b/', '0a/') END WHERE kind <> 'original'`,
	`UPDATE media_processing SET percent = (percent + 1) % 100`,
	`UPDATE viewers SET watched = watched + 1, last_viewed_at = last_viewed_at + 60`,
	`UPDATE insight_sums SET views = views + 1, watched = watched + 1`,
}

// replaced has a colleague take the place of the owner and of the student, or give it back.
var replaced = []string{
	`UPDATE media SET owner_id = {owner} + {colleague} - owner_id WHERE owner_id IN ({owner}, {colleague})`,
	`UPDATE collections SET owner_id = {owner} + {colleague} - owner_id WHERE owner_id IN ({owner}, {colleague}) AND type = 'custom'`,
	`UPDATE group_members SET user_id = {student} + {colleague} - user_id WHERE user_id IN ({student}, {colleague})`,
	`UPDATE enrollments SET user_id = {student} + {colleague} - user_id WHERE user_id IN ({student}, {colleague})`,
}

// interruption is what happens to the library while somebody looks.
type interruption struct {
	name                  string
	before, during, after []string // before somebody looks, while they do, and then
}

// interruptions are all that this test knows.
var interruptions = []interruption{
	{"everything is renamed", nil, everything, nil},
	{"others take one's place", nil, slices.Concat(replaced, everything), slices.Concat(replaced, everything)},
	{"one's place is given back", slices.Concat(replaced, everything), slices.Concat(replaced, everything), nil},
}

// commit makes a change in one transaction, and again where the database has ended it for the
// sake of one of the server's own: both may lock many rows.
func (f *flux) commit(t *testing.T, statements []string) {
	t.Helper()
	err := f.change(t, statements)
	for db.IsConflict(err) {
		err = f.change(t, statements)
	}
	if err != nil {
		t.Error(err)
	}
}

func (f *flux) change(t *testing.T, statements []string) error {
	t.Helper()
	lib := f.hall.node.Library
	f.step++
	fill := []string{"{step}", strconv.Itoa(f.step)}
	for _, key := range []string{"owner", "student", "colleague"} {
		fill = append(fill, "{"+key+"}", strconv.FormatInt(int64(lib.User(key)), 10))
	}
	tx, err := f.db.BeginTx(t.Context(), nil)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(t.Context(), strings.NewReplacer(fill...).Replace(statement)); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// tries is what came of committing a change while a view was read.
type tries struct {
	tried     int      // in how many places of the view
	different int      // how often the view showed the change
	mixed     []string // where it showed neither the state before nor the one after
}

// try commits a change before the first round trip of a view, before the second, and so on.
func (f *flux) try(t *testing.T, c interruption, view func() string) (r tries) {
	t.Helper()
	for ; ; r.tried++ {
		f.commit(t, c.before)
		before := view()
		made, changed := 0, testkit.Trip{}
		f.trips.Before(func(trip testkit.Trip) {
			if made == r.tried {
				changed = trip
				f.commit(t, c.during)
			}
			made++
		})
		meanwhile := view()
		f.trips.Before(nil)
		if made <= r.tried {
			f.commit(t, c.before) // which takes itself back
			return r
		}
		after := view()
		f.commit(t, c.after)
		if before != after {
			r.different++
		}
		if meanwhile != before && meanwhile != after {
			r.mixed = append(r.mixed, fmt.Sprintf("what is committed before %s\nis half seen: %.2000s\nbefore: %.2000s\nafter:  %.2000s",
				changed, meanwhile, before, after))
		}
	}
}
