package conformance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lectern-media/lectern/internal/app"
	"github.com/lectern-media/lectern/internal/library"
	"github.com/lectern-media/lectern/internal/testkit/live"
)

// auditEvents is a piece of the audit log.
type auditEvents struct {
	Events []struct {
		ID        int64          `json:"id"`
		CreatedAt string         `json:"created_at"`
		Actor     *user          `json:"actor"`
		ServiceID *int64         `json:"service_id"`
		Token     string         `json:"token"`
		Action    string         `json:"action"`
		Object    string         `json:"object"`
		ObjectID  string         `json:"object_id"`
		Before    map[string]any `json:"before"`
		After     map[string]any `json:"after"`
		Address   string         `json:"address"`
		RequestID string         `json:"request_id"`
	} `json:"audit_events"`
	Next *string `json:"next_cursor"`
}

// A change made over the API is told with who made it and from where, and what it was.
func TestAudit_ShowsAChange(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		bob, ada := lib.User("bob"), node.As("ada")
		lib.Clock.Advance(time.Minute)
		made := updateRoles(t, ada, change(bob, "Teacher", "add")).Want(t, 200)
		updateRoles(t, ada, change(bob, "Teacher", "add")).Want(t, 200) // which changes nothing
		updateRoles(t, node.As("bob"), change(bob, "Admin", "add")).Want(t, 403)

		answer := ada.Get(t, "/audit_events?action=user.change_roles")
		got := live.Read[auditEvents](t, answer)
		if len(got.Events) != 1 || got.Next != nil {
			t.Fatalf("the log tells of %d changes and goes on at %v: %s", len(got.Events), got.Next, answer.Body)
		}
		hash := sha256.Sum256([]byte(lib.Token("ada")))
		wantJSON(t, answer, fmt.Sprintf(`{"next_cursor":null,"audit_events":[{
			"id":%d,"created_at":"2026-01-05T09:01:00Z",
			"actor":{"id":%d,"full_name":"Ada Byron","display_name":"Ada","email":"Ada@School.test"},
			"service_id":null,"token":%q,"action":"user.change_roles","object":"user","object_id":"%d",
			"before":{"role_names":["Student"]},"after":{"role_names":["Teacher","Student"]},
			"address":"127.0.0.1","request_id":%q}]}`,
			got.Events[0].ID, lib.User("ada"), hex.EncodeToString(hash[:len(hash)/2]), bob, made.Header.Get("X-Request-Id")))

		// What the operator does has no actor, no token and no address; what is new has no
		// before, what is gone no after.
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.DeleteUser(ctx, lib.User("otto"), library.Disposal{})
		})
		ottos := live.Read[auditEvents](t, ada.Get(t, "/audit_events?object=user&object_id=%d", lib.User("otto"))).Events
		if len(ottos) != 2 || ottos[0].Action != "user.delete" || ottos[0].After != nil || ottos[0].Before["full_name"] != "Otto Look" ||
			ottos[1].Action != "user.create" || ottos[1].Before != nil || ottos[1].After["full_name"] != "Otto Look" ||
			ottos[0].Actor != nil || ottos[0].Token != "" || ottos[0].Address != "" || ottos[0].RequestID != "" {
			t.Errorf("of Otto the log tells %+v", ottos)
		}

		// An actor who is gone is still named.
		tom := library.RoleChange{User: lib.User("tom"), Role: library.Admin, Action: library.AddRole}
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			_, err := c.UpdateRoles(ctx, []library.RoleChange{tom})
			return err
		})
		updateRoles(t, node.As("tom"), change(lib.User("eve"), "Observer", "add")).Want(t, 200)
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			return c.DeleteUser(ctx, tom.User, library.Disposal{NewOwner: lib.User("ada")})
		})
		toms := live.Read[auditEvents](t, ada.Get(t, "/audit_events?actor_id=%d", tom.User)).Events
		if len(toms) != 1 || toms[0].Actor == nil || toms[0].Actor.FullName != "Tom Teal" {
			t.Errorf("of what Tom did the log tells %+v", toms)
		}
	})
}

