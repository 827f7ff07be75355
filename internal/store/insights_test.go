package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// audienceModel is a course with one film, and what its people watch of it, kept in the
// plainest way: every tenth of a second is seen or not.
type audienceModel struct {
	film     uuid.UUID // the perspective
	media    library.MediaID
	tenths   int64 // the length that is known
	people   []library.Actor
	roles    map[library.UserID]library.Role // in which a session that begins now is watched
	sessions map[sessionKey]*modelSession
}

type sessionKey struct {
	user   library.UserID
	client string
}

type modelSession struct {
	role   library.Role
	pieces map[int64][]library.Interval
}

// longest is the longest length of a film, in tenths of a second.
const longest = 300

// watched is what the model makes of some sessions.
type watched struct {
	views, tenths int64
	seen          [longest]bool
}

// add adds a session, as far as the media goes. What was received stays when the media
// turns out shorter.
func (w *watched) add(s *modelSession) {
	var tenths int64
	for _, intervals := range s.pieces {
		for _, i := range intervals {
			for at := math.Round(i.Start * 10); at < math.Round(i.End*10); at++ {
				w.seen[int(at)] = true
				tenths++
			}
		}
	}
	w.tenths += tenths
	if tenths >= 30 {
		w.views++
	}
}

// of adds up the sessions of each person as one of an audience.
func (m *audienceModel) of(a library.Audience) map[library.UserID]*watched {
	people := make(map[library.UserID]*watched)
	for key, s := range m.sessions {
		if a != library.Everyone && a != library.Audience(s.role.String()) {
			continue
		}
		if people[key.user] == nil {
			people[key.user] = new(watched)
		}
		people[key.user].add(s)
	}
	return people
}

// sums is what the insights of an audience must be.
func (m *audienceModel) sums(a library.Audience) library.InsightSums {
	sums := library.InsightSums{Length: library.Milliseconds(m.tenths * 100)}
	for _, w := range m.of(a) {
		sums.Views += w.views
		sums.Watched += library.Milliseconds(w.tenths * 100)
		if w.views == 0 {
			continue
		}
		sums.Viewers++
		for i := range sums.Slices {
			if m.seenIn(w, i) > 0 {
				sums.Slices[i]++
			}
		}
	}
	return sums
}

// seenIn counts the tenths of a slice that were seen. Lengths are whole seconds or
// two, so that a slice has no fraction of a tenth.
func (m *audienceModel) seenIn(w *watched, slice int) (n int64) {
	for at := m.tenths * int64(slice) / library.Slices; at < m.tenths*int64(slice+1)/library.Slices; at++ {
		if w.seen[at] {
			n++
		}
	}
	return n
}

// check compares the library with the model.
func (m *audienceModel) check(t *testing.T, lib *library.Library, when string) {
	t.Helper()
	for _, a := range []library.Audience{library.Everyone, "Teacher", "Student", "Observer", "Admin"} {
		course, err := lib.CourseInsights(t.Context(), library.Operator(), 101, a)
		if err != nil {
			t.Fatal(err)
		}
		found, err := lib.Insights(t.Context(), library.Operator(), m.film, a)
		if err != nil {
			t.Fatal(err)
		}
		if want := m.sums(a); found.InsightSums != want || len(course) != 1 || course[0].InsightSums != want {
			t.Errorf("%s, the audience %q is\n%+v, in the course\n%+v, want\n%+v", when, a, found.InsightSums, course, want)
		}
		viewers, err := lib.AllViewers(t.Context(), library.Operator(), m.film, a)
		if err != nil {
			t.Fatal(err)
		}
		people := m.of(a)
		for _, v := range viewers.Items {
			w := people[v.ID]
			if w == nil || w.views == 0 {
				t.Errorf("%s, %d is a viewer in the audience %q", when, v.ID, a)
				continue
			}
			delete(people, v.ID)
			m.checkViewer(t, v, w, when)
		}
		for id, w := range people {
			if w.views > 0 {
				t.Errorf("%s, %d is not among the viewers in the audience %q", when, id, a)
			}
		}
	}
}

