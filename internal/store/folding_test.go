package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/cases"

	"github.com/lectern-media/lectern/internal/db"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit"
)

// openBy opens a store with options that tests have.
func openBy(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// earlier are the rules from before rules were recorded.
func earlier() *library.Foldings {
	full := func(text string) string { return cases.Fold().String(text) }
	return &library.Foldings{
		Email: library.Folding{Fold: full}, Tag: library.Folding{Fold: full}, Title: library.Folding{Fold: full},
	}
}

// insert puts people with these addresses into a library, whatever is thought of the
// addresses today. Their ids count from 1.
func insert(t *testing.T, s *Store, emails ...string) {
	t.Helper()
	err := s.Change(t.Context(), func(tx library.Tx) error {
		for i, email := range emails {
			u := library.User{FullName: fmt.Sprint("Person ", i), DisplayName: "P", Email: &email, Roles: library.RolesOf(library.Admin)}
			id, err := tx.InsertUser(t.Context(), u)
			if err != nil {
				return err
			}
			_, err = tx.InsertCollection(t.Context(), library.Collection{
				Type: library.MyLibrary, Name: u.FullName, Owner: &library.UserBrief{ID: id}, CreatedAt: aDay,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// owners says who is found by each address, in each of the ways to look for them; 0 is
// nobody.
func owners(t *testing.T, lib *library.Library, want map[string]library.UserID) {
	t.Helper()
	admin := library.Person(1, library.RolesOf(library.Admin), library.Credential{})
	first := library.Page{Number: 1, Size: 50}
	for email, id := range want {
		one, err := lib.UserByEmail(t.Context(), library.Operator(), email)
		if one.ID != id || (err == nil) != (id != 0) {
			t.Errorf("by %+q is found person %d, %v; want %d", email, one.ID, err, id)
		}
		some, err := lib.SearchUsers(t.Context(), admin, library.UserFilter{Email: &email}, first)
		if err != nil || (len(some.Items) == 1) != (id != 0) || id != 0 && some.Items[0].ID != id {
			t.Errorf("a search for %+q finds %+v, %v; want %d", email, some.Items, err, id)
		}
		media, err := lib.SearchMedia(t.Context(), admin, library.MediaFilter{Owner: &email}, first)
		if err != nil {
			t.Errorf("a search for media of %+q: %v", email, err)
		}
		for _, m := range media.Items {
			if m.Owner.ID != id {
				t.Errorf("a search for media of %+q finds one of person %d, want %d", email, m.Owner.ID, id)
			}
		}
	}
}

// duplicates says whose address an older person has, by id.
func duplicates(t *testing.T, lib *library.Library) map[library.UserID]library.UserID {
	t.Helper()
	users, err := lib.Users(t.Context(), library.Operator())
	if err != nil {
		t.Fatal(err)
	}
	found := map[library.UserID]library.UserID{}
	for _, u := range users {
		if u.DuplicateOf != 0 {
			found[u.ID] = u.DuplicateOf
		}
	}
	return found
}

func create(t *testing.T, lib *library.Library, email string) error {
	t.Helper()
	return lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
		_, err := c.CreateUser(t.Context(), library.NewUser{FullName: "New", Email: email})
		return err
	})
}

func TestOpen_TheOldestOfSeveralPeopleKeepsTheAddress(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		old := openBy(t, Options{URL: url, foldings: earlier()})
		insert(t, old,
			"zoe\u0308@school.test", "zoë@SCHOOL.test", // 1, 2
			"ada@schüle.test", "ada@xn--schle-mva.test", "a\u200bda@schu\u0308le.test", // 3, 4, 5
			"faß@school.test", "ſue@school.test", // 6, 7: until now the same as fass and sue
			"e\u00adve@school.test", "eve@school.test") // 8, 9

		var log bytes.Buffer
		s := openBy(t, Options{URL: url, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		lib := library.New(s, nil)
		want := map[string]library.UserID{
			"zoë@school.test": 1, "ZOE\u0308@school.test": 1, "ada@SCHÜLE.test": 3, "ada@XN--schle-mva.test": 3,
			"faß@school.test": 6, "fass@school.test": 0, "FASS@school.test": 0, "ſue@school.test": 7, "sue@school.test": 0,
			"eve@school.test": 8,
		}
		owners(t, lib, want)
		for younger, older := range map[int]int{2: 1, 4: 3, 5: 3, 9: 8} {
			if got := duplicates(t, lib)[library.UserID(younger)]; got != library.UserID(older) {
				t.Errorf("person %d has the address of %d, want %d", younger, got, older)
			}
			line := fmt.Sprintf("user_id=%d older_user_id=%d\n", younger, older)
			if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), line) {
				t.Errorf("the log does not say %q:\n%s", line, log.String())
			}
		}
		if n := strings.Count(log.String(), "older_user_id"); n != 4 || strings.Contains(log.String(), "@") {
			t.Errorf("the log names %d people:\n%s", n, log.String())
		}
		// Who is found by id only keeps the text.
		if u, err := lib.User(t.Context(), library.Operator(), 5); err != nil || *u.Email != "a\u200bda@schu\u0308le.test" {
			t.Errorf("person 5 is %+v, %v", u, err)
		}
		for email, taken := range map[string]bool{
			"fass@school.test": false, "sue@school.test": false, "FAß@school.test": true, "ada@schu\u0308le.test": true,
		} {
			if err := create(t, lib, email); taken != (library.KindOf(err) == library.KindConflict) || !taken && err != nil {
				t.Errorf("a new person with %+q: %v", email, err)
			}
		}

		// The next oldest gets the address when the oldest loses it.
		for _, next := range []library.UserID{4, 5, 0} {
			err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
				oldest, err := lib.UserByEmail(t.Context(), library.Operator(), "ada@schüle.test")
				if err != nil {
					return err
				}
				return c.DeleteUser(t.Context(), oldest.ID, library.Disposal{})
			})
			if err != nil {
				t.Fatal(err)
			}
			owners(t, lib, map[string]library.UserID{"ada@schüle.test": next, "zoë@school.test": 1})
		}
		if err := create(t, lib, "ada@xn--schle-mva.test"); err != nil {
			t.Errorf("an address that everybody has lost: %v", err)
		}
		if got := duplicates(t, lib); len(got) != 2 || got[2] != 1 || got[9] != 8 {
			t.Errorf("the duplicates are %v", got)
		}
	})
}

// rotate makes of each key another's: a of b, b of c, c of a.
func rotate(text string) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune("abca", r); i >= 0 {
			return rune("abca"[i+1])
		}
		return r
	}, text)
}