// Read piece by piece it is whole, newest first, whatever is added meanwhile.
// Behind a trusted proxy, the audit log and the log record the address of the client, and
// behind no proxy its own, whatever it sends. The log also has who asks, and no secret.
func TestAudit_AddressBehindProxies(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		behind := lib.Serve(t, func(o *app.Options) { o.Listen.TrustedProxies = []string{"127.0.0.0/8", "::1"} })
		for _, c := range []struct {
			node *live.Node
			role string
			want string
		}{{node, "Teacher", "127.0.0.1"}, {behind, "Observer", "2001:db8::7"}} {
			request := c.node.As("ada").Request(t, "POST", live.BasePath+"/users/roles", live.JSON,
				rolesBody(change(lib.User("bob"), c.role, "add")))
			request.Header.Set("X-Forwarded-For", "6.6.6.6, [2001:db8::7]:4711")
			id := c.node.As("ada").Do(t, request).Want(t, 200).Header.Get("X-Request-Id")
			last := live.Read[auditEvents](t, c.node.As("ada").Get(t, "/audit_events?limit=1")).Events[0]
			if last.RequestID != id || last.Address != c.want {
				t.Errorf("the audit log has the address %s of request %s, want %s of %s", last.Address, last.RequestID, c.want, id)
			}
			line := c.node.WaitForRequest(t.Context(), t, id)
			if line["address"] != c.want || line["user_id"] != float64(lib.User("ada")) || line["token"] != last.Token ||
				line["route"] != "/api/public/v1/users/roles" {
				t.Errorf("the log has %v, want the address %s and the token %s", line, c.want, last.Token)
			}
			if strings.Contains(fmt.Sprint(line), lib.Token("ada")) {
				t.Errorf("the log has a token: %v", line)
			}
		}
	})
}

func TestAudit_IsReadPieceByPiece(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ada := node.As("ada")
		for i := range 5 { // two in each of some seconds
			if i%2 == 0 {
				lib.Clock.Advance(time.Second)
			}
			action := []string{"add", "remove"}[i%2]
			updateRoles(t, ada, change(lib.User("bob"), "Teacher", action), change(lib.User("eve"), "Observer", action)).Want(t, 200)
		}
		whole := live.Read[auditEvents](t, ada.Get(t, "/audit_events?limit=100"))
		if len(whole.Events) < 20 || whole.Next != nil {
			t.Fatalf("the log has %d events and goes on at %v", len(whole.Events), whole.Next)
		}
		var ids []int64
		for i, e := range whole.Events {
			ids = append(ids, e.ID)
			if i > 0 && e.CreatedAt > whole.Events[i-1].CreatedAt {
				t.Errorf("the event %d is younger than the one before it", e.ID)
			}
		}
		for _, limit := range []int{1, 3, len(ids) - 1, len(ids)} {
			var read []int64
			cursor := ""
			for {
				piece := live.Read[auditEvents](t, ada.Get(t, "/audit_events?limit=%d%s", limit, cursor))
				for _, e := range piece.Events {
					read = append(read, e.ID)
				}
				if piece.Next == nil {
					break
				}
				if len(piece.Events) != limit {
					t.Errorf("a piece that is not the last has %d events, want %d", len(piece.Events), limit)
				}
				cursor = "&cursor=" + url.QueryEscape(*piece.Next)
				updateRoles(t, ada, change(lib.User("bob"), "Observer", []string{"add", "remove"}[len(read)%2])).Want(t, 200)
			}
			// What was added comes before what there was.
			if len(read) < len(ids) || !slices.Equal(read[len(read)-len(ids):], ids) {
				t.Errorf("in pieces of %d: %v, and in one: %v", limit, read, ids)
			}
		}
		if got := live.Read[auditEvents](t, ada.Get(t, "/audit_events")); len(got.Events) > 50 || len(got.Events) < 50 && got.Next != nil {
			t.Errorf("without a limit there are %d events", len(got.Events))
		}
	})
}