func (m *audienceModel) checkViewer(t *testing.T, v library.Viewer, w *watched, when string) {
	t.Helper()
	length := library.Milliseconds(m.tenths * 100)
	var whole int64
	for i, share := range v.SliceShares(length) {
		seen := m.seenIn(w, i)
		whole += seen
		if want := percent(seen*library.Slices, m.tenths); share != want {
			t.Errorf("%s, %d saw %g percent of slice %d, want %g", when, v.ID, share, i, want)
		}
	}
	if got, want := v.Completion(length), percent(whole, m.tenths); got != want {
		t.Errorf("%s, %d saw %g percent, want %g", when, v.ID, got, want)
	}
	if v.Views != w.views || int64(v.Watched) != w.tenths*100 {
		t.Errorf("%s, %d has %d views of %d ms, want %d of %d", when, v.ID, v.Views, v.Watched, w.views, w.tenths*100)
	}
}

func percent(part, of int64) float64 {
	if of == 0 {
		return 0
	}
	return math.Round(float64(part)*1000/float64(of)) / 10
}

// openAudience makes a course with a film of 20 seconds, and its people.
func openAudience(t *testing.T, lib *library.Library, s *Store) *audienceModel {
	t.Helper()
	m := &audienceModel{
		tenths: 200, roles: make(map[library.UserID]library.Role), sessions: make(map[sessionKey]*modelSession),
	}
	err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		return m.fill(t.Context(), c)
	})
	if err != nil {
		t.Fatal(err)
	}
	row := s.db.reads().QueryRowContext(t.Context(), "SELECT uuid FROM perspectives WHERE media_id = $1", int64(m.media))
	if err := row.Scan(&m.film); err != nil {
		t.Fatal(err)
	}
	return m
}

func (m *audienceModel) fill(ctx context.Context, c *library.Change) error {
	course, err := c.CreateCourse(ctx, library.NewCourse{ID: 101})
	if err != nil {
		return err
	}
	for i, enrolled := range [][]library.Way{
		{library.WayTeacher},
		{library.WayTA, library.WayStudent},
		{library.WayStudent},
		{library.WayStudent, library.WayObserver},
		{library.WayObserver},
		{library.WayDesigner},
	} {
		roles := library.RolesOf(library.Admin) // who is enrolled watches as the course has it
		u, err := c.CreateUser(ctx, library.NewUser{FullName: fmt.Sprint("Person ", i), Roles: &roles})
		if err != nil {
			return err
		}
		for _, way := range enrolled {
			if err := c.Enroll(ctx, 101, u.ID, way); err != nil {
				return err
			}
		}
		m.people = append(m.people, library.Person(u.ID, roles, library.Credential{}))
		m.roles[u.ID] = []library.Role{
			library.Teacher, library.Teacher, library.Student, library.Student, library.Observer, library.Teacher,
		}[i]
	}
	film, err := c.CreateMedia(ctx, library.NewMedia{
		Owner: m.people[0].Person(), Home: course.Collection, Title: "Film", Duration: float64(m.tenths) / 10,
	})
	m.media = film.ID
	return err
}

// report is one batch and who sends it.
type report struct {
	by    library.Actor
	batch library.ViewBatch
}

// reports makes up what people watch in some new sessions and some old ones, and cuts it
// into batches, each of which comes up to three times, in any order.
func (m *audienceModel) reports(dice *rand.Rand, most int64) []report {
	var all []report
	for range 40 {
		by := m.people[dice.IntN(len(m.people))]
		key := sessionKey{by.Person(), fmt.Sprint("player ", dice.IntN(6))}
		s := m.sessions[key]
		if s == nil {
			s = &modelSession{role: m.roles[by.Person()], pieces: make(map[int64][]library.Interval)}
			m.sessions[key] = s
		}
		batch := library.ViewBatch{Perspective: m.film, Client: key.client}
		for range dice.IntN(3) + 1 {
			n := dice.Int64N(60) + 1
			if _, used := s.pieces[n]; !used {
				s.pieces[n] = intervals(dice, most)
			}
			batch.Pieces = append(batch.Pieces, library.ViewPiece{Sequence: n, Intervals: s.pieces[n]})
		}
		for range dice.IntN(3) + 1 {
			all = append(all, report{by, batch})
		}
	}
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

func intervals(dice *rand.Rand, most int64) []library.Interval {
	list := make([]library.Interval, dice.IntN(3))
	for i := range list {
		from := dice.Int64N(most)
		to := min(most, from+1+dice.Int64N(25))
		list[i] = library.Interval{Start: float64(from) / 10, End: float64(to) / 10}
	}
	return list
}

// waitingClock is a clock that goes on when somebody is told to wait.
type waitingClock struct{ waited atomic.Int64 }

func (c *waitingClock) now() time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.waited.Load()))
}