// Whatever becomes of the keys under a new rule: they change places, become one, and
// several again.
func TestFold_KeysChangePlaces(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		by := func(rule int64, fold func(string) string) *library.Foldings {
			r := library.Folding{Rule: rule, Fold: fold}
			return &library.Foldings{Email: r, Tag: r, Title: r}
		}
		plain := func(text string) string { return text }
		one := func(string) string { return "one" }
		first := openBy(t, Options{URL: url, foldings: by(1, plain)})
		insert(t, first, "a@x", "b@x", "c@x")
		lib := library.New(first, nil)
		media := make([]library.MediaID, 3)
		err := lib.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			for i, tag := range []string{"a", "b", "c"} {
				m, err := c.CreateMedia(t.Context(), library.NewMedia{Owner: 1, Title: tag, Source: library.SourceUpload, Status: library.Finished})
				if err != nil {
					return err
				}
				media[i] = m.ID
				if _, err := c.TagMedia(t.Context(), m.ID, tag); err != nil {
					return err
				}
			}
			_, err := c.TagMedia(t.Context(), media[0], "b")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		tagged := func(lib *library.Library, want map[string]int64) {
			t.Helper()
			for tag, n := range want {
				got, err := lib.SearchMedia(t.Context(), library.Operator(), library.MediaFilter{Tag: &tag}, library.Page{Number: 1, Size: 9})
				if err != nil || got.Total != n || int64(len(got.Items)) != n {
					t.Errorf("tagged %q are %d media, %d listed, %v; want %d", tag, got.Total, len(got.Items), err, n)
				}
			}
		}
		rotated := library.New(openBy(t, Options{URL: url, foldings: by(2, rotate), foldAtOnce: 1}), nil)
		for _, node := range []*library.Library{rotated, lib} { // the first by its own rule still
			owners(t, node, map[string]library.UserID{"a@x": 1, "b@x": 2, "c@x": 3})
			tagged(node, map[string]int64{"a": 1, "b": 2, "c": 1, "d": 0})
			if got := duplicates(t, node); len(got) != 0 {
				t.Errorf("the duplicates are %v", got)
			}
		}
		joined := library.New(openBy(t, Options{URL: url, foldings: by(3, one), foldAtOnce: 2}), nil)
		owners(t, joined, map[string]library.UserID{"a@x": 1, "b@x": 1, "x@y": 1})
		tagged(joined, map[string]int64{"a": 3, "c": 3, "anything": 3})
		if tags, err := joined.MediaTags(t.Context(), library.Operator(), media[0]); err != nil || len(tags) != 1 || tags[0].Name != "a" {
			t.Errorf("tags that have become the same are %v, %v", tags, err)
		}
		split := library.New(openBy(t, Options{URL: url, foldings: by(4, plain)}), nil)
		owners(t, split, map[string]library.UserID{"a@x": 1, "b@x": 2, "c@x": 3, "x@y": 0})
		tagged(split, map[string]int64{"a": 3, "b": 0})
	})
}

