package conformance

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// A database goes back: a standby that lacks the last commits takes over, or a dump is
// restored. What was made since is gone, and its ids are given again.

// goBack removes a row and what refers to it, and has its id given to the next one.
func goBack(t *testing.T, node *live.Node, table string, id int64, refers ...string) {
	t.Helper()
	db := node.Library.Tables(t)
	var statements []string
	for _, reference := range refers {
		from, column, _ := strings.Cut(reference, ".")
		statements = append(statements, fmt.Sprintf("DELETE FROM %s WHERE %s = %d", from, column, id))
	}
	statements = append(statements, fmt.Sprintf("DELETE FROM %s WHERE id = %d", table, id))
	again := fmt.Sprintf("UPDATE sqlite_sequence SET seq = %d WHERE name = '%s'", id-1, table)
	if isPostgres(t, db) {
		again = fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', 'id'), %d, false)", table, id)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range append(statements, again) {
		if _, err := tx.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func isPostgres(t *testing.T, db *sql.DB) bool {
	t.Helper()
	var version string
	return db.QueryRowContext(t.Context(), "SELECT version()").Scan(&version) == nil
}

// withoutMedia makes a media item that waits for its upload never have been.
func withoutMedia(t *testing.T, node *live.Node, id int64) {
	t.Helper()
	goBack(t, node, "media", id, "perspectives.media_id", "media_files.media_id", "media_processing.media_id", "media_uploads.media_id")
}

// An address of an upload that was begun before is of no use for the upload of another person
// that has its number now, by whatever method.
func TestUploadAddress_AfterTheDatabaseWentBack(t *testing.T) {
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		bob, eve := node.As("bob"), node.As("eve")
		text := strings.Repeat("Bob's film ", 100)
		announced := map[string]string{"Upload-Length": strconv.Itoa(len(text))}
		bobs := startUpload(t, bob, "")
		piece := tus(t, node, http.MethodPost, bobs.TUSURL, nil, announced).Want(t, 201).Header.Get("Location")
		tusPatch(t, node, piece, 0, []byte(text[:20])).Want(t, 204)

		withoutMedia(t, node, bobs.ID)
		eves := startUpload(t, eve, "")
		if eves.ID != bobs.ID {
			t.Fatalf("Eve's upload is %d, Bob's was %d", eves.ID, bobs.ID)
		}
		put(t, node, bobs.URL, "video/mp4", strings.NewReader(text), int64(len(text))).WantError(t, 404, "media")
		tus(t, node, http.MethodPost, bobs.TUSURL, nil, announced).Want(t, 404)
		tus(t, node, http.MethodHead, piece, nil, nil).Want(t, 404)
		tusPatch(t, node, piece, 20, []byte(text[20:])).Want(t, 404)
		tus(t, node, http.MethodDelete, piece, nil, nil).Want(t, 404)

		// Eve's own address does not lead to what Bob sent, which lies below her number.
		foreign := strings.TrimSuffix(eves.TUSURL, "/") + piece[strings.LastIndexByte(piece, '/'):]
		tus(t, node, http.MethodHead, foreign, nil, nil).Want(t, 404)
		tusPatch(t, node, foreign, 20, []byte(text[20:])).Want(t, 404)
		tus(t, node, http.MethodDelete, foreign, nil, nil).Want(t, 404)

		// None of it is Eve's film, and hers arrives.
		post(t, eve, completePath(eves.ID), `{"title":"Drawing"}`).WantError(t, 422, "has no file yet")
		put(t, node, eves.URL, "video/mp4", strings.NewReader("Eve's film"), 10).Want(t, 200)
		post(t, eve, completePath(eves.ID), `{"title":"Drawing"}`).Want(t, 200)
		saved := eve.Get(t, "/media/%d/download?quality=original", eves.ID).Want(t, 302).Header.Get("Location")
		if kept := string(node.Follow(t, saved).Want(t, 200).Body); kept != "Eve's film" {
			t.Errorf("Eve's film is %q", kept)
		}
		put(t, node, bobs.URL, "video/mp4", strings.NewReader(text), int64(len(text))).Want(t, 404)
	})
}

// The address of a file names a folder that is used once: it opens what it was made for or
// nothing, no matter who has the number.
func TestFileAddress_AfterTheDatabaseWentBack(t *testing.T) {
	onEachStorage(t, school, func(t *testing.T, node *live.Node) {
		bob, eve := node.As("bob"), node.As("eve")
		original := func(as live.Client, id int64, address, text string) string {
			put(t, node, address, "video/mp4", strings.NewReader(text), int64(len(text))).Want(t, 200)
			post(t, as, completePath(id), `{"title":"A film"}`).Want(t, 200)
			return as.Get(t, "/media/%d/download?quality=original", id).Want(t, 302).Header.Get("Location")
		}
		bobs := startUpload(t, bob, "")
		old := original(bob, bobs.ID, bobs.URL, "Bob's film")
		withoutMedia(t, node, bobs.ID)
		eves := startUpload(t, eve, "")
		if now := original(eve, eves.ID, eves.URL, "Eve's film"); eves.ID != bobs.ID || now == old {
			t.Fatalf("media %d at %s, and before %d at %s", eves.ID, now, bobs.ID, old)
		}
		if got := string(node.Follow(t, old).Want(t, 200).Body); got != "Bob's film" {
			t.Errorf("Bob's address opens %q", got)
		}
	})
}

