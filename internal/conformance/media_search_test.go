package conformance

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// found is the fixture's keys of what a search finds, over all its pages and in their
// order. A media item that comes twice, or a total that is not their number, fails the test.
func found(t *testing.T, as live.Client, lib *live.Library, query string) []string {
	t.Helper()
	names := lib.MediaKeys()
	keys := []string{}
	for page, last := int64(1), int64(1); page <= last; page++ {
		got := live.Read[mediaList](t, as.Get(t, "/media/search?%s&per_page=7&page=%d", query, page))
		for _, m := range got.Media {
			if slices.Contains(keys, names[m.ID]) {
				t.Errorf("%s finds %s twice", query, names[m.ID])
			}
			keys = append(keys, names[m.ID])
		}
		last = got.Meta.LastPage
		if page == last && got.Meta.TotalCount != int64(len(keys)) {
			t.Errorf("%s: total_count is %d, and there are %d", query, got.Meta.TotalCount, len(keys))
		}
	}
	return keys
}

// wantMedia searches and wants exactly these, in whatever order.
func wantMedia(t *testing.T, as live.Client, lib *live.Library, query string, want ...string) {
	t.Helper()
	got := found(t, as, lib, query)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s finds\n%q, want\n%q", query, got, want)
	}
}

// Asked for nothing, it finds what the caller reaches; for an admin that is everything.
func TestMediaSearch_FindsWhatTheCallerReaches(t *testing.T) {
	onEach(t, bobsMedia, func(t *testing.T, node *live.Node) {
		lib := node.Library
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			if _, err := c.DeleteMedia(ctx, lib.Media("deleted own")); err != nil {
				return err
			}
			_, err := c.DeleteCollection(ctx, lib.Collection("deleted"))
			return err
		})
		for _, query := range []string{"", "title=m", "min_size=0", "archived=false"} {
			for _, caller := range []string{"bob", "tom"} {
				reaches := slices.Collect(maps.Keys(reached(t, node.As(caller), lib, caller)))
				wantMedia(t, node.As(caller), lib, query, reaches...)
			}
			everything := slices.DeleteFunc(slices.Collect(maps.Values(lib.MediaKeys())), func(key string) bool {
				return strings.Contains(key, "waiting") || slices.Contains(
					[]string{"archived own", "archived shared", "in archived", "deleted own", "in deleted"}, key)
			})
			wantMedia(t, node.As("ada"), lib, query, everything...)
		}
		for _, query := range []string{"archived=true", "archived=true&title=m", "archived=true&max_size=0"} {
			wantMedia(t, node.As("bob"), lib, query, "archived own", "archived shared", "in archived")
			wantMedia(t, node.As("tom"), lib, query, "archived shared", "in archived")
			wantMedia(t, node.As("ada"), lib, query, "archived own", "archived shared", "in archived")
		}
	})
}