// later are rules that some day might follow: they find less by title and tag, and join
// more addresses. They join no tags, for those would be the same to older rules as well.
func later() library.Foldings {
	rules := library.CurrentFoldings()
	return library.Foldings{
		Title: library.Folding{Rule: rules.Title.Rule + 1, Fold: strings.ToLower},
		Tag:   library.Folding{Rule: rules.Tag.Rule + 1, Fold: func(tag string) string { return tag }},
		Email: library.Folding{Rule: rules.Email.Rule + 1, Fold: func(email string) string {
			local, domain, _ := strings.Cut(strings.ToLower(email), "@")
			local, _, _ = strings.Cut(local, "+")
			return local + "@" + domain
		}},
	}
}

// node is a library under rules of its own.
type node struct {
	*library.Library
	store *Store
	rules library.Foldings
}

// mismatch compares what a node finds with what the plain model finds by the node's rules.
func (s *shelf) mismatch(ctx context.Context, n node) error {
	model := *s
	model.rules = n.rules
	admin := library.Person(s.ann, library.RolesOf(library.Admin), library.Credential{})
	filters := []library.MediaFilter{{}}
	for _, title := range []string{"e", "É", "ss", "lecture", "optics", "數", "i"} {
		filters = append(filters, library.MediaFilter{Title: title})
	}
	for _, tag := range []string{"one", "ONE", "One", "UNE", "Größe", "gross", "none"} {
		filters = append(filters, library.MediaFilter{Tag: &tag}, library.MediaFilter{Tag: &tag, Title: "a"})
	}
	for _, email := range []string{"ann@school.test", "BOB@school.test", "bob+two@school.test"} {
		filters = append(filters, library.MediaFilter{Owner: &email, Title: "b"})
	}
	for _, f := range filters {
		got, err := n.SearchMedia(ctx, admin, f, library.Page{Number: 1, Size: 1000})
		if err != nil {
			return err
		}
		var ids []int64
		for _, m := range got.Items {
			ids = append(ids, int64(m.ID))
		}
		if want := model.want(s.ann, true, f); !slices.Equal(ids, want) || got.Total != int64(len(want)) {
			return fmt.Errorf("by rule %d, %+v finds %v of %d, want %v", n.rules.Title.Rule, f, ids, got.Total, want)
		}
	}
	return nil
}

