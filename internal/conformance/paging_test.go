package conformance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// lot is how many of everything crowded has: a page of the largest size and three.
const lot = 53

// crowded is a library in which Bob has a lot of media and of collections, and the
// school has a lot of students, Bob not included. Half of each is as old as the next
// one, so that the order has ties.
func crowded() string {
	var users, collections, media strings.Builder
	for i := range lot {
		created := fmt.Sprintf("2025-01-%02dT00:00:00Z", 1+i/2%28)
		fmt.Fprintf(&users, `,{"key":"s%d","full_name":"Student %d"}`, i, i)
		if i > 0 { // the first is My Library
			fmt.Fprintf(&collections, `,{"key":"c%d","owner":"bob","name":"C","created_at":%q}`, i, created)
		}
		fmt.Fprintf(&media, `,{"key":"m%d","owner":"bob","title":"M","created_at":%q}`, i, created)
	}
	return `{"users":[{"key":"ada","full_name":"Ada Byron","roles":["Admin"]},` +
		`{"key":"bob","full_name":"Bob Hale","roles":["Teacher"]}` + users.String() + `],` +
		`"collections":[` + collections.String()[1:] + `],"media":[` + media.String()[1:] + `]}`
}

// listed is a page of any list, in its order.
type listed struct {
	items []item
	meta  meta
}

type item struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	CreatedAt string `json:"created_at"`
}

func page(t *testing.T, a live.Answer, key string) (l listed) {
	t.Helper()
	body := live.Read[map[string]json.RawMessage](t, a)
	if err := json.Unmarshal(body[key], &l.items); err != nil || l.items == nil {
		t.Fatalf("%s is %.100s: %v", key, body[key], err)
	}
	if err := json.Unmarshal(body["meta"], &l.meta); err != nil {
		t.Fatal(err)
	}
	return l
}

// Whatever the size of the pages, turning them shows each item once, in one order.
func TestPaging(t *testing.T) {
	onEach(t, crowded(), func(t *testing.T, node *live.Node) {
		for key, path := range map[string]string{
			"media":       node.Library.UserPath("bob", "/media?"),
			"collections": node.Library.UserPath("bob", "/collections?"),
			"users":       "/users/search?role=Student&",
		} {
			var whole []item
			for _, size := range []int64{50, 20, 7, 1} {
				last := (lot + size - 1) / size
				var all []item
				for number := int64(1); number <= last; number++ {
					got := page(t, node.As("ada").Get(t, "%sper_page=%d&page=%d", path, size, number), key)
					if want := (meta{number, last, lot}); got.meta != want {
						t.Errorf("%s: page %d of %d items has the meta %v, want %v", key, number, size, got.meta, want)
					}
					if want := min(size, lot-(number-1)*size); int64(len(got.items)) != want {
						t.Errorf("%s: page %d of %d items has %d, want %d", key, number, size, len(got.items), want)
					}
					all = append(all, got.items...)
				}
				if whole == nil {
					whole = all
				} else if !slices.Equal(all, whole) {
					t.Errorf("%s: pages of %d and of 50 show different lists", key, size)
				}
			}
			wantOrder(t, key, whole)

			// What is not said is page 1 of 20; what lies past the end is empty.
			if got := page(t, node.As("ada").Get(t, "%s", path), key); !slices.Equal(got.items, whole[:20]) ||
				got.meta != (meta{1, 3, lot}) {
				t.Errorf("%s: the default page is %v", key, got)
			}
			for _, number := range []int64{3, 1 << 40, 9223372036854775807} {
				got := page(t, node.As("ada").Get(t, "%sper_page=50&page=%d", path, number), key)
				if len(got.items) != 0 || got.meta != (meta{number, 2, lot}) {
					t.Errorf("%s: page %d has %v", key, number, got)
				}
			}
			node.As("ada").Get(t, "%sper_page=51", path).WantError(t, 422, "per_page must be")
			node.As("ada").Get(t, "%spage=0", path).WantError(t, 422, "page must be")
		}
	})
}

// wantOrder wants the newest first and ties by id descending, My Library before all
// others, and each item once.
func wantOrder(t *testing.T, key string, all []item) {
	t.Helper()
	for i := 1; i < len(all); i++ {
		newer, older := all[i-1], all[i]
		isRight := newer.CreatedAt > older.CreatedAt || newer.CreatedAt == older.CreatedAt && newer.ID > older.ID
		if newer.Type == "user" {
			isRight = i == 1
		}
		if !isRight {
			t.Errorf("%s: %v stands before %v", key, newer, older)
		}
	}
	if key == "collections" && all[0].Type != "user" {
		t.Errorf("the first collection is %v, not My Library", all[0])
	}
}

// A list of nothing has one page.
func TestPaging_OfNothing(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for key, path := range map[string]string{
			"media": node.Library.UserPath("otto", "/media?"),
			"users": "/users/search?email=nobody@school.test&",
		} {
			for _, number := range []int64{1, 2, 9223372036854775807} {
				got := page(t, node.As("ada").Get(t, "%spage=%d", path, number), key)
				if len(got.items) != 0 || got.meta != (meta{number, 1, 0}) {
					t.Errorf("%s: page %d is %v", key, number, got)
				}
			}
		}
	})
}