// A ticket that was made for a person is not another's who has their number now.
func TestTicket_AfterTheDatabaseWentBack(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		film := perspectives(t, node)["Film"]
		var lost, made library.User
		admit := func(name string) (u library.User) {
			node.Library.Change(t, func(ctx context.Context, c *library.Change) (err error) {
				admin := library.RolesOf(library.Admin)
				u, err = c.CreateUser(ctx, library.NewUser{FullName: name, Roles: &admin})
				return err
			})
			return u
		}
		lost = admit("Lou Lost")
		var secret string
		node.Library.Change(t, func(ctx context.Context, c *library.Change) (err error) {
			secret, _, err = c.CreateToken(ctx, lost.ID, time.Hour)
			return err
		})
		lou := node.With("Bearer " + secret)
		views := ticket(t, lou, film)
		embed := decode[struct{ URL string }](t, post(t, lou, fmt.Sprintf("/media/%d/embed_tickets", node.Library.Media("film")), ""), 201).URL
		node.Follow(t, embed).Want(t, 200)
		report := func(ticket string) live.Answer {
			body := url.Values{"client_id": {"player"}, "views": {piece(1, 0, 10)}, "ticket": {ticket}}
			return node.Nobody().Send(t, "POST", "/perspectives/"+film+"/views", "application/x-www-form-urlencoded", body.Encode())
		}

		goBack(t, node, "users", int64(lost.ID), "tokens.user_id", "user_roles.user_id", "collections.owner_id")
		made = admit("Mia Made")
		if made.ID != lost.ID {
			t.Fatalf("Mia is user %d, Lou was %d", made.ID, lost.ID)
		}
		report(views).WantError(t, 401, "ticket")
		node.Follow(t, embed).Want(t, 403)
	})
}

// What was given out by a program that named rows by number is rejected, with what to do.
func TestAddresses_FromBeforeAnUpgrade(t *testing.T) {
	onEach(t, cinema, func(t *testing.T, node *live.Node) {
		tom, film := node.As("tom"), perspectives(t, node)["Film"]
		begun := startUpload(t, tom, "")
		keys := oldKeys(t, node)
		ends := node.Library.Clock.Now().Add(time.Hour)

		grant := oldGrant(keys["addresses"], begun.ID, ends)
		at := node.URL + "/uploads/" + grant
		put(t, node, at, "video/mp4", strings.NewReader("x"), 1).WantError(t, 403, "start the upload again")
		resumable := node.URL + "/tus/" + grant + "/"
		for method, address := range map[string]string{
			http.MethodPost: resumable, http.MethodPatch: resumable + uuid.NewString(), http.MethodDelete: resumable + uuid.NewString(),
		} {
			tus(t, node, method, address, nil, map[string]string{"Upload-Length": "1"}).WantError(t, 403, "start the upload again")
		}
		tus(t, node, http.MethodHead, resumable+uuid.NewString(), nil, nil).Want(t, 403)
		forged := oldGrant([]byte("another key, which nobody has yet"), begun.ID, ends)
		put(t, node, node.URL+"/uploads/"+forged, "", strings.NewReader("x"), 1).WantError(t, 403, "was not issued by this library")

		old := oldTicket(keys["view tickets"], film, node.Library.User("bob"), ends)
		report := func(ticket string) live.Answer {
			body := url.Values{"client_id": {"player"}, "views": {piece(1, 0, 10)}, "ticket": {ticket}}
			return node.Nobody().Send(t, "POST", "/perspectives/"+film+"/views", "application/x-www-form-urlencoded", body.Encode())
		}
		report(old).WantError(t, 403, "issued before an upgrade")
		report(oldTicket(make([]byte, 32), film, node.Library.User("bob"), ends)).WantError(t, 401, "ticket")
		// Those that name what they are for by UUID go on, though a key without an id signed them.
		var bob string
		err := node.Library.Tables(t).QueryRowContext(t.Context(), fmt.Sprintf("SELECT uuid FROM users WHERE id = %d", node.Library.User("bob"))).Scan(&bob)
		if err != nil {
			t.Fatal(err)
		}
		person := uuid.MustParse(bob)
		report(unsealedTicket(keys["view tickets"], film, person[:], ends)).Want(t, 204)
		for _, end := range []string{"\n", "\r\n"} { // which base64 leaves out
			good := unsealedTicket(keys["view tickets"], film, person[:], ends)
			report(good+end).WantError(t, 401, "ticket")
			report(good[:9]+end+good[9:]).WantError(t, 401, "ticket")
		}
		report(unsealedTicket(keys["addresses"], film, person[:], ends)).WantError(t, 401, "ticket")
		report(unsealedTicket(keys["view tickets"], film, person[:], ends.Add(-time.Hour))).WantError(t, 401, "ticket")
		waits := uuid.MustParse(under[media](t, tom.Get(t, "/media/%d", begun.ID), 200, "media").EmbedID)
		head := "m-" + strconv.FormatInt(ends.Unix(), 36) + "-" + hex.EncodeToString(waits[:])
		put(t, node, node.URL+"/uploads/"+unmarkedGrant(keys["view tickets"], head), "", strings.NewReader("x"), 1).Want(t, 403)
		put(t, node, node.URL+"/uploads/"+unmarkedGrant(keys["addresses"], head), "", strings.NewReader("x"), 1).Want(t, 200)

		embedID := under[media](t, tom.Get(t, "/media/%d", node.Library.Media("film")), 200, "media").EmbedID
		page := node.Follow(t, node.URL+"/embed/"+embedID+"?ticket="+old).Want(t, 403)
		if !strings.Contains(string(page.Body), "This page was issued before an upgrade") {
			t.Errorf("the page says %s", page.Body)
		}
	})
}