// tag tags a few of the media.
func (s *shelf) tag(ctx context.Context, n node, name string, r *rand.Rand) error {
	return n.Change(ctx, library.Operator(), func(c *library.Change) error {
		for range 3 {
			m := &s.media[r.IntN(len(s.media))]
			if m.archived {
				continue
			}
			tag, err := c.TagMedia(ctx, library.MediaID(m.id), name)
			if err != nil {
				return err
			}
			if n.rules.Tag.Fold(tag.Name) != n.rules.Tag.Fold(name) {
				return fmt.Errorf("%q is tagged as %q", name, tag.Name)
			}
			m.tags = append(m.tags, tag.Name)
		}
		return nil
	})
}

// newMixed is a shelf, a node by the rules of now, and one by later rules, which has not
// folded anything yet.
func newMixed(t *testing.T, url string, r *rand.Rand) (s *shelf, now, after node) {
	t.Helper()
	s = newShelf(t, url, r)
	first := openBy(t, Options{URL: url})
	now = node{s.Library, first, library.CurrentFoldings()}
	if err := s.tag(t.Context(), now, "Une", r); err != nil {
		t.Fatal(err)
	}
	if err := create(t, now.Library, "bob+two@school.test"); err != nil {
		t.Fatal(err)
	}
	rules := later()
	newer := openBy(t, Options{URL: url, foldings: &rules, foldAtOnce: 50, unfolded: true})
	return s, now, node{library.New(newer, nil), newer, rules}
}

// After each batch, and so wherever folding may be interrupted, nodes of both rules find
// exactly what their rules say, and what either writes meanwhile, too.
func TestFold_SearchesStayExactAfterEachBatch(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		seed := rand.Uint64()
		r := rand.New(rand.NewPCG(seed, 0))
		s, now, after := newMixed(t, url, r)
		ctx := t.Context()
		steps := 0
		for _, batch := range foldBatches {
			for folded := -1; folded != 0; steps++ {
				for _, n := range []node{now, after} {
					if err := s.mismatch(ctx, n); err != nil {
						t.Fatalf("seed %d, step %d: %v", seed, steps, err)
					}
				}
				err := after.store.change(ctx, func(tx *tx) (err error) {
					folded, err = batch(tx, ctx)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if steps%3 != 0 || folded == 0 {
					continue
				}
				for i, n := range []node{now, after} {
					err := n.Change(ctx, library.Operator(), func(c *library.Change) error { return s.add(ctx, c, r) })
					if err := errors.Join(err, s.tag(ctx, n, []string{"GRÖSSE", "one", "ONE"}[(steps+i)%3], r)); err != nil {
						t.Fatalf("seed %d, step %d: %v", seed, steps, err)
					}
				}
			}
		}
		if steps < 9 {
			t.Errorf("there were %d batches: that tries nothing", steps)
		}
	})
}

// Nodes with a new rule start together while one with the old rule answers.
func TestOpen_NodesFoldTogetherUnderARunningSearch(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, now, _ := newMixed(t, url, rand.New(rand.NewPCG(1, 1)))
		rules := later()
		stores, errs := make([]*Store, 3), make([]error, 3)
		var starting, searching sync.WaitGroup
		started := make(chan struct{})
		var mismatch error
		searching.Go(func() {
			for mismatch == nil {
				mismatch = s.mismatch(t.Context(), now)
				select {
				case <-started:
					return
				default:
				}
			}
		})
		for i := range stores {
			starting.Go(func() {
				stores[i], errs[i] = Open(t.Context(), Options{URL: url, foldings: &rules, foldAtOnce: 10})
			})
		}
		starting.Wait()
		close(started)
		searching.Wait()
		if err := errors.Join(errors.Join(errs...), mismatch); err != nil {
			t.Fatal(err)
		}
		for _, opened := range stores {
			if err := errors.Join(s.mismatch(t.Context(), node{library.New(opened, nil), opened, rules}), opened.Close()); err != nil {
				t.Error(err)
			}
		}
		if left := unfolded(t, now.store, rules); left != 0 {
			t.Errorf("%d rows are not folded by the rule of the nodes that started", left)
		}
	})
}

