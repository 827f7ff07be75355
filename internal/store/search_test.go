package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/seed"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// pieces are what random titles and terms are made of: scripts of all kinds, and all that
// means something to one of the databases.
var pieces = []string{
	"a", "b", "A", "é", "e\u0301", "\u00ad", "\u200b", "\u3164", "ß", "SS", "ς", "Σ", "İ", "ı", "я", "Ё", "ж", "数", "学", "한", "하", "ㅎ", "か", "が", "ש", "\u05b8",
	"م", "\u064f", "ह", "\u093f", "ไ", "\u0e34", "🎬", "❤", "\ufe0f", "\u200d", "👩", "𝔉", "Ꭰ", "ꭰ", "ﬁ", "½", "№",
	`"`, `""`, "'", "%", "_", `\`, "*", "(", ")", "^", ":", "-", "+", "{", "}", "AND", " NOT ", "NEAR(", "\t", "\n", "\u00a0", " ", "  ", "\x01",
	"lecture ", "optics",
}

func randomTitle(r *rand.Rand, most int) string {
	var b strings.Builder
	for range 1 + r.IntN(most) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// fact is a media item as the plain model knows it.
type fact struct {
	id                int64
	owner             library.UserID
	title             string
	size, made        int64
	viewed, byStudent *int64
	source            library.Source
	tags              []string
	archived, waits   bool
	bobsShare         library.Way // or ""
}

// shelf is a library with random media of three people, some shared with Bob.
type shelf struct {
	*library.Library
	ann, bob, eve library.UserID
	media         []fact
	rules         library.Foldings // by which the plain model compares
}

func newShelf(t *testing.T, url string, r *rand.Rand) *shelf {
	t.Helper()
	s := open(t, url)
	shelf := &shelf{Library: library.New(s, nil), rules: library.CurrentFoldings()}
	ctx := t.Context()
	err := shelf.Change(ctx, library.Operator(), func(c *library.Change) error {
		shelf.media = nil
		for name, id := range map[string]*library.UserID{"ann": &shelf.ann, "bob": &shelf.bob, "eve": &shelf.eve} {
			u, err := c.CreateUser(ctx, library.NewUser{FullName: name, Email: name + "@school.test"})
			if err != nil {
				return err
			}
			*id = u.ID
		}
		for range 240 {
			if err := shelf.add(ctx, c, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.db.change(ctx, func(conn dbq.DBTX) error {
		for i := range shelf.media {
			m := &shelf.media[i]
			m.viewed, m.byStudent = randomDay(r), randomDay(r)
			_, err := conn.ExecContext(ctx, "UPDATE media SET last_viewed_at = $1, last_viewed_by_student_at = $2 WHERE id = $3",
				m.viewed, m.byStudent, m.id)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return shelf
}

// aDay is the first of the few days on which everything happens.
var aDay = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func randomDay(r *rand.Rand) *int64 {
	if r.IntN(3) == 0 {
		return nil
	}
	return new(aDay.Unix() + r.Int64N(10*24*3600))
}

func (s *shelf) add(ctx context.Context, c *library.Change, r *rand.Rand) error {
	m := fact{
		owner: []library.UserID{s.ann, s.bob, s.eve}[r.IntN(3)], title: randomTitle(r, 8), size: r.Int64N(5),
		made: aDay.Unix() + r.Int64N(10)*12*3600, source: []library.Source{library.SourceUpload, library.SourceURL}[r.IntN(2)],
		archived: r.IntN(5) == 0, waits: r.IntN(8) == 0,
	}
	status := library.Finished
	if m.waits {
		status = library.WaitingForUpload
	}
	if library.CheckText("title", m.title) != nil {
		m.title = "x"
	}
	made, err := c.CreateMedia(ctx, library.NewMedia{
		Owner: m.owner, Title: m.title, Size: m.size, Source: m.source, Status: status, CreatedAt: time.Unix(m.made, 0),
	})
	if err != nil {
		return err
	}
	m.id = int64(made.ID)
	for _, tag := range []string{"One", "Größe"} {
		if r.IntN(3) == 0 {
			m.tags = append(m.tags, tag)
			if _, err := c.TagMedia(ctx, made.ID, tag); err != nil {
				return err
			}
		}
	}
	if m.owner != s.bob && r.IntN(2) == 0 {
		m.bobsShare = []library.Way{library.WayView, library.WayEdit}[r.IntN(2)]
		if err := c.ShareMedia(ctx, made.ID, library.Grantee{User: s.bob}, m.bobsShare); err != nil {
			return err
		}
	}
	if m.archived {
		if _, err := c.ArchiveMedia(ctx, made.ID); err != nil {
			return err
		}
	}
	s.media = append(s.media, m)
	return nil
}

// randomFilter asks for a part of what there is, or of what there is not.
func (s *shelf) randomFilter(r *rand.Rand) library.MediaFilter {
	maybe := func() bool { return r.IntN(5) == 0 }
	days := func() (d library.Days) {
		if maybe() {
			d.First = new(aDay.AddDate(0, 0, r.IntN(10)))
		}
		if maybe() {
			d.Last = new(aDay.AddDate(0, 0, r.IntN(10)))
		}
		return d
	}
	f := library.MediaFilter{Created: days(), LastViewed: days(), LastViewedByStudent: days(), Archived: maybe()}
	if r.IntN(3) > 0 {
		f.Title = randomTitle(r, 3)
		if r.IntN(2) == 0 { // a piece of one that there is
			title := []rune(s.media[r.IntN(len(s.media))].title)
			from := r.IntN(len(title))
			f.Title = string(title[from : from+1+r.IntN(len(title)-from)])
			if r.IntN(2) == 0 {
				f.Title = strings.ToUpper(f.Title)
			}
		}
	}
	if maybe() {
		f.MinSize = new(r.Int64N(5))
	}
	if maybe() {
		f.MaxSize = new(r.Int64N(5))
	}
	if maybe() {
		f.Owner = new([]string{"ANN@school.test", "bob@school.test", "eve@school.test", "no@school.test"}[r.IntN(4)])
	}
	if maybe() {
		f.Tag = new([]string{"one", "GRÖẞE", "none"}[r.IntN(3)])
	}
	if maybe() {
		f.Source = new([]library.Source{library.SourceUpload, library.SourceURL, library.SourceVimeo}[r.IntN(3)])
	}
	return f
}

// want is what the plain model finds, newest first.
func (s *shelf) want(seeker library.UserID, all bool, f library.MediaFilter) []int64 {
	within := func(at *int64, d library.Days) bool {
		if d.First != nil && (at == nil || *at < d.First.Unix()) {
			return false
		}
		return d.Last == nil || at != nil && *at < d.Last.AddDate(0, 0, 1).Unix()
	}
	var kept []fact
	for _, m := range s.media {
		mine := m.owner == seeker
		reaches := mine || all || m.bobsShare == library.WayEdit || m.bobsShare == library.WayView && !f.Archived
		tagged := f.Tag == nil || slices.ContainsFunc(m.tags, func(tag string) bool { return s.rules.Tag.Fold(tag) == s.rules.Tag.Fold(*f.Tag) })
		owned := f.Owner == nil || map[string]library.UserID{
			"ann@school.test": s.ann, "bob@school.test": s.bob, "eve@school.test": s.eve,
		}[s.rules.Email.Fold(*f.Owner)] == m.owner
		if reaches && (mine || !m.waits) && m.archived == f.Archived && tagged && owned &&
			(f.Title == "" || library.FoldTitle(f.Title) != "") &&
			strings.Contains(s.rules.Title.Fold(m.title), s.rules.Title.Fold(f.Title)) &&
			(f.MinSize == nil || m.size >= *f.MinSize) && (f.MaxSize == nil || m.size <= *f.MaxSize) &&
			within(&m.made, f.Created) && within(m.viewed, f.LastViewed) && within(m.byStudent, f.LastViewedByStudent) &&
			(f.Source == nil || m.source == *f.Source) {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, func(a, b fact) int { return newestFirst(entry{a.made, a.id, 0}, entry{b.made, b.id, 0}) })
	ids := make([]int64, len(kept))
	for i, m := range kept {
		ids[i] = m.id
	}
	return ids
}

// Whatever is searched for, by whom, and whichever page: what a plain model finds.
func TestSearchMedia_FindsWhatAPlainModelFinds(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		s := newShelf(t, url, r)
		searches := 600
		if testing.Short() {
			searches = 150
		}
		some := 0
		for range searches {
			f := s.randomFilter(r)
			actor := library.Person(s.bob, library.RolesOf(library.Student), library.Credential{})
			if r.IntN(3) > 0 {
				actor = library.Person(s.ann, library.RolesOf(library.Admin), library.Credential{})
			}
			page := library.Page{Number: 1 + r.Int64N(3), Size: []int64{1, 5, 50}[r.IntN(3)]}
			got, err := s.SearchMedia(t.Context(), actor, f, page)
			if err != nil {
				t.Fatalf("seed %d: %q: %v", seed, f.Title, err)
			}
			want := s.want(actor.Person(), actor.Person() == s.ann, f)
			total := int64(len(want))
			want = want[min(page.Offset(), total):min(page.Offset()+page.Size, total)]
			ids := []int64{}
			for _, m := range got.Items {
				ids = append(ids, int64(m.ID))
			}
			if !slices.Equal(ids, want) || got.Total != total {
				t.Fatalf("seed %d: person %d searching for %q, %+v, page %v\nfinds %v of %d,\nwant  %v of %d",
					seed, actor.Person(), f.Title, f, page, ids, got.Total, want, total)
			}
			if len(want) > 0 {
				some++
			}
		}
		if some < searches/20 {
			t.Errorf("only %d of %d searches found anything: that tries nothing", some, searches)
		}
	})
}

// A plan that reads every row is slow where it matters and fast in every test with a
// dozen, so the plans are looked at, of a library with so many media that they differ.
func TestSearchMedia_PlansByIndex(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		seeded := open(t, url)
		if err := seed.Make(t.Context(), seeded, seed.Plan{Users: 20, Media: 15_000}, nil); err != nil {
			t.Fatal(err)
		}
		// Half of them are viewed, or the index of what was viewed is the way to nothing.
		err := seeded.db.change(t.Context(), func(conn dbq.DBTX) error {
			_, err := conn.ExecContext(t.Context(),
				"UPDATE media SET last_viewed_at = created_at, last_viewed_by_student_at = created_at WHERE id % 2 = 0")
			return err
		})
		if err := errors.Join(err, seeded.Analyze(t.Context())); err != nil {
			t.Fatal(err)
		}
		s := open(t, url)                                                                // connections that are open keep the statistics of before
		lately := library.Days{First: new(time.Date(2026, 8, 31, 6, 0, 0, 0, time.UTC))} // the last day of a seeded library
		for index, filter := range map[string]library.MediaFilter{
			"media_titles":            {Title: "optics, lecture 27: revision"},
			"media_listed":            {Created: lately},
			"media_listed_by_size":    {MinSize: new(int64(1_020_000_000))},
			"media_listed_by_source":  {Source: new(library.SourceVimeo)},
			"media_viewed":            {LastViewed: lately},
			"media_viewed_by_student": {LastViewedByStudent: lately},
			"media_archived":          {Archived: true},
		} {
			w := wanted{MediaFilter: filter, scope: library.MediaScope{All: true}, title: library.FoldTitle(filter.Title)}
			count := &conditions{}
			text := w.selection(s.db, count, byIndex, "count(*)", w.everything()[0])
			if plan := explain(t, s, text, count.args); !names(plan, index) {
				t.Errorf("what %s is there for is counted by\n%s", index, plan)
			}
			// Of what many media fit, the newest are walked, and nothing is sorted.
			walk := &conditions{}
			r, order := walkOrSort(1_000_000, 1_000_000, library.Page{Number: 1, Size: 20})
			text = w.selection(s.db, walk, r, "m.id, "+order+" AS made", w.everything()[0]) + " ORDER BY made DESC, id DESC LIMIT 20"
			plan := explain(t, s, text, walk.args, "enable_sort")
			if strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Sort") || r != oneByOne {
				t.Errorf("a page of many, as by %s, is sorted:\n%s", index, plan)
			}
		}
		// Of few, those that fit are sorted.
		if r, _ := walkOrSort(100, 1_000_000, library.Page{Number: 1, Size: 20}); r != byIndex {
			t.Error("a page of few is had by walking a million")
		}
	})
}

// names says whether a plan names exactly this index.
func names(plan, index string) bool {
	words := strings.FieldsFunc(plan, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz_", r) })
	return slices.Contains(words, index)
}

// explain is the plan of a statement. PostgreSQL can be told what is dear: a sort of a few
// rows otherwise is not.
func explain(t *testing.T, s *Store, query string, args []any, dear ...string) (plan string) {
	t.Helper()
	explain := "EXPLAIN QUERY PLAN "
	err := s.db.searching(t.Context(), func(conn dbq.DBTX, _ string) error {
		if !isSQLite(s.db.DB) {
			explain = "EXPLAIN "
			for _, setting := range dear {
				if _, err := conn.ExecContext(t.Context(), "SET LOCAL "+setting+" = off"); err != nil {
					return err
				}
			}
		}
		rows, err := db.QueryOnce(t.Context(), conn, explain+query, args)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			cells, scan := make([]string, len(columns)), make([]any, len(columns))
			for i := range cells {
				scan[i] = &cells[i]
			}
			if err := rows.Scan(scan...); err != nil {
				return err
			}
			plan += cells[len(cells)-1] + "\n"
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return plan
}

func TestTrigramQuery(t *testing.T) {
	t.Parallel()
	frequent := map[string]int{"opt": 900, "pti": 800, "tic": 700, "ics": 700, "cs ": 500, "s 7": 3}
	for term, want := range map[string]string{
		"abc": `"abc"`, "abcd": `"abc"`, `a"b`: `"a""b"`, `"""`: `""""""""`, "数学入門": `"数学入"`,
		"optics": `"tic"`, "optics 7": `"s 7" AND "tic"`,
	} {
		if got := trigramQuery(term, frequent); got != want {
			t.Errorf("%q: %s, want %s", term, got, want)
		}
	}
	long := strings.Repeat("0123456789", 25)
	if n := strings.Count(trigramQuery(long, nil), " AND ") + 1; n != mostTrigrams {
		t.Errorf("for a long term %d trigrams are looked up", n)
	}
}

// The database itself refuses to change or remove what the audit log says.
func TestAuditEvents_StayAsTheyAre(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		ctx := t.Context()
		lib := library.New(s, nil)
		err := lib.Change(ctx, library.Operator(), func(c *library.Change) error {
			_, err := c.CreateUser(ctx, library.NewUser{FullName: "Ada"})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		statements := []string{"UPDATE audit_events SET token = 'x'", "UPDATE audit_events SET at = 0 WHERE id = 1", "DELETE FROM audit_events"}
		if !isSQLite(s.db.DB) {
			statements = append(statements, "TRUNCATE audit_events")
		}
		for _, statement := range statements {
			err := s.db.change(ctx, func(conn dbq.DBTX) error {
				_, err := conn.ExecContext(ctx, statement)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "audit events are never") {
				t.Errorf("%s: %v, want a refusal", statement, err)
			}
		}
		events, _, err := lib.AuditEvents(ctx, library.Operator(), library.AuditFilter{}, 10)
		if err != nil || len(events) != 1 || events[0].Action != "user.create" || events[0].Token != "" {
			t.Errorf("the log is %s, %v", fmt.Sprint(events), err)
		}
	})
}
