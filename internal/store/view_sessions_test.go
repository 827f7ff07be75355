package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// cinema is a library with a film and a clock that stands still until it is set.
type cinema struct {
	*audienceModel
	*library.Library
	kept *Store
	now  time.Time
}

func openCinema(t *testing.T, url string) *cinema {
	t.Helper()
	c := &cinema{kept: open(t, url), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	c.Library = library.New(c.kept, func() time.Time { return c.now })
	c.audienceModel = openAudience(t, c.Library, c.kept)
	return c
}

// ticket is one for a person, issued now.
func (c *cinema) ticket(t *testing.T, person int) *string {
	t.Helper()
	ticket, _, err := c.ViewTicket(t.Context(), c.people[person], c.film)
	if err != nil {
		t.Fatal(err)
	}
	return &ticket
}

// played is a piece of so much of the film, which is watched from the beginning again and
// again.
func (c *cinema) played(sequence int64, much time.Duration) library.ViewPiece {
	p := library.ViewPiece{Sequence: sequence}
	for length := time.Duration(c.tenths) * time.Second / 10; much > 0; much -= length {
		p.Intervals = append(p.Intervals, library.Interval{End: min(much, length).Seconds()})
	}
	return p
}

// report sends pieces of a session with a ticket, or without one as a person with a token.
func (c *cinema) report(t *testing.T, ticket *string, client string, pieces ...library.ViewPiece) error {
	t.Helper()
	actor := library.Actor{}
	if ticket == nil {
		actor = c.people[0]
	}
	return c.RecordViews(t.Context(), actor, library.ViewBatch{Perspective: c.film, Client: client, Pieces: pieces, Ticket: ticket})
}

// everyone is what everyone watched.
func (c *cinema) everyone(t *testing.T) library.InsightSums {
	t.Helper()
	found, err := c.Insights(t.Context(), library.Operator(), c.film, library.Everyone)
	if err != nil {
		t.Fatal(err)
	}
	return found.InsightSums
}

// rows counts the sessions that are kept.
func (c *cinema) rows(t *testing.T) (n int) {
	t.Helper()
	if err := c.kept.db.reads().QueryRowContext(t.Context(), "SELECT count(*) FROM view_sessions").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func onCinema(t *testing.T, story func(t *testing.T, c *cinema)) {
	t.Helper()
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) { story(t, openCinema(t, url)) })
}

// A second is time for four of them at the player's highest speed, no matter who says what, and by
// how many tickets.
func TestRecordViews_RejectsMoreThanThereWasTimeFor(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		first := c.ticket(t, 1)
		c.now = c.now.Add(time.Second)
		second := c.ticket(t, 1)
		for i, ticket := range []*string{first, first, second, first, second} {
			err := c.report(t, ticket, fmt.Sprint("player ", i), c.played(1, 3*time.Second))
			if i == 0 && err != nil {
				t.Fatal(err)
			}
			if i > 0 && library.KindOf(err) != library.KindTooMany {
				t.Errorf("playing %d within a second gives %v", i+1, err)
			}
		}
		if got := c.everyone(t); got.Views != 1 || got.Watched != 3000 || c.rows(t) != 1 {
			t.Errorf("they are %d views of %d ms in %d rows, want 1 of 3000 in 1", got.Views, got.Watched, c.rows(t))
		}
	})
}

// Who is told to wait has their report taken once they did.
func TestRecordViews_SaysHowLongToWait(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		ticket := c.ticket(t, 1)
		report := func() error { return c.report(t, ticket, "player", c.played(1, 90*time.Second)) }
		failed, is := errors.AsType[*library.Error](report())
		if !is || failed.Kind != library.KindTooMany || failed.RetryAfter != 90*time.Second/4 {
			t.Fatalf("a report that is too soon gives %+v", failed)
		}
		c.now = c.now.Add(failed.RetryAfter - time.Millisecond)
		if err := report(); library.KindOf(err) != library.KindTooMany {
			t.Errorf("a millisecond early it gives %v", err)
		}
		c.now = c.now.Add(time.Millisecond)
		if err := report(); err != nil {
			t.Error(err)
		}
	})
}

