package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// departure is what Tom leaves behind for Tess. Each media says in its title what should
// become of it; Bob is a student like others, Ada and Ann are admins.
const departure = `{
"users":[{"key":"ada","full_name":"Ada Byron","roles":["Admin"]},{"key":"ann","full_name":"Ann Able","roles":["Admin"]},
 {"key":"sue","full_name":"Sue Storm","roles":["Subaccount admin"]},
 {"key":"tom","full_name":"Tom Teal","roles":["Teacher"]},{"key":"tess","full_name":"Tess Tan","roles":["Teacher"]},
 {"key":"bob","full_name":"Bob Hale"}],
"groups":[{"key":"club","name":"Club","members":[{"user":"bob","permission":"member"}]},
 {"key":"admins","name":"Admins","members":[{"user":"ann","permission":"member"},{"user":"tom","permission":"manager"}]},
 {"key":"empty","name":"Empty"}],
"sub_accounts":[{"key":"s","name":"S","admins":["sue"]}],
"courses":[{"course_id":1,"sub_account":"s","enrollments":[{"user":"bob","role":"observer"}]},
 {"course_id":2,"sub_account":"s"},
 {"course_id":3,"sub_account":"s","enrollments":[{"user":"tom","role":"teacher"},{"user":"ann","role":"student"}]}],
"collections":[
 {"key":"whole","owner":"tom","name":"goes whole"},
 {"key":"archived","owner":"tom","name":"goes archived","archived_at":"2025-02-01T00:00:00Z"},
 {"key":"empty","owner":"tom","name":"goes empty"},
 {"key":"to admins","owner":"tom","name":"goes, for only admins have it"},
 {"key":"shared","owner":"tom","name":"stays: shared"},
 {"key":"mixed","owner":"tom","name":"stays: a media item in it is shared"},
 {"key":"guests","owner":"tom","name":"stays: a media item in it is another's"},
 {"key":"bob's","owner":"bob","name":"Bob's"},
 {"key":"ada's","owner":"ada","name":"Ada's"}],
"media":[
 {"key":"1","owner":"tom","title":"My Library"},
 {"key":"2","owner":"tom","title":"My Library","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"3","owner":"tom","title":"My Library","transcoding_status":"waiting_for_upload"},
 {"key":"4","owner":"tom","title":"stays"},
 {"key":"5","owner":"tom","title":"stays"},
 {"key":"6","owner":"tom","title":"My Library"},
 {"key":"7","owner":"tom","title":"My Library"},
 {"key":"8","owner":"tom","title":"stays","also_in":["course:1"]},
 {"key":"9","owner":"tom","title":"My Library","also_in":["course:2","course:3"]},
 {"key":"10","owner":"tom","title":"goes whole","collection":"whole"},
 {"key":"11","owner":"tom","title":"goes whole","collection":"whole","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"12","owner":"tom","title":"goes archived","collection":"archived"},
 {"key":"13","owner":"tom","title":"goes, for only admins have it","collection":"to admins"},
 {"key":"14","owner":"tom","title":"stays","collection":"shared"},
 {"key":"15","owner":"tom","title":"stays","collection":"mixed"},
 {"key":"16","owner":"tom","title":"My Library","collection":"mixed"},
 {"key":"17","owner":"tom","title":"My Library","collection":"mixed","archived_at":"2025-01-01T00:00:00Z"},
 {"key":"18","owner":"tom","title":"My Library","collection":"guests"},
 {"key":"19","owner":"bob","title":"another's","collection":"guests"},
 {"key":"20","owner":"tom","title":"stays","collection":"bob's"},
 {"key":"21","owner":"tom","title":"stays","also_in":["shared"]},
 {"key":"22","owner":"tom","title":"Ada's","collection":"ada's"},
 {"key":"23","owner":"tom","title":"stays"}],
"shares":[
 {"media":"4","user":"bob","permission":"view"},
 {"media":"5","group":"club","permission":"edit"},
 {"media":"6","user":"ada","permission":"edit"},
 {"media":"7","group":"empty","permission":"edit"},
 {"media":"7","group":"admins","permission":"view"},
 {"media":"23","user":"tess","permission":"view"},
 {"collection":"to admins","user":"ann","permission":"edit"},
 {"collection":"shared","user":"bob","permission":"view"},
 {"media":"15","user":"bob","permission":"edit"}]
}`

func transfer(t *testing.T, as live.Client, from, to library.UserID) live.Answer {
	t.Helper()
	return post(t, as, "/transfer_media", fmt.Sprintf(`{"from_user_id":%d,"to_user_id":%d}`, from, to))
}

// whose is the owner of every media of a fixture with its home, by title.
func whose(t *testing.T, node *live.Node) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for id, key := range node.Library.MediaKeys() {
		m := under[object](t, node.As("ada").Get(t, "/media/%d", id), 200, "media")
		found[key] = fmt.Sprintf("%s in %s's %s", m.Owner.FullName, m.Collection.Owner.FullName, *m.Collection.Name)
		if m.ArchivedAt != nil {
			found[key] += ", archived " + *m.ArchivedAt
		}
	}
	return found
}

