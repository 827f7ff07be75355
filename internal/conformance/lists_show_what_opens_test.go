package conformance

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/lectern-media/lectern/internal/testkit/live"
)

// Lists and singles agree for everyone: whatever a list shows, opens, and whatever opens
// stands in a list once; what does not open is in none, and is not counted.
func TestLists_ShowExactlyWhatOpens(t *testing.T) {
	callers, lines := readMatrix(t)
	// Things to look at: one of each state is enough. What waits for its upload is in its
	// owner's lists only, and opens to admins all the same.
	few := lines[:0:0]
	for _, line := range lines {
		if line.method == "GET" && line.state != "waiting" && (line.path == "/media/{media}" || line.path == "/collections/{collection}") {
			few = append(few, line)
		}
	}
	onEach(t, matrixFixture(callers, few), func(t *testing.T, node *live.Node) {
		m := prepareMatrix(t, node, callers, few)
		seen := 0
		for _, caller := range callers {
			if caller == "nobody" || caller == "service" {
				continue
			}
			who := m.callers[caller]
			for _, archived := range []bool{false, true} {
				listed := map[string][]int64{
					"media":       idsOf(t, who, fmt.Sprintf("/media/search?archived=%t", archived)),
					"collections": idsOf(t, who, fmt.Sprintf("/collections?archived=%t", archived)),
				}
				for noun, ids := range listed {
					for _, id := range ids {
						who.Get(t, "/%s/%d", noun, id).Want(t, 200)
					}
					seen += len(ids)
				}
				wantOpening(t, who, m, caller, archived, listed)
			}
		}
		if seen == 0 {
			t.Error("nobody was shown anything")
		}
	})
}

// wantOpening asks for each thing of the library by its id and looks for it in the list.
// An admin's role opens collections without giving them a place in their list.
func wantOpening(
	t *testing.T, who live.Client, m matrix, caller string, archived bool, listed map[string][]int64,
) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(m.things)) {
		thing := m.things[key]
		for noun, name := range map[string]string{"media": "media", "collections": "collection"} {
			if noun == "collections" && caller == "admin" {
				continue
			}
			a := who.Get(t, "/%s/%s", noun, thing[name])
			opens := a.Status == 200 && isArchived(t, a, name) == archived
			listedTimes := 0
			for _, id := range listed[noun] {
				if fmt.Sprint(id) == thing[name] {
					listedTimes++
				}
			}
			if opens && listedTimes != 1 || !opens && listedTimes != 0 {
				t.Errorf("%s, archived %t: %s %s answers %d and is listed %d times",
					caller, archived, name, thing[name], a.Status, listedTimes)
			}
		}
	}
}

// isArchived says whether an answer's object is archived.
func isArchived(t *testing.T, a live.Answer, name string) bool {
	t.Helper()
	body := live.Read[map[string]struct {
		ArchivedAt *string `json:"archived_at"`
	}](t, a)
	return body[name].ArchivedAt != nil
}

// idsOf reads all pages of a list, whose total must be the number of its items.
func idsOf(t *testing.T, who live.Client, path string) (ids []int64) {
	t.Helper()
	type item struct {
		ID int64 `json:"id"`
	}
	for page := int64(1); ; page++ {
		list := live.Read[struct {
			Media       []item `json:"media"`
			Collections []item `json:"collections"`
			Meta        meta   `json:"meta"`
		}](t, who.Get(t, "%s&per_page=3&page=%d", path, page))
		for _, it := range append(list.Media, list.Collections...) {
			ids = append(ids, it.ID)
		}
		if page >= list.Meta.LastPage {
			if int64(len(ids)) != list.Meta.TotalCount {
				t.Errorf("%s has %d items in its pages and %d in its total", path, len(ids), list.Meta.TotalCount)
			}
			return ids
		}
	}
}