// unfolded counts the rows of other rules.
func unfolded(t *testing.T, s *Store, rules library.Foldings) (n int64) {
	t.Helper()
	err := s.db.View(t.Context(), func(conn *db.View) error {
		return conn.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM users WHERE email IS NOT NULL AND email_rule <> $1)
			+ (SELECT count(*) FROM tags WHERE fold_rule <> $2) + (SELECT count(*) FROM media WHERE title_rule <> $3)`,
			rules.Email.Rule, rules.Tag.Rule, rules.Title.Rule).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A start that is interrupted leaves what is folded folded, and the next one goes on.
func TestOpen_GoesOnFoldingWhereItWasInterrupted(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, now, after := newMixed(t, url, rand.New(rand.NewPCG(2, 2)))
		all := unfolded(t, now.store, after.rules)
		ctx, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		err := after.store.change(ctx, func(tx *tx) error {
			_, err := tx.foldTitles(ctx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		interrupt()
		if err := after.store.fold(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("an interrupted start ends with %v", err)
		}
		if left := unfolded(t, now.store, after.rules); left == 0 || left >= all {
			t.Fatalf("of %d rows %d are left: that tries nothing", all, left)
		}
		for range 2 { // the second has nothing to do
			opened := openBy(t, Options{URL: url, foldings: &after.rules})
			if left := unfolded(t, opened, after.rules); left != 0 {
				t.Errorf("%d rows are left", left)
			}
			if err := s.mismatch(t.Context(), node{library.New(opened, nil), opened, after.rules}); err != nil {
				t.Error(err)
			}
		}
	})
}

// A term or a tag of which folding leaves nothing finds nothing, not everything.
func TestSearchMedia_OfNothingFindsNothing(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := newShelf(t, url, rand.New(rand.NewPCG(3, 3)))
		err := s.Change(t.Context(), library.Operator(), func(c *library.Change) error {
			_, err := c.CreateMedia(t.Context(), library.NewMedia{
				Owner: s.ann, Title: "Opti\u00adcs zero\u200bwidth", Source: library.SourceUpload, Status: library.Finished, CreatedAt: time.Unix(1, 0),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		page := library.Page{Number: 1, Size: 50}
		for _, actor := range []library.Actor{
			library.Person(s.ann, library.RolesOf(library.Admin), library.Credential{}), library.Person(s.ann, library.RolesOf(library.Student), library.Credential{}),
		} {
			for _, term := range []string{"\u0301", "\u00ad", "\u200b\u200d", "\u3164", "\ufe0f", "\u202e"} {
				got, err := s.SearchMedia(t.Context(), actor, library.MediaFilter{Title: term}, page)
				if err != nil || got.Total != 0 || len(got.Items) != 0 || got.Items == nil {
					t.Errorf("%+q finds %d media, %v", term, got.Total, err)
				}
			}
			for _, term := range []string{"optics zero", "OPTICS\u00ad Z", "\u00adoptics zero", "zerow"} {
				got, err := s.SearchMedia(t.Context(), actor, library.MediaFilter{Title: term}, page)
				if err != nil || got.Total != 1 {
					t.Errorf("%+q finds %d media, %v; want 1", term, got.Total, err)
				}
			}
		}
	})
}

// The questions before a search are answered by indexes, whatever the size of the library.
func TestFold_ProbesPlanByIndex(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s := open(t, url)
		for index, query := range map[string]string{
			"users_by_email_rule": "SELECT u.email_rule FROM users u WHERE u.email IS NOT NULL ORDER BY u.email_rule LIMIT 1",
			"tags_by_rule":        "SELECT t.fold_rule FROM tags t ORDER BY t.fold_rule DESC LIMIT 1",
			"media_by_title_rule": "SELECT m.title_rule FROM media m ORDER BY m.title_rule LIMIT 1",
			"users_without_key":   "SELECT id, email FROM users WHERE email IS NOT NULL AND email_folded IS NULL ORDER BY id",
		} {
			plan := explain(t, s, query, nil, "enable_sort", "enable_seqscan")
			if !names(plan, index) && !strings.Contains(plan, "(email_folded=?)") { // which does as well
				t.Errorf("%s is not used:\n%s", index, plan)
			}
		}
	})
}