func TestTransferMedia_MovesWhatIsNotShared(t *testing.T) {
	onEach(t, departure, func(t *testing.T, node *live.Node) {
		lib, ada := node.Library, node.As("ada")
		before := whose(t, node)
		want := make(map[string]string)
		var stay []string // the home perspectives of what stays
		for id, key := range lib.MediaKeys() {
			title := under[object](t, ada.Get(t, "/media/%d", id), 200, "media").Title
			_, archived, _ := strings.Cut(before[key], ", archived ")
			switch title {
			case "stays", "another's":
				want[key] = before[key]
			case "Ada's":
				want[key] = "Tess Tan in Ada Byron's Ada's"
			default:
				want[key] = "Tess Tan in Tess Tan's " + title
			}
			if archived != "" {
				want[key] += ", archived " + archived
			}
		}
		for n := len(before); n > 0; n-- { // the newest first
			id := lib.Media(fmt.Sprint(n))
			m := under[object](t, ada.Get(t, "/media/%d", id), 200, "media")
			for _, p := range under[[]object](t, ada.Get(t, "/media/%d/perspectives", id), 200, "perspectives") {
				if m.Title == "stays" && p.Collection.ID == m.Collection.ID {
					stay = append(stay, p.UUID)
				}
			}
		}

		a := transfer(t, ada, lib.User("tom"), lib.User("tess"))
		if got := under[[]string](t, a, 200, "not_transferred_perspective_ids"); !slices.Equal(got, stay) || len(stay) != 8 {
			t.Errorf("of the media stay %q, should %q", got, stay)
		}
		left := []int64{int64(lib.Collection("guests")), int64(lib.Collection("mixed")), int64(lib.Collection("shared"))}
		if got := under[[]int64](t, a, 200, "not_transferred_collection_ids"); !slices.Equal(got, left) {
			t.Errorf("of the collections stay %v, should %v", got, left)
		}
		got := whose(t, node)
		for key, should := range want {
			if got[key] != should {
				t.Errorf("media %s was of %s, is of %s, should be of %s", key, before[key], got[key], should)
			}
		}

		// Both see the difference at once; the archived collection came archived.
		names := collectionNames(t, node, "tess")
		slices.Sort(names)
		if want := []string{"My Library", "goes empty", "goes whole", "goes, for only admins have it"}; !slices.Equal(names, want) {
			t.Errorf("Tess has the collections %q, want %q", names, want)
		}
		kept := live.Read[collections](t, node.As("tess").Get(t, "/collections?archived=true")).Collections
		if len(kept) != 1 || *kept[0].Name != "goes archived" {
			t.Errorf("Tess has the archived collections %+v", kept)
		}
		post(t, node.As("tess"), fmt.Sprintf("/collections/%d/unarchive", kept[0].ID), "").Want(t, 200)
		if got := reached(t, node.As("tess"), lib, "tess")["12"]; got != "owner" {
			t.Errorf("brought back, what was archived with it is Tess's as %q", got)
		}
		for _, key := range []string{"1", "10", "18"} {
			node.As("tom").Get(t, "/media/%d", lib.Media(key)).Want(t, 403)
		}
		// What stayed stays a second time.
		b := transfer(t, ada, lib.User("tom"), lib.User("tess"))
		if string(a.Body) != string(b.Body) {
			t.Errorf("once more: %s, and before %s", b.Body, a.Body)
		}
	})
}

func TestTransferMedia_NothingThere(t *testing.T) {
	onEach(t, departure, func(t *testing.T, node *live.Node) {
		lib := node.Library
		wantJSON(t, transfer(t, node.As("ada"), lib.User("ann"), lib.User("sue")),
			`{"not_transferred_perspective_ids":[],"not_transferred_collection_ids":[]}`)
	})
}

func TestTransferMedia_Refuses(t *testing.T) {
	onEach(t, departure, func(t *testing.T, node *live.Node) {
		lib, ada := node.Library, node.As("ada")
		tom, tess := lib.User("tom"), lib.User("tess")
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.DeleteUser(ctx, lib.User("bob"), library.Disposal{WithMedia: true})
		})
		before := whoseOf(t, node, "1", "10", "4")
		transfer(t, ada, tom, stranger).WantError(t, 400, "user 9223372036854775807 not found")
		transfer(t, ada, stranger, tess).WantError(t, 400, "not found")
		transfer(t, ada, tom, lib.User("bob")).WantError(t, 400, "not found")
		transfer(t, ada, tom, tom).WantError(t, 422, "to_user_id must be another")
		transfer(t, ada, 0, tom).WantError(t, 422, "from_user_id must be")
		post(t, ada, "/transfer_media", fmt.Sprintf(`{"to_user_id":%d}`, tess)).WantError(t, 400, "from_user_id is required")
		post(t, ada, "/transfer_media", fmt.Sprintf(`{"from_user_id":%d}`, tom)).WantError(t, 400, "to_user_id is required")
		for _, caller := range []string{"tom", "tess", "sue"} { // before anyone is looked up
			transfer(t, node.As(caller), tom, tess).Want(t, 403)
			transfer(t, node.As(caller), tom, stranger).Want(t, 403)
		}
		transfer(t, node.Nobody(), tom, tess).Want(t, 401)
		if after := whoseOf(t, node, "1", "10", "4"); !slices.Equal(before, after) {
			t.Errorf("a refused transfer changed %v into %v", before, after)
		}
	})
}

func whoseOf(t *testing.T, node *live.Node, keys ...string) []int64 {
	t.Helper()
	owners := make([]int64, len(keys))
	for i, key := range keys {
		owners[i] = under[object](t, node.As("ada").Get(t, "/media/%d", node.Library.Media(key)), 200, "media").Owner.ID
	}
	return owners
}