// send sends all reports through two nodes at once, and again when it has waited for as long as
// it was told to.
func send(t *testing.T, nodes []*library.Library, clock *waitingClock, all []report) {
	t.Helper()
	var senders sync.WaitGroup
	for n, node := range nodes {
		for half := range 2 {
			senders.Go(func() {
				for i := 2*n + half; i < len(all); i += 2 * len(nodes) {
					if err := clock.report(t.Context(), node, all[i]); err != nil {
						t.Errorf("%+v: %v", all[i].batch, err)
					}
				}
			})
		}
	}
	senders.Wait()
}

func (c *waitingClock) report(ctx context.Context, node *library.Library, r report) error {
	for {
		err := node.RecordViews(ctx, r.by, r.batch)
		failed, is := errors.AsType[*library.Error](err)
		if !is || failed.Kind != library.KindTooMany {
			return err
		}
		c.waited.Add(int64(failed.RetryAfter))
	}
}

// setLength makes a media item as long as it turns out to be.
func setLength(t *testing.T, s *Store, m *audienceModel, tenths int64) {
	t.Helper()
	m.tenths = tenths
	err := s.db.change(t.Context(), func(conn dbq.DBTX) error {
		_, err := conn.ExecContext(t.Context(), "UPDATE media SET duration = $1, version = version + 1 WHERE id = $2",
			float64(tenths)/10, int64(m.media))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What people watch adds up to what a plain model of it does, whatever comes twice, late
// or at once, and however long the media turns out to be.
func TestInsights_AddUpToAPlainModel(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, other := open(t, url), open(t, url)
		clock := new(waitingClock)
		nodes := []*library.Library{library.New(s, clock.now), library.New(other, clock.now)}
		m := openAudience(t, nodes[0], s)
		dice := rand.New(rand.NewPCG(7, 7))
		m.check(t, nodes[0], "before anyone watches")

		send(t, nodes, clock, m.reports(dice, m.tenths))
		m.check(t, nodes[1], "after the first day")

		// Who watches in another role begins new sessions in it; the old ones stay.
		bob := m.people[2]
		m.roles[bob.Person()] = library.Teacher
		err := nodes[0].Change(t.Context(), library.Operator(), func(c *library.Change) error {
			return c.Enroll(t.Context(), 101, bob.Person(), library.WayTA)
		})
		if err != nil {
			t.Fatal(err)
		}
		send(t, nodes, clock, m.reports(dice, m.tenths))
		m.check(t, nodes[0], "after the second day")

		setLength(t, s, m, 100)
		m.check(t, nodes[1], "once the media is shorter")
		setLength(t, s, m, 300)
		send(t, nodes, clock, m.reports(dice, 300))
		m.check(t, nodes[0], "once the media is longer, and people watch on")
		setLength(t, s, m, 0)
		send(t, nodes, clock, m.reports(dice, longest))
		m.check(t, nodes[1], "while the length is unknown")
		setLength(t, s, m, 200)
		m.check(t, nodes[0], "once it is known")
	})
}

// An overview reads one row by its key, so that a million views cost what one costs.
func TestInsights_AnOverviewReadsOneRow(t *testing.T) {
	t.Parallel()
	const perspectives = 3000 // so many that reading all of the table would be worse
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		id := uuid.New()
		err := s.Change(t.Context(), func(tx library.Tx) error {
			for range perspectives {
				if err := tx.SetInsightSums(t.Context(), id, library.Everyone, library.InsightSums{}); err != nil {
					return err
				}
				id = uuid.New()
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Analyze(t.Context()); err != nil {
			t.Fatal(err)
		}
		said, err := planOfSums(t.Context(), s, strings.HasPrefix(url, "sqlite"))
		if err != nil {
			t.Fatal(err)
		}
		if said != "SEARCH insight_sums USING INDEX sqlite_autoindex_insight_sums_1 (perspective_id=? AND role=?)\n" &&
			!strings.HasPrefix(said, "Index Scan using insight_sums_pkey on insight_sums") {
			t.Errorf("the sums are read by\n%s", said)
		}
	})
}

// planOfSums says how the database finds the sums of an audience.
func planOfSums(ctx context.Context, s *Store, isSQLite bool) (said string, err error) {
	asked := &recorder{DBTX: s.db.reads()}
	_, err = dbq.New(asked).InsightSums(ctx, dbq.InsightSumsParams{PerspectiveID: uuid.NewString()})
	if !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("unknown sums: %w", err)
	}
	var line string
	explain, columns := "EXPLAIN ", []any{&line}
	if isSQLite {
		explain, columns = "EXPLAIN QUERY PLAN ", []any{new(int), new(int), new(int), &line}
	}
	rows, err := s.db.reads().QueryContext(ctx, explain+asked.query, asked.args...)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return "", err
		}
		said += line + "\n"
	}
	return said, rows.Err()
}