// A program with a token reports all that it played while it was offline, and a page what
// its ticket has time for.
func TestRecordViews_TakesWhatComesLate(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		if err := c.report(t, nil, "program", c.played(1, 11*time.Hour)); err != nil {
			t.Errorf("a program: %v", err)
		}
		ticket := c.ticket(t, 1)
		c.now = c.now.Add(11 * time.Hour)
		if err := c.report(t, c.ticket(t, 1), "other page", c.played(1, 0)); err != nil {
			t.Errorf("another page: %v", err)
		}
		if err := c.report(t, ticket, "page", c.played(1, 11*time.Hour)); err != nil {
			t.Errorf("a page: %v", err)
		}
	})
}

func TestRecordViews_LimitsSessions(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		ticket := c.ticket(t, 1)
		c.now = c.now.Add(time.Hour)
		begin := func(i int) error {
			return c.report(t, ticket, fmt.Sprint("player ", i), c.played(1, time.Second))
		}
		for i := range 30 {
			if err := begin(i); err != nil {
				t.Fatalf("playing %d: %v", i, err)
			}
		}
		failed, is := errors.AsType[*library.Error](begin(30))
		if !is || failed.Kind != library.KindTooMany || failed.RetryAfter != time.Hour || failed.Limit.Name != "views" {
			t.Errorf("one playing more gives %+v", failed)
		}
		if err := c.report(t, ticket, "player 7", c.played(2, time.Second)); err != nil {
			t.Errorf("one that began goes on with %v", err)
		}
		if err := c.report(t, c.ticket(t, 2), "player", c.played(1, 0)); err != nil {
			t.Errorf("another person gets %v", err)
		}
		c.now = c.now.Add(time.Hour)
		if err := begin(30); err != nil {
			t.Errorf("after an hour it gives %v", err)
		}
		if got := c.rows(t); got != 31 {
			t.Errorf("there are %d rows, want 31", got)
		}
		c.now = c.now.Add(72 * time.Hour)
		ticket = c.ticket(t, 1)
		c.now = c.now.Add(time.Minute)
		if err := begin(99); err != nil || c.rows(t) != 1 {
			t.Errorf("days later, a new session leaves %d rows, want 1, %v", c.rows(t), err)
		}
	})
}

// honest is a page that somebody watches on.
type honest struct {
	ticket  *string
	client  string
	speed   int64
	pieces  []library.ViewPiece
	waiting int // from this piece on, they were not sent
}

// Whatever people watch on two devices, at any speed that the player offers, and however
// late, often and disordered it is reported: all of it counts.
func TestRecordViews_HonestPlayersLoseNothing(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		dice := rand.New(rand.NewPCG(5, 8))
		var want time.Duration
		for visit := range 12 {
			pages := []*honest{}
			for i := range 2 {
				c.now = c.now.Add(time.Duration(dice.IntN(3000)) * time.Millisecond)
				pages = append(pages, &honest{ticket: c.ticket(t, 1), client: fmt.Sprint(visit, " ", i), speed: dice.Int64N(2) + 1})
			}
			for range 30 {
				step := time.Duration(dice.IntN(60)+1) * time.Second
				c.now = c.now.Add(step)
				for _, page := range pages {
					page.pieces = append(page.pieces, c.played(int64(len(page.pieces)+1), step*time.Duration(page.speed)))
					want += step * time.Duration(page.speed)
					if dice.IntN(4) == 0 {
						page.send(t, c, dice)
					}
				}
			}
			c.now = c.now.Add(time.Duration(dice.IntN(2)) * time.Hour)
			for _, i := range dice.Perm(2) {
				pages[i].send(t, c, dice)
			}
		}
		if got := c.everyone(t); got.Watched != library.Milliseconds(want.Milliseconds()) || got.Views != 24 {
			t.Errorf("%d ms in %d views arrived, want %d in 24", got.Watched, got.Views, want.Milliseconds())
		}
	})
}

// send sends what was not sent, in any order, and some of it again.
func (p *honest) send(t *testing.T, c *cinema, dice *rand.Rand) {
	t.Helper()
	batch := append([]library.ViewPiece{}, p.pieces[max(0, p.waiting-dice.IntN(3)):]...)
	dice.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
	if err := c.report(t, p.ticket, p.client, batch...); err != nil {
		t.Errorf("%s: %v", p.client, err)
	}
	p.waiting = len(p.pieces)
}

