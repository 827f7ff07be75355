package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/fixture"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/store/dbq"
	"github.com/lectern-media/lectern/internal/testkit"
)

// doors has a film with each way to it, and another one with the same ways for others, which
// lead to the film only if a query asks for too little.
const doors = `{
"users":[
 {"key":"owner","full_name":"Owner"},{"key":"other","full_name":"Other"},
 {"key":"viewer","full_name":"Viewer"},{"key":"editor","full_name":"Editor"},{"key":"member","full_name":"Member"},
 {"key":"guest","full_name":"Guest"},{"key":"student","full_name":"Student"},{"key":"late","full_name":"Late"},
 {"key":"gone","full_name":"Gone"},{"key":"homely","full_name":"Homely"},{"key":"many","full_name":"Many"},
 {"key":"inside","full_name":"Inside","roles":["Subaccount admin"]},{"key":"outside","full_name":"Outside","roles":["Subaccount admin"]},
 {"key":"stranger","full_name":"Stranger"},{"key":"painter","full_name":"Painter"}],
"groups":[
 {"key":"team","name":"Team","members":[{"user":"member","permission":"member"},{"user":"many","permission":"member"}]},
 {"key":"others","name":"Others","members":[{"user":"stranger","permission":"member"}]}],
"sub_accounts":[{"key":"sciences","name":"Sciences","admins":["inside"]},{"key":"arts","name":"Arts","admins":["outside"]}],
"courses":[
 {"course_id":101,"name":"Optics","sub_account":"sciences","enrollments":[{"user":"student","role":"student"},{"user":"many","role":"teacher"}]},
 {"course_id":202,"name":"Drawing","sub_account":"arts","enrollments":[{"user":"painter","role":"student"}]}],
"collections":[
 {"key":"home","owner":"owner","name":"Home"},{"key":"shelf","owner":"other","name":"Shelf"},
 {"key":"archived","owner":"other","name":"Archived"},{"key":"deleted","owner":"other","name":"Deleted"},
 {"key":"attic","owner":"owner","name":"Attic"},{"key":"elsewhere","owner":"other","name":"Elsewhere"}],
"media":[
 {"key":"film","owner":"owner","collection":"home","title":"Film","also_in":["shelf","archived","deleted","course:101"]},
 {"key":"second","owner":"owner","collection":"home","title":"Second"},
 {"key":"stored","owner":"owner","collection":"attic","title":"Stored"},
 {"key":"twin","owner":"other","collection":"elsewhere","title":"Twin","also_in":["course:202"]}],
"shares":[
 {"media":"film","user":"viewer","permission":"view"},{"media":"film","user":"editor","permission":"edit"},
 {"media":"film","user":"many","permission":"edit"},
 {"media":"film","group":"team","permission":"view"},{"collection":"home","user":"homely","permission":"edit"},
 {"collection":"shelf","user":"guest","permission":"edit"},{"collection":"archived","user":"late","permission":"edit"},
 {"collection":"deleted","user":"gone","permission":"edit"},{"collection":"attic","user":"homely","permission":"view"},
 {"media":"twin","user":"stranger","permission":"edit"},{"media":"twin","group":"others","permission":"edit"},
 {"collection":"elsewhere","user":"stranger","permission":"edit"}]
}`