// oldKeys has the library verify, as after an upgrade, by the keys that signed before keys
// had ids, and returns them by name.
func oldKeys(t *testing.T, node *live.Node) map[string][]byte {
	t.Helper()
	keys := make(map[string][]byte)
	for i, name := range []string{"addresses", "view tickets"} {
		keys[name] = bytes.Repeat([]byte{byte('a' + i)}, 32)
		statement := "INSERT INTO signing_keys (id, secret, created_at, retired_at) VALUES ($1, $2, 0, $3)"
		if _, err := node.Library.Tables(t).ExecContext(t.Context(), statement, name, keys[name], node.Library.Clock.Now().Unix()); err != nil {
			t.Fatal(err)
		}
	}
	// A server finds such keys when it starts. This one runs, and reads its keys each minute.
	node.Library.Clock.Advance(2 * time.Minute)
	return keys
}

// oldGrant is an upload's grant as it was before grants named media items by UUID.
func oldGrant(key []byte, media int64, ends time.Time) string {
	return unmarkedGrant(key, "u-"+strconv.FormatInt(ends.Unix(), 36)+"-"+strconv.FormatInt(media, 36))
}

// unmarkedGrant is a grant as it was before it had a key's id.
func unmarkedGrant(key []byte, head string) string {
	mac := hmac.New(sha256.New, key)
	for _, text := range []string{"lectern content 1", head} {
		_, _ = fmt.Fprintf(mac, "%d:%s", len(text), text)
	}
	return head + "-" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// oldTicket is a ticket as it was before tickets named people by UUID.
func oldTicket(key []byte, perspective string, user library.UserID, ends time.Time) string {
	return unsealedTicket(key, perspective, binary.BigEndian.AppendUint64(nil, uint64(user)), ends)
}

// unsealedTicket is a ticket as it was before tickets were sealed.
func unsealedTicket(key []byte, perspective string, user []byte, ends time.Time) string {
	id := uuid.MustParse(perspective)
	claim := binary.BigEndian.AppendUint64(append(id[:], user...), uint64(ends.Unix()))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("view tickets"))
	mac.Write(claim)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(claim))
}

// A stream of events is about one media item and for one person, and ends when either is
// another.
func TestProcessing_EventsEndWithWhatTheyWereFor(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for name, end := range map[string]func(id int64){
			"the number is another media item's": func(id int64) {
				statement := fmt.Sprintf("UPDATE media SET embed_id = '%s' WHERE id = %d", uuid.NewString(), id)
				if _, err := node.Library.Tables(t).ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			},
			"the token is revoked": func(int64) {
				node.Library.Change(t, func(ctx context.Context, c *library.Change) error {
					return c.RevokeTokensOf(ctx, node.Library.User("tom"))
				})
			},
		} {
			tom := node.With("Bearer " + node.Library.NewToken(t, "tom"))
			begun := startUpload(t, tom, "")
			request := tom.Request(t, http.MethodGet, fmt.Sprintf("%s/media/%d/processing", live.BasePath, begun.ID), "", "")
			request.Header.Set("Accept", "text/event-stream")
			response := tom.Listen(t, request)
			lines := bufio.NewReader(response.Body)
			if line, err := lines.ReadString('\n'); err != nil || line != "event: processing\n" {
				t.Fatalf("%s: the events begin with %q, %v", name, line, err)
			}
			end(begun.ID)
			if _, err := io.Copy(io.Discard, lines); err != nil { // which waits for the end
				t.Errorf("%s: %v", name, err)
			}
			if err := response.Body.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}