// forger is somebody who reports with a token and tickets what they have not watched, and what
// was taken of it.
type forger struct {
	*cinema
	tickets []issued
	began   map[string]time.Time // sessions
	claimed map[string]time.Duration
	offline time.Time // when the last session was heard of that began hours before
	taken   int
}

// issued is a ticket and when it was made.
type issued struct {
	text *string
	at   time.Time
}

// claim claims that so much was watched, by a ticket or a token.
func (f *forger) claim(t *testing.T, by issued, client string, sequence int64, much time.Duration) {
	t.Helper()
	switch err := f.report(t, by.text, client, f.played(sequence, much)); {
	case library.KindOf(err) == library.KindTooMany:
		return
	case err != nil:
		t.Fatal(err)
	}
	f.taken++
	f.claimed[client] += much
	if !f.began[client].IsZero() {
		return
	}
	f.began[client] = by.at
	if by.text != nil {
		return
	}
	now := f.now.Truncate(time.Second)
	if f.began[client] = f.offline; now.Sub(f.offline) >= 12*time.Hour {
		f.began[client], f.offline = now.Add(-12*time.Hour), now
	}
}

// check compares what was taken since the beginning of any session with the time since then.
func (f *forger) check(t *testing.T, step int) {
	t.Helper()
	for _, since := range f.began {
		var sum time.Duration
		for client, much := range f.claimed {
			if !f.began[client].Before(since) {
				sum += much
			}
		}
		if room := 4 * f.now.Sub(since); sum > room {
			t.Fatalf("step %d: %s were watched in %s", step, sum, f.now.Sub(since))
		}
	}
}

// Whatever is claimed by whichever tickets, tokens and sessions, in no stretch of time up to now
// was more watched than it has room for, also after hours in which nothing was claimed.
func TestRecordViews_ForgersGainNothing(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		dice := rand.New(rand.NewPCG(13, 21))
		f := &forger{cinema: c, began: make(map[string]time.Time), claimed: make(map[string]time.Duration)}
		for step := range 400 {
			c.now = c.now.Add(time.Duration(dice.IntN(40_000)) * time.Millisecond)
			if step%100 == 99 { // the sessions stay, and go on with other tickets
				c.now, f.tickets = c.now.Add(13*time.Hour), nil
			}
			if len(f.tickets) == 0 || dice.IntN(8) == 0 {
				f.tickets = append(f.tickets, issued{c.ticket(t, 0), c.now.Truncate(time.Second)})
			}
			by := f.tickets[dice.IntN(len(f.tickets))]
			if dice.IntN(6) == 0 {
				by = issued{} // the token
			}
			much := time.Duration(dice.IntN(200_000)) * time.Millisecond
			if dice.IntN(8) == 0 {
				much *= 200
			}
			f.claim(t, by, fmt.Sprint("player ", dice.IntN(60)), int64(step+1), much)
			f.check(t, step)
		}
		if f.taken < 50 || f.taken > 350 {
			t.Errorf("%d of 400 reports were taken: too many or few to show anything", f.taken)
		}
	})
}

// Sessions that were begun long ago share the time since then, though each could have had all
// of it.
func TestRecordViews_OldSessionsShareTheirTime(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		ticket := c.ticket(t, 1)
		c.now = c.now.Add(time.Second)
		for i := range 30 {
			if err := c.report(t, ticket, fmt.Sprint("player ", i), c.played(1, time.Second/10)); err != nil {
				t.Fatal(err)
			}
		}
		c.now = c.now.Add(12*time.Hour + time.Second)
		ticket, taken := c.ticket(t, 1), 0
		for i := range 30 {
			switch err := c.report(t, ticket, fmt.Sprint("player ", i), c.played(2, 47*time.Hour)); {
			case err == nil:
				taken++
			case library.KindOf(err) != library.KindTooMany:
				t.Fatal(err)
			}
		}
		if taken != 1 {
			t.Errorf("%d of 30 sessions have watched for 47 hours in the last 12, want 1", taken)
		}
	})
}