// recorder notes the query that is asked for a row.
type recorder struct {
	dbq.DBTX
	query string
	args  []any
}

func (r *recorder) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.query, r.args = query, args
	return r.DBTX.QueryRowContext(ctx, query, args...)
}

// A perspective goes with its collection: nobody plays it in one that is archived, and
// it is not there in one that is deleted, wherever its media is at home.
func TestRecordViews_InACollectionThatIsGone(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		lib := library.New(s, nil)
		ctx := t.Context()
		change := func(fn func(c *library.Change) error) {
			t.Helper()
			if err := lib.Change(ctx, library.Operator(), fn); err != nil {
				t.Fatal(err)
			}
		}
		var ada library.Actor
		var shelf library.CollectionID
		change(func(c *library.Change) error {
			u, err := c.CreateUser(ctx, library.NewUser{FullName: "Ada Byron"})
			if err != nil {
				return err
			}
			ada = library.Person(u.ID, u.Roles, library.Credential{})
			col, err := c.CreateCollection(ctx, library.NewCollection{Name: "Shelf", Owner: u.ID})
			if err != nil {
				return err
			}
			shelf = col.ID
			film, err := c.CreateMedia(ctx, library.NewMedia{Owner: u.ID, Title: "Film"})
			if err != nil {
				return err
			}
			return c.AddToCollection(ctx, film.ID, shelf)
		})
		b := library.ViewBatch{Client: "player", Pieces: []library.ViewPiece{
			{Sequence: 1, Intervals: []library.Interval{{Start: 0, End: 5}}},
		}}
		row := s.db.reads().QueryRowContext(ctx, "SELECT uuid FROM perspectives WHERE collection_id = $1", int64(shelf))
		if err := row.Scan(&b.Perspective); err != nil {
			t.Fatal(err)
		}
		views := func(want library.Kind) {
			t.Helper()
			if err := lib.RecordViews(ctx, ada, b); library.KindOf(err) != want {
				t.Errorf("its views give %v, want %v", err, want)
			}
		}
		change(func(c *library.Change) error {
			_, err := c.ArchiveCollection(ctx, shelf)
			return err
		})
		views(library.KindForbidden)
		change(func(c *library.Change) error {
			_, err := c.UnarchiveCollection(ctx, shelf)
			return err
		})
		if err := lib.RecordViews(ctx, ada, b); err != nil {
			t.Error(err)
		}
		change(func(c *library.Change) error {
			_, err := c.DeleteCollection(ctx, shelf)
			return err
		})
		views(library.KindNotFound)
		if _, err := lib.Insights(ctx, ada, b.Perspective, library.Everyone); library.KindOf(err) != library.KindNotFound {
			t.Errorf("its insights give %v", err)
		}
	})
}

// Two nodes that make the first tickets at once sign them with one key.
func TestViewTicket_OfTwoNodesAtOnce(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		nodes := []*library.Library{library.New(s, nil), library.New(open(t, url), nil)}
		m := openAudience(t, nodes[0], s)
		tickets, errs := make([]string, 8), make([]error, 8)
		var made sync.WaitGroup
		for i := range tickets {
			made.Go(func() {
				tickets[i], _, errs[i] = nodes[i%2].ViewTicket(t.Context(), m.people[0], m.film)
			})
		}
		made.Wait()
		for i, ticket := range tickets {
			b := library.ViewBatch{Perspective: m.film, Client: "player", Ticket: &ticket}
			err := errors.Join(errs[i], nodes[0].RecordViews(t.Context(), library.Actor{}, b),
				nodes[1].RecordViews(t.Context(), library.Actor{}, b))
			if err != nil {
				t.Errorf("ticket %d: %v", i, err)
			}
		}
	})
}