// What may be brought back is what the caller may edit, by a way that leads to its home.
func TestMediaSearch_FindsArchivedForWhoMayUnarchive(t *testing.T) {
	const text = `{
	"users":[{"key":"tom","full_name":"Tom"},{"key":"bob","full_name":"Bob"},{"key":"ada","full_name":"Ada","roles":["Admin"]}],
	"groups":[{"key":"club","name":"Club","members":[{"user":"bob","permission":"member"}]}],
	"courses":[{"course_id":1,"enrollments":[{"user":"bob","role":"teacher"}]}],
	"collections":[{"key":"edited","owner":"tom","name":"E"},{"key":"viewed","owner":"tom","name":"V"},{"key":"bob's","owner":"bob","name":"B"}],
	"media":[
	 {"key":"viewed alone","owner":"tom","title":"a"},
	 {"key":"edited alone","owner":"tom","title":"a"},
	 {"key":"edited by the club","owner":"tom","title":"a"},
	 {"key":"at home in edited","owner":"tom","collection":"edited","title":"a"},
	 {"key":"also in edited","owner":"tom","title":"a","also_in":["edited"]},
	 {"key":"at home in viewed","owner":"tom","collection":"viewed","title":"a"},
	 {"key":"at home in bob's","owner":"tom","collection":"bob's","title":"a"},
	 {"key":"also in bob's","owner":"tom","title":"a","also_in":["bob's"]},
	 {"key":"in the course","owner":"tom","title":"a","also_in":["course:1"]},
	 {"key":"waits","owner":"tom","collection":"bob's","title":"a","transcoding_status":"waiting_for_upload"},
	 {"key":"live","owner":"bob","title":"a"}],
	"shares":[
	 {"media":"viewed alone","user":"bob","permission":"view"},
	 {"media":"edited alone","user":"bob","permission":"edit"},
	 {"media":"edited by the club","group":"club","permission":"edit"},
	 {"collection":"edited","user":"bob","permission":"edit"},
	 {"collection":"viewed","group":"club","permission":"view"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		lib := node.Library
		var archived []string
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			for id, key := range lib.MediaKeys() {
				if key == "live" {
					continue
				}
				archived = append(archived, key)
				if _, err := c.ArchiveMedia(ctx, library.MediaID(id)); err != nil {
					return err
				}
			}
			return nil
		})
		wantMedia(t, node.As("bob"), lib, "archived=true",
			"edited alone", "edited by the club", "at home in edited", "at home in bob's")
		wantMedia(t, node.As("tom"), lib, "archived=true", archived...)
		wantMedia(t, node.As("ada"), lib, "archived=true",
			slices.DeleteFunc(archived, func(key string) bool { return key == "waits" })...)
		wantMedia(t, node.As("bob"), lib, "", "live")

		// It says since when, which lists of live media never do.
		a := node.As("bob").Get(t, "/media/search?archived=true").Want(t, 200)
		if !strings.Contains(string(a.Body), `"archived_at":"2026-01-05T09:00:00Z"`) {
			t.Errorf("no media says when it was archived: %s", a.Body)
		}
	})
}

// A sub-account admin finds what they reach, and what the courses of theirs hold.
func TestMediaSearch_OfASubAccountAdmin(t *testing.T) {
	text := strings.Replace(school, `"media":[`, `"media":[
	 {"key":"in optics","owner":"eve","title":"In Optics","also_in":["course:101"],"created_at":"2025-03-01T00:00:00Z"},
	 {"key":"at home in optics","owner":"tom","collection":"course:101","title":"At home","created_at":"2025-01-01T00:00:00Z"},
	 {"key":"waits","owner":"tom","title":"Waits","also_in":["course:101"],"transcoding_status":"waiting_for_upload"},
	 {"key":"archived","owner":"tom","title":"Archived","also_in":["course:101"],"archived_at":"2025-01-01T00:00:00Z"},
	 {"key":"in drawing","owner":"eve","title":"In Drawing","also_in":["course:202"]},
	 {"key":"of sue","owner":"sue","title":"Of Sue","created_at":"2025-02-01T00:00:00Z"},
	 {"key":"archived of sue","owner":"sue","title":"Of Sue","archived_at":"2025-01-01T00:00:00Z"},`, 1)
	onEach(t, text, func(t *testing.T, node *live.Node) {
		lib := node.Library
		expel(t, lib)
		if got := found(t, node.As("sue"), lib, ""); !slices.Equal(got, []string{"in optics", "of sue", "at home in optics"}) {
			t.Errorf("Sue finds %q, which are not hers and her courses', newest first", got)
		}
		wantMedia(t, node.As("sue"), lib, "title=OPTICS", "in optics")
		wantMedia(t, node.As("sue"), lib, "archived=true", "archived", "archived of sue")
		wantMedia(t, node.As("rolf"), lib, "")
		wantMedia(t, node.As("asa"), lib, "") // who lost the role
		wantMedia(t, node.As("bob"), lib, "", "in optics", "at home in optics")
		wantMedia(t, node.As("bob"), lib, "archived=true")
	})
}

func TestMediaSearch_ByTitle(t *testing.T) {
	titles := []string{
		"Lenses & Mirrors", "LENSES", "Über Linsen", "uber alles", "Straße", "STRASSE", "Ελληνικά", "ΕΛΛΗΝΙΚΆ ΣΟΦΌΣ",
		"Лекция 1: Ёлка", "лекция 2", "数学入門", "数学", "한국어 강의", "하늘", "שָׁלוֹם", "مُحَمَّد", "ﬁle №5", "½ way",
		`100% "sure"`, `100 sure`, `a_b`, `aXb`, `back\slash`, `'; DROP TABLE media; --`, `a* OR b`, `NEAR(a b)`,
		"🎬 film 🎞️", "❤", "tab\tin it", "  two  spaces", "İstanbul", "x",
	}
	var text strings.Builder
	text.WriteString(`{"users":[{"key":"ada","full_name":"Ada","roles":["Admin"]},{"key":"tom","full_name":"Tom"}],"media":[`)
	for i, title := range titles {
		if i > 0 {
			text.WriteByte(',')
		}
		title = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`).Replace(title)
		fmt.Fprintf(&text, `{"key":"%s","owner":"tom","title":"%s"}`, title, title)
	}
	text.WriteString(`]}`)
	onEach(t, text.String(), func(t *testing.T, node *live.Node) {
		for term, want := range map[string][]string{
			"lenses": {"Lenses & Mirrors", "LENSES"}, "LENSES &": {"Lenses & Mirrors"}, "nse": {"Lenses & Mirrors", "LENSES", "Über Linsen"},
			"ÜBER": {"Über Linsen", "uber alles"}, "strasse": {"Straße", "STRASSE"}, "straße": {"Straße", "STRASSE"}, "ß": {
				"Straße", "STRASSE",
			},
			"ελληνικα": {"Ελληνικά", "ΕΛΛΗΝΙΚΆ ΣΟΦΌΣ"}, "σοφος": {"ΕΛΛΗΝΙΚΆ ΣΟΦΌΣ"}, "ЛЕКЦИЯ": {"Лекция 1: Ёлка", "лекция 2"},
			"елка": {"Лекция 1: Ёлка"}, "数学": {"数学入門", "数学"}, "学": {"数学入門", "数学"}, "数学入": {"数学入門"}, "한국": {"한국어 강의"},
			"하": {"하늘"}, "שלום": {"שָׁלוֹם"}, "محمد": {"مُحَمَّد"}, "file": {"ﬁle №5"}, "no5": {"ﬁle №5"}, "1⁄2": {"½ way"},
			"%": {`100% "sure"`}, "100%": {`100% "sure"`}, `"sure"`: {`100% "sure"`}, `0% "`: {`100% "sure"`}, "%%": nil, "100_": nil,
			"a_b": {"a_b"}, "_": {"a_b"}, "___": nil, `\`: {`back\slash`}, `k\s`: {`back\slash`}, `\\`: nil, `'; drop`: {`'; DROP TABLE media; --`},
			"a* or": {"a* OR b"}, "near(a": {"NEAR(a b)"}, "🎬": {"🎬 film 🎞️"}, "🎬 film 🎞": {"🎬 film 🎞️"}, "❤️": {"❤"}, "b\ti": {"tab\tin it"},
			"  two  ": {"  two  spaces"}, "istanbul": {"İstanbul"}, "x": {"x", "aXb"}, "nothing like it": nil,
		} {
			for _, caller := range []string{"ada", "tom"} { // who goes by an index, and who does not
				got := live.Read[mediaList](t, node.As(caller).Get(t, "/media/search?per_page=50&title=%s", url.QueryEscape(term)))
				keys := []string{}
				for _, m := range got.Media {
					keys = append(keys, m.Title)
				}
				slices.Sort(keys)
				slices.Sort(want)
				if !slices.Equal(keys, want) || got.Meta.TotalCount != int64(len(want)) {
					t.Errorf("%q finds %q for %s, want %q", term, keys, caller, want)
				}
			}
		}
	})
}

// Each filter by itself, at its bounds, and all of them at once.
func TestMediaSearch_ByEverythingElse(t *testing.T) {
	const text = `{
	"users":[{"key":"ada","full_name":"Ada","roles":["Admin"]},{"key":"tom","full_name":"Tom","email":"Tom@School.test"},
	 {"key":"eve","full_name":"Eve","email":"eve@school.test"}],
	"media":[
	 {"key":"a","owner":"tom","title":"Alpha","size":100,"source":"youtube","transcoding_status":"external","created_at":"2025-03-01T00:00:00Z","tags":["Größe","One"]},
	 {"key":"b","owner":"tom","title":"Beta","size":200,"created_at":"2025-03-01T23:59:59Z","tags":["one more"]},
	 {"key":"c","owner":"eve","title":"Gamma","size":200,"created_at":"2025-03-02T00:00:00Z","tags":["one"]},
	 {"key":"d","owner":"eve","title":"Delta","size":9007199254740993,"source":"recording","created_at":"2025-02-28T23:59:59Z"}],
	"shares":[{"media":"a","user":"eve","permission":"view"},{"media":"b","user":"eve","permission":"view"}]}`
	onEach(t, text, func(t *testing.T, node *live.Node) {
		for query, want := range map[string][]string{
			"min_size=200": {"b", "c", "d"}, "min_size=201": {"d"}, "max_size=200": {"a", "b", "c"}, "max_size=199": {"a"},
			"min_size=200&max_size=200": {"b", "c"}, "min_size=300&max_size=200": nil, "min_size=9007199254740993": {"d"},
			"start_date=2025-03-01": {"a", "b", "c"}, "end_date=2025-03-01": {"a", "b", "d"},
			"start_date=2025-03-01&end_date=2025-03-01": {"a", "b"}, "start_date=2025-03-03": nil, "end_date=9999-12-31": {"a", "b", "c", "d"},
			"owner=tom@school.test": {"a", "b"}, "owner=EVE@school.test": {"c", "d"}, "owner=nobody@school.test": nil,
			"tag=one": {"a", "c"}, "tag=ONE": {"a", "c"}, "tag=one%20more": {"b"}, "tag=on": nil, "tag=gr%C3%96%E1%BA%9Ee": {"a"}, "tag=none": nil,
			"source=youtube": {"a"}, "source=upload": {"b", "c"}, "source=vimeo": nil,
			"last_viewed_start_date=2000-01-01": nil, "last_viewed_by_student_end_date=2100-01-01": nil,
			"title=ta": {"b", "d"}, "title=ta&owner=tom@school.test": {"b"}, "title=alpha&owner=tom@school.test&tag=one": {"a"},
			"title=alpha&min_size=100&max_size=100&start_date=2025-03-01&end_date=2025-03-01&source=youtube&tag=one": {"a"},
			"title=alpha&tag=one%20more": nil,
		} {
			for _, caller := range []string{"ada", "eve"} {
				wantMedia(t, node.As(caller), node.Library, query, want...)
			}
		}
		for _, caller := range []string{"ada", "eve"} {
			if got := found(t, node.As(caller), node.Library, "min_size=1"); !slices.Equal(got, []string{"c", "b", "a", "d"}) {
				t.Errorf("%s is answered %q, which is not from the newest to the oldest", caller, got)
			}
		}
	})
}

func TestMediaSearch_Refuses(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for query, words := range map[string]string{
			"title=": "title must not be empty", "title=a%00b": "title must be UTF-8 text without NUL", "title=%FF": "title must be UTF-8",
			"title=" + strings.Repeat("x", 256): "title is longer than 255 characters", "title=%20": "title must not be blank",
			"min_size=-1": "min_size must be a whole number", "max_size=1.5": "max_size must be a whole number",
			"start_date=2025-02-30": "start_date must be a date", "end_date=yesterday": "end_date must be a date",
			"last_viewed_start_date=1": "last_viewed_start_date must", "last_viewed_end_date=": "last_viewed_end_date must",
			"last_viewed_by_student_start_date=x": "last_viewed_by_student_start_date must",
			"last_viewed_by_student_end_date=x":   "last_viewed_by_student_end_date must",
			"owner=tom":                           "owner must be a whole e-mail address", "tag=%00": "tag must be", "source=tape": "source must be one of",
			"checksum=abc": "checksum must be a SHA-256: 64 hexadecimal digits", "checksum=" + strings.Repeat("z", 64): "checksum must be",
			"checksum=" + strings.Repeat("ab", 33): "checksum must be", "archived=perhaps": "archived must be true or false", "page=0": "page must be", "per_page=51": "per_page must be",
		} {
			node.As("ada").Get(t, "/media/search?%s", query).WantError(t, 422, words)
			node.As("bob").Get(t, "/media/search?%s", query).WantError(t, 422, words)
		}
		node.Nobody().Get(t, "/media/search").WantError(t, 401, "access token")
		service := node.With("Bearer " + node.Library.NewCaptionService(t, "Captions Ltd"))
		service.Get(t, "/media/search").WantError(t, 403, "captioning service")
		past := live.Read[mediaList](t, node.As("ada").Get(t, "/media/search?page=9223372036854775807"))
		if len(past.Media) != 0 || past.Meta.TotalCount != 2 {
			t.Errorf("past the end there is %v", past)
		}
	})
}

// Each change shows in the next answer, of whichever node.
func TestMediaSearch_FollowsChanges(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		other := lib.Serve(t)
		lenses := lib.Media("lenses")
		wantBoth := func(caller string, want ...string) {
			t.Helper()
			for _, n := range []*live.Node{node, other} {
				wantMedia(t, n.As(caller), lib, "title=lens", want...)
			}
		}
		wantBoth("ada", "lenses")
		wantBoth("bob")
		to := library.Grantee{User: lib.User("bob")}
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.ShareMedia(ctx, lenses, to, library.WayView)
		})
		wantBoth("bob", "lenses")
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			_, err := c.ArchiveMedia(ctx, lenses)
			return err
		})
		wantBoth("ada")
		wantBoth("bob")
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			_, err := c.UnarchiveMedia(ctx, lenses, 0)
			return err
		})
		wantBoth("ada", "lenses")
		wantBoth("bob", "lenses")
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			_, err := c.DeleteMedia(ctx, lenses)
			return err
		})
		wantBoth("ada")
		wantBoth("bob")
		wantMedia(t, node.As("ada"), lib, "archived=true")
	})
}