// One session of a program with a token may have been played while it was offline. The others
// have the time since that one arrived.
func TestRecordViews_OneSessionAtATimeWasOffline(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		wait := make([]time.Duration, 10)
		report := func(i int) error {
			return c.report(t, nil, fmt.Sprint("program ", i), c.played(1, 4*time.Second))
		}
		for i := range wait {
			err := report(i)
			if failed, is := errors.AsType[*library.Error](err); is && failed.Kind == library.KindTooMany {
				wait[i] = failed.RetryAfter
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if got := c.everyone(t); got.Views != 1 || wait[0] != 0 || wait[9] != time.Second {
			t.Errorf("in one moment they are %d views, and are to wait for %v", got.Views, wait)
		}
		for i := range wait[1:] { // nothing is lost
			c.now = c.now.Add(time.Second)
			if err := report(i + 1); err != nil {
				t.Errorf("session %d, sent again, gives %v", i+1, err)
			}
		}
		c.now = c.now.Add(12 * time.Hour)
		if err := c.report(t, nil, "next day", c.played(1, 11*time.Hour)); err != nil {
			t.Errorf("after another 12 hours offline: %v", err)
		}
		if err := c.report(t, nil, "and another", c.played(1, 4*time.Second)); library.KindOf(err) != library.KindTooMany {
			t.Errorf("another one beside it gives %v", err)
		}
	})
}

// A report in which nothing was watched leaves no row.
func TestRecordViews_OfNothingLeaveNothing(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		for range 40 {
			if err := c.report(t, nil, uuid.NewString(), library.ViewPiece{Sequence: 1}); err != nil {
				t.Fatal(err)
			}
		}
		if got := c.rows(t); got != 0 {
			t.Errorf("there are %d rows", got)
		}
	})
}

// viewSessionTimes is the migration that gives sessions times.
const viewSessionTimes = 39

// The sessions of an older library have had the time for what they say, and 12 hours more, all
// of a person together; and they are deleted like others.
func TestMigration_GivesSessionsTimes(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		db, upToDate := migrateTo(t, url, viewSessionTimes-1)
		exec := func(statement string, args ...any) {
			t.Helper()
			if _, err := db.ExecContext(t.Context(), fmt.Sprintf(statement, args...)); err != nil {
				t.Fatalf("%s: %v", statement, err)
			}
		}
		for id := range 2 {
			exec("INSERT INTO users (id, uuid, full_name, display_name, version, created_at) VALUES (%d, 'u%d', 'Ada', 'Ada', 1, 1)", id+1, id)
		}
		for _, s := range []struct {
			place, user, client string
			watched             int
		}{{"p", "1", "a", 400_000}, {"p", "1", "b", 3}, {"p", "2", "a", 4000}, {"q", "1", "a", 0}} {
			exec("INSERT INTO view_sessions (perspective_id, user_id, client_id, role, received, watched) VALUES ('%s', %s, '%s', 'Student', '1-2', %d)",
				s.place, s.user, s.client, s.watched)
		}
		upToDate()
		var migrated int64
		if err := db.QueryRowContext(t.Context(), "SELECT MAX(first_heard_at) FROM view_sessions").Scan(&migrated); err != nil {
			t.Fatal(err)
		}
		if migrated < 1_500_000_000 {
			t.Errorf("the sessions were heard of at %d", migrated)
		}
		for where, want := range map[string]int64{
			"perspective_id = 'p' AND user_id = 1 AND client_id = 'a'": 12*3600 + 101, // in whole seconds
			"perspective_id = 'p' AND user_id = 1 AND client_id = 'b'": 12*3600 + 101,
			"perspective_id = 'p' AND user_id = 2":                     12*3600 + 1,
			"perspective_id = 'q'":                                     12 * 3600,
		} {
			var began, heard int64
			row := db.QueryRowContext(t.Context(), "SELECT began_at, first_heard_at FROM view_sessions WHERE "+where)
			if err := row.Scan(&began, &heard); err != nil {
				t.Fatal(err)
			}
			if heard != migrated || heard-began != want {
				t.Errorf("%s: it began %d seconds before it was heard of, want %d, and was heard of at %d, want %d", where, heard-began, want, heard, migrated)
			}
		}
	})
}