func TestAudit_ByWhatIsAskedFor(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		lib := node.Library
		ada, bob := node.As("ada"), lib.User("bob")
		for range 2 {
			lib.Clock.Advance(30 * time.Minute) // 9:30 and 10:00
			updateRoles(t, ada, change(bob, "Teacher", "add")).Want(t, 200)
			updateRoles(t, ada, change(bob, "Teacher", "remove")).Want(t, 200)
		}
		lib.Change(t, func(ctx context.Context, c *library.Change) error {
			_, err := c.ArchiveMedia(ctx, lib.Media("lenses"))
			return err
		})
		for query, want := range map[string]int{
			fmt.Sprintf("actor_id=%d", lib.User("ada")): 4, fmt.Sprintf("actor_id=%d", bob): 0,
			"since=2026-01-05T09:30:00Z": 5, "since=2026-01-05T09:30:01Z": 3, "since=2026-01-05T11:00:01%2B01:00": 0,
			"since=2026-01-05T09:30:00Z&until=2026-01-05T09:59:59Z": 2, "until=2000-01-01T00:00:00Z": 0,
			"action=media.archive": 1, "action=media.burn": 0, "object=media&since=2026-01-05T09:30:00Z": 1,
			fmt.Sprintf("object=media&object_id=%d", lib.Media("lenses")):                    2,
			fmt.Sprintf("object=user&object_id=%d&action=user.change_roles", bob):            4,
			fmt.Sprintf("object=user&object_id=%d&actor_id=%d", bob, bob):                    0,
			fmt.Sprintf("object_id=%d&since=2026-01-05T10:00:00Z&action=media.archive", bob): 0,
		} {
			got := live.Read[auditEvents](t, ada.Get(t, "/audit_events?%s", query))
			if len(got.Events) != want {
				t.Errorf("%s: %d events, want %d", query, len(got.Events), want)
			}
		}
	})
}

func TestAudit_IsForAdmins(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		expel(t, node.Library)
		for _, caller := range []string{"sue", "rolf", "asa", "tom", "bob", "otto"} {
			node.As(caller).Get(t, "/audit_events").WantError(t, 403, "only admins may read the audit log")
			own := fmt.Sprintf("/audit_events?actor_id=%d", node.Library.User(caller))
			node.As(caller).Get(t, "%s", own).Want(t, 403)
			node.As(caller).Get(t, "/audit_events?limit=0").Want(t, 422)
		}
		for _, caller := range []string{"ada", "ann"} {
			node.As(caller).Get(t, "/audit_events").Want(t, 200)
		}
		node.Nobody().Get(t, "/audit_events").Want(t, 401)
		node.With("Bearer "+node.Library.NewCaptionService(t, "Captions Ltd")).Get(t, "/audit_events").Want(t, 403)
		node.As("dora").Get(t, "/audit_events").Want(t, 401)
	})
}

func TestAudit_Refuses(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		for query, words := range map[string]string{
			"limit=0": "limit must be a whole number from 1 to 100", "limit=101": "limit must be", "limit=": "limit must not be empty",
			"cursor=": "cursor must not be empty", "cursor=x": "cursor must be the next_cursor", "cursor=1": "cursor must be",
			"cursor=1-2x": "cursor must be", "cursor=1-%2B2": "cursor must be", "cursor=01-2": "cursor must be",
			"cursor=1-99999999999999999999": "cursor must be", "actor_id=0": "actor_id must be", "actor_id=ada": "actor_id must be",
			"object=%00": "object must be", "object_id=": "object_id must not be empty", "action=%20": "action must not be blank",
			"since=2026-01-05": "since must be a time", "until=now": "until must be a time",
		} {
			node.As("ada").Get(t, "/audit_events?%s", query).WantError(t, 422, words)
		}
	})
}

// No method but GET is there, so nothing that comes over the wire changes the log.
func TestAudit_CannotBeWritten(t *testing.T) {
	onEach(t, school, func(t *testing.T, node *live.Node) {
		before := node.As("ada").Get(t, "/audit_events?limit=100").Want(t, 200)
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			node.As("ada").Send(t, method, "/audit_events", live.JSON, "{}").Want(t, 405)
			node.As("ada").Send(t, method, "/audit_events/1", live.JSON, "{}").Want(t, 404)
		}
		after := node.As("ada").Get(t, "/audit_events?limit=100").Want(t, 200)
		if !json.Valid(after.Body) || string(after.Body) != string(before.Body) {
			t.Errorf("the log was\n%s\nand is\n%s", before.Body, after.Body)
		}
	})
}