func openDoors(t *testing.T, url string) (*Store, fixture.Result) {
	t.Helper()
	s, ctx := open(t, url), t.Context()
	lib := library.New(s, nil)
	f, err := fixture.Read(strings.NewReader(doors))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := fixture.LoadWithTokens(ctx, lib, f, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	err = lib.Change(ctx, library.Operator(), func(c *library.Change) error {
		_, embedded := c.EmbedMedia(ctx, library.NewEmbed{Media: keys.Media["film"], Course: 101, Downloadable: &yes})
		_, twin := c.EmbedMedia(ctx, library.NewEmbed{Media: keys.Media["twin"], Course: 202, Downloadable: &yes})
		_, deleted := c.DeleteCollection(ctx, keys.Collections["deleted"])
		return cmp.Or(embedded, twin, deleted, c.ArchiveCollectionAt(ctx, keys.Collections["archived"], time.Unix(1, 0)),
			c.ArchiveCollectionAt(ctx, keys.Collections["attic"], time.Unix(1, 0)))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.db.change(ctx, func(conn dbq.DBTX) error { // as if an embed had allowed it there before
		_, err := conn.ExecContext(ctx, "UPDATE perspectives SET downloadable = 1 WHERE collection_id = $1 OR collection_id = $2",
			int64(keys.Collections["archived"]), int64(keys.Collections["deleted"]))
		if err != nil {
			return err
		}
		// The perspective of the home sorts first, so that it is not found by chance.
		_, err = conn.ExecContext(ctx, `UPDATE perspectives SET uuid = '00000000-0000-4000-8000-000000000000'
			WHERE media_id = $1 AND collection_id = (SELECT home_collection_id FROM media WHERE id = $1)`, int64(keys.Media["film"]))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, keys
}

// The statement that finds what decides about one media item finds each way, and no other.
func TestAccess_ToMedia(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, keys := openDoors(t, url)
		for _, c := range []struct{ user, media, want string }{
			{"owner", "film", "owner:home is owner"},
			{"other", "film", "owner"},
			{"viewer", "film", "view:home"},
			{"editor", "film", "edit:home"},
			{"member", "film", "view:home"},
			{"many", "film", "edit:home teacher view:home downloads"},
			{"homely", "film", "edit:home"},
			{"guest", "film", "edit"},
			{"student", "film", "student downloads"},
			{"late", "film", ""},
			{"gone", "film", ""},
			{"inside", "film", "in reach"},
			{"outside", "film", ""},
			{"stranger", "film", ""},
			{"painter", "film", ""},
			{"owner", "second", "owner:home is owner"},
			{"homely", "stored", "view:home archived"},
			{"owner", "stored", "owner:home is owner archived"},
			{"outside", "twin", "in reach"},
			{"painter", "twin", "student downloads"},
			{"stranger", "twin", "edit:home edit:home edit:home"},
		} {
			seen, err := viewed(t.Context(), s, func(v library.Reader) (library.SeenMedia, error) {
				return v.SeenMedia(t.Context(), keys.Users[c.user], keys.Media[c.media])
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := mediaAccessInWords(seen.Access); got != c.want {
				t.Errorf("%s has to %s: %q, want %q", c.user, c.media, got, c.want)
			}
			if got, want := aboutMedia(seen), aboutMediaPlainly(t, s, keys.Media[c.media]); got != want {
				t.Errorf("%s is %q, want %q", c.media, got, want)
			}
		}
		_, err := viewed(t.Context(), s, func(v library.Reader) (library.SeenMedia, error) {
			return v.SeenMedia(t.Context(), keys.Users["owner"], 999)
		})
		if library.KindOf(err) != library.KindNotFound {
			t.Errorf("a media item that is not there: %v", err)
		}
	})
}

func TestAccess_ToDeletedMediaIsNone(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, keys := openDoors(t, url)
		ctx := t.Context()
		err := library.New(s, nil).Change(ctx, library.Operator(), func(c *library.Change) error {
			_, err := c.DeleteMedia(ctx, keys.Media["film"])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = viewed(ctx, s, func(v library.Reader) (library.SeenMedia, error) {
			return v.SeenMedia(ctx, keys.Users["owner"], keys.Media["film"])
		})
		if library.KindOf(err) != library.KindNotFound {
			t.Errorf("a deleted media item: %v", err)
		}
	})
}

// aboutMedia is which media item it is, whose, and where its views count.
func aboutMedia(seen library.SeenMedia) string {
	return fmt.Sprint(seen.ID, seen.Owner.ID, seen.Owner.FullName, seen.Perspective)
}

func aboutMediaPlainly(t *testing.T, s *Store, id library.MediaID) string {
	t.Helper()
	var owner int64
	var name, perspective string
	err := s.db.reads().QueryRowContext(t.Context(), `SELECT u.id, u.full_name, p.uuid FROM media m, users u, perspectives p
		WHERE m.id = $1 AND u.id = m.owner_id AND p.media_id = m.id AND p.collection_id = m.home_collection_id`, int64(id),
	).Scan(&owner, &name, &perspective)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(int64(id), owner, name, perspective)
}

func mediaAccessInWords(a library.MediaAccess) string {
	var words []string
	for _, w := range a.Ways {
		word := string(w.Way)
		if w.Home {
			word += ":home"
		}
		words = append(words, word)
	}
	slices.Sort(words)
	return flagsInWords(words, map[string]bool{
		"1 is owner": a.IsOwner, "2 waiting": a.Waiting, "3 archived": a.Archived, "4 in reach": a.InReach, "5 downloads": a.Downloads,
	})
}

func flagsInWords(words []string, flags map[string]bool) string {
	var said []string
	for flag, is := range flags {
		if is {
			said = append(said, flag)
		}
	}
	slices.Sort(said)
	for _, flag := range said {
		words = append(words, flag[2:])
	}
	return strings.Join(words, " ")
}

// The statement that finds what decides about collections finds each way, and no other.
func TestAccess_ToCollections(t *testing.T) {
	t.Parallel()
	testkit.OnEachDatabase(t, func(t *testing.T, url string) {
		s, keys := openDoors(t, url)
		course := keys.Courses["101"]
		for _, c := range []struct{ user, home, attic, course string }{
			{"owner", "owner", "owner archived", ""},
			{"homely", "edit", "view archived", ""},
			{"student", "", "archived", "student"},
			{"many", "", "archived", "teacher"},
			{"inside", "", "archived", "in reach"},
			{"outside", "", "archived", ""},
			{"stranger", "", "archived", ""},
		} {
			ids := []library.CollectionID{keys.Collections["home"], keys.Collections["attic"], course, keys.Collections["deleted"]}
			got := collectionsInWords(t.Context(), t, s, keys.Users[c.user], ids)
			want := map[library.CollectionID]string{ids[0]: c.home, ids[1]: c.attic, ids[2]: c.course}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s has %v, want %v", c.user, got, want)
			}
		}
	})
}

func collectionsInWords(
	ctx context.Context, t *testing.T, s *Store, user library.UserID, ids []library.CollectionID,
) map[library.CollectionID]string {
	t.Helper()
	seen, err := viewed(ctx, s, func(v library.Reader) ([]library.SeenCollection, error) {
		return v.SeenCollections(ctx, user, ids)
	})
	if err != nil {
		t.Fatal(err)
	}
	got := map[library.CollectionID]string{}
	for _, one := range seen {
		var words []string
		for _, w := range one.Access.Ways {
			if w != "" { // as where there is none
				words = append(words, string(w))
			}
		}
		slices.Sort(words)
		owner := map[library.CollectionID]string{ids[0]: "Owner", ids[1]: "Owner"}[one.ID]
		if is := one.Owner; (is == nil) != (owner == "") || is != nil && is.FullName != owner {
			t.Errorf("the owner of collection %d is %v, want %q", one.ID, is, owner)
		}
		got[one.ID] = flagsInWords(words, map[string]bool{"1 archived": one.Access.Archived, "2 in reach": one.Access.InReach})
	}
	return got
}
