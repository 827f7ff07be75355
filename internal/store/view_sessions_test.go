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
		if !is || failed.Kind != library.KindTooMany || failed.RetryAfter != time.Hour {
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

// Whatever is claimed by whichever tickets and sessions, in no stretch of time up to now was
// more watched than it has room for.
func TestRecordViews_ForgersGainNothing(t *testing.T) {
	onCinema(t, func(t *testing.T, c *cinema) {
		t.Helper()
		dice := rand.New(rand.NewPCG(13, 21))
		type ticket struct {
			text   *string
			issued time.Time
		}
		var tickets []ticket
		began, claimed := make(map[string]time.Time), make(map[string]time.Duration)
		taken := 0
		for step := range 400 {
			c.now = c.now.Add(time.Duration(dice.IntN(40_000)) * time.Millisecond)
			if len(tickets) == 0 || dice.IntN(8) == 0 {
				tickets = append(tickets, ticket{c.ticket(t, 1), c.now.Truncate(time.Second)})
			}
			by, client := tickets[dice.IntN(len(tickets))], fmt.Sprint("player ", dice.IntN(60))
			much := time.Duration(dice.IntN(200_000)) * time.Millisecond
			err := c.report(t, by.text, client, c.played(int64(step+1), much))
			if err == nil {
				taken++
				if began[client].IsZero() {
					began[client] = by.issued
				}
				claimed[client] += much
			} else if library.KindOf(err) != library.KindTooMany {
				t.Fatal(err)
			}
			for _, since := range began {
				var sum time.Duration
				for client, much := range claimed {
					if !began[client].Before(since) {
						sum += much
					}
				}
				if room := 4 * c.now.Sub(since); sum > room {
					t.Fatalf("step %d: %s were watched in %s", step, sum, c.now.Sub(since))
				}
			}
		}
		if taken < 50 || taken > 350 {
			t.Errorf("%d of 400 reports were taken: too many or few to show anything", taken)
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
